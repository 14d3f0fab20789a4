"""As much of Slack as one person needs to write to the bot and read what it answers, by both ways."""

import asyncio
import itertools
import json
import time
from collections.abc import Sequence
from typing import Any, Final, Self
from urllib.parse import urlencode

import aiohttp
from aiohttp import WSMsgType, web
from slack_sdk.signature import SignatureVerifier

TEAM: Final = "T0000001"
BOT: Final = "U0000BOT"
FORM: Final = "application/x-www-form-urlencoded"
TRIES: Final = 4

Message = dict[str, Any]


class LittleSlack:
    def __init__(self, *, ack_limit: float = 3.0) -> None:
        self.bot_token, self.app_token = "xoxb-little", "xapp-little"
        self.signing_secret = "of the little one"
        self.messages: list[Message] = []
        self._ack_limit, self._hook = ack_limit, ""
        self._numbers = itertools.count(1)
        self._socket: web.WebSocketResponse | None = None
        self._connected = asyncio.Event()
        self._acks: dict[str, asyncio.Event] = {}

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._method)
        app.router.add_get("/link", self._link)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._host = f"127.0.0.1:{self._runner.addresses[0][1]}"
        self.api_url = f"http://{self._host}/api/"
        self._http = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()
        if self._socket is not None:
            await self._socket.close()
        await self._runner.cleanup()

    # -- what the bot asks for

    async def _method(self, request: web.Request) -> web.Response:
        given: dict[str, Any] = {**request.query}
        if request.content_type == "application/json":
            given |= json.loads(await request.text())
        answer = self._answer(request.match_info["method"], given)
        return web.json_response({"ok": "error" not in answer, **answer})

    def _answer(self, method: str, given: dict[str, Any]) -> dict[str, Any]:
        match method:
            case "auth.test":
                return {"team_id": TEAM, "user_id": BOT, "bot_id": "B0000001"}
            case "apps.connections.open":
                return {"url": f"ws://{self._host}/link"}
            case "users.info":
                return {"user": {"id": given["user"], "team_id": TEAM, "real_name": "Ana"}}
            case "conversations.open":
                return {"channel": {"id": f"D{given['users'][1:]}"}}
            case "conversations.history":
                return {"messages": self.messages[::-1]}
            case "chat.postMessage":
                message = {"type": "message", "user": BOT, "ts": self.ts(), **given}
                message["channel"] = f"D{given['channel'][1:]}"
                self.messages.append(message)
                return {"channel": message["channel"], "ts": message["ts"], "message": message}
            case "chat.update":
                [message] = [one for one in self.messages if one["ts"] == given["ts"]]
                message |= {"text": given["text"], "blocks": given["blocks"]}
                return {"channel": message["channel"], "ts": message["ts"]}
        return {"error": "unknown_method"}

    def ts(self) -> str:
        return f"{time.time():.0f}.{next(self._numbers):06}"

    # -- what it is told

    def http(self, url: str) -> None:
        self._hook = url

    async def connected(self) -> None:
        await self._connected.wait()

    async def deliver(self, payload: dict[str, Any], kind: str = "events_api") -> bool:
        """Until it is acknowledged, or Slack gives up."""
        for attempt in range(TRIES):
            if await self._deliver(payload, kind, attempt):
                return True
        return False

    async def _deliver(self, payload: dict[str, Any], kind: str, attempt: int) -> bool:
        if self._hook:
            return await self._post(payload, kind, attempt)
        assert self._socket is not None
        id = f"envelope-{next(self._numbers)}"
        self._acks[id] = asyncio.Event()
        envelope = {"envelope_id": id, "type": kind, "payload": payload, "retry_attempt": attempt}
        await self._socket.send_json(envelope | {"accepts_response_payload": True})
        try:
            async with asyncio.timeout(self._ack_limit):
                return await self._acks[id].wait()
        except TimeoutError:
            return False

    async def _post(self, payload: dict[str, Any], kind: str, attempt: int) -> bool:
        is_event = kind == "events_api"
        body = json.dumps(payload) if is_event else urlencode({"payload": json.dumps(payload)})
        stamp = str(int(time.time()))
        verifier = SignatureVerifier(self.signing_secret)
        headers = {
            "content-type": "application/json" if is_event else FORM,
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": verifier.generate_signature(timestamp=stamp, body=body) or "",
        }
        if attempt:
            headers["x-slack-retry-num"] = str(attempt)
        async with self._http.post(self._hook, data=body.encode(), headers=headers) as answer:
            return answer.status == 200

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        self._socket = socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self._connected.set()
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                self._acks[json.loads(frame.data)["envelope_id"]].set()
        return socket


class Person:
    def __init__(self, slack: LittleSlack, id: str) -> None:
        self.slack, self.id = slack, id

    async def dm(self, text: str) -> bool:
        shown = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        ts = self.slack.ts()
        event = {
            "type": "message",
            "user": self.id,
            "channel": f"D{self.id[1:]}",
            "channel_type": "im",
            "text": shown,
            "ts": ts,
            "event_ts": ts,
        }
        envelope = {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{ts}"}
        return await self.slack.deliver({**envelope, "event": event})

    async def press(self, label: str, shown: Sequence[Message]) -> bool:
        [(message, button)] = [
            (message, element)
            for message in shown
            for block in message.get("blocks") or ()
            for element in block.get("elements", ())
            if element["text"]["text"].startswith(label)
        ]
        payload = {
            "type": "block_actions",
            "user": {"id": self.id, "team_id": TEAM},
            "team": {"id": TEAM},
            "trigger_id": self.slack.ts(),
            "channel": {"id": message["channel"], "name": "directmessage"},
            "message": message,
            "actions": [button | {"action_ts": self.slack.ts()}],
        }
        return await self.slack.deliver(payload, "interactive")
