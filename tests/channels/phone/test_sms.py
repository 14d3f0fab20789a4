"""Words that go back to a caller as text messages: once, or with a word why not."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web

from channels.channel import TryLater, Undeliverable
from channels.message import OutboundMessage, PublicText
from channels.phone import Options, PhoneChannel, SmsWebhook, TwilioSms
from channels.phone.post import Post
from channels.phone.signed import check
from tests.channels.far_ends import Desk
from tests.channels.phone_end import CALLER, PhoneEnd, phone


@pytest.fixture
async def end() -> AsyncIterator[PhoneEnd]:
    async with phone(Desk()) as end:
        yield end


def words(text: str = "Your ticket is INC-1", to: str = CALLER) -> OutboundMessage:
    return OutboundMessage(
        key="k1", channel="phone", to=to, conversation="c1", text=PublicText(text)
    )


@pytest.mark.parametrize("to", ["withheld:c1", "unknown:c1", "extension:1042"])
async def test_who_has_no_number_gets_no_text(end: PhoneEnd, to: str) -> None:
    with pytest.raises(Undeliverable, match="number"):
        await end.channel.send(words(to=to))
    assert end.seen() == []


async def test_the_receipt_is_what_twilio_calls_it(end: PhoneEnd) -> None:
    assert (await end.channel.send(words())).platform_id == "SM1"


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, TryLater), (503, TryLater), (400, Undeliverable), (401, Undeliverable)],
)
async def test_what_twilio_answers_decides(
    end: PhoneEnd, status: int, error: type[Exception]
) -> None:
    end.texts.status = status
    with pytest.raises(error, match=str(status)):
        await end.channel.send(words())


async def test_a_text_that_went_out_without_an_answer_is_not_sent_again(end: PhoneEnd) -> None:
    end.texts.silent = True
    assert (await end.channel.send(words())).platform_id == "SM1"
    assert len(end.seen()) == 1


async def test_a_text_that_did_not_go_out_is_tried_later(end: PhoneEnd) -> None:
    end.texts.forgets = True
    with pytest.raises(TryLater):
        await end.channel.send(words())


async def test_nobody_listening_holds_the_whole_channel() -> None:
    sms = TwilioSms(account_sid="A", auth_token="t", sender="+49", api_url="http://127.0.0.1:9")
    channel = PhoneChannel("phone", Options(sms=sms))
    with pytest.raises(TryLater) as refusal:
        await channel.send(words())
    assert refusal.value.whole_channel
    await channel.close()


async def test_without_text_messages_nothing_is_pushed() -> None:
    channel = PhoneChannel("phone", Options())
    assert channel.capabilities.pull
    with pytest.raises(Undeliverable, match="not set up"):
        await channel.send(words())


async def test_a_gateway_of_ones_own_gets_them_signed_and_with_a_key() -> None:
    got: list[tuple[dict[str, str], Post]] = []

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        got.append((await request.json(), Post("/", {}, request.headers, body, datetime.now(UTC))))
        return web.json_response({"id": "g1"})

    app = web.Application()
    app.router.add_post("/sms", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    gateway = SmsWebhook(url=f"http://127.0.0.1:{runner.addresses[0][1]}/sms", secret="s")
    channel = PhoneChannel("phone", Options(sms=gateway))
    assert (await channel.send(words())).platform_id == "g1"
    [(said, post)] = got
    check("s", post)
    assert said == {"key": "k1", "to": CALLER, "text": "Your ticket is INC-1", "language": "en"}
    assert post.headers["idempotency-key"] == "k1"
    await channel.close()
    await runner.cleanup()
