"""A report for programs: JSON with a form that stays, CSV that every spreadsheet reads.

JSON: `{"version": 1, "from", "to", "until", "timezone", "by", "total", "before", "changes", "rows",
"course", "channels", "hours", "ages", "endings"}`. `to` is the last day; what counts happened before
`until`. A figure is `{"n", "value", "low", "high", "p90", "hidden"}`; shares are parts of 1, times
are seconds; what cannot be told is left out. docs/METRICS.md explains them.
"""

import csv
import io
import re
from typing import Any, Final

import msgspec

from bot.reports.compute import Figure, Table
from bot.reports.report import AGES, Report
from bot.reports.wording import Words

BOM: Final = "\ufeff"  # by which Excel knows UTF-8
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")  # how a cell begins that a spreadsheet would compute


def as_json(report: Report) -> str:
    asked = report.asked
    document: dict[str, Any] = {
        "version": 1,
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "until": report.until,
        "made_at": report.made_at,
        "timezone": asked.zone.key,
        "by": asked.by,
        "total": report.total,
        "before": report.before,
        "changes": report.changes,
        "rows": [] if report.table is None else _rows(report.table, report),
        "course": _rows(report.course, report),
        "channels": _rows(report.channels, report),
        "hours": report.hours,
        "ages": [
            {"younger_than_days": edge, "tickets": count}
            for edge, count in zip((*AGES, None), report.ages, strict=True)
        ],
        "endings": report.endings,
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1).decode() + "\n"


def _rows(table: Table, report: Report) -> list[dict[str, Any]]:
    found = []
    for row in table.rows:
        keys: dict[str, str] = dict(zip(table.by, row.keys, strict=True))
        if "agent" in keys:
            keys["agent_name"] = report.people.get(keys["agent"], "")
        found.append({"by": keys, "figures": row.figures})
    return found


def as_csv(report: Report, words: Words, *, bom: bool = True) -> str:
    """RFC 4180. One line for each figure of each group, plain numbers; where there are none, of all."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n")
    by = report.asked.by
    lines.writerow(["from", "to", *by, "metric", "name", "value", "low", "high", "p90", "n"])
    period = [report.asked.first.isoformat(), report.asked.last.isoformat()]
    if report.table is None:
        groups: list[tuple[list[str], dict[str, Figure]]] = [([], report.total)]
    else:
        groups = [
            ([_key(report, one, key) for one, key in zip(by, row.keys, strict=True)], row.figures)
            for row in report.table.rows
        ]
    for keys, figures in groups:
        for name, figure in figures.items():
            numbers = (figure.value, figure.low, figure.high, figure.p90)
            cells = ["" if one is None else f"{one:.6g}" for one in numbers]
            count = "" if figure.hidden else str(figure.n)
            lines.writerow(
                [*period, *map(safe, keys), name, safe(words.metric(name)), *cells, count]
            )
    return (BOM if bom else "") + text.getvalue()


def _key(report: Report, dimension: str, key: str) -> str:
    return report.people.get(key, key) if dimension == "agent" else key


def safe(cell: str) -> str:
    """So that no spreadsheet takes what somebody called themselves for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell
