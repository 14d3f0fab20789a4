"""A report as a workbook: numbers, percents, times and days of their types, charts that Excel draws."""

import io
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from bot.reports.compute import Figure, Table
from bot.reports.metrics import METRICS, Form
from bot.reports.report import Report
from bot.reports.wording import Words

DAY: Final = 86_400  # seconds: times are parts of a day, as spreadsheets count them
_FORMATS: Final = {
    Form.COUNT: "#,##0", Form.STOCK: "#,##0", Form.SHARE: "0.0%", Form.MEAN: "0.00",
}  # fmt: skip


_TIMES: Final = (Form.TIME, Form.RATIO)


def xlsx(report: Report, words: Words, desk: str) -> bytes:
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": words("title"), "subject": words.period, "author": desk})
        book.set_size(2400, 1400)
        _Book(book, report, words).write(desk)
    return file.getvalue()


class _Book:
    def __init__(self, book: Workbook, report: Report, words: Words) -> None:
        self._book, self._report, self._words = book, report, words
        self._bold = book.add_format({"bold": True})
        self._heading = book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"}
        )
        self._number_heading = book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom", "align": "right"}
        )
        self._right = book.add_format({"align": "right"})
        self._quiet = book.add_format({"font_color": "#51606a"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self._forms = {
            form: book.add_format({"num_format": told})
            for form, told in {**_FORMATS, **dict.fromkeys(_TIMES, _times(words))}.items()
        }
        points = f"0.0{_unit(words, 'points')}"
        self._changes = {
            form: book.add_format({"num_format": f"+{told};−{told};{told}"})
            for form, told in {**_FORMATS, Form.SHARE: points}.items()
        }

    def write(self, desk: str) -> None:
        self._summary(desk)
        if self._report.table is not None:
            by = " × ".join(self._words.dimension(one) for one in self._report.table.by)
            self._sheet(_sheet_name(self._words("by", what=by)), self._report.table)
        course = self._words.dimension(self._report.span)
        name = _sheet_name(f"{self._words('theme-volume')}, {course}")
        self._charts(self._sheet(name, self._report.course), name)

    def _summary(self, desk: str) -> None:
        words, report = self._words, self._report
        sheet = self._book.add_worksheet(_sheet_name(words("title")))
        sheet.write_string(0, 0, f"{words('title')} · {desk}", self._bold)
        sheet.write_string(1, 0, words.period)
        sheet.write_string(2, 0, words.before, self._quiet)
        low, high = (f"{words('interval')} {sign}" for sign in "↓↑")
        heads = [
            words("metric"),
            words("value"),
            words("p90"),
            low,
            high,
            words("of"),
            words("before"),
        ]
        heads += [words("change"), "", "id"]
        for column, head in enumerate(heads):
            told = self._number_heading if 0 < column < 8 else self._heading
            sheet.write_string(4, column, head, told)
        for row, (name, figure) in enumerate(report.total.items(), 5):
            form = METRICS[name].form
            sheet.write_string(row, 0, words.metric(name))
            before, change = report.before[name], report.changes.get(name)
            for column, value in (
                (1, figure.value), (2, figure.p90), (3, figure.low), (4, figure.high),
                (6, before.value),
            ):  # fmt: skip
                self._number(sheet, row, column, form, value)
            if change is not None:
                self._change(sheet, row, 7, form, change.difference)
            sheet.write_number(row, 5, figure.n)
            if change is not None and change.is_clear is False:
                sheet.write_string(row, 8, words("unclear"), self._quiet)
            sheet.write_string(row, 9, name, self._quiet)
        end = 6 + len(report.total)
        sheet.write_string(end, 0, words("footnote"), self._quiet)
        sheet.write_string(
            end + 1, 0, words("made", when=words.moment(report.made_at)), self._quiet
        )
        sheet.set_column(0, 0, 42)
        sheet.set_column(1, 7, 14)
        sheet.set_column(8, 9, 22)
        sheet.freeze_panes(5, 1)
        _for_paper(sheet)

    def _number(
        self, sheet: Worksheet, row: int, column: int, form: Form, value: float | None
    ) -> None:
        if value is None:
            return
        sheet.write_number(row, column, value / DAY if form in _TIMES else value, self._forms[form])

    def _change(self, sheet: Worksheet, row: int, column: int, form: Form, value: float) -> None:
        if form in _TIMES:  # spreadsheets show no times below zero
            sign = "+" if value > 0 else "−" if value < 0 else ""
            told = f"{sign}{self._words.length(abs(value))}"
            sheet.write_string(row, column, told, self._right)
            return
        points = 100 if form is Form.SHARE else 1
        sheet.write_number(row, column, value * points, self._changes[form])

    def _sheet(self, name: str, table: Table) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        names = list(table.rows[0].figures) if table.rows else []
        heads = [self._words.dimension(one) for one in table.by]
        heads += [self._words.metric(one) for one in names]
        for column, head in enumerate(heads):
            told = self._heading if column < len(table.by) else self._number_heading
            sheet.write_string(0, column, head, told)
        for row, line in enumerate(table.rows, 1):
            for column, (dimension, key) in enumerate(zip(table.by, line.keys, strict=True)):
                if dimension == "day":
                    sheet.write_datetime(row, column, _at(key), self._day)
                else:
                    sheet.write_string(row, column, self._words.group(dimension, key))
            for column, metric in enumerate(names, len(table.by)):
                self._figure(sheet, row, column, metric, line.figures[metric])
        sheet.set_column(0, len(table.by) - 1, 22)
        sheet.set_column(len(table.by), len(heads), 15)
        sheet.freeze_panes(1, len(table.by))
        if table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(heads) - 1)
        _for_paper(sheet)
        return sheet

    def _figure(self, sheet: Worksheet, row: int, column: int, name: str, figure: Figure) -> None:
        if figure.hidden:
            sheet.write_string(row, column, self._words("few"), self._quiet)
        else:
            self._number(sheet, row, column, METRICS[name].form, figure.value)

    def _charts(self, sheet: Worksheet, name: str) -> None:
        table = self._report.course
        if not table.rows:
            return
        names = list(table.rows[0].figures)
        last, days = len(table.rows), table.by == ("day",)

        def chart(kind: str, title: str, some: Sequence[str], format: str, place: int) -> None:
            shown = [one for one in some if one in names]
            if not shown:
                return
            drawn: Any = self._book.add_chart({"type": kind})
            for one, color in zip(shown, ("#1F4E79", "#B9D3E6"), strict=False):
                column = 1 + names.index(one)
                drawn.add_series(
                    {
                        "name": self._words.metric(one),
                        "categories": [name, 1, 0, last, 0],
                        "values": [name, 1, column, last, column],
                        "fill": {"color": color},
                        "border": {"color": "#1F4E79"},
                        "line": {
                            "color": "#1F4E79" if color == "#1F4E79" else "#A8471F",
                            "width": 2,
                        },
                    }
                )
            drawn.set_title({"name": title, "name_font": {"size": 12}})
            drawn.set_legend({"position": "bottom"})
            drawn.set_x_axis({"date_axis": True, "num_format": "d mmm"} if days else {})
            top = {"max": 1} if format == "0%" else {}
            drawn.set_y_axis({"num_format": format, "major_gridlines": {"visible": True}, **top})
            drawn.set_size({"width": 760, "height": 300})
            sheet.insert_chart(place, len(names) + 2, drawn)

        say: Callable[..., str] = self._words
        span = self._words.dimension(self._report.span)
        chart("column", say("chart-course"), ("opened", "resolved"), "#,##0", 1)
        chart(
            "line", say("chart-sla", span=span), ("sla_first_response", "sla_resolution"), "0%", 17
        )
        hours = f"[h]{_unit(self._words, 'hours')}"
        chart("line", say("chart-speed", span=span), ("first_response_time",), hours, 33)


def _unit(words: Words, name: str) -> str:
    """As forms of numbers have words: in quotes."""
    return f'"{words(name, n="")}"'


def _times(words: Words) -> str:
    """Minutes and seconds under an hour, hours and minutes under two days, else days."""
    days, hours, minutes, seconds = (
        words(one, n="") for one in ("days", "hours", "minutes", "seconds")
    )
    space = "" if words.language == "zh" else " "
    return (
        f'[<0.0416667][m]"{minutes}{space}"ss"{seconds}";[<2][h]"{hours}{space}"mm"{minutes}";'
        f'0.0"{days}"'
    )


def _at(key: str) -> Any:
    return date.fromisoformat(key)


def _for_paper(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


def _sheet_name(words: str) -> str:
    """At most 31 characters, and none of those that Excel refuses."""
    return "".join(" " if letter in "[]:*?/\\'" else letter for letter in words)[:31].strip()
