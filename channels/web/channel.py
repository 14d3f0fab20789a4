"""The chat's interface over HTTP: write, read the transcript, follow it, send and fetch files.

A message is in the transcript once it took effect, so resuming after a reload or a restart is reading
from a cursor, and a message sent again under its id is the same message.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from urllib.parse import unquote

import msgspec
from msgspec import Meta, Struct
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Receive as ReceiveEvents
from starlette.types import Scope, Send

from channels.body import header, read_body
from channels.channel import Capabilities, Formatting, Receive, Unavailable
from channels.clean import clean
from channels.markup import to_html
from channels.message import Attachment, InboundMessage, Sender
from channels.web.pages import Pages
from channels.web.ports import Line, Reading, Refused, Transcripts, View
from channels.web.session import conversation_of, open_session

HEARTBEAT: Final = 15  # seconds; shorter than proxies wait
NO_STORE: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff"}

Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{8,64}$")]


class Options(Struct, frozen=True, kw_only=True):
    key: bytes  # signs the sessions
    max_text: int  # characters
    max_file: int  # bytes
    max_files: int  # of one message


class Incoming(Struct, frozen=True, kw_only=True):
    """What a page sends. The id is the page's own: the same for every attempt."""

    id: Id
    text: str = ""
    chosen: Annotated[str, Meta(max_length=200)] | None = None
    files: tuple[Id, ...] = ()
    language: Annotated[str, Meta(max_length=20)] | None = None
    timezone: Annotated[str, Meta(max_length=64)] | None = None  # IANA name


_decoder: Final = msgspec.json.Decoder(Incoming)
_encoder: Final = msgspec.json.Encoder()


class WebChat:
    """`pages` is None for a chat without pages of its own, such as the terminal's."""

    capabilities = Capabilities(
        buttons=True, files=True, typing=True, formatting=Formatting.HTML, pull=True
    )

    def __init__(
        self, name: str, options: Options, desk: Transcripts, pages: Pages | None = None
    ) -> None:
        self.name, self._options, self._desk, self._pages = name, options, desk, pages

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        below = f"/channels/{self.name}"
        return [
            Route(f"{below}/session", self._open, methods=["POST"]),
            Route(f"{below}/messages", _Post(self, receive), methods=["POST"]),
            Route(f"{below}/messages", self._history, methods=["GET"]),
            Route(f"{below}/events", self._events, methods=["GET"]),
            Route(f"{below}/files", self._upload, methods=["POST"]),
            Route(f"{below}/files/{{sha256}}", self._file, methods=["GET"]),
            *(self._pages.routes() if self._pages else ()),
        ]

    async def _open(self, request: Request) -> Response:
        _, token = open_session(self._options.key)
        return _json({"token": token})

    def _conversation(self, scope: Scope) -> str | None:
        return conversation_of(self._options.key, header(scope, b"authorization"))

    # -- in

    async def take(self, scope: Scope, events: ReceiveEvents, receive: Receive) -> Response | bytes:
        """The answer; bytes when the message with this id is kept."""
        conversation = self._conversation(scope)
        if conversation is None:
            return _unknown()
        # JSON may write one character as twelve bytes (a pair of \uXXXX).
        body = await read_body(scope, events, self._options.max_text * 12 + 4096)
        if body is None:
            return self._refuse(scope, 413, self._too_long)
        try:
            incoming = _decoder.decode(body)
        except msgspec.ValidationError as problem:
            return _problem(422, str(problem))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return _problem(400, "the body is not JSON in UTF-8")
        if len(incoming.text) > self._options.max_text:
            return self._refuse(scope, 413, self._too_long, incoming.language)
        text = clean(incoming.text)
        if not text.strip() and incoming.chosen is None and not incoming.files:
            return _problem(422, "the message has neither text nor chosen nor files")
        if len(incoming.files) > self._options.max_files:
            too_many = Refused("too-many-files", count=self._options.max_files)
            return self._refuse(scope, 422, too_many, incoming.language)
        if (wait := self._desk.must_wait(conversation)) is not None:
            return self._refuse(scope, 429, Refused("too-fast"), incoming.language, after=wait)
        try:
            files = await self._desk.kept(conversation, incoming.files) if incoming.files else ()
            if len(files) < len(incoming.files):
                return _problem(422, "one of the files was not uploaded here")
            await receive(self._message(conversation, incoming, text, files))
        except Unavailable:
            later = Refused("try-later")
            return self._refuse(scope, 503, later, incoming.language, after=2)
        return incoming.id.encode()

    def _message(
        self, conversation: str, incoming: Incoming, text: str, files: tuple[Attachment, ...]
    ) -> InboundMessage:
        return InboundMessage(
            channel=self.name,
            # A page may only repeat its own ids, not those of others.
            message_id=f"{conversation}.{incoming.id}",
            conversation=conversation,
            sender=Sender(address=conversation, timezone=incoming.timezone),
            text=text,
            chosen=incoming.chosen,
            attachments=files,
            language=incoming.language,
            sent_at=datetime.now(UTC),
        )

    @property
    def _too_long(self) -> Refused:
        return Refused("too-long", count=self._options.max_text)

    # -- out

    async def _history(self, request: Request) -> Response:
        conversation = self._conversation(request.scope)
        if conversation is None:
            return _unknown()
        async with self._desk.reading(conversation) as reading:
            view = View((), False) if reading is None else await reading.look(_after(request))
        return _json({"lines": [_shown(line) for line in view.lines], "busy": view.busy})

    async def _events(self, request: Request) -> Response:
        """Server-sent events: `lines` as they are said, `busy` when that changes."""
        conversation = self._conversation(request.scope)
        if conversation is None:
            return _unknown()
        return StreamingResponse(
            self._stream(conversation, _after(request)),
            media_type="text/event-stream",
            headers={**NO_STORE, "x-accel-buffering": "no"},
        )

    async def _stream(self, conversation: str, after: int) -> AsyncIterator[bytes]:
        yield b"retry: 1000\n\n"
        async with self._desk.reading(conversation) as reading:
            if reading is not None:
                async for event in self._follow(reading, after):
                    yield event

    async def _follow(self, reading: Reading, after: int) -> AsyncIterator[bytes]:
        busy, quiet = False, 0
        while not self._desk.closing:
            view = await reading.look(after)
            quiet += 1
            if view.lines:
                after, quiet = view.lines[-1].id, 0
                yield _event("lines", [_shown(line) for line in view.lines])
            # With the lines too: the page believes that we are busy as soon as it has sent something.
            if view.lines or view.busy is not busy:
                busy, quiet = view.busy, 0
                yield _event("busy", busy)
            if quiet * 5 >= HEARTBEAT:
                quiet = 0
                yield b":\n\n"
            await reading.wait()

    # -- files

    async def _upload(self, request: Request) -> Response:
        conversation = self._conversation(request.scope)
        if conversation is None:
            return _unknown()
        if (wait := self._desk.must_wait(conversation)) is not None:
            return self._refuse(request.scope, 429, Refused("too-fast"), after=wait)
        announced = request.headers.get("content-length")
        if announced is not None and not announced.isdecimal():
            return _problem(400, "content-length is no number")
        name = clean(unquote(request.headers.get("x-file-name", "file"), errors="replace"))
        try:
            id, file = await self._desk.keep(
                conversation,
                request.stream(),
                name,
                None if announced is None else int(announced),
            )
        except Refused as refused:
            return self._refuse(
                request.scope, 413 if refused.key == "file-too-big" else 422, refused
            )
        except Unavailable:
            return self._refuse(request.scope, 503, Refused("try-later"), after=2)
        except ClientDisconnect:
            return _problem(400, "the file broke off")
        return _json({"id": id, "name": file.name, "size": file.size})

    async def _file(self, request: Request) -> Response:
        conversation = self._conversation(request.scope)
        if conversation is None:
            return _unknown()
        found = await self._desk.file(conversation, request.path_params["sha256"])
        if found is None:
            return _problem(404, "there is no such file in this conversation")
        path, file = found
        return FileResponse(
            path, media_type=file.content_type, filename=file.name, headers=NO_STORE
        )

    def _refuse(
        self,
        scope: Scope,
        status: int,
        refused: Refused,
        language: str | None = None,
        after: float | None = None,
    ) -> Response:
        """In the reader's language: the page shows it as it is."""
        chosen = (language or header(scope, b"accept-language") or "en")[:2]
        headers = {"retry-after": str(max(1, round(after)))} if after is not None else {}
        said = self._desk.say(refused.key, chosen, **refused.values)
        return _json({"error": refused.key, "message": said}, status, headers)


