"""What a browser loads: the page, its code and style, and the tag for other pages.

The texts come from the desk's catalogues and are put in here, so that one place holds every sentence.
"""

import hashlib
from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources
from typing import Final

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

_TYPES: Final = {"chat.js": "text/javascript", "chat.css": "text/css", "icon.svg": "image/svg+xml"}


def _file(name: str) -> str:
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")


class Look(Struct, frozen=True, kw_only=True):
    """What the administrator chose, and the texts by language."""

    title: str
    language: str  # for whoever reads none of ours
    labels: Mapping[str, Mapping[str, str]]
    max_file: int  # bytes
    max_text: int  # characters
    embed_origins: Sequence[str] = ()


class Pages:
    def __init__(self, channel: str, look: Look) -> None:
        self._files = {name: _file(name) for name in _TYPES}
        everything = "".join(self._files.values())
        self._version = hashlib.sha256(everything.encode()).hexdigest()[:12]
        self._page = self._filled(channel, look, framed=False)
        self._frame = self._filled(channel, look, framed=True)
        self._embed = _file("embed.js").replace("__LABELS__", _json(look.labels))
        self._ancestors = " ".join(["'self'", *look.embed_origins])

    def routes(self) -> Sequence[BaseRoute]:
        return [
            Route("/", self._show, methods=["GET"]),
            Route("/chat", self._show, methods=["GET"]),
            Route("/chat/frame", self._show_frame, methods=["GET"]),
            Route("/chat/embed.js", self._tag, methods=["GET"]),
            Route("/chat/static/{name}", self._static, methods=["GET"]),
        ]

    def _filled(self, channel: str, look: Look, *, framed: bool) -> str:
        chosen = {
            "api": f"/channels/{channel}",
            "framed": framed,
            "language": look.language,
            "labels": look.labels,
            "maxFile": look.max_file,
            "maxText": look.max_text,
        }
        known = look.labels[look.language]
        return (
            _file("page.html")
            .replace("__TITLE__", escape(look.title))
            .replace("__LANGUAGE__", look.language)
            .replace("__NOSCRIPT__", escape(known["noscript"]))
            .replace("__VERSION__", self._version)
            .replace("__CHOSEN__", _json(chosen))
        )

    async def _show(self, request: Request) -> Response:
        return self._html(self._page, "'none'")

    async def _show_frame(self, request: Request) -> Response:
        return self._html(self._frame, self._ancestors)

    def _html(self, page: str, ancestors: str) -> Response:
        policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
            " connect-src 'self'; base-uri 'none'; form-action 'none';"
            f" frame-ancestors {ancestors}"
        )
        return Response(
            page,
            media_type="text/html",
            headers={
                "content-security-policy": policy,
                "x-content-type-options": "nosniff",
                "referrer-policy": "no-referrer",
                "cache-control": "no-cache",
            },
        )

    async def _tag(self, request: Request) -> Response:
        return Response(
            self._embed, media_type="text/javascript", headers={"cache-control": "max-age=300"}
        )

    async def _static(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self._files:
            return Response("Not found", 404, media_type="text/plain")
        # The address holds the version, so a new one is loaded at once and an old one never again.
        return Response(
            self._files[name],
            media_type=_TYPES[name],
            headers={"cache-control": "max-age=31536000", "x-content-type-options": "nosniff"},
        )


def _json(value: object) -> str:
    """As JSON that no HTML parser takes for markup."""
    return msgspec.json.encode(value).decode().replace("<", "\\u003c")
