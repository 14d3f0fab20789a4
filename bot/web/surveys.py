"""What people say about the desk, who has to be answered, and what is done about it."""

import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from starlette.responses import Response

from bot.desk import people, tickets
from bot.desk.access import Permission, may_see, require, require_work
from bot.errors import Invalid
from bot.surveys import answers, followups, report
from bot.surveys.analysis import Scores
from bot.surveys.followups import latest
from bot.surveys.rules import SCORED
from bot.web.visit import Visit, to
from bot.web.words import CATEGORY, LANGUAGE, T
from store import surveys as kept
from store.database import Tx

DAYS: Final = 90
WIDE, HIGH, LEFT, RIGHT, TOP, BASE = 700, 190, 34, 8, 14, 160  # of the chart of months
LIST: Final = 12  # values of a group that are drawn
PAGE: Final = "/desk/surveys"
PARTS: Final = {"category": CATEGORY, "language": LANGUAGE}


def page(tx: Tx, visit: Visit) -> Response:
    require(visit.actor, Permission.SEE_FIGURES)
    since, until = _span(visit, tx.now)
    desk = visit.context.desk
    found = report.report(tx, since, until, desk.surveys.crowd, visit.actor)
    open_ones = [
        one for one in kept.follow_ups(tx, handled=False) if may_see(visit.actor, one.ticket)
    ]
    said = {one.survey.id: kept.answers(tx, [one.survey.id]) for one in open_ones}
    groups = {name: some for name, some in found.groups.items() if name != "month"}

    def part(dimension: str, value: str) -> str:
        """What people call it."""
        if dimension == "channel":
            return desk.texts.network(value, "en")
        return PARTS.get(dimension, {}).get(value, value)

    return visit.page(
        "surveys.html",
        first=since.astimezone(desk.timezone).date(),
        last=(until.astimezone(desk.timezone) - timedelta(seconds=1)).date(),
        found=found,
        all=found.all,
        months=_months(found.groups["month"]),
        table=found.groups["month"],
        groups={name: _bars(some) for name, some in groups.items()},
        follow_ups=[
            {
                "survey": one.survey,
                "ticket": one.ticket,
                "at": one.follow_up.at,
                "who": "" if one.person is None else one.person.name,
                "scores": [
                    (aspect, row.score)
                    for aspect, row in latest(said[one.survey.id]).items()
                    if aspect in SCORED and row.score is not None
                ],
                "words": [row.words for row in said[one.survey.id] if row.words],
            }
            for one in open_ones
        ],
        handled=[
            one
            for one in kept.follow_ups(tx, handled=True, limit=10)
            if may_see(visit.actor, one.ticket)
        ],
        owners=[("", T["nobody"])]
        + [(str(one.id), one.name) for one in people.agents(tx, visit.actor) if one.active],
        parts=[("all=", T["survey_all"])]
        + [
            (f"{name}={value}", f"{T[f'survey_{name}']}: {part(name, value)}")
            for name, some in groups.items()
            for value in some
            if value
        ],
        aspects=[(str(one), T[f"aspect_{one}"]) for one in SCORED],
        part=part,
        chosen={one: visit.request.query_params.get(one, "") for one in ("aspect", "part")},
        soon=(tx.now + timedelta(days=30)).date(),
        key=secrets.token_urlsafe(12),
        now=tx.now,
    )


def improve(tx: Tx, visit: Visit) -> Response:
    dimension, _, value = visit.form.get("part", "").partition("=")
    report.improve(
        tx,
        aspect=visit.form.get("aspect", ""),
        dimension=dimension,
        value=value,
        action=visit.form.get("action", ""),
        owner_id=_owner(visit),
        due=_day(visit.form.get("due", "")),
        actor=visit.actor,
    )
    return to(f"{PAGE}#plan")


def change(tx: Tx, visit: Visit) -> Response:
    id = int(visit.request.path_params["id"])
    match visit.form.get("what"):
        case "done":
            report.done(tx, id, visit.actor)
        case "undone":
            report.done(tx, id, visit.actor, undo=True)
        case "drop":
            report.drop(tx, id, visit.actor)
        case _:
            report.change(
                tx,
                id,
                visit.actor,
                action=visit.form.get("action", ""),
                owner_id=_owner(visit),
                due=_day(visit.form.get("due", "")),
            )
    return to(f"{PAGE}#plan")


def handle(tx: Tx, visit: Visit) -> Response:
    id = int(visit.request.path_params["id"])
    followups.handle(tx, id, visit.form.get("note", ""), visit.actor)
    return to(f"{PAGE}#follow-ups")


def by_phone(tx: Tx, visit: Visit) -> Response:
    """What a caller says about a ticket, as its agent writes it down."""
    ticket = tickets.by_number(tx, visit.request.path_params["number"])
    require_work(visit.actor, ticket)
    scores = {
        str(one): int(visit.form[one])
        for one in SCORED
        if visit.form.get(one) in {"1", "2", "3", "4", "5"}
    }
    words = visit.form.get("words", "").replace("\r\n", "\n")
    said = answers.Said(scores=scores, words=words)
    answers.take_by_phone(visit.context.desk, tx, ticket, said, visit.actor)
    return to(f"/desk/tickets/{ticket.number}", done="survey")


def _owner(visit: Visit) -> int | None:
    given = visit.form.get("owner", "")
    return int(given) if given.isascii() and given.isdecimal() else None


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise Invalid("Say until when, as 2026-12-31.") from None


def _span(visit: Visit, now: datetime) -> tuple[datetime, datetime]:
    zone, query = visit.context.desk.timezone, visit.request.query_params
    last = _day(query["to"]) if query.get("to") else now.astimezone(zone).date()
    first = _day(query["from"]) if query.get("from") else last - timedelta(days=DAYS)
    if first > last:
        raise Invalid(f"{first} is after {last}: nothing lies between.")
    return (
        datetime.combine(first, time(), zone).astimezone(UTC),
        datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC),
    )


# -- pictures, in the units of their view boxes


def _months(groups: Mapping[str, Scores]) -> dict[str, Any]:
    """CSAT by month, each with its interval as a whisker."""
    step = (WIDE - LEFT - RIGHT) / max(1, len(groups))
    points, labels = [], []
    for number, (month, one) in enumerate(groups.items()):
        x = LEFT + (number + 0.5) * step
        labels.append({"x": round(x, 1), "text": month})
        if one.csat is not None:
            points.append(
                {
                    "x": round(x, 1),
                    "y": _y(one.csat.value),
                    "low": _y(one.csat.low),
                    "high": _y(one.csat.high),
                    "text": f"{one.csat.value:.0%}",
                }
            )
    return {
        "width": WIDE,
        "height": HIGH,
        "left": LEFT,
        "right": WIDE - RIGHT,
        "grid": [{"y": _y(share), "text": f"{share:.0%}"} for share in (0, 0.5, 1)],
        "line": " ".join(f"{one['x']},{one['y']}" for one in points),
        "points": points,
        "labels": labels,
    }


def _y(share: float) -> float:
    return round(BASE - (BASE - TOP) * share, 1)


def _bars(groups: Mapping[str, Scores]) -> list[dict[str, Any]]:
    """CSAT of each value as a bar, 0 to 100 wide, with its interval."""
    return [
        {
            "name": value or T["survey_untold"],
            "scores": one,
            "width": None if one.csat is None else round(100 * one.csat.value, 1),
            "low": None if one.csat is None else round(100 * one.csat.low, 1),
            "high": None if one.csat is None else round(100 * one.csat.high, 1),
        }
        for value, one in list(groups.items())[:LIST]
    ]
