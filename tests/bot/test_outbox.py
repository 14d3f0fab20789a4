"""The delivery loop against a channel that misbehaves as networks do."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from bot.outbox import Delivery, Pace, Patience
from channels.channel import Capabilities, Receipt, TryLater, Undeliverable
from channels.message import OutboundMessage, PublicText
from store import open_store, outbox
from store.database import Store, Tx

Answer = Callable[[OutboundMessage], Receipt]


class Network:
    """A channel whose far end is a function; remembers what arrived."""

    name = "far"
    capabilities = Capabilities()

    def __init__(self, answer: Answer = lambda message: Receipt("id")) -> None:
        self.answer = answer
        self.arrived: list[OutboundMessage] = []
        self.tries: list[str] = []
        self.changed = asyncio.Condition()

    async def send(self, message: OutboundMessage) -> Receipt:
        self.tries.append(message.key)
        receipt = self.answer(message)
        async with self.changed:
            self.arrived.append(message)
            self.changed.notify_all()
        return receipt

    async def has(self, count: int) -> list[str]:
        async with self.changed, asyncio.timeout(30):
            await self.changed.wait_for(lambda: len(self.arrived) >= count)
        return [message.key for message in self.arrived]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path}/desk.db")
    yield store
    store.close()


def queue(store: Store, *messages: tuple[str, str]) -> None:
    """(destination, key) of each."""

    def work(tx: Tx) -> None:
        for to, key in messages:
            message = OutboundMessage(
                key=key, channel="far", to=to, conversation=to, text=PublicText("words")
            )
            body = msgspec.json.encode(message).decode()
            tx.post(outbox.Outgoing(channel="far", destination=to, key=key, body=body))

    store.write(work)


QUICK = Patience(
    attempts=3, first_retry=timedelta(milliseconds=1), longest_retry=timedelta(milliseconds=5)
)


@asynccontextmanager
async def delivering(store: Store, network: Network, rate: int = 1000) -> AsyncIterator[list[str]]:
    gave_up: list[str] = []
    delivery = Delivery(
        store,
        network,
        rate=rate,
        patience=QUICK,
        gave_up=lambda tx, dead: gave_up.extend(one.key for one in dead),
    )
    stop = asyncio.Event()
    task = asyncio.create_task(delivery.run(stop))
    try:
        yield gave_up
    finally:
        stop.set()
        await task


def undelivered(store: Store) -> int:
    return store.read(lambda tx: 0 if outbox.oldest_pending(tx) is None else 1)


async def test_each_destination_gets_its_messages_in_order(store: Store) -> None:
    network = Network()
    queue(store, *((f"to-{n % 3}", f"k{n:02}") for n in range(30)))
    async with delivering(store, network):
        await network.has(30)
    for to in ("to-0", "to-1", "to-2"):
        keys = [message.key for message in network.arrived if message.to == to]
        assert keys == sorted(keys)
    assert len(keys) == 10
    assert not undelivered(store)


async def test_what_is_queued_later_is_delivered_without_being_asked(store: Store) -> None:
    network = Network()
    async with delivering(store, network):
        queue(store, ("ana", "one"))
        await network.has(1)
        queue(store, ("ana", "two"))
        assert await network.has(2) == ["one", "two"]


async def test_a_key_queued_twice_is_delivered_once(store: Store) -> None:
    network = Network()
    queue(store, ("ana", "same"))
    queue(store, ("ana", "same"), ("ana", "other"))
    async with delivering(store, network):
        assert await network.has(2) == ["same", "other"]


async def test_nothing_overtakes_a_message_that_is_tried_again(store: Store) -> None:
    failures = iter([TryLater("busy"), TryLater("busy")])

    def answer(message: OutboundMessage) -> Receipt:
        if message.key == "first" and (failure := next(failures, None)):
            raise failure
        return Receipt()

    network = Network(answer)
    queue(store, ("ana", "first"), ("ana", "second"), ("bob", "his"))
    async with delivering(store, network):
        await network.has(3)
    assert [m.key for m in network.arrived if m.to == "ana"] == ["first", "second"]
    assert network.tries.count("first") == 3


async def test_a_refused_message_is_given_up_and_the_next_one_goes_out(store: Store) -> None:
    def answer(message: OutboundMessage) -> Receipt:
        if message.key == "bad":
            raise Undeliverable("the address is gone")
        return Receipt()

    network = Network(answer)
    queue(store, ("ana", "bad"), ("ana", "good"))
    async with delivering(store, network) as gave_up:
        assert await network.has(1) == ["good"]
    assert gave_up == ["bad"]
    [(dead, lane)] = store.read(outbox.dead)
    assert (dead.key, dead.problem, lane.destination) == ("bad", "the address is gone", "ana")


async def test_after_the_last_attempt_it_waits_for_an_administrator(store: Store) -> None:
    broken = True

    def answer(message: OutboundMessage) -> Receipt:
        if broken and message.key == "stuck":
            raise TryLater("busy")
        return Receipt()

    network = Network(answer)
    queue(store, ("ana", "stuck"), ("ana", "next"))
    async with delivering(store, network) as gave_up:
        await network.has(1)
    assert gave_up == ["stuck"]
    assert network.tries.count("stuck") == QUICK.attempts
    broken = False
    assert store.write(lambda tx: outbox.revive(tx)) == 1
    async with delivering(store, network):
        assert await network.has(2) == ["next", "stuck"]


async def test_a_channel_that_is_down_uses_up_nobodys_attempts(store: Store) -> None:
    down = iter([True] * 10)

    def answer(message: OutboundMessage) -> Receipt:
        if next(down, False):
            raise TryLater("refused", after=0.001, whole_channel=True)
        return Receipt()

    network = Network(answer)
    queue(store, ("ana", "one"), ("bob", "two"))
    async with delivering(store, network) as gave_up:
        assert sorted(await network.has(2)) == ["one", "two"]
    assert gave_up == []


async def test_a_bug_in_an_adapter_stops_only_that_message(store: Store) -> None:
    def answer(message: OutboundMessage) -> Receipt:
        if message.key == "odd":
            raise KeyError("channel_id")
        return Receipt()

    network = Network(answer)
    queue(store, ("ana", "odd"), ("bob", "fine"))
    async with delivering(store, network) as gave_up:
        await network.has(1)
        while not gave_up:  # noqa: ASYNC110  # given up after its last attempt, by another task
            await asyncio.sleep(0)
    [(dead, _)] = store.read(outbox.dead)
    assert dead.problem == "KeyError"


def test_the_pace_is_kept_in_every_window() -> None:
    now = 0.0
    pace = Pace(5, lambda: now)
    moments = []
    for n in range(40):
        now = n * 0.07
        moments.append(now + pace.reserve())
    for moment in moments:
        assert sum(moment <= other < moment + 1 for other in moments) <= 5


def test_pauses_grow_and_are_bounded() -> None:
    patience = Patience(first_retry=timedelta(seconds=2), longest_retry=timedelta(seconds=60))
    for attempts in range(1, 20):
        exact = min(2 * 2 ** (attempts - 1), 60)
        assert exact * 0.5 <= patience.pause(attempts).total_seconds() <= exact * 1.5


async def test_what_may_have_arrived_already_says_so(store: Store) -> None:
    """From before this process delivered, or tried by it."""
    failing = iter([TryLater("not now")])

    def answer(message: OutboundMessage) -> Receipt:
        if message.key == "tried" and (problem := next(failing, None)) is not None:
            raise problem
        return Receipt("id")

    network = Network(answer)
    queue(store, ("a", "old"))
    async with delivering(store, network):
        await network.has(1)
        queue(store, ("b", "tried"), ("c", "new"))
        await network.has(3)
    assert {message.key: message.again for message in network.arrived} == {
        "old": True,
        "tried": True,
        "new": False,
    }
