"""The loop that does what is queued: several at once, each within its time, none twice by accident.

Time limits are those of a monotonic clock; what waits for people has deadlines by the store's, in its row.
One process at a time runs it. A run that it finds under way was begun by a process that died.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

import aiohttp
import structlog

from bot.actions import diagnostics, links, running, webhook
from bot.actions.action import Hook, Link, Outcome, Result
from bot.actions.diagnostics import Tools
from bot.actions.run import State
from bot.actions.running import Order
from bot.desk.desk import Desk
from bot.loop import POLL, Bell
from store import actions as kept
from store.database import Store, Tx
from store.errors import StoreError
from store.signals import ACTIONS

LEAVING: Final = 5.0  # seconds that runs under way get when the desk is stopped
LONGEST_PAUSE: Final = 10.0  # seconds between two tries to take an outcome down
LOOK_AGAIN: Final = 1.0  # seconds between two looks at what waits for people
WAITING: Final = (State.WAITING_PROOF, State.WAITING_APPROVAL)

log = structlog.get_logger()


class Runner:
    def __init__(
        self,
        store: Store,
        desk: Desk,
        tools: Tools,
        *,
        at_once: int,
        done: Callable[[str, str], None] = lambda action, result: None,
    ) -> None:
        """`done`: told the action and the result of each run; for the metrics."""
        self._store, self._desk, self._tools, self._at_once = store, desk, tools, at_once
        self._told = done
        self._http: aiohttp.ClientSession | None = None
        self._looked = float("-inf")

    async def run(self, stop: asyncio.Event) -> None:
        bell = Bell(self._store.signals, ACTIONS)
        under_way: dict[int, asyncio.Task[None]] = {}
        self._http = aiohttp.ClientSession(trust_env=False)
        try:
            for id in await self._store.aread(
                lambda tx: kept.in_state(tx, State.RUNNING, limit=100_000)
            ):
                await self._store.awrite(partial(self._resume, id))
            while not stop.is_set():
                await self._look_after()
                room = self._at_once - len(under_way)
                queued = partial(kept.in_state, state=State.QUEUED, limit=room)
                for id in await self._store.aread(queued) if room > 0 else ():
                    order = await self._store.awrite(partial(self._take, id))
                    if order is not None:
                        task = asyncio.create_task(self.do(order), name=f"run {id}")
                        under_way[id] = task
                        task.add_done_callback(partial(self._done, under_way, id, bell.ring))
                await bell.wait(POLL, stop)
        finally:
            bell.close()
            if under_way:
                await asyncio.wait(under_way.values(), timeout=LEAVING if stop.is_set() else 0)
            for task in list(under_way.values()):
                task.cancel()
            await asyncio.gather(*list(under_way.values()), return_exceptions=True)
            await self._http.close()

    async def once(self, id: int) -> None:
        """Do one queued run, for whoever owns the loop and does not run it."""
        async with aiohttp.ClientSession(trust_env=False) as self._http:
            order = await self._store.awrite(partial(self._take, id))
            if order is not None:
                await self.do(order)

    def _done(
        self,
        under_way: dict[int, asyncio.Task[None]],
        id: int,
        ring: Callable[[], None],
        task: asyncio.Task[None],
    ) -> None:
        del under_way[id]
        if not task.cancelled() and task.exception() is not None:
            # The row still says "running"; the next start settles it.
            log.error("action.unsettled", run=id, problem=type(task.exception()).__name__)
        ring()

    async def do(self, order: Order) -> None:
        """One attempt, whatever comes of it."""
        outcome = await self.outcome(order)
        log.info("action.ended", run=order.run, action=order.action.name, result=outcome.result)
        self._told(order.action.name, outcome.result)
        pause = 0.2
        while True:  # what was done must not be forgotten because the database is away for a while
            try:
                await self._store.awrite(partial(self._settle, order, outcome))
                return
            except StoreError:
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def outcome(self, order: Order) -> Outcome:
        try:
            async with asyncio.timeout(order.action.limit.total_seconds()):
                return await self._doing(order)
        except TimeoutError:
            return Outcome(result=Result.TIMED_OUT)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("action.failed", run=order.run, action=order.action.name)
            return Outcome(result=Result.FAILED, values={"why-key": "mistake"})

    async def _doing(self, order: Order) -> Outcome:
        match order.action.how:
            case Hook() as hook:
                assert self._http is not None  # made by `run`
                return await webhook.call(
                    self._http, hook, _called(order), partial(self._tell, order)
                )
            case Link() as link:
                known = {
                    "ticket": order.ticket or "",
                    "requester": order.person.get("name", ""),
                    "email": order.person.get("email", ""),
                }
                return links.fill(link, {**known, **order.arguments})
            case _:
                return await diagnostics.look(order.action, order.arguments, self._tools)

    async def _look_after(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._looked < LOOK_AGAIN:
            return
        self._looked = now
        for id in await self._store.aread(partial(kept.due, states=WAITING)):
            await self._store.awrite(partial(self._look, id))

    async def _tell(self, order: Order, words: str) -> None:
        await self._store.awrite(lambda tx: running.progress(tx, order.run, order.attempt, words))

    def _take(self, id: int, tx: Tx) -> Order | None:
        return running.take(self._desk, tx, id)

    def _resume(self, id: int, tx: Tx) -> None:
        running.resume(self._desk, tx, id)

    def _look(self, id: int, tx: Tx) -> None:
        running.look_after(self._desk, tx, id)

    def _settle(self, order: Order, outcome: Outcome, tx: Tx) -> None:
        running.settle(self._desk, tx, order.run, order.attempt, outcome)


def _called(order: Order) -> webhook.Call:
    return webhook.Call(
        run=order.run,
        key=order.key,
        attempt=order.attempt,
        action=order.action.name,
        arguments=order.arguments,
        ticket=order.ticket,
        person=order.person,
        asked_by=order.asked_by,
        approved_by=order.approved_by,
        undo_of=order.undo_of,
        seconds=order.action.limit.total_seconds(),
    )
