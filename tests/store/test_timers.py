"""Clocks that survive: a timer takes effect once, when it is due, in order with the messages."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from store.database import Store
from store.opening import open_store
from store.tables import Conversation, Timer
from store.timers import cancel_timers, fire_due, next_due, set_timer
from tests.store.conftest import Clock
from tests.store.work import Desk, accept, arrival, handled, work_off


@pytest.fixture
def ana(store: Store) -> int:
    """A conversation in which "hello" was said and answered."""
    accept(store, arrival("ana", "hello"))
    work_off(store, Desk())
    found: int | None = store.read(lambda tx: tx.session.scalar(sa.select(Conversation.id)))
    assert found is not None
    return found


def put_off(store: Store, conversation: int, kind: str, **span: float) -> None:
    due = store.clock() + timedelta(**span)
    store.write(lambda tx: set_timer(tx, f"ticket:{conversation}", kind, conversation, due))


def test_it_fires_when_due_and_not_before(store: Store, clock: Clock, ana: int) -> None:
    put_off(store, ana, "remind", minutes=5)
    clock.advance(minutes=4, seconds=59)
    assert fire_due(store) == 0
    clock.advance(seconds=1)
    assert fire_due(store) == 1
    work_off(store, Desk())
    assert handled(store) == {"ana": ["hello", "remind"]}
    assert fire_due(store) == 0


def test_setting_it_again_moves_it(store: Store, clock: Clock, ana: int) -> None:
    put_off(store, ana, "remind", minutes=5)
    put_off(store, ana, "remind", minutes=10)
    clock.advance(minutes=7)
    assert fire_due(store) == 0
    clock.advance(minutes=7)
    fire_due(store)
    work_off(store, Desk())
    assert handled(store)["ana"] == ["hello", "remind"]


def test_a_timer_set_again_after_firing_fires_again(store: Store, clock: Clock, ana: int) -> None:
    for _ in range(2):
        put_off(store, ana, "remind", minutes=5)
        clock.advance(minutes=5)
        fire_due(store)
    work_off(store, Desk())
    assert handled(store)["ana"] == ["hello", "remind", "remind"]


def test_a_cancelled_one_does_not_fire(store: Store, clock: Clock, ana: int) -> None:
    for kind in ("remind", "close", "escalate"):
        put_off(store, ana, kind, minutes=5)
    store.write(lambda tx: cancel_timers(tx, f"ticket:{ana}", "remind", "close"))
    clock.advance(hours=1)
    fire_due(store)
    work_off(store, Desk())
    assert handled(store)["ana"] == ["hello", "escalate"]


def test_all_of_an_owner_are_cancelled_at_once(store: Store, ana: int) -> None:
    put_off(store, ana, "remind", minutes=5)
    put_off(store, ana, "close", minutes=5)
    store.write(lambda tx: cancel_timers(tx, f"ticket:{ana}"))
    assert store.read(next_due) is None


def test_one_moved_between_the_look_and_the_firing_stays(
    store: Store, clock: Clock, ana: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_off(store, ana, "remind", minutes=5)
    clock.advance(minutes=5)
    write = store.write

    def moved_meanwhile(work):  # type: ignore[no-untyped-def]
        monkeypatch.setattr(store, "write", write)
        put_off(store, ana, "remind", minutes=30)
        return write(work)

    monkeypatch.setattr(store, "write", moved_meanwhile)
    fire_due(store)
    work_off(store, Desk())
    assert handled(store)["ana"] == ["hello"]
    assert store.read(next_due) == clock.now + timedelta(minutes=30)


def test_several_processes_fire_each_timer_once(store: Store, clock: Clock, ana: int) -> None:
    for n in range(60):
        put_off(store, ana, f"t{n:02}", seconds=n)
    clock.advance(hours=1)
    others = [open_store(store.url, clock=clock) for _ in range(2)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda s: [fire_due(s, 7) for _ in range(12)], [store, *others]))
    for other in others:
        other.close()
    work_off(store, Desk())
    assert handled(store)["ana"][1:] == [f"t{n:02}" for n in range(60)]


def test_they_survive_a_restart(ready_url: str, clock: Clock) -> None:
    store = open_store(ready_url, clock=clock)
    accept(store, arrival("ana", "hello"))
    put_off(store, 1, "remind", minutes=5)
    store.close()
    clock.advance(minutes=6)
    store = open_store(ready_url, clock=clock)
    assert fire_due(store) == 1
    left = store.read(lambda tx: tx.session.scalar(sa.select(sa.func.count()).select_from(Timer)))
    assert left == 0
    store.close()
