"""Figures for whoever watches the desk from outside."""

from collections.abc import Sequence

import sqlalchemy as sa
from msgspec import Struct

from store import outbox
from store.database import Tx
from store.tables import ArticleUse, Inbox, Outbox, Ticket


class Measures(Struct, frozen=True, kw_only=True):
    outbox_oldest: float  # seconds that the undelivered message waits which waits longest
    outbox_dead: int
    inbox_parked: int
    tickets_open: int
    article_uses: dict[str, int]  # by what became of them


def measure(tx: Tx, done: Sequence[str]) -> Measures:
    """`done` are the states of tickets that are no longer open."""
    oldest = outbox.oldest_pending(tx)
    uses = sa.select(ArticleUse.what, sa.func.count()).group_by(ArticleUse.what)
    return Measures(
        outbox_oldest=max((tx.now - oldest).total_seconds(), 0) if oldest else 0,
        outbox_dead=_count(tx, Outbox.dead_at.is_not(None)),
        inbox_parked=_count(tx, Inbox.parked_at.is_not(None)),
        tickets_open=_count(tx, Ticket.status.not_in(done)),
        article_uses=dict(tx.execute(uses).all()),
    )


def _count(tx: Tx, which: sa.ColumnElement[bool]) -> int:
    return int(tx.execute(sa.select(sa.func.count()).where(which)).scalar_one())
