"""Accepting what arrives: deduplicated, numbered in order within its conversation, conversation woken.

Order on PostgreSQL: the conversation's row is locked before an inbox number is drawn and until the
commit, so numbers are committed in order; and duplicates are looked for in a later statement than the
lock, whose snapshot sees what another process accepted meanwhile.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from store.base import micros
from store.known import Known, Name
from store.signals import WORK

if TYPE_CHECKING:
    from store.database import Tx


class Arrival(Struct, frozen=True, kw_only=True):
    """What a channel accepted, in the store's terms."""

    channel: str
    platform_id: str
    conversation: str
    address: str
    body: str  # JSON
    kind: str = "message"


_KEEP = (
    "INSERT INTO inbox (conversation_id, channel, platform_id, kind, received_at, body)"
    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (channel, platform_id) DO NOTHING"
)
_KEEP_PG = (
    "INSERT INTO inbox (conversation_id, channel, platform_id, kind, received_at, body)"
    " SELECT conv, ch, pid, kind, ?, body"
    " FROM unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[])"
    " WITH ORDINALITY AS a(conv, ch, pid, kind, body, nr) ORDER BY nr"
    " ON CONFLICT (channel, platform_id) DO NOTHING"
)
_LOCK = "SELECT id FROM conversation WHERE id = ANY(?) ORDER BY id FOR UPDATE"
_WAKE = (  # ready exactly as long as something waits: a repeat wakes nobody
    "UPDATE conversation SET ready_at = ? WHERE id {} AND ready_at IS NULL AND EXISTS"
    " (SELECT 1 FROM inbox WHERE conversation_id = conversation.id AND inbox.id > handled_id)"
)


def conversations() -> Known:
    return Known(
        "conversation", "key", ("address", "created_at", "handled_id", "attempts", "since_id")
    )


def accept_many(tx: "Tx", arrivals: Sequence[Arrival]) -> int:
    """Keep all that is new among `arrivals`, in their order. Returns how many were new."""
    addresses = {(one.channel, one.conversation): one.address for one in reversed(arrivals)}
    ids = tx.store.conversations.ids(addresses)
    ids |= find_or_make(tx, {name: addresses[name] for name in addresses.keys() - ids.keys()})
    return keep(
        tx,
        [
            (ids[one.channel, one.conversation], one.channel, one.platform_id, one.kind, one.body)
            for one in arrivals
        ],
    )


def find_or_make(tx: "Tx", wanted: Mapping[Name, str]) -> dict[Name, int]:
    """Ids of the conversations (channel, key), made with their address where there were none."""
    now = micros(tx.now)
    return tx.store.conversations.make(
        tx, {name: (address, now, 0, 0, 0) for name, address in wanted.items()}
    )


def lock(tx: "Tx", conversation_ids: Sequence[int]) -> None:
    """Hold the conversations to the end of the transaction, taken in one order by everybody."""
    if tx.is_postgres:
        tx.run(_LOCK, (sorted(conversation_ids),))


def keep(tx: "Tx", rows: Sequence[tuple[int, str, str, str, str]]) -> int:
    """(conversation id, channel, platform id, kind, body) of each; the conversations exist."""
    now = micros(tx.now)
    touched = sorted({row[0] for row in rows})
    lock(tx, touched)
    if tx.is_postgres:
        columns = [list(column) for column in zip(*rows, strict=True)]
        new = tx.run(_KEEP_PG, (now, *columns)).rowcount
        tx.run(_WAKE.format("= ANY(?)"), (now, touched))
    else:
        values = [(conv, ch, pid, kind, now, body) for conv, ch, pid, kind, body in rows]
        new = tx.run(_KEEP, values).rowcount
        tx.run(_WAKE.format("= ?"), [(now, one) for one in touched])
    for one in touched:
        tx.signal(WORK, one)
    return int(new)
