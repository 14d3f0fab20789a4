"""Backlogs and rotas: what is done in time, and who works when."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.staffing import backlog
from bot.staffing.need import Assumptions, Kind, Work, needs, paid
from bot.staffing.queueing import Target
from bot.staffing.rota import REST, Agent, Rota, propose

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
LONDON, MOSCOW, SHANGHAI = (
    ZoneInfo(f"{one}") for one in ("Europe/London", "Europe/Moscow", "Asia/Shanghai")
)
OPEN = [8 <= hour % 24 < 18 and hour // 24 < 5 for hour in range(168)]


def agent(name: str, zone: ZoneInfo = LONDON, *languages: str, **other: object) -> Agent:
    said = {"begins": time(8), "ends": time(18), **other}
    return Agent(name=name, zone=zone, languages=frozenset(languages or ("en",)), **said)  # type: ignore[arg-type]


def test_a_mail_of_the_night_is_answered_in_the_morning() -> None:
    come = [6.0, 0, 0, 0]
    played = backlog.play(
        come, [0, 0, 1, 1], [False, False, True, True], handling=600, interval=3600, within=2 * 3600
    )
    assert played.within[0] == 1.0
    assert played.left == (6.0, 6.0, 0.0, 0.0)
    late = backlog.play(
        come, [0, 0, 0, 1], [True] * 4, handling=600, interval=3600, within=2 * 3600
    )
    assert late.within[0] == 0.0


@given(st.lists(st.floats(0, 50), min_size=1, max_size=48), st.integers(0, 9), st.floats(60, 3600))
def test_nothing_of_a_backlog_is_lost(come: list[float], count: int, handling: float) -> None:
    played = backlog.play(
        come, [count] * len(come), [True] * len(come), handling=handling, interval=3600, within=7200
    )
    done = sum(busy * count * 3600 / handling for busy in played.busy)
    assert done + played.left[-1] == pytest.approx(sum(come), abs=1e-6)
    assert all(-1e-9 <= one <= 1 + 1e-9 for one in (*played.within, *played.busy))


def test_what_an_hour_needs_grows_with_what_comes_and_stays_closed_at_night() -> None:
    work = {
        Kind.CALL: Work(handling=300, target=Target(share=0.8, within=20), patience=180),
        Kind.CHAT: Work(
            handling=600, target=Target(share=0.8, within=60), concurrency=2, slower=0.2
        ),
        Kind.MAIL: Work(handling=480, target=Target(share=0.9, within=4 * 3600)),
    }
    come = {"en": {Kind.CALL: [12.0] * 168, Kind.CHAT: [6.0] * 168, Kind.MAIL: [4.0] * 168}}
    hours = needs(come, OPEN, Assumptions(work=work))["en"]
    more = needs(come, OPEN, Assumptions(work=work, volume=2.0))["en"]
    assert all(one.needed == 0 for one, works in zip(hours, OPEN, strict=True) if not works)
    assert all(one.needed > 2 for one, works in zip(hours, OPEN, strict=True) if works)
    assert sum(one.needed for one in more) > 1.4 * sum(one.needed for one in hours)
    morning, later = hours[8], hours[10]  # whoever wrote a chat at night waits for the morning
    assert morning.agents[Kind.CHAT] > later.agents[Kind.CHAT]
    assert paid(7, 0.3) == 10


def check(rota: Rota, agents: list[Agent]) -> None:
    """What every rota must respect."""
    by_name = {one.name: one for one in agents}
    for shift in rota.shifts:
        who = by_name[shift.agent]
        begins, ends = shift.begins.astimezone(who.zone), shift.ends.astimezone(who.zone)
        assert begins.time() >= who.begins
        assert ends.time() <= who.ends or who.ends <= who.begins
        assert begins.weekday() in who.weekdays
        assert begins.date() not in who.away
    for one in agents:
        own = [shift for shift in rota.shifts if shift.agent == one.name]
        assert len(own) * one.shift <= one.week
        for before, after in pairwise(own):
            assert after.begins - before.ends >= REST


def test_enough_agents_leave_nobody_waiting() -> None:
    agents = [agent(f"a{n}") for n in range(4)]
    rota = propose(agents, {"en": [2 if works else 0 for works in OPEN]}, MONDAY)
    check(rota, agents)
    assert sum(rota.missing) == 0
    assert len(rota.shifts) <= 20


def test_languages_zones_and_days_off_are_respected() -> None:
    agents = [
        agent("Ana", LONDON, "en"), agent("Boris", MOSCOW, "ru", "en", away=frozenset({date(2026, 3, 4)})),
        agent("Chen", SHANGHAI, "zh", "en", begins=time(9), ends=time(19)),
        agent("Dora", LONDON, "en", "ru"),
    ]  # fmt: skip
    wanted = {
        "en": [1 if works else 0 for works in OPEN],
        "ru": [1 if 9 <= hour % 24 < 14 and hour // 24 < 5 else 0 for hour in range(168)],
    }
    rota = propose(agents, wanted, MONDAY)
    check(rota, agents)
    assert any(shift.agent == "Boris" for shift in rota.shifts)
    assert sum(rota.missing) <= 6


def test_who_is_missing_is_said() -> None:
    rota = propose([agent("a")], {"en": [3 if works else 0 for works in OPEN]}, MONDAY)
    assert max(rota.missing) == 3
    assert propose([], {"en": [1]}, MONDAY).missing == [1]


def test_a_night_shift_ends_in_the_morning() -> None:
    night = agent("n", begins=time(21), ends=time(7))
    wanted = {"en": [1 if hour % 24 in (22, 23, 0, 1, 2, 3) else 0 for hour in range(72)]}
    rota = propose([night], wanted, MONDAY)
    assert rota.shifts
    assert all(shift.ends - shift.begins == timedelta(hours=9) for shift in rota.shifts)
