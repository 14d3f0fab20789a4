"""Accepting what arrives: deduplicated, numbered in order within its conversation, conversation woken.

Order on PostgreSQL: the conversation's row is locked before an inbox number is drawn and until the
commit, so numbers are committed in order; and duplicates are looked for in a later statement than the
lock, whose snapshot sees what another process accepted meanwhile.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from store.base import micros
from store.signals import WORK

if TYPE_CHECKING:
    from store.database import Tx

REMEMBERED: Final = 200_000  # conversation ids kept in memory; about 30 MB


class Arrival(Struct, frozen=True, kw_only=True):
    """What a channel accepted, in the store's terms."""

    channel: str
    platform_id: str
    conversation: str
    address: str
    body: str  # JSON
    kind: str = "message"


_NEW = (
    "INSERT INTO conversation (channel, key, address, created_at, handled_id, attempts, since_id)"
    " VALUES ({}, {}, {}, {}, 0, 0, 0) ON CONFLICT (channel, key) DO NOTHING"
)
_KEEP = (
    "INSERT INTO inbox (conversation_id, channel, platform_id, kind, received_at, body)"
    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (channel, platform_id) DO NOTHING"
)
_KEEP_PG = (
    "INSERT INTO inbox (conversation_id, channel, platform_id, kind, received_at, body)"
    " SELECT conv, ch, pid, kind, %s, body"
    " FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])"
    " WITH ORDINALITY AS a(conv, ch, pid, kind, body, nr) ORDER BY nr"
    " ON CONFLICT (channel, platform_id) DO NOTHING"
)


def accept_many(tx: "Tx", arrivals: Sequence[Arrival]) -> int:
    """Keep all that is new among `arrivals`, in their order. Returns how many were new."""
    ids = _conversations(tx, arrivals)
    return keep(
        tx,
        [
            (ids[one.channel, one.conversation], one.channel, one.platform_id, one.kind, one.body)
            for one in arrivals
        ],
    )


def keep(tx: "Tx", rows: Sequence[tuple[int, str, str, str, str]]) -> int:
    """(conversation id, channel, platform id, kind, body) of each; the conversations exist."""
    now = micros(tx.now)
    touched = sorted({row[0] for row in rows})
    run = tx.connection.exec_driver_sql
    if tx.is_postgres:
        run("SELECT id FROM conversation WHERE id = ANY(%s) ORDER BY id FOR UPDATE", (touched,))
        columns = [list(column) for column in zip(*rows, strict=True)]
        new = run(_KEEP_PG, (now, *columns)).rowcount
        run(
            "UPDATE conversation SET ready_at = %s WHERE id = ANY(%s) AND ready_at IS NULL",
            (now, touched),
        )
    else:
        values = [(conv, ch, pid, kind, now, body) for conv, ch, pid, kind, body in rows]
        new = run(_KEEP, values).rowcount
        run(
            "UPDATE conversation SET ready_at = ? WHERE id = ? AND ready_at IS NULL",
            [(now, one) for one in touched],
        )
    for one in touched:
        tx.signal(WORK, one)
    return int(new)


def _conversations(tx: "Tx", arrivals: Sequence[Arrival]) -> dict[tuple[str, str], int]:
    known = tx.store.conversations
    ids: dict[tuple[str, str], int] = {}
    missing: dict[tuple[str, str], str] = {}
    for one in arrivals:
        name = (one.channel, one.conversation)
        if (found := known.get(name)) is not None:
            ids[name] = found
        else:
            missing.setdefault(name, one.address)
    if missing:
        fresh = find_or_make(tx, missing)
        ids |= fresh
        # Only after the commit: a rolled-back id would be given to somebody else.
        tx.after_commit(lambda: _remember(known, fresh))
    return ids


def find_or_make(tx: "Tx", wanted: dict[tuple[str, str], str]) -> dict[tuple[str, str], int]:
    """Ids of the conversations (channel, key), made with their address where there were none."""
    now = micros(tx.now)
    names = sorted(wanted)  # one order for all processes: no deadlock between two intakes
    mark = "%s" if tx.is_postgres else "?"
    tx.connection.exec_driver_sql(
        _NEW.format(mark, mark, mark, mark),
        [(channel, key, wanted[channel, key], now) for channel, key in names],
    )
    found: dict[tuple[str, str], int] = {}
    opening = "(" if tx.is_postgres else "(VALUES "
    for start in range(0, len(names), 200):
        some = names[start : start + 200]
        rows = tx.connection.exec_driver_sql(
            f"SELECT channel, key, id FROM conversation WHERE (channel, key) IN {opening}"
            + ", ".join([f"({mark}, {mark})"] * len(some))
            + ")",
            tuple(part for name in some for part in name),
        )
        found.update({(row.channel, row.key): row.id for row in rows})
    return found


def _remember(known: dict[tuple[str, str], int], fresh: dict[tuple[str, str], int]) -> None:
    if len(known) > REMEMBERED:
        known.clear()
    known.update(fresh)
