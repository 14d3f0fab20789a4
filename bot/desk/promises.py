"""What is promised of a ticket, as it stands now: its clocks, and the words for them.

A requester reads a time in their own zone and language. Where the zone is not known it is the desk's, and
is named; "your time" is said where the two differ.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from bot.desk.agreements import Agreements, Kind, Terms, terms_of
from bot.desk.desk import Desk
from bot.desk.events import What
from bot.desk.sla import Clock, Clocks, clocks_of
from store import sla as kept
from store.database import Tx
from store.tables import Person, Ticket

_KINDS: Final = tuple(
    str(one)
    for one in (
        What.OPENED,
        What.STATUS,
        What.REOPENED,
        What.MESSAGE,
        What.REPLY,
        What.MERGED,
        What.AGREEMENT,
        What.WARNED,
        What.BREACHED,
        What.MET,
    )
)
_kept: Final[dict[str, Terms]] = {}  # by id, which is made of the content


def look(
    desk: Desk, tx: Tx, ticket: Ticket, now: datetime | None = None, *, telling: bool = False
) -> Clocks:
    """The clocks as they are, or were; `telling`, with what made them so."""
    events = kept.history(tx, ticket.id, _KINDS)
    if now is not None:
        events = [one for one in events if one.at <= now]
    terms = partial(_terms, tx, desk.agreements)
    return clocks_of(events, terms, now or tx.now, ticket.number, telling=telling)


def _terms(tx: Tx, agreements: Agreements, id: str) -> Terms:
    found = agreements.by_id.get(id) or _kept.get(id)
    if found is None:
        found = _kept[id] = terms_of(kept.terms(tx, id))
    return found


def owed(clocks: Clocks) -> Clock | None:
    """The answer that a requester may be told of: not late, and not waiting for somebody else."""
    return next(
        (
            one
            for one in reversed(clocks.open)
            if one.kind is not Kind.RESOLUTION and one.due is not None and one.late is None
        ),
        None,
    )


def when(desk: Desk, person: Person | None, moment: datetime, language: str, now: datetime) -> str:
    """As its reader says it: "today at 14:00", "Monday, 12 March at 09:00 your time"."""
    known = None if person is None else person.timezone
    zone = desk.timezone if known is None else ZoneInfo(known)
    told = desk.texts.when(moment, language, zone.key, now)
    if known is None:
        place = desk.texts.place(zone.key, language)
        return desk.texts.label("when-there", language, when=told, place=place)
    if moment.astimezone(zone).utcoffset() == moment.astimezone(desk.timezone).utcoffset():
        return told
    return desk.texts.label("when-yours", language, when=told)


def promise(desk: Desk, tx: Tx, ticket: Ticket, language: str, instead: str = "") -> str:
    """What happens next, and when, for its requester. `instead`: of the answer that is owed."""
    told = (
        instead or answer(desk, tx, ticket, language) or desk.texts.label("promise-soon", language)
    )
    if hours := desk.hours.get(language):
        told = f"{told} {desk.texts.label('promise-hours', language, hours=hours)}"
    return told


def answer(desk: Desk, tx: Tx, ticket: Ticket, language: str, who: str = "") -> str:
    """By when one is owed, and by `who`, where that is known; empty: none is."""
    clock = owed(look(desk, tx, ticket))
    if clock is None or clock.due is None:
        return ""
    person = tx.get(Person, ticket.requester_id)
    at = when(desk, person, clock.due, language, tx.now)
    if who:
        return desk.texts.label("promise-by-whom", language, who=who, when=at)
    return desk.texts.label("promise-by", language, when=at)


def lines(desk: Desk, tx: Tx, ticket: Ticket) -> list[str]:
    """How every open clock stands, for agents."""
    return [
        f"{desk.texts.label(f'sla-{one.kind}', desk.language)}: {_standing(desk, one)}"
        for one in look(desk, tx, ticket).open
    ]


def _standing(desk: Desk, clock: Clock) -> str:
    def at(moment: datetime) -> str:
        return desk.texts.lasting(moment, desk.language, desk.timezone.key)

    if clock.late is not None:
        return desk.texts.label("sla-late", desk.language, when=at(clock.late))
    if clock.due is None:
        left = desk.texts.working(clock.left or timedelta(), desk.language)
        return desk.texts.label("sla-paused", desk.language, left=left)
    return desk.texts.label("sla-due", desk.language, when=at(clock.due))
