"""Queries about runs of actions: what is to be done, what waits, what was done."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from store.database import Tx
from store.tables import ActionRun


def in_state(tx: Tx, state: str, limit: int, but: Collection[int] = ()) -> list[int]:
    """Ids of runs, the oldest first."""
    statement = sa.select(ActionRun.id).where(ActionRun.state == state)
    if but:
        statement = statement.where(ActionRun.id.not_in(but))
    return list(tx.execute(statement.order_by(ActionRun.id).limit(limit)).scalars())


def due(tx: Tx, states: Sequence[str], limit: int = 100) -> list[int]:
    """Ids of those in a state whose deadline has passed, or that somebody is to be reminded of."""
    late = sa.or_(ActionRun.deadline <= tx.now, ActionRun.remind_at <= tx.now)
    statement = sa.select(ActionRun.id).where(ActionRun.state.in_(states), late)
    return list(tx.execute(statement.order_by(ActionRun.id).limit(limit)).scalars())


def hold(tx: Tx, run_id: int) -> ActionRun | None:
    """As it is now, and nobody else changes it until the commit. After its conversation."""
    tx.flush()
    statement = (
        sa.select(ActionRun).where(ActionRun.id == run_id).execution_options(populate_existing=True)
    )
    if tx.is_postgres:
        statement = statement.with_for_update()
    return tx.session.scalars(statement).one_or_none()


def waiting_in(tx: Tx, conversation_id: int, state: str) -> list[ActionRun]:
    """Runs of a conversation in a state, the oldest first."""
    statement = sa.select(ActionRun).where(
        ActionRun.conversation_id == conversation_id, ActionRun.state == state
    )
    return list(tx.execute(statement.order_by(ActionRun.id)).scalars())


def with_code(tx: Tx, code: str, state: str) -> list[ActionRun]:
    statement = sa.select(ActionRun).where(ActionRun.state == state, ActionRun.code == code)
    return list(tx.execute(statement).scalars())


def of_ticket(tx: Tx, ticket_id: int, limit: int = 50) -> list[ActionRun]:
    """The latest first."""
    statement = sa.select(ActionRun).where(ActionRun.ticket_id == ticket_id)
    return list(tx.execute(statement.order_by(ActionRun.id.desc()).limit(limit)).scalars())


def latest(
    tx: Tx, *, name: str | None = None, state: str | None = None, limit: int = 50
) -> list[ActionRun]:
    """The latest first."""
    statement = sa.select(ActionRun)
    if name is not None:
        statement = statement.where(ActionRun.name == name)
    if state is not None:
        statement = statement.where(ActionRun.state == state)
    return list(tx.execute(statement.order_by(ActionRun.id.desc()).limit(limit)).scalars())


def undo_of(tx: Tx, run_id: int) -> ActionRun | None:
    """The last run that takes another back."""
    statement = sa.select(ActionRun).where(ActionRun.undo_of == run_id)
    found: ActionRun | None = tx.execute(statement.order_by(ActionRun.id.desc()).limit(1)).scalar()
    return found


def counted(tx: Tx, states: Sequence[str], person_id: int, since: datetime) -> int:
    """How many runs in these states were begun for a person since then."""
    statement = sa.select(sa.func.count()).where(
        ActionRun.person_id == person_id,
        ActionRun.state.in_(states),
        ActionRun.asked_at >= since,
    )
    return int(tx.execute(statement).scalar_one())
