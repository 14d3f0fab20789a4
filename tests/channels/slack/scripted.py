"""A Slack that says what a test tells it to: for answers that a well-behaved one does not give."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, Self

from aiohttp import web

from channels.channel import View
from channels.forms import Form
from channels.message import PublicText, Sender
from channels.slack import Options

WHO: Final = {"ok": True, "team_id": "T1", "user_id": "UBOT", "bot_id": "B1"}
POSTED: Final = {"ok": True, "channel": "D1", "ts": "1700000000.000100"}
HANG: Final = "no answer"
DROP: Final = "the connection breaks"


class Script:
    """Each answer is a body, or (status, body), or (status, body, headers), HANG or DROP."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Any]] = {}
        self.always: dict[str, Any] = {"auth.test": WHO, "chat.postMessage": POSTED}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.tokens: list[str] = []  # of the calls
        self._closing = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=10**8)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        await self._runner.cleanup()

    def called(self, method: str) -> list[dict[str, Any]]:
        return [arguments for name, arguments in self.calls if name == method]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["path"].removeprefix("api/")
        if request.content_type == "application/json":
            arguments = json.loads(await request.text())
        else:
            arguments = {**request.query, **await request.post()}
        self.calls.append((method, arguments))
        self.tokens.append(request.headers.get("authorization", "").removeprefix("Bearer "))
        waiting = self.answers.get(method)
        answer = waiting.pop(0) if waiting else self.always[method]
        if answer == HANG:
            await self._closing.wait()
        if answer in (HANG, DROP):
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        status, body, headers = (
            (*answer, {})[:3] if isinstance(answer, tuple) else (200, answer, {})
        )
        if isinstance(body, dict):
            return web.json_response(body, status=status, headers=headers)
        return web.Response(body=body, status=status, headers=headers)


def error(name: str, **more: Any) -> dict[str, Any]:
    return {"ok": False, "error": name, **more}


class MemoryLobby:
    def __init__(self, *forms: tuple[str, Form]) -> None:
        self.known: set[str] = set()
        self.forms = dict(forms)

    async def knows(self, conversation: str) -> bool:
        return conversation in self.known

    def form(self, name: str, language: str) -> Form | None:
        return self.forms.get(name)

    async def home(self, sender: Sender, language: str) -> View:
        return View(text=PublicText(f"home of {sender.name} in {language}"))


def options_for(url: str, **more: Any) -> Options:
    given: dict[str, Any] = {
        "bot_token": "xoxb-1",
        "app_token": "xapp-1",
        "api_url": f"{url}/api/",
        "content": lambda sha256: b"content of " + sha256.encode(),
        "per_second": 10_000.0,
        "channel_pause": 0.0,
        "read_timeout": 30.0,
        "retry_pause": 0.01,
    }
    return Options(**(given | more))


@asynccontextmanager
async def scripted() -> AsyncIterator[Script]:
    async with Script() as script:
        yield script
