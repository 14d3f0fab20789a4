"""The server: takes a call apart, lets it go wrong if it should, notes it, and has it carried out."""

import asyncio
import itertools
import json
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from tests.platforms.clock import Clock
from tests.platforms.faults import Fault, Faults
from tests.platforms.telegram.arguments import Arguments, arguments_of
from tests.platforms.telegram.errors import Refusal, flood
from tests.platforms.telegram.files import Files
from tests.platforms.telegram.limits import Flood
from tests.platforms.telegram.methods import METHODS
from tests.platforms.telegram.people import Chat, Group, User
from tests.platforms.telegram.updates import Updates

LARGEST_UP = 50 * 1024 * 1024


@dataclass(frozen=True)
class Call:
    at: float
    method: str
    arguments: dict[str, Any]
    answer: dict[str, Any] | None  # None: the caller got none


class FakeTelegram:
    """Use as `async with FakeTelegram() as telegram`; the bot is told `api_url` and `token`."""

    def __init__(self, *, flood_limits: bool = True, port: int = 0) -> None:
        self.token = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
        self.revoked = False
        self.reads_all = False  # privacy mode switched off by BotFather
        self.me: dict[str, Any] = {
            "id": 110201543,
            "is_bot": True,
            "first_name": "First Line",
            "username": "firstline_bot",
        }
        self.clock, self.files, self.faults = Clock(), Files(), Faults()
        self.flood = Flood(on=flood_limits)
        self.updates = Updates(self.clock)
        self.calls: list[Call] = []
        self.chats: dict[int, Chat] = {}
        self.commands: dict[str, list[dict[str, str]]] = {}  # by language; "" for all others
        self.queries: dict[str, tuple[float, bool]] = {}  # when it was pressed, whether answered
        self.actions: list[tuple[int, str]] = []
        self.reactions: list[dict[str, Any]] = []
        self.numbers, self.albums = itertools.count(5), itertools.count(13_000_000_000)
        self._ids, self._port = itertools.count(700_001), port
        self._closing = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=LARGEST_UP + 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        app.router.add_get("/file/bot{token}/{path:.*}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self.api_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        await self.updates.stop()
        await self._runner.cleanup()

    # -- who is there

    def user(
        self, first_name: str = "Ana", language_code: str = "en", username: str | None = None
    ) -> User:
        person = {"id": next(self._ids), "is_bot": False, "first_name": first_name}
        person |= {"language_code": language_code}
        user = User(self, person | ({"username": username} if username else {}))
        self.chats[user.id] = user
        return user

    def group(
        self,
        title: str = "Office",
        *,
        forum: bool = False,
        supergroup: bool = False,
        admin: bool = False,
    ) -> Group:
        own = forum or supergroup
        id = -(1_000_000_000_000 + next(self._ids)) if own else -next(self._ids)
        payload = {"id": id, "type": "supergroup" if own else "group", "title": title}
        group = Group(self, payload | ({"is_forum": True} if forum else {}), admin=admin)
        self.chats[id] = group
        return group

    async def tell(self, kind: str, payload: dict[str, Any]) -> None:
        await self.updates.add(kind, payload)

    def query(self, person: dict[str, Any], message: dict[str, Any], data: str) -> dict[str, Any]:
        id = str(4_382_000_000 + len(self.queries))
        self.queries[id] = (self.clock.now(), False)
        chat = self.chats[message["chat"]["id"]]
        now = chat.by_id.get(message["message_id"], message)
        return {"id": id, "from": person, "message": now, "chat_instance": "-1", "data": data}

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    # -- HTTP

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await arguments_of(request)
        fault = self.faults.strike(method)
        if fault is not None and not fault.is_after:
            self._note(method, arguments, None)
            return await self._fail(request, fault)
        try:
            answer = {"ok": True, "result": await self._answer(request, method, arguments)}
            status = 200
        except Refusal as refusal:
            answer, status = refusal.body(), refusal.code
        if fault is not None:
            self._note(method, arguments, None)
            return await self._fail(request, fault)
        self._note(method, arguments, answer)
        return web.json_response(answer, status=status)

    async def _answer(self, request: web.Request, method: str, arguments: Arguments) -> Any:
        if self.revoked or request.match_info["token"] != self.token:
            raise Refusal(401, "Unauthorized")
        known = {name.casefold(): carry_out for name, carry_out in METHODS.items()}
        if (carry_out := known.get(method.casefold())) is None:
            raise Refusal(404, "Not Found")
        return await carry_out(self, arguments)

    def _note(self, method: str, arguments: Arguments, answer: dict[str, Any] | None) -> None:
        self.calls.append(Call(self.clock.now(), method, arguments.given, answer))

    async def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        match fault:
            case Fault.TIMEOUT_BEFORE | Fault.TIMEOUT_AFTER:
                await self._closing.wait()
            case Fault.ERROR_500:
                error = Refusal(500, "Internal Server Error")
                return web.json_response(error.body(), status=500)
            case Fault.ERROR_502:
                page = "<html><head><title>502 Bad Gateway</title></head></html>"
                return web.Response(text=page, status=502, content_type="text/html")
            case Fault.FLOOD:
                return web.json_response(flood(1).body(), status=429)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _download(self, request: web.Request) -> web.Response:
        content = self.files.at(request.match_info["path"])
        if request.match_info["token"] != self.token or content is None:
            return web.Response(text=json.dumps(Refusal(404, "Not Found").body()), status=404)
        return web.Response(body=content, content_type="application/octet-stream")
