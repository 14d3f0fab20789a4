"""What is to be delivered, in order for each destination, and what became of it.

A lane is one destination on one channel. It is `ready_at` a time as long as it has pending rows; its row
is locked by whoever adds to it and by whoever settles it, so that no row is forgotten between the two.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from msgspec import Struct

from store.base import UtcDateTime, micros
from store.signals import OUTBOX
from store.tables import Lane, Outbox

if TYPE_CHECKING:
    from store.database import Tx


class Outgoing(Struct, frozen=True, kw_only=True):
    channel: str
    destination: str
    key: str
    body: str  # OutboundMessage as JSON
    conversation_id: int | None = None


class Pending(Struct, frozen=True):
    id: int
    key: str
    attempts: int
    body: str
    created_at: datetime


class Load(Struct, frozen=True):
    """The oldest pending messages of one lane."""

    lane_id: int
    destination: str
    pending: tuple[Pending, ...]


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of one attempt. Neither `sent` nor `dead`: it is tried again at `retry_at`."""

    id: int
    lane_id: int
    sent: bool = False
    dead: bool = False
    platform_id: str | None = None
    problem: str | None = None
    retry_at: datetime | None = None


_WAKE = (
    "INSERT INTO lane (channel, destination, ready_at) VALUES ({0}, {0}, {0})"
    " ON CONFLICT (channel, destination)"
    " DO UPDATE SET ready_at = coalesce(lane.ready_at, excluded.ready_at) RETURNING id"
)
_QUEUE = (
    "INSERT INTO outbox (lane_id, key, conversation_id, created_at, attempts, body)"
    " VALUES ({0}, {0}, {0}, {0}, 0, {0}) ON CONFLICT (key) DO NOTHING"
)


def enqueue(tx: "Tx", messages: Sequence[Outgoing]) -> None:
    """Queue them for delivery. A key that was queued before is not queued again."""
    mark = "%s" if tx.is_postgres else "?"
    now = micros(tx.now)
    run = tx.connection.exec_driver_sql
    lanes: dict[tuple[str, str], int] = {}
    for channel, destination in sorted({(one.channel, one.destination) for one in messages}):
        found = run(_WAKE.format(mark), (channel, destination, now)).scalar_one()
        lanes[channel, destination] = int(found)
        tx.signal(OUTBOX, int(found))
    run(
        _QUEUE.format(mark),
        [
            (lanes[one.channel, one.destination], one.key, one.conversation_id, now, one.body)
            for one in messages
        ],
    )


def ready(tx: "Tx", channel: str, *, lanes: int = 64, each: int = 8) -> list[Load]:
    """What may be delivered now on one channel: the head of up to `lanes` lanes, longest ready first."""
    loads = []
    for lane in tx.session.execute(
        sa.select(Lane.id, Lane.destination)
        .where(Lane.channel == channel, Lane.ready_at <= tx.now)
        .order_by(Lane.ready_at)
        .limit(lanes)
    ).all():
        rows = tx.session.execute(
            sa.select(Outbox.id, Outbox.key, Outbox.attempts, Outbox.body, Outbox.created_at)
            .where(Outbox.lane_id == lane.id, Outbox.sent_at.is_(None), Outbox.dead_at.is_(None))
            .order_by(Outbox.id)
            .limit(each)
        ).all()
        loads.append(Load(lane.id, lane.destination, tuple(Pending(*row) for row in rows)))
    return loads


def settle(tx: "Tx", lane_ids: Sequence[int], outcomes: Sequence[Outcome]) -> None:
    """Record what became of the attempts and wake or rest the lanes (all those that were loaded)."""
    ids = sorted(set(lane_ids))
    if tx.is_postgres:
        # Held before the next statements look for pending rows: see the module's description.
        tx.session.execute(
            sa.select(Lane.id).where(Lane.id.in_(ids)).order_by(Lane.id).with_for_update()
        ).all()
    if outcomes:
        tx.connection.execute(
            sa.update(Outbox.__table__)  # type: ignore[arg-type]
            .where(Outbox.__table__.c.id == sa.bindparam("row"))
            .values(
                attempts=Outbox.attempts + 1,
                sent_at=sa.bindparam("sent", type_=UtcDateTime()),
                dead_at=sa.bindparam("dead", type_=UtcDateTime()),
                problem=sa.bindparam("why"),
                platform_id=sa.bindparam("platform"),
            ),
            [
                {
                    "row": one.id,
                    "sent": tx.now if one.sent else None,
                    "dead": tx.now if one.dead else None,
                    "why": one.problem,
                    "platform": one.platform_id,
                }
                for one in outcomes
            ],
        )
    retry = {one.lane_id: one.retry_at for one in outcomes if one.retry_at is not None}
    pending = (
        sa.exists()
        .where(Outbox.lane_id == Lane.id, Outbox.sent_at.is_(None), Outbox.dead_at.is_(None))
        .correlate(Lane)
    )
    tx.connection.execute(
        sa.update(Lane.__table__)  # type: ignore[arg-type]
        .where(Lane.__table__.c.id == sa.bindparam("lane"))
        .values(ready_at=sa.case((pending, sa.bindparam("next", type_=UtcDateTime())), else_=None)),
        [{"lane": one, "next": retry.get(one, tx.now)} for one in ids],
    )


def dead(tx: "Tx", limit: int = 1000) -> list[tuple[Outbox, Lane]]:
    """Messages given up, oldest first, with their lanes."""
    found = tx.session.execute(
        sa.select(Outbox, Lane)
        .join(Lane, Lane.id == Outbox.lane_id)
        .where(Outbox.dead_at.is_not(None))
        .order_by(Outbox.dead_at)
        .limit(limit)
    ).all()
    return [(row[0], row[1]) for row in found]


def revive(tx: "Tx", ids: Sequence[int] | None = None) -> int:
    """Queue dead messages again, all or those with `ids`; returns how many. They keep their key, and go
    before later ones of the same destination that are still waiting."""
    which: sa.ColumnElement[bool] = Outbox.dead_at.is_not(None)
    if ids is not None:
        which = sa.and_(which, Outbox.id.in_(ids))
    lanes = sorted(set(tx.session.scalars(sa.select(Outbox.lane_id).where(which))))
    tx.session.execute(
        sa.update(Lane).where(Lane.id.in_(lanes)).values(ready_at=tx.now),
        execution_options={"synchronize_session": False},
    )
    revived = tx.connection.execute(sa.update(Outbox).where(which).values(dead_at=None, attempts=0))
    for one in lanes:
        tx.signal(OUTBOX, one)
    return revived.rowcount


def oldest_pending(tx: "Tx") -> datetime | None:
    """When the message waiting longest was queued; for the metrics."""
    return tx.session.scalar(
        sa.select(Outbox.created_at)
        .where(Outbox.sent_at.is_(None), Outbox.dead_at.is_(None))
        .order_by(Outbox.id)
        .limit(1)
    )
