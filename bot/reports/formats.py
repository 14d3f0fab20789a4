"""The forms that a report can have, as bytes."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from bot.reports import data, html, table
from bot.reports.report import Report
from bot.reports.wording import Words


class Style(Struct, frozen=True, kw_only=True):
    """What is the desk's own."""

    desk: str  # its name
    font: Path | None = None  # for PDF and PNG; None: one of the machine's
    bom: bool = True  # of CSV


class Format(Struct, frozen=True, kw_only=True):
    render: Callable[[Report, Words, Style], bytes]
    content_type: str
    binary: bool = False


def _pdf(report: Report, words: Words, style: Style) -> bytes:
    from bot.reports.pdf import pdf  # loaded here: it takes a while

    return pdf(report, words, style.desk, style.font)


def _xlsx(report: Report, words: Words, style: Style) -> bytes:
    from bot.reports.xlsx import xlsx

    return xlsx(report, words, style.desk)


FORMATS: Final[Mapping[str, Format]] = {
    "table": Format(
        render=lambda report, words, style: f"{table.written(report, words)}\n".encode(),
        content_type="text/plain; charset=utf-8",
    ),
    "html": Format(
        render=lambda report, words, style: html.page(report, words, style.desk).encode(),
        content_type="text/html; charset=utf-8",
    ),
    "csv": Format(
        render=lambda report, words, style: data.as_csv(report, words, bom=style.bom).encode(),
        content_type="text/csv; charset=utf-8",
    ),
    "json": Format(
        render=lambda report, words, style: data.as_json(report).encode(),
        content_type="application/json",
    ),
    "xlsx": Format(
        render=_xlsx,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        binary=True,
    ),
    "pdf": Format(render=_pdf, content_type="application/pdf", binary=True),
}
