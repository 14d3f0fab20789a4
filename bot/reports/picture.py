"""The charts of a report: what comes and goes, when, how fast, how well. Pure."""

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final

from babel.dates import format_date
from wcwidth import wcswidth

from bot.reports.compute import Figure
from bot.reports.drawing import (
    DARK,
    GRID,
    INK,
    LIGHT,
    PLAIN,
    QUIET,
    SECOND,
    WIDE,
    Path,
    Picture,
    Rect,
    Shape,
    Text,
)
from bot.reports.metrics import Form
from bot.reports.report import Report
from bot.reports.wording import Words

HIGH: Final = 270.0
LEFT, RIGHT, TOP, BOTTOM = 62.0, 16.0, 58.0, 34.0  # what is around the bars and lines
LABELS: Final = 10  # of an axis of time, at most
LETTER: Final = 7.4  # the width of a small one, about


def pictures(report: Report, words: Words) -> list[Picture]:
    """Those that there is something to show in."""
    made = (
        _course(report, words),
        _backlog(report, words),
        _hours(report, words),
        _channels(report, words),
        _speed(report, words),
        _levels(report, words),
        _ages(report, words),
        _endings(report, words),
    )
    return [one for one in made if one is not None]


# What each shows


def _course(report: Report, words: Words) -> Picture | None:
    opened, resolved = _values(report, "opened"), _values(report, "resolved")
    if not any(opened) and not any(resolved):
        return None
    title = words("chart-course")
    names = (words("opened"), words("resolved"))
    series = [[one or 0.0 for one in some] for some in (opened, resolved)]
    says = f"{names[0]} {sum(series[0]):.0f}, {names[1]} {sum(series[1]):.0f}"
    plot = _Plot(max(map(max, series)), lambda value: words.number(Form.COUNT, value))
    shapes = [*_heading(title), *_key(names), *plot.axis(), *_times(report, words)]
    step = _step(len(opened))
    for place in range(len(opened)):
        for number, (some, fill) in enumerate(zip(series, (DARK, LIGHT), strict=True)):
            if some[place]:
                left = LEFT + step * (place + 0.12 + 0.38 * number)
                top = plot.y(some[place])
                shapes.append(
                    Rect(
                        x=left, y=top, width=step * 0.38, height=HIGH - BOTTOM - top, fill=fill, edge=DARK
                    )
                )  # fmt: skip
    return Picture(name="course", title=title, says=says, height=HIGH, shapes=tuple(shapes))


def _backlog(report: Report, words: Words) -> Picture | None:
    values = _values(report, "backlog")
    if not any(values):
        return None
    title = words("chart-backlog", span=words.dimension(report.span))
    return _lines("backlog", title, report, words, Form.COUNT, [("", values)])


def _speed(report: Report, words: Words) -> Picture | None:
    medians = _values(report, "first_response_time")
    slowest = [one.p90 for one in _figures(report, "first_response_time")]
    if not any(one is not None for one in medians):
        return None
    title = words("chart-speed", span=words.dimension(report.span))
    some = [(words("median"), medians), (words("p90"), slowest)]
    return _lines("speed", title, report, words, Form.TIME, some)


def _levels(report: Report, words: Words) -> Picture | None:
    some = [
        (words("response"), _values(report, "sla_first_response")),
        (words("resolution"), _values(report, "sla_resolution")),
    ]
    if not any(one is not None for _, values in some for one in values):
        return None
    title = words("chart-sla", span=words.dimension(report.span))
    return _lines("sla", title, report, words, Form.SHARE, some)


def _channels(report: Report, words: Words) -> Picture | None:
    rows = [
        (words.group("channel", row.keys[0]), row.figures["opened"].value or 0.0)
        for row in report.channels.rows
    ]
    return _across("channels", words("chart-channels"), rows, words)


def _ages(report: Report, words: Words) -> Picture | None:
    rows = [(words(f"age-{place}"), float(count)) for place, count in enumerate(report.ages)]
    return _across("ages", words("chart-ages"), rows, words)


def _endings(report: Report, words: Words) -> Picture | None:
    rows = [(words(f"ending-{one}"), float(count)) for one, count in report.endings.items()]
    return _across("endings", words("chart-endings"), rows, words, shares=True)


SHADES: Final = ("#eef3f7", "#c3d7e6", "#8fb3cf", "#4f84b0", DARK)


