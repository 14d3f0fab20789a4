"""Agents say when they are away and when they are back. What they have not begun goes back to its queue."""

import re
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.desk import people
from bot.desk.access import STAFF, Actor, Permission, require
from bot.desk.desk import Desk
from bot.errors import Forbidden, Invalid
from store.database import Tx
from store.tables import Person

LONGEST: Final = timedelta(days=366)
_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d))?")
_TIME: Final = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")
_UNTIL: Final = re.compile(r"(?:until|till|до|到|至)\s+", re.IGNORECASE)


def leave(desk: Desk, tx: Tx, person: Person, until: str, actor: Actor) -> datetime:
    """Until when, as `moment` reads it: then they are back. One's own, or an administrator's word.

    Raises Invalid, Forbidden."""
    _require(person, actor)
    back = moment(until, zone_of(desk, person), tx.now)
    person.away_until = back
    people.note(tx, person, "away", f"until {back.isoformat(timespec='minutes')}", actor, None)
    people.look_at_tickets(tx, person)
    return back


def come_back(desk: Desk, tx: Tx, person: Person, actor: Actor) -> None:
    _require(person, actor)
    if person.away_until is not None:
        person.away_until = None
        people.note(tx, person, "back", "", actor, None)
        people.look_at_tickets(tx, person)


def moment(words: str, zone: ZoneInfo, now: datetime) -> datetime:
    """ "2026-12-24" is the beginning of that day, "15:30" the next time that the clock shows it, and
    "2026-12-24 13:00" both. Raises Invalid for anything else, and for what is past or a year away."""
    given = _UNTIL.sub("", words.strip(), count=1)
    here = now.astimezone(zone)
    try:
        if found := _DAY.fullmatch(given):
            day = date.fromisoformat(found[1])
            at = datetime.combine(day, time.fromisoformat(found[2] or "00:00"), zone)
        elif _TIME.fullmatch(given):
            at = datetime.combine(here.date(), time.fromisoformat(given.zfill(5)), zone)
            at += timedelta(days=at <= here)
        else:
            raise ValueError
    except ValueError:
        raise Invalid(
            f"“{given[:40]}” is no day or time: write 2026-12-24, 15:30 or 2026-12-24 13:00."
        ) from None
    if not now < at <= now + LONGEST:
        raise Invalid("It must be in the future, and within a year.")
    return at.astimezone(now.tzinfo)


def zone_of(desk: Desk, person: Person) -> ZoneInfo:
    hand = desk.roster.hand(person.login)
    return hand.zone if hand is not None and not person.timezone else desk.zone_of(person.timezone)


def _require(person: Person, actor: Actor) -> None:
    if person.role not in STAFF:
        raise Forbidden("Only people who work at the desk are away from it.")
    if person.id != actor.person_id:
        require(actor, Permission.MANAGE_PEOPLE)
