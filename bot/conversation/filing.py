"""Which of the requester's tickets a message belongs to, if to any.

Signs: a number named, an answer that is waited for, shared terms, the category, and what was talked
about just now. A ticket is foreign to a message that confidently brings something else. One ticket left
or clearly ahead gets the message; several equal ones mean that the requester is asked.
"""

from datetime import timedelta
from typing import Final

from msgspec import Struct

from bot.conversation.reading import mentioned, understood, worth_showing
from bot.conversation.turn import TicketBrief, Turn

FEW: Final = 2  # telling words: just after a ticket, so few are no other matter
JUST_NOW: Final = timedelta(hours=1)
SURER: Final = 0.25  # above the threshold: a message just after a ticket is rarely another matter


class Filing(Struct, frozen=True):
    """Where a message belongs: exactly one ticket, one of several, or (none) nowhere yet."""

    tickets: tuple[int, ...] = ()  # likeliest first

    @property
    def ticket(self) -> int | None:
        return self.tickets[0] if len(self.tickets) == 1 else None


def is_open(ticket: TicketBrief) -> bool:
    return ticket.status not in ("resolved", "closed")


def open_tickets(turn: Turn) -> tuple[TicketBrief, ...]:
    return tuple(ticket for ticket in turn.tickets if is_open(ticket))


def lately_resolved(turn: Turn) -> tuple[TicketBrief, ...]:
    """Those that may be reopened."""
    return tuple(t for t in turn.tickets if not is_open(t) and not is_past_reopening(t, turn))


def is_past_reopening(ticket: TicketBrief, turn: Turn) -> bool:
    if is_open(ticket):
        return False
    return turn.now - (ticket.resolved_at or ticket.updated_at) > turn.policy.reopen_within


def find(ticket: int | None, turn: Turn) -> TicketBrief | None:
    return next((brief for brief in turn.tickets if brief.id == ticket), None)


def current(turn: Turn) -> TicketBrief | None:
    return find(turn.current, turn)


def asked_about(turn: Turn) -> TicketBrief | None:
    """The resolved ticket of which it is asked whether it is fixed."""
    brief = find(turn.asked, turn) or current(turn)
    return brief if brief is not None and brief.status == "resolved" else None


def taken_ticket(turn: Turn) -> int | None:
    """The ticket an agent answers in this conversation."""
    brief = current(turn)
    if brief is not None and brief.taken:
        return brief.id
    return next((ticket.id for ticket in turn.tickets if ticket.taken), turn.current)


def file(turn: Turn) -> Filing:
    if named := mentioned(turn):
        return Filing(named)
    candidates = [ticket for ticket in open_tickets(turn) if not is_foreign(ticket, turn)]
    if not candidates:
        return Filing(tuple(t.id for t in lately_resolved(turn) if _returns(t, turn)))
    return _best(candidates, turn)


def best_open(turn: Turn) -> Filing:
    """For wishes about an open ticket that say little else: "it works now", "cancel it"."""
    if named := mentioned(turn):
        return Filing(named)
    return _best(list(open_tickets(turn)), turn)


def is_foreign(ticket: TicketBrief, turn: Turn) -> bool:
    reading = understood(turn)
    if not turn.terms or turn.terms & ticket.terms or ticket.id in mentioned(turn):
        return False  # "still broken" names nothing that could be something else
    confidence, threshold = reading.category_confidence, turn.policy.category_threshold
    differs = is_of_another_category(ticket, turn)
    article = bool(worth_showing(reading, turn))
    if len(turn.terms) <= (FEW if _is_fresh(ticket, turn) else 1) and not article:
        return (
            False  # "I have a screenshot of it", "it was locked": too little to be another matter
        )
    surer = confidence >= threshold + SURER
    if ticket.waits_for_requester:
        return (
            differs and article and surer
        )  # "it is version 2408" is an answer, whatever it looks like
    if _is_fresh(ticket, turn):
        return differs and (article or surer)
    return differs or article


def is_of_another_category(ticket: TicketBrief, turn: Turn) -> bool:
    """As far as that is known."""
    reading = understood(turn)
    known = reading.category_confidence >= turn.policy.category_threshold
    return known and str(reading.category) != ticket.category


def _best(candidates: list[TicketBrief], turn: Turn) -> Filing:
    rated = sorted(((_likelihood(t, turn), t) for t in candidates), key=lambda pair: -pair[0])
    near = tuple(ticket.id for score, ticket in rated if score > rated[0][0] - 1)
    return Filing(near)


def _likelihood(ticket: TicketBrief, turn: Turn) -> int:
    reading, shared = understood(turn), len(turn.terms & ticket.terms)
    score = 2 * ticket.waits_for_requester + _is_fresh(ticket, turn)
    score += bool(shared) + (3 * shared >= len(turn.terms) > 0)
    if reading.category_confidence >= turn.policy.category_threshold:
        score += 1 if str(reading.category) == ticket.category else -1
    return score


def _is_fresh(ticket: TicketBrief, turn: Turn) -> bool:
    return ticket.id == turn.current and turn.now - ticket.updated_at <= JUST_NOW


def _returns(ticket: TicketBrief, turn: Turn) -> bool:
    """A resolved matter that seems to be back; the requester is asked before anything is reopened."""
    reading = understood(turn)
    sure = reading.category_confidence >= turn.policy.category_threshold
    same = not sure or str(reading.category) == ticket.category
    return same and len(turn.terms & ticket.terms) >= 2
