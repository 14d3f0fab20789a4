"""Who is there, and whom a ticket is given to."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.desk.assignment import Candidate, Need, choose, score
from bot.desk.calendar import calendar_of
from bot.desk.duty import Hand, Roster

OFFICE = calendar_of("office", zone="UTC", hours=["mon-fri 09:00-18:00"], years=range(2020, 2040))
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(
    lambda one: one.replace(tzinfo=UTC)
)
hands = st.builds(
    Hand,
    zone=st.sampled_from([ZoneInfo("UTC"), BERLIN, ZoneInfo("Asia/Shanghai")]),
    begins=st.sampled_from([time(8), time(9, 30), time(22)]),
    ends=st.sampled_from([time(6), time(17), time(18, 30)]),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    away=st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=40),
)


def test_a_shift_over_midnight_and_across_a_clock_change() -> None:
    night = Hand(zone=BERLIN, begins=time(22), ends=time(6), weekdays=frozenset({5}))  # Saturdays
    roster = Roster(hands={"nick": night})
    # In the night of 28 March 2026 the clocks go from 02:00 to 03:00.
    for hour, there in ((20, False), (21, True), (25, True), (27, True), (28, False)):
        at = datetime(2026, 3, 28, tzinfo=UTC) + timedelta(hours=hour)
        assert roster.is_on_duty("Nick", None, at) is there, hour


def test_days_off_own_word_and_no_rota() -> None:
    ana = Hand(zone=BERLIN, begins=time(9), ends=time(17), away=frozenset({date(2026, 3, 3)}))
    roster = Roster(hands={"ana": ana})
    assert roster.is_on_duty("ana", None, MONDAY)
    assert not roster.is_on_duty("ana", MONDAY + timedelta(hours=1), MONDAY)
    assert roster.is_absent("ana", None, MONDAY + timedelta(days=1))
    assert roster.next_duty("ana", None, MONDAY + timedelta(hours=12)) == datetime(
        2026, 3, 4, 8, tzinfo=UTC
    )
    saturday = MONDAY + timedelta(days=5)
    assert roster.is_on_duty("boris", None, MONDAY, OFFICE)
    assert not roster.is_on_duty("boris", None, saturday, OFFICE)
    assert roster.next_duty("boris", None, saturday, OFFICE) == MONDAY + timedelta(days=7)


def test_on_call_is_by_day_and_not_for_who_is_away() -> None:
    ana = Hand(zone=BERLIN, begins=time(9), ends=time(17), on_call=frozenset({date(2026, 3, 2)}))
    roster = Roster(hands={"ana": ana})
    assert roster.is_on_call("ana", None, datetime(2026, 3, 2, 22, tzinfo=UTC))
    assert not roster.is_on_call("ana", None, datetime(2026, 3, 2, 23, tzinfo=UTC))  # it is the 3rd
    assert not roster.is_on_call("ana", MONDAY + timedelta(days=2), MONDAY)


@given(hands, moments, st.none() | moments)
def test_who_is_on_duty_is_not_absent_and_the_next_duty_is_one(
    hand: Hand, at: datetime, away_until: datetime | None
) -> None:
    roster = Roster(hands={"ana": hand})
    if roster.is_on_duty("ana", away_until, at):
        assert not roster.is_absent("ana", away_until, at)
    begins = roster.next_duty("ana", away_until, at)
    if begins is not None:
        assert begins >= at
        assert roster.is_on_duty("ana", away_until, begins)


names = st.frozensets(st.sampled_from(["network", "vpn", "hardware"]))
candidates = st.lists(
    st.builds(
        Candidate,
        person_id=st.integers(1, 50),
        is_there=st.booleans(),
        skills=names,
        languages=st.frozensets(st.sampled_from(["en", "ru", "zh"])),
        load=st.floats(0, 20),
        given_at=st.none() | moments,
        most=st.none() | st.floats(1, 10),
    ),
    unique_by=lambda one: one.person_id,
)


@given(candidates, st.builds(Need, skills=names, language=st.sampled_from(["en", "ru", "zh"])))
def test_nobody_absent_or_full_is_chosen_and_somebody_is_if_there_is_anybody(
    some: list[Candidate], need: Need
) -> None:
    may = [one for one in some if one.is_there and (one.most is None or one.load < one.most)]
    chosen = choose(some, need)
    if not may:
        assert chosen is None
        return
    assert chosen in may
    assert score(chosen, need) == max(score(one, need) for one in may)


def candidate(id: int, **more: object) -> Candidate:
    return Candidate(person_id=id, is_there=True, **more)  # type: ignore[arg-type]


def test_skill_then_language_then_load_then_whose_turn_it_is() -> None:
    need = Need(skills=frozenset({"network"}), language="ru")
    plain = candidate(1)
    skilled = candidate(2, skills=frozenset({"network"}), load=3)
    other = candidate(3, skills=frozenset({"hardware"}))
    russian = candidate(4, languages=frozenset({"ru"}), load=2)
    english = candidate(5, languages=frozenset({"en"}))
    assert choose([plain, skilled, other], need) == skilled
    assert choose([russian, english], need) == russian
    assert choose([plain, candidate(6, load=0.5)], need) == plain
    lately = candidate(1, given_at=MONDAY)
    before = candidate(2, given_at=MONDAY - timedelta(hours=1))
    assert choose([lately, before], need) == before
    assert choose([lately, before, candidate(9)], need) == candidate(9)


def test_many_tickets_are_shared_out_evenly() -> None:
    given_to = {1: 0, 2: 0, 3: 0}
    last: dict[int, datetime] = {}
    for number in range(30):
        some = [
            candidate(id, load=float(count), given_at=last.get(id))
            for id, count in given_to.items()
        ]
        chosen = choose(some, Need())
        assert chosen is not None
        given_to[chosen.person_id] += 1
        last[chosen.person_id] = MONDAY + timedelta(minutes=number)
    assert set(given_to.values()) == {10}
