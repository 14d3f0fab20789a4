"""What people said about the desk, in figures with their uncertainty. Pure.

CSAT is the share of 4 and 5 among the overall scores, with the interval of Wilson (1927). The NPS-style
score is the share of 5 less the share of 1 to 3; it is made from five steps, so it must not be compared
with Net Promoter Scores from eleven. Means have Student's t intervals. All intervals are at 95 %.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from math import sqrt
from typing import Final

from msgspec import Struct

from bot.surveys.rules import LOW, QUESTIONS, SCORED, Aspect

GOOD: Final = 4  # an overall score from here on is content
Z: Final = 1.959964  # of 95 %
DRAWS: Final = 400  # of the bootstrap
WORST: Final = 3  # drivers that are named
WORTH: Final = 0.01  # points below which nothing is named
EXAMPLES: Final = 3  # words for each


class Estimate(Struct, frozen=True):
    """A figure and between which two it is, in 95 of 100 cases."""

    value: float
    low: float
    high: float


class Response(Struct, frozen=True, kw_only=True):
    """One survey that was asked, and what came of it."""

    number: str = ""  # of the ticket; "" when nobody may know
    month: str  # "2026-11"
    category: str
    queue: str
    channel: str
    language: str
    scores: Mapping[str, int] = {}  # aspect -> 1 to 5
    words: tuple[str, ...] = ()
    answered: bool = False
    asked: bool = True  # False: an anonymous answer, whose invitation is counted by itself
    at: datetime | None = None  # asked; None: nobody may know
    is_mine: bool = True  # whoever reads it may see the ticket, and so the words

    def of(self, dimension: str) -> str:
        return str(getattr(self, dimension))


class Scores(Struct, frozen=True, kw_only=True):
    """Of a group; None: too few answered to show it, or nobody was asked that."""

    asked: int
    answered: int
    rate: Estimate | None  # answered of asked
    csat: Estimate | None
    nps: Estimate | None  # -100 to 100
    means: Mapping[str, Estimate]  # aspect -> 1 to 5


class Driver(Struct, frozen=True, kw_only=True):
    """An aspect that pulls the overall score down in a part of the desk."""

    aspect: str
    dimension: str  # "category" or "queue"
    value: str
    answers: int
    mean: float  # of the aspect there
    elsewhere: float
    pull: Estimate  # points that the mean overall score of the whole desk loses by it
    examples: tuple[tuple[str, str], ...]  # number of the ticket, words as said


# -- intervals


def wilson(good: float, of: int) -> Estimate | None:
    """A share with Wilson's score interval; None of nothing."""
    if of <= 0:
        return None
    share, square = good / of, Z * Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return Estimate(share, max(0.0, middle - half), min(1.0, middle + half))


def mean_of(values: Sequence[float], lowest: float, highest: float) -> Estimate | None:
    """The mean with Student's t interval, within what is possible; of one value all of that."""
    count = len(values)
    if not count:
        return None
    mean = sum(values) / count
    if count == 1:
        return Estimate(mean, lowest, highest)
    deviation = sqrt(sum((one - mean) ** 2 for one in values) / (count - 1))
    half = _student(count - 1) * deviation / sqrt(count)
    return Estimate(mean, max(lowest, mean - half), min(highest, mean + half))


def _student(freedom: float) -> float:
    """The quantile of Student's t that leaves 2.5 % above it."""
    from scipy.special import stdtrit  # not with every start of the desk

    return float(stdtrit(freedom, 0.975))


def nps(scores: Sequence[int]) -> Estimate | None:
    """Per cent of 5 less per cent of 1 to 3."""
    return mean_of(
        [100.0 if one == 5 else -100.0 if one < GOOD else 0.0 for one in scores], -100, 100
    )


def difference(before: Sequence[float], after: Sequence[float]) -> Estimate | None:
    """How much higher the mean of `after` is, with Welch's interval; None below two values on a side."""
    if min(len(before), len(after)) < 2:
        return None
    means = [sum(some) / len(some) for some in (before, after)]
    parts = [
        sum((one - mean) ** 2 for one in some) / (len(some) - 1) / len(some)
        for some, mean in zip((before, after), means, strict=True)
    ]
    change, square = means[1] - means[0], sum(parts)
    if square == 0:
        return Estimate(change, change, change)
    freedom = square**2 / sum(
        part**2 / (len(some) - 1) for part, some in zip(parts, (before, after), strict=True)
    )
    half = _student(freedom) * sqrt(square)
    return Estimate(change, change - half, change + half)


# -- groups


def scores_of(responses: Sequence[Response], least: int = 1) -> Scores:
    """`least`: answers below which nothing is shown of a group."""
    answered = [one for one in responses if one.answered]
    asked, few = sum(one.asked for one in responses), len(answered) < least
    overall = [one.scores[Aspect.SCORE] for one in answered if Aspect.SCORE in one.scores]
    means = {
        str(aspect): found
        for aspect in SCORED
        if (values := [one.scores[aspect] for one in responses if aspect in one.scores])
        and len(values) >= least
        and (found := mean_of(values, 1, 5)) is not None
    }
    enough = len(overall) >= least and not few
    return Scores(
        asked=asked,
        answered=len(answered),
        rate=wilson(min(len(answered), asked), asked),
        csat=wilson(sum(one >= GOOD for one in overall), len(overall)) if enough else None,
        nps=nps(overall) if enough else None,
        means={} if few else means,
    )


