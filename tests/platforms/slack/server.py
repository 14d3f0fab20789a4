"""The server: takes a call apart, lets it go wrong if it should, notes it, and has it carried out."""

import asyncio
import itertools
import json
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from tests.platforms.clock import Clock
from tests.platforms.faults import Fault, Faults
from tests.platforms.slack.delivery import Delivery
from tests.platforms.slack.errors import Refusal
from tests.platforms.slack.files import LOGIN, Files
from tests.platforms.slack.limits import Limits, limited
from tests.platforms.slack.methods import METHODS
from tests.platforms.slack.people import Message, Room, User

SCOPES = "app_mentions:read,chat:write,commands,im:history,im:write,users:read,users:read.email"
TRIGGER = 3.0  # seconds that a trigger can be used
RESPONSES = 5  # times that a response_url can


@dataclass(eq=False)
class Team:
    id: str
    name: str
    token: str
    bot_user_id: str
    bot_id: str
    revoked: bool = False


@dataclass(frozen=True)
class Call:
    at: float
    method: str
    arguments: dict[str, Any]
    answer: dict[str, Any] | None  # None: the caller got none


class FakeSlack:
    """Use as `async with FakeSlack() as slack`; the app is told `api_url` and the tokens."""

    def __init__(self, *, rate_limits: bool = True, port: int = 0) -> None:
        self.app_id, self.signing_secret = "A0FIRSTLINE", "8f742231b10e8888abcd99yyyzzz85a5"
        self.app_token = "xapp-1-A0FIRSTLINE-100-secret"
        self.clock, self.faults, self.files = Clock(), Faults(), Files()
        self.limits = Limits(on=rate_limits)
        self.numbers, self._ids = itertools.count(1), itertools.count(1)
        self.teams: dict[str, Team] = {}
        self.rooms: dict[str, Room] = {}
        self.users: dict[str, User] = {}
        self.calls: list[Call] = []
        self.socket_mode = True  # as an administrator switched it
        self.delivery = Delivery(self)
        self.events_faults = self.delivery.faults
        self._triggers: dict[str, tuple[float, User, bool]] = {}
        self._responses: dict[str, tuple[User, int]] = {}
        self._tickets: set[str] = set()
        self._port, self._closing = port, asyncio.Event()
        self._turned = asyncio.Event()
        self.team = self.workspace("Acme")
        self.bot_token = self.team.token

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._handle)
        app.router.add_get("/link/", self._link)
        app.router.add_post("/upload/v1/{id}", self._upload)
        app.router.add_get("/files-pri/{id}/{path:.*}", self._download)
        app.router.add_post("/actions/{id}", self._respond)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.api_url, self.files.url = f"{self.url}/api/", self.url
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        await self.delivery.stop()
        await self._runner.cleanup()

    # -- who is there

    def workspace(self, name: str) -> Team:
        number = len(self.teams) + 1
        team = Team(
            f"T{number:07}", name, f"xoxb-{number}-bot", f"UBOT{number:04}", f"B{number:07}"
        )
        self.teams[team.id] = team
        return team

    def user(
        self,
        name: str = "Ana",
        locale: str = "en-US",
        email: str | None = None,
        tz: str = "Europe/Berlin",
        team: Team | None = None,
    ) -> User:
        team = team or self.team
        id = f"U{next(self._ids):07}"
        about: dict[str, Any] = {
            "id": id,
            "team_id": team.id,
            "name": name.lower(),
            "real_name": name,
            "tz": tz,
            "locale": locale,
            "is_bot": False,
            "is_email_confirmed": True,
            "profile": {"real_name": name, "display_name": name},
        }
        if email is not None:
            about["profile"]["email"] = email
        user = self.users[id] = User(self, team, about)
        return user

    def channel(
        self, name: str, private: bool = False, member: bool = True, team: Team | None = None
    ) -> Room:
        room = self.new_room(team or self.team, "C", name, "group" if private else "channel")
        room.member = member
        return room

    def new_room(self, team: Team, letter: str, name: str, kind: str) -> Room:
        id = f"{letter}{next(self._ids):07}"
        room = self.rooms[id] = Room(self, team, id, name, kind)
        return room

    def room_of(self, message: Message, team: Team) -> Room:
        """Every ts is given once."""
        return next(room for room in self.rooms.values() if message["ts"] in room.by_ts)

    def mention(self, team: Team | None = None) -> str:
        return f"<@{(team or self.team).bot_user_id}>"

    def revoke(self, team: Team | None = None) -> None:
        (team or self.team).revoked = True

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    # -- what happens

    async def tell(self, event: dict[str, Any], team: Team) -> None:
        await self.delivery.event(json.loads(json.dumps(event)), team.id)

    def echo(self, message: Message, room: Room) -> None:
        """The app hears of its own messages as well."""
        event = {**message, "channel": room.id, "event_ts": message["ts"]}
        event["channel_type"] = room.kind
        copy = json.loads(json.dumps(event))
        if self.delivery.url or self.delivery.sockets:
            self.delivery._spawn(
                self.delivery._deliver(self.envelope(copy, room.team.id), asyncio.Event())
            )

    def envelope(self, event: dict[str, Any], team: str) -> dict[str, Any]:
        return {
            "token": "legacy",
            "team_id": team,
            "api_app_id": self.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{next(self.numbers):08}",
            "event_time": int(self.clock.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team,
                    "user_id": self.teams[team].bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": "4-eyJ",
        }

    async def http(self, url: str) -> None:
        """From now on events are POSTed there."""
        self.delivery.url = url
        await self.delivery.verify()

    async def settled(self) -> None:
        """Every event so far was acknowledged, or given up."""
        await self.delivery.settled()

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Slack asks for new sockets; the old ones end once there is one."""
        old = list(self.delivery.sockets)
        for socket in old:
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})
        self._port_guard = asyncio.create_task(self._leave(old))

    async def _leave(self, old: list[web.WebSocketResponse]) -> None:
        async with asyncio.timeout(30):
            while not [one for one in self.delivery.sockets if one not in old]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        for socket in old:
            self.delivery.left(socket)
            await socket.close()

    async def cut(self) -> None:
        """The sockets die without a word."""
        for socket in list(self.delivery.sockets):
            await self.delivery.drop(socket)

    async def clock_passes(self, seconds: float) -> None:
        """Until that much later, by the clock that tests may turn."""
        until = self.clock.now() + seconds
        while (rest := until - self.clock.now()) > 0:
            self._turned.clear()
            try:
                async with asyncio.timeout(min(rest, 0.05)):
                    await self._turned.wait()
            except TimeoutError:
                continue

    # -- triggers, views, answers

    def trigger(self, user: User) -> str:
        id = f"{next(self.numbers)}.{self.clock.now():.3f}"
        self._triggers[id] = (self.clock.now(), user, False)
        return id

    def use_trigger(self, id: str) -> User:
        if id not in self._triggers:
            raise Refusal("invalid_trigger_id")
        made, user, used = self._triggers[id]
        if used:
            raise Refusal("exchanged_trigger_id")
        if self.clock.now() - made > TRIGGER:
            raise Refusal("expired_trigger_id")
        self._triggers[id] = (made, user, True)
        return user

    def kept_view(self, view: dict[str, Any]) -> dict[str, Any]:
        number = next(self.numbers)
        return {**view, "id": f"V{number:07}", "hash": f"{number}.h", "team_id": self.team.id}

    def response_url(self, user: User) -> str:
        id = f"{next(self.numbers)}"
        self._responses[id] = (user, 0)
        return f"{self.url}/actions/{id}"

    async def _respond(self, request: web.Request) -> web.Response:
        id = request.match_info["id"]
        user, used = self._responses.get(id, (None, RESPONSES))
        if user is None or used >= RESPONSES:
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        self._responses[id] = (user, used + 1)
        user.ephemeral.append(await request.json())
        return web.json_response({"ok": True})

    # -- HTTP

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method, given = request.match_info["method"], await _arguments(request)
        fault = self.faults.strike(method)
        if fault is not None and not fault.is_after:
            self._note(method, given, None)
            return await self._fail(request, fault)
        headers = {"x-oauth-scopes": SCOPES}
        status = 200
        try:
            answer = {"ok": True, **await self._answer(request, method, given)}
        except Refusal as refusal:
            answer, status = refusal.body(), refusal.status
            if status == 429:
                headers["Retry-After"] = str(answer.pop("retry_after"))
        if fault is not None:
            self._note(method, given, None)
            return await self._fail(request, fault)
        self._note(method, given, answer)
        return web.json_response(answer, status=status, headers=headers)

    async def _answer(
        self, request: web.Request, method: str, given: dict[str, Any]
    ) -> dict[str, Any]:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        token = token or str(given.get("token") or "")
        if not token:
            raise Refusal("not_authed")
        if method == "apps.connections.open":
            return self._open_socket(token)
        team = next((one for one in self.teams.values() if one.token == token), None)
        if team is None:
            raise Refusal("not_allowed_token_type" if token == self.app_token else "invalid_auth")
        if team.revoked:
            raise Refusal("token_revoked")
        if method not in METHODS:
            raise Refusal("unknown_method", req_method=method)
        return await METHODS[method](self, team, given)

    def _open_socket(self, token: str) -> dict[str, Any]:
        if token != self.app_token:
            raise Refusal("not_allowed_token_type")
        if not self.socket_mode:
            raise Refusal("forbidden_team")
        ticket = f"ticket-{next(self.numbers)}"
        self._tickets.add(ticket)
        return {
            "url": f"{self.url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={self.app_id}"
        }

    async def _link(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403)
        self._tickets.remove(ticket)
        return await self.delivery.serve(request)

    def _note(self, method: str, given: dict[str, Any], answer: dict[str, Any] | None) -> None:
        self.calls.append(Call(self.clock.now(), method, given, answer))

    async def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        match fault:
            case Fault.TIMEOUT_BEFORE | Fault.TIMEOUT_AFTER:
                await self._closing.wait()
            case Fault.ERROR_500 | Fault.ERROR_503:
                body = {"ok": False, "error": "internal_error"}
                return web.json_response(body, status=int(fault.value))
            case Fault.ERROR_502:
                page = "<html><head><title>502 Bad Gateway</title></head></html>"
                return web.Response(text=page, status=502, content_type="text/html")
            case Fault.FLOOD:
                refusal = limited(1)
                headers = {"Retry-After": "1"}
                return web.json_response(
                    {"ok": False, "error": refusal.error}, status=429, headers=headers
                )
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _upload(self, request: web.Request) -> web.Response:
        content = await request.read()
        if not self.files.take(request.match_info["id"], content):
            return web.Response(status=400, text="bad upload")
        return web.Response(text=f"OK - {len(content)}")

    async def _download(self, request: web.Request) -> web.Response:
        """Whoever is not signed in gets the page to do so."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        id = request.match_info["id"]
        if not any(one.token == token and not one.revoked for one in self.teams.values()):
            return web.Response(body=LOGIN, content_type="text/html")
        if id not in self.files.content:
            return web.Response(status=404)
        kind = self.files.about[id]["mimetype"]
        return web.Response(body=self.files.content[id], content_type=kind)


async def _arguments(request: web.Request) -> dict[str, Any]:
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        given |= await request.json()
    elif request.method == "POST":
        given |= dict(await request.post())
    return given
