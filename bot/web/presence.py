"""Who is looking at a ticket, and who is writing in it.

Kept in memory for a short while after each sign of life from the page. Other processes hear of it
through the store's signals, which carry numbers only; so a sign of life is packed into one.
"""

import time
from collections.abc import Callable
from threading import Lock

from store.signals import Signals

TOPIC = "presence"
LASTS = 40.0  # seconds; the page gives a sign every 15
_PERSON_BITS = 32


class Presence:
    def __init__(self, signals: Signals, clock: Callable[[], float] = time.monotonic) -> None:
        self._signals, self._clock = signals, clock
        self._seen: dict[int, dict[int, tuple[float, bool]]] = {}
        self._lock = Lock()
        signals.listen(TOPIC, self._heard)

    def here(self, ticket_id: int, person_id: int, *, writing: bool) -> None:
        self._signals.send({TOPIC: {ticket_id << _PERSON_BITS + 2 | person_id << 2 | 2 | writing}})

    def gone(self, ticket_id: int, person_id: int) -> None:
        self._signals.send({TOPIC: {ticket_id << _PERSON_BITS + 2 | person_id << 2}})

    def at(self, ticket_id: int) -> dict[int, bool]:
        """Person id → whether they are writing."""
        now = self._clock()
        with self._lock:
            people = self._seen.get(ticket_id, {})
            return {who: writing for who, (until, writing) in people.items() if until > now}

    def _heard(self, signs: frozenset[int]) -> None:
        now = self._clock()
        with self._lock:
            for sign in signs:
                ticket_id = sign >> _PERSON_BITS + 2
                person_id = sign >> 2 & (1 << _PERSON_BITS) - 1
                people = self._seen.setdefault(ticket_id, {})
                if sign & 2:
                    people[person_id] = (now + LASTS, bool(sign & 1))
                else:
                    people.pop(person_id, None)
            for one in [one for one, people in self._seen.items() if not _alive(people, now)]:
                del self._seen[one]


def ticket_of(sign: int) -> int:
    return sign >> _PERSON_BITS + 2


def _alive(people: dict[int, tuple[float, bool]], now: float) -> bool:
    return any(until > now for until, _ in people.values())
