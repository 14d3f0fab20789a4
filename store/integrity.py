"""Is the database sound, and does it keep the engine's promises? For `doctor` and the crash test."""

from store.database import Store, Tx
from store.errors import Corrupt

_PENDING = "sent_at IS NULL AND dead_at IS NULL"
_PROMISES = (
    (
        "{} conversations sleep although a message waits",
        "FROM conversation c WHERE ready_at IS NULL AND EXISTS"
        " (SELECT 1 FROM inbox WHERE conversation_id = c.id AND inbox.id > c.handled_id)",
    ),
    (
        "{} conversations are ready although nothing waits",
        "FROM conversation c WHERE ready_at IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM inbox WHERE conversation_id = c.id AND inbox.id > c.handled_id)",
    ),
    (
        "{} accepted messages belong to no conversation",
        "FROM inbox WHERE NOT EXISTS (SELECT 1 FROM conversation WHERE id = inbox.conversation_id)",
    ),
    (
        "{} destinations rest although a reply is pending",
        "FROM lane WHERE ready_at IS NULL AND EXISTS"
        f" (SELECT 1 FROM outbox WHERE lane_id = lane.id AND {_PENDING})",
    ),
    (
        "{} destinations are ready although no reply is pending",
        "FROM lane WHERE ready_at IS NOT NULL AND NOT EXISTS"
        f" (SELECT 1 FROM outbox WHERE lane_id = lane.id AND {_PENDING})",
    ),
    (
        "{} replies belong to no destination",
        "FROM outbox WHERE NOT EXISTS (SELECT 1 FROM lane WHERE id = outbox.lane_id)",
    ),
)


def problems(store: Store) -> list[str]:
    """What is wrong, in words for an administrator; nothing when all is well. True at any moment, also
    while the desk is working."""
    try:
        return store.read(_problems)
    except Corrupt as error:
        return [str(error)]


def _problems(tx: Tx) -> list[str]:
    if not tx.is_postgres:
        found = [row[0] for row in tx.run("PRAGMA integrity_check")]
        if found != ["ok"]:
            return [f"The database file is damaged: {line}" for line in found[:10]]
    counted = ((words, tx.run(f"SELECT count(*) {query}").scalar()) for words, query in _PROMISES)
    return [words.format(count) + "." for words, count in counted if count]
