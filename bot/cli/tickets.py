"""`firstline ticket list|show`: tickets on the terminal, for people and, with --json, for programs."""

import argparse
import json
from typing import Any

from bot.cli.common import Commands, opened, shown
from bot.desk.status import ACTIVE
from bot.desk.tickets import by_number
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
        print(shown([{name: row[name] for name in COLUMNS} for row in rows]))
    return 0


def _show(arguments: argparse.Namespace) -> int:
    with opened(arguments) as store:
        whole = store.read(lambda tx: _whole(tx, by_number(tx, arguments.number)))
    if arguments.json:
        print(json.dumps(whole, ensure_ascii=False, indent=1))
        return 0
    conversation, events = whole.pop("messages"), whole.pop("events")
    for name, value in whole.items():
        print(f"{name:12} {value}")
    print("\nConversation")
    for line in conversation:
        print(f"  {line['at']}  {line['author']}: {line['text']}")
    print("\nEvents")
    for event in events:
        change = " → ".join(part for part in (event["from"], event["to"]) if part)
        print(f"  {event['at']}  {event['who']}: {event['what']} {change} {event['why'] or ''}")
    return 0


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
        "requester": names.get(ticket.requester_id, ""),
        "assignee": names.get(ticket.assignee_id or 0, ""),
        "language": ticket.language,
        "channel": ticket.channel,
        "opened_at": ticket.opened_at.isoformat(timespec="seconds"),
        "updated_at": ticket.updated_at.isoformat(timespec="seconds"),
        "title": ticket.title,
    }


def _whole(tx: Tx, ticket: Ticket) -> dict[str, Any]:
    """Everything but the notes: what is printed here may be piped anywhere."""
    return _brief(tx, ticket) | {
        "tags": kept.tags(tx, ticket.id),
        "facts": json.loads(ticket.facts),
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
