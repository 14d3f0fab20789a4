"""The review of the understanding: what is corrected, whether agents agree, how it changes."""

import asyncio
import signal
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import next_at
from bot.learning import Correction, Judged
from bot.training.retrain import compare, next_examples, retrain_beside
from bot.training.review import agreement, drift, often_corrected, weeks
from bot.training.versions import Versions
from nlp import Example

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def judged(thought: str, category: str, days: int = 0, confidence: float = 0.8) -> Judged:
    return Judged(
        id=1, category=category, thought=thought, confidence=confidence, language="en",
        resolved_at=MONDAY + timedelta(days),
    )  # fmt: skip


def correction(id: int, text: str, person: int, said: str, **other: bool) -> Correction:
    return Correction(
        id=id, ticket_id=id, number=f"INC-{id}", language="en", text=text, person_id=person,
        field="category", thought="other", said=said, confidence=0.5,
        forgotten=other.get("forgotten", False),
    )  # fmt: skip


def test_what_is_often_corrected_comes_first_with_its_share() -> None:
    some = [judged("network", "hardware")] * 3 + [judged("network", "network")] * 7
    [often] = often_corrected(some)
    assert (often.thought, often.said, often.count, often.share) == ("network", "hardware", 3, 0.3)


def test_agents_agree_or_not_on_texts_that_are_alike() -> None:
    like = "the label printer in hall two prints blanks"
    some = [
        correction(1, like, 1, "hardware"),
        correction(2, f"{like} again", 2, "hardware"),
        correction(3, like, 2, "software"),
        correction(4, like, 1, "software"),  # the same agent as the first: no pair with it
        correction(5, "something else altogether here", 3, "network"),
        correction(6, like, 4, "security", forgotten=True),
    ]
    found = agreement(some)
    assert (found.pairs, found.agreed) == (4, 2)
    assert found.kappa is None


def test_kappa_takes_chance_off() -> None:
    some = [
        correction(n, f"{3 * word} {4 * word} {5 * word}", n % 2, label)
        for word, label in zip("abcdefghijkl", "xyxyxyxyxyxy", strict=True)
        for n in range(2)
    ]
    found = agreement(some)
    assert (found.pairs, found.share) == (12, 1.0)
    assert found.kappa == pytest.approx(1.0)


def test_weeks_begin_on_mondays_and_tell_what_the_desk_thought_of_itself() -> None:
    found = weeks(
        [judged("a", "a", 0, 0.9), judged("a", "b", 6, 0.3), judged("a", "a", 7, 0.7)], sure=0.5
    )
    assert [one.monday for one in found] == [date(2026, 3, 2), date(2026, 3, 9)]
    first = found[0]
    assert (first.tickets, first.right, first.decided) == (2, 0.5, 0.5)
    assert first.confidence == pytest.approx(0.6)
    assert drift(found).startswith("<svg")
    assert drift([]).endswith("</svg>")


def test_the_word_of_an_agent_beats_that_of_a_table_and_of_before() -> None:
    before = [Example("old text", "hardware", "incident")]
    corrections = [correction(1, "old text", 1, "network"), correction(2, "told", 1, "security")]
    own, fresh = next_examples(
        before, corrections, [Example("told", "other"), Example("new", "other")]
    )
    assert fresh == 2
    assert {one.text: one.category for one in own} == {
        "old text": "network", "told": "security", "new": "other",
    }  # fmt: skip
    assert compare(before, own, lambda words: None) is None  # too few to judge by


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),
    st.times(),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai"]),
)
def test_the_next_time_of_day_is_ahead_and_within_two_days(
    now: datetime, at: time, zone: str
) -> None:
    aware = now.replace(tzinfo=UTC)
    due = next_at(at.replace(second=0, microsecond=0), ZoneInfo(zone), aware)
    assert timedelta() < due - aware <= timedelta(hours=49)


async def test_training_beside_ends_by_itself_and_is_broken_off_when_the_desk_stops(
    tmp_path: Path,
) -> None:
    stop = asyncio.Event()
    assert await retrain_beside(tmp_path, [], MONDAY, stop) == 0
    stop.set()
    told = [correction(1, "the label printer prints blanks", 1, "hardware")]
    assert await retrain_beside(tmp_path, told, MONDAY, stop) == -signal.SIGTERM
    assert Versions(tmp_path).current == 0
