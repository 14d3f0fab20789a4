"""Forecasts know weekdays, months' ends and holidays, and say how wrong they were."""

from datetime import date, timedelta

import pytest

from bench.arrivals import year_of_arrivals
from bot.staffing.forecast import FEWEST, forecast

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
    assert forecast(flat(date(2026, 3, 2), FEWEST, 9, 9), days(date(2026, 5, 25), 1)).error is None


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
    assert found.error.wape < found.error.naive
    assert 0.6 <= found.error.covered <= 1
