"""The other side of each channel: the person, and the program that the person writes with.

A new adapter brings one of these and passes `test_contract.py`.
"""

import asyncio
import base64
import itertools
import json
import re
import time
from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any, Final, Protocol

import aiohttp
from aiohttp import web as aioweb

from channels.channel import Channel, Unavailable
from channels.message import Attachment, InboundMessage, OutboundMessage
from channels.terminal import CAPABILITIES, Terminal
from channels.web import Line, Options, Reading, View, WebChat
from channels.webhook import Options as WebhookOptions
from channels.webhook import WebhookChannel
from channels.webhook.signature import key_of, sign
from tests.channels import email_end, slack_end, telegram_end
from tests.channels.phone_end import phone
from tests.servers.http import serving

SECRET: Final = base64.b64encode(b"thirty-two bytes of a test secret").decode()


class Desk:
    """What a channel hands its messages to."""

    def __init__(self) -> None:
        self.received: list[InboundMessage] = []
        self.refusals = 0  # so many more messages cannot be kept

    async def receive(self, message: InboundMessage) -> None:
        if self.refusals:
            self.refusals -= 1
            raise Unavailable("the disk is full")
        self.received.append(message)


class FarEnd(Protocol):
    @property
    def channel(self) -> Channel: ...
    @property
    def retries(self) -> bool:
        """The person's program sends again by itself what was not acknowledged."""
        ...

    async def say(self, text: str) -> bool:
        """The person writes. Whether it was acknowledged."""
        ...

    async def press(self, label: str) -> bool:
        """The person presses the button that begins so, or answers with its number."""
        ...

    async def show(self, message: OutboundMessage) -> None:
        """The desk says something, and it has arrived."""
        ...

    def seen(self) -> Sequence[str]:
        """What the person has read so far, message by message, as text."""
        ...


# -- webhook


class WebhookEnd:
    retries = False

    def __init__(self, channel: WebhookChannel, url: str, http: aiohttp.ClientSession) -> None:
        self.channel, self._url, self._http = channel, url, http
        self.posts: list[dict[str, Any]] = []
        self._ids = itertools.count(1)
        self.status = 200  # what we answer

    async def take(self, request: aioweb.Request) -> aioweb.Response:
        if self.status == 200:
            self.posts.append({**await request.json(), "headers": dict(request.headers)})
        return aioweb.json_response({"id": f"p{len(self.posts)}"}, status=self.status)

    async def say(self, text: str) -> bool:
        return await self.post({"text": text})

    async def post(self, more: dict[str, Any], id: str | None = None) -> bool:
        id = id or f"m{next(self._ids)}"
        message = {"id": id, "conversation": "c1", "sender": {"address": "ana", "name": "Ana"}}
        body = json.dumps({**message, **more}).encode()
        headers = sign(key_of(SECRET), id, int(time.time()), body)
        async with self._http.post(self._url, data=body, headers=headers) as answer:
            return answer.status == 200

    async def press(self, label: str) -> bool:
        [value] = [
            choice["value"]
            for post in self.posts
            for choice in post["choices"]
            if choice["label"].startswith(label[:40])
        ]
        return await self.post({"chosen": value})

    async def show(self, message: OutboundMessage) -> None:
        await self.channel.send(message)

    def seen(self) -> Sequence[str]:
        return [post["text"] for post in self.posts]


@asynccontextmanager
async def webhook(desk: Desk) -> AsyncIterator[WebhookEnd]:
    app = aioweb.Application()
    runner = aioweb.AppRunner(app, access_log=None)
    end: WebhookEnd

    async def take(request: aioweb.Request) -> aioweb.Response:
        return await end.take(request)

    app.router.add_post("/deliver", take)
    await runner.setup()
    site = aioweb.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    channel = WebhookChannel(
        "hook", WebhookOptions(secret=SECRET, deliver_url=f"http://127.0.0.1:{port}/deliver")
    )
    async with (
        aiohttp.ClientSession() as http,
        serving(channel.routes(desk.receive)) as url,
    ):
        end = WebhookEnd(channel, f"{url}/channels/hook/messages", http)
        yield end
        await channel.close()
    await runner.cleanup()


