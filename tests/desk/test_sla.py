"""The clocks of tickets: against a simulation minute by minute, through the desk, and across restarts."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk.agreements import (
    Agreement,
    Kind,
    Scope,
    Subject,
    Terms,
    choose,
    clashes,
    minutes_of,
    terms,
    warning,
)
from bot.desk.events import GUEST, What
from bot.desk.sla import Clock, State, clocks_of
from bot.desk.status import ALLOWED, DONE, Status
from store.sla import Happened
from tests.desk.minutes import MINUTE, Plan, plans

ZERO = timedelta()
PAUSES = ("pending-user", "pending-third-party")


def promise(plan: Plan, name: str, first: int, following: int, resolution: int) -> Terms:
    agreement = Agreement(
        name=name,
        scope=Scope(),
        calendar=plan.calendar(name),
        targets={
            kind: {"high": length}
            for kind, length in zip(Kind, (first, following, resolution), strict=True)
            if length
        },
        warn=("50%", "20m"),
    )
    return terms(agreement, "high")


# The slow count


@dataclass
class Slow:
    """One clock, moved on a minute at a time."""

    kind: Kind
    turn: int
    state: str = "running"
    used: int = 0
    late: datetime | None = None


@dataclass
class Simulation:
    """The rules of docs/sla.md once more, in the simplest way there is."""

    plans: dict[str, Plan]
    terms: dict[str, Terms]
    clocks: list[Slow] = field(default_factory=list)
    held: str | None = None
    status: str = "new"

    def target(self, clock: Slow) -> int | None:
        if self.held is None:
            return None
        return self.terms[self.held].targets.get(clock.kind)

    def open(self) -> list[Slow]:
        return [one for one in self.clocks if one.state == "running"]

    @property
    def paused(self) -> bool:
        return self.held is not None and self.status in PAUSES

    def minute(self, at: datetime) -> None:
        """From `at` to the next minute."""
        if self.held is None or self.paused or not self.plans[self.held].counts(at):
            return
        for clock in self.open():
            clock.used += 1
            target = self.target(clock)
            if target is not None and clock.used >= target and clock.late is None:
                clock.late = at + MINUTE

    def take(self, event: Happened) -> None:
        answers = [one for one in self.open() if one.kind is not Kind.RESOLUTION]
        if event.what == What.OPENED:
            self.clocks += [Slow(Kind.FIRST_RESPONSE, 1), Slow(Kind.RESOLUTION, 1)]
        elif event.what == What.AGREEMENT:
            self.held = event.new
            for clock in self.open():
                target = self.target(clock)
                if target is None or clock.used < target:
                    clock.late = None
                elif clock.late is None:
                    clock.late = event.at
        elif event.what == What.REPLY:
            for clock in answers:
                clock.state = "ended"
        elif event.what == What.MESSAGE and event.why != GUEST:
            self.ask()
        elif event.what == What.REOPENED:
            self.status = "open"
            for clock in self.clocks:
                if clock.kind is Kind.RESOLUTION and clock.state == "ended":
                    clock.state = "running"
            if event.who == "requester":
                self.ask()
        elif event.what == What.STATUS:
            self.status = event.new or ""
            for clock in self.open() if self.status in DONE else ():
                owed = clock.kind is Kind.RESOLUTION or event.who == "agent"
                clock.state = "ended" if owed else "void"

    def ask(self) -> None:
        answers = [one for one in self.open() if one.kind is not Kind.RESOLUTION]
        if not answers and self.status not in DONE:
            turn = 1 + sum(one.kind is Kind.NEXT_RESPONSE for one in self.clocks)
            self.clocks.append(Slow(Kind.NEXT_RESPONSE, turn))


@st.composite
def histories(draw: st.DrawFn) -> tuple[Simulation, list[Happened], datetime]:
    """A ticket's life, with other calendars, priorities and people in between."""
    (one, begin), (other, _) = draw(plans()), draw(plans())
    lengths = st.integers(0, 90).map(lambda length: length * 7)
    known = {
        made.id: (plan, made)
        for name, plan in (("one", one), ("other", other))
        for made in [promise(plan, name, *(draw(lengths) for _ in range(3))) for _ in range(2)]
    }
    at, status = begin, "new"
    events = [Happened(at, "requester", "opened", None, "INC-1", None)]
    events.append(Happened(at, "clock", "agreement", None, draw(st.sampled_from(list(known))), ""))
    for _ in range(draw(st.integers(0, 9))):
        at += draw(st.integers(0, 360)) * MINUTE
        who = draw(st.sampled_from(["agent", "requester", "clock"]))
        act = draw(st.sampled_from(["status", "status", "message", "guest", "reply", "agreement"]))
        if act == "status" and status in DONE:
            events.append(Happened(at, who, "reopened", status, "open", None))
            status = "open"
        elif act == "status":
            new = draw(st.sampled_from(sorted(ALLOWED[Status(status)])))
            events.append(Happened(at, who, "status", status, new, None))
            status = str(new)
        elif act == "message":
            events.append(Happened(at, "requester", "message", None, None, None))
        elif act == "guest":
            events.append(Happened(at, "requester", "message", None, None, GUEST))
        elif act == "reply":
            events.append(Happened(at, "agent", "reply", None, None, None))
        elif status not in DONE:  # what is done is not aimed at anything
            new = draw(st.sampled_from([None, *known]))
            events.append(Happened(at, "clock", "agreement", None, new, "priority"))
    simulation = Simulation(
        plans={id: plan for id, (plan, _) in known.items()},
        terms={id: made for id, (_, made) in known.items()},
    )
    return simulation, events, at + draw(st.integers(0, 300)) * MINUTE


