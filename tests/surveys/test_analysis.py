"""Figures against values from textbooks and from scipy, groups, drivers, themes."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import stats

from bot.surveys import analysis
from bot.surveys.analysis import Response
from bot.surveys.themes import Comment, themes


def response(queue: str = "q", **more: object) -> Response:
    usual = {"month": "2026-11", "category": "c", "channel": "web", "language": "en"}
    return Response(**{**usual, "queue": queue, "answered": True, **more})  # type: ignore[arg-type]


def test_wilson_as_in_the_textbook() -> None:
    # 15 of 20, 95 %: Newcombe (1998), table I has 0.5313 to 0.8881.
    found = analysis.wilson(15, 20)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (0.5313, 0.8881)
    nobody = analysis.wilson(0, 20)
    assert nobody is not None
    assert (nobody.low, round(nobody.high, 4)) == (0.0, 0.1611)
    assert analysis.wilson(0, 0) is None


@given(some.lists(some.integers(1, 5), min_size=2, max_size=60))
def test_means_as_scipy_has_them(scores: list[int]) -> None:
    found = analysis.mean_of(scores, 1, 5)
    assert found is not None
    assert 1 <= found.low <= found.value <= found.high <= 5
    if len(set(scores)) > 1:
        low, high = stats.t.interval(
            0.95, len(scores) - 1, loc=sum(scores) / len(scores), scale=stats.sem(scores)
        )
        assert found.low == pytest.approx(max(1, low))
        assert found.high == pytest.approx(min(5, high))


def test_a_difference_as_welch_has_it() -> None:
    before, after = [1, 2, 2, 3, 1, 2], [4, 5, 3, 4, 5, 5, 4]
    found = analysis.difference(before, after)
    theirs = stats.ttest_ind(after, before, equal_var=False).confidence_interval(0.95)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high))
    assert analysis.difference([1], [5, 5]) is None


def test_csat_nps_and_the_rate() -> None:
    given = [response(scores={"score": one}) for one in (5, 5, 4, 3, 1)]
    asked = [*given, response(answered=False), response(answered=False)]
    found = analysis.scores_of(asked)
    assert found.csat is not None
    assert found.csat.value == pytest.approx(3 / 5)
    assert found.nps is not None
    assert found.nps.value == pytest.approx(0)  # two of five less two of five
    assert (found.asked, found.answered) == (7, 5)
    few = analysis.scores_of(asked, least=6)
    assert (few.csat, few.nps, dict(few.means)) == (None, None, {})
    assert few.answered == 5


def test_the_part_that_was_made_slow_is_the_worst_driver() -> None:
    chance = random.Random(3)
    given = []
    for n in range(150):
        slow = n % 3 == 0
        quick = chance.choice((1, 2)) if slow else chance.choice((4, 5))
        given.append(
            response(
                queue="network" if slow else "desk",
                category="network" if slow else "software",
                number=f"INC-{n}",
                scores={
                    "score": min(5, quick + chance.choice((0, 1))),
                    "response": quick,
                    "solving": chance.choice((4, 5)),
                    "communication": chance.choice((3, 4, 5)),
                },
                words=("three days!",) if slow and n % 2 else (),
            )
        )
    worst, *others = analysis.drivers(given)
    assert (worst.aspect, worst.value) == ("response", "network")
    assert worst.pull.low > 0
    assert worst.examples[0][1] == "three days!"
    assert all(one.pull.value <= worst.pull.value for one in others)
    assert ("response", "network") not in {(one.aspect, one.value) for one in others}
    assert analysis.drivers(given) == analysis.drivers(given)  # no two reports of one quarter
    assert analysis.drivers([]) == []
    assert analysis.drivers(given, least=60) == [] or all(
        one.answers >= 60 for one in analysis.drivers(given, least=60)
    )


def test_comments_of_one_content_are_one_theme_in_each_language() -> None:
    said = {
        "slow": ("I waited three days for an answer", "waited much too long, days"),
        "friendly": ("Anton was very friendly", "very friendly and quick"),
        "again": ("had to explain the problem four times", "explained the problem three times"),
        "медленно": ("ждал ответа три дня", "слишком долго ждал ответа"),
        "慢": ("等了三天才有人回复", "等了很久才回复"),
    }
    comments = [Comment(number="", words=one) for some in said.values() for one in some]
    found = themes(comments)
    groups = [{one.words for one in theme.comments} for theme in found]
    for expected in said.values():
        assert set(expected) in groups
    assert all(theme.name for theme in found)
    assert sorted(one.words for theme in found for one in theme.comments) == sorted(
        one.words for one in comments
    )


@given(some.lists(some.text(min_size=1, max_size=30), max_size=12))
def test_no_comment_is_lost_or_changed(said: list[str]) -> None:
    found = themes([Comment(number="", words=one) for one in said])
    assert sorted(one.words for theme in found for one in theme.comments) == sorted(said)
