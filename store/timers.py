"""Clocks that survive: a timer is a row, and firing it puts a row into its conversation's inbox.

So a timer's effect is ordered with the messages of its conversation and happens exactly once. A fired
timer is a hint to look, not a fact: its handler reads the ticket again. Lock order: the conversation
first, then its timers, here as in a step.
"""

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from store import intake
from store.base import from_micros, micros
from store.tables import Timer

if TYPE_CHECKING:
    from store.database import Store, Tx

CLOCK: Final = "clock"  # the channel of the inbox rows that timers make


class Fired(Struct, frozen=True, kw_only=True):
    """Body of an inbox row of kind "timer"."""

    owner: str
    kind: str
    due_at: datetime
    payload: str = ""


_SET = (
    "INSERT INTO timer (owner, kind, conversation_id, due_at, token, payload)"
    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (owner, kind) DO UPDATE SET"
    " conversation_id = excluded.conversation_id, due_at = excluded.due_at,"
    " token = excluded.token, payload = excluded.payload"
)


def set_timer(
    tx: "Tx", owner: str, kind: str, conversation_id: int, due_at: datetime, payload: str = ""
) -> None:
    """Set or move the timer `kind` of `owner`. The conversation is held by the caller."""
    tx.run(
        _SET,
        (owner, kind, conversation_id, micros(due_at), secrets.token_hex(8), payload),
    )


def cancel_timers(tx: "Tx", owner: str, *kinds: str) -> None:
    """Those kinds of the owner's timers, or all of them."""
    which = [Timer.owner == owner]
    if kinds:
        which.append(Timer.kind.in_(kinds))
    tx.session.execute(
        sa.delete(Timer).where(*which), execution_options={"synchronize_session": False}
    )


def is_set(tx: "Tx", owner: str, kind: str) -> bool:
    asked = "SELECT 1 FROM timer WHERE owner = ? AND kind = ?"
    return tx.run(asked, (owner, kind)).first() is not None


def hand_over(tx: "Tx", owner: str, conversation_id: int) -> None:
    """Let the owner's timers fire in another conversation; both are held by the caller."""
    tx.run("UPDATE timer SET conversation_id = ? WHERE owner = ?", (conversation_id, owner))


_DUE = (
    "SELECT owner, kind, token, conversation_id, due_at, payload FROM timer WHERE due_at <= ?"
    " ORDER BY due_at LIMIT ?"
)
_TAKE = "DELETE FROM timer WHERE owner = ? AND kind = ? AND token = ? RETURNING token"
_TAKE_PG = (
    "DELETE FROM timer USING unnest(?::text[], ?::text[], ?::text[]) AS due (owner, kind, token)"
    " WHERE timer.owner = due.owner AND timer.kind = due.kind AND timer.token = due.token"
    " RETURNING timer.token"
)


class _Due(NamedTuple):
    owner: str
    kind: str
    token: str
    conversation_id: int
    due_at: int  # microseconds
    payload: str


def fire_due(store: "Store", limit: int = 100) -> int:
    """Fire what is due, oldest first; returns how many were looked at."""
    due = store.read(lambda tx: [_Due(*row) for row in tx.run(_DUE, (micros(tx.now), limit))])
    if due:
        store.write(lambda tx: _fire(tx, due))
    return len(due)


def _fire(tx: "Tx", due: list[_Due]) -> None:
    intake.lock(tx, [one.conversation_id for one in due])
    # Missing are those cancelled, moved, or fired by another process meanwhile.
    taken = _take(tx, due)
    rows = []
    for one in due:
        if one.token in taken:
            body = Fired(
                owner=one.owner, kind=one.kind, due_at=from_micros(one.due_at), payload=one.payload
            )
            name = f"{one.owner}:{one.kind}:{one.token}"
            text = msgspec.json.encode(body).decode()
            rows.append((one.conversation_id, CLOCK, name, "timer", text))
    if rows:
        intake.keep(tx, rows)


def _take(tx: "Tx", due: list[_Due]) -> set[str]:
    """Tokens of those that were still there. SQLite finds a row by its key only one at a time."""
    if tx.is_postgres:
        columns = [[one[n] for one in due] for n in range(3)]
        return {token for (token,) in tx.run(_TAKE_PG, tuple(columns))}
    return {token for one in due for (token,) in tx.run(_TAKE, one[:3]).all()}


def next_due(tx: "Tx") -> datetime | None:
    return tx.session.scalar(sa.select(Timer.due_at).order_by(Timer.due_at).limit(1))