def by(responses: Sequence[Response], dimension: str, least: int = 1) -> dict[str, Scores]:
    """Value -> its scores; months in their order, all else by how many answered."""
    groups: dict[str, list[Response]] = defaultdict(list)
    for one in responses:
        groups[one.of(dimension)].append(one)
    found = {value: scores_of(some, least) for value, some in groups.items()}
    if dimension == "month":
        return dict(sorted(found.items()))
    return dict(sorted(found.items(), key=lambda pair: (-pair[1].answered, pair[0])))


# -- drivers


def drivers(responses: Sequence[Response], least: int = 5, most: int = WORST) -> list[Driver]:
    """The aspects that cost most, where they do. For each aspect the slope of the overall score on it says
    what a point of it is worth; a group's lag behind the mean of all, times that, times its share of all
    answers, is what the desk's mean loses. The interval is by bootstrap over the answers, from a fixed
    seed; where it reaches zero, it may be chance."""
    usable = [one for one in responses if one.answered and Aspect.SCORE in one.scores]
    chance = random.Random(1)
    drawn = [
        chance.choices(range(len(usable)), k=len(usable)) for _ in range(DRAWS if usable else 0)
    ]
    found = []
    for dimension in ("category", "queue"):
        values = sorted({one.of(dimension) for one in usable})
        for aspect in QUESTIONS:
            for value in values:
                driver = _driver(usable, drawn, aspect, dimension, value, least)
                if driver is not None:
                    found.append(driver)
    found.sort(key=lambda one: (-one.pull.value, one.aspect, one.dimension, one.value))
    return _distinct(found, usable)[:most]


def _distinct(found: Sequence[Driver], usable: Sequence[Response]) -> list[Driver]:
    """A queue that holds nothing but one category is not a second driver."""
    kept: list[tuple[Driver, frozenset[int]]] = []
    for one in found:
        members = frozenset(
            n for n, response in enumerate(usable) if response.of(one.dimension) == one.value
        )
        alike = any(
            one.aspect == other.aspect and len(members & some) > 0.8 * min(len(members), len(some))
            for other, some in kept
        )
        if not alike:
            kept.append((one, members))
    return [one for one, _ in kept]


def _driver(
    usable: Sequence[Response],
    drawn: Sequence[Sequence[int]],
    aspect: Aspect,
    dimension: str,
    value: str,
    least: int,
) -> Driver | None:
    overall = [one.scores[Aspect.SCORE] for one in usable]
    of_it = [one.scores.get(aspect) for one in usable]
    inside = [one.of(dimension) == value for one in usable]
    there = [
        score for score, is_in in zip(of_it, inside, strict=True) if is_in and score is not None
    ]
    others = [
        score for score, is_in in zip(of_it, inside, strict=True) if not is_in and score is not None
    ]
    if len(there) < least or not others:
        return None
    every = range(len(usable))
    pull = _pull(every, overall, of_it, inside)
    if pull is None or pull < WORTH:
        return None
    some = sorted(one for draw in drawn if (one := _pull(draw, overall, of_it, inside)) is not None)
    if len(some) < DRAWS // 2:
        return None
    low, high = some[int(0.025 * len(some))], some[min(len(some) - 1, int(0.975 * len(some)))]
    return Driver(
        aspect=str(aspect),
        dimension=dimension,
        value=value,
        answers=len(there),
        mean=sum(there) / len(there),
        elsewhere=sum(others) / len(others),
        pull=Estimate(pull, low, high),
        examples=_examples(usable, aspect, dimension, value),
    )


def _pull(
    which: Sequence[int],
    overall: Sequence[int],
    of_it: Sequence[int | None],
    inside: Sequence[bool],
) -> float | None:
    pairs = [(of_it[n], overall[n], inside[n]) for n in which]
    known = [(score, total, is_in) for score, total, is_in in pairs if score is not None]
    group = [score for score, _, is_in in known if is_in]
    if len(known) < 3 or not group:
        return None
    mean = sum(score for score, _, _ in known) / len(known)
    total_mean = sum(total for _, total, _ in known) / len(known)
    spread = sum((score - mean) ** 2 for score, _, _ in known)
    if spread == 0:
        return None
    slope = sum((score - mean) * (total - total_mean) for score, total, _ in known) / spread
    return len(group) / len(known) * max(0.0, slope) * (mean - sum(group) / len(group))


def _examples(
    usable: Sequence[Response], aspect: str, dimension: str, value: str
) -> tuple[tuple[str, str], ...]:
    """Of those who gave it least, the words that say most."""
    told = [
        (one.scores.get(aspect, 5), one.number, words)
        for one in usable
        if one.of(dimension) == value and one.scores.get(aspect, 5) <= LOW + 1 and one.is_mine
        for words in one.words
    ]
    told.sort(key=lambda one: (one[0], -len(one[2])))
    return tuple((number, words) for _, number, words in told[:EXAMPLES])


# -- effects


def effect(
    responses: Sequence[Response],
    aspect: str,
    dimension: str,
    value: str,
    is_before: Callable[[Response], bool],
) -> tuple[int, int, Estimate | None]:
    """Answers before and after a measure, and how much higher the aspect is since."""
    before: list[float] = []
    after: list[float] = []
    for one in responses:
        if aspect in one.scores and (dimension == "all" or one.of(dimension) == value):
            (before if is_before(one) else after).append(one.scores[aspect])
    return len(before), len(after), difference(before, after)
