"""One other program: it POSTs messages to us, we POST replies to it, both signed."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import aiohttp
import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from channels.answers import refuse_unless_ok
from channels.body import read_body
from channels.channel import (
    Capabilities,
    Formatting,
    Receipt,
    Receive,
    TryLater,
    Unavailable,
)
from channels.clean import clean
from channels.fit import fit
from channels.message import InboundMessage, OutboundMessage, Sender
from channels.webhook.signature import BadSignature, key_of, sign, verify

LONGEST_BODY: Final = 256 * 1024  # bytes

Id = Annotated[str, Meta(min_length=1, max_length=200)]


class Options(Struct, frozen=True, kw_only=True):
    secret: str
    deliver_url: str
    timeout: float = 10.0  # seconds
    buttons: bool = True
    max_length: int = 4000  # characters of one message


class From(Struct, frozen=True, kw_only=True):
    address: Id
    name: Annotated[str, Meta(max_length=200)] | None = None
    verified: bool = False


class Incoming(Struct, frozen=True, kw_only=True):
    """What the other program sends."""

    id: Id
    conversation: Id
    sender: From
    text: Annotated[str, Meta(max_length=100_000)] = ""
    chosen: Annotated[str, Meta(max_length=200)] | None = None
    language: Annotated[str, Meta(max_length=20)] | None = None


_decoder = msgspec.json.Decoder(Incoming)


class WebhookChannel:
    def __init__(self, name: str, options: Options) -> None:
        self.name, self._options = name, options
        self.capabilities = Capabilities(
            buttons=options.buttons,
            formatting=Formatting.MARKDOWN,
            max_length=options.max_length,
        )
        self._key = key_of(options.secret)
        self._session: aiohttp.ClientSession | None = None

    # -- in

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        async def post(request: Request) -> Response:
            return await self._take(request, receive)

        return [Route(f"/channels/{self.name}/messages", post, methods=["POST"])]

    async def _take(self, request: Request, receive: Receive) -> Response:
        body = await read_body(request.scope, request.receive, LONGEST_BODY)
        if body is None:
            return _refuse(413, f"a message has at most {LONGEST_BODY} bytes")
        try:
            verify(self._key, request.headers, body, time.time())
            incoming = _decoder.decode(body)
        except BadSignature as problem:
            return _refuse(401, str(problem))
        except msgspec.ValidationError as problem:
            return _refuse(422, str(problem))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return _refuse(400, "the body is not JSON in UTF-8")
        text = clean(incoming.text)
        if not text.strip() and incoming.chosen is None:
            return _refuse(422, "the message has neither text nor chosen")
        message = InboundMessage(
            channel=self.name,
            message_id=incoming.id,
            conversation=incoming.conversation,
            sender=Sender(
                address=incoming.sender.address,
                name=incoming.sender.name,
                verified=incoming.sender.verified,
            ),
            text=text,
            chosen=incoming.chosen,
            language=incoming.language,
            sent_at=datetime.now(UTC),
        )
        try:
            await receive(message)
        except Unavailable:
            return _refuse(503, "the message was not kept; send it again", {"retry-after": "2"})
        return JSONResponse({"id": incoming.id})

    # -- out

    async def send(self, message: OutboundMessage) -> Receipt:
        receipt = Receipt()
        for number, part in enumerate(fit(message, self.capabilities)):
            key = message.key if number == 0 else f"{message.key}/{number}"
            receipt = await self._post(
                {
                    "key": key,
                    "to": message.to,
                    "conversation": message.conversation,
                    "text": part.text,
                    "format": "markdown",
                    "choices": [
                        {"value": choice.value, "label": choice.label} for choice in part.choices
                    ],
                    "language": message.language,
                    "author": message.author,
                }
            )
        return receipt

    async def _post(self, payload: dict[str, Any]) -> Receipt:
        body = msgspec.json.encode(payload)
        key: str = payload["key"]
        headers = sign(self._key, key, int(time.time()), body)
        headers |= {"content-type": "application/json", "idempotency-key": key}
        try:
            async with self._http().post(
                self._options.deliver_url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                return await self._receipt(answer)
        except aiohttp.ClientConnectorError as error:
            raise TryLater("its deliver_url refuses connections", whole_channel=True) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TryLater(f"no answer ({type(error).__name__})") from error

    async def _receipt(self, answer: aiohttp.ClientResponse) -> Receipt:
        refuse_unless_ok(answer)
        try:
            said = msgspec.json.decode(await answer.content.read(10_000))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return Receipt()
        platform_id = said.get("id") if isinstance(said, dict) else None
        return Receipt(platform_id[:200] if isinstance(platform_id, str) else None)

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self._options.timeout),
                connector=aiohttp.TCPConnector(limit=128),
            )
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def _refuse(status: int, problem: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": problem}, status, headers=headers)
