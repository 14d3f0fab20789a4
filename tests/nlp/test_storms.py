"""Storms: what makes some reports one matter, and what is only many reports at once."""

import random
from datetime import UTC, datetime, timedelta

from nlp.storms import Detector, Report

MONDAY = datetime(2026, 2, 2, 9, tzinfo=UTC)
WORDS = [f"word{n}" for n in range(150)]


def busy(seed: int = 1) -> Detector:
    """A desk with weeks of twenty ordinary reports an hour behind it."""
    chance = random.Random(seed)
    detector = Detector()
    hours = 24 * 14
    detector.arrivals.set([20.0] * 168, 4)
    detector.remember(
        Report(
            -1 - n, -1 - n, MONDAY - timedelta(hours=chance.uniform(9, hours)),
            frozenset((*chance.sample(WORDS, 5), f"in:{chance.randrange(8)}")),
        )
        for n in range(6_000)
    )  # fmt: skip
    return detector


def seen(detector: Detector, reports: list[set[str]]) -> int | None:
    """At which of them a storm was found, a minute between each and the next."""
    for number, signs in enumerate(reports, 1):
        at = MONDAY + timedelta(minutes=number)
        if detector.see(Report(number, number, at, frozenset(signs))) is not None:
            return number
    return None


def test_reports_that_say_the_same_are_a_storm_within_five() -> None:
    outage = [{"in:1", "word7", "word9", "word11", f"word{40 + n}"} for n in range(6)]
    found = seen(busy(), outage)
    assert found is not None
    assert found <= 5


def test_reports_that_are_each_like_one_in_a_way_of_its_own_are_none() -> None:
    one = {"in:1", *WORDS[:9]}
    others = [{"in:2", *WORDS[3 * n : 3 * n + 3], f"word{100 + n}"} for n in range(3)]
    assert seen(busy(), [*others, one]) is None