@settings(max_examples=18, deadline=None)
@given(histories())
def test_every_clock_is_what_the_simulation_of_its_minutes_gives(
    made: tuple[Simulation, list[Happened], datetime],
) -> None:
    simulation, events, now = made
    found = clocks_of(events, lambda id: simulation.terms[id], now, "INC-1")
    at, waiting = events[0].at, list(events)
    while at <= now:
        while waiting and waiting[0].at <= at:
            simulation.take(waiting.pop(0))
        if at < now:
            simulation.minute(at)
        at += MINUTE
    assert [(one.kind, one.turn) for one in found.all] == [
        (one.kind, one.turn) for one in simulation.clocks
    ]
    for clock, slow in zip(found.all, simulation.clocks, strict=True):
        assert clock.used == slow.used * MINUTE
        assert clock.late == slow.late
        assert (clock.state is State.PAUSED) == (slow.state == "running" and simulation.paused)
        assert clock.is_open == (slow.state == "running")
    # And on, if nothing happens: what is due next becomes late in exactly that minute.
    due = {one.name: one.due for one in found.open if one.due is not None and one.late is None}
    for _ in range(1440):
        simulation.minute(at - MINUTE)
        at += MINUTE
    for clock, slow in zip(found.all, simulation.clocks, strict=True):
        if clock.name in due and clock.is_open:
            if slow.late is None:
                assert due[clock.name] > at - MINUTE
            else:
                assert due[clock.name] == slow.late


@settings(max_examples=15, deadline=None)
@given(histories())
def test_looking_more_often_or_with_a_clock_set_back_changes_nothing(
    made: tuple[Simulation, list[Happened], datetime],
) -> None:
    simulation, events, now = made
    lookup = simulation.terms.__getitem__
    whole = clocks_of(events, lookup, now, "INC-1")
    before = {one.name: one.used for one in clocks_of(events, lookup, events[-1].at).all}
    back = clocks_of(events, lookup, now - timedelta(days=30), "INC-1")
    for clock in whole.all:
        assert clock.used >= before[clock.name] >= ZERO
    assert {one.name: one.used for one in back.all} == before
    marked: list[Happened] = list(events)
    for mark in whole.due_marks:
        due = mark.clock.due
        detail = mark.detail or (None if due is None else due.isoformat())
        marked.append(Happened(now, "clock", str(mark.what), mark.clock.name, detail, None))
    assert clocks_of(marked, lookup, now - timedelta(hours=5), "INC-1").due_marks == ()
    again = clocks_of(marked, lookup, now, "INC-1")
    assert again.due_marks == ()  # recorded once is recorded
    assert [(one.name, one.used, one.late) for one in again.all] == [
        (one.name, one.used, one.late) for one in whole.all
    ]
    if whole.next_at is not None:
        assert whole.next_at > now
        early = clocks_of(marked, lookup, whole.next_at - timedelta(microseconds=1), "INC-1")
        assert early.due_marks == ()
        assert clocks_of(marked, lookup, whole.next_at, "INC-1").due_marks != ()


