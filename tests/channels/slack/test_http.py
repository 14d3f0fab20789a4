"""Slack calls us: what is signed is taken, and answered after it was kept."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_sdk.signature import SignatureVerifier
from structlog.testing import capture_logs

from channels.channel import Unavailable
from channels.forms import Field, Form
from channels.message import Choice, InboundMessage, OutboundMessage, PublicText
from channels.slack import Mode, SlackChannel
from tests.channels.far_ends import Desk
from tests.channels.slack.payloads import TS, event, pressed, said
from tests.channels.slack.scripted import HANG, MemoryLobby, Script, error, options_for
from tests.servers.http import serving

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
ANA = {
    "id": "UANA",
    "team_id": "T1",
    "tz": "Europe/Berlin",
    "locale": "ru-RU",
    "profile": {"real_name": "Ana Lima", "email": "ana@example.com"},
}
NEW = Form(
    title="New",
    submit="Send",
    cancel="No",
    value="/new",
    fields=(Field(name="what", label="What"),),
)


class Far:
    """Slack's servers, as far as they call us."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url, self.http = url, http

    async def post(
        self, body: str, kind: str = "application/json", **headers: str
    ) -> tuple[int, str]:
        stamp = str(int(time.time()))
        signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
        given = {
            "content-type": kind,
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": signature or "",
        }
        async with self.http.post(self.url, data=body.encode(), headers=given | headers) as answer:
            return answer.status, await answer.text()

    async def event(self, body: dict[str, Any], **headers: str) -> int:
        return (await self.post(json.dumps(body), **headers))[0]

    async def interact(self, payload: dict[str, Any]) -> tuple[int, str]:
        form = urlencode({"payload": json.dumps(payload)})
        return await self.post(form, "application/x-www-form-urlencoded")

    async def command(self, text: str) -> tuple[int, str]:
        given = {"command": "/helpdesk", "text": text, "team_id": "T1", "user_id": "UANA"}
        more = {"trigger_id": "13.5.t", "channel_id": "C1"}
        return await self.post(urlencode(given | more), "application/x-www-form-urlencoded")


@pytest.fixture
async def slack() -> AsyncIterator[Script]:
    async with Script() as script:
        script.always["users.info"] = {"ok": True, "user": ANA}
        script.always |= {
            method: {"ok": True} for method in ("views.open", "views.publish", "chat.update")
        }
        yield script


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def lobby() -> MemoryLobby:
    return MemoryLobby(("new", NEW), ("note", NEW))


@pytest.fixture
async def channel(slack: Script, lobby: MemoryLobby) -> AsyncIterator[SlackChannel]:
    options = options_for(
        slack.url, mode=Mode.HTTP, signing_secret=SECRET, rooms=frozenset({"T1/CROOM"})
    )
    channel = SlackChannel("slack", options, lobby)
    yield channel
    await channel.close()


@pytest.fixture
async def far(channel: SlackChannel, desk: Desk) -> AsyncIterator[Far]:
    async with (
        serving(channel.routes(desk.receive)) as url,
        aiohttp.ClientSession() as http,
    ):
        yield Far(f"{url}/channels/slack/events", http)


async def until_called(slack: Script, method: str) -> dict[str, Any]:
    async with asyncio.timeout(30):
        while not slack.called(method):  # noqa: ASYNC110 - nobody waits for an errand
            await asyncio.sleep(0.005)
    return slack.called(method)[0]


# -- who may call


async def test_slack_may_ask_whether_we_are_there(far: Far) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aBm", "token": "x"})
    status, answer = await far.post(body)
    assert status == 200
    assert "3eZbrw1aBm" in answer
    assert (await far.post("ssl_check=1", "application/x-www-form-urlencoded"))[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-signature": ""},
        {"x-slack-request-timestamp": str(int(time.time()) - 301)},
    ],
)
async def test_what_slack_did_not_sign_is_refused(
    far: Far, desk: Desk, headers: dict[str, str]
) -> None:
    assert await far.event(said("hello"), **headers) == 401
    assert not desk.received