# -- web and terminal


class Transcript:
    """The desk's side of the chat, in memory; of one conversation."""

    def __init__(self, desk: Desk) -> None:
        self.lines: list[Line] = []
        self.closing = False
        self.wait_for: float | None = None
        self.files: dict[str, tuple[str, Attachment]] = {}
        self._desk = desk
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def reading(self, conversation: str) -> AsyncIterator[Reading | None]:
        yield _Reader(self)

    def must_wait(self, conversation: str) -> float | None:
        return self.wait_for

    async def keep(
        self, conversation: str, chunks: AsyncIterable[bytes], name: str, announced: int | None
    ) -> tuple[str, Attachment]:
        size = 0
        async for chunk in chunks:
            size += len(chunk)
        file = Attachment(name=name, content_type="x/y", size=size, sha256="0" * 64)
        id = f"file-{len(self.files):08}"
        self.files[id] = (conversation, file)
        return id, file

    async def kept(self, conversation: str, ids: Sequence[str]) -> tuple[Attachment, ...]:
        found = (self.files.get(id) for id in ids)
        return tuple(one[1] for one in found if one is not None and one[0] == conversation)

    async def file(self, conversation: str, sha256: str) -> tuple[Path, Attachment] | None:
        return None

    def say(self, key: str, language: str, **values: str | int) -> str:
        return f"{key} [{language}]"

    async def add(self, **line: Any) -> None:
        self.lines.append(Line(id=len(self.lines) + 1, at=datetime.now(UTC), **line))
        async with self._changed:
            self._changed.notify_all()

    async def heard(self, message: InboundMessage) -> None:
        """As the desk does: the words are in the transcript once they took effect."""
        await self._desk.receive(message)
        id = message.message_id.rpartition(".")[2]
        await self.add(author="requester", text=message.text, message_id=id)

    async def change(self) -> None:
        async with self._changed:
            await self._changed.wait()


class _Reader:
    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._seen = 0

    async def look(self, after: int) -> View:
        self._seen = len(self._transcript.lines)
        return View(tuple(line for line in self._transcript.lines if line.id > after), False)

    async def wait(self) -> None:
        if len(self._transcript.lines) == self._seen:
            await self._transcript.change()


OPTIONS: Final = Options(key=b"k" * 32, max_text=20_000, max_file=1000, max_files=2)


