"""The signed way in over real HTTP: who is believed, what is refused, and in which words."""

import json
import time
from collections.abc import AsyncIterator

import pytest

from channels.phone import PhoneChannel, State, Twilio, assemble, update_of
from channels.phone.channel import LONGEST_BODY, Options
from channels.phone.signed import sign
from tests.channels.far_ends import Desk
from tests.channels.phone_end import SECRET, PhoneEnd, phone

WORDS = {"speaker": "caller", "text": "my VPN drops", "start": 1, "end": 4}
CALL = {"call": "c1", "sequence": 1, "caller": "+4930901820", "segments": [WORDS]}


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def end(desk: Desk) -> AsyncIterator[PhoneEnd]:
    async with phone(desk) as end:
        yield end


async def test_only_the_secret_is_believed_and_only_for_five_minutes(
    end: PhoneEnd, desk: Desk
) -> None:
    body, now = json.dumps(CALL).encode(), int(time.time())
    right = sign(SECRET, now, body)
    for wrong in (
        {},
        sign("another secret", now, body),
        sign(SECRET, now - 400, body),
        sign(SECRET, now + 400, body),
        sign(SECRET, now, body + b" "),
        {**right, "x-firstline-timestamp": str(now - 1)},
        {**right, "x-firstline-timestamp": "²"},
        {**right, "x-firstline-signature": "sha256=ü"},
    ):
        status, said = await end.post("calls", body, wrong)
        assert (status, bool(said["error"])) == (401, True), wrong
    assert desk.received == []


async def test_a_replayed_post_is_the_same_message(end: PhoneEnd, desk: Desk) -> None:
    body = json.dumps(CALL).encode()
    headers = {"content-type": "application/json", **sign(SECRET, int(time.time()), body)}
    for _ in range(2):
        assert (await end.post("calls", body, headers))[0] == 200
    assert {message.message_id for message in desk.received} == {"CALL/c1/phone/1"}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"call": ""}, "call"),
        ({"call": "x" * 201}, "call"),
        ({"call": "c\x001"}, "call"),
        ({"sequence": 10**30}, "sequence"),
        ({"sequence": -1}, "sequence"),
        ({"sequence": None}, "sequence"),
        ({"state": "asleep"}, "state"),
        ({"started": "2026-03-02T10:00:00Z", "ended": "2026-03-02T09:00:00Z"}, "ended before"),
        ({"started": "2026-03-01T09:00:00Z", "ended": "2026-03-02T10:00:00Z"}, "24 hours"),
        ({"started": "2026-03-02T10:00:00"}, "started"),
        ({"recording": "javascript:alert(1)"}, "recording"),
        ({"segments": [{**WORDS, "end": 0.5}]}, "segment 0 ends before"),
        ({"segments": [WORDS, {**WORDS, "end": 400_000}]}, "milliseconds"),
        ({"segments": [{**WORDS, "confidence": 90}]}, "confidence"),
        ({"segments": [WORDS] * 20_001}, "at most 20000"),
    ],
)
async def test_what_cannot_be_is_refused_by_name(
    end: PhoneEnd, desk: Desk, change: dict[str, object], word: str
) -> None:
    status, said = await end.call(**{**CALL, **change})
    assert status == 422
    assert word in said["error"]
    assert desk.received == []


async def test_bodies_that_are_none_are_named(end: PhoneEnd, desk: Desk) -> None:
    assert (await end.post("calls", b"{"))[0] == 400
    assert (await end.post("calls", b"\xff"))[0] == 400
    assert (await end.post("calls", b'{"x":' + b"[" * 100_000))[0] == 400
    body = json.dumps(CALL).encode()
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert (await end.post("calls", body, form | sign(SECRET, int(time.time()), body)))[0] == 415
    assert (await end.post("calls", b" " * (LONGEST_BODY + 1)))[0] == 413
    async with end.http.get(f"{end.url}/channels/phone/calls") as answer:
        assert answer.status == 405
    assert (await end.post("twilio", b""))[0] == 404  # not set up
    assert desk.received == []


