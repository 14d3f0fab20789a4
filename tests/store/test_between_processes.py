"""What only one process may do, and what the others are told."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from store import knowledge
from store.bells import IDS, Bells
from store.database import Store
from store.opening import open_store
from store.ownership import own
from store.signals import OUTBOX, WORK
from store.tables import Article
from tests.store.work import accept, arrival


def test_only_one_may_own_a_name(store: Store) -> None:
    other = open_store(store.url)
    first = own(store, "outbox:web")
    assert first is not None
    assert own(other, "outbox:web") is None
    assert own(store, "outbox:web") is None
    second = own(other, "outbox:mail")
    assert second is not None
    assert first.alive()
    first.release()
    third = own(other, "outbox:web")
    assert third is not None
    for one in (second, third):
        one.release()
    other.close()


def test_a_killed_owner_owns_nothing(store: Store) -> None:
    code = (
        "import sys, time; from store.opening import open_store; from store.ownership import own;"
        "mine = own(open_store(sys.argv[1]), 'timers'); print(mine is not None, flush=True);"
        "time.sleep(60)"
    )
    owner = subprocess.Popen([sys.executable, "-c", code, store.url], stdout=subprocess.PIPE)
    assert owner.stdout is not None
    assert owner.stdout.readline() == b"True\n"
    assert own(store, "timers") is None
    owner.kill()
    owner.wait()
    for _ in range(3000):  # the server notices within milliseconds
        if mine := own(store, "timers"):
            break
        threading.Event().wait(0.01)
    assert mine is not None
    mine.release()


@pytest.mark.postgres
def test_an_owner_whose_session_ends_knows_it(postgres_url: str) -> None:
    store = open_store(postgres_url)
    mine = own(store, "timers")
    assert mine is not None
    store.write(
        lambda tx: tx.run(
            "SELECT pg_terminate_backend(pid, 30000) FROM pg_locks WHERE locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
    )
    assert not mine.alive()
    again = own(store, "timers")
    assert again is not None
    again.release()
    store.close()


class Heard:
    """Waits for what a listener hears; a time-out is a failure."""

    def __init__(self, store: Store, topic: str) -> None:
        self.ids: set[int] = set()
        self.calls = 0
        self._change = threading.Condition()
        store.signals.listen(topic, self.hear)

    def hear(self, ids: frozenset[int]) -> None:
        with self._change:
            self.ids |= ids
            self.calls += 1
            self._change.notify_all()

    def wait_for(self, ids: set[int]) -> None:
        with self._change:
            assert self._change.wait_for(lambda: self.ids >= ids, timeout=60), self.ids


@pytest.fixture
def two(postgres_url: str):  # type: ignore[no-untyped-def]
    stores = [open_store(postgres_url) for _ in range(2)]
    bells = [Bells(store) for store in stores]
    for one in bells:
        one.start()
    yield stores
    for one in bells:
        one.close()
    for store in stores:
        store.close()


def ring_until_heard(store: Store, heard: Heard) -> None:
    """Until both are connected; before that a bell may go unheard."""
    for _ in range(1200):
        store.signals.send({WORK: {0}})
        if 0 in heard.ids:
            return
        threading.Event().wait(0.05)
    raise AssertionError("never heard")


@pytest.mark.postgres
def test_other_processes_hear_of_a_commit(two: list[Store]) -> None:
    heard = Heard(two[1], WORK)
    ring_until_heard(two[0], heard)
    accept(two[0], arrival("ana", "hello"))
    heard.wait_for({1})


@pytest.mark.postgres
def test_a_flood_of_signals_arrives_whole(two: list[Store]) -> None:
    heard = Heard(two[1], WORK)
    ring_until_heard(two[0], heard)
    many = set(range(10**12, 10**12 + 3 * IDS + 1))
    two[0].signals.send({WORK: many})
    heard.wait_for(many)


@pytest.mark.postgres
def test_ones_own_bell_rings_once(two: list[Store]) -> None:
    mine, other = Heard(two[0], OUTBOX), Heard(two[1], OUTBOX)
    ready = Heard(two[1], WORK)
    ring_until_heard(two[0], ready)
    two[0].signals.send({OUTBOX: {5}})
    other.wait_for({5})
    two[0].signals.send({OUTBOX: {6}})
    other.wait_for({6})
    assert mine.calls == 2


@pytest.mark.postgres
def test_the_bells_come_back_after_their_sessions_ended(two: list[Store]) -> None:
    heard = Heard(two[1], WORK)
    ring_until_heard(two[0], heard)
    two[0].write(
        lambda tx: tx.run(
            "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND datname = current_database()"
            " AND (starts_with(query, 'LISTEN') OR strpos(query, 'pg_notify') > 0)"
        )
    )
    heard.ids.clear()
    ring_until_heard(two[0], heard)


@pytest.mark.postgres
def test_what_is_made_once_is_made_by_one_of_many_at_once(postgres_url: str) -> None:
    """Every worker brings the articles in when it starts."""
    stores = [open_store(postgres_url) for _ in range(4)]

    def bring_in(store: Store) -> int:
        articles = [
            Article(
                id=f"a{n}", language="en", title="t", body="b", category="other", keywords="[]",
                audience="everyone", kind="article", sha256="x",
            )
            for n in range(30)
        ]  # fmt: skip
        return store.write(lambda tx: knowledge.replace(tx, articles))

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(bring_in, stores)) == [0, 0, 0, 30]
    for store in stores:
        store.close()
