"""Queries about reports that may have one cause, and the incidents they are part of."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from store.base import from_micros, micros
from store.database import Tx
from store.tables import Incident, Likeness, Message, Ticket


class Words(NamedTuple):
    """What a requester wrote."""

    id: int
    conversation_id: int
    person_id: int | None
    ticket_id: int | None
    at: datetime
    body: str
    type: str | None  # of the ticket
    category: str | None  # of the ticket
    opened_at: datetime | None  # the ticket
    parent_id: int | None  # of the ticket


_WORDS = (
    "SELECT message.id, message.conversation_id, message.person_id, message.ticket_id, message.at,"
    " message.body, ticket.type, ticket.category, ticket.opened_at, ticket.parent_id"
    " FROM message LEFT JOIN ticket ON ticket.id = message.ticket_id"
    " WHERE message.author = 'requester' AND (ticket.id IS NULL OR ticket.restricted IS FALSE) AND "
)


def _words(tx: Tx, where: str, parameters: Sequence[int]) -> list[Words]:
    found = []
    for row in tx.run(_WORDS + where, tuple(parameters)):
        opened = None if row.opened_at is None else from_micros(row.opened_at)
        found.append(Words._make((*row[:4], from_micros(row.at), *row[5:8], opened, row.parent_id)))
    return found


def heard(tx: Tx, after: int, limit: int) -> list[Words]:
    """What requesters wrote after a message, in its order."""
    return _words(tx, "message.id > ? ORDER BY message.id LIMIT ?", (after, limit))


def of_messages(tx: Tx, ids: Sequence[int]) -> list[Words]:
    """Those of these messages that a requester wrote."""
    found: list[Words] = []
    for at in range(0, len(ids), 500):
        some = ids[at : at + 500]
        found += _words(tx, f"message.id IN ({', '.join('?' * len(some))})", some)
    return found


def last_message(tx: Tx, before: datetime | None = None) -> int:
    """The newest message, or the newest of before a moment; 0 for none. Messages have their numbers in
    about the order of time, which is not indexed: so it is looked for by halves."""
    first, last = (int(one or 0) for one in tx.run("SELECT min(id), max(id) FROM message").one())
    if before is None or last == 0:
        return last
    low, high = first - 1, last  # low is before the moment, what is above high is not
    while low < high:
        middle = (low + high + 1) // 2
        row = tx.run("SELECT id, at FROM message WHERE id <= ? ORDER BY id DESC LIMIT 1", (middle,))
        found = row.first()
        if found is None or found[1] < micros(before):
            low = middle
        else:
            high = found[0] - 1
    return max(low, 0)


def tickets_of(tx: Tx, message_ids: Sequence[int]) -> dict[int, int]:
    """message -> the ticket it belongs to"""
    statement = sa.select(Message.id, Message.ticket_id).where(
        Message.id.in_(message_ids), Message.ticket_id.is_not(None)
    )
    return {row.id: row.ticket_id for row in tx.execute(statement)}


def tickets(tx: Tx, ids: Sequence[int]) -> list[Ticket]:
    return list(
        tx.execute(sa.select(Ticket).where(Ticket.id.in_(ids)).order_by(Ticket.id)).scalars()
    )


def children(tx: Tx, ticket_id: int) -> list[Ticket]:
    """The tickets that are part of it, the oldest first."""
    statement = sa.select(Ticket).where(Ticket.parent_id == ticket_id).order_by(Ticket.id)
    return list(tx.execute(statement).scalars())


def is_parent(tx: Tx, ticket_id: int) -> bool:
    return (
        tx.execute(sa.select(Ticket.id).where(Ticket.parent_id == ticket_id).limit(1)).first()
        is not None
    )


def likenesses(tx: Tx, ticket_id: int) -> list[Likeness]:
    """What it was thought to be like, and an agent has not decided yet."""
    statement = sa.select(Likeness).where(
        Likeness.ticket_id == ticket_id, Likeness.settled.is_(None)
    )
    return list(tx.execute(statement.order_by(Likeness.other_id)).scalars())


def thought_like(tx: Tx, ticket_id: int) -> list[Likeness]:
    """The other way round: those that were thought to be like it."""
    statement = sa.select(Likeness).where(
        Likeness.other_id == ticket_id, Likeness.settled.is_(None)
    )
    return list(tx.execute(statement.order_by(Likeness.ticket_id)).scalars())


def said_of(tx: Tx, ticket_ids: Sequence[int]) -> list[Likeness]:
    """All that was ever thought of these tickets, decided or not."""
    statement = sa.select(Likeness).where(Likeness.ticket_id.in_(ticket_ids))
    return list(tx.execute(statement).scalars())


def incident(tx: Tx, ticket_id: int) -> Incident | None:
    return tx.get(Incident, ticket_id)
