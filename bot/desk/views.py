"""What people get to see of tickets: agents a list and everything about one, requesters their own.

A requester's view is made of public things only: messages, and of the events those that tell where the
ticket stands, without their reasons.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Struct

from bot.conversation.turn import TicketBrief
from bot.desk import notes
from bot.desk.access import Actor, Permission, require, require_work
from bot.desk.desk import Desk
from bot.desk.events import What
from bot.desk.indexing import KIND
from bot.desk.notes import NoteView
from bot.desk.status import ACTIVE, Status
from bot.desk.tickets import seen_by
from bot.desk.transcript import Line, line_of
from nlp.terms import telling
from store import people
from store import tickets as kept
from store.database import Tx
from store.tables import Conversation, Person, Ticket, TicketEvent

PAGE: Final = 50
COUNTED: Final = 1000  # beyond it a count says "1000+"
FOUND: Final = 500  # tickets looked at of those that full-text search finds
BRIEFS: Final = 10
DESCRIBED: Final = 2000  # characters of a description that follow-ups are matched with


class Sort(StrEnum):
    UPDATED = "updated"  # the latest change first
    OPENED = "opened"  # the newest first
    PRIORITY = "priority"  # the most urgent first, of those the longest untouched
    DUE = "due"  # what is due first first


class Asked(Struct, frozen=True, kw_only=True):
    """Which tickets an agent wants to see; all that is given must hold."""

    statuses: tuple[Status, ...] = tuple(sorted(ACTIVE))  # empty: all
    queue: str | None = None
    assignee_id: int | None = None
    unassigned: bool = False
    mine: bool = False
    watched: bool = False
    category: str | None = None
    priority: str | None = None
    tag: str | None = None
    requester_id: int | None = None
    sla: str | None = None  # Ticket.sla
    due_within: timedelta | None = None  # late ones are, too
    text: str = ""


class Row(Struct, frozen=True, kw_only=True):
    """One ticket of a list."""

    ticket: Ticket
    requester: str
    assignee: str
    tags: tuple[str, ...]


class Listing(Struct, frozen=True, kw_only=True):
    rows: tuple[Row, ...]
    count: int  # of all pages, counted up to `COUNTED`
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE))


class Change(Struct, frozen=True, kw_only=True):
    """An event with the names of the people in it."""

    at: datetime
    who: str
    name: str
    what: str
    old: str | None
    new: str | None
    why: str | None


class Whole(Struct, frozen=True, kw_only=True):
    """Everything about a ticket. Only agents get it."""

    ticket: Ticket
    requester: Person
    assignee: Person | None
    taken_by: int | None  # who has the conversation; nobody: the bot speaks in it
    decided: dict[str, str]  # field -> who set it, and why
    messages: tuple[Line, ...]
    notes: tuple[NoteView, ...]
    events: tuple[Change, ...]
    tags: tuple[str, ...]
    watchers: tuple[Person, ...]


class Public(Struct, frozen=True, kw_only=True):
    """What its requester sees of a ticket."""

    number: str
    title: str
    status: str
    opened_at: datetime
    updated_at: datetime
    messages: tuple[Line, ...]
    events: tuple[Change, ...]


_OF_PEOPLE: Final = frozenset({What.ASSIGNEE, What.WATCHER, What.REQUESTER})
_TOLD: Final = frozenset({What.OPENED, What.STATUS, What.REOPENED})


def listing(
    desk: Desk, tx: Tx, asked: Asked, actor: Actor, *, sort: Sort = Sort.UPDATED, page: int = 1
) -> Listing:
    require(actor, Permission.WORK_ON_TICKETS)
    wanted = _filter(desk, tx, asked, actor)
    page = max(1, page)
    tickets = kept.find(tx, wanted, sort=sort, limit=PAGE, offset=(page - 1) * PAGE)
    names = people.named(
        tx, [id for one in tickets for id in (one.requester_id, one.assignee_id) if id is not None]
    )
    tags = kept.tagged(tx, [one.id for one in tickets])
    rows = tuple(
        Row(
            ticket=one,
            requester=_name(names, one.requester_id),
            assignee=_name(names, one.assignee_id),
            tags=tuple(tags.get(one.id, ())),
        )
        for one in tickets
    )
    return Listing(rows=rows, count=kept.count(tx, wanted, COUNTED), page=page)


def counts(desk: Desk, tx: Tx, actor: Actor) -> dict[str, int]:
    """How many active tickets there are: "mine", "unassigned", and by queue; up to `COUNTED` each."""
    require(actor, Permission.WORK_ON_TICKETS)
    active = Asked()
    wanted = {
        "mine": msgspec.structs.replace(active, mine=True),
        "unassigned": msgspec.structs.replace(active, unassigned=True),
    } | {queue: msgspec.structs.replace(active, queue=queue) for queue in desk.queues}
    return {
        name: kept.count(tx, _filter(desk, tx, one, actor), COUNTED) for name, one in wanted.items()
    }


def whole(tx: Tx, ticket: Ticket, actor: Actor) -> Whole:
    require_work(actor, ticket)
    watchers = kept.watchers(tx, ticket.id)
    events = kept.events(tx, ticket.id)
    concerned = {ticket.requester_id, *watchers, *(id for one in events for id in _people_in(one))}
    if ticket.assignee_id is not None:
        concerned.add(ticket.assignee_id)
    found = people.named(tx, sorted(concerned))
    conversation = tx.get(Conversation, ticket.conversation_id)
    return Whole(
        ticket=ticket,
        requester=found[ticket.requester_id],
        assignee=found.get(ticket.assignee_id or 0),
        taken_by=None if conversation is None else conversation.taken_by,
        decided=msgspec.json.decode(ticket.decided, type=dict[str, str]),
        messages=_lines(tx, ticket),
        notes=tuple(notes.of(tx, ticket, actor)),
        events=tuple(_change(one, found) for one in events),
        tags=tuple(kept.tags(tx, ticket.id)),
        watchers=tuple(found[id] for id in watchers if id in found),
    )


def public(tx: Tx, ticket: Ticket, actor: Actor) -> Public:
    """Raises NotFound for everybody else's ticket: whether it exists is nobody's business."""
    seen_by(actor, ticket)
    return Public(
        number=ticket.number,
        title=ticket.title,
        status=ticket.status,
        opened_at=ticket.opened_at,
        updated_at=ticket.updated_at,
        messages=_lines(tx, ticket),
        events=tuple(
            Change(
                at=one.at,
                who=one.who,
                name="",
                what=one.what,
                old=one.old,
                new=one.new,
                why=None,
            )
            for one in kept.events(tx, ticket.id)
            if one.what in _TOLD
        ),
    )


def briefs(desk: Desk, tx: Tx, person_id: int) -> tuple[TicketBrief, ...]:
    """What the conversation needs to know of a requester's tickets: active or lately done, latest first."""
    since = tx.now - max(desk.reopen_within, REMEMBERED)
    found = kept.of_requester(tx, person_id, sorted(ACTIVE), since, BRIEFS)
    return tuple(
        TicketBrief(
            id=one.id,
            number=f"{one.prefix}-{one.id}",
            title=one.title,
            status=one.status,
            category=one.category,
            terms=_terms(f"{one.title} {one.description[:DESCRIBED]}"),
            updated_at=one.updated_at,
            resolved_at=one.resolved_at,
            waits_for_requester=one.status == Status.PENDING_USER,
            taken=one.assignee_id is not None,
        )
        for one in found
    )