def _hours(report: Report, words: Words) -> Picture | None:
    most = max(report.hours, default=0)
    if not most:
        return None
    title = words("chart-hours")
    weeks = max(((report.asked.last - report.asked.first).days + 1) / 7, 1 / 7)
    left, row, top = 56.0, 24.0, 62.0
    column = (WIDE - left - RIGHT) / 24
    shapes: list[Shape] = _heading(title)
    for day, name in enumerate(words.weekdays):
        shapes.append(Text(x=left - 10, y=top + row * day + row * 0.7, words=name, anchor="end"))
        for hour in range(24):
            count = report.hours[day * 24 + hour]
            shade = 0 if not count else min(int(count / most * 4) + 1, 4)
            shapes.append(
                Rect(
                    x=left + column * hour, y=top + row * day, width=column - 1.5, height=row - 1.5,
                    fill=SHADES[shade],
                )
            )  # fmt: skip
    for hour in range(0, 24, 3):
        shapes.append(
            Text(x=left + column * hour, y=top + 7 * row + 18, words=f"{hour:02}:00", color=QUIET)
        )
    at = left
    edges = [most * part / 4 / weeks for part in range(5)]
    for shade, edge in enumerate(edges):
        told = "0" if shade == 0 else f"≤ {_short(edge)}"
        shapes.append(Rect(x=at, y=36, width=16, height=13, fill=SHADES[shade], edge=QUIET))
        shapes.append(Text(x=at + 22, y=47, words=told, color=QUIET))
        at += 40 + LETTER * len(told)
    busiest = report.hours.index(most)
    says = f"{words.weekdays[busiest // 24]} {busiest % 24:02}:00"
    return Picture(
        name="hours", title=title, says=says, height=top + 7 * row + 28, shapes=tuple(shapes)
    )


def _short(number: float) -> str:
    return f"{number:.0f}" if number >= 10 else f"{number:.1f}".removesuffix(".0")


# How


def _figures(report: Report, name: str) -> list[Figure]:
    return [row.figures.get(name, Figure()) for row in report.course.rows]


def _values(report: Report, name: str) -> list[float | None]:
    return [one.value for one in _figures(report, name)]


def _step(count: int) -> float:
    return (WIDE - LEFT - RIGHT) / max(count, 1)


def _heading(title: str) -> list[Shape]:
    return [Text(x=0, y=18, words=title, size=PLAIN + 2, bold=True)]


def _key(names: Sequence[str]) -> Iterator[Shape]:
    at = LEFT
    for name, fill in zip(names, (DARK, LIGHT), strict=True):
        yield Rect(x=at, y=32, width=13, height=13, fill=fill, edge=DARK)
        yield Text(x=at + 19, y=43, words=name)
        at += 42 + LETTER * max(wcswidth(name), 0)


class _Plot:
    """The field that values are drawn in."""

    def __init__(
        self,
        highest: float,
        told: Callable[[float], str],
        lowest: float = 0.0,
        steps: Sequence[float] | None = None,
    ) -> None:
        self._told = told
        self.ticks = list(steps) if steps is not None else nice(highest)
        self._low, self._high = lowest, max(self.ticks[-1], highest)

    def y(self, value: float) -> float:
        share = (value - self._low) / ((self._high - self._low) or 1)
        return HIGH - BOTTOM - share * (HIGH - BOTTOM - TOP)

    def axis(self) -> Iterator[Shape]:
        for tick in self.ticks:
            y = self.y(tick)
            yield Path(points=((LEFT, y), (WIDE - RIGHT, y)), color=INK if tick == 0 else GRID)
            yield Text(x=LEFT - 8, y=y + 5, words=self._told(tick), anchor="end", color=QUIET)


def nice(highest: float, units: Sequence[float] = (1, 2, 5)) -> list[float]:
    """Round numbers from 0 to at least the highest, about five of them."""
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / 4
    scale = 10 ** math.floor(math.log10(rough))
    step = next(
        size for size in (*(unit * scale for unit in units), 10 * scale) if size >= rough * 0.999
    )
    return [step * number for number in range(math.ceil(highest / step * 0.999) + 1)]


_LENGTHS: Final = (
    15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 432_000,
    864_000, 1_728_000, 4_320_000,
)  # fmt: skip


def nice_times(highest: float) -> list[float]:
    """The same of seconds: steps that clocks have."""
    step = next((one for one in _LENGTHS if one * 4.5 >= highest), None)
    if step is None:
        return nice(highest)
    return [float(step * number) for number in range(math.ceil(highest / step) + 1)]