async def test_an_old_call_is_refused_though_it_was_signed(far: Far, desk: Desk) -> None:
    stamp, body = str(int(time.time()) - 301), json.dumps(said("hello"))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body) or ""
    headers = {"x-slack-request-timestamp": stamp, "x-slack-signature": signature}
    assert (await far.post(body, **headers))[0] == 401
    assert not desk.received


@pytest.mark.parametrize("body", ["{", "[]", "payload=%7B", "\xff"])
async def test_nonsense_is_not_taken(far: Far, desk: Desk, body: str) -> None:
    assert (await far.post(body))[0] >= 400
    assert not desk.received


# -- what is said


async def test_words_come_with_who_wrote_them(far: Far, desk: Desk, slack: Script) -> None:
    assert await far.event(said("my VPN &amp; mail ✓")) == 200
    assert await far.event(said("again", ts="1700000060.000200")) == 200
    [message, _] = desk.received
    assert message.text == "my VPN & mail ✓"
    sender = message.sender
    assert (sender.name, sender.email, sender.timezone) == (
        "Ana Lima",
        "ana@example.com",
        "Europe/Berlin",
    )
    assert message.language == "ru"
    assert len(slack.called("users.info")) == 1


@pytest.mark.parametrize("stranger", [{"team_id": "T9"}, {"is_stranger": True}])
async def test_another_companys_word_on_an_address_is_not_taken(
    far: Far, desk: Desk, slack: Script, stranger: dict[str, Any]
) -> None:
    slack.always["users.info"] = {"ok": True, "user": ANA | stranger}
    await far.event(said("<@UBOT> hi", "C1", user_team="T9"))
    assert (desk.received[0].sender.name, desk.received[0].sender.email) == ("Ana Lima", None)


async def test_within_an_organisation_addresses_are_believed(
    far: Far, desk: Desk, slack: Script
) -> None:
    slack.always["auth.test"] |= {"enterprise_id": "E1"}
    grid = {"team_id": "T2", "enterprise_user": {"enterprise_id": "E1"}}
    slack.always["users.info"] = {"ok": True, "user": ANA | grid}
    await far.event(said("hi"))
    assert desk.received[0].sender.email == "ana@example.com"


@pytest.mark.parametrize("answer", [HANG, error("user_not_found"), (429, error("ratelimited"))])
async def test_nobody_waits_for_a_name(far: Far, desk: Desk, slack: Script, answer: Any) -> None:
    slack.answers["users.info"] = [answer]
    assert await far.event(said("hello")) == 200
    assert desk.received[0].sender.name is None
    assert await far.event(said("more", ts="1700000060.000200")) == 200
    assert desk.received[1].sender.name == "Ana Lima"


async def test_what_could_not_be_kept_is_to_come_again(far: Far, desk: Desk) -> None:
    desk.refusals = 1
    assert await far.event(said("keep this")) >= 500
    assert await far.event(said("keep this"), **{"x-slack-retry-num": "1"}) == 200
    assert [message.text for message in desk.received] == ["keep this"]


async def test_a_failure_of_ours_is_not_acknowledged(channel: SlackChannel, slack: Script) -> None:
    async def fails(message: InboundMessage) -> None:
        raise RuntimeError("a mistake of ours")

    async with serving(channel.routes(fails)) as url, aiohttp.ClientSession() as http:
        with capture_logs() as logs:
            assert await Far(f"{url}/channels/slack/events", http).event(said("hi")) >= 500
    assert [entry["event"] for entry in logs] == ["slack.failed"]


async def test_while_we_do_not_know_who_we_are_everything_is_to_come_again(
    far: Far, desk: Desk, slack: Script
) -> None:
    slack.answers["auth.test"] = [(503, b"")]
    assert await far.event(said("hello")) >= 500
    assert await far.event(said("hello")) == 200
    assert len(desk.received) == 1


async def test_in_channels_only_those_who_mean_us_are_heard(
    far: Far, desk: Desk, lobby: MemoryLobby
) -> None:
    await far.event(said("among ourselves", "C1"))
    await far.event(said("<@UBOT> help", "C1"))
    await far.event(said("in a room", "CROOM"))
    await far.event(said("not yet ours", "C1", ts="1700000060.000200", thread_ts=TS))
    lobby.known.add(f"T1/C1/{TS}")
    await far.event(said("ours", "C1", ts="1700000061.000200", thread_ts=TS))
    assert [message.text for message in desk.received] == ["help", "in a room", "ours"]


