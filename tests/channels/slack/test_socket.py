"""The socket that we open: what comes through it, and what we do when it goes."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiohttp import WSMsgType, web
from structlog.testing import capture_logs

from channels.slack import SlackChannel
from tests.channels.far_ends import Desk
from tests.channels.slack.payloads import said
from tests.channels.slack.scripted import MemoryLobby, Script, error, options_for


class Sockets:
    """The far end of all sockets that were opened, in their order."""

    def __init__(self) -> None:
        self.open: list[web.WebSocketResponse] = []
        self.acks: list[tuple[int, dict[str, Any]]] = []  # with the number of the socket
        self.greets = True
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> "Sockets":
        app = web.Application()
        app.router.add_get("/link", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"ws://127.0.0.1:{self._runner.addresses[0][1]}/link"
        return self

    async def __aexit__(self, *_: object) -> None:
        for socket in self.open:
            await socket.close()
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        number = len(self.open)
        if not self.greets:
            await socket.close()
            return socket
        await socket.send_json({"type": "hello", "num_connections": 1})
        async with self._changed:
            self.open.append(socket)
            self._changed.notify_all()
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                async with self._changed:
                    self.acks.append((number, json.loads(frame.data)))
                    self._changed.notify_all()
        return socket

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(30), self._changed:
            await self._changed.wait_for(holds)

    async def deliver(
        self, number: int, payload: dict[str, Any], id: str, kind: str = "events_api"
    ) -> None:
        envelope = {"envelope_id": id, "type": kind, "payload": payload}
        await self.open[number].send_json(envelope | {"accepts_response_payload": True})


@pytest.fixture
async def sockets() -> AsyncIterator[Sockets]:
    async with Sockets() as sockets:
        yield sockets


@pytest.fixture
async def slack(sockets: Sockets) -> AsyncIterator[Script]:
    async with Script() as script:
        script.always["users.info"] = {"ok": True, "user": {"id": "UANA", "team_id": "T1"}}
        script.always["apps.connections.open"] = {"ok": True, "url": sockets.url}
        yield script


@asynccontextmanager
async def listening(slack: Script, desk: Desk, **more: Any) -> AsyncIterator[SlackChannel]:
    channel = SlackChannel("slack", options_for(slack.url, **more), MemoryLobby())
    task = asyncio.create_task(channel.listen(desk.receive))
    try:
        yield channel
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await channel.close()


async def test_what_was_kept_is_acknowledged(slack: Script, sockets: Sockets) -> None:
    desk = Desk()
    async with listening(slack, desk):
        await sockets.until(lambda: len(sockets.open) == 1)
        await sockets.deliver(0, said("hello"), "e1")
        await sockets.until(lambda: bool(sockets.acks))
    assert sockets.acks == [(0, {"envelope_id": "e1"})]
    assert [message.text for message in desk.received] == ["hello"]


async def test_what_was_not_kept_is_not_acknowledged(slack: Script, sockets: Sockets) -> None:
    desk = Desk()
    desk.refusals = 1
    async with listening(slack, desk):
        await sockets.until(lambda: len(sockets.open) == 1)
        await sockets.deliver(0, said("hello"), "e1")
        await sockets.deliver(0, said("hello"), "e2")
        await sockets.until(lambda: bool(sockets.acks))
    assert sockets.acks == [(0, {"envelope_id": "e2"})]


async def test_before_a_socket_is_left_the_next_one_is_open(
    slack: Script, sockets: Sockets
) -> None:
    desk = Desk()
    async with listening(slack, desk):
        await sockets.until(lambda: len(sockets.open) == 1)
        await sockets.open[0].send_json({"type": "disconnect", "reason": "refresh_requested"})
        await sockets.until(lambda: len(sockets.open) == 2)
        await sockets.deliver(0, said("by the old one"), "e1")
        await sockets.deliver(1, said("by the new one", "D2"), "e2")
        await sockets.until(lambda: len(sockets.acks) == 2)
    assert sorted(sockets.acks, key=str) == [(0, {"envelope_id": "e1"}), (1, {"envelope_id": "e2"})]


async def test_a_socket_that_breaks_is_opened_again(slack: Script, sockets: Sockets) -> None:
    async with listening(slack, Desk()):
        await sockets.until(lambda: len(sockets.open) == 1)
        await sockets.open[0].close()
        await sockets.until(lambda: len(sockets.open) == 2)


async def test_a_socket_that_does_not_answer_is_given_up(slack: Script, sockets: Sockets) -> None:
    async with listening(slack, Desk(), ping_interval=0.1):
        await sockets.until(lambda: len(sockets.open) == 1)
        transport = sockets.open[0]._req
        assert transport is not None
        assert transport.transport is not None
        transport.transport.pause_reading()
        await sockets.until(lambda: len(sockets.open) == 2)


@pytest.mark.parametrize(
    "answer", [error("invalid_auth"), (500, b""), (429, error("ratelimited"), {"Retry-After": "0"})]
)
async def test_slack_may_refuse_us_for_a_while(
    slack: Script, sockets: Sockets, answer: Any
) -> None:
    slack.answers["apps.connections.open"] = [answer] * 3
    async with listening(slack, Desk(), refused_pause=0.01):
        await sockets.until(lambda: len(sockets.open) == 1)
    assert len(slack.called("apps.connections.open")) == 4


async def test_a_start_with_a_slack_that_does_not_answer(slack: Script, sockets: Sockets) -> None:
    slack.answers["auth.test"] = [(503, b"")] * 2
    async with listening(slack, Desk()):
        await sockets.until(lambda: len(sockets.open) == 1)


async def test_where_sockets_are_switched_off_we_wait(slack: Script, sockets: Sockets) -> None:
    with capture_logs() as logs:
        async with listening(slack, Desk(), refused_pause=0.05):
            await sockets.until(lambda: len(sockets.open) == 1)
            await sockets.open[0].send_json({"type": "disconnect", "reason": "link_disabled"})
            await sockets.until(lambda: len(sockets.open) == 2)
    [entry] = [entry for entry in logs if entry["event"] == "slack.not-connected"]
    assert "switched off" in entry["reason"]


async def test_what_a_form_lacks_goes_back_with_the_acknowledgement(
    slack: Script, sockets: Sockets
) -> None:
    desk = Desk()
    desk.refusals = 1
    view = {
        "id": "V1",
        "private_metadata": '{"value":"/new","conversation":"T1/UANA"}',
        "state": {"values": {"what": {"what": {"type": "plain_text_input", "value": "VPN"}}}},
    }
    user = {"id": "UANA", "team_id": "T1"}
    payload = {"type": "view_submission", "team": {"id": "T1"}, "user": user, "view": view}
    async with listening(slack, desk):
        await sockets.until(lambda: len(sockets.open) == 1)
        await sockets.deliver(0, payload, "e1", "interactive")
        await sockets.until(lambda: bool(sockets.acks))
    [(_, ack)] = sockets.acks
    assert ack["payload"]["errors"] == {"what": "the disk is full"}
