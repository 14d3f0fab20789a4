"""A report on paper: A4, tables that go on with their heading, pictures as vectors, fonts embedded."""

import logging
from collections.abc import Sequence
from pathlib import Path as File
from typing import Final

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, TextEmphasis
from fpdf.fonts import FontFace

from bot.reports import table
from bot.reports.dimensions import AGENT
from bot.reports.drawing import INK, QUIET, WIDE, Path, Picture, Rect, Text
from bot.reports.fonts import font_for
from bot.reports.metrics import METRICS
from bot.reports.picture import pictures
from bot.reports.report import Report
from bot.reports.wording import Words

MARGIN: Final = 15.0  # millimetres
WIDTH: Final = 210 - 2 * MARGIN
UNIT: Final = WIDTH / WIDE  # millimetres
POINTS: Final = 72 / 25.4  # a millimetre
FACE: Final = "report"


def pdf(report: Report, words: Words, desk: str, font: File | None = None) -> bytes:
    """Raises Invalid when no font has the letters."""
    drawn = pictures(report, words)
    logging.getLogger("fontTools").setLevel(
        logging.ERROR
    )  # tells of every table that it leaves out
    paper = _Paper(_letters(report, words, desk, drawn), font, desk)
    paper.add_page()
    paper.words(words("title"), 20, bold=True)
    paper.words(f"{desk} · {words.period}", 12)
    if report.until < report.asked.until:
        paper.words(words("sofar", when=words.moment(report.until)), 10, QUIET)
    paper.words(words.before, 10, QUIET)
    paper.ln(4)
    paper.summary(report, words)
    for one in drawn:
        paper.picture(one)
    if report.table is not None:
        paper.broken_down(report, words)
    paper.ln(5)
    paper.words(words("footnote"), 9, QUIET)
    paper.words(words("made", when=words.moment(report.made_at)), 9, QUIET)
    paper.set_title(f"{words('title')}, {words.period}")
    paper.set_lang(words.language)
    paper.set_creation_date(report.made_at)
    return bytes(paper.output())


def _letters(report: Report, words: Words, desk: str, drawn: Sequence[Picture]) -> str:
    """Everything that is written anywhere."""
    told = [desk, words.period, table.written(report, words)]
    told += [one.words for picture in drawn for one in picture.shapes if isinstance(one, Text)]
    return "".join(told)


class _Paper(FPDF):
    def __init__(self, letters: str, font: File | None, desk: str) -> None:
        super().__init__(format="A4", unit="mm")
        found = font_for(letters, font)
        self.add_font(FACE, "", found.file, collection_font_number=found.number)
        bold = found.bold or found.file
        self.add_font(FACE, "B", bold, collection_font_number=found.number)
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, MARGIN + 5)
        self._desk = desk

    def footer(self) -> None:
        self.set_y(-MARGIN)
        self._say(9, QUIET)
        self.cell(WIDTH, 5, f"{self._desk} · {self.page_no()}", align="R")

    def _say(self, size: float, color: str = INK, *, bold: bool = False) -> None:
        self.set_font(FACE, "B" if bold else "", size)
        self.set_text_color(color)

    def words(self, text: str, size: float, color: str = INK, *, bold: bool = False) -> None:
        self._say(size, color, bold=bold)
        self.multi_cell(WIDTH, size / POINTS * 1.35, text, new_x="LMARGIN", new_y="NEXT")

    def summary(self, report: Report, words: Words) -> None:
        names = ("metric", "value", "p90", "interval", "of", "before", "change")
        rows: list[tuple[list[str], bool]] = [([words(one) for one in names], True)]
        for theme in table.THEMES:
            some = [one for one in report.total if METRICS[one].theme == theme]
            if some:
                rows.append(([words(f"theme-{theme}")], True))
            rows += [(table.summary(report, words, name), False) for name in some]
        self._table(rows, (50, 20, 19, 29, 13, 18, 31))

    def broken_down(self, report: Report, words: Words) -> None:
        assert report.table is not None
        by = report.table.by
        what = " × ".join(words.dimension(one) for one in by)
        for theme, lines in table.broken_down(report, words):
            if self.will_page_break(40):
                self.add_page()
            self.ln(6)
            self.words(f"{words('by', what=what)} · {theme}", 13, bold=True)
            self.ln(1)
            rows = [(line, place == 0) for place, line in enumerate(lines)]
            others = len(lines[0]) - len(by)
            key = 27.0 if len(by) == 2 else 44.0
            width = (WIDTH - key * len(by)) / others
            self._table(rows, (*[key] * len(by), *[width] * others), left=len(by), size=8.5)
        if AGENT in by:
            self.ln(1)
            self.words(words.suppressed(), 9, QUIET)

    def _table(
        self,
        rows: Sequence[tuple[list[str], bool]],
        widths: Sequence[float],
        left: int = 1,
        size: float = 9,
    ) -> None:
        self._say(size)
        self.set_draw_color("#8d9aa3")
        self.set_line_width(0.15)
        align = tuple("LEFT" if place < left else "RIGHT" for place in range(len(widths)))
        strong = FontFace(emphasis=TextEmphasis.B)
        with self.table(
            width=WIDTH,
            col_widths=tuple(widths),
            text_align=align,
            line_height=4.6,
            padding=0.6,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=strong,
            first_row_as_headings=True,
        ) as grid:
            for cells, is_strong in rows:
                row = grid.row()
                across = len(widths) - len(cells) + 1  # the name of a theme
                for cell in cells:
                    row.cell(
                        cell,
                        style=strong if is_strong else None,
                        align="LEFT" if across > 1 else None,
                        colspan=across,
                    )

    def picture(self, picture: Picture) -> None:
        """In one piece."""
        height = picture.height * UNIT
        if self.will_page_break(height + 6):
            self.add_page()
        else:
            self.ln(6)
        left, top = self.l_margin, self.get_y()
        with self.local_context():
            for shape in picture.shapes:
                self._shape(shape, left, top)
        self.set_xy(left, top + height)

    def _shape(self, shape: Rect | Path | Text, left: float, top: float) -> None:
        match shape:
            case Rect():
                self.set_fill_color(shape.fill)
                self.set_draw_color(shape.edge or shape.fill)
                self.set_line_width(0.2)
                self.rect(
                    left + shape.x * UNIT, top + shape.y * UNIT,
                    shape.width * UNIT, shape.height * UNIT, style="DF" if shape.edge else "F",
                )  # fmt: skip
            case Path():
                self.set_draw_color(shape.color)
                self.set_line_width(max(shape.width * UNIT, 0.15))
                if shape.dashed:
                    self.set_dash_pattern(dash=7 * UNIT, gap=4 * UNIT)
                points = [(left + x * UNIT, top + y * UNIT) for x, y in shape.points]
                self.polyline(points)
                if shape.dashed:
                    self.set_dash_pattern()
            case Text():
                self._say(shape.size * UNIT * POINTS, shape.color, bold=shape.bold)
                width = self.get_string_width(shape.words)
                shift = {"start": 0.0, "middle": width / 2, "end": width}[shape.anchor]
                self.text(left + shape.x * UNIT - shift, top + shape.y * UNIT, shape.words)
