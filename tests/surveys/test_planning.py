"""Whatever happens in whatever order: nobody is asked too often, at night, or against their will."""

import itertools
import tempfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as some

from bot.desk.quiet import ends_at
from bot.surveys import answers
from bot.surveys.rules import Case, Rule, Surveys, crowds, is_drawn, wakes_at
from store.opening import open_store
from store.tables import Message, Person, Survey, SurveyPreference, Timer
from tests.surveys.town import Town

RULE = Rule(name="standard")
PEOPLE = (("web", "ana"), ("web", "ben"), ("chat", "ana"), ("chat", "cho"), ("mail", "ana@x.test"))
ZONES = {"ana": "Europe/Berlin", "ben": "Asia/Shanghai", "cho": "America/New_York"}

steps = some.lists(
    some.one_of(
        some.tuples(some.just("visit"), some.integers(0, 4)),
        some.tuples(some.just("visit"), some.integers(0, 4)),
        some.tuples(some.just("open"), some.integers(0, 4)),
        some.tuples(some.just("solve"), some.integers(0, 9)),
        some.tuples(some.just("reopen"), some.integers(0, 9)),
        some.tuples(some.just("merge"), some.tuples(some.integers(0, 4), some.integers(0, 4))),
        some.tuples(some.just("decline"), some.integers(0, 9)),
        some.tuples(some.just("answer"), some.integers(0, 9)),
        some.tuples(some.just("wait"), some.sampled_from((1, 5, 11, 26, 24 * 8, 24 * 20))),
    ),
    min_size=4,
    max_size=20,
)


class History:
    """Carries steps out, and remembers what no later merge changes."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.tickets: list[int] = []
        self.declined: set[int] = set()  # surveys whose people have declined
        self.seen: set[str] = set()  # keys of what was said about surveys
        self.asked = 0
        for channel, address in PEOPLE:
            network = town.desk.network(channel)
            town.person(network, address, timezone=ZONES.get(address))

    def play(self, steps: list[tuple[str, Any]]) -> None:
        for what, which in (*steps, ("wait", 24 * 20)):
            before = self.unwilling()
            self.town.now += timedelta(seconds=1)
            getattr(self, what)(which)
            self.look(before)

    def unwilling(self) -> set[int]:
        """Who has declined, as they are known now."""
        return {one.person_id for one in self.town.surveys() if one.id in self.declined}

    def look(self, unwilling: set[int]) -> None:
        """What was said in this step, in which nobody became somebody else after they were asked."""
        told = [one for one in self.town.all(Message) if one.key.startswith("survey:")]
        surveys = {one.id: one for one in self.town.surveys()}
        zones = {one.id: one.timezone for one in self.town.all(Person)}
        for message in told:
            if message.key in self.seen:
                continue
            self.seen.add(message.key)
            survey = surveys[int(message.key.split(":")[1])]
            zone = ZoneInfo(zones[survey.person_id] or "UTC")
            assert ends_at("20:00-08:00", zone, message.at) is None
            assert survey.person_id not in unwilling
            if message.key.endswith("remind"):
                assert survey.answered_at is None or survey.answered_at > message.at
                continue
            self.asked += 1
            others = [
                one.asked_at
                for one in surveys.values()
                if one.person_id == survey.person_id and one.asked_at and one.id != survey.id
            ]
            gaps = [abs(message.at - one) for one in others if one <= message.at]
            assert all(gap >= self.town.desk.surveys.rest for gap in gaps)

    def open(self, which: int) -> None:
        self.tickets.append(self.town.open(*PEOPLE[which]))

    def visit(self, which: int) -> None:
        """A ticket that is solved at once."""
        self.open(which)
        self.town.solve(self.tickets[-1])

    def solve(self, which: int) -> None:
        if self.tickets:
            self.town.solve(self.tickets[which % len(self.tickets)])

    def reopen(self, which: int) -> None:
        if self.tickets:
            self.town.reopen(self.tickets[which % len(self.tickets)])

    def merge(self, both: tuple[int, int]) -> None:
        ids = [self.town.person(self.town.desk.network(c), a) for c, a in (PEOPLE[n] for n in both)]
        self.town.merge(*ids)

    def decline(self, which: int) -> None:
        for survey in self.town.surveys():
            if survey.ticket_id == 1 + which % len(self.tickets) and survey.asked_at is not None:

                def work(tx: Any, id: int = survey.id) -> None:
                    row = tx.get(Survey, id)
                    answers.decline(tx, row, "web", for_good=True)

                self.town.store.write(work)
                self.declined.add(survey.id)

    def answer(self, which: int) -> None:
        for survey in self.town.surveys():
            if survey.ticket_id == 1 + which % len(self.tickets) and survey.state == "asked":

                def work(tx: Any, id: int = survey.id) -> None:
                    row = tx.get(Survey, id)
                    said = answers.Said(scores={"score": 4})
                    answers.take_from_page(self.town.desk, tx, row, said)

                self.town.store.write(work)

    def wait(self, hours: int) -> None:
        self.town.wait(hours=hours)


@settings(
    max_examples=15,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(steps=steps, rest=some.sampled_from((0, 7, 30)), share=some.sampled_from((0.4, 1.0, 1.0)))
def test_no_history_annoys_anybody(steps: list[tuple[str, Any]], rest: int, share: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'desk.db'}")
        rule = Rule(name="standard", share=share)
        town = Town(store, Surveys(rules=(rule,), rest=timedelta(days=rest), quiet="20:00-08:00"))
        history = History(town)
        try:
            history.play(steps)
            check(town, rule)
            event(f"asked {min(history.asked, 3)}")
        finally:
            store.close()


def check(town: Town, rule: Rule) -> None:
    """Only of the share, each ticket once, and reminded once; and nothing stays behind."""
    asked = [one for one in town.surveys() if one.asked_at is not None]
    told = [one for one in town.all(Message) if one.key.startswith("survey:")]
    assert all(is_drawn(rule, one.ticket_id) for one in asked)
    assert len({one.key for one in told}) == len(told)
    assert max(Counter(one.key.split(":")[1] for one in told).values(), default=0) <= 2
    assert not [one for one in town.all(Timer) if one.due_at < town.now]


@settings(max_examples=10, deadline=None)
@given(
    steps=some.lists(
        some.tuples(some.integers(0, 4), some.sampled_from((1, 30, 24 * 3, 24 * 12))), max_size=10
    )
)
def test_one_person_on_five_addresses_is_asked_as_one(steps: list[tuple[int, int]]) -> None:
    """Merged before all else, whatever channel they write from."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'desk.db'}")
        town = Town(store, Surveys(rules=(RULE,), rest=timedelta(days=10), quiet=None))
        try:
            ids = [town.person(town.desk.network(c), a) for c, a in PEOPLE]
            for id in ids[1:]:
                town.merge(ids[0], id)
            for which, hours in steps:
                town.solve(town.open(*PEOPLE[which]))
                town.wait(hours=hours)
            town.wait(days=3)
            times = sorted(one.asked_at for one in town.surveys() if one.asked_at is not None)
            assert len(times) >= min(1, len(steps))
            assert all(b - a >= timedelta(days=10) for a, b in itertools.pairwise(times))
            assert {one.person_id for one in town.surveys()} <= {town.requester(1) if steps else 0}
        finally:
            store.close()


