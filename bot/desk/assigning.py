"""Giving tickets to agents: who there is, what they have to do, and whom `assignment` then chooses."""

from datetime import timedelta
from typing import Final, TypeVar

from bot.desk import stated, tickets
from bot.desk.access import BOT, STAFF, Role, is_cleared
from bot.desk.assignment import WEIGHT, Candidate, Need, choose
from bot.desk.desk import Desk
from bot.desk.levels import Level
from bot.desk.rules import SYSTEMS
from bot.desk.status import Status
from store import escalations as kept
from store import tickets as kept_tickets
from store.database import Tx
from store.tables import Person, Ticket

BUSY: Final = tuple(map(str, (Status.NEW, Status.OPEN, Status.ESCALATED)))
Member = TypeVar("Member", Person, kept.Presence)
REMEMBERED: Final = timedelta(days=30)  # when somebody was last given a ticket


def staff_of(tx: Tx, level: Level | None) -> list[Person]:
    """Who may take its tickets. Those who manage the desk only where they are named."""
    return _of_level(kept.staff(tx, sorted(STAFF)), level)


def presences_of(tx: Tx, level: Level | None) -> list[kept.Presence]:
    """Whether those are there."""
    return _of_level(kept.presences(tx, sorted(STAFF)), level)


def _of_level(found: list[Member], level: Level | None) -> list[Member]:
    if level is not None and level.who:
        return [one for one in found if (one.login or "") in level.who]
    return [one for one in found if one.role == Role.AGENT] or found


def give(desk: Desk, tx: Tx, ticket: Ticket) -> Person | None:
    """To whoever should have it, in the name of the desk. None: nobody is there."""
    kept_tickets.hold(tx, ticket)
    level = desk.levels.of(ticket.level)
    staff = staff_of(tx, level)
    if ticket.restricted:
        staff = [one for one in staff if is_cleared(one, desk.clearance)]
    loads, given = kept.loads(tx, BUSY), kept.given(tx, tx.now - REMEMBERED)
    calendar = None if level is None else level.calendar
    candidates = []
    for one in staff:
        hand = desk.roster.hand(one.login)
        has = loads.get(one.id, {})
        candidates.append(
            Candidate(
                person_id=one.id,
                is_there=desk.roster.is_on_duty(one.login, one.away_until, tx.now, calendar)
                or desk.roster.is_on_call(one.login, one.away_until, tx.now),
                skills=frozenset() if hand is None else hand.skills,
                languages=frozenset() if hand is None else hand.languages,
                load=sum(WEIGHT.get(priority, 1.0) * count for priority, count in has.items()),
                given_at=given.get(one.id),
                most=desk.most,
            )
        )
    chosen = choose(candidates, need_of(ticket))
    person = next((one for one in staff if chosen and one.id == chosen.person_id), None)
    if person is not None:
        tickets.assign(desk, tx, ticket, person, BOT)
    return person


def need_of(ticket: Ticket) -> Need:
    """Its category, its queue, and whatever systems it names."""
    systems = {one.value.lower() for one in stated.stated(ticket) if one.kind in SYSTEMS}
    return Need(
        skills=frozenset({ticket.category, ticket.queue.lower()} | systems),
        language=ticket.language,
    )
