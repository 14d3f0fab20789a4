"""The forms of a report: complete, harmless, and legible."""

import csv
import html
import io
import json
import re
import zipfile
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from selectolax.lexbor import LexborHTMLParser
from wcwidth import wcswidth

from bot.errors import Invalid
from bot.reports import data, fonts
from bot.reports.dimensions import DIMENSIONS, spans
from bot.reports.drawing import SMALL, Text
from bot.reports.formats import FORMATS, Style
from bot.reports.metrics import METRICS, Form
from bot.reports.picture import nice, nice_times, pictures
from bot.reports.png import dashes, png
from bot.reports.report import Asked, Report, report
from bot.reports.table import THEMES
from bot.reports.wording import Words
from bot.text import LANGUAGES, Texts
from store.base import micros
from tests.reports.conftest import History
from tests.reports.reference import Row, UseRow

BERLIN = ZoneInfo("Europe/Berlin")
EVIL = '=HYPERLINK("http://evil","x")<script>alert(1)</script>'
STYLE = Style(desk="Desk & <Co>")


@pytest.fixture
def made(history: History) -> Report:
    """Twenty tickets of one agent, who has a name to be careful with, and two of another."""
    rows, at = [], micros(datetime(2026, 10, 5, 8, tzinfo=UTC))
    for ticket in range(1, 23):
        agent = 1 if ticket <= 20 else 2
        at += 7_200_000_000
        rows += [
            Row(ticket, at, "requester", None, "opened", '["web","en",null,null]', f"INC-{ticket}"),
            Row(ticket, at, "bot", None, "category", None, "network"),
            Row(ticket, at, "bot", None, "priority", None, ("low", "critical")[ticket % 2]),
            Row(ticket, at, "bot", None, "queue", None, EVIL),
            Row(ticket, at + 60_000_000 * ticket, "agent", agent, "reply"),
            Row(ticket, at + 90_000_000 * ticket, "agent", agent, "status", "new", "resolved"),
            Row(ticket, at + 95_000_000 * ticket, "clock", None, "sla-met", "resolution", "x"),
        ]
    uses = [UseRow(n, at, "shown") for n in range(3)] + [UseRow(1, at + 1, "helped")]
    history.is_now(rows, uses)
    name = "UPDATE person SET name = ? WHERE id = 1"
    history.store.write(lambda tx: tx.run(name, (EVIL,)))
    asked = Asked(
        first=date(2026, 10, 5), last=date(2026, 10, 9), zone=BERLIN, by=("agent", "queue")
    )
    return history.store.read(lambda tx: report(tx, asked))


def words(made: Report, language: str = "en") -> Words:
    return Words(Texts.load(), language, made)


def rendered(name: str, made: Report, language: str = "en") -> bytes:
    return FORMATS[name].render(made, words(made, language), STYLE)


def test_every_metric_dimension_and_theme_has_words_in_every_language() -> None:
    texts = Texts.load()
    for language in LANGUAGES:
        known = texts.labels(language, "")
        for name in METRICS:
            assert f"figure-{name.replace('_', '-')}" in known
        for one in DIMENSIONS:
            assert f"report-by-{one}" in known
        for one in THEMES:
            assert f"report-theme-{one}" in known


def test_what_is_too_little_about_one_person_is_told_in_no_form(made: Report) -> None:
    assert made.table is not None
    theirs = [row for row in made.table.rows if row.keys[0] == "2"]
    assert theirs
    for row in theirs:
        for figure in row.figures.values():
            assert figure.value is None
            assert figure.n == 0
    document = json.loads(rendered("json", made))
    hidden = [row for row in document["rows"] if row["by"]["agent"] == "2"]
    assert all(set(one) <= {"hidden"} for row in hidden for one in row["figures"].values())