def _lines(
    name: str,
    title: str,
    report: Report,
    words: Words,
    form: Form,
    some: Sequence[tuple[str, Sequence[float | None]]],
) -> Picture:
    known = [one for _, values in some for one in values if one is not None]
    if form is Form.SHARE:
        lowest = max(math.floor(min(known) * 10 - 0.01) / 10, 0.0)
        parts = round((1 - lowest) * 10)
        stride = 1 if parts <= 5 else 2
        ticks = [1 - part / 10 for part in range(0, parts + 1, stride)][::-1]
        plot = _Plot(1.0, lambda value: f"{value * 100:.0f} %", min(lowest, ticks[0]), ticks)
    else:
        steps = nice_times(max(known)) if form is Form.TIME else nice(max(known))
        plot = _Plot(
            max(known), lambda value: words.number(form, value) if value else "0", steps=steps
        )
    shapes: list[Shape] = [*_heading(title), *plot.axis(), *_times(report, words)]
    step = _step(len(report.course.rows))
    at, told = LEFT, []
    for (label, values), color, dashed in zip(some, (DARK, SECOND), (False, True), strict=False):
        for run in _runs(values):
            points = tuple((LEFT + step * (place + 0.5), plot.y(value)) for place, value in run)
            if len(points) == 1:
                x, y = points[0]
                shapes.append(Rect(x=x - 2.5, y=y - 2.5, width=5, height=5, fill=color))
            else:
                shapes.append(Path(points=points, color=color, width=2.4, dashed=dashed))
        latest = next((one for one in reversed(values) if one is not None), None)
        shown = f"{label}: {words.number(form, latest)}" if latest is not None else label
        if label:
            shapes.append(
                Path(points=((at, 39), (at + 30, 39)), color=color, width=2.4, dashed=dashed)
            )
            shapes.append(Text(x=at + 37, y=43, words=label))
            at += 62 + LETTER * max(wcswidth(label), 0)
        told.append(shown)
    return Picture(name=name, title=title, says=", ".join(told), height=HIGH, shapes=tuple(shapes))


def _runs(values: Sequence[float | None]) -> Iterator[list[tuple[int, float]]]:
    """Values that follow each other without a gap, with their places."""
    run: list[tuple[int, float]] = []
    for place, value in enumerate(values):
        if value is not None:
            run.append((place, value))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _times(report: Report, words: Words) -> Iterator[Shape]:
    keys = [row.keys[0] for row in report.course.rows]
    step, every = _step(len(keys)), math.ceil(len(keys) / LABELS)
    for place in range(0, len(keys), every):
        middle = LEFT + step * (place + 0.5)
        yield Path(points=((middle, HIGH - BOTTOM), (middle, HIGH - BOTTOM + 5)), color=QUIET)
        told = _time(report.span, keys[place], words)
        yield Text(x=middle, y=HIGH - 10, words=told, anchor="middle", color=QUIET)


def _time(span: str, key: str, words: Words) -> str:
    chinese = words.language == "zh"
    if span == "day":
        pattern = "M/d" if chinese else "d MMM"
        return format_date(date.fromisoformat(key), pattern, locale=words.locale).rstrip(".")
    if span == "month":
        pattern = "yyyy/M" if chinese else "LLL yy"
        return format_date(date.fromisoformat(f"{key}-01"), pattern, locale=words.locale)
    return key.partition("-")[2]


def _across(
    name: str, title: str, rows: Sequence[tuple[str, float]], words: Words, *, shares: bool = False
) -> Picture | None:
    """Bars from left to right, each with its number at its end."""
    total = sum(value for _, value in rows)
    if not total:
        return None
    left = min(max(max(wcswidth(label), 0) for label, _ in rows) * LETTER + 16, 300.0)
    most, row, top = max(value for _, value in rows), 30.0, 34.0
    shapes = _heading(title)
    told = []
    for place, (label, value) in enumerate(rows):
        y = top + row * place
        width = (WIDE - left - 150) * value / most
        shown = words.number(Form.COUNT, value)
        if shares:
            shown = f"{shown} ({words.number(Form.SHARE, value / total)})"
        told.append(f"{label} {shown}")
        shapes.append(Text(x=left - 10, y=y + 18, words=label, anchor="end"))
        shapes.append(Rect(x=left, y=y + 3, width=max(width, 1), height=row - 9, fill=DARK))
        shapes.append(Text(x=left + max(width, 1) + 8, y=y + 18, words=shown))
    height = top + row * len(rows) + 6
    return Picture(
        name=name, title=title, says=", ".join(told), height=height, shapes=tuple(shapes)
    )