async def test_bots_are_not_answered(far: Far, desk: Desk, slack: Script) -> None:
    slack.always["users.info"] = {"ok": True, "user": ANA | {"is_bot": True}}
    assert await far.event(said("beep")) == 200
    assert not desk.received


@pytest.mark.parametrize(
    "body",
    [event(type="team_join", user={"id": "U9"}), event(type="surprise"), event(), {"type": "?"}],
)
async def test_nothing_is_ever_not_found(far: Far, desk: Desk, body: dict[str, Any]) -> None:
    assert await far.event(body) == 200
    assert not desk.received


async def test_what_cannot_be_read_does_not_come_for_ever(far: Far, desk: Desk) -> None:
    assert await far.event(event(type="message", user="UANA", text="no ts", channel="D1")) == 200
    assert not desk.received


async def test_what_is_said_in_a_channel_keeps_its_order(
    channel: SlackChannel, slack: Script
) -> None:
    kept: list[str] = []
    first_waits = asyncio.Event()

    async def slowly(message: InboundMessage) -> None:
        if message.text == "one":
            await first_waits.wait()
        kept.append(message.text)

    async with serving(channel.routes(slowly)) as url, aiohttp.ClientSession() as http:
        far = Far(f"{url}/channels/slack/events", http)
        one = asyncio.create_task(far.event(said("one")))
        await until_called(slack, "users.info")
        two = asyncio.create_task(far.event(said("two", ts="1700000060.000200")))
        await far.event(said("elsewhere", "D2", user="UBOB"))
        first_waits.set()
        await asyncio.gather(one, two)
    assert kept == ["elsewhere", "one", "two"]


# -- what is pressed and filled in


def button(form: str = "") -> dict[str, Any]:
    text = {"type": "plain_text", "text": "Solved & done"}
    return {"type": "button", "action_id": f"0:{form}", "value": "q1:solved", "text": text}


def with_buttons(**more: Any) -> dict[str, Any]:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "Which?"}}
    actions = {"type": "actions", "elements": [button()]}
    return {"blocks": [section, actions], **more}


async def test_what_was_chosen_stands_where_the_buttons_were(
    far: Far, desk: Desk, slack: Script
) -> None:
    assert (await far.interact(pressed(button(), message=with_buttons())))[0] == 200
    assert desk.received[0].chosen == "q1:solved"
    update = await until_called(slack, "chat.update")
    assert (update["channel"], update["ts"]) == ("D1", TS)
    assert update["text"] == "Which?\n\n✓ Solved &amp; done"
    assert [block["type"] for block in update["blocks"]] == ["section", "section"]


async def test_what_was_not_kept_is_not_shown_as_chosen(
    far: Far, desk: Desk, slack: Script
) -> None:
    desk.refusals = 1
    assert (await far.interact(pressed(button(), message=with_buttons())))[0] >= 500
    assert not slack.called("chat.update")


async def test_a_card_stays_as_it_is(
    far: Far, desk: Desk, slack: Script, channel: SlackChannel
) -> None:
    menu = {"type": "static_select", "action_id": "0:", "options": []}
    blocks = [{"type": "section", "accessory": menu}, {"type": "actions", "elements": [button()]}]
    await far.interact(pressed(button(), "CROOM", {"blocks": blocks}))
    assert desk.received[0].chosen == "q1:solved"
    await channel.close()
    assert not slack.called("chat.update")


