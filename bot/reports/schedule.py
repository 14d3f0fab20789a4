"""When a digest is due, by the clock of the desk's zone, and which period it is about. Pure."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WRITTEN: Final = re.compile(
    r"(?:(daily)|(mon|tue|wed|thu|fri|sat|sun)|(\d{1,2})(?:st|nd|rd|th)) ([01]\d|2[0-3]):([0-5]\d)"
)


class Schedule(Struct, frozen=True, kw_only=True):
    at: time
    weekday: int | None = None  # Monday is 0
    day: int | None = None  # of the month, at most 28, for every month has it

    def falls_on(self, day: date) -> bool:
        if self.weekday is not None:
            return day.weekday() == self.weekday
        return self.day is None or day.day == self.day

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first time after a moment. One that clocks leave out in spring comes an hour later, one that
        they show twice in autumn comes once."""
        today = moment.astimezone(zone).date()
        for days in range(63):
            day = today + timedelta(days)
            due = datetime.combine(day, self.at, zone).astimezone(UTC)
            if self.falls_on(day) and due > moment:
                return due
        raise AssertionError("every schedule falls on some day of two months")

    def period(self, due: datetime, zone: ZoneInfo) -> tuple[date, date]:
        """First and last day: yesterday, the seven days before, or the month before."""
        day = due.astimezone(zone).date()
        if self.weekday is not None:
            return day - timedelta(7), day - timedelta(1)
        if self.day is None:
            return day - timedelta(1), day - timedelta(1)
        last = day.replace(day=1) - timedelta(1)
        return last.replace(day=1), last


def read(written: str) -> Schedule:
    """ "daily 08:00", "mon 08:00", "1st 08:00". Raises ValueError."""
    found = _WRITTEN.fullmatch(" ".join(written.lower().split()))
    if found is None or (found[3] and not 1 <= int(found[3]) <= 28):
        raise ValueError(
            f'must be as "daily 08:00", "mon 08:00" or "1st 08:00" (to "28th") (is "{written}")'
        )
    at = time(int(found[4]), int(found[5]))
    if found[1]:
        return Schedule(at=at)
    if found[2]:
        return Schedule(at=at, weekday=WEEKDAYS.index(found[2]))
    return Schedule(at=at, day=int(found[3]))