REMEMBERED: Final = timedelta(days=90)  # done longer ago than may be reopened, and still known


@lru_cache(maxsize=4096)
def _terms(text: str) -> frozenset[str]:
    return frozenset(telling(text))


def _filter(desk: Desk, tx: Tx, asked: Asked, actor: Actor) -> kept.Filter:
    ids: tuple[int, ...] | None = None
    if asked.text.strip():
        terms = desk.terms(asked.text[:DESCRIBED])
        ids = tuple(desk.search.find(tx, KIND, terms, FOUND, internal=True))
    return kept.Filter(
        statuses=tuple(str(one) for one in asked.statuses),
        queue=asked.queue,
        assignee_id=actor.person_id if asked.mine else asked.assignee_id,
        unassigned=asked.unassigned,
        requester_id=asked.requester_id,
        watcher_id=actor.person_id if asked.watched else None,
        category=asked.category,
        priority=asked.priority,
        tag=asked.tag,
        ids=ids,
        sla=asked.sla,
        due_before=None if asked.due_within is None else tx.now + asked.due_within,
        hides_restricted=not actor.cleared,
    )


def _lines(tx: Tx, ticket: Ticket) -> tuple[Line, ...]:
    return tuple(line_of(row) for row in kept.messages(tx, ticket.id))


def _people_in(event: TicketEvent) -> Sequence[int]:
    ids = [] if event.person_id is None else [event.person_id]
    if event.what in _OF_PEOPLE:
        ids += [int(id) for id in (event.old, event.new) if id is not None]
    return ids


def _change(event: TicketEvent, found: dict[int, Person]) -> Change:
    old, new = event.old, event.new
    if event.what in _OF_PEOPLE:
        old, new = (None if id is None else _name(found, int(id)) for id in (old, new))
    return Change(
        at=event.at,
        who=event.who,
        name=_name(found, event.person_id),
        what=event.what,
        old=old,
        new=new,
        why=event.why,
    )


def _name(found: dict[int, Person], id: int | None) -> str:
    person = None if id is None else found.get(id)
    return "" if person is None else person.name or f"#{person.id}"
