"""From values to pages: templates, how times and texts are shown, what every answer's headers say."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from starlette.requests import Request
from starlette.responses import Response

from bot.errors import DeskError, Forbidden, IllegalChange, NotFound
from bot.settings import Settings
from bot.web import words
from store.errors import StoreError
from store.tables import Person

_STATIC = files("bot.web") / "static"
_TYPES = {
    "desk.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_STATUS_OF: tuple[tuple[type[Exception], int], ...] = (
    (NotFound, 404),
    (Forbidden, 403),
    (IllegalChange, 409),
    (DeskError, 422),
    (StoreError, 503),
)


def page(
    request: Request,
    template: str,
    *,
    settings: Settings,
    me: Person | None = None,
    status: int = 200,
    **values: Any,
) -> Response:
    zone, now = ZoneInfo(settings.desk.timezone), values.get("now")
    html = (
        _templates()
        .get_template(template)
        .render(
            desk_name=settings.desk.name,
            me=me,
            here=request.url.path,
            when=lambda moment: _when(moment, zone, now),
            **values,
        )
    )
    return Response(html, status, media_type="text/html")


def refusal(request: Request, problem: Exception, *, settings: Settings) -> Response:
    status = next((code for kind, code in _STATUS_OF if isinstance(problem, kind)), 500)
    return plain_page(request, status, str(problem), settings=settings)


def plain_page(request: Request, status: int, text: str, *, settings: Settings) -> Response:
    # Whoever only wanted to look has done nothing.
    heading = words.T["not_shown" if request.method in ("GET", "HEAD") else "refused"]
    return page(
        request, "refused.html", settings=settings, status=status, text=text, heading=heading
    )


@cache
def static(name: str) -> str:
    """The address of a file of ours; it changes with its content and so may be kept for ever."""
    return f"/desk/static/{name}?{hashlib.sha256(_static(name)).hexdigest()[:12]}"


def static_file(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _TYPES:
        return Response(status_code=404)
    return Response(
        _static(name),
        headers={"Content-Type": _TYPES[name], "Cache-Control": "max-age=31536000, immutable"},
    )


@cache
def _static(name: str) -> bytes:
    return (_STATIC / name).read_bytes()


def links(me: Person) -> list[tuple[str, str]]:
    """What the frame offers somebody; whether it may be opened is asked again where it leads."""
    found = [(words.T["tickets"], "/desk/"), (words.T["knowledge"], "/desk/knowledge")]
    found.append((words.T["actions"], "/desk/actions"))
    if me.role in ("manager", "administrator"):
        found.append((words.T["reports"], "/desk/reports"))
        found.append((words.T["surveys"], "/desk/surveys"))
        found.append((words.T["understanding"], "/desk/understanding"))
    if me.role == "agent":
        found.append((words.T["own_reports"], "/desk/reports"))
    if me.role == "administrator":
        found += [
            (words.T["people"], "/desk/people"),
            (words.T["outbox"], "/desk/outbox"),
            (words.T["parked"], "/desk/parked"),
        ]
    return found


def span(seconds: float) -> str:
    """A length of time in its largest unit: "4 min", "3 h", "12 d"."""
    minutes = int(max(seconds, 0) // 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} d"


def _ago(moment: datetime, now: datetime) -> str:
    return span((now - moment).total_seconds())


def _left(due: datetime, now: datetime) -> str:
    """Until a deadline by the clock on the wall, or since."""
    if due > now:
        return span((due - now).total_seconds())
    return words.T["late_by"].format(span=span((now - due).total_seconds()))


def _clock(name: str, names: Mapping[str, str]) -> str:
    """ "next-response:2" """
    kind, _, _ = name.partition(":")
    return names.get(kind, kind)


def _when(moment: datetime, zone: ZoneInfo, now: datetime | None) -> str:
    local = moment.astimezone(zone)
    if now is not None and local.date() == now.astimezone(zone).date():
        return f"{words.T['today']} {local:%H:%M}"
    return f"{local.day} {local:%b %Y, %H:%M}"


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(size // 1000, 1)} kB"


def _named(value: str, names: Mapping[str, str]) -> str:
    return names.get(value, value)


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("bot.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "ago": _ago,
        "size": _size,
        "named": _named,
        "left": _left,
        "clock": _clock,
    }
    environment.globals |= {
        "t": words.T,
        "names": words,
        "static": static,
        "links": links,
    }
    return environment
