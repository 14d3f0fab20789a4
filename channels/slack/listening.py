"""What Slack tells us, by either way: it is acknowledged after what it says was committed.

Bolt checks signatures, answers Slack's own questions, and reads the forms in which payloads come. Its
listeners are not used, since it acknowledges events before they run: all is taken at one place, and so
nothing is ever "not found", which Slack would take for a failure.
"""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from weakref import WeakValueDictionary

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from channels.body import read_body
from channels.channel import DeliveryError, Receive, TryLater, Unavailable
from channels.slack.calls import Calls
from channels.slack.heard import Body, Heard, HomeOpened, Me
from channels.slack.inbound import Reader, lane_of, team_of
from channels.slack.options import Mode, Options
from channels.slack.people import People
from channels.slack.socket import Socket
from channels.slack.views import complaint

log = structlog.get_logger()
bolts_own: Final = logging.getLogger("slack_bolt")
bolts_own.setLevel(logging.CRITICAL)  # we tell what it would

LONGEST_BODY: Final = 4 * 1024 * 1024  # bytes; payloads carry no files
Hear = Callable[[Heard | HomeOpened, Me, Receive], Awaitable[None]]


class Listening:
    def __init__(
        self, name: str, options: Options, calls: Calls, people: People, hear: Hear
    ) -> None:
        if options.mode is Mode.HTTP and not options.signing_secret:
            raise ValueError("Slack over HTTP needs the signing_secret")
        if options.mode is Mode.SOCKET and not options.app_token:
            raise ValueError("Slack's Socket Mode needs the app_token")
        self._name, self._options, self._calls = name, options, calls
        self._people, self._hear = people, hear
        self._reader = Reader(channel=name, rooms=options.rooms, allow_bots=options.allow_bots)
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def listen(self, receive: Receive) -> None:
        await self._arrive()
        if self._options.mode is Mode.HTTP:
            log.info("slack.ready", channel=self._name, mode="http")
            await asyncio.Event().wait()  # Slack calls
        app = self._app(receive)

        async def take(request: SocketModeRequest) -> BoltResponse:
            asked = AsyncBoltRequest(mode="socket_mode", body=request.payload)
            return await app.async_dispatch(asked)

        await Socket(self._name, self._options, self._calls, take).listen()

    async def _arrive(self) -> None:
        """One slow answer at the start must not be the end."""
        for failures in itertools.count():
            try:
                await self._people.arrive()
            except DeliveryError as error:
                log.warning("slack.not-ready", channel=self._name, reason=str(error))
                after = error.after if isinstance(error, TryLater) else None
                await asyncio.sleep(after or self._options.retry_pause * min(1 << failures, 16))
            else:
                return

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        if self._options.mode is Mode.SOCKET:
            return []
        app = self._app(receive)

        async def post(request: Request) -> Response:
            body = await read_body(request.scope, request.receive, LONGEST_BODY)
            if body is None:
                return Response(status_code=413)
            try:
                asked = AsyncBoltRequest(body=body.decode(), headers=dict(request.headers))
            except (ValueError, TypeError, AttributeError):  # neither JSON nor a form
                return Response(status_code=400)
            told = await app.async_dispatch(asked)
            return Response(told.body, told.status, told.first_headers_without_set_cookie())

        path = self._options.events_path or f"/channels/{self._name}/events"
        return [Route(path, post, methods=["POST"])]

    def _app(self, receive: Receive) -> AsyncApp:
        over_http = self._options.mode is Mode.HTTP

        async def authorize() -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=None, team_id=None)  # we see to it ourselves

        async def take(body: dict[str, Any]) -> BoltResponse:
            return await self._take(body, receive)

        app = AsyncApp(
            name=self._name,
            logger=bolts_own,
            client=AsyncWebClient(),  # without a token, whatever the environment holds
            authorize=authorize,
            signing_secret=self._options.signing_secret,
            request_verification_enabled=over_http,
            ignoring_self_events_enabled=False,
            process_before_response=True,
        )
        app.middleware(take)
        return app

    async def _take(self, body: Body, receive: Receive) -> BoltResponse:
        lane = lane_of(body)
        if lane is None:  # somebody waits to see it happen
            return await self._answer(body, receive)
        lock = self._lanes.setdefault(lane, asyncio.Lock())
        async with lock:
            return await self._answer(body, receive)

    async def _answer(self, body: Body, receive: Receive) -> BoltResponse:
        kept, later = BoltResponse(status=200), BoltResponse(status=503)
        try:
            me = await self._people.us(team_of(body))
        except DeliveryError:
            return later
        try:
            heard = self._reader.read(body, me, datetime.now(UTC))
        except Exception:  # what we cannot read now we cannot read the next time
            log.exception("slack.unreadable", channel=self._name)
            return kept
        try:
            if heard is not None:
                await self._hear(heard, me, receive)
        except Unavailable as why:
            if not isinstance(heard, Heard) or heard.submitted is None:
                return later
            return BoltResponse(status=200, body=complaint(heard.submitted, str(why)))
        except Exception:
            log.exception("slack.failed", channel=self._name)
            return later
        return kept
