"""What agents said a ticket is, when the desk had thought otherwise: read from the tickets' events."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from msgspec import Struct

from store.database import Tx
from store.knowledge import get, put
from store.signals import LESSONS
from store.tables import Ticket, TicketEvent

VERSION: Final = "lessons-version"
FIELDS: Final = ("category", "type")
FORGOTTEN: Final = (
    "forgotten"  # an event whose `old` is the number of the event that no longer teaches
)


class Change(Struct, frozen=True, kw_only=True):
    """One event: somebody set a field, or said that such an event is to teach nothing."""

    id: int
    ticket_id: int
    prefix: str
    language: str
    text: str  # what the requester wrote, secrets hidden
    who: str
    person_id: int | None
    what: str
    old: str | None
    new: str | None
    why: str | None  # by what the old value had been decided


class Solved(Struct, frozen=True, kw_only=True):
    """A ticket that an agent has finished."""

    id: int
    category: str
    type: str
    language: str
    decided: str  # Ticket.decided
    resolved_at: datetime


def changes(tx: Tx, limit: int = 20_000) -> list[Change]:
    """The newest by agents, oldest first."""
    event = TicketEvent
    statement = (
        sa.select(
            event.id, event.ticket_id, Ticket.prefix, Ticket.language, Ticket.description,
            event.who, event.person_id, event.what, event.old, event.new, event.why,
        )
        .join(Ticket, Ticket.id == event.ticket_id)
        .where(event.who == sa.literal_column("'agent'"), Ticket.restricted.is_(False))
        .where(event.what.in_(sa.literal_column(f"'{one}'") for one in (*FIELDS, FORGOTTEN)))
        .order_by(event.id.desc())
        .limit(limit)
    )  # fmt: skip
    names = Change.__struct_fields__
    return [Change(**dict(zip(names, row, strict=True))) for row in tx.execute(statement)][::-1]


def solved(tx: Tx, limit: int = 20_000) -> list[Solved]:
    """The newest, oldest first."""
    statement = (
        sa.select(
            Ticket.id, Ticket.category, Ticket.type, Ticket.language, Ticket.decided,
            Ticket.resolved_at,
        )
        .where(Ticket.resolved_at.is_not(None), Ticket.assignee_id.is_not(None))
        .order_by(Ticket.id.desc())
        .limit(limit)
    )  # fmt: skip
    names = Solved.__struct_fields__
    return [Solved(**dict(zip(names, row, strict=True))) for row in tx.execute(statement)][::-1]


def version(tx: Tx) -> str:
    """Another one after each change."""
    return get(tx, VERSION) or "0"


def changed(tx: Tx) -> None:
    put(tx, VERSION, str(int(version(tx)) + 1))
    tx.signal(LESSONS, 0)
