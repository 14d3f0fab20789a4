"""Service calendars: when a desk works, and how much working time lies between two moments.

A moment is working time when the clock on the desk's wall shows a time within the hours of its day. So
an hour that comes twice in autumn counts twice, and one that is skipped in spring does not count. Hours
over midnight belong to the day they begin on, holidays too. All counting is in whole microseconds of
absolute time. Pure.
"""

import calendar as months
import itertools
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

Span = tuple[int, int]  # minutes of a day: begin, end; beyond 1440 is the next day
Spans = tuple[Span, ...]

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY: Final = 86_400  # seconds
MINUTES: Final = 1440
BLOCK: Final = 64  # days whose working time is added up once
FARTHEST: Final = 20 * 366 // BLOCK  # blocks looked ahead
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST: Final = date(1970, 1, 1).toordinal()
_MICRO: Final = timedelta(microseconds=1)
_MICROS: Final = 1_000_000
_STEP: Final = DAY // 4  # a clock is not changed and changed back within six hours


class _Day(Struct, frozen=True):
    """Of Greenwich: what of it is working time, in microseconds since 1970."""

    total: int
    pieces: tuple[Span, ...]


class Calendar(Struct, frozen=True, kw_only=True, dict=True):
    """Everything about it is in these fields: two that are equal count alike for ever."""

    name: str
    zone: str
    week: tuple[Spans, ...]  # Monday first
    special: tuple[tuple[date, Spans], ...] = ()  # days with other hours; without any: closed

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def _special(self) -> dict[int, Spans]:
        return {day.toordinal() - _FIRST: spans for day, spans in self.special}

    @cached_property
    def _days(self) -> dict[int, _Day]:
        return {}

    # -- asking

    def is_open(self, at: datetime) -> bool:
        moment = _micros(at)
        return any(lo <= moment < hi for lo, hi in self._day(moment // _MICROS // DAY).pieces)

    def add(self, start: datetime, length: timedelta) -> datetime | None:
        """The first moment by which so much working time has gone by. None: there is not so much."""
        left, at = length // _MICRO, _micros(start)
        if left <= 0:
            return start
        number = at // _MICROS // DAY
        for lo, hi in self._day(number).pieces:
            lo = max(lo, at)
            if hi - lo >= left:
                return _moment(lo + left)
            left -= max(hi - lo, 0)
        number += 1
        for _ in range(FARTHEST):
            block, begin = divmod(number, BLOCK)
            sums = self._sums(block)
            if sums[BLOCK] - sums[begin] < left:
                left -= sums[BLOCK] - sums[begin]
                number = (block + 1) * BLOCK
                continue
            reached = bisect_left(sums, sums[begin] + left, begin + 1)
            left -= sums[reached - 1] - sums[begin]
            for lo, hi in self._day(block * BLOCK + reached - 1).pieces:
                if hi - lo >= left:
                    return _moment(lo + left)
                left -= hi - lo
        return None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from one moment to another; none when they are the wrong way round."""
        lo, hi = _micros(start), _micros(end)
        if hi <= lo:
            return timedelta()
        first, last = (moment // _MICROS // DAY // BLOCK for moment in (lo, hi))
        whole = sum(self._sums(block)[BLOCK] for block in range(first, last))
        return timedelta(microseconds=whole + self._in_block(hi) - self._in_block(lo))

    def opens(self, at: datetime) -> datetime | None:
        """This moment when it is working time, else the next that is. None: never."""
        after = self.add(at, _MICRO)
        return None if after is None else after - _MICRO

    def pieces(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The stretches of working time from one moment to another."""
        lo, hi = _micros(start), _micros(end)
        held: Span | None = None
        for number in range(lo // _MICROS // DAY, hi // _MICROS // DAY + 1):
            for begin, stop in self._day(number).pieces:
                begin, stop = max(begin, lo), min(stop, hi)
                if begin >= stop:
                    continue
                if held is not None and held[1] == begin:
                    held = (held[0], stop)
                    continue
                if held is not None:
                    yield _moment(held[0]), _moment(held[1])
                held = (begin, stop)
        if held is not None:
            yield _moment(held[0]), _moment(held[1])

    def is_special(self, day: date) -> bool:
        return day.toordinal() - _FIRST in self._special

    # -- how

    @cached_property
    def _blocks(self) -> dict[int, list[int]]:
        return {}

    def _sums(self, block: int) -> list[int]:
        """Working time from the beginning of a block to each of its midnights."""
        found = self._blocks.get(block)
        if found is None:
            days = range(block * BLOCK, (block + 1) * BLOCK)
            found = list(itertools.accumulate((self._day(one).total for one in days), initial=0))
            self._blocks[block] = found
        return found

    def _in_block(self, moment: int) -> int:
        """Working time since the beginning of its block."""
        number = moment // _MICROS // DAY
        block, before = divmod(number, BLOCK)
        today = sum(min(hi, moment) - lo for lo, hi in self._day(number).pieces if lo < moment)
        return self._sums(block)[before] + today

    def _day(self, number: int) -> _Day:
        found = self._days.get(number)
        if found is None:
            pieces = tuple(
                (lo * _MICROS, hi * _MICROS)
                for lo, hi in _joined(self._open_in(number * DAY, (number + 1) * DAY))
            )
            found = _Day(sum(hi - lo for lo, hi in pieces), pieces)
            self._days[number] = found
        return found

    def _open_in(self, begin: int, end: int) -> Iterator[Span]:
        """Seconds since 1970."""
        for lo, hi, offset in self._steady(begin, end):
            for local in range((lo + offset) // DAY, (hi - 1 + offset) // DAY + 1):
                for opens, closes in self._wall(local):
                    piece = max(lo, opens - offset), min(hi, closes - offset)
                    if piece[0] < piece[1]:
                        yield piece

    def _steady(self, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Stretches in which the clocks are not changed, with their distance from Greenwich."""
        since, offset = begin, self._offset(begin)
        for probe in range(begin + _STEP, end + 1, _STEP):
            probe = min(probe, end - 1)
            other = self._offset(probe)
            if other == offset:
                continue
            lo, hi = probe - _STEP, probe  # before the change, and after it
            while hi - lo > 1:
                middle = (lo + hi) // 2
                if self._offset(middle) == offset:
                    lo = middle
                else:
                    hi = middle
            yield since, hi, offset
            since, offset = hi, other
        yield since, end, offset

    def _offset(self, second: int) -> int:
        local = (EPOCH + timedelta(seconds=second)).astimezone(self._zone)
        distance = local.utcoffset()
        assert distance is not None
        return distance.days * DAY + distance.seconds

    def _wall(self, local: int) -> Iterator[Span]:
        """Within one date, in seconds as if its clock were Greenwich's."""
        begin, end = local * DAY, (local + 1) * DAY
        for day in (local - 1, local):
            for opens, closes in self.hours(day):
                lo, hi = max(day * DAY + opens * 60, begin), min(day * DAY + closes * 60, end)
                if lo < hi:
                    yield lo, hi

    def hours(self, day: int) -> Spans:
        """Of a date, by its number since 1970."""
        special = self._special.get(day)
        return self.week[(day + 3) % 7] if special is None else special


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // _MICRO


def _moment(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


def _joined(pieces: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for lo, hi in sorted(pieces):
        if found and found[-1][1] >= lo:
            found[-1] = (found[-1][0], max(hi, found[-1][1]))
        else:
            found.append((lo, hi))
    return found


# As administrators write them. What cannot be read raises ValueError with the words for it.

ALWAYS: Final = "24x7"
_TIME: Final = r"(?:[01]\d|2[0-3]):[0-5]\d|24:00"
_SPAN: Final = re.compile(rf"({_TIME})-({_TIME})")
_ON: Final = re.compile(r"(\d\d)-(\d\d)")


def week_of(lines: Sequence[str]) -> tuple[Spans, ...]:
    """ "mon-thu 09:00-12:30 13:15-18:00", "fri 09:00-15:00", "sat,sun 22:00-06:00"; or "24x7"."""
    week: list[list[Span]] = [[] for _ in DAYS]
    for line in lines:
        days, spans = line_of(line)
        for day in days:
            week[day] += spans
    ring = sorted(
        (day * MINUTES + begin, day * MINUTES + end, day)
        for day, spans in enumerate(week)
        for begin, end in spans
    )
    if not ring:
        raise ValueError('has no working hour: write for example "mon-fri 09:00-18:00" or "24x7"')
    begin, end, day = ring[0]
    for (_, before, _), (after, _, which) in itertools.pairwise(
        [*ring, (begin + 7 * MINUTES, end + 7 * MINUTES, day)]
    ):
        if after < before:
            raise ValueError(f"has hours that overlap on {DAYS[which]}")
    return tuple(tuple(sorted(spans)) for spans in week)


def line_of(line: str) -> tuple[list[int], list[Span]]:
    words = line.lower().split()
    if words == [ALWAYS]:
        return list(range(7)), [(0, MINUTES)]
    if len(words) < 2:
        raise ValueError(
            f'"{line}" must be days and hours, as "mon-fri 09:00-18:00", or "{ALWAYS}"'
        )
    return _weekdays(words[0]), [_span(word) for word in words[1:]]


def _weekdays(words: str) -> list[int]:
    found: list[int] = []
    for part in words.split(","):
        first, dash, last = part.partition("-")
        if first not in DAYS or (dash and last not in DAYS):
            raise ValueError(f'"{part}" must be a weekday or two, as "mon" or "mon-fri"')
        begin, end = DAYS.index(first), DAYS.index(last or first)
        found += [(begin + step) % 7 for step in range((end - begin) % 7 + 1)]
    return found


def _span(words: str) -> Span:
    found = _SPAN.fullmatch(words)
    if found is None:
        raise ValueError(f'"{words}" must be two times of day, as "09:00-18:00"')
    begin, end = (int(one[:2]) * 60 + int(one[3:]) for one in found.groups())
    if begin in (end, MINUTES):
        raise ValueError(f'"{words}" begins where it ends; a whole day is "00:00-24:00"')
    return (begin, end) if begin < end else (begin, end + MINUTES)


def days_of(words: str, years: range) -> list[date]:
    """ "2026-12-24", every year's "12-24", or all of "2026-12-24..2027-01-01" or "12-24..01-01"."""
    first, dots, last = (part.strip() for part in words.partition(".."))
    if not dots:
        return [date(*one) for one in _dates(first, years)]
    if _ON.fullmatch(first) and _ON.fullmatch(last):
        pairs = [
            (date(*begin), date(*end))
            for begin in _dates(first, years)
            for end in _dates(last, range(begin[0] + (last < first), begin[0] + (last < first) + 1))
            or [(begin[0], 2, 28)]
        ]
    else:
        pairs = [(_date(first), _date(last))]
    for begin, end in pairs:
        if not begin <= end < begin + timedelta(days=366):
            raise ValueError(f'"{words}" must be two days within a year, the earlier first')
    return [
        begin + timedelta(days=step)
        for begin, end in pairs
        for step in range((end - begin).days + 1)
    ]


def _dates(words: str, years: range) -> list[tuple[int, int, int]]:
    found = _ON.fullmatch(words)
    if found is None:
        day = _date(words)
        return [(day.year, day.month, day.day)]
    month, number = int(found[1]), int(found[2])
    if not (1 <= month <= 12 and 1 <= number <= months.monthrange(2024, month)[1]):
        raise ValueError(f'"{words}" is no day of a year')
    return [
        (year, month, number)
        for year in years
        if number <= months.monthrange(year, month)[1]  # the 29th of February in leap years
    ]


def _date(words: str) -> date:
    try:
        return date.fromisoformat(words.strip())
    except ValueError:
        raise ValueError(f'"{words}" must be a day, as "2026-12-24" or "12-24"') from None


def extra_of(words: str, years: range) -> tuple[list[date], list[Span]]:
    """Working days that are not in the week: "2026-11-14", "2026-11-14 09:00-13:00"."""
    day, *spans = words.split()
    return days_of(day, years), [_span(one) for one in spans]


def years_around(year: int) -> range:
    """The years whose holidays a calendar knows: they change once in ten years, so that a calendar
    nobody touched stays the same."""
    decade = year - year % 10
    return range(decade, decade + 20)


def check_country(code: str) -> None:
    """ "DE", or with its part, "DE-BY"."""
    if code:
        _holidays(code, range(2026, 2027))


@lru_cache(maxsize=64)
def _holidays(code: str, years: range) -> tuple[frozenset[date], frozenset[date]]:
    """Days off, and weekend days that are worked instead of others."""
    import holidays  # takes a while to load, and many desks need none

    country, _, part = code.partition("-")
    try:
        found = holidays.country_holidays(country, part or None, years=years)
    except NotImplementedError:
        known = holidays.list_supported_countries()
        if known.get(country):
            raise ValueError(
                f'"{code}": {country} has the parts {", ".join(known[country])}'
            ) from None
        if country in known:
            raise ValueError(
                f'"{code}": {country} has no parts with holidays of their own'
            ) from None
        raise ValueError(f'"{code}" must be a country as "DE", or its part as "DE-BY"') from None
    return frozenset(found), frozenset(getattr(found, "weekend_workdays", ()))


def calendar_of(
    name: str,
    *,
    zone: str,
    hours: Sequence[str],
    country: str = "",
    closed: Sequence[str] = (),
    extra: Sequence[str] = (),
    years: range,
) -> Calendar:
    """What is written later here beats what is written before: the country's holidays, days on which
    weekends are worked instead, own days off, own working days."""
    week = week_of(hours)
    special: dict[date, Spans] = {}
    if country:
        off, worked = _holidays(country, years)
        special |= dict.fromkeys(off, ())
        special |= {day: _hours_like(week, day) for day in worked}
    special |= dict.fromkeys(itertools.chain(*(days_of(one, years) for one in closed)), ())
    for words in extra:
        days, spans = extra_of(words, years)
        special |= {day: tuple(sorted(spans)) or _hours_like(week, day) for day in days}
    return Calendar(name=name, zone=zone, week=week, special=tuple(sorted(special.items())))


def _hours_like(week: Sequence[Spans], day: date) -> Spans:
    """Of its weekday, or of the last before it that has any: a worked Saturday is like a Friday."""
    return next(
        week[(day.weekday() - back) % 7] for back in range(7) if week[(day.weekday() - back) % 7]
    )


def opens_in(calendar: Calendar, year: int) -> bool:
    zone = ZoneInfo(calendar.zone)
    opens = calendar.opens(datetime(year, 1, 1, tzinfo=zone))
    return opens is not None and opens < datetime(year + 1, 1, 1, tzinfo=zone)
