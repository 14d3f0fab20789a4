"""Telling those who wait that something was committed. Only speed: whoever waits also polls."""

import logging
from collections.abc import Callable, Iterable, Mapping
from threading import Lock

log = logging.getLogger(__name__)

Listener = Callable[[frozenset[int]], None]
"""Called with the ids concerned, in whatever thread committed; must be quick and must not raise."""

MAIL = "mail"  # mails to be read and filed
WORK = "work"  # conversations with something to handle
OUTBOX = "outbox"  # lanes with something to deliver
SPOKEN = "spoken"  # conversations with a new public message
TICKET = "ticket"  # tickets that changed
KNOWLEDGE = "knowledge"  # the articles changed
PHRASING = "phrasing"  # an answer is to be phrased
ACTIONS = "actions"  # something is to be done
LESSONS = "lessons"  # an agent corrected what a ticket is


class Signals:
    def __init__(self) -> None:
        self._listeners: dict[str, tuple[Listener, ...]] = {}
        self._lock = Lock()
        self.forward: Callable[[dict[str, set[int]]], None] | None = None  # to other processes

    def listen(self, topic: str, listener: Listener) -> Callable[[], None]:
        """Returns what ends the listening."""
        with self._lock:
            self._listeners[topic] = (*self._listeners.get(topic, ()), listener)

        def stop() -> None:
            with self._lock:
                remaining = (one for one in self._listeners[topic] if one is not listener)
                self._listeners[topic] = tuple(remaining)

        return stop

    def send(self, topics: dict[str, set[int]]) -> None:
        self.deliver(topics)
        if self.forward is not None:
            self.forward(topics)

    def deliver(self, topics: Mapping[str, Iterable[int]]) -> None:
        """To this process alone."""
        for topic, ids in topics.items():
            for listener in self._listeners.get(topic, ()):
                try:
                    listener(frozenset(ids))
                except Exception:  # what is committed must not look as if it had failed
                    log.exception("a listener failed")
