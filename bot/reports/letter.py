"""A report as a mail: laid out in tables, with every style on its element, as mail programs want it."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from bot.reports.drawing import Picture
from bot.reports.html import TILES
from bot.reports.metrics import METRICS
from bot.reports.report import Report
from bot.reports.table import THEMES, broken_down
from bot.reports.wording import Words

_FONTS: Final = "'Segoe UI',Roboto,Helvetica,Arial,'PingFang SC','Microsoft YaHei',sans-serif"
_CELL: Final = (
    "padding:5px 12px 5px 0;border-bottom:1px solid #e6ecef;text-align:{align};font-size:14px{wrap}"
)
_QUIET: Final = "color:#51606a;font-size:13px"
ACROSS: Final = 3  # tiles in a row
LONG: Final = 11  # characters of a cell that is words


def letter(
    report: Report,
    words: Words,
    desk: str,
    drawn: Sequence[tuple[Picture, str]],
    link: str = "",
) -> str:
    """`drawn`: pictures with the hashes of the files that they are; `link` leads to the desk's page."""
    pictures = "".join(
        f'<p style="margin:22px 0 0"><img src="cid:{sha256}" width="640" alt="'
        f'{escape(picture.title)}: {escape(picture.says)}" style="display:block;width:100%;max-width:680px;'
        'height:auto;border:0"></p>'
        for picture, sha256 in drawn
    )
    more = (
        f'<p style="margin:18px 0 0"><a href="{escape(link)}">{escape(link)}</a></p>'
        if link
        else ""
    )
    return (
        f'<!doctype html>\n<html lang="{words.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light">'
        f"<title>{escape(words('title'))}</title></head>\n"
        f'<body style="margin:0;padding:20px;background:#ffffff;color:#1b2a33;font-family:{_FONTS};'
        f'font-size:15px;line-height:1.45"><div style="max-width:720px">'
        f'<h1 style="margin:0;font-size:24px">{escape(words("title"))}</h1>'
        f'<p style="margin:4px 0"><b>{escape(desk)}</b> · {escape(words.period)}</p>'
        f'<p style="margin:4px 0;{_QUIET}">{escape(words.before)}</p>'
        f"{_tiles(report, words)}{_summary(report, words)}{pictures}{_groups(report, words)}{more}"
        f'<p style="margin:22px 0 0;{_QUIET}">{escape(words("footnote"))}</p>'
        "</div></body></html>\n"
    )


def _tiles(report: Report, words: Words) -> str:
    some = [
        f'<td width="{100 // ACROSS}%" style="padding:10px 12px;border:1px solid #d3dbe0;'
        f'vertical-align:top;font-size:13px">{escape(words.metric(name))}<br>'
        f'<b style="font-size:22px">{escape(words.value(name, report.total[name]))}</b><br>'
        f'<span style="color:#51606a">{escape(words.change(name, report.changes.get(name)))}'
        "&nbsp;</span></td>"
        for name in TILES
        if name in report.total and report.total[name].value is not None
    ]
    rows = "".join(
        f"<tr>{''.join(some[place : place + ACROSS])}</tr>" for place in range(0, len(some), ACROSS)
    )
    return _table(rows, "margin:16px 0") if rows else ""


def _table(rows: str, style: str = "") -> str:
    return (
        f'<table role="presentation" width="100%" cellspacing="0" style="border-collapse:collapse;{style}">'
        f"{rows}</table>"
    )


def _style(left: bool, tag: str, cell: str) -> str:
    # A number stays whole; words may be broken, for the screen may be a telephone's.
    wrap = "" if left or tag == "th" or len(cell) > LONG else ";white-space:nowrap"
    return _CELL.format(align="left" if left else "right", wrap=wrap)


def _cells(cells: Sequence[str], tag: str = "td", left: int = 1) -> str:
    told = "".join(
        f'<{tag} style="{_style(place < left, tag, cell)}">{escape(cell)}</{tag}>'
        for place, cell in enumerate(cells)
    )
    return f"<tr>{told}</tr>"


def _summary(report: Report, words: Words) -> str:
    names = ("metric", "value", "p90", "before", "change")
    rows = [_cells([words(one) for one in names], "th")]
    for theme in THEMES:
        for name, figure in report.total.items():
            metric = METRICS[name]
            if metric.theme != theme or figure.value is None:
                continue
            rows.append(
                _cells(
                    [
                        words.metric(name),
                        words.value(name, figure),
                        "" if figure.p90 is None else words.number(metric.form, figure.p90),
                        words.value(name, report.before[name]),
                        words.change(name, report.changes.get(name)),
                    ]
                )
            )
    return _table("".join(rows))


def _groups(report: Report, words: Words) -> str:
    if report.table is None:
        return ""
    left = len(report.table.by)
    what = " × ".join(words.dimension(one) for one in report.table.by)
    found = []
    for theme, (heading, *lines) in broken_down(report, words):
        title = f"{words('by', what=what)} · {theme}"
        rows = _cells(heading, "th", left) + "".join(_cells(line, "td", left) for line in lines)
        found.append(
            f'<h2 style="font-size:16px;margin:24px 0 6px">{escape(title)}</h2>{_table(rows)}'
        )
    return "".join(found)


def short(report: Report, words: Words, desk: str, marks: Mapping[str, str], link: str = "") -> str:
    """In our small Markdown, for a chat. `marks`: how what people wrote is quoted."""
    lines = [
        f"**{words('title')}** · {marks.get(desk, desk)}",
        f"{words.period}, {words.before}",
        "",
    ]
    for name, figure in report.total.items():
        if figure.value is None:
            continue
        found = report.changes.get(name)
        change = "" if found is None or found.is_clear is False else words.change(name, found)
        p90 = "" if figure.p90 is None else (
            f"; {words('p90')} {words.number(METRICS[name].form, figure.p90)}"
        )  # fmt: skip
        told = f" ({change})" if change else ""
        lines.append(f"- {words.metric(name)}: **{words.value(name, figure)}**{p90}{told}")
    if len(lines) == 3:
        lines.append(words("nothing"))
    return "\n".join([*lines, *(["", f"<{link}>"] if link else [])])
