"""A person with Telegram, over both transports."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from channels.channel import Receive, View
from channels.forms import Form
from channels.message import OutboundMessage, PublicText, Sender
from channels.telegram import Limits, Mode, Options, TelegramChannel
from tests.platforms.telegram import FakeTelegram
from tests.servers.http import serving

QUICK = Limits(per_second=10_000, chat_pause=0.0, group_per_minute=10_000)
SECRET = "a-secret_of-the-webhook"


class MemoryLobby:
    def __init__(self) -> None:
        self.known: set[str] = set()

    async def knows(self, conversation: str) -> bool:
        return conversation in self.known

    def form(self, name: str, language: str) -> Form | None:
        return None

    async def home(self, sender: Sender, language: str) -> View:
        return View(text=PublicText("home"))


def options_for(telegram: FakeTelegram, **more: Any) -> Options:
    given: dict[str, Any] = {
        "token": telegram.token,
        "api_url": telegram.api_url,
        "content": lambda sha256: b"content of " + sha256.encode(),
        "limits": QUICK,
        "poll_timeout": 20.0,
        "album_wait": 0.1,
        "retry_pause": 0.02,
        "typing": False,
    }
    return Options(**(given | more))


@asynccontextmanager
async def connected(
    telegram: FakeTelegram, receive: Receive, mode: Mode = Mode.POLLING, **more: Any
) -> AsyncIterator[TelegramChannel]:
    """The adapter, listening; `close` and cancellation included."""
    async with _reachable(mode) as (url, take, folder):
        if mode is Mode.WEBHOOK:
            hook = {"webhook_url": url, "webhook_secret": SECRET, "folder": folder}
            more = {"mode": mode, **hook, **more}
        lobby = more.pop("lobby", None) or MemoryLobby()
        channel = TelegramChannel("telegram", options_for(telegram, **more), lobby)
        for route in channel.routes(receive):
            assert isinstance(route, Route)
            take.append(route.endpoint)
        listening = asyncio.create_task(channel.listen(receive))
        try:
            await _until_heard(telegram, mode)
            yield channel
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
            telegram.updates.webhook = {}
            await channel.close()


@asynccontextmanager
async def _reachable(mode: Mode) -> AsyncIterator[tuple[str, list[Any], Path]]:
    take: list[Any] = []

    async def post(request: Request) -> Response:
        response: Response = await take[0](request)
        return response

    with tempfile.TemporaryDirectory() as folder:
        if mode is Mode.POLLING:
            yield "", take, Path(folder)
            return
        async with serving([Route("/hook", post, methods=["POST"])]) as url:
            yield f"{url}/hook", take, Path(folder)


async def _until_heard(telegram: FakeTelegram, mode: Mode) -> None:
    method = "setWebhook" if mode is Mode.WEBHOOK else "deleteWebhook"
    while not telegram.called(method):  # noqa: ASYNC110 - the adapter says nothing of it
        await asyncio.sleep(0.005)


class TelegramEnd:
    retries = True

    def __init__(self, telegram: FakeTelegram, channel: TelegramChannel) -> None:
        self.telegram, self.channel = telegram, channel
        self.user = telegram.user("Ana", "en", "ana")
        self.user.started = True
        self._shown: list[dict[str, Any]] = []

    async def say(self, text: str) -> bool:
        await self.user.write(text)
        return await self._taken()

    async def press(self, label: str) -> bool:
        [message] = [
            message
            for message in self._shown
            for row in message.get("reply_markup", {}).get("inline_keyboard", [])
            for button in row
            if button["text"].startswith(label[:40])
        ]
        await self.user.press(message, label[:40])
        return await self._taken()

    async def _taken(self) -> bool:
        async with asyncio.timeout(30):
            await self.telegram.updates.confirmed()
        return True

    async def show(self, message: OutboundMessage) -> None:
        before = {one["message_id"] for one in self.user.inbox()}
        to = str(self.user.id)
        await self.channel.send(replace(message, to=to, conversation=to))
        self._shown += [dict(m) for m in self.user.inbox() if m["message_id"] not in before]

    def seen(self) -> Sequence[str]:
        return [_read(message) for message in self.user.inbox()]


def _read(message: dict[str, Any]) -> str:
    links = [one["url"] for one in message.get("entities", []) if one["type"] == "text_link"]
    return " ".join([message["text"], *links])


@asynccontextmanager
async def polling(desk: Any) -> AsyncIterator[TelegramEnd]:
    async with (
        FakeTelegram(flood_limits=False) as telegram,
        connected(telegram, desk.receive) as channel,
    ):
        yield TelegramEnd(telegram, channel)


@asynccontextmanager
async def by_webhook(desk: Any) -> AsyncIterator[TelegramEnd]:
    async with (
        FakeTelegram(flood_limits=False) as telegram,
        connected(telegram, desk.receive, Mode.WEBHOOK) as channel,
    ):
        yield TelegramEnd(telegram, channel)
