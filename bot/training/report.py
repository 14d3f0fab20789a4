"""How good a classifier is on texts it has not seen: figures, and a picture of what it confuses."""

import html
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from nlp import terms

HELD_OUT: Final = 0.2
PRECISE: Final = 0.9  # of what is decided alone, this much is to be right
BINS: Final = 10


class Label(Struct, frozen=True, kw_only=True):
    name: str
    texts: int  # held out
    precision: float
    recall: float
    f1: float


class Report(Struct, frozen=True, kw_only=True):
    """All shares are between 0 and 1."""

    texts: int  # held out
    accuracy: float
    macro_f1: float
    calibration_error: float  # expected, in ten bins
    threshold: float  # the lowest confidence at which PRECISE are right; 1 if there is none
    coverage: float  # of the texts that are at least so sure
    precision: float  # of those
    labels: tuple[Label, ...]
    confused: tuple[tuple[str, str, int], ...]  # (is, taken for, texts), most often first


def split(
    texts: Sequence[str], labels: Sequence[str], seed: int = 1
) -> tuple[list[int], list[int]]:
    """Numbers of texts to learn from and to check with. Texts of the same words, whatever their order
    and numbers, stay together, so that none is checked with a copy of what was learned."""
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        stems = {stem for stem in terms(text) if not stem.isdigit()}
        groups[tuple(sorted(stems))].append(number)
    by_label: dict[str, list[list[int]]] = defaultdict(list)
    for group in groups.values():
        by_label[labels[group[0]]].append(group)
    chance = random.Random(seed)
    learn, check = [], []
    for label in sorted(by_label):
        some = by_label[label]
        chance.shuffle(some)
        aside = int(len(some) * HELD_OUT + 0.5) if len(some) > 1 else 0
        check += [number for group in some[:aside] for number in group]
        learn += [number for group in some[aside:] for number in group]
    return sorted(learn), sorted(check)


def report_of(truth: Sequence[str], said: Sequence[tuple[str, float]]) -> Report:
    """`said` is what `Classifier.predict` gave for texts whose labels are `truth`."""
    pairs = Counter((is_, guess) for is_, (guess, _) in zip(truth, said, strict=True))
    names = sorted({*truth, *(guess for guess, _ in said)})
    there, guessed = Counter(truth), Counter(guess for guess, _ in said)
    labels = tuple(_label(name, pairs[name, name], there[name], guessed[name]) for name in names)
    known = [label for label in labels if label.texts]
    right = [is_ == guess for is_, (guess, _) in zip(truth, said, strict=True)]
    sure = [confidence for _, confidence in said]
    threshold, coverage, precision = _threshold(sure, right)
    wrong = [(is_, guess, count) for (is_, guess), count in pairs.most_common() if is_ != guess]
    return Report(
        texts=len(truth),
        accuracy=sum(right) / max(1, len(right)),
        macro_f1=sum(label.f1 for label in known) / max(1, len(known)),
        calibration_error=calibration_error(sure, right),
        threshold=threshold,
        coverage=coverage,
        precision=precision,
        labels=labels,
        confused=tuple(wrong),
    )


def _label(name: str, right: int, there: int, guessed: int) -> Label:
    precision, recall = right / max(1, guessed), right / max(1, there)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return Label(name=name, texts=there, precision=precision, recall=recall, f1=f1)


