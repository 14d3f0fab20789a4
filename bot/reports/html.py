"""A report as one page that needs nothing else: pictures in it, and fit for paper. Mails have the same."""

from collections.abc import Callable
from html import escape
from typing import Final

from bot.reports import table
from bot.reports.dimensions import AGENT
from bot.reports.drawing import Picture, svg
from bot.reports.metrics import METRICS
from bot.reports.picture import pictures
from bot.reports.report import Report
from bot.reports.wording import Words

STYLE: Final = """
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0 auto;padding:24px;max-width:1000px;color:#1b2a33;background:#fff;line-height:1.45;
font:15px/1.45 system-ui,-apple-system,'Segoe UI','Noto Sans','Noto Sans CJK SC','PingFang SC',
'Microsoft YaHei',sans-serif}
h1{margin:0;font-size:26px}h2{margin:28px 0 8px;font-size:18px}h3{margin:18px 0 4px;font-size:15px}
p{margin:4px 0}.quiet{color:#51606a}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:20px 0 4px}
.tile{border:1px solid #d3dbe0;border-radius:8px;padding:12px 14px}
.tile b{display:block;font-size:24px;line-height:1.2}
.tile span{display:block;font-size:13px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{padding:5px 10px 5px 0;text-align:right;border-bottom:1px solid #e6ecef;vertical-align:top;
font-variant-numeric:tabular-nums}
td{white-space:nowrap}th{font-weight:600}thead th{border-bottom:1.5px solid #1b2a33}
th:first-child,td:first-child,.left{text-align:left}
tbody th{font-weight:400}tr.theme th{padding-top:14px;font-weight:600;border-bottom-color:#8d9aa3}
figure{margin:22px 0 0;break-inside:avoid}svg,img{display:block;width:100%;height:auto;max-width:820px}
footer{margin-top:28px;font-size:13px}
@page{size:A4;margin:15mm}
@media print{body{padding:0;max-width:none;font-size:10.5pt}table{font-size:9.5pt}
.tile{padding:8px 10px}h2{break-after:avoid}tr{break-inside:avoid}thead{display:table-header-group}
.scroll{overflow:visible}}
"""

TILES: Final = (
    "opened", "resolved", "backlog", "first_response_time", "sla_resolution", "fcr", "csat",
    "deflection_article_confirmed",
)  # fmt: skip


def page(report: Report, words: Words, desk: str) -> str:
    title = f"{words('title')} · {desk}"
    return (
        f'<!doctype html>\n<html lang="{words.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}, {escape(words.period)}</title><style>{STYLE}</style></head>\n"
        f"<body>{body(report, words, desk)}</body></html>\n"
    )


def body(report: Report, words: Words, desk: str, draw: Callable[[Picture], str] = svg) -> str:
    """`draw`: how a picture is put in; of mails, as the picture that comes with them."""
    shown = "".join(f"<figure>{draw(one)}</figure>\n" for one in pictures(report, words))
    return "\n".join(
        part
        for part in (
            f"<header><h1>{escape(words('title'))}</h1><p><b>{escape(desk)}</b> · {escape(words.period)}"
            f"{_so_far(report, words)}</p>"
            f'<p class="quiet">{escape(words.before)}</p></header>',
            tiles(report, words),
            summary(report, words),
            shown,
            broken_down(report, words),
            f'<footer class="quiet"><p>{escape(words("footnote"))}</p>'
            f"<p>{escape(words('made', when=words.moment(report.made_at)))}</p></footer>",
        )
        if part
    )


def _so_far(report: Report, words: Words) -> str:
    if report.until >= report.asked.until:
        return ""
    return f" ({escape(words('sofar', when=words.moment(report.until)))})"


def tiles(report: Report, words: Words) -> str:
    some = [
        f'<div class="tile"><span>{escape(words.metric(name))}</span>'
        f"<b>{escape(words.value(name, report.total[name]))}</b>"
        f'<span class="quiet">{escape(words.change(name, report.changes.get(name)))}&nbsp;</span></div>'
        for name in TILES
        if name in report.total and report.total[name].value is not None
    ]
    return f'<div class="tiles">{"".join(some)}</div>' if some else ""


def summary(report: Report, words: Words) -> str:
    names = ("metric", "value", "p90", "interval", "of", "before", "change")
    heads = "".join(f'<th scope="col">{escape(words(one))}</th>' for one in names)
    rows = []
    for theme in table.THEMES:
        some = [one for one in report.total if METRICS[one].theme == theme]
        if some:
            told = escape(words(f"theme-{theme}"))
            rows.append(
                f'<tr class="theme"><th colspan="{len(names)}" scope="colgroup">{told}</th></tr>'
            )
        for name in some:
            first, *cells = table.summary(report, words, name)
            rows.append(_row([first], cells))
    return (
        f'<section class="scroll"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></section>"
    )


def broken_down(report: Report, words: Words) -> str:
    if report.table is None:
        return ""
    by = report.table.by
    note = f'<p class="quiet">{escape(words.suppressed())}</p>' if AGENT in by else ""
    what = " × ".join(words.dimension(one) for one in by)
    found = [f"<h2>{escape(words('by', what=what))}</h2>"]
    for theme, (heading, *lines) in table.broken_down(report, words):
        heads = "".join(
            f'<th scope="col"{_left(place, len(by))}>{escape(cell)}</th>'
            for place, cell in enumerate(heading)
        )
        rows = "".join(_row(line[: len(by)], line[len(by) :]) for line in lines)
        found.append(
            f'<h3>{escape(theme)}</h3><div class="scroll"><table><thead><tr>{heads}</tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
        )
    return "\n".join(found) + note


def _left(place: int, keys: int) -> str:
    return ' class="left"' if place < keys else ""


def _row(keys: list[str], cells: list[str]) -> str:
    heads = "".join(f'<th scope="row" class="left">{escape(one)}</th>' for one in keys)
    return f"<tr>{heads}{''.join(f'<td>{escape(one)}</td>' for one in cells)}</tr>"
