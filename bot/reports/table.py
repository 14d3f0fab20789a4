"""A report for the terminal: columns that stand under each other, Chinese words among them."""

from collections.abc import Sequence
from typing import Final

from wcwidth import wcswidth

from bot.reports.dimensions import AGENT
from bot.reports.metrics import METRICS, Form
from bot.reports.report import Report
from bot.reports.wording import Words

THEMES: Final = tuple(dict.fromkeys(one.theme for one in METRICS.values()))


def written(report: Report, words: Words) -> str:
    lines = [words("title"), words.period]
    if report.until < report.asked.until:
        lines.append(words("sofar", when=words.moment(report.until)))
    lines += [words.before, ""]
    heading = [
        words(one) for one in ("metric", "value", "p90", "interval", "of", "before", "change")
    ]
    rows: list[list[str]] = []
    for theme in THEMES:
        some = [one for one in report.total if METRICS[one].theme == theme]
        if some:
            rows.append([words(f"theme-{theme}").upper(), *[""] * (len(heading) - 1)])
            rows += [summary(report, words, name) for name in some]
    lines += aligned([heading, *rows])
    if report.table is not None:
        by = " × ".join(words.dimension(one) for one in report.table.by)
        for theme, rows in broken_down(report, words):
            lines += ["", f"{words('by', what=by)} · {theme}", ""]
            lines += aligned(rows, numbers_after=len(report.table.by))
        if AGENT in report.table.by:
            lines += ["", words.suppressed()]
    return "\n".join(
        [*lines, "", words("footnote"), words("made", when=words.moment(report.made_at))]
    )


def summary(report: Report, words: Words, name: str) -> list[str]:
    """One figure, with all that is to be said of it."""
    figure, form = report.total[name], METRICS[name].form
    p90 = "" if figure.p90 is None else words.number(form, figure.p90)
    count = "" if form in (Form.COUNT, Form.STOCK) else words.number(Form.COUNT, figure.n)
    return [
        words.metric(name),
        words.value(name, figure),
        p90,
        words.interval(name, figure),
        count,
        words.value(name, report.before[name]),
        words.change(name, report.changes.get(name)),
    ]


def broken_down(report: Report, words: Words) -> list[tuple[str, list[list[str]]]]:
    """The groups, in one table for each theme, so that it has room on paper; figures that no group has are
    left out. Each begins with a heading."""
    assert report.table is not None
    by, rows = report.table.by, report.table.rows
    found = []
    for theme in THEMES:
        some = [
            name
            for name in report.total
            if METRICS[name].theme == theme
            and any(row.figures[name].value is not None or row.figures[name].hidden for row in rows)
        ]
        if not some:
            continue
        heading = [*(words.dimension(one) for one in by), *(words.metric(one) for one in some)]
        lines = [
            [
                *(words.group(one, key) for one, key in zip(by, row.keys, strict=True)),
                *(words.value(name, row.figures[name]) for name in some),
            ]
            for row in rows
        ]
        found.append((words(f"theme-{theme}"), [heading, *lines]))
    return found


def aligned(rows: Sequence[Sequence[str]], numbers_after: int = 1) -> list[str]:
    """The first columns to the left, the others to the right."""
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join(
            cell + " " * (width - _width(cell))
            if i < numbers_after
            else " " * (width - _width(cell)) + cell
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _width(cell: str) -> int:
    return max(wcswidth(cell), 0)