# By hand

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAILY = Plan("UTC", (((540, 1080),),) * 5 + ((), ()))
SHORT, LONG = promise(DAILY, "short", 60, 60, 240), promise(DAILY, "long", 240, 240, 2400)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def counted(*events: tuple[float, str, str, str | None], now: float) -> dict[str, Clock]:
    """Events as (hours after Monday at nine, who, what, new)."""
    past = [Happened(MONDAY, "requester", "opened", None, "INC-1", None)]
    past += [
        Happened(MONDAY + hours(after), who, what, None, new, None)
        for after, who, what, new in events
    ]
    known = {SHORT.id: SHORT, LONG.id: LONG}
    found = clocks_of(past, known.__getitem__, MONDAY + hours(now), "INC-1")
    return {one.name: one for one in found.all}


LONG_FROM_THE_START = (0, "clock", "agreement", LONG.id)


def test_a_ticket_that_waits_for_somebody_else_does_not_use_time() -> None:
    found = counted(
        LONG_FROM_THE_START,
        (1, "agent", "status", "pending-third-party"),
        (25, "agent", "status", "open"),
        now=26,
    )
    assert found["resolution"].used == hours(2)
    # 40 hours are four days and four hours; 2 are used by Tuesday at 11.
    assert found["resolution"].due == datetime(2026, 3, 9, 13, tzinfo=UTC)


def test_raised_to_a_target_that_is_used_up_it_is_due_at_that_moment_and_never_before() -> None:
    found = counted(LONG_FROM_THE_START, (3, "clock", "agreement", SHORT.id), now=3.5)
    assert found["first-response"].late == MONDAY + hours(3)
    assert found["resolution"].due == MONDAY + hours(4)
    assert found["resolution"].late is None


def test_lowered_again_in_time_it_is_no_longer_late() -> None:
    found = counted(
        LONG_FROM_THE_START,
        (3, "clock", "agreement", SHORT.id),
        (3.5, "clock", "agreement", LONG.id),
        now=3.6,
    )
    assert found["first-response"].late is None
    assert found["first-response"].due == MONDAY + hours(4)


def test_time_used_before_it_was_resolved_counts_after_it_is_reopened() -> None:
    found = counted(
        (0, "clock", "agreement", SHORT.id),
        (0.5, "agent", "reply", None),
        (1, "agent", "status", "resolved"),
        (25, "requester", "reopened", "open"),
        now=26,
    )
    assert found["resolution"].used == hours(2)
    assert found["resolution"].due == MONDAY + hours(28)
    assert found["next-response:1"].due == MONDAY + hours(26)
    assert found["next-response:1"].late is not None  # due is late


def test_every_message_that_is_not_answered_asks_for_an_answer_from_the_first_on() -> None:
    found = counted(
        LONG_FROM_THE_START,
        (1, "agent", "reply", None),
        (2, "requester", "message", None),
        (3, "requester", "message", None),
        (4, "agent", "reply", None),
        (5, "requester", "message", None),
        now=5.5,
    )
    assert found["next-response:1"].ended == MONDAY + hours(4)
    assert found["next-response:1"].used == hours(2)
    assert found["next-response:2"].due == MONDAY + hours(9)
    assert "next-response:3" not in found


def test_nobody_owes_an_answer_to_whoever_solved_it_alone() -> None:
    alone = counted(LONG_FROM_THE_START, (1, "requester", "status", "resolved"), now=50)
    assert alone["first-response"].state is State.VOID
    assert alone["resolution"].state is State.ENDED
    by_agent = counted(LONG_FROM_THE_START, (1, "agent", "status", "resolved"), now=50)
    assert by_agent["first-response"].state is State.ENDED


# Which agreement


def scope(**named: Any) -> Scope:
    return Scope(**{name: frozenset(values) for name, values in named.items()})


def made(name: str, *, rank: int = 0, **named: Any) -> Agreement:
    return Agreement(
        name=name, scope=scope(**named), calendar=DAILY.calendar(), targets={}, rank=rank
    )