def test_csv_can_be_read_again_and_holds_no_formula(made: Report) -> None:
    text = rendered("csv", made).decode()
    assert text.startswith(data.BOM)
    assert "\r\n" in text
    lines = list(csv.reader(io.StringIO(text.removeprefix(data.BOM), newline="")))
    heading, *rest = lines
    assert heading[2:4] == ["agent", "queue"]
    assert {len(line) for line in lines} == {len(heading)}
    assert not any(cell[:1] in tuple("=+@\t") for line in lines for cell in line)
    cells = {(line[2], line[4]): line for line in rest}
    assert cells[f"'{EVIL}", "resolved"][6] == "20"
    plain = FORMATS["csv"].render(made, words(made), Style(desk="x", bom=False))
    assert not plain.decode().startswith(data.BOM)


def test_json_has_the_documented_form(made: Report) -> None:
    document = json.loads(rendered("json", made))
    said = re.findall(r'"(\w+)"', (data.__doc__ or "").partition("`. `to`")[0])
    assert set(document) >= {one for one in said if one != "1"}
    assert document["total"]["opened"]["value"] == 22
    assert document["from"] == "2026-10-05"


def test_a_page_needs_nothing_else_and_runs_nothing(made: Report) -> None:
    for language in LANGUAGES:
        page = rendered("html", made, language).decode()
        tree = LexborHTMLParser(page)
        assert not tree.css("script, link, img, iframe, object")
        assert "http://evil" not in "".join(
            str(node.attributes) for node in tree.css("*") if node.tag != "svg"
        )
        assert not re.search(r"url\(|@import", page)
        assert len(tree.css("svg")) == len(pictures(made, words(made, language))) >= 5
        assert tree.css_first("html").attributes["lang"] == language


def test_pictures_are_legible_and_say_what_they_show(made: Report) -> None:
    for language in LANGUAGES:
        for one in pictures(made, words(made, language)):
            texts = [shape for shape in one.shapes if isinstance(shape, Text)]
            assert min(text.size for text in texts) >= SMALL
            assert one.says
            for text in texts:
                width = max(wcswidth(text.words), 0) * text.size * 0.6
                left = {"start": 0.0, "middle": width / 2, "end": width}[text.anchor]
                assert text.x - left > -20, text.words
                assert text.x - left + width < 740, text.words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pdf_has_pages_and_its_fonts_in_it(made: Report, language: str) -> None:
    paper = rendered("pdf", made, language)
    assert paper.startswith(b"%PDF-")
    assert paper.count(b"/Type /Page\n") >= 2
    assert re.search(rb"/FontFile[23]", paper)
    assert len(paper) < 400_000


