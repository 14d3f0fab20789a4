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
        self._all: deque[float] = deque(maxlen=limits.per_second)
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
                await self._until(self._reserve())
                try:
                    yield
                finally:
                    row.times.append(self._clock())
        finally:
            row.waiting -= 1

    def _reserve(self) -> float:
        now = self._clock()
        full = len(self._all) == self._limits.per_second
        moment = max(now, self._all[0] + 1.0) if full else now
        self._all.append(moment)
        return moment

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
