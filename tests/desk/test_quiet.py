"""Quiet hours, also over midnight and over changed clocks; and what they hold back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.desk import tickets
from bot.desk.access import Actor, Role
from bot.desk.priority import Priority
from bot.desk.quiet import ends_at, span_of
from bot.desk.status import Status
from bot.errors import Invalid
from channels.message import PublicText
from store.tables import Outbox
from tests.desk.conftest import House

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = "22:00-07:00"


def local(day: int, hour: int, minute: int = 0, *, month: int = 3, fold: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (local(2, 21, 59), None),
        (local(2, 22), local(3, 7)),
        (local(3, 6, 59), local(3, 7)),
        (local(3, 7), None),
    ],
)
def test_a_night_goes_over_midnight(now: datetime, end: datetime | None) -> None:
    assert ends_at(NIGHT, BERLIN, now) == end


def test_a_rest_at_noon_does_not() -> None:
    assert ends_at("12:00-14:00", BERLIN, local(2, 13)) == local(2, 14)
    assert ends_at("12:00-14:00", BERLIN, local(2, 14)) is None


def test_the_night_is_as_long_as_the_clock_on_the_wall_says() -> None:
    begin = local(28, 23)  # the clocks go forward on the 29th
    assert ends_at(NIGHT, BERLIN, begin) == begin + timedelta(hours=7)
    begin = local(24, 23, month=10)  # and back on 25 October
    assert ends_at(NIGHT, BERLIN, begin) == begin + timedelta(hours=9)


def test_an_end_in_the_hour_that_comes_twice_is_never_past() -> None:
    for fold in (0, 1):
        now = local(25, 2, 15, month=10, fold=fold)
        assert ends_at("22:00-02:30", BERLIN, now) == now + timedelta(minutes=15)


def test_hours_are_read_as_people_write_them() -> None:
    assert span_of(" 22 – 7 ") == NIGHT
    assert span_of("21:30-6") == "21:30-06:00"
    for wrong in ("", "22", "25-7", "22:60-7", "7-7"):
        with pytest.raises(Invalid):
            span_of(wrong)


@pytest.fixture
def sleeper(house: House) -> Actor:
    return house.person("Sia", Role.REQUESTER, quiet=NIGHT, timezone="Asia/Shanghai")


def answer(house: House, agent: Actor, ticket: int, key: str = "a1") -> datetime | None:
    """When an agent's answer leaves at the earliest; None: at once."""
    words = PublicText("please try again")
    house.on(ticket, lambda tx, it: tickets.reply(house.desk, tx, it, words, agent, key=key))
    return house.all(Outbox)[-1].not_before  # type: ignore[no-any-return]


MORNING = datetime(2026, 3, 2, 23, tzinfo=UTC)  # in Shanghai


def test_an_answer_waits_for_the_morning_of_its_reader(
    house: House, agent: Actor, sleeper: Actor
) -> None:
    ticket = house.ticket(sleeper, channel="hook")
    assert answer(house, agent, ticket) is None
    house.now += timedelta(hours=6)
    assert answer(house, agent, ticket, "a2") == MORNING


def test_what_is_urgent_does_not_wait(house: House, agent: Actor, sleeper: Actor) -> None:
    ticket = house.ticket(sleeper, channel="hook")
    house.on(ticket, lambda tx, it: tickets.set_priority(house.desk, tx, it, Priority.HIGH, agent))
    house.now += timedelta(hours=6)
    assert answer(house, agent, ticket) is None


def test_a_notice_of_the_clock_waits(house: House, agent: Actor, sleeper: Actor) -> None:
    ticket = house.ticket(sleeper, channel="hook")
    house.on(ticket, lambda tx, it: tickets.claim(house.desk, tx, it, agent))
    pending = Status.PENDING_USER
    house.now += timedelta(hours=6)
    house.on(ticket, lambda tx, it: tickets.set_status(house.desk, tx, it, pending, agent))
    house.pass_time(days=3)
    assert house.all(Outbox)[-1].not_before == MORNING + timedelta(days=3)
