"""What happens, told to open pages as it happens: one stream of server-sent events for each browser.

A page that hears of a ticket fetches itself again; so the stream carries only numbers.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.desk import people
from bot.desk.access import is_cleared
from bot.web import presence
from bot.web.context import Context
from bot.web.visit import COOKIE, Endpoint
from store import escalations
from store.database import Tx
from store.signals import TICKET

HEARTBEAT = 15.0  # seconds; also how soon a stream notices that its sign-in is over
GATHER = 0.2  # seconds in which changes are told together


def events(context: Context) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        token = request.cookies.get(COOKIE, "")
        if not await _may_listen(context, token):
            return Response(status_code=403)
        return StreamingResponse(
            _stream(context, token),
            media_type="text/event-stream",
            headers={"X-Accel-Buffering": "no"},
        )

    return endpoint


async def _may_listen(context: Context, token: str) -> bool:
    return await context.store.aread(lambda tx: people.signed_in(tx, token) is not None)


async def _is_cleared(context: Context, token: str) -> bool:
    """Whether they hear of restricted tickets, too."""

    def asked(tx: Tx) -> bool:
        person = people.signed_in(tx, token)
        return person is not None and is_cleared(person, context.desk.clearance)

    return await context.store.aread(asked)


async def _stream(context: Context, token: str) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    news: dict[str, set[int]] = {"tickets": set(), "presence": set()}
    wake = asyncio.Event()

    def note(kind: str, ids: set[int]) -> None:
        news[kind] |= ids
        wake.set()

    def listener(kind: str, about: Callable[[int], int]) -> Callable[[frozenset[int]], None]:
        def heard(ids: frozenset[int]) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(note, kind, {about(one) for one in ids})

        return heard

    signals = context.store.signals
    stops = (
        signals.listen(TICKET, listener("tickets", int)),
        signals.listen(presence.TOPIC, listener("presence", presence.ticket_of)),
    )
    ending = asyncio.create_task(context.shutdown.wait(), name="stream ends at shutdown")
    ending.add_done_callback(lambda _: wake.set())
    try:
        yield b"retry: 2000\n\n"
        while not context.shutdown.is_set():
            try:
                await asyncio.wait_for(wake.wait(), HEARTBEAT)
                await asyncio.sleep(GATHER)
            except TimeoutError:
                pass
            if context.shutdown.is_set() or not await _may_listen(context, token):
                return
            wake.clear()
            if (seen := news["tickets"] | news["presence"]) and not await _is_cleared(
                context, token
            ):
                hidden = await context.store.aread(
                    partial(escalations.restricted, ids=sorted(seen))
                )
                for ids in news.values():
                    ids -= hidden
            told = b":\n\n"
            for kind, ids in news.items():
                if ids:
                    told += b"event: %s\ndata: %s\n\n" % (kind.encode(), msgspec.json.encode(ids))
                    ids.clear()
            yield told
    finally:
        ending.cancel()
        for stop in stops:
            stop()