async def test_a_call_without_words_is_kept_and_said_to_have_none(
    end: PhoneEnd, desk: Desk
) -> None:
    status, said = await end.call(segments=[], final=True)
    assert status == 200
    assert "no words" in said["note"]
    assert desk.received[0].chosen == "/call"


async def test_four_hours_and_ten_thousand_segments_are_a_call(end: PhoneEnd, desk: Desk) -> None:
    segments = [{**WORDS, "start": n, "end": n + 1} for n in range(10_000)]
    times = {"started": "2026-03-02T09:00:00Z", "ended": "2026-03-02T13:00:00Z"}
    assert (await end.call(segments=segments, **times))[0] == 200
    assert desk.received[0].folded is not None
    assert desk.received[0].folded.count("my VPN drops") == 10_000


async def test_a_refusal_to_keep_asks_for_another_try(end: PhoneEnd, desk: Desk) -> None:
    desk.refusals = 1
    assert (await end.call(segments=[WORDS]))[0] == 503
    assert desk.received == []


async def test_a_call_told_backwards_is_the_same_record(end: PhoneEnd, desk: Desk) -> None:
    told: list[dict[str, object]] = [
        {"sequence": 0, "state": "ringing", "callee": "+4930111111"},
        {"sequence": 1, "state": "answered", "agent": "Ben"},
        {"sequence": 2, "segments": [{**WORDS, "text": "my VPN"}]},
        {"sequence": 3, "segments": [WORDS], "state": "ended", "final": True},
    ]
    for one in reversed(told):
        assert (await end.call(**one))[0] == 200
    call = assemble(filter(None, map(update_of, desk.received)))
    assert (call.final, call.state, call.agent) == (True, State.ENDED, "Ben")
    assert [one.text for one in call.segments] == ["my VPN drops"]
    assert {message.conversation for message in desk.received} == {"c1"}


async def test_speakers_are_named_by_whoever_knows_them(end: PhoneEnd, desk: Desk) -> None:
    segments = [{**WORDS, "speaker": "spk_1"}, {**WORDS, "speaker": "spk_0", "text": "Hello"}]
    await end.call(segments=segments, speakers={"spk_0": "agent", "spk_1": "caller"})
    assert desk.received[0].text == "my VPN drops"


async def test_silence_that_whisper_makes_words_of_is_left_out(end: PhoneEnd, desk: Desk) -> None:
    segments = [
        {"id": 0, "start": 0, "end": 2, "text": " My VPN drops.", "avg_logprob": -0.1},
        {"id": 1, "start": 2, "end": 9, "text": " Thank you.", "no_speech_prob": 0.93},
        {"id": 2, "start": 9, "end": 11, "text": " error 809", "avg_logprob": -1.5},
    ]
    result = {"text": "…", "language": "en", "segments": segments}
    body = {"call": "w1", "sequence": 1, "final": True, "caller": "030901820", "result": result}
    assert (await end.post("whisper", json.dumps(body).encode()))[0] == 200
    [message] = desk.received
    assert message.text == "My VPN drops. error 809"
    assert message.folded is not None
    assert message.folded.endswith("unknown speaker: ⟨error 809?⟩")
    assert (message.language, message.sender.phone) == ("en", "+4930901820")


async def test_milliseconds_in_whispers_place_are_noticed(end: PhoneEnd) -> None:
    result = {"segments": [{"start": 0, "end": 240_000, "text": "hello"}]}
    body = {"call": "w1", "sequence": 1, "result": result}
    status, said = await end.post("whisper", json.dumps(body).encode())
    assert status == 422
    assert "milliseconds" in said["error"]


def test_without_a_public_address_twilio_cannot_be_believed() -> None:
    with pytest.raises(ValueError, match="public_url"):
        PhoneChannel("phone", Options(twilio=Twilio(account_sid="AC1", auth_token="t")))