@pytest.fixture
def town(tmp_path: Path) -> Any:
    store = open_store(f"sqlite:///{tmp_path / 'desk.db'}")
    yield Town(store, Surveys(rules=(RULE,), quiet=None))
    store.close()


def test_who_declined_before_two_turned_out_to_be_one_is_not_asked_as_that_one(town: Town) -> None:
    ana = town.person("web", "ana")
    other = town.person("chat", "ana")
    town.store.write(
        lambda tx: tx.insert(
            SurveyPreference(person_id=other, what="declined", at=tx.now, channel="chat")
        )
    )
    town.store.write(
        lambda tx: tx.insert(
            SurveyPreference(person_id=ana, what="agreed", at=tx.now, channel="web")
        )
    )
    town.merge(ana, other)
    town.solve(town.open("web", "ana"))
    town.wait(days=1)
    assert [one.why for one in town.surveys()] == ["declined before"]


def test_the_share_is_that_share_and_does_not_depend_on_anything_but_the_number() -> None:
    rule = Rule(name="vip", share=0.3)
    drawn = [id for id in range(1, 20_001) if is_drawn(rule, id)]
    assert 0.28 < len(drawn) / 20_000 < 0.32
    more = Rule(name="vip", share=0.6)
    assert all(is_drawn(more, id) for id in drawn)
    assert drawn[:5] == [id for id in range(1, 100) if is_drawn(rule, id)][:5]


def test_the_first_rule_that_holds_counts() -> None:
    vip = Rule(name="vip", vip=True)
    network = Rule(name="network", when=(("category", frozenset({"network"})),), share=0)
    known = Surveys(rules=(vip, network, RULE))
    case = Case(
        priority="low", category="network", type="incident", queue="q", channel="web", language="en"
    )
    assert known.rule_for(case, 1) is None  # the share of "network" is nothing
    other = Case(
        priority="low", category="other", type="incident", queue="q", channel="web", language="en"
    )
    assert known.rule_for(other, 1) == RULE


def test_two_quiets_that_leave_no_hour_leave_no_time_to_ask() -> None:
    zone, now = ZoneInfo("Europe/Berlin"), datetime.fromisoformat("2026-03-28T23:30:00+00:00")
    assert wakes_at(("20:00-08:00", "08:00-20:00"), zone, now) is None
    woken = wakes_at(("20:00-08:00", "07:00-09:30"), zone, now)
    assert woken == datetime.fromisoformat("2026-03-29T07:30:00+00:00")  # summer time began


@given(
    some.lists(
        some.fixed_dictionaries({"a": some.sampled_from("xy"), "b": some.sampled_from("pqr")}),
        max_size=12,
    ),
    some.integers(2, 6),
)
def test_what_an_anonymous_answer_tells_is_shared_by_enough(
    given_: list[dict[str, str]], least: int
) -> None:
    told = crowds(given_, least)
    counted = Counter(pair for one in given_ for pair in one.items())
    assert all(counted[pair] >= least for one in told for pair in one.items())
