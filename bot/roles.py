"""What a process does. Several processes on one PostgreSQL database may share the work."""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    INTAKE = "intake"  # the web side and every listening channel
    WORKER = "worker"
    OUTBOX = "outbox"
    TIMERS = "timers"


EVERYTHING: Final = frozenset(Role)
