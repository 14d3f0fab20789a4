"""The states of a ticket and the ways between them.

Reopening is not among them: it is an event of its own, from resolved or closed back to open.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from bot.errors import IllegalChange


class Status(StrEnum):
    NEW = "new"
    OPEN = "open"
    PENDING_USER = "pending-user"
    PENDING_THIRD_PARTY = "pending-third-party"
    ESCALATED = "escalated"
    RESOLVED = "resolved"
    CLOSED = "closed"


NEW, OPEN, ESCALATED = Status.NEW, Status.OPEN, Status.ESCALATED
PENDING_USER, PENDING_THIRD_PARTY = Status.PENDING_USER, Status.PENDING_THIRD_PARTY
RESOLVED, CLOSED = Status.RESOLVED, Status.CLOSED

ALLOWED: Final[Mapping[Status, tuple[Status, ...]]] = {
    NEW: (OPEN, PENDING_USER, PENDING_THIRD_PARTY, ESCALATED, RESOLVED),
    OPEN: (PENDING_USER, PENDING_THIRD_PARTY, ESCALATED, RESOLVED),
    PENDING_USER: (OPEN, PENDING_THIRD_PARTY, ESCALATED, RESOLVED),
    PENDING_THIRD_PARTY: (OPEN, PENDING_USER, ESCALATED, RESOLVED),
    ESCALATED: (OPEN, PENDING_USER, PENDING_THIRD_PARTY, RESOLVED),
    RESOLVED: (CLOSED,),
    CLOSED: (),
}
DONE: Final = frozenset({RESOLVED, CLOSED})  # what can be reopened
ACTIVE: Final = frozenset(Status) - DONE


def choices(now: Status) -> tuple[Status, ...]:
    """What an agent may choose next; open, where that reopens the ticket."""
    return (*ALLOWED[now], OPEN) if now in DONE else ALLOWED[now]


def check(number: str, old: Status, new: Status) -> None:
    """Raises IllegalChange, which names what is allowed."""
    if new not in ALLOWED[old]:
        ways = [str(one) for one in ALLOWED[old]]
        if old in DONE:
            ways.append("reopened")
        raise IllegalChange(f"{number} is {old}; it can become {', '.join(ways)}, but not {new}.")
