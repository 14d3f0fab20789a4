"""Deciding, when a ticket is done, whether its requester is to be asked how it went, and when."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot.desk.events import WITHDRAWN
from bot.surveys.rules import Case, Rule, State
from store import surveys as kept
from store import tickets as kept_tickets
from store.database import Tx
from store.tables import Person, Survey, Ticket, TicketEvent
from store.timers import cancel_timers, is_set, set_timer

if TYPE_CHECKING:
    from bot.desk.desk import Desk

OWNER: Final = "survey:"  # of its timers, before the number
ASK: Final = "survey"
CLOSE: Final = "close"  # the ticket's own
_DONE: Final = ("resolved", "closed")
# Why a ticket was done after which nobody wants to be asked how it went.
_UNASKED: Final = frozenset({WITHDRAWN, "the requester did not answer"})


def owner(survey: Survey) -> str:
    return f"{OWNER}{survey.id}"


def refresh(desk: "Desk", tx: Tx, ticket_ids: Collection[int]) -> None:
    """At the end of a transaction that changed these tickets. Whatever changes again before the time has
    come is looked at then."""
    if not desk.surveys.rules:
        return
    for id in sorted(ticket_ids):
        ticket = tx.get(Ticket, id)
        if ticket is not None and ticket.status in _DONE and ticket.merged_into is None:
            _plan(desk, tx, ticket)


def _plan(desk: "Desk", tx: Tx, ticket: Ticket) -> None:
    survey = kept.of_ticket(tx, ticket.id)
    if survey is not None and survey.state == State.PLANNED and ticket.status == "closed":
        _plan_anew(desk, tx, survey, ticket)
        return
    if survey is not None and not (survey.state == State.SKIPPED and survey.why == "reopened"):
        return
    rule = rule_for(desk, tx, ticket)
    if rule is None or (rule.after == "closed" and ticket.status != "closed"):
        return
    if _is_no_service(tx, ticket):
        return
    if survey is None:
        survey = tx.insert(made(desk, ticket, rule, State.PLANNED, tx.now))
    survey.state, survey.why, survey.planned_at = str(State.PLANNED), None, tx.now
    ask_at(tx, survey, ticket.conversation_id, tx.now + rule.delay)


def _plan_anew(desk: "Desk", tx: Tx, survey: Survey, ticket: Ticket) -> None:
    """They have said that it is solved, or had the time to: what waited for that is due."""
    rule = desk.surveys.named(survey.name)
    if rule is None or is_set(tx, owner(survey), ASK):
        return
    survey.planned_at = tx.now
    due = (ticket.resolved_at or tx.now) + rule.delay
    ask_at(tx, survey, ticket.conversation_id, max(due, tx.now))


def is_confirming(tx: Tx, ticket: Ticket) -> bool:
    """Whether its requester is still asked if it is solved at all, and the ticket will close by it."""
    if ticket.status != "resolved" or not is_set(tx, f"ticket:{ticket.id}", CLOSE):
        return False
    ended = _endings(tx, ticket)
    return bool(ended) and ended[-1].who != "requester"


def rule_for(desk: "Desk", tx: Tx, ticket: Ticket) -> Rule | None:
    person = tx.get(Person, ticket.requester_id)
    if person is None:
        return None
    case = Case(
        priority=ticket.priority,
        category=ticket.category,
        type=ticket.type,
        queue=ticket.queue,
        channel=desk.network(ticket.channel),
        language=ticket.language,
        group=person.group,
        vip=bool(person.vip),
    )
    return desk.surveys.rule_for(case, ticket.id)


def made(desk: "Desk", ticket: Ticket, rule: Rule, state: State, now: datetime) -> Survey:
    return Survey(
        name=rule.name,
        ticket_id=ticket.id,
        person_id=ticket.requester_id,
        assignee_id=ticket.assignee_id,
        channel=desk.network(ticket.channel),
        category=ticket.category,
        queue=ticket.queue,
        language=ticket.language,
        anonymous=rule.anonymous,
        state=str(state),
        planned_at=now,
    )


def ask_at(tx: Tx, survey: Survey, conversation_id: int, due: datetime) -> None:
    set_timer(tx, owner(survey), ASK, conversation_id, due)


def skip(tx: Tx, survey: Survey, why: str) -> None:
    survey.state, survey.why = str(State.SKIPPED), why
    cancel_timers(tx, owner(survey))


def _is_no_service(tx: Tx, ticket: Ticket) -> bool:
    """Whether it ended without anything that could be judged."""
    ended = _endings(tx, ticket)
    return bool(ended) and ended[-1].why in _UNASKED


def _endings(tx: Tx, ticket: Ticket) -> list[TicketEvent]:
    """How it came to be resolved; the last is the one that holds."""
    events = kept_tickets.events(tx, ticket.id, limit=30)
    return [one for one in events if one.what == "status" and one.new == "resolved"]
