"""The local mailbox in a browser: the list, one mail as text and HTML, its files, the whole as it was sent.

The mail's HTML stands in a frame of its own that may load and run nothing. Whether somebody may look at all
is decided outside.
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser, HeaderParser
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Final
from urllib.parse import quote

import jinja2
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from channels.email.local import Kept, LocalMailbox

ON_A_PAGE: Final = 50  # mails
REMEMBERED: Final = 20_000  # mails whose headers need not be read again
LONGEST_HEADER: Final = 64 * 1024  # bytes

_SHOWN: Final = ("From", "To", "Reply-To", "Subject", "Date")
_TYPES: Final = {"mailbox.css": "text/css", "mailbox.js": "text/javascript"}
_STRICT: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
_PAGE: Final = (
    "default-src 'none'; style-src 'self'; img-src data:; script-src 'self'; connect-src 'self';"
    " frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_MAIL: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; form-action 'none';"
    " base-uri 'none'; frame-ancestors 'self'"
)
_LANGUAGE: Final = re.compile(r"\s*([a-z]{2})", re.IGNORECASE)


class Row(Struct, frozen=True):
    """One mail in the list."""

    id: str
    to: str
    subject: str
    at: datetime


class File(Struct, frozen=True):
    name: str
    size: int  # bytes


class MailboxPages:
    def __init__(
        self,
        mailbox: LocalMailbox,
        labels: Mapping[str, Mapping[str, str]],  # by language; the first is for whoever reads none
        allowed: Callable[[Request], bool],
    ) -> None:
        self._mailbox, self._labels, self._allowed = mailbox, labels, allowed
        self._rows: dict[str, Row] = {}
        self._static = {name: _file(name) for name in _TYPES}
        self._version = sha256("".join(self._static.values()).encode()).hexdigest()[:12]

    def routes(self) -> Sequence[BaseRoute]:
        return [
            Route("/mailbox", self._list, methods=["GET"]),
            Route("/mailbox/", _without_slash, methods=["GET"]),
            Route("/mailbox/static/{name}", self._static_file, methods=["GET"]),
            Route("/mailbox/{id}", self._mail, methods=["GET"]),
            Route("/mailbox/{id}/html", self._html, methods=["GET"]),
            Route("/mailbox/{id}/raw", self._raw, methods=["GET"]),
            Route("/mailbox/{id}/files/{number:int}", self._attachment, methods=["GET"]),
        ]

    # -- pages

    async def _list(self, request: Request) -> Response:
        if not self._allowed(request):
            return self._refused(request)
        sought = request.query_params.get("to", "").strip()[:200]
        asked = request.query_params.get("page", "1")
        page = int(asked) if asked.isascii() and asked.isdecimal() and 0 < len(asked) < 6 else 1
        rows, total = await asyncio.to_thread(self._found, sought, max(page, 1))
        again = f"&to={quote(sought)}" if sought else ""
        return self._page(
            request,
            "list.html",
            rows=rows,
            sought=sought,
            newer=f"/mailbox?page={page - 1}{again}" if page > 1 else None,
            older=f"/mailbox?page={page + 1}{again}" if page * ON_A_PAGE < total else None,
        )

    async def _mail(self, request: Request) -> Response:
        found = await self._opened(request)
        if isinstance(found, Response):
            return found
        return self._page(
            request,
            "mail.html",
            id=request.path_params["id"],
            subject=str(found["subject"] or ""),
            shown=[(name.lower(), str(found[name])) for name in _SHOWN if found[name]],
            headers=[(name, str(value)) for name, value in found.items()],
            text=_body(found, "plain"),
            html=_body(found, "html") is not None,
            files=[
                File(part.get_filename() or "?", len(_content(part)))
                for part in found.iter_attachments()
            ],
        )

    async def _html(self, request: Request) -> Response:
        found = await self._opened(request)
        if isinstance(found, Response):
            return found
        html = _body(found, "html")
        if html is None:
            return self._gone(request)
        return Response(
            html.encode("utf-8", "replace"),
            media_type="text/html",
            headers={**_STRICT, "content-security-policy": _MAIL},
        )

    async def _raw(self, request: Request) -> Response:
        if not self._allowed(request):
            return self._refused(request)
        id = request.path_params["id"]
        path = await asyncio.to_thread(self._mailbox.find, id)
        raw = await asyncio.to_thread(_read, path)
        return self._gone(request) if raw is None else _download(raw, f"{id}.eml", "message/rfc822")

    async def _attachment(self, request: Request) -> Response:
        found = await self._opened(request)
        if isinstance(found, Response):
            return found
        files = list(found.iter_attachments())
        number = request.path_params["number"]
        if number >= len(files):
            return self._gone(request)
        file = files[number]
        # Never a type that a browser would show as a page of ours.
        return _download(_content(file), file.get_filename() or "file", "application/octet-stream")

    async def _static_file(self, request: Request) -> Response:
        name = request.path_params["name"]
        if not self._allowed(request) or name not in self._static:
            return Response("Not found", 404, media_type="text/plain")
        headers = {"cache-control": "max-age=31536000", "x-content-type-options": "nosniff"}
        return Response(self._static[name], media_type=_TYPES[name], headers=headers)

    # -- how they are answered

    def _page(
        self, request: Request, template: str, status: int = 200, **values: object
    ) -> Response:
        language = self._language(request)
        page = _templates().get_template(template)
        html = page.render(t=self._labels[language], lang=language, v=self._version, **values)
        return Response(
            html,
            status,
            media_type="text/html",
            headers={**_STRICT, "content-security-policy": _PAGE, "vary": "accept-language"},
        )

    def _refused(self, request: Request) -> Response:
        return self._page(request, "no.html", 403, why="refused")

    def _gone(self, request: Request) -> Response:
        return self._page(request, "no.html", 404, why="gone")

    def _language(self, request: Request) -> str:
        for wish in request.headers.get("accept-language", "").split(",")[:20]:
            found = _LANGUAGE.match(wish)
            if found and found[1].lower() in self._labels:
                return found[1].lower()
        return next(iter(self._labels))

    # -- mails

    async def _opened(self, request: Request) -> EmailMessage | Response:
        if not self._allowed(request):
            return self._refused(request)
        path = await asyncio.to_thread(self._mailbox.find, request.path_params["id"])
        raw = await asyncio.to_thread(_read, path)
        if raw is None:
            return self._gone(request)
        return await asyncio.to_thread(_parsed, raw)

    def _found(self, sought: str, page: int) -> tuple[list[Row], int]:
        kept = self._mailbox.newest_first()
        first = (page - 1) * ON_A_PAGE
        if not sought:
            return [self._row(one) for one in kept[first : first + ON_A_PAGE]], len(kept)
        rows = [row for row in map(self._row, kept) if sought.casefold() in row.to.casefold()]
        return rows[first : first + ON_A_PAGE], len(rows)

    def _row(self, kept: Kept) -> Row:
        """What a header says does not change, so it is read once."""
        row = self._rows.get(kept.id)
        if row is None:
            if len(self._rows) >= REMEMBERED:
                self._rows.clear()
            row = self._rows[kept.id] = _row(kept)
        return row


async def _without_slash(request: Request) -> Response:
    return RedirectResponse("/mailbox")


def _row(kept: Kept) -> Row:
    raw = _read(kept.path, LONGEST_HEADER) or b""
    # Only these two are looked at; the parser takes its time for the others.
    wanted = re.findall(
        rb"^(?:to|subject):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*",
        re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0],
        re.IGNORECASE | re.MULTILINE,
    )
    lines = b"\n".join(wanted).replace(b"\r\n", b"\n").decode("utf-8", "replace")
    header = HeaderParser(policy=policy.default).parsestr(lines)
    return Row(
        kept.id,
        str(header["to"] or ""),
        str(header["subject"] or ""),
        datetime.fromtimestamp(kept.at, UTC),
    )


def _read(path: Path | None, most: int = -1) -> bytes | None:
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            return file.read(most)
    except FileNotFoundError:  # a reader has just moved or deleted it
        return None


def _parsed(raw: bytes) -> EmailMessage:
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)


def _body(mail: EmailMessage, kind: str) -> str | None:
    part = mail.get_body((kind,))
    return None if part is None else str(part.get_content())


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _download(content: bytes, name: str, kind: str) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(
        content,
        media_type=kind,
        headers={
            **_STRICT,
            "content-disposition": disposition,
            "content-security-policy": "default-src 'none'; sandbox",
        },
    )


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(_file),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _file(name: str) -> str:
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")
