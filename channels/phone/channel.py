"""The telephone: calls come in from whoever carries or transcribes them; text messages go out."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final

import aiohttp
import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from channels.body import read_body
from channels.channel import Capabilities, Receipt, Receive, TryLater, Unavailable, Undeliverable
from channels.fit import fit
from channels.message import InboundMessage, OutboundMessage, RemoteFile
from channels.phone import assemblyai, deepgram, signed, sip, sms, twilio, vonage, whisper
from channels.phone.assemblyai import AssemblyAI
from channels.phone.call import Update
from channels.phone.deepgram import Deepgram
from channels.phone.fetching import Providers, with_words
from channels.phone.post import Post, Refused, check_basic
from channels.phone.record import message_from, update_in
from channels.phone.sms import SmsWebhook, TwilioSms
from channels.phone.twilio import Twilio
from channels.phone.vonage import Vonage

LONGEST_BODY: Final = 16 * 1024 * 1024  # bytes; four hours with a time for every word
LARGE: Final = 200_000  # bytes; what others would notice while it is read
_E164: Final = re.compile(r"\+\d{5,15}")

Read = Callable[[Post], Update | None]
"""Checks who sent it, and translates. Raises Refused."""


class FreeSwitch(Struct, frozen=True, kw_only=True):
    user: str
    password: str


class Options(Struct, frozen=True, kw_only=True):
    secret: str = ""  # of our own signed JSON; without it that way in is closed
    region: str | None = None  # "DE": where numbers without + are from
    public_url: str = ""  # "https://desk.example.com": how Twilio reaches us
    twilio: Twilio | None = None
    vonage: Vonage | None = None
    deepgram: Deepgram | None = None
    assemblyai: AssemblyAI | None = None
    freeswitch: FreeSwitch | None = None
    sms: TwilioSms | SmsWebhook | None = None
    timeout: float = 15.0  # seconds


class PhoneChannel:
    def __init__(self, name: str, options: Options) -> None:
        if options.twilio and not options.public_url:
            raise ValueError("Twilio signs our public address, so public_url must be set")
        self.name, self._options = name, options
        self.capabilities = Capabilities(max_length=sms.LONGEST, pull=options.sms is None)
        self._session: aiohttp.ClientSession | None = None

    # -- in

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        return [
            Route(f"/channels/{self.name}/{way}", self._endpoint(read, receive), methods=["POST"])
            for way, read in _ways(self._options).items()
        ]

    def _endpoint(self, read: Read, receive: Receive) -> Callable[[Request], Awaitable[Response]]:
        async def post(request: Request) -> Response:
            return await self._take(request, read, receive)

        return post

    async def _take(self, request: Request, read: Read, receive: Receive) -> Response:
        body = await read_body(request.scope, request.receive, LONGEST_BODY)
        if body is None:
            return _refuse(413, f"at most {LONGEST_BODY} bytes are taken")
        post = Post(
            path=_as_asked(request),
            query=dict(request.query_params),
            headers=request.headers,
            body=body,
            now=datetime.now(UTC),
        )
        try:
            if len(body) > LARGE:
                told = await asyncio.to_thread(self._read, read, post)
            else:
                told = self._read(read, post)
        except Refused as problem:
            return _refuse(problem.status, str(problem))
        if told is None:
            return _thank(post, {"note": "nothing new of a call"})
        update, message = told
        try:
            await receive(message)
        except Unavailable:
            return _refuse(503, "the call was not kept; send it again", {"retry-after": "2"})
        said = {"id": message.message_id}
        if not (update.segments or update.state or update.remote or update.recording):
            said["note"] = "there are no words in it; it is kept as a call without words"
        return _thank(post, said)

    def _read(self, read: Read, post: Post) -> tuple[Update, InboundMessage] | None:
        update = read(post)
        if update is None:
            return None
        return update, message_from(update, self.name, self._options.region, post.now)

    # -- what is still with the provider

    async def fetch(self, file: RemoteFile) -> AsyncIterator[bytes]:
        """The words of a call, as an `Update` in JSON."""
        options = self._options
        known = Providers(
            twilio=options.twilio, vonage=options.vonage, assemblyai=options.assemblyai
        )
        update = await with_words(self._http(), known, update_in(file.id.encode()))
        yield msgspec.json.encode(update)

    def told(self, content: bytes) -> InboundMessage:
        """What was fetched, as a message."""
        return message_from(update_in(content), self.name, self._options.region, datetime.now(UTC))

    # -- out

    async def send(self, message: OutboundMessage) -> Receipt:
        """Nobody can be told anything on a telephone that has been hung up, so it is a text message."""
        if not _E164.fullmatch(message.to):
            raise Undeliverable("the caller's number is not known, or takes no text messages")
        receipt = Receipt()
        parts = fit(message, self.capabilities)
        for number, part in enumerate(parts):
            try:
                receipt = await self._text(message, part.text, number)
            except TryLater as problem:
                # A second try would begin at the first part.
                if number and isinstance(self._options.sms, TwilioSms):
                    raise Undeliverable(
                        f"only {number} of {len(parts)} parts were sent: {problem}"
                    ) from problem
                raise
        return receipt

    async def _text(self, message: OutboundMessage, words: str, number: int) -> Receipt:
        match self._options.sms:
            case TwilioSms() as account:
                return await sms.by_twilio(self._http(), account, message.to, words)
            case SmsWebhook() as gateway:
                key = message.key if number == 0 else f"{message.key}/{number}"
                return await sms.by_webhook(
                    self._http(), gateway, key, message.to, words, message.language
                )
            case None:
                raise Undeliverable("text messages are not set up")

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self._options.timeout)
            )
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def _ways(options: Options) -> dict[str, Read]:
    """The last part of the address of each way in that is set up."""
    ways: dict[str, Read] = {}
    if options.secret:
        ours: dict[str, Read] = {"calls": signed.update_from, "whisper": whisper.update_from}
        check = partial(signed.check, options.secret)
        ways |= {way: _checked(check, read) for way, read in (ours | dict(sip.SIGNED)).items()}
    if account := options.twilio:
        ways["twilio"] = _checked(
            partial(twilio.check, account, options.public_url), twilio.update_from
        )
    if nexmo := options.vonage:
        ways["vonage"] = _checked(partial(vonage.check, nexmo), vonage.update_from)
    if gram := options.deepgram:
        ways["deepgram"] = _checked(
            partial(deepgram.check, gram), partial(deepgram.update_from, gram)
        )
    if assembly := options.assemblyai:
        ways["assemblyai"] = _checked(partial(assemblyai.check, assembly), assemblyai.update_from)
    if switch := options.freeswitch:
        ways["freeswitch"] = _checked(
            partial(check_basic, user=switch.user, password=switch.password),
            lambda post: sip.from_freeswitch(post.fields()),
        )
    return ways


def _checked(check: Callable[[Post], None], read: Read) -> Read:
    def both(post: Post) -> Update | None:
        check(post)
        return read(post)

    return both


def _as_asked(request: Request) -> str:
    """Path and query to the letter: they are signed."""
    path = request.scope.get("raw_path") or request.scope["path"].encode()
    query = request.scope["query_string"]
    return str(path + (b"?" + query if query else b""), "latin-1")


def _thank(post: Post, said: dict[str, str]) -> Response:
    # Twilio takes what comes back for instructions, and complains of anything but its XML.
    if "x-twilio-signature" in post.headers:
        return Response("<Response/>", media_type="text/xml")
    return JSONResponse(said)


def _refuse(status: int, problem: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": problem}, status, headers=headers)
