"""What became of articles, as a change of their chance: much where much is known, little where little is.

Whether an article helps is seen a few times at most. Its rate is therefore drawn to that of all articles
as if it had been seen `strength` times more with it (Beta-binomial, empirical Bayes), and the rate of one
language to that of the article in the others. The chance is moved by how far that is from the average.
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

Record = tuple[int, int]  # how often it helped, and how often not
Key = tuple[str, str]  # article, language of whoever asked

USUAL: Final = 12.0  # the strength while too few articles were seen to estimate it
WEAKEST: Final = 4.0
STRONGEST: Final = 60.0
ARTICLES: Final = 10  # seen at least FEW times each, for the strength to be estimated
FEW: Final = 5
FURTHEST: Final = 2.0  # of a shift, in either direction


def shifts(records: Mapping[Key, Record]) -> dict[Key, float]:
    """By how much the log-odds of each article's chance change, for those who ask in a language."""
    whole: dict[str, Record] = defaultdict(lambda: (0, 0))
    for (article, _), (helped, failed) in records.items():
        whole[article] = (whole[article][0] + helped, whole[article][1] + failed)
    usual = rate_of(whole)
    weight = strength(whole)
    found = {}
    for (article, language), (helped, failed) in records.items():
        others = whole[article][0] - helped, whole[article][1] - failed
        elsewhere = shrunk(others, usual, weight)
        rate = shrunk((helped, failed), elsewhere, weight)
        shift = _logit(rate) - _logit(usual)
        found[article, language] = max(-FURTHEST, min(FURTHEST, shift))
    return found


def rate_of(records: Mapping[str, Record]) -> float:
    """How often articles help, of all times that somebody said so; a half where nobody has."""
    helped, failed = (sum(record[n] for record in records.values()) for n in (0, 1))
    return (helped + 1) / (helped + failed + 2)


def shrunk(record: Record, towards: float, weight: float) -> float:
    return (record[0] + weight * towards) / (sum(record) + weight)


def strength(records: Mapping[str, Record]) -> float:
    """How much alike articles are: from how far their rates are apart beyond chance (moments)."""
    some = [record for record in records.values() if sum(record) >= FEW]
    if len(some) < ARTICLES:
        return USUAL
    rate = sum(helped for helped, _ in some) / sum(map(sum, some))
    noise = rate * (1 - rate)
    if noise == 0:
        return STRONGEST
    apart = sum((helped / (helped + failed) - rate) ** 2 for helped, failed in some) / len(some)
    by_chance = sum(noise / sum(record) for record in some) / len(some)
    beyond = apart - by_chance
    if beyond <= 0:
        return STRONGEST
    return max(WEAKEST, min(STRONGEST, noise / beyond - 1))


def _logit(share: float) -> float:
    return math.log(share / (1 - share))
