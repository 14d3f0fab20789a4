"""Who is at work when: the rota, days off, and who said that they are away. Pure.

Somebody off duty comes back with their next shift; somebody absent does not come back that day. People who
are on no rota are taken to be at work in the hours of the level.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.desk.calendar import Calendar

FARTHEST: Final = 370  # days that a next shift is looked for


class Hand(Struct, frozen=True, kw_only=True):
    """Somebody on the rota."""

    zone: ZoneInfo
    begins: time  # by the clock there
    ends: time  # earlier than `begins`: the next morning
    weekdays: frozenset[int] = frozenset(range(5))
    languages: frozenset[str] = frozenset({"en"})
    skills: frozenset[str] = frozenset()  # categories, queues, applications; lower case
    away: frozenset[date] = frozenset()
    on_call: frozenset[date] = frozenset()


class Roster(Struct, frozen=True, kw_only=True):
    hands: Mapping[str, Hand] = {}  # login -> their place on the rota

    def hand(self, login: str | None) -> Hand | None:
        return self.hands.get((login or "").lower())

    def is_absent(self, login: str | None, away_until: datetime | None, at: datetime) -> bool:
        """By their own word, or by a day off."""
        if away_until is not None and at < away_until:
            return True
        hand = self.hand(login)
        return hand is not None and at.astimezone(hand.zone).date() in hand.away

    def is_on_duty(
        self,
        login: str | None,
        away_until: datetime | None,
        at: datetime,
        calendar: Calendar | None = None,
    ) -> bool:
        """`calendar`: the hours of those who are on no rota; None: always."""
        if self.is_absent(login, away_until, at):
            return False
        hand = self.hand(login)
        if hand is None:
            return calendar is None or calendar.is_open(at)
        return any(lo <= at < hi for lo, hi in _shifts(hand, at))

    def is_on_call(self, login: str | None, away_until: datetime | None, at: datetime) -> bool:
        hand = self.hand(login)
        if hand is None or self.is_absent(login, away_until, at):
            return False
        return at.astimezone(hand.zone).date() in hand.on_call

    def next_duty(
        self,
        login: str | None,
        away_until: datetime | None,
        at: datetime,
        calendar: Calendar | None = None,
    ) -> datetime | None:
        """This moment for who is on duty, else when they next are. None: not within a year."""
        if self.is_on_duty(login, away_until, at, calendar):
            return at
        since = max(at, away_until) if away_until is not None else at
        hand = self.hand(login)
        if hand is None:
            return since if calendar is None else calendar.opens(since)
        for days in range(FARTHEST):
            for lo, hi in _shifts(hand, since + timedelta(days=days), back=days == 0):
                moment = max(lo, since)
                if moment < hi and not self.is_absent(login, away_until, moment):
                    return moment
        return None


def _shifts(hand: Hand, at: datetime, *, back: bool = True) -> list[tuple[datetime, datetime]]:
    """Of the day it is there, after that of the day before, which may last into it."""
    today = at.astimezone(hand.zone).date()
    found = []
    for day in (today - timedelta(days=1), today) if back else (today,):
        if day.weekday() in hand.weekdays and day not in hand.away:
            over = timedelta(days=hand.ends <= hand.begins)
            lo = datetime.combine(day, hand.begins, hand.zone)
            hi = datetime.combine(day + over, hand.ends, hand.zone)
            found.append((lo.astimezone(at.tzinfo), hi.astimezone(at.tzinfo)))
    return found
