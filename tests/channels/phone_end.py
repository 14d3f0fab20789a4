"""A caller whose words are posted as our own signed JSON, and whose telephone gets text messages."""

import itertools
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol

import aiohttp
import msgspec
from aiohttp import web

from channels.message import InboundMessage, OutboundMessage
from channels.phone import Options, PhoneChannel, TwilioSms
from channels.phone.signed import sign
from tests.servers.http import serving

SECRET: Final = "a secret of the telephone system"
CALLER: Final = "+4930901820"


class Desk(Protocol):
    received: list[InboundMessage]

    async def receive(self, message: InboundMessage) -> None: ...


class Texts:
    """Twilio's Messages, as far as we use them; it can do what it is asked and not say so."""

    def __init__(self) -> None:
        self.sent: list[dict[str, str]] = []
        self.status = 201
        self.silent = False
        self.forgets = False  # hangs up before it has done anything

    async def take(self, request: web.Request) -> web.StreamResponse:
        form = {key: str(value) for key, value in (await request.post()).items()}
        if self.status != 201:
            return web.json_response({"code": 21614}, status=self.status)
        if not self.forgets:
            self.sent.append(form)
        if self.silent or self.forgets:
            assert request.transport is not None
            request.transport.close()
        return web.json_response({"sid": f"SM{len(self.sent)}"}, status=201)

    async def list(self, request: web.Request) -> web.StreamResponse:
        now = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime())
        found = [
            {"sid": f"SM{number}", "body": one["Body"], "date_created": now}
            for number, one in enumerate(self.sent, 1)
            if one["To"] == request.query["To"]
        ]
        return web.json_response({"messages": found})


class PhoneEnd:
    retries = False

    def __init__(
        self, channel: PhoneChannel, texts: Texts, url: str, http: aiohttp.ClientSession
    ) -> None:
        self.channel, self.texts, self.url, self.http = channel, texts, url, http
        self._sequences = itertools.count(1)

    async def say(self, text: str) -> bool:
        segments = [{"speaker": "caller", "text": text, "start": 0.5, "end": 4}]
        return (await self.call(segments=segments))[0] == 200

    async def call(self, **more: Any) -> tuple[int, dict[str, Any]]:
        told = {"call": "c1", "sequence": next(self._sequences), "caller": CALLER}
        return await self.post("calls", json.dumps({**told, **more}).encode())

    async def post(
        self, way: str, body: bytes, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Signed as our own, unless other headers are given."""
        if headers is None:
            headers = {"content-type": "application/json", **sign(SECRET, int(time.time()), body)}
        async with self.http.post(
            f"{self.url}/channels/phone/{way}", data=body, headers=headers
        ) as answer:
            said = await answer.json() if answer.content_type == "application/json" else {}
            return answer.status, said

    async def press(self, label: str) -> bool:
        raise NotImplementedError("whoever reads a text message answers by calling")

    async def show(self, message: OutboundMessage) -> None:
        await self.channel.send(_to_caller(message))

    def seen(self) -> Sequence[str]:
        return [one["Body"] for one in self.texts.sent]


def _to_caller(message: OutboundMessage) -> OutboundMessage:
    return OutboundMessage(
        key=message.key,
        channel="phone",
        to=CALLER,
        conversation=message.conversation,
        text=message.text,
        choices=message.choices,
    )


@asynccontextmanager
async def phone(desk: Desk, options: Options | None = None) -> AsyncIterator[PhoneEnd]:
    texts = Texts()
    app = web.Application()
    messages = "/2010-04-01/Accounts/AC1/Messages.json"
    app.router.add_post(messages, texts.take)
    app.router.add_get(messages, texts.list)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    api = f"http://127.0.0.1:{runner.addresses[0][1]}"
    account = TwilioSms(account_sid="AC1", auth_token="t", sender="+4930111111", api_url=api)
    options = msgspec.structs.replace(options or Options(), secret=SECRET, region="DE", sms=account)
    channel = PhoneChannel("phone", options)
    async with (
        aiohttp.ClientSession() as http,
        serving(channel.routes(desk.receive)) as url,
    ):
        yield PhoneEnd(channel, texts, url, http)
        await channel.close()
    await runner.cleanup()
