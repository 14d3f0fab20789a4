"""Figures of any time, with their charts and as files; of agents, to themselves only their own."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.desk.access import Permission, may, require
from bot.errors import Invalid, NotFound
from bot.reports import html
from bot.reports.dimensions import AGENT, DIMENSIONS
from bot.reports.drawing import svg
from bot.reports.formats import FORMATS, Style
from bot.reports.picture import pictures
from bot.reports.report import Asked, Report, report
from bot.reports.wording import Words
from bot.web.visit import Visit
from store.database import Tx

DAYS: Final = 30
HOME: Final = "/desk/reports"
FILES: Final = ("pdf", "xlsx", "csv", "html", "json")


def page(tx: Tx, visit: Visit) -> Response:
    require(visit.actor, Permission.WORK_ON_TICKETS)
    asked = _asked(tx, visit)
    made = report(tx, asked)
    desk = visit.context.desk
    words = Words(desk.texts, desk.language, made)
    sees_all = asked.person is None
    chosen = {"from": asked.first.isoformat(), "to": asked.last.isoformat()}
    by = [*asked.by, "", ""][:2]
    return visit.page(
        "reports.html",
        words=words,
        chosen=chosen,
        by=by,
        dimensions=[(one, words.dimension(one)) for one in DIMENSIONS],
        periods=[
            (name, _link("", span, asked.by), span == chosen)
            for name, span in _periods(tx.now.astimezone(asked.zone).date())
        ],
        files=[(one, _link(f"/{one}", chosen, asked.by)) for one in FILES] if sees_all else [],
        sees_all=sees_all,
        tiles=Markup(html.tiles(made, words)) if sees_all else "",  # noqa: S704 - escaped there
        summary=Markup(html.summary(made, words)) if sees_all else "",  # noqa: S704
        charts=_charts(made, words) if sees_all else [],
        groups=Markup(html.broken_down(made, words)),  # noqa: S704
        nothing=made.table is not None and not made.table.rows,
    )


def moved(request: Request) -> Response:
    """From the address of an earlier version, whose figures were counted otherwise."""
    return RedirectResponse(HOME, status_code=308)


def file(tx: Tx, visit: Visit) -> Response:
    """The same, to take away."""
    require(visit.actor, Permission.SEE_FIGURES)
    name = visit.request.path_params["format"]
    if name not in FILES:
        raise NotFound(f"There is no such form; there are {', '.join(FILES)}.")
    made = report(tx, _asked(tx, visit))
    desk, settings = visit.context.desk, visit.context.settings
    words = Words(desk.texts, desk.language, made)
    style = Style(desk=settings.desk.name, font=settings.figures.font)
    content = FORMATS[name].render(made, words, style)
    called = f"report-{made.asked.first}-{made.asked.last}.{name}"
    return Response(
        content,
        headers={
            "Content-Type": FORMATS[name].content_type,
            "Content-Disposition": f'attachment; filename="{called}"',
        },
    )


def _asked(tx: Tx, visit: Visit) -> Asked:
    query = visit.request.query_params
    zone = visit.context.desk.timezone
    today = tx.now.astimezone(zone).date()
    last = _day(query, "to", today)
    first = _day(query, "from", last - timedelta(DAYS - 1))
    if not may(visit.actor, Permission.SEE_FIGURES):
        return Asked(first=first, last=last, zone=zone, by=(AGENT,), person=visit.me.id)
    by = dict.fromkeys(one for one in query.getlist("by") if one)
    return Asked(first=first, last=last, zone=zone, by=tuple(by))


def _day(query: Mapping[str, Any], name: str, otherwise: date) -> date:
    given = query.get(name)
    if not given:
        return otherwise
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        raise Invalid(f"{str(given)[:20]} is no day such as 2026-03-31.") from None


def _periods(today: date) -> list[tuple[str, dict[str, str]]]:
    """Those that are asked for most, by the key of their words."""
    month = today.replace(day=1)
    spans = {
        "period_today": (today, today),
        "period_week": (today - timedelta(6), today),
        "period_days": (today - timedelta(DAYS - 1), today),
        "period_month": ((month - timedelta(1)).replace(day=1), month - timedelta(1)),
    }
    return [
        (name, {"from": first.isoformat(), "to": last.isoformat()})
        for name, (first, last) in spans.items()
    ]


def _link(path: str, chosen: Mapping[str, str], by: tuple[str, ...]) -> str:
    return f"{HOME}{path}?{urlencode([*chosen.items(), *(('by', one) for one in by)])}"


def _charts(made: Report, words: Words) -> list[Markup]:
    return [Markup(svg(one)) for one in pictures(made, words)]  # noqa: S704 - escaped there
