"""What a threshold of suggestions would buy: how many questions get an article, and how often it helps.

From two sources, told apart. What was recorded knows nothing below the threshold that was set, because
nothing was shown there. The labelled questions that come with the shipped articles know all of it, but
are not the organisation's own.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from msgspec import Struct

from bot.library import Library
from nlp.search import Shelf
from nlp.understanding import Language
from store import knowledge as kept
from store.database import Tx

QUESTIONS: Final = Path(__file__).parent / "content" / "questions.tsv"
STEP: Final = 0.05
STEPS: Final = tuple(step / 20 for step in range(4, 20))  # 0.20 to 0.95


class Case(Struct, frozen=True):
    """One question: the chance of the best article, and whether it helped; None: nobody said."""

    chance: float
    helped: bool | None


class Bought(Struct, frozen=True, kw_only=True):
    threshold: float
    shown: int
    judged: int
    helped: int
    coverage: float  # of all questions
    low: float  # of the rate at which it helps, 95 % (Wilson)
    high: float

    @property
    def rate(self) -> float | None:
        return self.helped / self.judged if self.judged else None


def recorded(tx: Tx, since: datetime) -> tuple[list[Case], int]:
    """What was shown with a known chance, and how many questions there were."""
    best: dict[int, Case] = {}
    for one in kept.shown(tx, since):
        if one.chance is None or one.inbox_id is None:
            continue
        known = best.get(one.inbox_id)
        helped = _either(known.helped if known else None, one.helped)
        chance = max(one.chance, known.chance if known else 0.0)
        best[one.inbox_id] = Case(chance, helped)
    return list(best.values()), len(best) + kept.asked_in_vain(tx, since)


def _either(one: bool | None, other: bool | None) -> bool | None:
    """Of several articles shown at once one that helped is enough."""
    if one is None or other is None:
        return other if one is None else one
    return one or other


def labelled(library: Library) -> list[Case]:
    """The shipped questions, for the articles of theirs that the desk still has."""
    lines = [line.split("\t") for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    ids = {article for _, article, _ in lines}
    here = [one for one in library.for_search() if one.id in ids]
    there = {one.id for one in here}
    shelf = Shelf(here)
    cases = []
    for language, article, text in lines:
        if article == "-" or article in there:
            found = shelf.suggest(text, Language(language))
            cases.append(
                Case(found[0].score, found[0].article == article) if found else Case(0.0, False)
            )
    return cases


def bought(cases: Iterable[Case], questions: int, steps: Sequence[float] = STEPS) -> list[Bought]:
    some = list(cases)
    return [_at(threshold, some, questions) for threshold in steps]


def _at(threshold: float, cases: Sequence[Case], questions: int) -> Bought:
    shown = [one for one in cases if one.chance >= threshold]
    judged = [one.helped for one in shown if one.helped is not None]
    low, high = wilson(sum(judged), len(judged))
    return Bought(
        threshold=threshold,
        shown=len(shown),
        judged=len(judged),
        helped=sum(judged),
        coverage=len(shown) / questions if questions else 0.0,
        low=low,
        high=high,
    )


def wilson(good: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The interval that holds the true share in 95 of 100 cases."""
    if not of:
        return 0.0, 1.0
    share, square = good / of, z * z / of
    middle = (share + square / 2) / (1 + square)
    half = z * ((share * (1 - share) / of + square / (4 * of)) ** 0.5) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


WIDE, HIGH, LEFT, TOP, BOTTOM = 700, 240, 44, 16, 34
GREEN, BLUE = "#267d5a", "#2f7d9a"


def picture(lines: Sequence[tuple[str, Sequence[Bought], bool]], now: float, label: str) -> str:
    """Coverage and help rate over the threshold as SVG; the second of each line says whether dashed, and
    an upright marks the threshold that is set. Nothing in it comes from users."""

    def x(threshold: float) -> float:
        return LEFT + (WIDE - LEFT - 12) * (threshold - STEPS[0]) / (STEPS[-1] - STEPS[0])

    def y(share: float) -> float:
        return TOP + (HIGH - TOP - BOTTOM) * (1 - share)

    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" class="chart"'
        f' role="img" aria-label="{label}" font-family="system-ui, sans-serif" font-size="12">'
    ]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        drawn.append(
            f'<line x1="{LEFT}" x2="{WIDE - 12}" y1="{y(share):.1f}" y2="{y(share):.1f}"/>'
            f'<text x="{LEFT - 6}" y="{y(share) + 4:.1f}" text-anchor="end">{share:.0%}</text>'
        )
    for threshold in STEPS[::2]:
        drawn.append(
            f'<text x="{x(threshold):.1f}" y="{HIGH - 12}" text-anchor="middle">{threshold:.2f}</text>'
        )
    if STEPS[0] <= now <= STEPS[-1]:
        drawn.append(
            f'<rect x="{x(now) - 1:.1f}" y="{TOP}" width="2" height="{HIGH - TOP - BOTTOM}"'
            ' fill="#b8860b"/>'
        )
    for name, points, dashed in lines:
        dash = ' stroke-dasharray="6 4"' if dashed else ""
        for color, values in (
            (GREEN, [(one.threshold, one.rate) for one in points]),
            (BLUE, [(one.threshold, one.coverage) for one in points]),
        ):
            some = [f"{x(at):.1f},{y(value):.1f}" for at, value in values if value is not None]
            if some:
                drawn.append(
                    f'<polyline points="{" ".join(some)}" fill="none" stroke="{color}"'
                    f' stroke-width="2"{dash}><title>{name}</title></polyline>'
                )
    return "\n".join([*drawn, "</svg>"])
