"""What figures are broken down by: for each row of a sample the group that it belongs to. Pure."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from bot.desk.priority import Priority
from bot.reports.facts import NONE, Facts
from bot.reports.metrics import Sample
from store.base import from_micros, micros
from store.reports import NOTHING, Ints

TIMES: Final = ("day", "week", "month", "hour", "weekday")
SPANS: Final = ("day", "week", "month")  # that follow each other, and so have an end each
FIELDS: Final = ("category", "queue", "priority", "type", "level")
ORIGINS: Final = ("channel", "language", "group", "site")
AGENT: Final = "agent"
DIMENSIONS: Final = (*TIMES, "channel", "language", *FIELDS, AGENT, "group", "site")

DAY: Final = 86_400_000_000  # microseconds
QUARTER: Final = DAY // 96  # time zones are such a multiple from UTC, and change at one
_MONDAY: Final = 3  # 1970 began on a Thursday


class Groups(Struct, frozen=True):
    """Which of the keys each row has; NONE: no group, and so it is left out."""

    keys: tuple[str, ...]
    code: Ints


def local(at: Ints, zone: ZoneInfo) -> Ints:
    """What the clocks of a zone showed, as microseconds since they showed the beginning of 1970."""
    if not len(at):
        return at
    days, which = np.unique(at // DAY, return_inverse=True)
    ends = [(_offset(int(day) * DAY, zone), _offset(int(day + 1) * DAY, zone)) for day in days]
    offsets: Ints = np.array([begin for begin, _ in ends], dtype=np.int64)[which]
    changing = np.array([begin != end for begin, end in ends])[which]
    for place in np.flatnonzero(changing):  # of the days on which clocks are changed
        offsets[place] = _offset(int(at[place]) // QUARTER * QUARTER, zone)
    return at + offsets


@lru_cache(maxsize=20_000)
def _offset(at: int, zone: ZoneInfo) -> int:
    offset = from_micros(at).astimezone(zone).utcoffset() or timedelta()
    return offset // timedelta(microseconds=1)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The beginning of a day there, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def spans(name: str, since: int, until: int, zone: ZoneInfo) -> list[tuple[str, int]]:
    """All of a period with their ends, in microseconds: of the last the period's own."""
    first = from_micros(since).astimezone(zone).date()
    last = from_micros(max(until - 1, since)).astimezone(zone).date()
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    ends: dict[str, int] = {}
    for day in days:
        ends[_span(name, day)] = min(micros(midnight(day + timedelta(1), zone)), until)
    return list(ends.items())


def _span(name: str, day: date) -> str:
    match name:
        case "day":
            return day.isoformat()
        case "week":
            year, week, _ = day.isocalendar()
            return f"{year}-W{week:02}"
        case _:
            return f"{day:%Y-%m}"


def groups(
    name: str, sample: Sample, facts: Facts, since: int, until: int, zone: ZoneInfo
) -> Groups:
    """Of one dimension. Groups of time are all there, also those of which the sample has nothing."""
    if name in TIMES:
        return _of_time(name, sample.at, since, until, zone)
    if name == AGENT:
        people, code = np.unique(sample.person, return_inverse=True)
        return _without("0", tuple(map(str, people.tolist())), code)
    if name in FIELDS:
        return _of_field(name, sample, facts)
    return _of_origin(name, sample, facts)


def _of_time(name: str, at: Ints, since: int, until: int, zone: ZoneInfo) -> Groups:
    shown = local(at, zone)
    days = shown // DAY
    if name == "hour":
        return Groups(tuple(f"{hour:02}" for hour in range(24)), shown % DAY // (DAY // 24))
    if name == "weekday":
        return Groups(tuple(map(str, range(1, 8))), (days + _MONDAY) % 7)
    keys = [key for key, _ in spans(name, since, until, zone)]
    place = {key: number for number, key in enumerate(keys)}
    some, which = np.unique(days, return_inverse=True)
    codes = [place.get(_span(name, _EPOCH + timedelta(int(day))), NONE) for day in some]
    return Groups(tuple(keys), np.array(codes, dtype=np.int64)[which] if len(at) else days)


_EPOCH: Final = date(1970, 1, 1)


def _of_field(name: str, sample: Sample, facts: Facts) -> Groups:
    words = facts.log.words
    there = sample.ticket != NONE
    code = np.full(len(sample.at), NONE, dtype=np.int64)
    code[there] = facts.fields[name][sample.ticket[there]]
    code[code == NOTHING] = NONE
    some, which = np.unique(code, return_inverse=True)
    keys = tuple("" if one == NONE else words[one] for one in some)
    if name == "level" and there.all():  # whatever was never handed up
        return Groups(tuple(key or "first" for key in keys), which.astype(np.int64))
    return _without("", keys, which)


def _of_origin(name: str, sample: Sample, facts: Facts) -> Groups:
    origins, which = facts.origin()
    read: Callable[[object], str] = lambda one: getattr(one, name) or ""  # noqa: E731
    keys: list[str] = [read(one) for one in origins]
    code = np.full(len(sample.at), NONE, dtype=np.int64)
    there = sample.ticket != NONE
    code[there] = which[sample.ticket[there]]
    if sample.origin is not None and name in ("channel", "language"):
        own = [one[name == "language"] for one in sample.origins]
        outside = sample.origin != NONE
        code[outside] = sample.origin[outside] + len(keys)
        keys += own
    merged = sorted(set(keys) - {""})
    place = {key: number for number, key in enumerate(merged)}
    codes = np.array([*(place.get(key, NONE) for key in keys), NONE], dtype=np.int64)
    return Groups(tuple(merged), codes[code])


def _without(nothing: str, keys: tuple[str, ...], code: NDArray[np.int64]) -> Groups:
    """The key that means nothing is no group."""
    if nothing not in keys:
        return Groups(keys, code.astype(np.int64))
    left = [key for key in keys if key != nothing]
    place = {key: number for number, key in enumerate(left)}
    codes = np.array([place.get(key, NONE) for key in keys], dtype=np.int64)
    return Groups(tuple(left), codes[code])


_ORDERED: Final = {str(one): number for number, one in enumerate(Priority)}


def ordered(name: str, keys: Sequence[str], size: Callable[[str], float]) -> list[str]:
    """As they are read: time and rank in their order, all else the greatest first."""
    if name in TIMES or name == "level":
        return sorted(keys)
    if name == "priority":
        return sorted(keys, key=lambda key: _ORDERED.get(key, len(_ORDERED)))
    return sorted(keys, key=lambda key: (-size(key), key))
