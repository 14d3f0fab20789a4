"""How the desk is doing, in a handful of numbers a manager can act on."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from statistics import median
from typing import Any, Final

from starlette.responses import Response

from bot.desk.access import Permission, require
from bot.desk.status import ACTIVE
from bot.web.render import span
from bot.web.visit import Visit
from bot.web.words import PRIORITY
from store import figures as kept
from store.database import Tx

DAYS: Final = 14
WEEK: Final = timedelta(days=7)
MOST: Final = 5000  # answered tickets the median is taken over, the latest


def page(tx: Tx, visit: Visit) -> Response:
    require(visit.actor, Permission.SEE_FIGURES)
    zone = visit.context.desk.timezone
    today = datetime.combine(tx.now.astimezone(zone).date(), time(), zone)
    # Midnights as the clocks here show them, so that a day of 23 hours is one too.
    edges = [today + timedelta(days=step) for step in range(1 - DAYS, 2)]
    opened, resolved = kept.opened(tx, edges), kept.resolved(tx, edges)
    days = [
        {"name": f"{edge.day} {edge:%b}", "opened": o, "resolved": r}
        for edge, o, r in zip(edges, opened, resolved, strict=False)
    ]
    responses = kept.response_seconds(tx, tx.now - WEEK, MOST)
    uses = kept.article_uses(tx, tx.now - WEEK)
    active = sorted(ACTIVE)
    by_priority = kept.by_priority(tx, active)
    return visit.page(
        "figures.html",
        opened_today=opened[-1],
        resolved_today=resolved[-1],
        open_now=sum(by_priority.values()),
        first_response=span(median(responses)) if responses else None,
        helped=uses.get("helped", 0),
        shown=uses.get("shown", 0),
        by_queue=sorted(kept.by_queue(tx, active).items(), key=lambda one: -one[1]),
        by_priority=[(PRIORITY[one], by_priority.get(one, 0)) for one in PRIORITY],
        days=days,
        chart=_chart(days),
    )


WIDTH, HEIGHT, BASE, TOP = 700, 180, 158, 16  # of the chart, in its own units


def _chart(days: Sequence[dict[str, Any]]) -> dict[str, Any]:
    highest = max([1, *(max(day["opened"], day["resolved"]) for day in days)])
    step = WIDTH / len(days)
    bars, labels = [], []
    for number, day in enumerate(days):
        for place, kind in enumerate(("opened", "resolved")):
            height = (BASE - TOP) * day[kind] / highest
            left = number * step + step * (0.15 + 0.36 * place)
            bars.append(
                {
                    "kind": kind,
                    "x": round(left, 1),
                    "y": round(BASE - height, 1),
                    "width": round(step * 0.32, 1),
                    "height": round(height, 1),
                }
            )
        labels.append({"x": round((number + 0.5) * step, 1), "text": day["name"]})
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "base": BASE,
        "bars": bars,
        "labels": labels,
        "top": highest,
    }
