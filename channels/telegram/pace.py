"""Never more than Telegram takes: over all, to one chat, to one group in a minute.

A chat's calls go one after another, so that what is said there keeps its order; different chats do not wait
for each other. Times are counted from an answer, since the way there may be shorter the next time.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from channels.telegram.options import Limits

MINUTE: Final = 60.0
MANY: Final = 5_000  # chats remembered before the quiet ones are forgotten


class Pace:
    def __init__(
        self,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._limits, self._clock, self._sleep = limits, clock, sleep
        self._under_way, self._recent = 0, deque[float]()  # times of the answers of a second
        self._row, self._ended = asyncio.Lock(), asyncio.Event()
        self._chats: dict[str, _Chat] = {}

    @asynccontextmanager
    async def turn(self, chat: str) -> AsyncIterator[None]:
        """Inside it one message may be sent to the chat."""
        if len(self._chats) > MANY:
            self._forget()
        row = self._chats.setdefault(chat, _Chat(self._limits.group_per_minute))
        row.waiting += 1
        try:
            async with row.lock:
                await self._until(row.free_at(self._limits.chat_pause, chat.startswith("-")))
                await self._take_a_place()
                try:
                    yield
                finally:
                    self._under_way -= 1
                    self._ended.set()
                    self._recent.append(self._clock())
                    row.times.append(self._recent[-1])
        finally:
            row.waiting -= 1

    async def _take_a_place(self) -> None:
        """One of those that are under way, or were answered less than a second ago."""
        async with self._row:  # in the order they came
            while True:
                since = self._clock() - 1.0
                while self._recent and self._recent[0] <= since:
                    self._recent.popleft()
                if self._under_way + len(self._recent) < self._limits.per_second:
                    break
                if self._recent:
                    await self._until(self._recent[0] + 1.0)
                else:
                    self._ended.clear()
                    await self._ended.wait()
            self._under_way += 1

    async def _until(self, moment: float) -> None:
        if (pause := moment - self._clock()) > 0:
            await self._sleep(pause)

    def _forget(self) -> None:
        since = self._clock() - MINUTE
        self._chats = {
            chat: row
            for chat, row in self._chats.items()
            if row.waiting or (row.times and row.times[-1] > since)
        }


class _Chat:
    def __init__(self, per_minute: int) -> None:
        self.times: deque[float] = deque(maxlen=per_minute)
        self.lock, self.waiting = asyncio.Lock(), 0

    def free_at(self, pause: float, is_group: bool) -> float:
        if not self.times:
            return 0.0
        free = self.times[-1] + pause
        full = is_group and len(self.times) == self.times.maxlen
        return max(free, self.times[0] + MINUTE) if full else free
