"""How the loops wait and stay alive: a bell that is rung from any thread, and a supervisor."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from store.errors import StoreError
from store.signals import Signals

POLL: Final = 0.5  # seconds between looks; a bell only makes it quicker
LONGEST_PAUSE: Final = 10.0  # seconds between two tries of a loop that keeps failing

log = structlog.get_logger()


class Bell:
    """Rung by the store when something was committed. Belongs to the loop it was made in."""

    def __init__(self, signals: Signals, topic: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()
        self.close = signals.listen(topic, lambda ids: self._call())

    def _call(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._event.set)

    def ring(self) -> None:
        self._event.set()

    async def wait(self, seconds: float, stop: asyncio.Event) -> None:
        """Until it rings, the time is over, or `stop` is set. What rang before counts."""
        if stop.is_set():
            return
        if not self._event.is_set():
            ring = asyncio.ensure_future(self._event.wait())
            halt = asyncio.ensure_future(stop.wait())
            await asyncio.wait((ring, halt), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            ring.cancel()
            halt.cancel()
        self._event.clear()


async def supervise(name: str, run: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
    """Keep `run` running until `stop`; when it fails, start it again after growing pauses."""
    failures = 0
    loop = asyncio.get_running_loop()
    while not stop.is_set():
        began = loop.time()
        try:
            await run()
            failures = 0
        except asyncio.CancelledError:
            raise
        except StoreError as error:
            log.error("loop.store", loop=name, problem=str(error))
        except Exception:
            log.exception("loop.failed", loop=name)
        if stop.is_set():
            return
        failures = 0 if loop.time() - began > 60 else failures + 1
        pause = min(0.25 * 2**failures, LONGEST_PAUSE) * random.uniform(0.8, 1.2)
        await rest(pause, stop)


async def rest(seconds: float, stop: asyncio.Event) -> None:
    """For a time, or until `stop`."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
