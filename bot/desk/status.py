"""The states of a ticket and the ways between them."""

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


_WORKING: Final = frozenset(
    {Status.OPEN, Status.PENDING_USER, Status.PENDING_THIRD_PARTY, Status.ESCALATED}
)
ACTIVE: Final = _WORKING | {Status.NEW}

ALLOWED: Final = {
    Status.NEW: _WORKING | {Status.RESOLVED},
    Status.OPEN: (_WORKING - {Status.OPEN}) | {Status.RESOLVED},
    Status.PENDING_USER: (_WORKING - {Status.PENDING_USER}) | {Status.RESOLVED},
    Status.PENDING_THIRD_PARTY: (_WORKING - {Status.PENDING_THIRD_PARTY}) | {Status.RESOLVED},
    Status.ESCALATED: (_WORKING - {Status.ESCALATED}) | {Status.RESOLVED},
    Status.RESOLVED: frozenset({Status.OPEN, Status.CLOSED}),  # open: reopened
    Status.CLOSED: frozenset({Status.OPEN}),  # reopened, within the window
}


def check(number: str, old: Status, new: Status) -> None:
    """Raises IllegalChange, which names what is allowed."""
    if new not in ALLOWED[old]:
        choice = ", ".join(sorted(ALLOWED[old]))
        raise IllegalChange(f"{number} is {old}; it can become {choice}, but not {new}.")
