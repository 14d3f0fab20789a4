"""A store, and a way to put a history into it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from store.database import Store, Tx
from store.opening import open_store
from tests.reports.reference import Row, UseRow
from tests.servers.postgres import Postgres

NOW = datetime(2027, 3, 1, tzinfo=UTC)
TABLES = ("ticket_event", "article_use", "inbox", "conversation", "person")


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def history(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator["History"]:
    if request.param == "sqlite":
        store = open_store(
            f"sqlite:///{tmp_path_factory.mktemp('reports') / 'x.db'}", clock=lambda: NOW
        )
        yield History(store)
        store.close()
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url:
        store = open_store(url, clock=lambda: NOW)
        yield History(store)
        store.close()


class History:
    def __init__(self, store: Store) -> None:
        self.store = store

    def is_now(self, rows: Sequence[Row], uses: Sequence[UseRow] = ()) -> None:
        """And nothing else."""
        conversations = {use.conversation: use.channel for use in uses}
        conversations |= {
            row.conversation: conversations.get(row.conversation, "web")
            for row in rows
            if row.conversation is not None
        }

        def write(tx: Tx) -> None:
            for table in TABLES:
                tx.run(f"DELETE FROM {table}")
            for number, channel in conversations.items():
                tx.run(
                    "INSERT INTO conversation (id, channel, key, address, created_at, handled_id,"
                    " attempts, since_id) VALUES (?, ?, ?, '', 0, 0, 0, 0)",
                    (number, channel, f"c{number}"),
                )
            for number in range(1, 9):
                tx.run(
                    "INSERT INTO person (id, name, role, vip, active, created_at)"
                    " VALUES (?, ?, 'agent', ?, ?, 0)",
                    (number, f"Agent {number}", False, True),
                )
            self.add(tx, rows, conversations)
            for use in uses:
                tx.run(
                    "INSERT INTO article_use (article, language, what, at, conversation_id)"
                    " VALUES ('a', ?, ?, ?, ?)",
                    (use.language, use.what, use.at, use.conversation),
                )

        self.store.write(write)

    def add(self, tx: Tx, rows: Sequence[Row], conversations: dict[int, str]) -> None:
        for number, row in enumerate(rows):
            inbox = None
            if row.conversation is not None:
                inbox = tx.run(
                    "INSERT INTO inbox (conversation_id, channel, platform_id, kind, received_at, body)"
                    " VALUES (?, ?, ?, 'message', 0, '') RETURNING id",
                    (row.conversation, conversations[row.conversation], f"m{number}"),
                ).scalar_one()
            tx.run(
                "INSERT INTO ticket_event (ticket_id, at, who, person_id, what, old, new, why, inbox_id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    row.ticket,
                    row.at,
                    row.who,
                    row.person,
                    row.what,
                    row.old,
                    row.new,
                    row.why,
                    inbox,
                ),
            )
