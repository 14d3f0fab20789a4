"""Working time against a count minute by minute, and against days that everybody can look up."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk.calendar import Calendar, calendar_of, days_of, years_around
from tests.desk.minutes import MINUTE, Plan, minutes, plans

ZERO = timedelta()


def office(zone: str = "UTC", *hours: str, **more: Any) -> Calendar:
    lines = hours or ("mon-fri 09:00-12:30 13:15-18:00",)
    return calendar_of("office", zone=zone, hours=lines, years=years_around(2026), **more)


def at(zone: str, *when: int) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[misc, arg-type]


# Against the slow count

exact = settings(max_examples=25, deadline=None)


@exact
@given(plans(), st.integers(0, 2 * 1440))
def test_between_is_what_counting_minutes_gives(made: tuple[Plan, datetime], length: int) -> None:
    plan, begin = made
    end = begin + length * MINUTE
    assert plan.calendar().between(begin, end) == plan.between(begin, end)


@exact
@given(plans(), st.integers(1, 900))
def test_add_is_the_first_minute_by_which_so_much_has_gone(
    made: tuple[Plan, datetime], length: int
) -> None:
    plan, begin = made
    found = plan.calendar().add(begin, length * MINUTE)
    counted, reached = 0, None
    for one in minutes(begin, begin + timedelta(days=3)):
        counted += plan.counts(one)
        if counted == length:
            reached = one + MINUTE
            break
    if reached is None:
        assert found is None or found > begin + timedelta(days=3)
    else:
        assert found == reached


@settings(max_examples=20, deadline=None)
@given(plans())
def test_opens_and_pieces_are_the_minutes_that_count(made: tuple[Plan, datetime]) -> None:
    plan, begin = made
    calendar, end = plan.calendar(), begin + timedelta(days=1)
    counting = [one for one in minutes(begin, end) if plan.counts(one)]
    listed = [one for lo, hi in calendar.pieces(begin, end) for one in minutes(lo, hi)]
    assert listed == counting
    opens = calendar.opens(begin)
    if counting:
        assert opens == counting[0]
    else:
        assert opens is None or opens >= end
    assert calendar.is_open(begin) is plan.counts(begin)


moments = st.datetimes(datetime(2026, 9, 1), datetime(2027, 5, 1), timezones=st.just(UTC))


@settings(max_examples=25, deadline=None)
@given(plans(), moments, st.timedeltas(timedelta(microseconds=1), timedelta(days=9)), moments)
def test_adding_and_measuring_belong_together(
    made: tuple[Plan, datetime], begin: datetime, length: timedelta, other: datetime
) -> None:
    """To the microsecond, and over months."""
    calendar = made[0].calendar()
    end = calendar.add(begin, length)
    assert end is not None
    assert calendar.between(begin, end) == length
    assert calendar.between(begin, end - timedelta(microseconds=1)) < length
    first, last = sorted((begin, other))
    middle = first + (last - first) / 3
    whole = calendar.between(first, last)
    assert whole == calendar.between(first, middle) + calendar.between(middle, last)
    assert calendar.between(last, first) == ZERO
    assert ZERO <= whole <= last - first


# Days that can be looked up


def test_a_weekend_and_a_lunch_do_not_count() -> None:
    friday = datetime(2026, 3, 6, 12, tzinfo=UTC)
    assert office().add(friday, timedelta(hours=6)) == datetime(2026, 3, 9, 9, 45, tzinfo=UTC)
    # What ends with the day is due then, not the next morning.
    assert office().add(friday, timedelta(hours=5, minutes=15)) == datetime(
        2026, 3, 6, 18, tzinfo=UTC
    )


def test_the_hour_that_comes_twice_counts_twice_and_the_skipped_one_not_at_all() -> None:
    night = office("Europe/Berlin", "sat 22:00-06:00")
    autumn, spring = at("Europe/Berlin", 2026, 10, 24, 12), at("Europe/Berlin", 2026, 3, 28, 12)
    day = timedelta(days=1)
    assert night.between(autumn, autumn + day) == timedelta(hours=9)
    assert night.between(spring, spring + day) == timedelta(hours=7)
    always = office("Europe/Berlin", "24x7")
    assert always.between(autumn, autumn + day) == day
    assert office("Australia/Lord_Howe", "sat 22:00-06:00").between(
        at("Australia/Lord_Howe", 2026, 4, 4, 12), at("Australia/Lord_Howe", 2026, 4, 5, 12)
    ) == timedelta(hours=8, minutes=30)


def test_a_day_that_there_was_not_is_not_waited_for() -> None:
    """Samoa went from Thursday the 29th to Saturday the 31st of December 2011."""
    apia = office("Pacific/Apia", "mon-sun 09:00-17:00")
    thursday = at("Pacific/Apia", 2011, 12, 29, 16)
    assert apia.add(thursday, timedelta(hours=2)) == at("Pacific/Apia", 2011, 12, 31, 10)
    assert at("Pacific/Apia", 2011, 12, 31, 10) - thursday == timedelta(hours=18)


def test_a_leap_day_is_a_day() -> None:
    calendar = office("Asia/Kathmandu", "mon-sun 09:00-17:00")
    for year, hours in ((2028, 16), (2027, 8)):
        begin, end = at("Asia/Kathmandu", year, 2, 28), at("Asia/Kathmandu", year, 3, 1)
        assert calendar.between(begin, end) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("country", "day", "hours"),
    [
        ("DE", (2026, 6, 4), 8),  # Corpus Christi is a working day in most of Germany,
        ("DE-BY", (2026, 6, 4), 0),  # and none in Bavaria
        ("DE", (2026, 4, 3), 0),  # Good Friday
        ("RU", (2026, 1, 9), 0),  # for Saturday the 3rd
        ("RU", (2025, 11, 1), 8),  # a Saturday that is worked
        ("RU", (2025, 11, 3), 0),  # and the Monday that is free for it
        ("CN", (2026, 2, 14), 8),  # a Saturday that is worked before the Spring Festival
        ("CN", (2026, 2, 28), 8),  # and one after it
        ("CN", (2026, 2, 20), 0),
        ("US", (2026, 7, 3), 0),  # the 4th is a Saturday
        ("", (2026, 12, 25), 8),
    ],
)
def test_holidays_and_worked_weekends_of_countries(
    country: str, day: tuple[int, int, int], hours: int
) -> None:
    calendar = office("UTC", "mon-thu 09:00-17:00", "fri 08:00-16:00", country=country)
    begin = datetime(*day, tzinfo=UTC)
    assert calendar.between(begin, begin + timedelta(days=1)) == timedelta(hours=hours)
    assert calendar.is_special(date(*day)) is (hours != 8 or begin.weekday() > 4)


def test_own_days_beat_the_countrys_and_working_days_beat_days_off() -> None:
    calendar = office(
        "UTC",
        country="DE",
        closed=["12-24", "2026-12-28..2027-01-03"],
        extra=["2026-12-25 10:00-12:00", "2026-12-30", "2026-12-26"],
    )

    def hours(*day: int) -> float:
        begin = datetime(*day, tzinfo=UTC)  # type: ignore[misc, arg-type]
        return calendar.between(begin, begin + timedelta(days=1)) / timedelta(hours=1)

    assert [hours(2026, 12, day) for day in range(23, 32)] == [
        *(8.25, 0, 2, 8.25),  # the 26th is a Saturday, and like a Friday
        *(0, 0, 0, 8.25, 0),
    ]
    assert hours(2029, 12, 24) == 0
    assert days_of("02-29", range(2026, 2034)) == [date(2028, 2, 29), date(2032, 2, 29)]


def test_a_night_belongs_to_the_day_it_begins_on() -> None:
    calendar = office("UTC", "mon-fri 22:00-06:00", closed=["2026-03-04"])
    wednesday = datetime(2026, 3, 4, tzinfo=UTC)
    found = list(calendar.pieces(wednesday, wednesday + timedelta(days=2)))
    assert [(lo.day, lo.hour, hi.day, hi.hour) for lo, hi in found] == [(4, 0, 4, 6), (5, 22, 6, 0)]


def test_what_never_comes_is_none() -> None:
    shut = Calendar(name="shut", zone="UTC", week=((),) * 7)
    assert shut.add(datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=1)) is None
    assert shut.opens(datetime(2026, 1, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "has no working hour"),
        (["mon-fri"], 'must be days and hours, as "mon-fri 09:00-18:00"'),
        (["mo-fr 09:00-18:00"], '"mo-fr" must be a weekday or two'),
        (["mon 9-18"], '"9-18" must be two times of day'),
        (["mon 09:00-25:00"], "must be two times of day"),
        (["mon 09:00-09:00"], "begins where it ends"),
        (["mon 24:00-09:00"], "begins where it ends"),
        (["mon 09:00-12:00 11:00-15:00"], "overlap on mon"),
        (["mon-fri 09:00-18:00", "fri 17:00-19:00"], "overlap on fri"),
        (["sun 22:00-06:00", "mon 05:00-09:00"], "overlap on mon"),
    ],
)
def test_hours_that_make_no_sense_are_refused(lines: list[str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        office("UTC", *lines) if lines else calendar_of(
            "x", zone="UTC", hours=[], years=years_around(2026)
        )


def test_the_same_words_make_the_same_calendar_in_any_year_of_a_decade() -> None:
    assert years_around(2020) == years_around(2029) == range(2020, 2040)
