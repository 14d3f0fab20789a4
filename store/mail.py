"""Mail as it came: kept before it is acknowledged, read afterwards.

Reading a mail takes longer than keeping it, and a hostile one longest; so a sender waits for the commit
of the bytes alone, and what they say is found out after it, in the order they came.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from msgspec import Struct

from store.base import micros
from store.signals import MAIL
from store.tables import Correspondent, Mail, SourcePosition

if TYPE_CHECKING:
    from store.database import Tx

IN_ROW: Final = 64 * 1024  # bytes; what is larger lies in the file store


class Letter(Struct, frozen=True, kw_only=True):
    mailbox: str
    sha256: str
    size: int
    body: bytes | None  # None: it is in the file store
    envelope: str  # JSON


_KEEP = "INSERT INTO mail (mailbox, sha256, size, body, envelope, received_at) VALUES (?, ?, ?, ?, ?, ?)"


def keep(tx: "Tx", letters: Sequence[Letter]) -> None:
    """Keep them all, in their order. A repeat is kept too: only reading it shows that it is one."""
    now = micros(tx.now)
    tx.run(
        _KEEP,
        [(one.mailbox, one.sha256, one.size, one.body, one.envelope, now) for one in letters],
    )
    tx.signal(MAIL, 0)


def unfiled(tx: "Tx", limit: int) -> list[Mail]:
    """What waits to be read, oldest first."""
    statement = sa.select(Mail).where(Mail.filed_at.is_(None)).order_by(Mail.id).limit(limit)
    return list(tx.session.scalars(statement))


_FILED = "UPDATE mail SET filed_at = ?, problem = ? WHERE id = ?"


def filed(tx: "Tx", mails: Sequence[tuple[int, str | None]]) -> None:
    """(id, problem) of those that have become messages, or never will."""
    now = micros(tx.now)
    tx.run(_FILED, [(now, problem, id) for id, problem in mails])


def original(tx: "Tx", sha256: str) -> Mail | None:
    """The mail with these bytes."""
    statement = sa.select(Mail).where(Mail.sha256 == sha256).order_by(Mail.id).limit(1)
    return tx.session.scalar(statement)


def position(tx: "Tx", source: str) -> str | None:
    """How far a pulled source has been read."""
    found = tx.get(SourcePosition, (source, ""))
    return None if found is None else found.position


def set_position(tx: "Tx", source: str, position: str) -> None:
    found = tx.get(SourcePosition, (source, ""))
    if found is None:
        tx.insert(SourcePosition(source=source, position=position))
    else:
        found.position = position


_COUNT: Final = (
    "INSERT INTO correspondent (channel, address, since, replies) VALUES (?, ?, ?, 1)"
    " ON CONFLICT (channel, address) DO UPDATE SET"
    " replies = CASE WHEN correspondent.since <= ? THEN 1 ELSE correspondent.replies + 1 END,"
    " since = CASE WHEN correspondent.since <= ? THEN excluded.since ELSE correspondent.since END"
    " RETURNING replies"
)


def silenced(tx: "Tx", most: int, window: timedelta) -> int:
    """How many addresses were to be written to more often than that within the window."""
    statement = sa.select(sa.func.count()).where(
        Correspondent.replies > most, Correspondent.since > tx.now - window
    )
    return int(tx.session.scalar(statement) or 0)


def replies(tx: "Tx", channel: str, address: str, window: timedelta) -> int:
    """How many `count_reply` has counted."""
    found = tx.get(Correspondent, (channel, address))
    return 0 if found is None or found.since <= tx.now - window else found.replies


def count_reply(tx: "Tx", channel: str, address: str, window: timedelta) -> int:
    """Which one it is that the bot writes to the address within the window: 1 for the first."""
    old = micros(tx.now - window)
    row = tx.run(_COUNT, (channel, address, micros(tx.now), old, old)).one()
    return int(row[0])
