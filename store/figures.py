"""Numbers about tickets and articles: who waits for an answer, how many of what, how fast."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from store.database import Tx
from store.tables import ArticleUse, Message, Ticket


def unanswered(tx: Tx, ticket_ids: Sequence[int]) -> dict[int, datetime]:
    """Since when the requester of a ticket has been without an answer from a person, if so."""
    said, answer = aliased(Message), aliased(Message)
    answered = (
        sa.select(sa.func.max(answer.id))
        .where(answer.ticket_id == said.ticket_id, answer.author == "agent")
        .scalar_subquery()
    )
    statement = (
        sa.select(said.ticket_id, sa.func.min(said.at))
        .where(
            said.ticket_id.in_(ticket_ids),
            said.author == "requester",
            said.id > sa.func.coalesce(answered, 0),
        )
        .group_by(said.ticket_id)
    )
    return {row[0]: row[1] for row in tx.execute(statement)}


def by_queue(tx: Tx, statuses: Sequence[str]) -> dict[str, int]:
    return _counted(tx, Ticket.queue, Ticket.status.in_(statuses))


def by_priority(tx: Tx, statuses: Sequence[str]) -> dict[str, int]:
    return _counted(tx, Ticket.priority, Ticket.status.in_(statuses))


def article_uses(tx: Tx, since: datetime) -> dict[str, int]:
    """ "shown", "helped", "not-helped" -> how often."""
    return _counted(tx, ArticleUse.what, ArticleUse.at >= since)


def opened(tx: Tx, edges: Sequence[datetime]) -> list[int]:
    """How many tickets were opened between each moment and the next."""
    return _between(tx, Ticket.opened_at, edges)


def resolved(tx: Tx, edges: Sequence[datetime]) -> list[int]:
    return _between(tx, Ticket.resolved_at, edges)


def response_seconds(tx: Tx, since: datetime, limit: int) -> list[float]:
    """How long the tickets that were first answered since then had waited for it; the latest `limit`."""
    rows = tx.execute(
        sa.select(Ticket.opened_at, Ticket.responded_at)
        .where(Ticket.responded_at >= since)
        .order_by(Ticket.id.desc())
        .limit(limit)
    )
    return [(answered - asked).total_seconds() for asked, answered in rows]


def _counted(tx: Tx, column: Any, which: sa.ColumnElement[bool]) -> dict[str, int]:
    rows = tx.execute(sa.select(column, sa.func.count()).where(which).group_by(column))
    return {row[0]: row[1] for row in rows}


def _between(tx: Tx, column: Any, edges: Sequence[datetime]) -> list[int]:
    sums = [
        sa.func.sum(sa.case((sa.and_(column >= start, column < end), 1), else_=0))
        for start, end in pairwise(edges)
    ]
    row = tx.execute(sa.select(*sums).where(column >= edges[0], column < edges[-1])).one()
    return [int(one or 0) for one in row]
