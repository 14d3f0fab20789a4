"""Handling what was accepted: one step takes some conversations with their waiting rows, in order.

Claiming is holding the conversation: on PostgreSQL by its row lock (skipping those others hold), on
SQLite because there is one writer. There is nothing to clean up after a crash: what did not commit
did not happen, and the conversation is still marked ready.
"""

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, Protocol

import sqlalchemy as sa

from store.database import Store, Tx
from store.errors import StoreError
from store.signals import WORK
from store.tables import Conversation, Inbox

ATTEMPTS: Final = 5  # at one row before it is parked
BACKOFF: Final = timedelta(milliseconds=250)  # after the first failure; doubles

Prepared = Mapping[int, Any]
"""What the worker found out about rows, by inbox id, before the conversation was held."""


class Worker(Protocol):
    def prepare(self, rows: Sequence[Inbox]) -> Prepared:
        """Whatever takes time and needs no database: understanding, for many rows at once."""
        ...

    def handle(self, tx: Tx, conversation: Conversation, row: Inbox, prepared: Any) -> None:
        """Let one row take effect, by means of `tx` alone: no network, no clock but `tx.now`."""
        ...

    def parked(self, tx: Tx, conversation: Conversation, row: Inbox, problem: str) -> None:
        """The row could not be handled `ATTEMPTS` times and is put aside: tell a person."""
        ...


def step(store: Store, worker: Worker, *, conversations: int = 16, messages: int = 20) -> int:
    """Handle up to `messages` waiting rows of each of up to `conversations` conversations.

    Returns the number of conversations looked at: 0 when there is nothing to do. One whose handling
    fails does not hold up the others: it is tried again alone, later, and its row at last parked.
    """
    if store.is_postgres:
        try:
            return store.write(lambda tx: _claim_and_handle(tx, worker, conversations, messages))
        except StoreError:
            raise
        except Exception:
            if conversations == 1:
                raise
        ids = store.read(lambda tx: _ready(tx, conversations))
        for one in ids:
            _alone(store, worker, one)
        return len(ids)
    ids, rows = store.read(lambda tx: _peek(tx, conversations, messages))
    if not ids:
        return 0
    try:
        prepared = worker.prepare(rows)
        store.write(lambda tx: _handle(tx, worker, _locked(tx, ids), rows, prepared))
    except StoreError:
        raise
    except Exception:
        for one in ids:
            _alone(store, worker, one)
    return len(ids)


def _ready(tx: Tx, limit: int) -> list[int]:
    return list(
        tx.session.scalars(
            sa.select(Conversation.id)
            .where(Conversation.ready_at <= tx.now)
            .order_by(Conversation.ready_at)
            .limit(limit)
        )
    )


def _peek(tx: Tx, conversations: int, messages: int) -> tuple[list[int], list[Inbox]]:
    ids = _ready(tx, conversations)
    rows: list[Inbox] = []
    for one in tx.session.scalars(sa.select(Conversation).where(Conversation.id.in_(ids))):
        rows += _waiting(tx, one, messages)
    return ids, rows


def _waiting(tx: Tx, conversation: Conversation, limit: int) -> Sequence[Inbox]:
    if conversation.attempts:
        limit = 1  # one of the rows failed: find out which
    return tx.session.scalars(
        sa.select(Inbox)
        .where(Inbox.conversation_id == conversation.id, Inbox.id > conversation.handled_id)
        .order_by(Inbox.id)
        .limit(limit)
    ).all()


def _locked(tx: Tx, ids: Sequence[int]) -> list[Conversation]:
    statement = sa.select(Conversation).where(Conversation.id.in_(ids)).order_by(Conversation.id)
    if tx.is_postgres:
        statement = statement.with_for_update()
    return list(tx.session.scalars(statement))


def _claim_and_handle(tx: Tx, worker: Worker, conversations: int, messages: int) -> int:
    claimed = list(
        tx.session.scalars(
            sa.select(Conversation)
            .where(Conversation.ready_at <= tx.now)
            .order_by(Conversation.ready_at)
            .limit(conversations)
            .with_for_update(skip_locked=True)
        )
    )
    rows = [row for one in claimed for row in _waiting(tx, one, messages)]
    if claimed:
        _handle(tx, worker, claimed, rows, worker.prepare(rows))
    return len(claimed)


def _handle(
    tx: Tx,
    worker: Worker,
    conversations: Sequence[Conversation],
    rows: Sequence[Inbox],
    prepared: Prepared,
) -> None:
    for conversation in conversations:
        for row in rows:
            # Another process may have handled it between the look and the lock.
            if row.conversation_id == conversation.id and row.id > conversation.handled_id:
                worker.handle(tx, conversation, row, prepared.get(row.id))
                conversation.handled_id = row.id
                conversation.attempts = 0
        _rest(tx, conversation)


def _rest(tx: Tx, conversation: Conversation) -> None:
    """Ready again when more is waiting, else asleep."""
    more = tx.session.scalar(
        sa.select(Inbox.id)
        .where(Inbox.conversation_id == conversation.id, Inbox.id > conversation.handled_id)
        .limit(1)
    )
    conversation.ready_at = None if more is None else tx.now
    if more is not None:
        tx.signal(WORK, conversation.id)


def _alone(store: Store, worker: Worker, conversation_id: int) -> None:
    """Handle the first waiting row of one conversation; count it when that fails, park it at last."""

    def work(tx: Tx) -> None:
        conversation = tx.lock(conversation_id)
        if conversation.ready_at is not None and conversation.ready_at <= tx.now:
            rows = _waiting(tx, conversation, 1)
            _handle(tx, worker, [conversation], rows, worker.prepare(rows))

    try:
        store.write(work)
    except StoreError:
        raise
    except Exception as error:
        problem = type(error).__name__  # its text may hold what somebody wrote
        if not store.write(lambda tx: _count(tx, conversation_id)):
            try:
                store.write(lambda tx: _park(tx, conversation_id, problem, worker))
            except StoreError:
                raise
            except Exception:
                store.write(lambda tx: _park(tx, conversation_id, problem, None))


def _count(tx: Tx, conversation_id: int) -> bool:
    """Whether the row is to be tried again."""
    conversation = tx.lock(conversation_id)
    if conversation.attempts + 1 >= ATTEMPTS:
        return False
    conversation.attempts += 1
    pause = BACKOFF * 2 ** (conversation.attempts - 1) * random.uniform(0.8, 1.2)
    conversation.ready_at = tx.now + pause
    return True


def _park(tx: Tx, conversation_id: int, problem: str, worker: Worker | None) -> None:
    conversation = tx.lock(conversation_id)
    row = next(iter(_waiting(tx, conversation, 1)), None)
    if row is not None:
        row.parked_at, row.problem = tx.now, problem
        conversation.handled_id = row.id
        if worker is not None:
            worker.parked(tx, conversation, row, problem)
    conversation.attempts = 0
    _rest(tx, conversation)
