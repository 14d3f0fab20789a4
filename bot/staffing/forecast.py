"""What will arrive, by whichever of three ways was least wrong on the last weeks, which it had not seen.

The calendar: a Poisson regression. The logarithm of a day's arrivals is a sum of its weekday, the end and
the beginning of a month, holidays and the day after them, the season, and a trend. Where little comes, or
nothing is regular but the week, there is more chance than pattern in that: then the mean of the like days
of recent weeks, or last week repeated, may be nearer. Hours share a day's arrivals as they did on like
days, whatever the way.
"""

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from typing import Any, Final

import numpy as np
from msgspec import Struct

FEWEST: Final = 28  # days to learn from
HOURS: Final = 24
HELD_OUT: Final = (
    84  # days at most, for the error; of 28 the luckiest way is too often not the best
)
SURE: Final = 1.28  # standard deviations on either side: 80 % of days
LONG: Final = 350  # days from which a year's season can be told
RECENT: Final = 6  # weeks that a mean is taken over

Holiday = Callable[[date], bool]


class Way(StrEnum):
    """How it is forecast; of two that are equally wrong, the first."""

    CALENDAR = "the calendar"
    WEEKS = "the mean of recent weeks"
    WEEK = "last week"


UNPROVEN: Final = Way.WEEKS  # of less than five weeks the calendar learns what is not there


class Error(Struct, frozen=True):
    """On the last days, each forecast from those before its week. Shares of all arrivals of those days."""

    by: Way  # the least wrong, which the rest is about
    wapes: Mapping[Way, float]  # of each way: sum of |error| by sum of arrivals
    bias: float  # sum of forecasts by sum of arrivals, less 1
    covered: float  # share of days within the range that was given
    days: int

    @property
    def wape(self) -> float:
        return self.wapes[self.by]


class Day(Struct, frozen=True):
    day: date
    arrivals: float
    low: float  # 80 % of such days lie between
    high: float
    hours: tuple[float, ...]  # 24, of the zone the history was counted in


class Forecast(Struct, frozen=True):
    days: tuple[Day, ...]
    by: Way
    error: Error | None  # None: too few days to measure it


