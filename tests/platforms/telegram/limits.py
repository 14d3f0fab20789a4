"""How much Telegram lets a bot send: 30 a second, about one a second to a chat, 20 a minute to a group."""

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field

from tests.platforms.telegram.errors import flood


@dataclass
class Flood:
    on: bool = True
    per_second: int = 30
    chat_burst: int = 3  # a chat takes that many at once, and one a second in the long run
    group_per_minute: int = 20
    _all: deque[float] = field(default_factory=deque)
    _credit: dict[int, tuple[float, float]] = field(default_factory=dict)
    _groups: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def count(self, chat: int, now: float) -> None:
        """Raises the 429 of one message, or edit, too many."""
        if not self.on:
            return
        _forget(self._all, now - 1)
        if len(self._all) >= self.per_second:
            raise flood(1)
        credit, at = self._credit.get(chat, (float(self.chat_burst), now))
        credit = min(float(self.chat_burst), credit + now - at)
        if credit < 0.99:
            raise flood(max(1, math.ceil(1 - credit)))
        if chat < 0:
            sent = self._groups[chat]
            _forget(sent, now - 60)
            if len(sent) >= self.group_per_minute:
                raise flood(max(1, math.ceil(sent[0] + 60 - now)))
            sent.append(now)
        self._credit[chat] = (credit - 1, now)
        self._all.append(now)


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()
