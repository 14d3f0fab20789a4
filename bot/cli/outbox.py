"""`firstline outbox list|retry`: messages that could not be delivered."""

import argparse
import json

from bot.cli.common import Commands, opened, shown
from store import outbox
from store.tables import Lane, Outbox


def add(commands: Commands) -> None:
    group = commands.add_parser("outbox", help="messages that could not be delivered")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="those given up, oldest first")
    listing.add_argument("--json", action="store_true", help="one JSON array")
    listing.set_defaults(run=_list)
    retry = actions.add_parser("retry", help="queue them again")
    retry.add_argument("id", type=int, nargs="*", help="which ones; all when none is named")
    retry.set_defaults(run=_retry)


def _list(arguments: argparse.Namespace) -> int:
    with opened(arguments) as store:
        rows = [_row(*pair) for pair in store.read(outbox.dead)]
    print(
        json.dumps(rows, ensure_ascii=False, indent=1)
        if arguments.json
        else shown(rows, "Everything was delivered.")
    )
    return 0


def _row(message: Outbox, lane: Lane) -> dict[str, str | int | None]:
    return {
        "id": message.id,
        "channel": lane.channel,
        "to": lane.destination,
        "attempts": message.attempts,
        "given_up": message.dead_at.isoformat(timespec="seconds") if message.dead_at else None,
        "problem": message.problem,
    }


def _retry(arguments: argparse.Namespace) -> int:
    with opened(arguments) as store:
        count = store.write(lambda tx: outbox.revive(tx, arguments.id or None))
    print(f"{count} queued again")
    return 0
