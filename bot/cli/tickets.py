"""`firstline ticket list|show`: tickets on the terminal, for people and, with --json, for programs."""

import argparse
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from textwrap import indent
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from bot import settings
from bot.cli.common import Commands, opened, shown
from bot.desk.agreements import name_of
from bot.desk.events import What
from bot.desk.stated import stated
from bot.desk.status import ACTIVE
from bot.desk.tickets import by_number
from bot.errors import Forbidden
from store import people
from store import tickets as kept
from store.database import Tx
from store.tables import Ticket

COLUMNS = ("number", "status", "priority", "category", "queue", "assignee", "updated_at", "title")


def add(commands: Commands) -> None:
    group = commands.add_parser("ticket", help="look at tickets")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="open tickets, the latest change first")
    listing.add_argument("--all", action="store_true", help="resolved and closed ones too")
    listing.add_argument("--queue", help="only those of one queue")
    listing.add_argument("--limit", type=int, default=50, help="how many (default: 50)")
    listing.add_argument("--json", action="store_true", help="one JSON array")
    listing.set_defaults(run=_list)
    one = actions.add_parser("show", help="one ticket with its conversation and events")
    one.add_argument("number", help="such as INC-12")
    one.add_argument("--json", action="store_true", help="one JSON object")
    one.add_argument("--restricted", action="store_true", help="even if only some may see it")
    one.set_defaults(run=_show)


def _list(arguments: argparse.Namespace) -> int:
    statuses = () if arguments.all else tuple(sorted(ACTIVE))
    wanted = kept.Filter(statuses=statuses, queue=arguments.queue)

    def work(tx: Tx) -> list[dict[str, Any]]:
        found = kept.find(tx, wanted, sort="updated", limit=arguments.limit)
        return [_brief(tx, ticket) for ticket in found]

    with opened(arguments) as store:
        rows = store.read(work)
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        print(shown([{name: row[name] for name in COLUMNS} for row in rows], "No ticket is open."))
    return 0


def _show(arguments: argparse.Namespace) -> int:
    with opened(arguments) as store:
        whole, names = store.read(lambda tx: _told(tx, arguments))
    if arguments.json:
        print(json.dumps(whole, ensure_ascii=False, indent=1))
        return 0
    zone = ZoneInfo(settings.load(arguments.config, os.environ).desk.timezone)
    print("\n".join(_in_words(whole, names, zone)))
    return 0


def _in_words(whole: dict[str, Any], names: Mapping[int, str], zone: ZoneInfo) -> Iterator[str]:
    def when(moment: str) -> str:
        return f"{datetime.fromisoformat(moment).astimezone(zone):%Y-%m-%d %H:%M}"

    for name in ("number", "title", "type", "status", "priority", "category", "queue"):
        yield f"{name:12} {whole[name]}"
    for name in ("requester", "assignee", "language", "channel"):
        yield f"{name:12} {whole[name] or '–'}"
    yield f"{'opened':12} {when(whole['opened_at'])}"
    yield f"{'changed':12} {when(whole['updated_at'])}"
    yield f"{'tags':12} {', '.join(whole['tags']) or '–'}"
    yield from _listed("facts", [f"{kind}: {value}" for kind, value, *_ in whole["facts"]])
    yield from _listed("decided by", [f"{what}: {why}" for what, why in whole["decided"].items()])
    yield "\nDescription"
    yield indent(whole["description"], "  ")
    yield "\nConversation"
    for line in whole["messages"]:
        yield f"  {when(line['at'])}  {line['author']}:"
        yield indent(line["text"], "      ")
    yield "\nEvents"
    for event in whole["events"]:
        who = names.get(event["person"] or 0, event["who"])
        why = f" ({event['why']})" if event["why"] else ""
        yield f"  {when(event['at'])}  {who}: {event['what']}{_change(event, names, when)}{why}"


def _listed(name: str, lines: Sequence[str]) -> Iterator[str]:
    for place, line in enumerate(lines or ["–"]):
        yield f"{'' if place else name:12} {line}"


def _change(event: Mapping[str, Any], names: Mapping[int, str], when: Callable[[str], str]) -> str:
    old, new = event["from"], event["to"]
    match event["what"]:
        case What.OPENED:
            return ""  # where it came from is told above
        case What.ASSIGNEE:
            old, new = (one and names.get(int(one), one) for one in (old, new))
        case What.AGREEMENT:
            old, new = (one and name_of(one) for one in (old, new))
        case What.WARNED | What.BREACHED | What.MET:
            return f" {old}, due {when(new)}" if new else f" {old}"
    if old and new:
        return f" {old} → {new}"
    return f" → {new}" if new else f" {old} → –" if old else ""


def _told(tx: Tx, arguments: argparse.Namespace) -> tuple[dict[str, Any], dict[int, str]]:
    """All of it, and the names of whom its events name."""
    whole = _whole(tx, _asked(tx, arguments))
    ids = {one["person"] for one in whole["events"] if one["person"]}
    for one in whole["events"]:
        if one["what"] == What.ASSIGNEE:
            ids |= {int(id) for id in (one["from"], one["to"]) if id}
    return whole, {id: person.name for id, person in people.named(tx, sorted(ids)).items()}


def _asked(tx: Tx, arguments: argparse.Namespace) -> Ticket:
    """Raises Forbidden for what is restricted: whoever runs this need not be one of its people."""
    ticket = by_number(tx, arguments.number)
    if ticket.restricted and not arguments.restricted:
        raise Forbidden(
            f"{ticket.number} is restricted. To show it on this terminal all the same: --restricted"
        )
    return ticket


def _brief(tx: Tx, ticket: Ticket) -> dict[str, Any]:
    ids = [id for id in (ticket.requester_id, ticket.assignee_id) if id is not None]
    names = {id: person.name for id, person in people.named(tx, ids).items()}
    return {
        "number": ticket.number,
        "type": ticket.type,
        "status": ticket.status,
        "priority": ticket.priority,
        "category": ticket.category,
        "queue": ticket.queue,
        "requester": "" if ticket.restricted else names.get(ticket.requester_id, ""),
        "assignee": names.get(ticket.assignee_id or 0, ""),
        "language": ticket.language,
        "channel": ticket.channel,
        "opened_at": ticket.opened_at.isoformat(timespec="seconds"),
        "updated_at": ticket.updated_at.isoformat(timespec="seconds"),
        "title": "(restricted)" if ticket.restricted else ticket.title,
    }


def _requester(tx: Tx, ticket: Ticket) -> str:
    found = people.named(tx, [ticket.requester_id]).get(ticket.requester_id)
    return "" if found is None else found.name


def _whole(tx: Tx, ticket: Ticket) -> dict[str, Any]:
    """Everything but the notes: what is printed here may be piped anywhere."""
    return _brief(tx, ticket) | {
        "title": ticket.title,
        "requester": _requester(tx, ticket),
        "tags": kept.tags(tx, ticket.id),
        "facts": msgspec.to_builtins(stated(ticket)),
        "decided": json.loads(ticket.decided),
        "description": ticket.description,
        "messages": [
            {"at": line.at.isoformat(timespec="seconds"), "author": line.author, "text": line.body}
            for line in kept.messages(tx, ticket.id)
        ],
        "events": [
            {
                "at": event.at.isoformat(timespec="seconds"),
                "who": event.who,
                "person": event.person_id,
                "what": event.what,
                "from": event.old,
                "to": event.new,
                "why": event.why,
                "message": event.inbox_id,
            }
            for event in kept.events(tx, ticket.id)
        ],
    }
