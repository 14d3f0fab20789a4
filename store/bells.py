"""Signals between the processes on one PostgreSQL database, by NOTIFY. Only speed: whoever waits polls.

One thread listens. Another notifies, from a session of its own and at most once in 15 ms: a NOTIFY in every
transaction that commits would make the commits of all processes wait for each other.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final, cast

import psycopg

from store.database import POSTGRES, Store

REST: Final = 0.015  # seconds between two notifications
LONGEST_PAUSE: Final = 10.0  # seconds between two tries to connect
IDS: Final = 350  # in one notification, which holds at most 8000 bytes

Connection = psycopg.Connection[Any]


class Bells:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._pending: dict[str, set[int]] = defaultdict(set)
        self._lock = threading.Lock()
        self._rung = threading.Event()
        self._stop = threading.Event()
        self._listening: Connection | None = None
        self._own = 0  # the session our notifications come from
        self._threads = [
            threading.Thread(target=self._keep_up, args=(run,), name=name, daemon=True)
            for run, name in ((self._listen, "bells-in"), (self._notify, "bells-out"))
        ]

    def start(self) -> None:
        self._store.signals.forward = self._forward
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        self._store.signals.forward = None
        self._stop.set()
        self._rung.set()
        for thread in self._threads:
            thread.join()

    def _forward(self, topics: dict[str, set[int]]) -> None:
        with self._lock:
            for topic, ids in topics.items():
                self._pending[topic] |= ids
        self._rung.set()

    def _keep_up(self, run: Callable[[Connection], None]) -> None:
        pause = 0.25
        while not self._stop.is_set():
            with (
                suppress(psycopg.Error),
                psycopg.connect(
                    self._store.url, autocommit=True, **cast(Any, POSTGRES)
                ) as connection,
            ):
                pause = 0.25
                run(connection)
            self._stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _listen(self, connection: Connection) -> None:
        connection.execute("LISTEN firstline")
        while not self._stop.is_set():
            for note in connection.notifies(timeout=1.0):  # then see whether to stop
                if note.pid != self._own:
                    topic, *ids = note.payload.split()
                    self._store.signals.deliver({topic: [int(id) for id in ids]})

    def _notify(self, connection: Connection) -> None:
        self._own = connection.info.backend_pid
        while not self._stop.is_set():
            # Now and then, so that a lost connection is noticed before it is needed.
            if not self._rung.wait(30):
                connection.execute("SELECT 1")
                continue
            self._rung.clear()
            with self._lock:
                pending, self._pending = self._pending, defaultdict(set)
            if pending:
                connection.execute(
                    "SELECT pg_notify('firstline', text) FROM unnest(%s::text[]) AS text",
                    (list(_payloads(pending)),),
                )
            self._stop.wait(REST)


def _payloads(topics: dict[str, set[int]]) -> Iterator[str]:
    for topic, ids in topics.items():
        every = sorted(ids)
        for start in range(0, len(every), IDS):
            yield f"{topic} {' '.join(map(str, every[start : start + IDS]))}"
