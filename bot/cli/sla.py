"""`firstline sla explain|list`: why a ticket is due when it is, and what is due next."""

import argparse
import os
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot import app, settings
from bot.cli.common import Commands, opened, shown
from bot.desk import promises
from bot.desk.agreements import name_of
from bot.desk.desk import Desk
from bot.desk.sla import in_words
from bot.desk.status import ACTIVE
from bot.desk.tickets import by_number
from bot.desk.timeline import moment, stories
from store import tickets as kept
from store.database import Tx


def add(commands: Commands) -> None:
    group = commands.add_parser("sla", help="what is promised, and how it stands")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    one = actions.add_parser("explain", help="deadline and reason of every clock of a ticket")
    one.add_argument("number", help="such as INC-12")
    one.add_argument(
        "--at", type=datetime.fromisoformat, metavar="TIME", help="as it was then (default: now)"
    )
    one.set_defaults(run=_explain)
    listing = actions.add_parser("list", help="open tickets, what is due first above")
    listing.add_argument("--limit", type=int, default=50, help="how many (default: 50)")
    listing.set_defaults(run=_list)


def _explain(arguments: argparse.Namespace) -> int:
    desk = app.desk_of(settings.load(arguments.config, os.environ))
    at = arguments.at
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=desk.timezone)
    with opened(arguments) as store:
        print(store.read(lambda tx: explained(desk, tx, arguments.number, at)))
    return 0


def explained(desk: Desk, tx: Tx, number: str, at: datetime | None) -> str:
    ticket = by_number(tx, number)
    clocks = promises.look(desk, tx, ticket, at, telling=True)
    terms, now = clocks.terms, clocks.at
    zone = desk.timezone if terms is None else ZoneInfo(terms.calendar.zone)
    agreement = "no agreement" if terms is None else f"agreement {name_of(terms.id)}"
    hours = "" if terms is None else f", calendar {terms.calendar.name} ({zone.key})"
    lines = [
        f"{ticket.number}  {ticket.title}",
        f"{ticket.status}, priority {ticket.priority}; {agreement}{hours}; "
        f"as of {moment(now, zone, now)}",
    ]
    for story in stories(clocks):
        lines += ["", f"{story.name}: {story.standing}"]
        width = max(len(step.text) for step in story.lines)
        for step in story.lines:
            due = f"  due {step.due}" if step.due else ""
            when = moment(step.at, zone, now)
            lines.append(f"  {when:>16}  {step.text:{width}}  {step.used:>11} used{due}".rstrip())
        if story.counted:
            lines.append("  working time until then: " + ", ".join(story.counted))
        if story.closed:
            lines.append("  days with other hours: " + ", ".join(story.closed))
    if len(lines) == 2:
        lines.append("Nothing is promised.")
    return "\n".join(lines)


def _list(arguments: argparse.Namespace) -> int:
    desk = app.desk_of(settings.load(arguments.config, os.environ))
    wanted = kept.Filter(statuses=tuple(sorted(ACTIVE)))

    def work(tx: Tx) -> list[dict[str, str]]:
        now = datetime.now(UTC)
        return [
            {
                "number": one.number,
                "priority": one.priority,
                "clock": one.due_of or "",
                "state": one.sla or "",
                "due": "" if one.due_at is None else moment(one.due_at, desk.timezone, now),
                "in": "" if one.due_at is None or one.due_at < now else in_words(one.due_at - now),
                "title": one.title,
            }
            for one in kept.find(tx, wanted, sort="due", limit=arguments.limit)
        ]

    with opened(arguments) as store:
        print(shown(store.read(work), "No clock is running."))
    return 0
