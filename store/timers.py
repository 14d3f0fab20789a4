"""Clocks that survive: a timer is a row, and firing it puts a row into its conversation's inbox.

So a timer's effect is ordered with the messages of its conversation and happens exactly once. A fired
timer is a hint to look, not a fact: its handler reads the ticket again. Lock order: the conversation
first, then its timers, here as in a step.
"""

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from store import intake
from store.base import micros
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


def fire_due(store: "Store", limit: int = 100) -> int:
    """Fire what is due, oldest first; returns how many were looked at."""
    due = store.read(
        lambda tx: tx.session.execute(
            sa.select(Timer.owner, Timer.kind, Timer.token, Timer.conversation_id)
            .where(Timer.due_at <= tx.now)
            .order_by(Timer.due_at)
            .limit(limit)
        ).all()
    )
    if due:
        store.write(
            lambda tx: _fire(
                tx, [(row.owner, row.kind, row.token, row.conversation_id) for row in due]
            )
        )
    return len(due)


def _fire(tx: "Tx", due: list[tuple[str, str, str, int]]) -> None:
    intake.lock(tx, [row[3] for row in due])
    gone = tx.session.execute(
        sa.delete(Timer)
        .where(sa.tuple_(Timer.owner, Timer.kind, Timer.token).in_([row[:3] for row in due]))
        .returning(Timer.token, Timer.due_at, Timer.payload),
        execution_options={"synchronize_session": False},
    )
    # Missing are those cancelled, moved, or fired by another process meanwhile.
    fired = {row.token: row for row in gone}
    rows = []
    for owner, kind, token, conversation_id in due:
        if row := fired.get(token):
            body = Fired(owner=owner, kind=kind, due_at=row.due_at, payload=row.payload)
            name = f"{owner}:{kind}:{token}"
            rows.append((conversation_id, CLOCK, name, "timer", msgspec.json.encode(body).decode()))
    if rows:
        intake.keep(tx, rows)


def next_due(tx: "Tx") -> datetime | None:
    return tx.session.scalar(sa.select(Timer.due_at).order_by(Timer.due_at).limit(1))
