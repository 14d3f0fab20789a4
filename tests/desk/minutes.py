"""Working time counted the slow way, minute by minute, with nothing of the desk's own arithmetic."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

from bot.desk.calendar import DAYS, Calendar, calendar_of, years_around

MINUTE = timedelta(minutes=1)
Pairs = Sequence[tuple[int, int]]  # minutes of a day; the end may be tomorrow's

STRANGE = (
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 12, tzinfo=UTC)),  # half an hour back
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 12, tzinfo=UTC)),  # and forth
    ("Pacific/Apia", datetime(2011, 12, 29, 6, tzinfo=UTC)),  # without a 30th of December
    ("Pacific/Kwajalein", datetime(1993, 8, 20, 0, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(1985, 12, 31, 12, tzinfo=UTC)),  # a quarter of an hour, at New Year
    ("Africa/Casablanca", datetime(2026, 2, 14, 20, tzinfo=UTC)),  # back for Ramadan
    ("Antarctica/Troll", datetime(2026, 3, 28, 20, tzinfo=UTC)),  # two hours
    ("Europe/Dublin", datetime(2026, 10, 24, 20, tzinfo=UTC)),  # winter is what is saved
    ("Europe/Berlin", datetime(2026, 3, 28, 20, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 10, 31, 20, tzinfo=UTC)),
    ("America/Caracas", datetime(2016, 4, 30, 20, tzinfo=UTC)),
    ("Asia/Pyongyang", datetime(2018, 5, 4, 0, tzinfo=UTC)),
    ("America/Sao_Paulo", datetime(2018, 11, 3, 12, tzinfo=UTC)),  # at midnight
    ("Europe/Moscow", datetime(2014, 10, 25, 12, tzinfo=UTC)),
    ("Asia/Shanghai", datetime(2024, 2, 28, 12, tzinfo=UTC)),
    ("UTC", datetime(2027, 12, 31, 12, tzinfo=UTC)),
)
ZONES = sorted(available_timezones() - {"localtime"})


@dataclass(frozen=True)
class Plan:
    """A calendar as somebody would write it, and whether a minute counts by it."""

    zone: str
    week: tuple[tuple[tuple[int, int], ...], ...]
    other: Mapping[date, tuple[tuple[int, int], ...]] = field(default_factory=dict)

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def counts(self, moment: datetime) -> bool:
        wall = moment.astimezone(self._zone)
        minute, day = wall.hour * 60 + wall.minute, wall.date()
        return any(begin <= minute < end for begin, end in self._hours(day)) or any(
            begin <= minute + 1440 < end for begin, end in self._hours(day - timedelta(days=1))
        )

    def _hours(self, day: date) -> Pairs:
        return self.other[day] if day in self.other else self.week[day.weekday()]

    def between(self, begin: datetime, end: datetime) -> timedelta:
        return sum((MINUTE for one in minutes(begin, end) if self.counts(one)), timedelta())

    def calendar(self, name: str = "plan") -> Calendar:
        """The same, through the words of the configuration."""
        lines = [
            f"{DAYS[day]} {' '.join(_span(one) for one in spans)}"
            for day, spans in enumerate(self.week)
            if spans
        ]
        return calendar_of(
            name,
            zone=self.zone,
            hours=lines,
            closed=[day.isoformat() for day, spans in self.other.items() if not spans],
            extra=[
                f"{day.isoformat()} {' '.join(_span(one) for one in spans)}"
                for day, spans in self.other.items()
                if spans
            ],
            years=years_around(2026),
        )


def minutes(begin: datetime, end: datetime) -> Iterator[datetime]:
    while begin < end:
        yield begin
        begin += MINUTE


def _span(span: tuple[int, int]) -> str:
    begin, end = span
    if end == 1440:
        return f"{_time(begin)}-24:00"
    return f"{_time(begin)}-{_time(end % 1440)}"


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def spans(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """Of a day; the last may go on to three in the morning, when no other has begun."""
    edges = sorted(
        draw(st.sets(st.integers(3 * 12, 26 * 12), min_size=2, max_size=6).map(lambda s: set(s)))
    )
    edges = [5 * one for one in edges]
    return tuple(
        (begin, end)
        for begin, end in zip(edges[::2], edges[1::2], strict=False)
        if begin < 1440 and end - begin < 1440
    )


@st.composite
def plans(draw: st.DrawFn) -> tuple[Plan, datetime]:
    """A plan, and a moment of some interest in its zone."""
    zone, near = draw(
        st.one_of(
            st.sampled_from(STRANGE),
            st.tuples(
                st.sampled_from(ZONES),
                st.datetimes(datetime(1980, 1, 1), datetime(2040, 1, 1)).map(
                    lambda one: one.replace(second=0, microsecond=0, tzinfo=UTC)
                ),
            ),
        )
    )
    kinds = draw(st.lists(spans(), min_size=1, max_size=3))
    week = tuple(draw(st.sampled_from([(), *kinds])) for _ in DAYS)
    if not any(week):
        week = (kinds[0], *week[1:]) if kinds[0] else ((((9 * 60, 17 * 60)),), *week[1:])
    begin = near + draw(st.integers(-600, 600)) * MINUTE
    other = {
        begin.date() + timedelta(days=draw(st.integers(-1, 3))): draw(st.sampled_from([(), *kinds]))
        for _ in range(draw(st.integers(0, 2)))
    }
    return Plan(zone, week, other), begin
