"""What clocks are counted from: the events of a ticket, and the terms that they name."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from store.base import from_micros, micros
from store.database import Tx


class Happened(NamedTuple):
    """Of an event what matters to clocks."""

    at: datetime
    who: str
    what: str
    old: str | None
    new: str | None
    why: str | None


_HISTORY = (
    "SELECT at, who, what, old, new, why FROM ticket_event"
    " WHERE ticket_id = ? AND what IN ({}) ORDER BY id"
)


def history(tx: Tx, ticket_id: int, kinds: Sequence[str]) -> list[Happened]:
    """Of one ticket, in the order it happened; of all its past, for a clock needs every step."""
    tx.flush()
    rows = tx.run(_HISTORY.format(", ".join("?" * len(kinds))), (ticket_id, *kinds))
    return [Happened(from_micros(row[0]), *row[1:]) for row in rows]


def keep_terms(tx: Tx, id: str, body: str) -> None:
    tx.run(
        "INSERT INTO sla_terms (id, body, made_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
        (id, body, micros(tx.now)),
    )


def terms(tx: Tx, id: str) -> str:
    """Raises LookupError."""
    found = tx.run("SELECT body FROM sla_terms WHERE id = ?", (id,)).scalar()
    if found is None:
        raise LookupError(f"there are no terms {id}")
    return str(found)


class Aimed(NamedTuple):
    """An unfinished ticket, with all that its terms are chosen by."""

    id: int
    terms: str | None
    priority: str
    category: str
    type: str
    queue: str
    group: str | None
    vip: bool


_AIMED = (
    "SELECT ticket.id, terms, priority, category, ticket.type, queue, group_name, vip FROM ticket"
    " JOIN person ON person.id = requester_id WHERE status IN ({}) AND ticket.id > ?"
    " ORDER BY ticket.id LIMIT ?"
)


def aimed(tx: Tx, statuses: Sequence[str], after: int, limit: int) -> list[Aimed]:
    tx.flush()
    statement = _AIMED.format(", ".join("?" * len(statuses)))
    rows = tx.run(statement, (*statuses, after, limit))
    return [Aimed._make((*row[:7], bool(row[7]))) for row in rows]


def active_of(tx: Tx, person_id: int, statuses: Sequence[str]) -> list[int]:
    """Unfinished tickets of a requester."""
    marks = ", ".join("?" * len(statuses))
    rows = tx.run(
        f"SELECT id FROM ticket WHERE requester_id = ? AND status IN ({marks})",
        (person_id, *statuses),
    )
    return [row[0] for row in rows]
