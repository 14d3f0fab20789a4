"""What is to be delivered, in order for each destination, and what became of it.

A lane is one destination on one channel. It is `ready_at` a time as long as it has pending rows; its row
is locked by whoever adds to it and by whoever settles it, so that no row is forgotten between the two.

A row that can wait (`not_before`) is no part of the order until its time has come: what is urgent passes
it. A lane with nothing else is ready when the first of them is.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from msgspec import Struct

from store.base import from_micros, micros
from store.known import Known
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
    not_before: datetime | None = None  # it can wait till then, and lets later ones pass


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
    thread: str | None = None
    problem: str | None = None
    retry_at: datetime | None = None


_LOCK = "SELECT id FROM lane WHERE id = ANY(?) ORDER BY id FOR UPDATE"
_QUEUE = (
    "INSERT INTO outbox (lane_id, key, conversation_id, not_before, created_at, attempts, body)"
    " VALUES (?, ?, ?, ?, ?, 0, ?) ON CONFLICT (key) DO NOTHING"
)
_QUEUE_PG = (
    "INSERT INTO outbox (lane_id, key, conversation_id, not_before, created_at, attempts, body)"
    " SELECT lane, key, conv, later, ?, 0, body"
    " FROM unnest(?::bigint[], ?::text[], ?::bigint[], ?::bigint[], ?::text[])"
    " WITH ORDINALITY AS a(lane, key, conv, later, body, nr) ORDER BY nr"
    " ON CONFLICT (key) DO NOTHING"
)
_PENDING = "FROM outbox WHERE lane_id = lane.id AND sent_at IS NULL AND dead_at IS NULL"
# Ready exactly as long as something is pending: at the given time, or when the first may go.
_WHEN = (
    "(SELECT CASE WHEN count(*) = 0 THEN NULL"
    " WHEN min(coalesce(not_before, 0)) > CAST(? AS bigint) THEN min(coalesce(not_before, 0))"
    f" ELSE CAST(? AS bigint) END {_PENDING})"
)
# A lane that rests with something tried already must not be hurried; one that only has what can wait
# must be, for what cannot.
_WAKE = (
    f"UPDATE lane SET ready_at = {_WHEN} WHERE id {{}} AND (ready_at IS NULL"
    f" OR ready_at > ? AND NOT EXISTS (SELECT 1 {_PENDING} AND attempts > 0))"
)


def lanes() -> Known:
    return Known("lane", "destination")


def enqueue(tx: "Tx", messages: Sequence[Outgoing]) -> None:
    """Queue them for delivery. A key that was queued before is not queued again."""
    now = micros(tx.now)
    names = {(one.channel, one.destination) for one in messages}
    ids = tx.store.lanes.ids(names)
    ids |= tx.store.lanes.make(tx, dict.fromkeys(names - ids.keys(), ()))
    touched = sorted(ids.values())
    rows = [
        (
            ids[one.channel, one.destination],
            one.key,
            one.conversation_id,
            None if one.not_before is None else micros(one.not_before),
            one.body,
        )
        for one in messages
    ]
    if tx.is_postgres:
        tx.run(_LOCK, (touched,))
        tx.run(_QUEUE_PG, (now, *(list(column) for column in zip(*rows, strict=True))))
        tx.run(_WAKE.format("= ANY(?)"), (now, now, touched, now))
    else:
        tx.run(_QUEUE, [(*row[:-1], now, row[-1]) for row in rows])
        tx.run(_WAKE.format("= ?"), [(now, now, lane, now) for lane in touched])
    for lane in touched:
        tx.signal(OUTBOX, lane)


_READY = (
    "SELECT id, destination FROM lane WHERE channel = ? AND ready_at <= ? ORDER BY ready_at LIMIT ?"
)
_HEAD = (
    "SELECT id, key, attempts, body, created_at FROM outbox"
    " WHERE lane_id = ? AND sent_at IS NULL AND dead_at IS NULL"
    " AND (not_before IS NULL OR not_before <= ?) ORDER BY id LIMIT ?"
)


def ready(
    tx: "Tx", channel: str, *, lanes: int = 64, each: int = 8, but: Collection[int] = ()
) -> list[Load]:
    """What may be delivered now on one channel: the head of up to `lanes` lanes, longest ready first,
    without those that are under way already."""
    found = tx.run(_READY, (channel, micros(tx.now), lanes + len(but))).all()
    loads = []
    for lane_id, destination in [row for row in found if row[0] not in but][:lanes]:
        rows = tx.run(_HEAD, (lane_id, micros(tx.now), each)).all()
        pending = tuple(
            Pending(id, key, attempts, body, from_micros(created_at))
            for id, key, attempts, body, created_at in rows
        )
        loads.append(Load(lane_id, destination, pending))
    return loads


_SETTLE = (  # what is sent stays sent, whatever a second deliverer reports
    "UPDATE outbox SET attempts = attempts + 1, sent_at = ?, dead_at = ?, problem = ?,"
    " platform_id = ?, thread = ? WHERE id = ? AND sent_at IS NULL AND dead_at IS NULL"
)
_REST = f"UPDATE lane SET ready_at = {_WHEN} WHERE id = ?"


def settle(tx: "Tx", lane_ids: Sequence[int], outcomes: Sequence[Outcome]) -> None:
    """Record what became of the attempts and wake or rest the lanes (all those that were loaded)."""
    ids = sorted(set(lane_ids))
    if tx.is_postgres:
        # Held before the next statements look for pending rows: see the module's description.
        tx.run(_LOCK, (ids,))
    moment = micros(tx.now)
    if outcomes:
        tx.run(
            _SETTLE,
            [
                (
                    moment if one.sent else None,
                    moment if one.dead else None,
                    one.problem,
                    one.platform_id,
                    one.thread,
                    one.id,
                )
                for one in outcomes
            ],
        )
    retry = {one.lane_id: micros(one.retry_at) for one in outcomes if one.retry_at is not None}
    times = {lane: retry.get(lane, moment) for lane in ids}
    tx.run(_REST, [(at, at, lane) for lane, at in times.items()])


_NAMED = (
    "SELECT platform_id FROM outbox JOIN lane ON lane.id = lane_id"
    " WHERE outbox.key = ? AND channel = ? AND sent_at IS NOT NULL"
)
_OF_THREAD = "SELECT key FROM outbox WHERE thread = ?"


def platform_id(tx: "Tx", channel: str, key: str) -> str | None:
    """What the network called the message that was sent with this key."""
    found = tx.run(_NAMED, (key, channel)).first()
    return None if found is None else found[0]


def opener(tx: "Tx", channel: str, conversation: str) -> str | None:
    """The key of the message of ours that opened this thread."""
    found = tx.run(_OF_THREAD, (f"{channel} {conversation}",)).first()
    return None if found is None else found[0]


_KNOWN = "SELECT 1 FROM outbox WHERE key = ?"
_LATEST = "SELECT max(id) FROM outbox"
_DROP = (  # not deleted: one on its way would be settled as whatever gets its number next
    "UPDATE outbox SET sent_at = ?, problem = 'something newer said it'"
    " WHERE key >= ? AND key < ? AND attempts = 0 AND sent_at IS NULL AND dead_at IS NULL"
)


def is_known(tx: "Tx", key: str) -> bool:
    return tx.run(_KNOWN, (key,)).first() is not None


def latest(tx: "Tx") -> int:
    """The number of what was queued last; 0: nothing ever was."""
    return tx.run(_LATEST).scalar_one() or 0


def drop_waiting(tx: "Tx", prefix: str) -> None:
    """Do without what was queued with such keys and not tried yet: something newer says it better. What is
    on its way just now arrives all the same, before the newer."""
    tx.run(_DROP, (micros(tx.now), prefix, f"{prefix}\U0010ffff"))


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
    if tx.is_postgres:
        tx.run(_LOCK, (lanes,))
    revived = tx.connection.execute(
        sa.update(Outbox)
        .where(which, Outbox.lane_id.in_(lanes))  # only of those now held
        .values(dead_at=None, attempts=0)
    )
    for one in lanes:
        tx.run("UPDATE lane SET ready_at = ? WHERE id = ?", (micros(tx.now), one))
        tx.signal(OUTBOX, one)
    return revived.rowcount


def oldest_pending(tx: "Tx") -> datetime | None:
    """When the message waiting longest was queued; for the metrics. What can wait does not count."""
    return tx.session.scalar(
        sa.select(Outbox.created_at)
        .where(Outbox.sent_at.is_(None), Outbox.dead_at.is_(None), Outbox.not_before.is_(None))
        .order_by(Outbox.id)
        .limit(1)
    )


def conversations_of(tx: "Tx", pending: Sequence[Pending]) -> list[int]:
    """The conversations that these messages belong to."""
    ids = [one.id for one in pending]
    statement = sa.select(Outbox.conversation_id).where(Outbox.id.in_(ids)).distinct()
    return [id for (id,) in tx.execute(statement) if id is not None]
