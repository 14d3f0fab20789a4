"""Delivering: takes what is queued for one channel to the network and records what became of it.

The only place that calls a channel's `send`. Each destination's messages leave in order, different
destinations at the same time; a failing one waits with growing pauses and holds up nobody else.
A crash between the network's yes and our note of it repeats that message, with the same key.
"""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import msgspec
import structlog
from msgspec import Struct, structs

from bot.loop import POLL, Bell
from channels.channel import DeliveryError, Receipt, Sending, TryLater, Undeliverable
from channels.message import OutboundMessage
from store import outbox
from store.database import Store, Tx
from store.errors import StoreError
from store.outbox import Load, Outcome, Pending, ready, settle
from store.signals import OUTBOX

AT_ONCE: Final = 64  # destinations in delivery at the same time

log = structlog.get_logger()
_message = msgspec.json.Decoder(OutboundMessage)

GaveUp = Callable[[Tx, Sequence[Pending]], None]
"""Told, in the transaction that records it, which messages will not be delivered."""


async def nothing_to_fetch(message: OutboundMessage) -> None:
    raise Undeliverable("this channel has no files to fetch")


class Patience(Struct, frozen=True, kw_only=True):
    attempts: int = 8
    first_retry: timedelta = timedelta(seconds=2)
    longest_retry: timedelta = timedelta(minutes=15)

    def pause(self, attempts: int) -> timedelta:
        """After that many failures: doubling, within ±50 % so that many do not come back at once."""
        exact = min(self.first_retry * (1 << (attempts - 1)), self.longest_retry)
        return exact * random.uniform(0.5, 1.5)


class Pace:
    """Never more than `rate` per second in any window of one second."""

    def __init__(self, rate: int, clock: Callable[[], float]) -> None:
        self._times: deque[float] = deque(maxlen=rate)
        self._rate, self._clock = rate, clock

    def reserve(self) -> float:
        """Take the next free moment; returns the seconds until it."""
        now = self._clock()
        moment = now
        if len(self._times) == self._rate:
            moment = max(now, self._times[0] + 1.0)
        self._times.append(moment)
        return moment - now


class Result(Struct, frozen=True):
    """What became of a message of a lane; `landed`: it was the last one under way."""

    lane_id: int
    told: tuple[Pending, Outcome] | None
    landed: bool