def forecast(
    history: Mapping[date, Sequence[float]],
    days: Sequence[date],
    holiday: Holiday = lambda day: False,
) -> Forecast:
    """`history`: arrivals of each hour of each day, without gaps. Raises ValueError for too little of
    it."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(
        1
    ):  # of so few rows the threads would do nothing but wait for each other
        return _forecast(history, days, holiday)


def _forecast(
    history: Mapping[date, Sequence[float]], days: Sequence[date], holiday: Holiday
) -> Forecast:
    known = sorted(history)
    if len(known) < FEWEST:
        raise ValueError(f"{len(known)} days are too few to forecast from: {FEWEST} are needed")
    totals = np.array([sum(history[day]) for day in known], float)
    error = _error(known, totals, holiday)
    by = UNPROVEN if error is None else error.by
    expected, spread = _WAYS[by](known, totals, holiday).of(days)
    shares = _hour_shares(history, holiday)
    found = []
    for day, mean, width in zip(days, expected, spread, strict=True):
        hours = tuple(float(mean) * share for share in shares[_kind(day, holiday)])
        found.append(
            Day(day, float(mean), max(0.0, float(mean - width)), float(mean + width), hours)
        )
    return Forecast(tuple(found), by, error)


def _error(known: Sequence[date], totals: np.ndarray, holiday: Holiday) -> Error | None:
    held = min(HELD_OUT, (len(known) - FEWEST) // 7 * 7)
    if held < 7:
        return None
    true = totals[-held:]
    total = float(true.sum()) or 1.0
    tried = {way: _tried(make, known, totals, holiday, held) for way, make in _WAYS.items()}
    wapes = {
        way: float(np.abs(guessed - true).sum() / total) for way, (guessed, _) in tried.items()
    }
    by = min(wapes, key=lambda way: wapes[way])
    guessed, widths = tried[by]
    return Error(
        by=by,
        wapes=wapes,
        bias=float(guessed.sum() / total - 1),
        covered=float((np.abs(guessed - true) <= widths).mean()),
        days=held,
    )


def _tried(
    make: "_Maker", known: Sequence[date], totals: np.ndarray, holiday: Holiday, held: int
) -> tuple[np.ndarray, np.ndarray]:
    """Forecasts of the last `held` days, and half the widths of their ranges."""
    guessed, widths = np.empty(held), np.empty(held)
    first = len(known) - held
    for week in range(0, held, 7):
        until, some = first + week, slice(week, week + 7)
        guessed[some], widths[some] = make(known[:until], totals[:until], holiday).of(
            known[until : until + 7]
        )
    return guessed, widths


class _Calendar:
    def __init__(self, days: Sequence[date], totals: np.ndarray, holiday: Holiday) -> None:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import PoissonRegressor

        self._first, self._last, self._holiday = days[0], days[-1], holiday
        self._season = len(days) >= LONG
        rows = self._rows(days)
        self._model = PoissonRegressor(alpha=1e-3, solver="newton-cholesky")
        with warnings.catch_warnings():  # of weeks with nothing in them: near enough is near enough
            warnings.simplefilter("ignore", ConvergenceWarning)
            self._model.fit(rows, np.maximum(totals, 1e-3))
        guessed = self._model.predict(rows)
        # Days scatter more than Poisson's: by this factor (Pearson's chi-square by its degrees of freedom).
        free = max(1, len(days) - np.linalg.matrix_rank(rows) - 1)
        self._scatter = max(
            1.0, float(((totals - guessed) ** 2 / np.maximum(guessed, 0.5)).sum() / free)
        )

    def of(self, days: Sequence[date]) -> tuple[np.ndarray, np.ndarray]:
        """Expected arrivals, and half the width of the range."""
        expected = np.asarray(self._model.predict(self._rows(days)), float)
        return expected, SURE * np.sqrt(self._scatter * np.maximum(expected, 0.5))

    def _rows(self, days: Sequence[date]) -> np.ndarray:
        return np.array([self._row(day) for day in days], float)

    def _row(self, day: date) -> list[float]:
        off = self._holiday(day)
        row = [float(not off and day.weekday() == n) for n in range(7)]
        row.append(float(off))
        left, gone = _counted(day, self._holiday, 1), _counted(day, self._holiday, -1)
        row += [float(left == n) for n in range(3)]  # the last working days of a month
        row += [float(gone == n) for n in range(2)]  # and the first
        row.append(float(not off and self._follows_a_holiday(day)))
        # a trend that levels off ahead: a straight line would run away
        span = max(1, (self._last - self._first).days)
        ahead = (day - self._first).days / span
        row.append(min(ahead, 1.0) + 0.5 * math.tanh(max(0.0, ahead - 1.0)))
        if self._season:
            turn = 2 * math.pi * day.timetuple().tm_yday / 365.25
            row += [math.sin(turn), math.cos(turn), math.sin(2 * turn), math.cos(2 * turn)]
        return row

    def _follows_a_holiday(self, day: date) -> bool:
        before = day - timedelta(1)
        while before.weekday() > 4 and not self._holiday(before):
            before -= timedelta(1)
        return self._holiday(before)


class _Repeated:
    """The mean of the like days of the last weeks: weekdays, and holidays as Sundays."""

    def __init__(
        self, days: Sequence[date], totals: np.ndarray, holiday: Holiday, *, weeks: int
    ) -> None:
        self._holiday, self._weeks = holiday, weeks
        kinds = np.array([_kind(day, holiday) for day in days[-7 * RECENT :]])
        recent = totals[-7 * RECENT :]
        self._means = np.empty(7)
        about = np.empty(7)
        for kind in range(7):
            alike = recent[kinds == kind] if (kinds == kind).any() else recent
            self._means[kind], about[kind] = alike[-weeks:].mean(), alike.mean()
        expected = np.maximum(about[kinds], 0.5)
        free = max(1, len(recent) - 7)
        self._scatter = max(1.0, float(((recent - about[kinds]) ** 2 / expected).sum() / free))

    def of(self, days: Sequence[date]) -> tuple[np.ndarray, np.ndarray]:
        """As `_Calendar.of`. The mean itself is off, the more so the fewer weeks it is of."""
        expected = self._means[[_kind(day, self._holiday) for day in days]]
        scatter = self._scatter * (1 + 1 / self._weeks)
        return expected, SURE * np.sqrt(scatter * np.maximum(expected, 0.5))


_Maker = Callable[[Sequence[date], np.ndarray, Holiday], _Calendar | _Repeated]
_WAYS: Final[Mapping[Way, _Maker]] = {
    Way.CALENDAR: _Calendar,
    Way.WEEKS: partial(_Repeated, weeks=RECENT),
    Way.WEEK: partial(_Repeated, weeks=1),
}


def _working(day: date, holiday: Holiday) -> bool:
    return day.weekday() < 5 and not holiday(day)


def _counted(day: date, holiday: Holiday, step: int) -> int:
    """Working days of the month after this one (step 1) or before it (-1); 99 on days off."""
    if not _working(day, holiday):
        return 99
    count, other = 0, day + timedelta(step)
    while other.month == day.month:
        count += _working(other, holiday)
        other += timedelta(step)
    return count


def _kind(day: date, holiday: Holiday) -> int:
    """Days whose hours are alike: weekdays, and holidays as Sundays."""
    return 6 if holiday(day) else day.weekday()


def _hour_shares(history: Mapping[date, Sequence[float]], holiday: Holiday) -> list[list[float]]:
    """By kind of day. Where there was little, the hours of all days fill in."""
    sums: Any = np.zeros((7, HOURS))
    for day, hours in history.items():
        sums[_kind(day, holiday)] += np.asarray(hours, float)
    every = sums.sum(axis=0)
    every = every / every.sum() if every.sum() > 0 else np.full(HOURS, 1 / HOURS)
    filled = sums + 20 * every  # as if twenty more had come as on all days
    shares: list[list[float]] = (filled / filled.sum(axis=1, keepdims=True)).tolist()
    return shares