class WebEnd:
    """A browser without its window."""

    retries = False

    def __init__(
        self, channel: WebChat, transcript: Transcript, http: aiohttp.ClientSession, api: str
    ) -> None:
        self.channel, self.transcript = channel, transcript
        self.http, self.api = http, api
        self._ids = itertools.count(10_000_000)
        self.lines: list[dict[str, Any]] = []

    async def open(self) -> None:
        async with self.http.post(f"{self.api}/session") as answer:
            self.headers = {"authorization": f"Bearer {(await answer.json())['token']}"}

    async def post(self, body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self.http.post(
            f"{self.api}/messages", data=data, headers={**self.headers, **headers}
        ) as answer:
            return answer.status, await answer.json()

    async def say(self, text: str) -> bool:
        return (await self.post({"id": str(next(self._ids)), "text": text}))[0] == 200

    async def press(self, label: str) -> bool:
        [value] = [
            choice["value"]
            for line in self.lines
            for choice in line["choices"]
            if choice["label"].startswith(label[:40])
        ]
        chosen = {"id": str(next(self._ids)), "text": label, "chosen": value}
        return (await self.post(chosen))[0] == 200

    async def show(self, message: OutboundMessage) -> None:
        await self.transcript.add(author="bot", text=message.text.body, choices=message.choices)
        async with self.http.get(f"{self.api}/messages", headers=self.headers) as answer:
            self.lines = (await answer.json())["lines"]

    def seen(self) -> Sequence[str]:
        return [
            unescape(re.sub(r"<[^>]+>", "", re.sub(r'<a href="([^"]*)"', r"\1<a", line["html"])))
            for line in self.lines
            if line["author"] != "requester"
        ]


@asynccontextmanager
async def browser(desk: Desk) -> AsyncIterator[WebEnd]:
    transcript = Transcript(desk)
    channel = WebChat("web", OPTIONS, transcript)
    async with (
        aiohttp.ClientSession() as http,
        serving(channel.routes(transcript.heard)) as url,
    ):
        end = WebEnd(channel, transcript, http, f"{url}/channels/web")
        await end.open()
        yield end
        transcript.closing = True


class TerminalEnd:
    retries = True

    def __init__(self, transcript: Transcript, terminal: Terminal) -> None:
        self.channel = _TerminalChannel()
        self.transcript, self._terminal = transcript, terminal
        self._typed: asyncio.Queue[str | None] = asyncio.Queue()
        self._idle = asyncio.Event()
        self.printed: list[str] = []
        self._printed = asyncio.Event()
        self.talk = asyncio.create_task(terminal.talk(self._lines()))

    async def _lines(self) -> AsyncIterator[str]:
        while True:
            self._idle.set()
            line = await self._typed.get()
            if line is None:
                return
            yield line

    def print(self, words: str) -> None:
        self.printed.append(words)
        self._printed.set()

    async def say(self, text: str) -> bool:
        self._idle.clear()
        self._typed.put_nowait(text)
        async with asyncio.timeout(30):
            await self._idle.wait()
        return True

    async def press(self, label: str) -> bool:
        found = re.findall(
            rf"^(\d+)\. {re.escape(label[:40])}", "\n".join(self.printed), re.MULTILINE
        )
        return await self.say(found[-1])

    async def show(self, message: OutboundMessage) -> None:
        if not self.transcript.lines:
            await self.say("hello")  # a terminal follows a conversation that exists
        self._printed.clear()
        await self.transcript.add(author="bot", text=message.text.body, choices=message.choices)
        async with asyncio.timeout(30):
            await self._printed.wait()

    def seen(self) -> Sequence[str]:
        return [words.strip().removeprefix("Assistant: ") for words in self.printed]


class _TerminalChannel:
    name = "terminal"
    capabilities = CAPABILITIES


@asynccontextmanager
async def terminal(desk: Desk) -> AsyncIterator[TerminalEnd]:
    transcript = Transcript(desk)
    channel = WebChat("terminal", OPTIONS, transcript)
    end: TerminalEnd
    async with (
        aiohttp.ClientSession() as http,
        serving(channel.routes(transcript.heard)) as url,
    ):
        labels = {"bot": "Assistant", "you": "You", "agent": "Agent"}
        labels |= {"not-sent": "Not sent yet", "gone": "gone", "not-yet": "no answer"}
        client = Terminal(http, url, print=lambda words: end.print(words), labels=labels)
        await client.open()
        end = TerminalEnd(transcript, client)
        yield end
        end._typed.put_nowait(None)
        await end.talk
        transcript.closing = True


FAR_ENDS: Final[dict[str, Callable[[Desk], AbstractAsyncContextManager[FarEnd]]]] = {
    "email": email_end.email,
    "webhook": webhook,
    "web": browser,
    "terminal": terminal,
    "phone": phone,
    "slack-socket": slack_end.by_socket,
    "slack-http": slack_end.by_http,
    "telegram-polling": telegram_end.polling,
    "telegram-webhook": telegram_end.by_webhook,
}
ANSWERING: Final = [
    name for name in FAR_ENDS if name not in ("phone", "email")
]  # choices can be taken there
