"""Queries about tickets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from msgspec import Struct

from store.base import from_micros, micros
from store.database import Tx
from store.tables import Conversation, Message, SopRun, Tag, Ticket, TicketEvent, Watcher


def hold(tx: Tx, ticket: Ticket) -> Conversation:
    """Hold a ticket until the commit, as it is now, and before it its conversation."""
    conversation = tx.lock(ticket.conversation_id)
    if tx.is_postgres:
        tx.flush()  # refreshing would undo what is not written yet
        tx.session.refresh(ticket, with_for_update=True)
    return conversation


class Filter(Struct, frozen=True, kw_only=True):
    """Which tickets: all that is given must hold. `ids` are those full-text search found."""

    statuses: tuple[str, ...] = ()
    queue: str | None = None
    assignee_id: int | None = None
    unassigned: bool = False
    requester_id: int | None = None
    watcher_id: int | None = None
    category: str | None = None
    priority: str | None = None
    tag: str | None = None
    ids: tuple[int, ...] | None = None
    sla: str | None = None
    due_before: datetime | None = None
    hides_restricted: bool = False


PRIORITIES = ("critical", "high", "medium", "low", "informational")


def _where(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = []
    if wanted.statuses:
        where.append(Ticket.status.in_(wanted.statuses))
    for column, value in (
        (Ticket.queue, wanted.queue),
        (Ticket.assignee_id, wanted.assignee_id),
        (Ticket.requester_id, wanted.requester_id),
        (Ticket.category, wanted.category),
        (Ticket.priority, wanted.priority),
        (Ticket.sla, wanted.sla),
    ):
        if value is not None:
            where.append(column == value)
    if wanted.due_before is not None:
        where.append(Ticket.due_at < wanted.due_before)
    if wanted.hides_restricted:
        where.append(Ticket.restricted.is_(False))
    if wanted.unassigned:
        where.append(Ticket.assignee_id.is_(None))
    if wanted.tag is not None:
        where.append(Ticket.id.in_(sa.select(Tag.ticket_id).where(Tag.tag == wanted.tag)))
    if wanted.watcher_id is not None:
        watched = sa.select(Watcher.ticket_id).where(Watcher.person_id == wanted.watcher_id)
        where.append(Ticket.id.in_(watched))
    if wanted.ids is not None:
        where.append(Ticket.id.in_(wanted.ids))
    return where


def find(tx: Tx, wanted: Filter, *, sort: str, limit: int, offset: int = 0) -> list[Ticket]:
    """`sort`: "updated", "opened" (newest first), "priority" (then longest waiting first), "due" (what is
    paused after what is due, the rest last)."""
    rank = sa.case({name: rank for rank, name in enumerate(PRIORITIES)}, value=Ticket.priority)
    orders: dict[str, list[Any]] = {
        "updated": [Ticket.updated_at.desc()],
        "opened": [Ticket.id.desc()],
        "priority": [rank, Ticket.updated_at],
        "due": [Ticket.due_at.is_(None), Ticket.due_at, Ticket.sla.is_(None), Ticket.updated_at],
    }
    statement = sa.select(Ticket).where(*_where(wanted)).order_by(*orders[sort])
    return list(tx.execute(statement.limit(limit).offset(offset)).scalars())


def count(tx: Tx, wanted: Filter, at_most: int) -> int:
    """How many, counted no further than `at_most`: a page needs no more and a large desk is not read."""
    some = sa.select(Ticket.id).where(*_where(wanted)).limit(at_most).subquery()
    return int(tx.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())


class Brief(NamedTuple):
    """What every turn of a conversation needs to know of a ticket."""

    id: int
    prefix: str
    title: str
    description: str
    status: str
    category: str
    assignee_id: int | None
    updated_at: datetime
    resolved_at: datetime | None


_BRIEF = (
    "SELECT id, prefix, title, description, status, category, assignee_id, updated_at, resolved_at"
    " FROM ticket WHERE requester_id = ? AND (status IN ({}) OR resolved_at > ?)"
    " AND merged_into IS NULL"
    " ORDER BY updated_at DESC LIMIT ?"
)


def of_requester(
    tx: Tx, person_id: int, active: Sequence[str], resolved_after: datetime, limit: int = 10
) -> list[Brief]:
    """Active ones, and those resolved or closed lately; the latest first."""
    # Only their tickets matter here: all else is written together at the end of the step.
    if any(isinstance(one, Ticket) and one.requester_id == person_id for one in tx.session.dirty):
        tx.session.flush()
    statement = _BRIEF.format(", ".join("?" * len(active)))
    found = tx.run(statement, (person_id, *active, micros(resolved_after), limit))
    return [
        Brief._make(
            (*row[:7], from_micros(row[7]), None if row[8] is None else from_micros(row[8]))
        )
        for row in found
    ]


def events(tx: Tx, ticket_id: int, limit: int = 1000) -> list[TicketEvent]:
    """The last events, oldest first."""
    statement = sa.select(TicketEvent).where(TicketEvent.ticket_id == ticket_id)
    rows = tx.execute(statement.order_by(TicketEvent.id.desc()).limit(limit)).scalars()
    return list(rows)[::-1]


def messages(tx: Tx, ticket_id: int, limit: int = 1000) -> list[Message]:
    """The public conversation about it, oldest first; the latest `limit`."""
    statement = sa.select(Message).where(Message.ticket_id == ticket_id)
    rows = tx.execute(statement.order_by(Message.id.desc()).limit(limit)).scalars()
    return list(rows)[::-1]


def tags(tx: Tx, ticket_id: int) -> list[str]:
    statement = sa.select(Tag.tag).where(Tag.ticket_id == ticket_id).order_by(Tag.tag)
    return list(tx.execute(statement).scalars())


def has_tag(tx: Tx, ticket_id: int, tag: str) -> bool:
    tx.flush()
    asked = "SELECT 1 FROM ticket_tag WHERE ticket_id = ? AND tag = ?"
    return tx.run(asked, (ticket_id, tag)).first() is not None


def tagged(tx: Tx, ticket_ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    statement = sa.select(Tag.ticket_id, Tag.tag).where(Tag.ticket_id.in_(ticket_ids))
    for row in tx.execute(statement.order_by(Tag.tag)):
        found.setdefault(row.ticket_id, []).append(row.tag)
    return found


def add_tag(tx: Tx, ticket_id: int, tag: str) -> bool:
    """False when it had it already."""
    if tx.get(Tag, (ticket_id, tag)) is not None:
        return False
    tx.insert(Tag(ticket_id=ticket_id, tag=tag))
    return True


def remove_tag(tx: Tx, ticket_id: int, tag: str) -> bool:
    found = tx.get(Tag, (ticket_id, tag))
    if found is None:
        return False
    tx.session.delete(found)
    tx.flush()
    return True


def watch(tx: Tx, ticket_id: int, person_id: int) -> bool:
    """False when the person watched it already."""
    if tx.get(Watcher, (ticket_id, person_id)) is not None:
        return False
    tx.insert(Watcher(ticket_id=ticket_id, person_id=person_id))
    return True


def unwatch(tx: Tx, ticket_id: int, person_id: int) -> bool:
    found = tx.get(Watcher, (ticket_id, person_id))
    if found is None:
        return False
    tx.session.delete(found)
    tx.flush()
    return True


def watchers(tx: Tx, ticket_id: int) -> list[int]:
    statement = sa.select(Watcher.person_id).where(Watcher.ticket_id == ticket_id)
    return list(tx.execute(statement).scalars())


def absorb(tx: Tx, into: int, ticket_id: int) -> None:
    """What was said about a ticket belongs to another from now on, and so do the threads it was said in and
    the tickets that are part of it."""
    for table, column in (
        (Message, Message.ticket_id),
        (Conversation, Conversation.ticket_id),
        (Ticket, Ticket.parent_id),
        (SopRun, SopRun.ticket_id),
    ):
        tx.execute(
            sa.update(table)
            .where(column == ticket_id)
            .values({column.key: into})
            .execution_options(synchronize_session="fetch")
        )


def file_messages(tx: Tx, conversation_id: int, since_inbox_id: int, ticket_id: int) -> None:
    """Let what was said in the conversation since an inbox row belong to the ticket."""
    # Walked back from the end to the first older message, so that a long past costs nothing.
    older = (
        sa.select(Message.id)
        .where(Message.conversation_id == conversation_id, Message.inbox_id < since_inbox_id)
        .order_by(Message.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    tx.execute(
        sa.update(Message)
        .where(
            Message.conversation_id == conversation_id,
            Message.ticket_id.is_(None),
            Message.id > sa.func.coalesce(older, 0),
        )
        .values(ticket_id=ticket_id)
        .execution_options(synchronize_session=False)
    )