def calibration_error(sure: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error (Naeini et al. 2015): |confidence - accuracy| over bins of equal
    width, weighted by their texts."""
    bins: dict[int, list[int]] = defaultdict(list)
    for number, confidence in enumerate(sure):
        bins[min(int(confidence * BINS), BINS - 1)].append(number)
    return sum(
        abs(sum(sure[n] for n in some) - sum(right[n] for n in some)) for some in bins.values()
    ) / max(1, len(sure))


def _threshold(sure: Sequence[float], right: Sequence[bool]) -> tuple[float, float, float]:
    order = sorted(range(len(sure)), key=lambda n: -sure[n])
    best, good = (1.0, 0.0, 0.0), 0
    for count, number in enumerate(order, 1):
        good += right[number]
        last = count == len(order) or sure[order[count]] < sure[number]
        if last and good / count >= PRECISE:
            best = (sure[number], count / len(order), good / count)
    return best


def table(report: Report, most: int = 15) -> str:
    """For a terminal."""
    lines = [
        f"held-out texts      {report.texts}",
        f"accuracy            {report.accuracy:.3f}",
        f"macro F1            {report.macro_f1:.3f}",
        f"calibration error   {report.calibration_error:.3f}",
        f"at confidence {report.threshold:.2f}  {report.coverage:.0%} decided,"
        f" {report.precision:.1%} of them right",
        "",
        f"{'label':32} texts  precision  recall    F1",
    ]
    for label in sorted(report.labels, key=lambda one: one.f1):
        lines.append(
            f"{label.name[:32]:32} {label.texts:5}  {label.precision:9.2f}  {label.recall:6.2f}"
            f"  {label.f1:4.2f}"
        )
    if report.confused:
        lines += ["", "most often confused"]
        lines += [f"  {n:4}  {is_} taken for {taken}" for is_, taken, n in report.confused[:most]]
    return "\n".join(lines)


CELL: Final = 26  # pixels
NARROWEST: Final = 600
SHOWN: Final = 40  # labels in the picture: those with the most texts


def picture(report: Report, title: str) -> str:
    """The confusions as SVG: a row what it is, a column what it was taken for."""
    names = sorted(
        label.name for label in sorted(report.labels, key=lambda one: -one.texts)[:SHOWN]
    )
    place = {name: at for at, name in enumerate(names)}
    there = {label.name: label.texts for label in report.labels}
    hits = {label.name: round(label.recall * label.texts) for label in report.labels}
    cells = [(name, name, hits[name]) for name in names]
    cells += [one for one in report.confused if one[0] in place and one[1] in place]
    left = 16 + 7 * max(len(name[:28]) for name in names)
    size = CELL * len(names)
    wide, high = max(left + size + 20, NARROWEST), left + size + 60
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}"'
        ' font-family="system-ui, sans-serif" font-size="12" fill="#1b2a33">',
        f'<rect width="{wide}" height="{high}" fill="#fff"/>',
        f'<text x="12" y="24" font-size="15" font-weight="600">{html.escape(title)}</text>',
        f'<text x="12" y="42" fill="#5b6b75">rows: what it is; columns: what it was taken for;'
        f" {report.accuracy:.1%} of {report.texts} right</text>",
    ]
    top = left + 50
    for name, at in place.items():
        short, middle = html.escape(name[:28]), at * CELL + CELL / 2
        drawn.append(
            f'<text x="{left - 6}" y="{top + middle + 4}" text-anchor="end">{short}</text>'
        )
        drawn.append(
            f'<text transform="translate({left + middle + 4} {top - 6}) rotate(-90)">{short}</text>'
        )
    for is_, taken, count in cells:
        if not count:
            continue
        share = count / max(1, there[is_])
        hue = "38,125,90" if is_ == taken else "200,75,49"
        strength = 0.12 + 0.88 * min(1.0, share if is_ == taken else share * 3)
        x, y = left + place[taken] * CELL, top + place[is_] * CELL
        ink = "#fff" if strength > 0.6 else "#1b2a33"
        drawn.append(
            f'<rect x="{x}" y="{y}" width="{CELL - 1}" height="{CELL - 1}"'
            f' fill="rgba({hue},{strength:.2f})"><title>{html.escape(is_)} taken for'
            f" {html.escape(taken)}: {count}</title></rect>"
            f'<text x="{x + CELL / 2 - 0.5}" y="{y + CELL / 2 + 4}" text-anchor="middle"'
            f' font-size="11" fill="{ink}">{count}</text>'
        )
    return "\n".join([*drawn, "</svg>"])