def test_a_machine_without_the_letters_is_told_what_to_do(
    made: Report, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(fonts, "_installed", tuple)
    with pytest.raises(Invalid, match=r"Install one .*\[figures\] font"):
        rendered("pdf", made, "zh")
    broken = tmp_path / "font.ttf"
    broken.write_bytes(b"no font")
    with pytest.raises(Invalid, match="No font"):
        fonts.font_for("你好", broken)


def test_a_picture_for_chats_is_a_png(made: Report) -> None:
    for one in pictures(made, words(made)):
        content = png(one, fonts.font_for("".join(map(str, one.shapes))))
        assert content.startswith(b"\x89PNG\r\n\x1a\n")
        assert 3_000 < len(content) < 200_000


def test_a_workbook_has_typed_cells_and_no_formula(made: Report) -> None:
    with zipfile.ZipFile(io.BytesIO(rendered("xlsx", made))) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 3
        everything = "".join(book.read(name).decode() for name in sheets)
        assert "<f>" not in everything
        assert "hyperlink" not in everything.lower()
        styles = book.read("xl/styles.xml").decode()
        times = '[<0.0416667][m]" min "ss" s";[<2][h]" h "mm" min";0.0" d"'
        for form in ("0.0%", times, "yyyy-mm-dd", "+#,##0;−#,##0;#,##0"):
            assert html.escape(form) in styles
        charts = [book.read(one).decode() for one in book.namelist() if "charts/chart" in one]
        assert len(charts) == 3
        # Days are written as days, and nothing is more than all of it.
        assert all('<c:numFmt formatCode="d mmm"' in one for one in charts)
        assert sum('<c:max val="1"/>' in one for one in charts) == 1
        assert EVIL.partition("<")[0].replace('"', "&quot;").replace("&quot;", '"') in (
            book.read("xl/sharedStrings.xml").decode().replace("&quot;", '"')
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_columns_stand_under_each_other(made: Report, language: str) -> None:
    lines = rendered("table", made, language).decode().split("\n")
    begin = lines.index("") + 1
    heading = lines[begin]
    column = wcswidth(heading[: heading.index(words(made, language)("value"))])
    figures = [line for line in lines[begin + 1 : lines.index("", begin)] if "  " in line]
    assert figures
    end = column + wcswidth(words(made, language)("value"))
    for line in figures:
        cut, width = "", 0
        for letter in line:
            width += max(wcswidth(letter), 0)
            cut += letter
            if width == end:
                break
        assert line[len(cut) : len(cut) + 1] in (" ", ""), line


def test_days_of_a_clock_change_are_shorter_and_longer() -> None:
    begin = micros(datetime(2026, 3, 27, 23, tzinfo=UTC))
    until = micros(datetime(2026, 3, 30, 22, tzinfo=UTC))
    ends = [begin, *(end for _, end in spans("day", begin, until, BERLIN))]
    hours = [(b - a) / 3_600_000_000 for a, b in pairwise(ends)]
    assert hours == [24, 23, 24]
    begin = micros(datetime(2026, 10, 24, 22, tzinfo=UTC))
    (only,) = spans("day", begin, micros(datetime(2026, 10, 25, 23, tzinfo=UTC)), BERLIN)
    assert (only[1] - begin) / 3_600_000_000 == 25


def test_axes_have_round_numbers_that_reach_the_highest() -> None:
    for highest in (1, 3, 7, 99, 101, 12_345, 0.4):
        ticks = nice(highest)
        assert ticks[0] == 0
        assert ticks[-1] >= highest * 0.998
        assert 2 <= len(ticks) <= 6
    assert nice_times(8 * 3600)[1] in (7200, 3 * 3600)


def test_a_dashed_line_goes_on_around_corners() -> None:
    from bot.reports.drawing import Path as Line

    pieces = dashes(Line(points=((0, 0), (9, 0), (9, 9)), color="#000000", dashed=True))
    assert pieces[0] == ((0, 0), (7, 0))
    assert pieces[1] == ((9, 2), (9, 9))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"last": date(2026, 10, 1)}, "before it begins"),
        ({"by": ("colour",)}, "there are day"),
        ({"by": ("day", "day")}, "two different ones"),
        ({"by": ("day", "queue", "agent")}, "two different ones"),
        ({"metrics": ("happiness",)}, "There is no metric"),
        ({"first": date(1900, 1, 1)}, "ten years"),
    ],
)
def test_what_cannot_be_asked_is_said(change: dict[str, object], problem: str) -> None:
    asked = {"first": date(2026, 10, 5), "last": date(2026, 10, 9), "zone": BERLIN} | change
    with pytest.raises(Invalid, match=problem):
        Asked(**asked)  # type: ignore[arg-type]


def test_a_desk_where_nothing_happened_has_a_report_in_every_form(history: History) -> None:
    history.is_now([])
    asked = Asked(first=date(2026, 10, 5), last=date(2026, 10, 5), zone=BERLIN, by=("agent",))
    made = history.store.read(lambda tx: report(tx, asked))
    for name in FORMATS:
        assert rendered(name, made)
    assert not [one for one in made.total.values() if one.value]
    assert Form.STOCK in {METRICS[name].form for name in made.total}


@pytest.mark.parametrize(
    ("language", "period", "before"),
    [
        ("en", "2 March 2026", "compared with 1 March 2026"),
        ("ru", "2 марта 2026", "для сравнения: 1 марта 2026"),
        ("zh", "2026年3月2日", "与 2026年3月1日 相比"),
    ],
)
def test_one_day_is_told_once(history: History, language: str, period: str, before: str) -> None:
    day = date(2026, 3, 2)
    asked = Asked(first=day, last=day, zone=BERLIN)
    made = history.store.read(lambda tx: report(tx, asked))
    told = words(made, language)
    assert (told.period, told.before) == (period, before)
