"""How what happens gets to the app: by HTTP, signed, or through the sockets it opened. What is not
acknowledged in time comes again."""

import asyncio
import hashlib
import hmac
import itertools
import json
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

if TYPE_CHECKING:
    from tests.platforms.slack.server import FakeSlack

Payload = dict[str, Any]
RETRIES = (0.0, 60.0, 300.0)  # seconds after which an event is sent again by HTTP


@dataclass
class EventFaults:
    """What goes wrong with events on purpose, as shares of 1.0 drawn from a seed."""

    duplicates: float = 0.0  # sent twice although acknowledged
    reorder: float = 0.0  # held back until later ones were sent
    drop_socket: float = 0.0  # the socket dies just after
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    def strikes(self, share: float) -> bool:
        return share > 0 and self.chance.random() < share


class Delivery:
    def __init__(self, slack: "FakeSlack") -> None:
        self._slack = slack
        self.url = ""  # of HTTP; "": sockets
        self.faults = EventFaults()
        self.ack_limit = 3.0  # seconds
        self.retries: tuple[float, ...] = RETRIES
        self.answered_in: list[float] = []  # seconds that each acknowledgement took
        self._room = asyncio.Semaphore(40)  # deliveries at a time
        self.given_up: list[Payload] = []
        self.held: set[str] = set()  # ts of what others may have overtaken
        self.refused_with: list[int] = []  # what HTTP answered but 2xx
        self.sockets: list[web.WebSocketResponse] = []
        self._acks: dict[str, asyncio.Future[Any]] = {}
        self._turn = itertools.count()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._connected = asyncio.Event()
        self._session: aiohttp.ClientSession | None = None

    # -- events: they come again

    async def event(self, event: Payload, team: str) -> None:
        """Returns after the first attempt."""
        envelope = self._slack.envelope(event, team)
        first = asyncio.Event()
        self._spawn(self._deliver(envelope, first))
        await first.wait()

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, envelope: Payload, first: asyncio.Event) -> None:
        if self.faults.strikes(self.faults.reorder):
            self.held.add(envelope["event"].get("ts", ""))
            first.set()
            await asyncio.sleep(0.05)
        kept, reason = False, ""
        pauses = iter((0.0, *self.retries))
        for attempt, pause in enumerate(pauses):
            if attempt:
                self.held.add(envelope["event"].get("ts", ""))
            await self._slack.clock_passes(pause)
            kept, reason = await self._attempt(envelope, attempt, reason)
            first.set()
            if kept:
                break
        if not kept:
            self.given_up.append(envelope)
        elif self.faults.strikes(self.faults.duplicates):
            await self._attempt(envelope, 1, "http_timeout" if self.url else "timeout")

    async def _attempt(self, envelope: Payload, attempt: int, reason: str) -> tuple[bool, str]:
        async with self._room:
            began = time.perf_counter()
            if self.url:
                more = {}
                if attempt:
                    more = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
                status, _ = await self._post(json.dumps(envelope), "application/json", more)
                kept, reason = 200 <= status < 300, "http_error" if status else "http_timeout"
            else:
                answer = await self._send("events_api", envelope, attempt, reason)
                kept, reason = answer is not None, "timeout"
            if kept:
                self.answered_in.append(time.perf_counter() - began)
        return kept, reason

    # -- what somebody waits for: it does not

    async def interaction(self, kind: str, payload: Payload) -> Any:
        """What the app answered: JSON, text, or None when it did not."""
        if self.url:
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            kind_ = "application/x-www-form-urlencoded"
            status, text = await self._post(urlencode(form), kind_, {})
            if not 200 <= status < 300:
                return None
            return _read(text)
        answer = await self._send(kind, payload, 0, "")
        return None if answer is None else answer.get("payload", "")

    async def verify(self) -> None:
        """As when the address is saved in the app's settings."""
        asked = {"type": "url_verification", "token": "legacy", "challenge": "3eZbrw1aBm2rZgRNFdxV"}
        status, text = await self._post(json.dumps(asked), "application/json", {})
        answer = _read(text)
        told = answer.get("challenge") if isinstance(answer, dict) else answer
        assert (status, told) == (200, asked["challenge"]), (status, text)

    async def _post(self, body: str, kind: str, more: Mapping[str, str]) -> tuple[int, str]:
        stamp = str(int(self._slack.clock.now()))
        mac = hmac.new(
            self._slack.signing_secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256
        )
        headers = {
            "content-type": kind,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={mac.hexdigest()}",
            **more,
        }
        if self._session is None:
            self._session = aiohttp.ClientSession()
        limit = aiohttp.ClientTimeout(total=self.ack_limit)
        try:
            async with self._session.post(
                self.url, data=body.encode(), headers=headers, timeout=limit
            ) as answer:
                if answer.status >= 300:
                    self.refused_with.append(answer.status)
                return answer.status, await answer.text()
        except (aiohttp.ClientError, TimeoutError):
            return 0, ""

    # -- sockets

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        hello = {
            "type": "hello",
            "num_connections": len(self.sockets) + 1,
            "debug_info": {"host": "applink-1", "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._slack.app_id},
        }
        await socket.send_json(hello)
        self.sockets.append(socket)
        self._connected.set()
        try:
            async for frame in socket:
                if frame.type is aiohttp.WSMsgType.TEXT:
                    self._acknowledge(json.loads(frame.data))
        finally:
            self.left(socket)
        return socket

    def left(self, socket: web.WebSocketResponse) -> None:
        if socket in self.sockets:
            self.sockets.remove(socket)
        if not self.sockets:
            self._connected.clear()

    def _acknowledge(self, ack: Payload) -> None:
        waiting = self._acks.get(ack.get("envelope_id", ""))
        if waiting is not None and not waiting.done():
            waiting.set_result(ack)

    async def _send(self, kind: str, payload: Payload, attempt: int, reason: str) -> Payload | None:
        """To one of the sockets; the acknowledgement, if there is one."""
        number = next(self._turn)
        id = f"{number:08x}-0000-4000-8000-000000000000"
        envelope = {
            "envelope_id": id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        while not self.sockets:
            await self._connected.wait()
        socket = self.sockets[number % len(self.sockets)]
        waiting = self._acks[id] = asyncio.get_running_loop().create_future()
        try:
            await socket.send_json(envelope)
            if self.faults.strikes(self.faults.drop_socket):
                await self.drop(socket)
            async with asyncio.timeout(self.ack_limit):
                return await waiting  # type: ignore[no-any-return]
        except (TimeoutError, ConnectionError):
            return None
        finally:
            del self._acks[id]

    async def drop(self, socket: web.WebSocketResponse) -> None:
        """Without a word."""
        self.left(socket)
        transport = socket._req.transport if socket._req is not None else None
        if transport is not None:
            transport.abort()

    async def settled(self) -> None:
        while tasks := set(self._tasks):
            await asyncio.wait(tasks)

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        for socket in list(self.sockets):
            await self.drop(socket)
        if self._session is not None:
            await self._session.close()


def _read(text: str) -> Any:
    try:
        return json.loads(text) if text else ""
    except json.JSONDecodeError:
        return text
