"""Answers that are being phrased: one at most for each conversation, gone when it was said or overtaken."""

from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from store.database import Tx
from store.signals import PHRASING
from store.tables import Phrasing


def ask(tx: Tx, phrasing: Phrasing) -> None:
    """The conversation is held by the caller."""
    drop(tx, phrasing.conversation_id)
    tx.session.add(phrasing)
    tx.flush()
    tx.signal(PHRASING, phrasing.conversation_id)


def of(tx: Tx, conversation_id: int) -> Phrasing | None:
    return tx.get(Phrasing, conversation_id)


def drop(tx: Tx, conversation_id: int) -> None:
    tx.execute(
        sa.delete(Phrasing)
        .where(Phrasing.conversation_id == conversation_id)
        .execution_options(synchronize_session="fetch")
    )


class Waiting(Struct, frozen=True):
    """What the model is to be asked."""

    conversation_id: int
    question: str  # of the conversation's state: see Phrasing
    words: str
    language: str
    articles: str


def waiting(tx: Tx, limit: int) -> list[Waiting]:
    """Not asked for yet, the most urgent first."""
    row = Phrasing
    statement = (
        sa.select(row.conversation_id, row.question, row.words, row.language, row.articles)
        .where(row.asked_at.is_(None), row.deadline > tx.now)
        .order_by(row.deadline)
        .limit(limit)
    )
    return [Waiting(*found) for found in tx.execute(statement)]


def taken(tx: Tx, one: Waiting) -> bool:
    """Mark it as asked for. False when it was overtaken, or another process has it."""
    return _changed(tx, one, Phrasing.asked_at.is_(None), asked_at=tx.now)


def answered(tx: Tx, one: Waiting, answer: str | None, due: datetime) -> bool:
    """What came of it. False when the conversation went on meanwhile."""
    return _changed(tx, one, answer=answer, deadline=due)


def _changed(tx: Tx, one: Waiting, *which: sa.ColumnElement[bool], **values: object) -> bool:
    """Whether it is still there to be changed."""
    statement = (
        sa.update(Phrasing)
        .where(
            Phrasing.conversation_id == one.conversation_id,
            Phrasing.question == one.question,
            *which,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(tx.execute(statement).rowcount)