def subject(**more: Any) -> Subject:
    given = {"priority": "high", "category": "network", "type": "incident", "queue": "network"}
    return Subject(**(given | more))


def test_the_most_specific_holds_and_the_higher_rank_before_it() -> None:
    every, vip = made("every"), made("vip", vip=[True])
    vip_network = made("vip-network", vip=[True], category=["network"])
    few, more = made("few", priority=["high"]), made("more", priority=["high", "critical"])
    top = made("top", rank=1, group=["board"])

    def held(*given: Agreement, **who: Any) -> str | None:
        one, other = (choose(order, subject(**who)) for order in (given, given[::-1]))
        assert one == other
        return None if one is None else one.name

    assert held(every, vip) == "every"
    assert held(every, vip, vip_network, vip=True) == "vip-network"
    assert held(few, more, every) == "few"
    assert held(every, vip_network, top, vip=True, group="board") == "top"
    assert held(vip) is None


def test_two_that_overlap_are_found_unless_something_says_which_holds() -> None:
    every, vip, network = made("every"), made("vip", vip=[True]), made("network", queue=["network"])

    def found(*given: Agreement) -> list[tuple[str, str]]:
        return [(one.name, other.name) for one, other in clashes(given)]

    assert found(every, vip) == []
    assert found(every, vip, network) == [("network", "vip")]
    assert found(vip, network, made("both", vip=[True], queue=["network"])) == []
    assert found(vip, made("network", queue=["network"], rank=1)) == []
    assert found(made("one", priority=["high"]), made("two", priority=["low"])) == []
    assert found(
        made("one", priority=["high", "low"]), made("two", priority=["low", "medium"])
    ) == [("two", "one")]
    assert found(every, made("again")) == [("again", "every")]


values = st.sets(st.sampled_from(["critical", "high", "low"]), min_size=1)
scopes = st.builds(
    lambda priority, queue, vip: Scope(
        priority=priority and frozenset(priority), queue=queue and frozenset(queue), vip=vip
    ),
    st.none() | values,
    st.none() | st.sets(st.sampled_from(["network", "security"]), min_size=1),
    st.none() | st.sampled_from([frozenset({True}), frozenset({False})]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(scopes, st.integers(0, 1)), min_size=1, max_size=5))
def test_where_the_linter_finds_nothing_one_is_always_the_most_specific(
    given_: list[tuple[Scope, int]],
) -> None:
    calendar = DAILY.calendar()
    every = [
        Agreement(name=str(number), scope=scope, calendar=calendar, targets={}, rank=rank)
        for number, (scope, rank) in enumerate(given_)
    ]
    clash = [{one.name, other.name} for one, other in clashes(every)]
    for priority in ("critical", "high", "low"):
        for queue in ("network", "security"):
            for vip in (True, False):
                who = subject(priority=priority, queue=queue, vip=vip)
                fitting = [one for one in every if one.scope.covers(who)]
                names = {one.name for one in fitting}
                held = choose(every, who)
                for one in fitting:
                    assert held is not None
                    assert (
                        held.rank > one.rank
                        or held.scope.is_part_of(one.scope)
                        or any(pair <= names for pair in clash)
                    )


@pytest.mark.parametrize(
    ("words", "minutes"), [("4h", 240), ("30m", 30), ("1h 30m", 90), ("1h30m", 90), ("100h", 6000)]
)
def test_lengths_are_hours_and_minutes(words: str, minutes: int) -> None:
    assert minutes_of(words) == minutes


@pytest.mark.parametrize("words", ["", "0m", "3d", "4", "-1h", "h", "1m 2h"])
def test_a_day_is_no_length_for_nobody_knows_how_long_it_is(words: str) -> None:
    with pytest.raises(ValueError, match="must be hours and minutes"):
        minutes_of(words)


def test_warnings_come_after_a_share_or_before_the_end() -> None:
    assert warning("75%", hours(4)) == hours(3)
    assert warning("30m", hours(4)) == hours(3.5)
    assert warning("5h", hours(4)) is None


def test_terms_are_called_by_their_content() -> None:
    again = promise(DAILY, "short", 60, 60, 240)
    assert again.id == SHORT.id
    assert promise(DAILY, "short", 60, 60, 241).id != SHORT.id
    assert SHORT.id.startswith("short#")
