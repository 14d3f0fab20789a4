"""How good the desk's understanding has been: what agents corrected, whether they agree, how it changes.

Pure, from what `bot.learning` reads out of the events. A category that an agent left alone counts as right.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import Final

from msgspec import Struct

from bot.learning import Correction, Judged
from nlp import terms

ALIKE: Final = 0.6  # of the words of two texts that are the same: then one label should fit both
LOOKED_AT: Final = 2_000  # corrections that are compared, the latest
OFTEN: Final = 0.05  # of the texts, and SOME at least: words in more of them bring no two together
SOME: Final = 50


class Often(Struct, frozen=True):
    """A category that agents often change."""

    thought: str
    said: str
    count: int
    share: float  # of the solved tickets that the desk thought to be it


class Agreement(Struct, frozen=True):
    """Between agents: on one ticket, and on two that say nearly the same."""

    pairs: int
    agreed: int
    kappa: float | None  # Cohen's, chance taken off; None: too little to say

    @property
    def share(self) -> float:
        return self.agreed / self.pairs if self.pairs else 0.0


class Week(Struct, frozen=True):
    monday: date
    tickets: int
    right: float  # share that no agent changed
    confidence: float  # mean of what the desk thought of itself
    decided: float  # share that it was sure enough of


def often_corrected(judged: Sequence[Judged], most: int = 10) -> list[Often]:
    wrong = Counter((one.thought, one.category) for one in judged if one.thought != one.category)
    thought = Counter(one.thought for one in judged)
    return [
        Often(old, new, count, count / thought[old])
        for (old, new), count in wrong.most_common(most)
    ]


def agreement(corrections: Sequence[Correction]) -> Agreement:
    """Of corrections of the category by different agents whose texts are alike."""
    some = [one for one in corrections if one.field == "category" and not one.forgotten]
    some = some[-LOOKED_AT:]
    words = [frozenset(terms(one.text)) for one in some]
    having: dict[str, list[int]] = defaultdict(list)
    for number, bag in enumerate(words):
        for word in bag:
            having[word].append(number)
    most = max(SOME, int(OFTEN * len(some)))
    near = {
        pair
        for places in having.values()
        if len(places) <= most
        for pair in combinations(places, 2)
        if some[pair[0]].person_id != some[pair[1]].person_id
    }
    labels = [
        (some[one].said, some[other].said)
        for one, other in near
        if words[one] and len(words[one] & words[other]) >= ALIKE * len(words[one] | words[other])
    ]
    return Agreement(len(labels), sum(a == b for a, b in labels), _kappa(labels))


def _kappa(labels: Sequence[tuple[str, str]]) -> float | None:
    """Cohen 1960, for pairs without an order."""
    if len(labels) < 10:
        return None
    seen = (sum(a == b for a, b in labels)) / len(labels)
    often = Counter(label for pair in labels for label in pair)
    chance = sum((count / (2 * len(labels))) ** 2 for count in often.values())
    return None if chance == 1 else (seen - chance) / (1 - chance)


def weeks(judged: Sequence[Judged], sure: float, most: int = 26) -> list[Week]:
    """By the week in which tickets were solved, the latest `most`; `sure` is the confidence from which
    the desk decides alone."""
    found: dict[date, list[Judged]] = defaultdict(list)
    for one in judged:
        day = one.resolved_at.date()
        found[day - timedelta(day.weekday())].append(one)
    return [
        Week(
            monday=monday,
            tickets=len(some),
            right=sum(one.thought == one.category for one in some) / len(some),
            confidence=sum(one.confidence for one in some) / len(some),
            decided=sum(one.confidence >= sure for one in some) / len(some),
        )
        for monday, some in sorted(found.items())[-most:]
    ]


WIDE, HIGH, LEFT, TOP, BOTTOM = 700, 220, 44, 20, 36


def drift(found: Sequence[Week]) -> str:
    """Three lines over the weeks, as SVG: right, sure of itself, decided alone."""
    wide, tall = WIDE - LEFT - 12, HIGH - TOP - BOTTOM

    def x(at: int) -> float:
        return LEFT + wide * (at + 0.5) / max(1, len(found))

    def y(share: float) -> float:
        return TOP + tall * (1 - share)

    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" class="chart drift"'
        ' role="img" aria-label="by week" font-family="system-ui, sans-serif" font-size="12">'
    ]
    for share in (0.0, 0.5, 1.0):
        drawn.append(
            f'<line x1="{LEFT}" x2="{WIDE - 12}" y1="{y(share):.1f}" y2="{y(share):.1f}"'
            ' stroke="#dde4e8"/>'
            f'<text x="{LEFT - 6}" y="{y(share) + 4:.1f}" text-anchor="end">{share:.0%}</text>'
        )
    for name, color in (("right", "#267d5a"), ("confidence", "#2f7d9a"), ("decided", "#b8860b")):
        points = " ".join(f"{x(n):.1f},{y(getattr(one, name)):.1f}" for n, one in enumerate(found))
        drawn.append(f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"/>')
        drawn += [
            f'<circle cx="{x(n):.1f}" cy="{y(getattr(one, name)):.1f}" r="3" fill="{color}"><title>'
            f"{one.monday}: {name} {getattr(one, name):.0%}, {one.tickets} tickets</title></circle>"
            for n, one in enumerate(found)
        ]
    step = max(1, len(found) // 8)
    drawn += [
        f'<text x="{x(n):.1f}" y="{HIGH - 12}" text-anchor="middle">{one.monday:%d %b}</text>'
        for n, one in enumerate(found)
        if n % step == 0
    ]
    return "\n".join([*drawn, "</svg>"])