class Delivery:
    """The outbox of one channel."""

    def __init__(
        self,
        store: Store,
        channel: Sending,
        *,
        rate: int,
        patience: Patience,
        gave_up: GaveUp,
        run: Callable[[OutboundMessage], Awaitable[None]] = nothing_to_fetch,
        delivered: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        """`run`: does the errand of a message that has one; raises what `send` may raise."""
        self.store, self.channel, self.patience = store, channel, patience
        self._run = run
        self._gave_up, self._delivered = gave_up, delivered
        self._pace = Pace(rate, lambda: asyncio.get_running_loop().time())
        self._flying: dict[int, asyncio.Task[None]] = {}
        self._results: list[Result] = []
        self._held_until = 0.0  # the whole channel waits: loop time
        self._began = store.clock()  # what is older may have been sent by another process

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; then what is on its way is finished and recorded."""
        bell = Bell(self.store.signals, OUTBOX)
        self._bell = bell
        self._began = self.store.clock()
        try:
            while not stop.is_set():
                await self._record()
                await self._start()
                await bell.wait(POLL, stop)
        finally:
            bell.close()
            if self._flying:
                await asyncio.wait(self._flying.values(), timeout=5)
            for task in self._flying.values():
                task.cancel()
            with suppress(StoreError):
                await self._record()

    async def _start(self) -> None:
        now = asyncio.get_running_loop().time()
        room = AT_ONCE - len(self._flying)
        if room <= 0 or now < self._held_until:
            return
        name = self.channel.name
        flying = set(self._flying)
        loads = await self.store.aread(lambda tx: ready(tx, name, lanes=room, but=flying))
        for load in loads:
            task = asyncio.create_task(self._deliver(load), name=f"lane {load.lane_id}")
            self._flying[load.lane_id] = task

    async def _deliver(self, load: Load) -> None:
        last: tuple[Pending, Outcome] | None = None
        names: dict[str, str] = {}  # what the network calls what it has, by key
        try:
            for pending in load.pending:
                if last is not None:
                    self._note(load, last)  # at once: a crash repeats what is not noted
                    last = None
                outcome = await self._attempt(load, pending, names)
                if outcome is None:
                    break
                last = (pending, outcome)
                if outcome.platform_id is not None:
                    names[pending.key] = outcome.platform_id
                if outcome.retry_at is not None:
                    break  # order: nothing overtakes it
        finally:
            self._note(load, last, landed=True)

    def _note(
        self, load: Load, result: tuple[Pending, Outcome] | None, *, landed: bool = False
    ) -> None:
        self._results.append(Result(load.lane_id, result, landed))
        self._bell.ring()

    async def _attempt(self, load: Load, pending: Pending, names: dict[str, str]) -> Outcome | None:
        """None: the whole channel waits, and this message has not been tried."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._held_until:
            return None
        if (pause := self._pace.reserve()) > 0:
            await asyncio.sleep(pause)
        problem: str
        retry_at: datetime | None
        try:
            again = pending.attempts > 0 or pending.created_at < self._began
            message = structs.replace(_message.decode(pending.body), again=again)
            receipt = await self._send(message, names)
        except TryLater as later:
            if later.whole_channel:
                wait = later.after or self.patience.first_retry.total_seconds()
                self._held_until = loop.time() + wait
                log.warning("channel.waits", channel=self.channel.name, seconds=round(wait, 1))
                return None
            problem = str(later)
            retry_at = self._again(pending, later.after)
        except Undeliverable as refusal:
            problem, retry_at = str(refusal), None
        except DeliveryError as error:
            problem, retry_at = str(error), self._again(pending, None)
        except Exception as error:  # a bug in an adapter must not stop the others' deliveries
            log.exception("delivery.failed", channel=self.channel.name, outbox=pending.id)
            problem, retry_at = type(error).__name__, self._again(pending, None)
        else:
            self._delivered((self.store.clock() - pending.created_at).total_seconds())
            return Outcome(
                id=pending.id,
                lane_id=load.lane_id,
                sent=True,
                platform_id=receipt.platform_id,
                thread=receipt.thread and f"{self.channel.name} {receipt.thread}",
            )
        return Outcome(
            id=pending.id,
            lane_id=load.lane_id,
            dead=retry_at is None,
            problem=problem,
            retry_at=retry_at,
        )

    async def _send(self, message: OutboundMessage, names: dict[str, str]) -> Receipt:
        if message.errand is None:
            return await self.channel.send(await self._named(message, names))
        await self._run(message)
        return Receipt()

    async def _named(self, message: OutboundMessage, names: dict[str, str]) -> OutboundMessage:
        """With the network's names of the messages it refers to. Raises Undeliverable when one of them
        never got there: this one goes nowhere without it."""
        if message.under is None and message.replaces is None:
            return message
        under = await self._name(message.under, names)
        return structs.replace(
            message, under=under, replaces=await self._name(message.replaces, names)
        )

    async def _name(self, key: str | None, names: dict[str, str]) -> str | None:
        if key is None or key in names:
            return key and names[key]
        channel = self.channel.name
        name = await self.store.aread(lambda tx: outbox.platform_id(tx, channel, key))
        if name is None:
            raise Undeliverable("the message that it belongs to was not delivered")
        names[key] = name
        return name

    def _again(self, pending: Pending, after: float | None) -> datetime | None:
        tried = pending.attempts + 1
        if tried >= self.patience.attempts:
            return None
        pause = self.patience.pause(tried)
        if after is not None:
            pause = max(pause, timedelta(seconds=after))
        return self.store.clock() + pause

    async def _record(self) -> None:
        if not self._results:
            return
        results, self._results = self._results, []
        told = [result.told for result in results if result.told is not None]
        outcomes = [outcome for _, outcome in told]
        dead = [pending for pending, outcome in told if outcome.dead]
        lanes = [result.lane_id for result in results]

        def work(tx: Tx) -> None:
            settle(tx, lanes, outcomes)
            if dead:
                self._gave_up(tx, dead)  # after the lanes are held: it may hold tickets

        try:
            await self.store.awrite(work)
        except StoreError:
            self._results = results + self._results  # noted later; nothing is sent twice meanwhile
            raise
        for result in results:
            if result.landed:
                self._flying.pop(result.lane_id, None)
        if dead:
            log.error("delivery.gave-up", channel=self.channel.name, count=len(dead))
