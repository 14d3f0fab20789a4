"""A database in trouble: each time a clear word, and afterwards it goes on as if nothing had been."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from store.database import Store, open_engines
from store.errors import Corrupt, StoreError, Unavailable, translated
from store.opening import open_store
from tests.store.work import Desk, accept, arrival, handled, work_off


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "firstline.db"


@pytest.fixture
def lite(path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{path}")
    accept(store, arrival("ana", "before"))
    yield store
    store.close()


def goes_on(store: Store) -> bool:
    accept(store, arrival("ana", "after"))
    work_off(store, Desk())
    return handled(store) == {"ana": ["before", "after"]}


def test_a_full_disk(lite: Store) -> None:
    pages = lite.write(lambda tx: tx.run("PRAGMA page_count").scalar())
    lite.write(lambda tx: tx.run(f"PRAGMA max_page_count = {pages}").scalar())
    with pytest.raises(Unavailable, match="disk with the database is full"):
        accept(lite, *(arrival("ana", "x" * 100_000, id=str(n)) for n in range(20)))
    with pytest.raises(Unavailable, match="full"):
        accept(lite, arrival("ana", "x" * 100_000, id="again"))
    lite.write(lambda tx: tx.run("PRAGMA max_page_count = 1000000").scalar())
    assert goes_on(lite)


def test_a_file_that_may_not_grow_as_on_a_disk_that_fills_up(path: Path) -> None:
    """The same from the operating system, in a process of its own: the limit holds for all files."""
    code = """
import resource, signal, sys
from store.errors import Unavailable
from store.opening import open_store
from tests.store.work import *
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = open_store(sys.argv[1])
accept(store, arrival("ana", "before"))
size = 1 << 20
resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
kept = 0
try:
    for n in range(100):
        accept(store, arrival("ana", "x" * 50_000, id=str(n)))
        kept += 1
except Unavailable as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
accept(store, arrival("ana", "after"))
work_off(store, Desk())
print(len(handled(store)["ana"]) == kept + 2, handled(store)["ana"][-1])
store.close()
"""
    done = subprocess.run(
        [sys.executable, "-c", code, f"sqlite:///{path}"], capture_output=True, text=True
    )
    first, second = done.stdout.splitlines() or [done.stderr, ""]
    assert first.startswith("The disk with the database")
    assert second == "True after"


def test_a_database_that_somebody_holds(lite: Store, path: Path) -> None:
    lite.write(lambda tx: tx.run("PRAGMA busy_timeout = 50").scalar())
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="Another program holds"):
        accept(lite, arrival("ana", "during"))
    with pytest.raises(Unavailable, match="Another program holds"):
        lite.write(lambda tx: None)
    assert lite.read(lambda tx: tx.run("SELECT count(*) FROM inbox").scalar()) == 1
    holder.execute("ROLLBACK")
    holder.close()
    assert goes_on(lite)


def test_a_read_only_database(lite: Store) -> None:
    lite.engine.pool.dispose()

    def forbid(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    sa.event.listen(lite.engine, "connect", forbid)
    with pytest.raises(Unavailable, match="read-only"):
        accept(lite, arrival("ana", "during"))
    sa.event.remove(lite.engine, "connect", forbid)
    lite.engine.pool.dispose()
    assert goes_on(lite)


def test_a_file_one_may_not_write_to() -> None:
    code = """
import os, sys
from store.errors import Unavailable
from store.opening import open_store
url = f"sqlite:///{sys.argv[1]}/firstline.db"
open_store(url).close()
os.chmod(f"{sys.argv[1]}/firstline.db", 0o444)
os.chmod(sys.argv[1], 0o555)
if os.geteuid() == 0:
    os.setuid(65534)  # root may write anywhere
try:
    open_store(url)
except Unavailable as error:
    print(error)
"""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True)
        os.chmod(folder, 0o755)
    assert done.stdout.startswith("The database is read-only"), done.stderr


def test_a_file_damaged_while_in_use(path: Path) -> None:
    store = open_store(f"sqlite:///{path}")
    accept(store, *(arrival("ana", "word " * 300, id=str(n)) for n in range(300)))
    store.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xaa" * (size - 4096))

    def go_on() -> None:
        accept(open_store(f"sqlite:///{path}"), arrival("ana", "during"))

    with pytest.raises(Corrupt, match="firstline db restore"):
        go_on()


@pytest.mark.postgres
def test_a_server_that_throws_everybody_out(postgres_url: str) -> None:
    store = open_store(postgres_url)
    accept(store, arrival("ana", "before"))
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with pytest.raises(Unavailable, match="does not answer"):
        accept(store, arrival("ana", "during"))
    assert goes_on(store)
    store.close()


@pytest.mark.postgres
def test_a_server_that_only_reads(postgres_url: str) -> None:
    store = open_store(postgres_url)
    accept(store, arrival("ana", "before"))

    def only_read(connection: sa.Connection) -> None:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    sa.event.listen(store.engine, "begin", only_read)
    with pytest.raises(Unavailable, match="read-only"):
        accept(store, arrival("ana", "during"))
    sa.event.remove(store.engine, "begin", only_read)
    assert goes_on(store)
    store.close()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (psycopg.errors.DiskFull(), "disk with the database is full"),
        (psycopg.errors.TooManyConnections(), "too busy"),
        (psycopg.errors.DeadlockDetected(), "too busy"),
        (psycopg.errors.AdminShutdown(), "does not answer"),
        (psycopg.errors.InvalidPassword(), "user or the password"),
        (psycopg.errors.InvalidCatalogName(), "does not exist"),
        (psycopg.OperationalError("connection refused"), "does not answer"),
        (sqlite3.OperationalError("disk I/O error"), "reports an error"),
        (sqlite3.DatabaseError("database disk image is malformed"), "damaged"),
        (sa.exc.TimeoutError("QueuePool limit"), "does not answer"),
    ],
)
def test_every_trouble_has_its_word(error: Exception, words: str) -> None:
    assert words in str(translated(error))
    wrapped = sa.exc.DBAPIError("SELECT 1", {}, error)
    assert isinstance(error, sa.exc.TimeoutError) or words in str(translated(wrapped))


@pytest.mark.parametrize(
    "mistake",
    [
        sqlite3.OperationalError("no such column: nonsense"),
        sqlite3.IntegrityError("UNIQUE constraint failed"),
        psycopg.errors.SyntaxError(),
        psycopg.errors.UniqueViolation(),
    ],
)
def test_our_own_mistakes_are_not_excused(mistake: Exception) -> None:
    assert translated(mistake) is None
    assert translated(sa.exc.DBAPIError("SELECT 1", {}, mistake)) is None


def test_engines_do_not_hang_on_a_server_that_is_silent() -> None:
    engine, _ = open_engines("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(sa.exc.OperationalError):
        engine.connect()
    engine.dispose()


def test_a_refusal_never_quotes_what_somebody_wrote(lite: Store) -> None:
    lite.write(lambda tx: tx.run("PRAGMA max_page_count = 1").scalar())
    with pytest.raises(StoreError) as caught:
        accept(lite, arrival("ana", "my secret " * 20_000))
    assert "secret" not in str(caught.value)
    lite.write(lambda tx: tx.run("PRAGMA max_page_count = 1000000").scalar())
