"""Twilio, Vonage, Deepgram and AssemblyAI over real HTTP: whom we believe, and what they tell."""

import base64
import hashlib
import json
import time
from collections.abc import AsyncIterator
from typing import Any, Final
from urllib.parse import urlencode

import jwt
import pytest
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from channels.channel import TryLater, Undeliverable
from channels.message import InboundMessage
from channels.phone import (
    CALL,
    UPDATE_TYPE,
    AssemblyAI,
    Deepgram,
    FreeSwitch,
    Options,
    State,
    Twilio,
    Update,
    Vonage,
    assemble,
    heard,
    update_in,
    update_of,
    verbatim,
)
from channels.phone.twilio import signature
from tests.channels.far_ends import Desk
from tests.channels.phone_end import PhoneEnd, phone

PUBLIC: Final = "https://desk.example.com:8443"
KEY: Final = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM: Final = KEY.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
).decode()
SECRET: Final = "the signature secret of the account"


class Providers:
    """Where transcripts are fetched from."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}  # by path
        self.asked: list[tuple[str, str]] = []  # path, authorization
        self.status = 200
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.asked.append((request.path_qs, request.headers.get("authorization", "")))
        return web.json_response(self.answers.get(request.path_qs, {}), status=self.status)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def providers() -> AsyncIterator[Providers]:
    them = Providers()
    app = web.Application()
    app.router.add_get("/{path:.*}", them.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    them.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield them
    await runner.cleanup()


@pytest.fixture
async def end(desk: Desk, providers: Providers) -> AsyncIterator[PhoneEnd]:
    options = Options(
        public_url=PUBLIC,
        twilio=Twilio(account_sid="AC1", auth_token="tok", intelligence_url=providers.url),
        vonage=Vonage(
            signature_secret=SECRET, application_id="app", private_key=PEM, api_url=providers.url
        ),
        deepgram=Deepgram(token="key-id"),
        assemblyai=AssemblyAI(header="X-Hook", value="v", api_key="k", api_url=providers.url),
        freeswitch=FreeSwitch(user="fs", password="pw"),
    )
    async with phone(desk, options) as end:
        yield end


def last(desk: Desk) -> tuple[InboundMessage, Update]:
    update = update_of(desk.received[-1])
    assert update is not None
    return desk.received[-1], update


async def fetched(end: PhoneEnd, message: InboundMessage) -> Update:
    [file] = message.files
    assert file.content_type == UPDATE_TYPE
    return update_in(b"".join([piece async for piece in end.channel.fetch(file)]))


# -- Twilio

STATUS: Final = {
    "CallSid": "CA1",
    "AccountSid": "AC1",
    "From": "+4930901820",
    "To": "+4930111111",
    "CallStatus": "ringing",
    "Direction": "inbound",
    "Timestamp": "Mon, 02 Mar 2026 09:00:00 +0000",
    "StirVerstat": "TN-Validation-Passed-A",
}


async def twilio(
    end: PhoneEnd, fields: dict[str, str], *, query: str = "", public: str = PUBLIC
) -> int:
    way = f"twilio{'?' + query if query else ''}"
    signed = signature("tok", f"{public}/channels/phone/{way}", fields.items())
    headers = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signed}
    return (await end.post(way, urlencode(fields).encode(), headers))[0]


def test_the_signature_is_the_one_of_twilios_own_example() -> None:
    form = {"CallSid": "CA1234567890ABCDE", "Caller": "+14158675309", "Digits": "1234"}
    form |= {"From": "+14158675309", "To": "+18005551212"}
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature("12345", url, form.items()) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


async def test_a_call_of_twilio_is_told_from_its_first_ring(end: PhoneEnd, desk: Desk) -> None:
    assert await twilio(end, STATUS) == 200
    message, update = last(desk)
    assert (message.chosen, message.conversation) == (CALL, "CA1")
    assert (message.sender.address, message.sender.verified) == ("+4930901820", True)
    assert (update.state, update.callee) == (State.RINGING, "+4930111111")
    leg = {"CallSid": "CA2", "ParentCallSid": "CA1", "To": "client:ben", "CallStatus": "ringing"}
    assert await twilio(end, {**STATUS, **leg}) == 200
    assert last(desk)[0].conversation == "CA1"
    assert last(desk)[1].agent == "client:ben"
    over = {"CallStatus": "completed", "CallDuration": "60"}
    over["Timestamp"] = "Mon, 02 Mar 2026 09:01:10 +0000"
    assert await twilio(end, {**STATUS, **over}) == 200
    call = assemble(filter(None, map(update_of, desk.received)))
    assert call.started is not None
    assert call.ended is not None
    assert (call.state, (call.ended - call.started).total_seconds()) == (State.ENDED, 70)
    assert len({message.message_id for message in desk.received}) == 3


@pytest.mark.parametrize("public", [PUBLIC, "https://desk.example.com"])
async def test_twilio_signs_with_and_without_the_port(end: PhoneEnd, public: str) -> None:
    assert await twilio(end, STATUS, public=public) == 200


async def test_nobody_else_is_twilio(end: PhoneEnd, desk: Desk) -> None:
    assert await twilio(end, STATUS, public="http://127.0.0.1") == 401
    form = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": "é"}
    assert (await end.post("twilio", urlencode(STATUS).encode(), form))[0] == 401
    assert (await end.post("twilio", b"x", {"content-type": "text/plain"}))[0] == 415
    assert desk.received == []


async def test_whom_we_called_is_the_caller_of_the_record(end: PhoneEnd, desk: Desk) -> None:
    outbound = {"Direction": "outbound-api", "From": "+4930111111", "To": "+4930901820"}
    await twilio(end, {**STATUS, **outbound})
    assert last(desk)[0].sender.address == "+4930901820"


async def test_what_is_said_live_comes_in_pieces(end: PhoneEnd, desk: Desk) -> None:
    def piece(sequence: int, words: str, track: str, final: bool) -> dict[str, str]:
        return {
            "CallSid": "CA1",
            "TranscriptionEvent": "transcription-content",
            "TranscriptionSid": "GT1",
            "SequenceId": str(sequence),
            "Track": track,
            "Final": str(final).lower(),
            "LanguageCode": "en-US",
            "TranscriptionData": json.dumps({"transcript": words, "confidence": 0.9}),
        }

    caller = urlencode({"From": "+4930901820"})
    for told in (
        piece(4, "It says 809.", "inbound_track", True),
        piece(2, "My V", "inbound_track", False),
        piece(3, "My VPN drops.", "inbound_track", True),
        piece(1, "Service desk.", "outbound_track", True),
    ):
        assert await twilio(end, told, query=caller) == 200
    stopped = {"CallSid": "CA1", "TranscriptionEvent": "transcription-stopped"}
    assert await twilio(end, stopped) == 200
    call = assemble(filter(None, map(update_of, desk.received)))
    assert heard(call) == "My VPN drops. It says 809."
    assert verbatim(call).splitlines()[0] == "agent: Service desk."
    assert (call.caller, call.language, len(desk.received)) == ("+4930901820", "en-US", 4)


async def test_a_voicemail_and_its_recording(end: PhoneEnd, desk: Desk) -> None:
    about = {"CallSid": "CA1", "From": "+4930901820", "RecordingSid": "RE1"}
    link = {"RecordingUrl": "https://api.twilio.com/RE1"}
    await twilio(end, {**about, **link, "RecordingStatus": "in-progress"})
    assert desk.received == []
    await twilio(end, {**about, **link, "RecordingStatus": "completed"})
    assert last(desk)[1].recording == "https://api.twilio.com/RE1"
    words = {"TranscriptionSid": "TR1", "TranscriptionStatus": "completed"}
    await twilio(end, {**about, **words, "TranscriptionText": "my mail is gone"})
    assert last(desk)[0].text == "my mail is gone"


async def test_the_sentences_of_twilio_are_fetched_page_by_page(
    end: PhoneEnd, desk: Desk, providers: Providers
) -> None:
    told = {"event_type": "voice_intelligence_transcript_available", "transcript_sid": "GT1"}
    body = json.dumps({**told, "customer_key": "CA1"}).encode()
    way = f"twilio?bodySHA256={hashlib.sha256(body).hexdigest()}"
    signed = signature("tok", f"{PUBLIC}/channels/phone/{way}", ())
    headers = {"content-type": "application/json", "x-twilio-signature": signed}
    assert (await end.post(way, body + b" ", headers))[0] == 401
    assert (await end.post(way, body, headers))[0] == 200
    message, _ = last(desk)
    assert (message.conversation, message.chosen) == ("CA1", CALL)

    def sentence(channel: int, at: str, words: str) -> dict[str, Any]:
        return {"media_channel": channel, "start_time": at, "transcript": words}

    first, second = "/v2/Transcripts/GT1/Sentences?PageSize=1000", "/v2/more?Page=1"
    providers.answers[first] = {
        "sentences": [sentence(1, "2.5", "My VPN drops."), sentence(2, "0.4", "Service desk.")],
        "meta": {"next_page_url": f"{providers.url}{second}"},
    }
    providers.answers[second] = {
        "sentences": [sentence(1, "9.1", "Thanks.")],
        "meta": {"next_page_url": "https://elsewhere.example/steal"},
    }
    call = assemble([await fetched(end, message)])
    assert heard(call) == "My VPN drops. Thanks."
    assert (call.call, call.final) == ("CA1", True)
    login = "Basic " + base64.b64encode(b"AC1:tok").decode()
    assert providers.asked == [(first, login), (second, login)]


# -- Vonage


async def vonage(end: PhoneEnd, fields: dict[str, Any], **claims: Any) -> int:
    body = json.dumps(fields).encode()
    right = {"iat": int(time.time()), "payload_hash": hashlib.sha256(body).hexdigest()}
    token = jwt.encode({**right, **claims}, SECRET, algorithm="HS256")
    headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
    return (await end.post("vonage", body, headers))[0]


EVENT: Final = {
    "uuid": "u1",
    "conversation_uuid": "CON-1",
    "status": "answered",
    "direction": "inbound",
    "from": "4930901820",
    "to": "4930111111",
    "timestamp": "2026-03-02T09:00:00.000Z",
}


async def test_an_event_of_vonage(end: PhoneEnd, desk: Desk) -> None:
    assert await vonage(end, EVENT) == 200
    message, update = last(desk)
    assert (message.conversation, update.state) == ("CON-1", State.ANSWERED)
    assert message.sender.address == "+4930901820"
    assert await vonage(end, {**EVENT, "direction": "outbound"}) == 200
    assert len(desk.received) == 1


@pytest.mark.parametrize(
    "claims", [{"payload_hash": "0" * 64}, {"iat": 1_700_000_000}, {"iat": "soon"}]
)
async def test_a_token_of_vonage_is_good_for_its_body_and_its_time(
    end: PhoneEnd, desk: Desk, claims: dict[str, Any]
) -> None:
    assert await vonage(end, EVENT, **claims) == 401
    assert desk.received == []


async def test_nobody_else_is_vonage(end: PhoneEnd) -> None:
    unsigned = jwt.encode({"iat": int(time.time()), "payload_hash": ""}, "", algorithm="none")
    for token in ("", "x", unsigned):
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        assert (await end.post("vonage", b"{}", headers))[0] == 401


async def test_a_transcript_of_vonage_is_in_milliseconds_and_fetched_from_vonage_only(
    end: PhoneEnd, desk: Desk, providers: Providers
) -> None:
    await vonage(end, {"conversation_uuid": "CON-1", "transcription_url": f"{providers.url}/t/1"})
    words = [{"word": "VPN", "confidence": 0.2}]
    said = {"sentence": "My VPN drops", "timestamp": 1500, "duration": 2000, "words": words}
    hello = {"sentence": "Service desk", "timestamp": 200, "duration": 900}
    providers.answers["/t/1"] = {"channels": [{"transcript": [said]}, {"transcript": [hello]}]}
    call = assemble([await fetched(end, desk.received[-1])])
    assert verbatim(call) == "[0:00] agent: Service desk\n[0:01] caller: My ⟨VPN?⟩ drops"
    [(_, authorization)] = providers.asked
    claims = jwt.decode(authorization.removeprefix("Bearer "), KEY.public_key(), ["RS256"])
    assert claims["application_id"] == "app"
    await vonage(
        end, {"conversation_uuid": "CON-1", "transcription_url": "https://nexmo.com.evil.example/"}
    )
    with pytest.raises(Undeliverable, match="not with Vonage"):
        await fetched(end, desk.received[-1])


# -- Deepgram

WORDS: Final = [
    {"word": "service", "start": 0.1, "end": 0.5, "confidence": 0.9, "speaker": 0},
    {"word": "desk", "start": 0.5, "end": 0.9, "confidence": 0.9, "speaker": 0},
    {"word": "error", "start": 2.1, "end": 2.5, "confidence": 0.9, "speaker": 1},
    {"word": "809", "start": 2.5, "end": 2.9, "confidence": 0.3, "speaker": 1},
]


async def deepgram(end: PhoneEnd, results: dict[str, Any], token: str = "key-id") -> int:
    body = json.dumps({"metadata": {"request_id": "r1"}, "results": results}).encode()
    headers = {"content-type": "application/json", "dg-token": token}
    return (await end.post("deepgram?call=c9&caller=%2B4930901820", body, headers))[0]


async def test_voices_that_deepgram_tells_apart(end: PhoneEnd, desk: Desk) -> None:
    alternative = {"transcript": "service desk error 809", "words": WORDS}
    assert await deepgram(end, {"channels": [{"alternatives": [alternative]}]}) == 200
    message, _ = last(desk)
    assert (message.conversation, message.sender.phone) == ("c9", "+4930901820")
    assert message.folded == "[0:00] speaker 1: service desk\n[0:02] speaker 2: error ⟨809?⟩"


async def test_lines_that_deepgram_tells_apart(end: PhoneEnd, desk: Desk) -> None:
    utterances = [
        {"channel": 0, "start": 2.0, "end": 3.0, "transcript": "my VPN drops"},
        {"channel": 1, "start": 0.1, "end": 1.0, "transcript": "service desk"},
    ]
    await deepgram(end, {"channels": [{}, {}], "utterances": utterances})
    assert last(desk)[0].text == "my VPN drops"


async def test_nobody_else_is_deepgram(end: PhoneEnd, desk: Desk) -> None:
    assert await deepgram(end, {}, token="other") == 401
    assert await deepgram(end, {}, token="") == 401
    assert desk.received == []


# -- AssemblyAI


async def assembly(end: PhoneEnd, fields: dict[str, Any], value: str = "v") -> int:
    headers = {"content-type": "application/json", "x-hook": value}
    way = "assemblyai?call=c9&caller=%2B4930901820"
    return (await end.post(way, json.dumps(fields).encode(), headers))[0]


async def test_what_assemblyai_has_is_fetched_and_in_milliseconds(
    end: PhoneEnd, desk: Desk, providers: Providers
) -> None:
    assert await assembly(end, {"transcript_id": "t-1", "status": "completed"}) == 200
    utterances = [
        {"channel": "1", "speaker": "1", "text": "My VPN drops", "start": 2500, "end": 4000},
        {"channel": "2", "speaker": "2", "text": "Service desk", "start": 100, "end": 1000},
    ]
    providers.answers["/v2/transcript/t-1"] = {
        "status": "completed",
        "language_code": "en_us",
        "utterances": utterances,
    }
    call = assemble([last(desk)[1], await fetched(end, desk.received[-1])])
    assert verbatim(call) == "[0:00] agent: Service desk\n[0:02] caller: My VPN drops"
    assert (call.call, call.caller, call.language) == ("c9", "+4930901820", "en_us")
    assert providers.asked == [("/v2/transcript/t-1", "k")]


async def test_a_transcription_that_failed_leaves_a_call_without_words(
    end: PhoneEnd, desk: Desk
) -> None:
    assert await assembly(end, {"transcript_id": "t-1", "status": "error"}) == 200
    assert desk.received[-1].files == ()
    assert await assembly(end, {"transcript_id": "../x", "status": "completed"}) == 422
    assert await assembly(end, {"transcript_id": "t-1", "status": "completed"}, "no") == 401


@pytest.mark.parametrize(("status", "error"), [(503, TryLater), (404, Undeliverable)])
async def test_a_provider_that_does_not_answer_is_asked_again(
    end: PhoneEnd, desk: Desk, providers: Providers, status: int, error: type[Exception]
) -> None:
    await assembly(end, {"transcript_id": "t-1", "status": "completed"})
    providers.status = status
    with pytest.raises(error):
        await fetched(end, desk.received[-1])


# -- FreeSWITCH


async def test_a_record_of_freeswitch_needs_its_password(end: PhoneEnd, desk: Desk) -> None:
    body = json.dumps({"variables": {"uuid": "f1", "start_epoch": "1772442000"}}).encode()
    for password, status in (("wrong", 401), ("pw", 200)):
        login = base64.b64encode(f"fs:{password}".encode()).decode()
        assert (await end.post("freeswitch", body, {"authorization": f"Basic {login}"}))[
            0
        ] == status
    assert last(desk)[1].state is State.ENDED
