"""The signed channel to other programs: who is believed, and what their answers mean."""

import json
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from channels.channel import TryLater, Undeliverable
from channels.message import Choice, OutboundMessage, PublicText
from channels.webhook import Options, WebhookChannel
from channels.webhook.signature import key_of, sign
from tests.channels.far_ends import SECRET, Desk, WebhookEnd, webhook


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def end(desk: Desk) -> AsyncIterator[WebhookEnd]:
    async with webhook(desk) as end:
        yield end


REPLY = OutboundMessage(
    key="k1",
    channel="hook",
    to="ana",
    conversation="c1",
    text=PublicText("words"),
    choices=(Choice("q1:solved", "Solved it"),),
    author="Ben",
)


async def raw(end: WebhookEnd, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    async with end._http.post(end._url, data=body, headers=headers) as answer:
        return answer.status, (await answer.json())["error"]


MESSAGE = json.dumps({"id": "m1", "conversation": "c", "sender": {"address": "a"}, "text": "x"})


async def test_only_the_secret_is_believed(end: WebhookEnd, desk: Desk) -> None:
    body, now = MESSAGE.encode(), int(time.time())
    right = sign(key_of(SECRET), "m1", now, body)
    for wrong in (
        {},
        sign(key_of("b3RoZXI="), "m1", now, body),
        sign(key_of(SECRET), "m1", now - 400, body),
        sign(key_of(SECRET), "m1", now + 400, body),
        {**right, "webhook-id": "m2"},
        {**right, "webhook-timestamp": "²"},
    ):
        status, problem = await raw(end, body, wrong)
        assert status == 401, wrong
        assert "traceback" not in problem.lower()
    assert desk.received == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"\xff", 400),
        (b"{", 400),
        (b"{}", 422),
        (MESSAGE.replace('"x"', '" "').encode(), 422),
        (b"x" * 300_000, 413),
    ],
)
async def test_bad_bodies_are_named(end: WebhookEnd, desk: Desk, body: bytes, status: int) -> None:
    headers = sign(key_of(SECRET), "m1", int(time.time()), body)
    answer, problem = await raw(end, body, headers)
    assert (answer, bool(problem)) == (status, True)
    assert desk.received == []


async def test_a_reply_is_signed_and_has_its_key(end: WebhookEnd) -> None:
    receipt = await end.channel.send(REPLY)
    [post] = end.posts
    assert receipt.platform_id == "p1"
    assert post["headers"]["idempotency-key"] == post["key"] == "k1"
    assert post["author"] == "Ben"
    assert post["choices"] == [{"value": "q1:solved", "label": "Solved it"}]


@pytest.mark.parametrize(
    ("status", "error"),
    [(503, TryLater), (429, TryLater), (500, TryLater), (400, Undeliverable), (404, Undeliverable)],
)
async def test_what_the_other_side_answers_decides(
    end: WebhookEnd, status: int, error: type[Exception]
) -> None:
    end.status = status
    with pytest.raises(error, match=str(status)):
        await end.channel.send(REPLY)


async def test_nobody_listening_holds_the_whole_channel() -> None:
    channel = WebhookChannel("h", Options(secret=SECRET, deliver_url="http://127.0.0.1:9/"))
    with pytest.raises(TryLater) as refusal:
        await channel.send(REPLY)
    assert refusal.value.whole_channel
    await channel.close()


async def test_a_repeated_id_is_the_same_message(end: WebhookEnd, desk: Desk) -> None:
    for _ in range(2):
        assert await end.post({"text": "again"}, id="same")
    assert {message.message_id for message in desk.received} == {"same"}


async def test_a_refusal_to_keep_asks_for_another_try(end: WebhookEnd, desk: Desk) -> None:
    desk.refusals = 1
    body = MESSAGE.encode()
    headers = sign(key_of(SECRET), "m1", int(time.time()), body)
    async with (
        aiohttp.ClientSession() as http,
        http.post(end._url, data=body, headers=headers) as answer,
    ):
        assert (answer.status, answer.headers["retry-after"]) == (503, "2")