_ACCEPTED: Final = [
    (b"content-type", b"application/json"),
    *((name.encode(), value.encode()) for name, value in NO_STORE.items()),
]


class _Post:
    """As an application of its own it goes past what Starlette puts around functions: a third of the
    time, for the one address that is called for every message."""

    def __init__(self, chat: WebChat, receive: Receive) -> None:
        self._chat, self._receive = chat, receive

    async def __call__(self, scope: Scope, receive: ReceiveEvents, send: Send) -> None:
        answer = await self._chat.take(scope, receive, self._receive)
        if isinstance(answer, Response):
            await answer(scope, receive, send)
            return
        body = b'{"id":"%s"}' % answer
        headers = [*_ACCEPTED, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _shown(line: Line) -> dict[str, Any]:
    own = line.author == "requester"
    return {
        "id": line.id,
        "author": line.author,
        "name": line.name,
        "at": line.at,
        "message_id": line.message_id,
        "text": line.text,
        "html": None if own else to_html(line.text),
        "choices": [{"value": one.value, "label": one.label} for one in line.choices],
        "files": [
            {"sha256": one.sha256, "name": one.name, "size": one.size, "type": one.content_type}
            for one in line.attachments
        ],
    }


def _event(name: str, data: Any) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), _encoder.encode(data))


def _json(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(
        _encoder.encode(data),
        status,
        {**NO_STORE, **(headers or {})},
        media_type="application/json",
    )


def _problem(status: int, problem: str) -> Response:
    """A page of ours never gets these; whoever writes another program reads them."""
    return _json({"error": "bad-request", "message": problem}, status)


def _unknown() -> Response:
    return _json(
        {"error": "no-session", "message": "POST to …/session for a token, and send it as Bearer"},
        401,
        {"www-authenticate": "Bearer"},
    )


def _after(request: Request) -> int:
    given = request.query_params.get("after", "0")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else 0
