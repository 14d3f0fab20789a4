"""Not faster than Slack takes messages: one a second into a conversation, a few at once now and then."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

MANY: Final = 5_000  # conversations remembered before the quiet ones are forgotten


class Pace:
    """The times at which each conversation, and all of them together, would be free again."""

    def __init__(
        self,
        per_second: float,
        pause: float,
        burst: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._interval, self._pause, self._burst = 1 / per_second, pause, burst
        self._clock, self._sleep = clock, sleep
        self._all = 0.0
        self._each: dict[str, float] = {}

    async def turn(self, conversation: str) -> None:
        """When it returns, a message may be sent there."""
        now = self._clock()
        if len(self._each) > MANY:
            self._each = {name: free for name, free in self._each.items() if free > now}
        free = max(self._each.get(conversation, 0.0), now)
        self._each[conversation] = free + self._pause
        start = max(self._all, free - self._pause * (self._burst - 1), now)
        self._all = start + self._interval
        if start > now:
            await self._sleep(start - now)
