"""Who is reading along right now: wakes the open pages of a conversation when something is said in it.

Only speed. A page that missed a wake-up finds everything by its cursor at the next look.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from store.signals import Signals

LOOK_AGAIN: Final = 5.0  # seconds without a wake-up until a reader looks by itself


class Reader:
    """One open page."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def wake(self) -> None:
        self._event.set()

    async def wait(self, seconds: float = LOOK_AGAIN) -> None:
        """Until something may be new."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return
        finally:
            self._event.clear()


class Hub:
    """Readers by id (of a conversation, a ticket). Belongs to the loop it was made in."""

    def __init__(self, signals: Signals, topic: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._readers: dict[int, set[Reader]] = defaultdict(set)
        self.close: Callable[[], None] = signals.listen(topic, self._heard)

    def _heard(self, ids: frozenset[int]) -> None:
        if self._readers and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake, ids)

    def _wake(self, ids: frozenset[int]) -> None:
        for id in ids:
            for reader in self._readers.get(id, ()):
                reader.wake()

    def wake_all(self) -> None:
        for readers in self._readers.values():
            for reader in readers:
                reader.wake()

    @asynccontextmanager
    async def reading(self, id: int) -> AsyncIterator[Reader]:
        reader = Reader()
        self._readers[id].add(reader)
        try:
            yield reader
        finally:
            self._readers[id].discard(reader)
            if not self._readers[id]:
                del self._readers[id]
