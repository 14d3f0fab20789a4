"""Walks through SOPs. The conversation of a run is held by whoever changes it."""

from collections.abc import Sequence

import sqlalchemy as sa

from store.database import Tx
from store.tables import SopRun, TicketEvent


def active(tx: Tx, conversation_id: int) -> SopRun | None:
    """The one that goes on in a conversation."""
    statement = sa.select(SopRun).where(
        SopRun.conversation_id == conversation_id, SopRun.ended_at.is_(None)
    )
    return tx.session.scalars(statement.order_by(SopRun.id.desc()).limit(1)).first()


def of_ticket(tx: Tx, ticket_id: int) -> Sequence[SopRun]:
    """The latest first."""
    statement = sa.select(SopRun).where(SopRun.ticket_id == ticket_id)
    return tx.session.scalars(statement.order_by(SopRun.id.desc()).limit(20)).all()


def marks(tx: Tx, ticket_id: int, whats: Sequence[str]) -> Sequence[TicketEvent]:
    """What agents did to its checklists by hand, as it happened."""
    statement = sa.select(TicketEvent).where(
        TicketEvent.ticket_id == ticket_id, TicketEvent.what.in_(whats)
    )
    return tx.session.scalars(statement.order_by(TicketEvent.id)).all()
