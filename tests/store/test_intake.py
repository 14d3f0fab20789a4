"""Accepting: nothing twice, in order, and not before it is committed."""

import asyncio
import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from store import database
from store.database import Store
from store.errors import Unavailable
from store.integrity import problems
from store.opening import open_store
from store.tables import Inbox
from tests.store.work import Desk, accept, arrival, handled, work_off


def kept(store: Store) -> int:
    query = sa.select(sa.func.count()).select_from(Inbox)
    return store.read(lambda tx: tx.session.scalar(query) or 0)


def test_a_repeat_takes_no_effect(store: Store) -> None:
    accept(store, arrival("ana", "hello"), arrival("ana", "hello"))
    accept(store, arrival("ana", "hello"))
    work_off(store, Desk())
    accept(store, arrival("ana", "hello"))
    work_off(store, Desk())
    assert handled(store) == {"ana": ["hello"]}


def test_the_same_id_on_another_channel_is_another_message(store: Store) -> None:
    accept(store, arrival("ana", "a", id="1"), arrival("ana", "b", id="1", channel="mail"))
    assert kept(store) == 2


def test_messages_keep_the_order_they_were_accepted_in(store: Store) -> None:
    words = [str(n) for n in range(50)]
    accept(store, *(arrival(who, word) for word in words for who in ("ana", "bo")))
    work_off(store, Desk())
    assert handled(store) == {"ana": words, "bo": words}


def test_many_that_wait_are_committed_together(store: Store) -> None:
    commits = []
    sa.event.listen(store.engine, "commit", lambda connection: commits.append(1))
    accept(store, *(arrival(f"c{n % 7}", str(n)) for n in range(300)))
    assert len(commits) < 30


def test_nothing_is_acknowledged_before_its_commit(store: Store) -> None:
    """A reader that looks at the moment of the acknowledgement finds the message."""

    async def one(n: int) -> None:
        await store.accept(arrival(f"c{n % 5}", str(n)))
        assert await store.aread(
            lambda tx: tx.session.scalar(
                sa.select(Inbox.id).where(Inbox.platform_id == f"c{n % 5}-{n}")
            )
        )

    async def all_() -> None:
        await asyncio.gather(*(one(n) for n in range(60)))

    asyncio.run(all_())


def test_a_failing_commit_is_refused_and_the_next_succeeds(store: Store) -> None:
    failing = True

    def fail(connection: sa.Connection) -> None:
        if failing:
            raise sa.exc.OperationalError("COMMIT", {}, Exception("disk is full"))

    sa.event.listen(store.engine, "commit", fail)
    with pytest.raises(Unavailable):
        accept(store, arrival("ana", "hello"))
    assert kept(store) == 0
    failing = False
    accept(store, arrival("ana", "hello"))
    assert kept(store) == 1


def test_an_indigestible_message_does_not_take_others_along(store: Store) -> None:
    broken = arrival("ana", "bad", id="\ud800")  # no database can keep half a character

    async def keep() -> list[object]:
        some = [arrival("ana", "1"), broken, arrival("bo", "2")]
        return await asyncio.gather(*map(store.accept, some), return_exceptions=True)

    first, second, third = asyncio.run(keep())
    assert isinstance(second, Unavailable)
    assert (first, third) == (None, None)
    assert kept(store) == 2


def test_more_than_can_be_kept_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "QUEUE", 10)
    held = threading.Event()
    monkeypatch.setattr(store, "_accept", lambda waiting: held.wait(30))

    async def flood() -> int:
        futures = [store.accept(arrival("ana", str(n))) for n in range(600)]
        refused = sum(one.done() and isinstance(one.exception(), Unavailable) for one in futures)
        held.set()
        for one in futures:
            one.cancel()
        return refused

    assert asyncio.run(flood()) >= 1


def test_what_waits_at_closing_is_kept_and_what_comes_later_refused(ready_url: str) -> None:
    store = open_store(ready_url)

    async def close() -> None:
        futures = [store.accept(arrival("ana", str(n))) for n in range(100)]
        await asyncio.to_thread(store.close)
        await asyncio.gather(*futures)
        with pytest.raises(Unavailable):
            await store.accept(arrival("ana", "late"))

    asyncio.run(close())
    again = open_store(ready_url)
    assert kept(again) == 100
    again.close()


def push(url: str, worker: int) -> None:
    """A process that sends what its siblings send too."""
    store = open_store(url)
    with ThreadPoolExecutor(4) as pool:
        parts = [[arrival(f"c{c}", str(n)) for n in range(20)] for c in range(10)]
        list(pool.map(lambda part: accept(store, *part), parts[worker:] + parts[:worker]))
    store.close()


def test_the_same_messages_from_several_processes_take_effect_once(store: Store) -> None:
    context = multiprocessing.get_context("spawn")
    crowd = [context.Process(target=push, args=(store.url, n)) for n in range(3)]
    for process in crowd:
        process.start()
    desk = Desk()
    while any(process.is_alive() for process in crowd):
        store.clock.now = database.utcnow()  # type: ignore[attr-defined]
        work_off(store, desk)
        crowd[0].join(0.01)
    assert [process.exitcode for process in crowd] == [0, 0, 0]
    store.clock.now = database.utcnow()  # type: ignore[attr-defined]
    work_off(store, desk)
    assert problems(store) == []
    found = handled(store)
    assert sorted(found) == [f"c{c}" for c in range(10)]
    assert all(sorted(words, key=int) == words and len(words) == 20 for words in found.values())
