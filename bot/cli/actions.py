"""`firstline action list|run|history`: what the desk may do by itself, and what it did."""

import argparse
import asyncio
import json
import os
import sys
from datetime import timedelta
from functools import partial
from typing import Any, Final

from bot import app, log, settings
from bot.actions import running
from bot.actions.action import Action
from bot.actions.run import State, in_short, starter, steps_of
from bot.cli.common import Commands, opened, shown
from bot.desk import people
from bot.desk.access import Actor, Role, Who
from bot.desk.after import follow_up
from bot.desk.desk import Desk
from bot.desk.tickets import by_number
from bot.errors import Invalid
from bot.settings import Settings
from store import actions as kept
from store.database import Store, Tx
from store.ownership import own
from store.tables import ActionRun, Ticket

TERMINAL: Final = Actor(
    who=Who.AGENT, name="the terminal", role=Role.ADMINISTRATOR, via="terminal", cleared=True
)
AGAIN: Final = 0.2  # seconds between two looks at what the desk does
MARGIN: Final = timedelta(seconds=10)  # beyond the action's own limit that is waited


def add(commands: Commands) -> None:
    group = commands.add_parser("action", help="what the desk may do by itself, and what it did")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="the actions, what they need and who may start them")
    listing.add_argument("--json", action="store_true", help="one JSON array")
    listing.set_defaults(run=_list)
    run = actions.add_parser("run", help="start one and wait for its end")
    run.add_argument("name", help="such as ping")
    run.add_argument("given", nargs="*", metavar="NAME=VALUE", help="such as host=mail.example.com")
    run.add_argument("--ticket", metavar="NUMBER", help="the ticket it is for, such as INC-12")
    run.set_defaults(run=_run)
    history = actions.add_parser("history", help="what was done, the latest first")
    history.add_argument("run_id", nargs="?", type=int, metavar="RUN", help="one of them, in full")
    history.add_argument("--action", dest="only", metavar="NAME", help="of one action only")
    history.add_argument("--limit", type=int, default=50, help="how many (default: 50)")
    history.add_argument("--json", action="store_true", help="one JSON array")
    history.set_defaults(run=_history)


def _configured(arguments: argparse.Namespace) -> tuple[Settings, Desk]:
    chosen = settings.load(arguments.config, os.environ)
    return chosen, app.desk_of(chosen)


def _list(arguments: argparse.Namespace) -> int:
    _, desk = _configured(arguments)
    rows = [_described(one) for one in desk.actions.values()]
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    print(shown(rows))
    listed = ", ".join(one.text for one in desk.targets.entries)
    print(f"\ntargets: {listed or 'none; add some to [actions]'}")
    return 0


def _described(action: Action) -> dict[str, Any]:
    return {
        "action": action.name,
        "needs": ", ".join(
            f"[{one.name}]" if one.default is not None else one.name for one in action.parameters
        ),
        "started by": ", ".join(sorted(action.starters)),
        "proof": "yes" if action.proof else "",
        "approval": "" if action.approval == "none" else str(action.approval),
        "limit": f"{action.limit.total_seconds():g} s",
        "undo": action.undo or "",
    }


def _run(arguments: argparse.Namespace) -> int:
    chosen, desk = _configured(arguments)
    log.configure(chosen.log.model_copy(update={"level": "error"}))
    given = _given(running.action_of(desk, arguments.name), arguments.given)
    with opened(arguments) as store:
        store.before_commit = partial(follow_up, desk)
        id = store.write(lambda tx: _begun(desk, tx, arguments, given))
        run = asyncio.run(_awaited(chosen, desk, store, id))
    print(run.words or f"run {run.id}: {run.state}")
    return 0 if run.result == "ok" else 1


def _given(action: Action, words: list[str]) -> dict[str, str]:
    given = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign:
            raise Invalid(f"“{word}”: give each as name=value.")
        given[name] = value
    for one in action.parameters:  # a secret would stay in the shell's history
        if one.secret and one.default is None and one.name not in given:
            given[one.name] = sys.stdin.readline().rstrip("\n")
    return given


def _begun(desk: Desk, tx: Tx, arguments: argparse.Namespace, given: dict[str, str]) -> int:
    ticket = None if arguments.ticket is None else by_number(tx, arguments.ticket).id
    return running.begin(desk, tx, arguments.name, given, actor=TERMINAL, ticket_id=ticket)


async def _awaited(chosen: Settings, desk: Desk, store: Store, id: int) -> ActionRun:
    """Done by the desk if one runs on the database, else here. What waits for people is not waited for."""
    loop = asyncio.get_running_loop()
    run = store.read(lambda tx: running.get(tx, id))
    until = loop.time() + (running.action_of(desk, run.name).limit + MARGIN).total_seconds()
    while run.state in (State.QUEUED, State.RUNNING) and loop.time() < until:
        ownership = own(store, "actions") if run.state == State.QUEUED else None
        if ownership is not None:
            try:
                await app.runner_of(chosen, store, desk).once(id)
            finally:
                ownership.release()
        else:
            await asyncio.sleep(AGAIN)
        run = store.read(lambda tx: running.get(tx, id))
    return run


def _history(arguments: argparse.Namespace) -> int:
    def work(tx: Tx) -> list[dict[str, Any]]:
        if arguments.run_id is not None:
            return [_whole(tx, running.get(tx, arguments.run_id))]
        found = kept.latest(tx, name=arguments.only, limit=arguments.limit)
        return [_whole(tx, one) for one in found]

    with opened(arguments) as store:
        rows = store.read(work)
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    elif arguments.run_id is not None:
        print("\n".join(_in_full(rows[0])))
    else:
        print(
            shown([{name: row[name] for name in COLUMNS} for row in rows], "Nothing was done yet.")
        )
    return 0


COLUMNS: Final = ("run", "asked_at", "action", "asked_by", "ticket", "state", "result", "words")


def _whole(tx: Tx, run: ActionRun) -> dict[str, Any]:
    ticket = None if run.ticket_id is None else tx.get(Ticket, run.ticket_id)
    return {
        "run": run.id,
        "asked_at": run.asked_at.isoformat(timespec="seconds"),
        "action": in_short(run),
        "asked_by": _name(tx, run.asked_by) or starter(run),
        "for": _name(tx, run.person_id),
        "approved_by": _name(tx, run.approved_by),
        "ticket": None if ticket is None else ticket.number,
        "state": run.state,
        "result": run.result,
        "words": run.words,
        "undo_of": run.undo_of,
        "history": [
            {
                "at": one.at.isoformat(timespec="seconds"),
                "what": one.what,
                "who": one.who,
                "why": one.why,
            }
            for one in steps_of(run)
        ],
    }


def _in_full(row: dict[str, Any]) -> list[str]:
    steps = row.pop("history")
    lines = [f"{name}: {value}" for name, value in row.items() if value is not None]
    told = [(one["at"], one["what"], one["who"], one["why"]) for one in steps]
    return [*lines, "", *("  ".join(part for part in one if part) for one in told)]


def _name(tx: Tx, person_id: int | None) -> str | None:
    return None if person_id is None else people.current(tx, person_id).name or f"#{person_id}"
