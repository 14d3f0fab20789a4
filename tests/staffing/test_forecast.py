"""Forecasts know weekdays, months' ends and holidays, and say how wrong they were."""

from datetime import date, timedelta

import pytest

from bench.arrivals import year_of_arrivals
from bot.staffing.forecast import FEWEST, Way, forecast

HOLIDAYS = {
    date(2026, 1, 1),
    date(2026, 4, 3),
    date(2026, 4, 6),
    date(2026, 5, 1),
    date(2026, 5, 25),
}


def days(first: date, count: int) -> list[date]:
    return [first + timedelta(n) for n in range(count)]


def flat(first: date, count: int, weekday: float, weekend: float) -> dict[date, list[float]]:
    return {
        day: [(weekday if day.weekday() < 5 else weekend) / 24] * 24 for day in days(first, count)
    }


def test_what_is_always_the_same_is_forecast_as_it_is() -> None:
    found = forecast(flat(date(2026, 3, 2), 84, 120, 24), days(date(2026, 5, 25), 7))
    assert [round(one.arrivals) for one in found.days] == [120] * 5 + [24] * 2
    assert found.error is not None
    assert found.error.wape < 0.01
    assert sum(found.days[0].hours) == pytest.approx(found.days[0].arrivals)


def test_a_holiday_is_no_monday() -> None:
    history = flat(date(2025, 12, 1), 170, 120, 24)
    for day in HOLIDAYS & set(history):
        history[day] = [1.0] * 24
    [monday] = forecast(history, [date(2026, 5, 25)], HOLIDAYS.__contains__).days
    assert monday.arrivals == pytest.approx(24, rel=0.15)


def test_too_few_days_are_said_to_be() -> None:
    with pytest.raises(ValueError, match="28 are needed"):
        forecast(flat(date(2026, 3, 2), FEWEST - 1, 9, 9), days(date(2026, 5, 25), 1))
    found = forecast(flat(date(2026, 3, 2), FEWEST, 9, 9), days(date(2026, 5, 25), 1))
    assert (found.error, found.by) == (None, Way.WEEKS)


def test_nothing_ever_is_nothing_tomorrow() -> None:
    [one] = forecast(flat(date(2026, 3, 2), 40, 0, 0), [date(2026, 5, 25)]).days
    assert one.arrivals < 0.5


def test_a_generated_year_is_forecast_better_than_by_the_week_before() -> None:
    history, holiday = year_of_arrivals(seed=3)
    last = max(history)
    known = {day: hours for day, hours in history.items() if day <= last - timedelta(28)}
    found = forecast(known, days(last - timedelta(27), 28), holiday)
    wrong = sum(abs(one.arrivals - sum(history[one.day])) for one in found.days)
    naive = sum(
        abs(sum(history[one.day]) - sum(history[one.day - timedelta(28)])) for one in found.days
    )
    assert wrong < naive
    assert found.error is not None
    assert found.error.wape < found.error.wapes[Way.WEEK]
    assert 0.6 <= found.error.covered <= 1


def weeks(*levels: float) -> dict[date, list[float]]:
    """Of working days as many as said in each week, up to the 24th of May 2026."""
    first = date(2026, 5, 25) - timedelta(7 * len(levels))
    return {
        day: ([level / 24] * 24 if day.weekday() < 5 else [0.0] * 24)
        for n, level in enumerate(levels)
        for day in days(first + timedelta(7 * n), 7)
    }


@pytest.mark.parametrize(
    ("levels", "by", "expected"),
    [
        ([20, 22, 24, 26, 28, 30, 33, 36, 39, 43, 47, 51], Way.CALENDAR, 56),  # a tenth more a week
        ([0, 6, 1, 3, 5, 0, 2, 6, 1, 4, 3, 0, 5, 1, 6, 2], Way.WEEKS, 17 / 6),
        ([20] * 9 + [60] + [60] * 2, Way.WEEK, 60),
    ],
)
def test_the_way_that_was_least_wrong_is_taken(
    levels: list[float], by: Way, expected: float
) -> None:
    found = forecast(weeks(*levels), days(date(2026, 5, 25), 7))
    assert found.error is not None
    assert found.by is found.error.by is by
    assert found.error.wape == min(found.error.wapes.values())
    assert found.days[0].arrivals == pytest.approx(expected, rel=0.05)
    assert found.days[0].low <= found.days[0].arrivals <= found.days[0].high


@pytest.mark.parametrize("seed", range(4))
def test_where_little_comes_it_is_no_worse_than_the_week_before(seed: int) -> None:
    history, holiday = year_of_arrivals(seed, days=150, share=0.005)
    found = forecast(history, days(max(history) + timedelta(1), 7), holiday)
    assert found.error is not None
    assert found.error.wape <= found.error.wapes[Way.WEEK]
    assert forecast(history, days(max(history) + timedelta(1), 7), holiday) == found


def test_a_holiday_is_as_a_sunday_by_any_way() -> None:
    history = weeks(0, 6, 1, 3, 5, 0, 2, 6, 1, 4, 3, 0, 5, 1, 6, 2)
    monday, tuesday, *_ = forecast(
        history, days(date(2026, 5, 25), 7), lambda day: day == date(2026, 5, 25)
    ).days
    assert monday.arrivals == 0 < tuesday.arrivals
