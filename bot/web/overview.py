"""What agents see of the tickets: the list with its counts, and one ticket with all that happened.

Only reading, and only for whoever may work on tickets.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from bot.desk import notes
from bot.desk.access import Actor, Permission, require
from bot.desk.desk import Desk
from bot.desk.events import What
from bot.desk.indexing import KIND
from bot.desk.status import ACTIVE, Status
from bot.desk.transcript import extra_of
from channels.message import Attachment
from store import people
from store import tickets as kept
from store.database import Tx
from store.tables import Message, Ticket, TicketEvent

WITH_US: Final = (Status.NEW, Status.OPEN, Status.ESCALATED)  # not waiting for anybody else
BY_ID: Final = (What.ASSIGNEE, What.WATCHER)  # events whose values are ids of people
TABS: Final = ("waiting", "mine", "unassigned", "open", "resolved", "all")
COUNTED: Final = 10_000  # beyond it the number of tickets helps nobody
FOUND: Final = 500  # tickets full-text search gives at most


class Wanted(Struct, frozen=True, kw_only=True):
    """What the list is asked for, as it stands in the address. Empty: no matter."""

    tab: str = "waiting"
    q: str = ""
    status: str = ""
    queue: str = ""
    assignee: str = ""  # "me", "none" or a person's id
    category: str = ""
    priority: str = ""
    tag: str = ""
    sort: str = "priority"
    page: int = 1


class Row(Struct, frozen=True, kw_only=True):
    id: int
    number: str
    title: str
    requester: str
    status: str
    priority: str
    category: str
    queue: str
    assignee: str
    tags: Sequence[str]
    opened_at: datetime
    updated_at: datetime
    waiting: datetime | None  # since when the requester has no answer from a person
    is_active: bool


class Entry(Struct, frozen=True, kw_only=True):
    """Something said about a ticket, in public or among agents."""

    kind: str  # "requester", "bot", "agent", "note"
    id: int
    name: str
    at: datetime
    text: str
    choices: Sequence[tuple[str, bool]] = ()  # (label, chosen)
    attachments: Sequence[Attachment] = ()


class Happened(Struct, frozen=True, kw_only=True):
    """One event, with people by name."""

    id: int
    at: datetime
    who: str
    person: str
    person_id: int | None
    what: str
    old: str | None
    new: str | None
    why: str | None


def rows(
    desk: Desk, tx: Tx, wanted: Wanted, actor: Actor, *, size: int
) -> tuple[list[Row], int]:
    """One page of the list, and how many there are in all."""
    require(actor, Permission.WORK_ON_TICKETS)
    which = _filter(desk, tx, wanted, actor)
    total = kept.count(tx, which, COUNTED)
    found = kept.find(
        tx, which, sort=wanted.sort, limit=size, offset=(max(wanted.page, 1) - 1) * size
    )
    names = _names(tx, [id for one in found for id in (one.requester_id, one.assignee_id)])
    tags = kept.tagged(tx, [one.id for one in found])
    waits = waiting_since(tx, found)
    return [
        Row(
            id=one.id,
            number=one.number,
            title=one.title,
            requester=names.get(one.requester_id, ""),
            status=one.status,
            priority=one.priority,
            category=one.category,
            queue=one.queue,
            assignee=names.get(one.assignee_id or 0, ""),
            tags=tags.get(one.id, ()),
            opened_at=one.opened_at,
            updated_at=one.updated_at,
            waiting=waits.get(one.id),
            is_active=one.status in ACTIVE,
        )
        for one in found
    ], total


def counts(tx: Tx, actor: Actor) -> dict[str, int]:
    """How many tickets each tab holds."""
    require(actor, Permission.WORK_ON_TICKETS)
    return {tab: kept.count(tx, _of_tab(tab, actor), COUNTED) for tab in TABS}


def _of_tab(tab: str, actor: Actor) -> kept.Filter:
    active = tuple(sorted(ACTIVE))
    match tab:
        case "waiting":
            return kept.Filter(statuses=WITH_US)
        case "mine":
            return kept.Filter(statuses=active, assignee_id=actor.person_id)
        case "unassigned":
            return kept.Filter(statuses=active, unassigned=True)
        case "open":
            return kept.Filter(statuses=active)
        case "resolved":
            return kept.Filter(statuses=(Status.RESOLVED,))
        case _:
            return kept.Filter()


def _filter(desk: Desk, tx: Tx, wanted: Wanted, actor: Actor) -> kept.Filter:
    which = _of_tab(wanted.tab, actor)
    if wanted.tab == "all" and wanted.status:
        which = msgspec.structs.replace(which, statuses=(wanted.status,))
    if wanted.assignee == "none":
        which = msgspec.structs.replace(which, unassigned=True)
    elif wanted.assignee == "me":
        which = msgspec.structs.replace(which, assignee_id=actor.person_id)
    elif wanted.assignee.isdecimal():
        which = msgspec.structs.replace(which, assignee_id=int(wanted.assignee))
    return msgspec.structs.replace(
        which,
        queue=wanted.queue or None,
        category=wanted.category or None,
        priority=wanted.priority or None,
        tag=wanted.tag.strip().lower() or None,
        ids=_found(desk, tx, wanted.q),
    )


def _found(desk: Desk, tx: Tx, q: str) -> tuple[int, ...] | None:
    """By its number, or by what is said in it."""
    if not q.strip():
        return None
    prefix, _, digits = q.strip().upper().rpartition("-")
    if prefix in ("", "INC", "REQ", "#") and digits.isdecimal() and len(digits) < 19:
        return (int(digits),)
    return tuple(desk.search.find(tx, KIND, desk.terms(q), FOUND))


def waiting_since(tx: Tx, found: Sequence[Ticket]) -> dict[int, datetime]:
    """When the requester first wrote after the last answer of a person, for tickets that are with us."""
    ids = [one.id for one in found if one.status in WITH_US]
    answered = (
        sa.select(sa.func.max(Message.id))
        .where(Message.ticket_id == sa.literal_column("m.ticket_id"), Message.author == "agent")
        .scalar_subquery()
    )
    said = sa.orm.aliased(Message, name="m")
    statement = (
        sa.select(said.ticket_id, sa.func.min(said.at))
        .where(
            said.ticket_id.in_(ids),
            said.author == "requester",
            said.id > sa.func.coalesce(answered, 0),
        )
        .group_by(said.ticket_id)
    )
    return {row[0]: row[1] for row in tx.execute(statement)}


def talk(tx: Tx, ticket: Ticket, actor: Actor) -> list[Entry]:
    """Everything said: the public conversation and the notes, as it happened."""
    require(actor, Permission.WORK_ON_TICKETS)
    messages = kept.messages(tx, ticket.id)
    inside = notes.of(tx, ticket, actor)
    names = _names(tx, [one.person_id for one in (*messages, *inside)])
    chosen = {extra_of(one.extra).chosen for one in messages}
    said = [
        Entry(
            kind=one.author,
            id=one.id,
            name=extra.author or names.get(one.person_id or 0, ""),
            at=one.at,
            text=one.body,
            choices=[(choice.label, choice.value in chosen) for choice in extra.choices],
            attachments=extra.attachments,
        )
        for one in messages
        for extra in (extra_of(one.extra),)
    ]
    noted = [
        Entry(
            kind="note",
            id=one.id,
            name=names.get(one.person_id, ""),
            at=one.at,
            text=one.text.reveal(actor),
            attachments=one.attachments,
        )
        for one in inside
    ]
    # Stable: messages of one moment stay as they were said.
    return sorted([*said, *noted], key=lambda entry: entry.at)


def history(tx: Tx, ticket: Ticket, actor: Actor) -> list[Happened]:
    """Its events, the latest first."""
    require(actor, Permission.WORK_ON_TICKETS)
    events = kept.events(tx, ticket.id)
    assignees = [
        int(value)
        for one in events
        if one.what in BY_ID
        for value in (one.old, one.new)
        if value and value.isdecimal()
    ]
    names = _names(tx, [*(one.person_id for one in events), *assignees])
    return [_happened(one, names) for one in reversed(events)]


def _happened(event: TicketEvent, names: Mapping[int, str]) -> Happened:
    old, new = event.old, event.new
    if event.what in BY_ID:
        old, new = (
            names.get(int(one), one) if one and one.isdecimal() else one for one in (old, new)
        )
    return Happened(
        id=event.id,
        at=event.at,
        who=event.who,
        person=names.get(event.person_id or 0, ""),
        person_id=event.person_id,
        what=event.what,
        old=old,
        new=new,
        why=event.why,
    )


def _names(tx: Tx, ids: Sequence[int | None]) -> dict[int, str]:
    known = people.named(tx, [id for id in ids if id is not None])
    return {id: one.name or f"#{id}" for id, one in known.items()}
