"""Leaving: each destination in order, a failing one waits or is given up, none twice."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from store.database import Store
from store.outbox import Load, Outcome, Outgoing, dead, oldest_pending, ready, revive, settle
from store.signals import OUTBOX
from store.tables import Outbox
from tests.store.conftest import Clock


def post(store: Store, to: str, *keys: str, channel: str = "mail") -> None:
    def work(tx) -> None:  # type: ignore[no-untyped-def]
        for key in keys:
            tx.post(Outgoing(channel=channel, destination=to, key=key, body="{}"))

    store.write(work)


def loads(store: Store, channel: str = "mail") -> dict[str, list[str]]:
    """Destination -> keys that may leave now."""
    found = store.read(lambda tx: ready(tx, channel))
    return {load.destination: [one.key for one in load.pending] for load in found}


def load(store: Store) -> Load:
    (only,) = store.read(lambda tx: ready(tx, "mail"))
    return only


def report(store: Store, given: Load, **outcome: object) -> None:
    """What became of the first of the load."""
    first = Outcome(id=given.pending[0].id, lane_id=given.lane_id, **outcome)  # type: ignore[arg-type]
    store.write(lambda tx: settle(tx, [given.lane_id], [first]))


def test_each_destination_is_a_queue_of_its_own(store: Store) -> None:
    post(store, "ana", "a1", "a2")
    post(store, "bo", "b1")
    post(store, "ana", "a3")
    post(store, "ana", "w1", channel="web")
    assert loads(store) == {"ana": ["a1", "a2", "a3"], "bo": ["b1"]}
    assert loads(store, "web") == {"ana": ["w1"]}


def test_a_key_is_queued_once(store: Store) -> None:
    post(store, "ana", "a1", "a1")
    post(store, "ana", "a1")
    assert loads(store) == {"ana": ["a1"]}
    report(store, load(store), sent=True)
    post(store, "ana", "a1")
    assert loads(store) == {}


def test_what_is_sent_is_not_offered_again(store: Store) -> None:
    post(store, "ana", "a1", "a2")
    report(store, load(store), sent=True, platform_id="77")
    assert loads(store) == {"ana": ["a2"]}
    report(store, load(store), sent=True)
    assert loads(store) == {}
    ids = store.read(lambda tx: tx.session.scalars(sa.select(Outbox.platform_id)).all())
    assert set(ids) == {"77", None}


def test_nothing_overtakes_what_must_be_tried_again(store: Store, clock: Clock) -> None:
    post(store, "ana", "a1", "a2")
    post(store, "bo", "b1")
    first = store.read(lambda tx: ready(tx, "mail"))[0]
    report(store, first, retry_at=clock.now + timedelta(minutes=1), problem="busy")
    post(store, "ana", "a3")
    assert loads(store) == {"bo": ["b1"]}
    clock.advance(minutes=1)
    assert loads(store)["ana"] == ["a1", "a2", "a3"]
    again = next(
        one for one in store.read(lambda tx: ready(tx, "mail")) if one.destination == "ana"
    )
    assert again.pending[0].attempts == 1


def test_what_is_given_up_lets_the_next_through(store: Store) -> None:
    post(store, "ana", "a1", "a2")
    report(store, load(store), dead=True, problem="no such address")
    assert loads(store) == {"ana": ["a2"]}
    given_up = store.read(
        lambda tx: [(row.key, row.problem, lane.destination) for row, lane in dead(tx)]
    )
    assert given_up == [("a1", "no such address", "ana")]


def test_the_dead_can_be_revived_with_their_key_and_go_first(store: Store) -> None:
    post(store, "ana", "a1", "a2")
    report(store, load(store), dead=True)
    rung: list[frozenset[int]] = []
    stop = store.signals.listen(OUTBOX, rung.append)
    assert store.write(revive) == 1
    stop()
    assert len(rung) == 1
    assert loads(store) == {"ana": ["a1", "a2"]}
    assert load(store).pending[0].attempts == 0
    assert store.read(dead) == []


def test_only_the_named_dead_are_revived(store: Store) -> None:
    post(store, "ana", "a1", "a2")
    for _ in range(2):
        report(store, load(store), dead=True)
    chosen = [row.id for row, _ in store.read(dead) if row.key == "a2"]
    assert store.write(lambda tx: revive(tx, chosen)) == 1
    assert loads(store) == {"ana": ["a2"]}


def test_what_was_sent_stays_sent_whatever_is_reported_later(store: Store, clock: Clock) -> None:
    """Two deliverers at once, for a moment, after a lost connection."""
    post(store, "ana", "a1")
    both = load(store)
    report(store, both, sent=True)
    report(store, both, retry_at=clock.now)
    report(store, both, dead=True)
    assert loads(store) == {}
    assert store.read(dead) == []


def test_what_is_queued_during_a_delivery_is_not_forgotten(store: Store) -> None:
    post(store, "ana", "a1")
    under_way = load(store)
    post(store, "ana", "a2")
    report(store, under_way, sent=True)
    assert loads(store) == {"ana": ["a2"]}


def test_a_delivery_broken_off_leaves_everything_as_it_was(store: Store) -> None:
    post(store, "ana", "a1")
    under_way = load(store)
    store.write(lambda tx: settle(tx, [under_way.lane_id], []))
    assert loads(store) == {"ana": ["a1"]}


def test_a_transaction_that_fails_queues_nothing(store: Store) -> None:
    def work(tx) -> None:  # type: ignore[no-untyped-def]
        tx.post(Outgoing(channel="mail", destination="ana", key="a1", body="{}"))
        raise LookupError

    with pytest.raises(LookupError):
        store.write(work)
    assert loads(store) == {}
    post(store, "bo", "b1")  # may get the id that was rolled back
    post(store, "ana", "a1")
    assert loads(store) == {"ana": ["a1"], "bo": ["b1"]}


def test_the_age_of_the_outbox_is_known(store: Store, clock: Clock) -> None:
    assert store.read(oldest_pending) is None
    post(store, "ana", "a1")
    queued_at = clock.now
    clock.advance(minutes=1)
    post(store, "bo", "b1")
    assert store.read(oldest_pending) == queued_at


def post_later(store: Store, key: str, not_before: datetime) -> None:
    sent = Outgoing(channel="mail", destination="ana", key=key, body="{}", not_before=not_before)
    store.write(lambda tx: tx.post(sent))


def test_what_can_wait_holds_up_nothing(store: Store, clock: Clock) -> None:
    post_later(store, "notice", clock.now + timedelta(hours=8))
    assert loads(store) == {}
    assert store.read(oldest_pending) is None
    post(store, "ana", "urgent")
    assert loads(store) == {"ana": ["urgent"]}
    report(store, load(store), sent=True)
    assert loads(store) == {}
    clock.advance(hours=8)
    assert loads(store) == {"ana": ["notice"]}
    report(store, load(store), sent=True)
    clock.advance(hours=24)
    assert loads(store) == {}


def test_what_comes_after_does_not_hurry_what_is_tried_again(store: Store, clock: Clock) -> None:
    post_later(store, "notice", clock.now + timedelta(hours=8))
    post(store, "ana", "first")
    report(store, load(store), retry_at=clock.now + timedelta(minutes=5))
    post(store, "ana", "second")
    post_later(store, "third", clock.now + timedelta(hours=1))
    assert loads(store) == {}
    clock.advance(minutes=5)
    assert loads(store) == {"ana": ["first", "second"]}


def test_the_earliest_of_those_that_can_wait_wakes_the_lane(store: Store, clock: Clock) -> None:
    post_later(store, "late", clock.now + timedelta(hours=8))
    post_later(store, "early", clock.now + timedelta(hours=2))
    clock.advance(hours=2)
    assert loads(store) == {"ana": ["early"]}
    report(store, load(store), sent=True)
    clock.advance(hours=6)
    assert loads(store) == {"ana": ["late"]}


def test_what_is_dropped_on_its_way_takes_nothing_else_with_it(store: Store) -> None:
    """SQLite gives the number of a deleted row to the next one."""
    post(store, "room", "card")
    report(store, load(store), sent=True)
    post(store, "room", "card:1")
    flying = load(store)

    def newer(tx) -> None:  # type: ignore[no-untyped-def]
        tx.post(Outgoing(channel="mail", destination="room", key="words", body="{}"))
        tx.repost(
            Outgoing(channel="mail", destination="room", key="card:2", body="{}"),
            instead_of="card:",
        )

    store.write(newer)
    assert loads(store) == {"room": ["words", "card:2"]}
    report(store, flying, sent=True)
    assert loads(store) == {"room": ["words", "card:2"]}


def test_a_fresh_key_is_nobody_elses_though_the_clock_stands_still(store: Store) -> None:
    def queue(tx):  # type: ignore[no-untyped-def]
        for _ in range(2):
            key = tx.fresh("note:1")
            tx.post(Outgoing(channel="mail", destination="room", key=key, body="{}"))

    store.write(queue)
    store.write(queue)
    assert len(set(loads(store)["room"])) == 4
