"""Socket Mode: Slack speaks through a connection that we opened.

An envelope is acknowledged on the socket it came by. Slack asks now and then for a new socket, and says so
before it closes the old one: the new one is open before the old one is left. What was not acknowledged
comes again.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, Final

import aiohttp
import msgspec
import structlog
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest

from channels.channel import DeliveryError, TryLater
from channels.slack.calls import Calls
from channels.slack.options import Options

log = structlog.get_logger()

OURS_TO_END: Final = "link_disabled"  # an administrator switched Socket Mode off

Take = Callable[[SocketModeRequest], Awaitable[BoltResponse]]


class Socket:
    def __init__(self, name: str, options: Options, calls: Calls, take: Take) -> None:
        self._name, self._options, self._calls, self._take = name, options, calls, take
        self._tasks: set[asyncio.Task[None]] = set()

    async def listen(self) -> None:
        failures = itertools.count()
        try:
            while True:
                try:
                    await self._one()
                    failures = itertools.count()
                except DeliveryError as error:
                    log.warning("slack.not-connected", channel=self._name, reason=str(error))
                    after = error.after if isinstance(error, TryLater) else None
                    pause = self._options.retry_pause * min(1 << next(failures), 16)
                    await asyncio.sleep(after or pause)
        finally:
            for task in list(self._tasks):
                task.cancel()

    async def _one(self) -> None:
        """Until another is needed: it was closed, or is about to be."""
        token = self._options.app_token
        told = await self._calls.ask(
            token, lambda slack: slack.apps_connections_open(app_token=token)
        )
        leaving = asyncio.get_running_loop().create_future()
        reading = self._start(self._read(str(told["url"]), leaving))
        await asyncio.wait({reading, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if leaving.done():
            leaving.result()
        else:
            await reading

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name="slack socket")
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, DeliveryError):
            log.error("slack.socket-failed", channel=self._name, error=type(error).__name__)

    async def _read(self, url: str, leaving: "asyncio.Future[None]") -> None:
        greeted = False
        try:
            async with self._calls.session.ws_connect(
                url, heartbeat=self._options.ping_interval, max_msg_size=0
            ) as socket:
                async for frame in socket:
                    if frame.type is not aiohttp.WSMsgType.TEXT:
                        continue
                    said = msgspec.json.decode(frame.data)
                    if said.get("type") == "hello":
                        greeted = True
                        log.info("slack.ready", channel=self._name, mode="socket")
                    elif said.get("type") == "disconnect":
                        self._leave(str(said.get("reason")), leaving)
                    elif request := SocketModeRequest.from_dict(said):
                        self._start(self._answer(socket, request))
        except (aiohttp.ClientError, OSError, msgspec.DecodeError) as error:
            raise TryLater(f"the socket broke ({type(error).__name__})") from error
        if not greeted:
            raise TryLater("Slack closed the socket at once")

    def _leave(self, reason: str, leaving: "asyncio.Future[None]") -> None:
        log.info("slack.new-socket", channel=self._name, reason=reason)
        if leaving.done():
            return
        if reason == OURS_TO_END:
            pause = self._options.refused_pause
            leaving.set_exception(TryLater("Socket Mode is switched off for the app", after=pause))
        else:
            leaving.set_result(None)

    async def _answer(
        self, socket: aiohttp.ClientWebSocketResponse, request: SocketModeRequest
    ) -> None:
        response = await self._take(request)
        if response.status != 200:
            return  # not kept: it shall come again
        answer: dict[str, Any] = {"envelope_id": request.envelope_id}
        if response.body:
            answer["payload"] = msgspec.json.decode(response.body)
        with suppress(ConnectionError, aiohttp.ClientError):  # else it comes again, and is known
            await socket.send_str(msgspec.json.encode(answer).decode())
