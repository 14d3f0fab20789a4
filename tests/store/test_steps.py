"""Handling: in order, exactly once, and one that cannot be handled holds up nobody else."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from store.base import Base
from store.database import Store, Tx
from store.errors import Unavailable
from store.intake import conversations
from store.integrity import problems
from store.outbox import lanes
from store.steps import ATTEMPTS, step
from store.tables import Conversation, Inbox
from store.timers import cancel_timers, fire_due, set_timer
from tests.store.conftest import Clock
from tests.store.work import Desk, accept, arrival, handled, queued, work_off


def dislike(*bad: str) -> Desk:
    def trouble(text: str) -> None:
        if text in bad:
            raise ValueError(text)

    return Desk(trouble)


def parked(store: Store) -> list[tuple[str, str | None]]:
    query = (
        sa.select(Inbox.platform_id, Inbox.problem)
        .where(Inbox.parked_at.is_not(None))
        .order_by(Inbox.id)
    )
    return list(store.read(lambda tx: tx.session.execute(query).all()))


def test_there_is_nothing_to_do_at_first(store: Store) -> None:
    assert step(store, Desk()) == 0


def test_state_message_event_and_reply_commit_together(store: Store) -> None:
    accept(store, arrival("ana", "1"), arrival("ana", "2"))
    work_off(store, Desk())
    assert handled(store) == {"ana": ["1", "2"]}
    assert queued(store) == ["re: 1", "re: 2"]
    states = store.read(lambda tx: tx.session.scalars(sa.select(Conversation.state)).all())
    assert states == ["2"]


def test_messages_are_understood_in_batches(store: Store) -> None:
    accept(store, *(arrival(f"c{n % 8}", str(n)) for n in range(80)))
    desk = Desk()
    step(store, desk, conversations=8, messages=10)
    assert desk.batches == [80]


def test_a_deep_conversation_lets_the_others_through(store: Store, clock: Clock) -> None:
    accept(store, *(arrival("deep", str(n)) for n in range(200)))
    clock.advance(seconds=1)
    accept(store, arrival("ana", "hello"))
    for _ in range(2):
        clock.advance(seconds=1)
        step(store, Desk(), conversations=1)
    assert handled(store)["ana"] == ["hello"]


def test_a_poison_message_is_parked_and_the_rest_goes_on(store: Store, clock: Clock) -> None:
    accept(store, *(arrival("ana", text) for text in ("1", "poison", "2")), arrival("bo", "1"))
    desk = dislike("poison")
    work_off(store, desk)
    assert handled(store) == {"ana": ["1"], "bo": ["1"]}
    for _ in range(ATTEMPTS - 1):
        assert parked(store) == []
        clock.advance(minutes=1)
        work_off(store, desk)
    assert handled(store) == {"ana": ["1", "2"], "bo": ["1"]}
    assert parked(store) == [("ana-poison", "ValueError")]
    assert desk.told == ["ValueError"]
    assert "re: poison" not in queued(store)


def test_a_failing_message_is_tried_again_with_growing_pauses(store: Store, clock: Clock) -> None:
    accept(store, arrival("ana", "poison"))
    pauses = []
    for _ in range(ATTEMPTS - 1):
        work_off(store, dislike("poison"))
        due = store.read(lambda tx: tx.session.scalar(sa.select(Conversation.ready_at)))
        assert due is not None
        pauses.append((due - clock.now).total_seconds())
        clock.now = due
    assert all(later > earlier for earlier, later in pairwise(pauses))


def test_what_fails_once_takes_effect_once(store: Store, clock: Clock) -> None:
    accept(store, *(arrival("ana", text) for text in ("1", "flaky", "2")))
    work_off(store, dislike("flaky"))
    clock.advance(minutes=1)
    work_off(store, Desk())
    assert handled(store) == {"ana": ["1", "flaky", "2"]}
    assert parked(store) == []


def test_a_message_that_cannot_even_be_read_is_parked(store: Store, clock: Clock) -> None:
    class Picky(Desk):
        def read(self, row: Inbox) -> dict[str, object]:
            if "broken" in row.body:
                raise LookupError
            return dict(super().read(row))

    accept(store, arrival("ana", "broken"), arrival("ana", "1"), arrival("bo", "1"))
    for _ in range(ATTEMPTS):
        work_off(store, Picky())
        clock.advance(minutes=1)
    work_off(store, Picky())
    assert handled(store) == {"ana": ["1"], "bo": ["1"]}
    assert parked(store) == [("ana-broken", "LookupError")]


def test_a_row_is_parked_even_when_nobody_can_be_told(store: Store, clock: Clock) -> None:
    class Speechless(Desk):
        def parked(self, *_: object) -> None:
            raise RuntimeError

    accept(store, arrival("ana", "poison"), arrival("ana", "1"))
    desk = Speechless(dislike("poison").trouble)
    for _ in range(ATTEMPTS):
        work_off(store, desk)
        clock.advance(minutes=1)
    work_off(store, desk)
    assert handled(store) == {"ana": ["1"]}


def test_a_database_in_trouble_makes_no_message_poison(store: Store) -> None:
    def away(text: str) -> None:
        raise Unavailable("The database does not answer.")

    accept(store, arrival("ana", "1"))
    for _ in range(ATTEMPTS + 1):
        with pytest.raises(Unavailable):
            step(store, Desk(away))
    work_off(store, Desk())
    assert handled(store) == {"ana": ["1"]}


def test_a_mistake_in_a_statement_is_not_taken_for_a_database_that_is_away(
    store: Store, clock: Clock
) -> None:
    class Wrong(Desk):
        def handle(self, tx, conversation, row, prepared) -> None:  # type: ignore[no-untyped-def]
            tx.run("SELECT nonsense FROM nowhere")

    accept(store, arrival("ana", "1"))
    for _ in range(ATTEMPTS):
        work_off(store, Wrong())
        clock.advance(minutes=1)
    assert [name for name, _ in parked(store)] == ["ana-1"]


def test_several_workers_share_the_work_without_doubling_it(store: Store) -> None:
    accept(store, *(arrival(f"c{n % 25}", str(n)) for n in range(500)))
    with ThreadPoolExecutor(3) as pool:
        done = [
            pool.submit(
                lambda: [step(store, Desk(), conversations=3, messages=4) for _ in range(60)]
            )
            for _ in range(3)
        ]
        for one in done:
            one.result()
    work_off(store, Desk())
    assert handled(store) == {f"c{c}": [str(n) for n in range(c, 500, 25)] for c in range(25)}
    assert sorted(queued(store)) == sorted(f"re: {n}" for n in range(500))


def test_arriving_and_handling_at_once_forgets_nobody(store: Store) -> None:
    """The lost wake-up: a message accepted just as its conversation is put to rest."""
    with ThreadPoolExecutor(4) as pool:
        sending = [
            pool.submit(
                lambda part: [
                    accept(store, arrival("ana", f"{part}-{n}"))  # type: ignore[func-returns-value]
                    for n in range(60)
                ],
                part,
            )
            for part in range(2)
        ]
        while not all(one.done() for one in sending):
            step(store, Desk())
        for one in sending:
            one.result()
    work_off(store, Desk())
    assert len(handled(store)["ana"]) == 120
    assert problems(store) == []


def empty(tx: Tx) -> None:
    for table in Base.metadata.sorted_tables:
        tx.connection.execute(sa.delete(table))


class Life(RuleBasedStateMachine):
    """Whatever happens in whatever order: each message takes effect once, and in order."""

    store: Store
    clock: Clock

    def __init__(self) -> None:
        super().__init__()
        self.accepted: dict[str, list[str]] = {}
        self.timers: dict[str, datetime] = {}
        self.fired: list[str] = []
        self.number = 0
        self.store.write(empty)
        self.store.conversations, self.store.lanes = conversations(), lanes()

    who = st.sampled_from(["ana", "bo", "cy"])

    @rule(who=who, count=st.integers(1, 3), twice=st.booleans())
    def write(self, who: str, count: int, twice: bool) -> None:
        for _ in range(count):
            self.number += 1
            one = arrival(who, str(self.number))
            accept(self.store, *([one, one] if twice else [one]))
            self.accepted.setdefault(who, []).append(str(self.number))

    @rule(conversations=st.integers(1, 3), messages=st.integers(1, 3))
    def work(self, conversations: int, messages: int) -> None:
        step(self.store, Desk(), conversations=conversations, messages=messages)

    @rule(after=st.integers(0, 3))
    def crash(self, after: int) -> None:
        left = [after]

        def die(text: str) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise Unavailable("killed")

        with suppress(Unavailable):
            step(self.store, Desk(die))

    @rule(who=who, minutes=st.integers(0, 3))
    def set_timer(self, who: str, minutes: int) -> None:
        if who in self.accepted:
            self.number += 1
            kind = f"t{self.number}"

            def work(tx: Tx) -> None:
                query = sa.select(Conversation.id).where(Conversation.key == who)
                id = tx.execute(query).scalar_one()
                tx.lock(id)
                set_timer(tx, f"conversation:{id}", kind, id, due)

            due = self.clock.now + timedelta(minutes=minutes)
            self.store.write(work)
            self.timers[kind] = due

    @rule()
    def cancel(self) -> None:
        if self.timers:
            kind, _ = self.timers.popitem()
            self.store.write(
                lambda tx: [
                    cancel_timers(tx, f"conversation:{id}", kind)  # type: ignore[func-returns-value]
                    for id in tx.session.scalars(sa.select(Conversation.id)).all()
                ]
            )

    @rule()
    def fire(self) -> None:
        fire_due(self.store)
        for kind in [kind for kind, due in self.timers.items() if due <= self.clock.now]:
            del self.timers[kind]
            self.fired.append(kind)

    @rule()
    def wait(self) -> None:
        self.clock.advance(minutes=1)

    @invariant()
    def every_promise_is_kept(self) -> None:
        assert problems(self.store) == []

    def teardown(self) -> None:
        work_off(self.store, Desk())
        found = handled(self.store)
        messages = {who: [x for x in texts if x[0] != "t"] for who, texts in found.items()}
        assert {who: texts for who, texts in messages.items() if texts} == self.accepted
        fired = [x for texts in found.values() for x in texts if x[0] == "t"]
        assert sorted(fired) == sorted(self.fired)
        assert sorted(queued(self.store)) == sorted(f"re: {x}" for t in found.values() for x in t)


@pytest.fixture
def life(store: Store, clock: Clock) -> type[Life]:
    Life.store, Life.clock = store, clock
    return Life


def test_whatever_happens_each_message_and_timer_takes_effect_once(life: type[Life]) -> None:
    case = life.TestCase()
    case.settings = settings(  # type: ignore[misc]
        max_examples=25,
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    case.runTest()
