"""A week's plan: what will come, how many agents each hour needs, who might work, and what changes if."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

from bot.staffing.forecast import HOURS, Forecast, Holiday, forecast
from bot.staffing.need import Assumptions, Hour, Kind, needs
from bot.staffing.rota import WEEK, Agent, Rota, propose

Arrivals = Mapping[tuple[datetime, str, Kind], float]  # beginning of the hour in the desk's zone
DAY: Final = timedelta(1)


class Plan(Struct, frozen=True, kw_only=True):
    first: date
    hours: tuple[datetime, ...]  # their beginnings, in the desk's zone
    open: tuple[bool, ...]
    needs: dict[str, list[Hour]]  # by language
    days: dict[str, Forecast]  # by language
    shrinkage: float
    rota: Rota

    def needed(self, at: int) -> int:
        """Agents at work in an hour, all languages."""
        return sum(hours[at].needed for hours in self.needs.values())

    @property
    def agent_hours(self) -> int:
        return sum(self.needed(at) for at in range(len(self.hours)))

    @property
    def peak(self) -> int:
        return max((self.needed(at) for at in range(len(self.hours))), default=0)

    @property
    def arrivals(self) -> float:
        return sum(sum(hour.arrivals.values()) for hours in self.needs.values() for hour in hours)

    @property
    def missing(self) -> int:
        """Agent hours that the rota lacks."""
        return sum(self.rota.missing)


def plan(
    arrivals: Arrivals,
    first: date,
    is_open: Sequence[bool],
    zone: ZoneInfo,
    holiday: Holiday,
    said: Assumptions,
    agents: Sequence[Agent],
) -> Plan:
    """For the week from `first` on; `is_open` by hour of it. Raises ValueError for too little history."""
    hours = hours_of(first, zone)
    languages = sorted({language for _, language, _ in arrivals})
    days, come = {}, {}
    for language in languages:
        days[language] = forecast(
            _history(arrivals, language), [first + n * DAY for n in range(WEEK)], holiday
        )
        come[language] = _by_kind(days[language], _shares(arrivals, language), hours)
    needed = needs(come, is_open, said)
    wanted = {language: [one.needed for one in some] for language, some in needed.items()}
    return Plan(
        first=first,
        hours=tuple(hours),
        open=tuple(is_open),
        needs=needed,
        days=days,
        shrinkage=said.shrinkage,
        rota=propose(agents, wanted, hours[0], said.shrinkage),
    )


def hours_of(first: date, zone: ZoneInfo) -> list[datetime]:
    """All hours of the week; on the day when the clocks change there are 23 or 25."""
    begin = datetime.combine(first, time(), zone).astimezone(UTC)
    end = datetime.combine(first + WEEK * DAY, time(), zone).astimezone(UTC)
    count = int((end - begin) / timedelta(hours=1))
    return [(begin + timedelta(hours=n)).astimezone(zone) for n in range(count)]


def _history(arrivals: Arrivals, language: str) -> dict[date, list[float]]:
    """Every day from the first to the last with anything in it; those without are zeros."""
    counted: dict[date, list[float]] = defaultdict(lambda: [0.0] * HOURS)
    for (at, tongue, _), count in arrivals.items():
        if tongue == language:
            counted[at.date()][at.hour] += count
    ends = [at.date() for at, _, _ in arrivals]
    day, last = min(ends), max(ends)
    while day <= last:
        counted[day]
        day += DAY
    return dict(counted)


def _shares(arrivals: Arrivals, language: str) -> dict[Kind, float]:
    sums = dict.fromkeys(Kind, 0.0)
    for (_, tongue, kind), count in arrivals.items():
        if tongue == language:
            sums[kind] += count
    total = sum(sums.values()) or 1.0
    return {kind: count / total for kind, count in sums.items()}


def _by_kind(
    found: Forecast, shares: Mapping[Kind, float], hours: Iterable[datetime]
) -> dict[Kind, list[float]]:
    by_day = {one.day: one.hours for one in found.days}
    come = [by_day[at.date()][at.hour] for at in hours]
    return {kind: [share * one for one in come] for kind, share in shares.items()}


class BadChange(ValueError):
    """A change that says nothing we know."""


CHANGES: Final = (
    "volume=+20%, shrinkage=0.25, call.minutes=6, chat.share=0.9, mail.within=2h, chat.at_once=3,"
    " without=NAME"
)


def changed(
    said: Assumptions, agents: Sequence[Agent], changes: Iterable[str]
) -> tuple[Assumptions, list[Agent]]:
    """What if. Raises BadChange with what may be said."""
    agents = list(agents)
    for change in changes:
        name, equals, value = change.partition("=")
        try:
            if not equals:
                raise BadChange
            if name == "volume":
                said = structs.replace(said, volume=said.volume * _factor(value))
            elif name == "shrinkage":
                said = structs.replace(said, shrinkage=_between(float(value), 0, 0.89))
            elif name == "without" and any(one.name == value for one in agents):
                agents = [one for one in agents if one.name != value]
            else:
                said = _contact_changed(said, name, value)
        except (BadChange, ValueError, KeyError):
            raise BadChange(f'"{change}" cannot be tried; for example: {CHANGES}') from None
    return said, agents


def _contact_changed(said: Assumptions, name: str, value: str) -> Assumptions:
    kind_name, _, field = name.partition(".")
    kind = Kind(kind_name)
    work = said.work[kind]
    if field == "minutes":
        work = structs.replace(work, handling=60 * _between(float(value), 0.01, 1e5))
    elif field == "share":
        work = structs.replace(
            work, target=structs.replace(work.target, share=_between(float(value), 0.01, 0.999))
        )
    elif field == "within":
        work = structs.replace(work, target=structs.replace(work.target, within=_seconds(value)))
    elif field == "at_once":
        work = structs.replace(work, concurrency=int(_between(int(value), 1, 20)))
    else:
        raise BadChange
    return structs.replace(said, work={**said.work, kind: work})


def _factor(value: str) -> float:
    if value.endswith("%"):
        return _between(1 + float(value[:-1]) / 100, 0, 100)
    return _between(float(value), 0, 100)


def _seconds(value: str) -> float:
    units = {"s": 1, "m": 60, "h": 3600}
    return _between(float(value[:-1]) * units[value[-1]], 0, 1e7)


def _between(value: float, low: float, high: float) -> float:
    if not low <= value <= high:
        raise BadChange
    return value