async def test_a_button_with_a_form_opens_it_and_comes_with_the_answers(
    far: Far, desk: Desk, slack: Script
) -> None:
    now = {"ts": TS, "text": "As it is now"}
    slack.always["conversations.replies"] = {"ok": True, "messages": [{"ts": "5.1"}, now]}
    assert (await far.interact(pressed(button("note"), "C1", {"thread_ts": "5.1"})))[0] == 200
    [opened] = slack.called("views.open")
    assert opened["trigger_id"] == "13.4.trig"
    assert not desk.received
    await submit(far, opened["view"], {"what": "VPN"})
    [message] = desk.received
    assert (message.chosen, message.answers) == ("q1:solved", {"what": "VPN"})
    assert (message.place, message.conversation) == ("T1/C1", "T1/C1/5.1")
    update = await until_called(slack, "chat.update")
    assert (update["channel"], update["ts"]) == ("C1", TS)
    assert update["text"] == "As it is now\n\n✓ Solved &amp; done"


async def test_a_form_that_nobody_knows_is_sent_at_once(
    far: Far, desk: Desk, slack: Script
) -> None:
    await far.interact(pressed(button("unknown")))
    assert desk.received[0].chosen == "q1:solved"
    assert not slack.called("views.open")


async def submit(far: Far, view: dict[str, Any], answers: dict[str, str]) -> tuple[int, str]:
    values = {
        name: {name: {"type": "plain_text_input", "value": value}}
        for name, value in answers.items()
    }
    filled = view | {"id": "V1", "state": {"values": values}}
    user = {"id": "UANA", "team_id": "T1"}
    payload = {"type": "view_submission", "team": {"id": "T1"}, "user": user, "view": filled}
    return await far.interact(payload)


async def test_a_new_request_is_a_form(far: Far, desk: Desk, slack: Script) -> None:
    assert await far.command("new") == (200, "")
    [opened] = slack.called("views.open")
    assert await submit(far, opened["view"], {"what": "VPN"}) == (200, "")
    [message] = desk.received
    assert (message.chosen, message.conversation) == ("/new", "T1/UANA")
    assert message.sender.name == "Ana Lima"


async def test_a_form_that_could_not_be_kept_stays_open_and_says_why(
    channel: SlackChannel, slack: Script
) -> None:
    async def full(message: InboundMessage) -> None:
        raise Unavailable("The disk is full.")

    async with serving(channel.routes(full)) as url, aiohttp.ClientSession() as http:
        far = Far(f"{url}/channels/slack/events", http)
        await far.command("new")
        [opened] = slack.called("views.open")
        status, answer = await submit(far, opened["view"], {"what": "VPN"})
    assert status == 200
    assert json.loads(answer) == {
        "response_action": "errors",
        "errors": {"what": "The disk is full."},
    }


async def test_a_form_that_comes_too_late_is_not_an_error_of_slacks(
    far: Far, desk: Desk, slack: Script
) -> None:
    slack.answers["views.open"] = [error("expired_trigger_id")]
    assert (await far.command("new"))[0] == 200
    assert not desk.received


async def test_a_command_is_answered_elsewhere(far: Far, desk: Desk) -> None:
    assert await far.command("search vpn") == (200, "")
    [message] = desk.received
    assert (message.chosen, message.text, message.place) == ("/search", "vpn", None)


async def test_the_home_shows_what_the_desk_says(far: Far, slack: Script) -> None:
    await far.event(event(type="app_home_opened", user="UANA", tab="home", channel="D1"))
    published = await until_called(slack, "views.publish")
    assert published["user_id"] == "UANA"
    assert "home of Ana Lima in ru" in str(published["view"])


async def test_a_message_is_not_replaced_before_its_buttons_are_gone(
    far: Far, channel: SlackChannel, slack: Script, desk: Desk
) -> None:

    await far.interact(pressed(button(), message=with_buttons()))
    again = OutboundMessage(
        key="k2",
        channel="slack",
        to="T1/UANA",
        conversation="T1/UANA",
        text=PublicText("Hello"),
        replaces=f"D1/{TS}",
        choices=(Choice("v", "Reopen"),),
    )
    await channel.send(again)
    chosen, replaced = slack.called("chat.update")
    assert "✓" in chosen["text"]
    assert replaced["text"] == "Hello"


async def test_without_its_secret_nothing_is_listened_to(slack: Script) -> None:
    for mode in Mode:
        options = options_for(slack.url, mode=mode, app_token="", signing_secret="")
        with pytest.raises(ValueError, match="needs"):
            SlackChannel("slack", options, MemoryLobby())
