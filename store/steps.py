"""Handling what was accepted: one step takes some conversations with their waiting rows, in order.

Claiming is holding the conversation. On SQLite there is one writer. On PostgreSQL two locks end with the
transaction: an advisory one keeps other workers away from the claim on, while the messages are being
understood; the row's own, which intake needs too, is taken only for the handling and held to the commit.
There is nothing to clean up after a crash: what did not commit did not happen, and the conversation is
still marked ready.
"""

import logging
import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any, Final, Protocol

import sqlalchemy as sa

from store.base import micros
from store.database import Store, Tx
from store.errors import StoreError
from store.signals import WORK
from store.tables import Conversation, Inbox

log = logging.getLogger(__name__)

ATTEMPTS: Final = 5  # at one row before it is parked
BACKOFF: Final = timedelta(milliseconds=250)  # after the first failure; doubles
CANDIDATES: Final = 512  # a claim passes over this many conversations held by other workers

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
    sound: list[int] = []
    failed_before: list[int] = []

    def claim(tx: Tx) -> Sequence[Inbox]:
        claimed = _claim(tx, conversations)
        sound[:] = [id for id, attempts in claimed if not attempts]
        failed_before[:] = [id for id, attempts in claimed if attempts]
        return _waiting(tx, sound, messages)

    def claim_and_handle(tx: Tx) -> None:
        rows = claim(tx)
        if sound:
            _handle(tx, worker, sound, rows, worker.prepare(rows))

    try:
        if store.is_postgres:
            store.write(claim_and_handle)
        else:
            rows = store.read(claim)
            if sound:
                prepared = worker.prepare(rows)
                store.write(lambda tx: _handle(tx, worker, sound, rows, prepared))
        alone = failed_before
    except StoreError:
        raise
    except Exception:  # by one of them: find out which
        alone = sound + failed_before
    for one in alone:
        _alone(store, worker, one)
    return len(sound) + len(failed_before)


_READY = "SELECT id, attempts FROM conversation WHERE ready_at <= ? ORDER BY ready_at LIMIT ?"
_CLAIM = (
    f"WITH candidate AS MATERIALIZED ({_READY})"
    " SELECT id, attempts FROM candidate WHERE pg_try_advisory_xact_lock(id) LIMIT ?"
)

_TRY = "SELECT pg_try_advisory_xact_lock(?)"


def _claim(tx: Tx, limit: int) -> list[tuple[int, int]]:
    """(id, attempts) of conversations with something to handle, longest ready first."""
    now = micros(tx.now)
    if tx.is_postgres:
        return [(row[0], row[1]) for row in tx.run(_CLAIM, (now, CANDIDATES, limit))]
    return [(row[0], row[1]) for row in tx.run(_READY, (now, limit))]


def _waiting(tx: Tx, ids: Sequence[int], limit: int) -> Sequence[Inbox]:
    """The next rows of each, up to `limit`, in order."""
    if not ids:
        return ()
    last = (
        sa.select(Inbox.id)
        .where(Inbox.conversation_id == Conversation.id, Inbox.id > Conversation.handled_id)
        .order_by(Inbox.id)
        .offset(limit - 1)
        .limit(1)
        .correlate(Conversation)
        .scalar_subquery()
    )
    return tx.session.scalars(
        sa.select(Inbox)
        .join(Conversation, Inbox.conversation_id == Conversation.id)
        .where(
            Conversation.id.in_(ids),
            Inbox.id > Conversation.handled_id,
            Inbox.id <= sa.func.coalesce(last, sa.literal(1 << 62, sa.BigInteger)),
        )
        .order_by(Inbox.conversation_id, Inbox.id)
    ).all()


def _handle(
    tx: Tx, worker: Worker, ids: Sequence[int], rows: Sequence[Inbox], prepared: Prepared
) -> None:
    by_conversation = {
        id: list(some) for id, some in groupby(rows, lambda row: row.conversation_id)
    }
    held = [
        one
        for one in tx.lock_all(ids).values()
        # Between the look and the lock another process may have been here.
        if one.ready_at is not None and one.ready_at <= tx.now
    ]
    for conversation in held:
        for row in by_conversation.get(conversation.id, ()):
            if row.id > conversation.handled_id:
                worker.handle(tx, conversation, row, prepared.get(row.id))
                conversation.handled_id, conversation.attempts = row.id, 0
    _rest(tx, held)


def _rest(tx: Tx, conversations: Sequence[Conversation]) -> None:
    """Each is ready again when more is waiting, else asleep. They are held, so nothing is missed."""
    last = sa.select(sa.func.max(Inbox.id)).where(Inbox.conversation_id == Conversation.id)
    found = tx.session.execute(
        sa.select(Conversation.id, last.correlate(Conversation).scalar_subquery()).where(
            Conversation.id.in_([one.id for one in conversations])
        )
    )
    newest = {id: inbox_id or 0 for id, inbox_id in found}
    for one in conversations:
        more = newest[one.id] > one.handled_id
        one.ready_at = tx.now if more else None
        if more:
            tx.signal(WORK, one.id)


def _alone(store: Store, worker: Worker, conversation_id: int) -> None:
    """Handle the first waiting row of one conversation; count it when that fails, park it at last."""
    first: list[Inbox] = []

    def handle(tx: Tx) -> None:
        if tx.is_postgres and not tx.run(_TRY, (conversation_id,)).scalar_one():
            return
        first[:] = _waiting(tx, [conversation_id], 1)
        _handle(tx, worker, [conversation_id], first, worker.prepare(first))

    try:
        store.write(handle)
    except StoreError:
        raise
    except Exception as error:
        if not first:
            raise
        log.exception("message.failed", extra={"inbox": first[0].id})
        problem = type(error).__name__  # its text may hold what somebody wrote
        row = first[0]
        try:
            store.write(lambda tx: _failed(tx, row.id, conversation_id, problem, worker))
        except StoreError:
            raise
        except Exception:  # even telling a person fails
            store.write(lambda tx: _failed(tx, row.id, conversation_id, problem, None))


def _failed(tx: Tx, row_id: int, conversation_id: int, problem: str, worker: Worker | None) -> None:
    conversation = tx.lock(conversation_id)
    if conversation.handled_id >= row_id:  # meanwhile another process did better
        return
    conversation.attempts += 1
    if conversation.attempts < ATTEMPTS:
        pause = BACKOFF * 2 ** (conversation.attempts - 1) * random.uniform(0.8, 1.2)
        conversation.ready_at = tx.now + pause
        return
    row = tx.session.get_one(Inbox, row_id)
    row.parked_at, row.problem = tx.now, problem
    conversation.handled_id, conversation.attempts = row_id, 0
    if worker is not None:
        worker.parked(tx, conversation, row, problem)
    _rest(tx, [conversation])
