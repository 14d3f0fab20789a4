"""A backup taken while the desk is running brings everything back, and a bad one changes nothing."""

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from store.backup import backup, restore
from store.database import Store, open_engines
from store.errors import Corrupt, StoreError, Unavailable, UnknownSchema
from store.integrity import problems
from store.opening import open_store
from store.ownership import own
from store.search import find, put
from store.tables import Inbox
from tests.servers.postgres import Postgres
from tests.store.work import Desk, accept, arrival, handled, work_off


@pytest.fixture
def filled(store: Store) -> Store:
    accept(store, *(arrival(f"c{n % 3}", str(n)) for n in range(30)))
    work_off(store, Desk())
    store.write(lambda tx: put(tx, "ticket", 1, ["vpn"]))
    return store


@pytest.fixture
def elsewhere(filled: Store, tmp_path: Path, request: pytest.FixtureRequest):  # type: ignore[no-untyped-def]
    """The URL of an empty database of the same kind."""
    if not filled.is_postgres:
        yield f"sqlite:///{tmp_path / 'elsewhere.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url


def test_what_was_backed_up_is_restored_elsewhere(
    filled: Store, elsewhere: str, tmp_path: Path
) -> None:
    backup(filled.url, tmp_path / "copy")
    restore(elsewhere, tmp_path / "copy")
    store = open_store(elsewhere)
    assert handled(store) == handled(filled)
    assert store.read(lambda tx: find(tx, "ticket", ["vpn"])) == [1]
    assert problems(store) == []
    accept(store, arrival("c0", "later"))  # numbers go on where they were
    store.close()


def test_a_backup_beside_running_work_is_of_one_moment(
    store: Store, elsewhere: str, tmp_path: Path
) -> None:
    stop = threading.Event()

    def busy() -> None:
        n = 0
        while not stop.is_set():
            accept(store, *(arrival(f"c{n % 5}", str(n + i)) for i in range(20)))
            work_off(store, Desk())
            n += 20

    work = threading.Thread(target=busy)
    work.start()
    try:
        backup(store.url, tmp_path / "copy")
    finally:
        stop.set()
        work.join()
    restore(elsewhere, tmp_path / "copy")
    copy = open_store(elsewhere, clock=store.clock)
    assert problems(copy) == []
    work_off(copy, Desk())
    copy.close()


def test_a_backup_is_never_overwritten(filled: Store, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("the only one")
    with pytest.raises(Unavailable, match="never overwritten"):
        backup(filled.url, tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "the only one"


def test_a_backup_into_a_folder_that_is_missing_leaves_nothing(
    filled: Store, tmp_path: Path
) -> None:
    with pytest.raises(StoreError):
        backup(filled.url, tmp_path / "missing" / "copy")


def test_a_full_database_is_overwritten_only_when_forced(filled: Store, tmp_path: Path) -> None:
    backup(filled.url, tmp_path / "copy")
    before = handled(filled)
    accept(filled, arrival("c0", "after the backup"))
    work_off(filled, Desk())
    url = filled.url
    filled.close()
    with pytest.raises(Unavailable, match="--force"):
        restore(url, tmp_path / "copy")
    restore(url, tmp_path / "copy", force=True)
    store = open_store(url)
    assert handled(store) == before
    store.close()
    filled.__init__(*open_engines(url), filled.clock)  # type: ignore[misc]


def test_a_desk_that_is_running_is_not_overwritten(filled: Store, tmp_path: Path) -> None:
    backup(filled.url, tmp_path / "copy")
    running = own(filled, "outbox:web")
    assert running is not None
    with pytest.raises(Unavailable, match="Stop it first"):
        restore(filled.url, tmp_path / "copy", force=True)
    running.release()


@pytest.mark.parametrize("damage", ["cut", "noise"])
def test_a_damaged_backup_changes_nothing(
    filled: Store, elsewhere: str, tmp_path: Path, damage: str
) -> None:
    backup(filled.url, tmp_path / "copy")
    whole = (tmp_path / "copy").read_bytes()
    half = len(whole) // 2
    (tmp_path / "copy").write_bytes(
        whole[:half] if damage == "cut" else whole[:half] + b"\xff" * 4096 + whole[half + 4096 :]
    )
    with pytest.raises(StoreError):
        restore(elsewhere, tmp_path / "copy")
    with pytest.raises(StoreError, match="Start firstline once"):
        open_store(elsewhere, create=False)


def test_something_else_is_no_backup(filled: Store, elsewhere: str, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Dear Sir or Madam, " * 1000)
    with pytest.raises(StoreError):
        restore(elsewhere, tmp_path / "letter")
    with pytest.raises(Unavailable, match="no backup"):
        restore(elsewhere, tmp_path / "nothing")


def test_a_backup_of_a_newer_program_is_refused(
    filled: Store, elsewhere: str, tmp_path: Path
) -> None:
    filled.write(lambda tx: tx.execute(sa.text("UPDATE alembic_version SET version_num = '9999'")))
    if not filled.is_postgres:
        with pytest.raises(UnknownSchema, match="newer"):
            backup(filled.url, tmp_path / "copy")
        return
    with pytest.raises(UnknownSchema, match="newer"):
        backup(filled.url, tmp_path / "copy")


def test_without_the_programs_it_says_what_to_install(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not filled.is_postgres:
        return
    monkeypatch.setattr("store.backup.glob.glob", lambda pattern: [])
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Unavailable, match="client programs"):
        backup(filled.url, tmp_path / "copy")


def test_lost_wake_ups_would_be_noticed(filled: Store) -> None:
    accept(filled, arrival("c0", "later"))
    filled.write(lambda tx: tx.run("UPDATE conversation SET ready_at = NULL"))
    filled.write(lambda tx: tx.run("UPDATE lane SET ready_at = NULL"))
    assert problems(filled) == [
        "1 conversations sleep although a message waits.",
        "3 destinations rest although a reply is pending.",
    ]
    filled.write(lambda tx: tx.run("UPDATE conversation SET ready_at = 1"))
    filled.write(lambda tx: tx.run("UPDATE lane SET ready_at = 1"))
    assert problems(filled) == ["2 conversations are ready although nothing waits."]
    work_off(filled, Desk())  # mended by itself


def test_a_damaged_file_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "firstline.db"
    store = open_store(f"sqlite:///{path}")
    accept(store, *(arrival(f"c{n % 3}", "word " * 200, id=str(n)) for n in range(500)))
    store.close()
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 3 * 4096] = b"\xaa" * (3 * 4096)
    path.write_bytes(bytes(content))
    store = open_store(f"sqlite:///{path}")
    assert "damaged" in problems(store)[0]
    with pytest.raises(Corrupt):
        store.read(lambda tx: tx.session.scalars(sa.select(Inbox)).all())
    store.close()
