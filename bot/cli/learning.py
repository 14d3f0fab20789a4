"""`firstline learning list|forget`: what agents corrected, and ending what should not have been learned."""

import argparse

from bot import learning
from bot.cli.common import Commands, opened, shown
from bot.desk.access import Actor, Role, Who
from store import people
from store.database import Tx

ADMINISTRATOR = Actor(who=Who.AGENT, name="an administrator", role=Role.ADMINISTRATOR)


def add(commands: Commands) -> None:
    group = commands.add_parser("learning", help="what agents corrected and the desk learned")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="corrections, the newest first")
    listing.add_argument("--limit", type=int, default=50, help="how many (default: 50)")
    listing.set_defaults(run=_list)
    forget = actions.add_parser("forget", help="a correction teaches nothing any more")
    forget.add_argument("id", type=int)
    forget.set_defaults(run=_forget)


def _list(arguments: argparse.Namespace) -> int:
    def work(tx: Tx) -> list[dict[str, str]]:
        found = learning.corrections(tx)[::-1][: arguments.limit]
        agents = people.named(tx, [one.person_id for one in found])
        return [
            {
                "id": str(one.id),
                "ticket": one.number,
                "agent": agents[one.person_id].name or "" if one.person_id in agents else "",
                "field": one.field,
                "thought": one.thought,
                "said": one.said,
                "state": "forgotten" if one.forgotten else "counts",
                "text": " ".join(one.text.split())[:60],
            }
            for one in found
        ]

    with opened(arguments) as store:
        print(shown(store.read(work), "Agents have corrected nothing yet."))
    return 0


def _forget(arguments: argparse.Namespace) -> int:
    with opened(arguments) as store:
        one = store.write(lambda tx: learning.forget(tx, arguments.id, ADMINISTRATOR))
    print(f"{one.number}: “{one.said}” teaches nothing any more. The ticket stays as it is.")
    return 0
