"""How often something may be tried: a limit for each key within a window, in this process's memory."""

from collections import deque
from datetime import datetime, timedelta
from threading import Lock

KEYS = 10_000  # remembered at most; the oldest are forgotten first


class Throttle:
    def __init__(self, limit: int, window: timedelta) -> None:
        self.limit, self.window = limit, window
        self._tries: dict[str, deque[datetime]] = {}
        self._lock = Lock()

    def wait(self, key: str, now: datetime) -> timedelta | None:
        """How long until another try is allowed; None when it is allowed now."""
        with self._lock:
            tries = self._recent(key, now)
            if len(tries) < self.limit:
                return None
            return tries[0] + self.window - now

    def take(self, key: str, now: datetime) -> timedelta | None:
        """Count a try if it is allowed now; else how long until it is."""
        with self._lock:
            tries = self._recent(key, now)
            if len(tries) >= self.limit:
                return tries[0] + self.window - now
            self._add(key, tries, now)
            return None

    def count(self, key: str, now: datetime) -> None:
        with self._lock:
            self._add(key, self._recent(key, now), now)

    def _add(self, key: str, tries: deque[datetime], now: datetime) -> None:
        tries.append(now)
        self._tries.pop(key, None)  # set anew, so that the dictionary is in order of use
        self._tries[key] = tries
        while len(self._tries) > KEYS:
            del self._tries[next(iter(self._tries))]

    def undo(self, key: str) -> None:
        """The last try was a good one."""
        with self._lock:
            tries = self._tries.get(key)
            if tries:
                tries.pop()

    def forget(self, key: str) -> None:
        with self._lock:
            self._tries.pop(key, None)

    def _recent(self, key: str, now: datetime) -> deque[datetime]:
        tries = self._tries.get(key, deque())
        while tries and tries[0] + self.window <= now:
            tries.popleft()
        return tries


class Flood:
    """More in a minute than anybody says in a conversation."""

    def __init__(self, limit: int) -> None:
        minute = timedelta(minutes=1)
        self._said, self._told = Throttle(limit, minute), Throttle(1, minute)

    def takes_part(self, conversation: str, now: datetime) -> bool:
        """Whether this message is one too many."""
        return self._said.take(conversation, now) is not None

    def is_to_be_told(self, conversation: str, now: datetime) -> bool:
        """Once a minute."""
        return self._told.take(conversation, now) is None
