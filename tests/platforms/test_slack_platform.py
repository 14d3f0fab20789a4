"""The Slack of the tests refuses what Slack refuses, as the real SDK hears it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from tests.platforms.faults import Fault
from tests.platforms.slack import FakeSlack, Room, User

MODAL: dict[str, Any] = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "New"},
    "blocks": [],
}
BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Press"}, "value": "v"}


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        yield slack


@pytest.fixture
def ana(slack: FakeSlack) -> User:
    return slack.user("Ana", email="ana@example.com")


@pytest.fixture
def room(slack: FakeSlack) -> Room:
    return slack.channel("it-desk")


def client(slack: FakeSlack, token: str | None = None) -> AsyncWebClient:
    return AsyncWebClient(token or slack.bot_token, base_url=slack.api_url, retry_handlers=[])


async def refused(call: Any) -> str:
    with pytest.raises(SlackApiError) as problem:
        await call
    return str(problem.value.response["error"])


def said(**more: Any) -> list[dict[str, Any]]:
    return [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}} | more]


# -- calls


async def test_tokens(slack: FakeSlack) -> None:
    assert (await client(slack).auth_test())["team_id"] == slack.team.id
    assert await refused(client(slack, "xoxb-other").auth_test()) == "invalid_auth"
    assert await refused(client(slack, slack.app_token).auth_test()) == "not_allowed_token_type"
    assert await refused(client(slack).api_call("no.such")) == "unknown_method"
    open_ = client(slack).apps_connections_open(app_token=slack.bot_token)
    assert await refused(open_) == "not_allowed_token_type"
    slack.revoke()
    assert await refused(client(slack).auth_test()) == "token_revoked"


@pytest.mark.parametrize(
    ("blocks", "text"),
    [
        ([{"type": "marquee"}], "x"),
        ([{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}], "x"),
        ([{"type": "section", "text": {"type": "mrkdwn", "text": ""}}], "x"),
        ([{"type": "actions", "elements": [BUTTON | {"value": "v" * 2001}]}], "x"),
        ([{"type": "actions", "elements": [BUTTON] * 26}], "x"),
        ([{"type": "actions", "elements": []}], "x"),
        ([{"type": "input", "label": BUTTON["text"], "element": BUTTON}], "x"),
        (said() * 51, "x"),
        (said(block_id="same") * 2, "x"),
        (said(accessory={"type": "static_select", "options": []}), "x"),
    ],
)
async def test_blocks_that_slack_refuses(
    slack: FakeSlack, room: Room, blocks: Any, text: str
) -> None:
    post = client(slack).chat_postMessage(channel=room.id, text=text, blocks=blocks)
    assert await refused(post) == "invalid_blocks"


async def test_messages_that_slack_refuses(slack: FakeSlack, room: Room, ana: User) -> None:
    web_ = client(slack)
    assert await refused(web_.chat_postMessage(channel=room.id, text="")) == "no_text"
    assert (
        await refused(web_.chat_postMessage(channel=room.id, text="x" * 40_001)) == "msg_too_long"
    )
    assert await refused(web_.chat_postMessage(channel="C1", text="x")) == "channel_not_found"
    lost = web_.chat_postMessage(channel=room.id, text="x", thread_ts="1.000001")
    assert await refused(lost) == "thread_not_found"
    mine = room.add({"user": ana.id, "text": "hello"})
    assert await refused(web_.chat_update(channel=room.id, ts=mine["ts"], text="x")) == (
        "cant_update_message"
    )
    room.archived = True
    assert await refused(web_.chat_postMessage(channel=room.id, text="x")) == "is_archived"
    stranger = slack.channel("others", member=False)
    assert await refused(web_.chat_postMessage(channel=stranger.id, text="x")) == "not_in_channel"
    assert await refused(web_.files_upload(content="x", channels=room.id)) == "method_deprecated"


async def test_too_many_are_told_how_long_to_wait(slack: FakeSlack, room: Room) -> None:
    for _ in range(slack.limits.burst):
        await client(slack).chat_postMessage(channel=room.id, text="x")
    with pytest.raises(SlackApiError) as problem:
        await client(slack).chat_postMessage(channel=room.id, text="x")
    assert problem.value.response.status_code == 429
    assert int(problem.value.response.headers["Retry-After"]) >= 1


async def test_a_message_has_its_own_ts_and_hides_its_metadata(slack: FakeSlack, ana: User) -> None:
    web_, about = client(slack), {"event_type": "e", "event_payload": {"key": "k"}}
    first = await web_.chat_postMessage(channel=ana.id, text="one", metadata=about)
    second = await web_.chat_postMessage(channel=ana.id, text="two")
    assert first["channel"] == second["channel"] == ana.room.id
    assert first["ts"] < second["ts"]
    [_, plain] = (await web_.conversations_history(channel=ana.room.id))["messages"]
    assert "metadata" not in plain
    asked = web_.conversations_history(channel=ana.room.id, include_all_metadata=True)
    assert (await asked)["messages"][1]["metadata"] == about


async def test_a_trigger_is_used_once_and_soon(slack: FakeSlack, ana: User) -> None:
    web_, trigger = client(slack), slack.trigger(ana)
    await web_.views_open(trigger_id=trigger, view=MODAL)
    assert ana.view is not None
    again = web_.views_open(trigger_id=trigger, view=MODAL)
    assert await refused(again) == "exchanged_trigger_id"
    late = slack.trigger(ana)
    slack.clock.turn(3.1)
    assert await refused(web_.views_open(trigger_id=late, view=MODAL)) == "expired_trigger_id"
    title = {"type": "plain_text", "text": "x" * 25}
    long = web_.views_open(trigger_id=slack.trigger(ana), view=MODAL | {"title": title})
    assert await refused(long) == "invalid_blocks"


async def test_files_go_up_in_three_steps_and_down_only_with_the_token(
    slack: FakeSlack, room: Room
) -> None:
    await client(slack).files_upload_v2(channel=room.id, filename="a.txt", content="words")
    [shown] = room.messages
    url = shown["files"][0]["url_private"]
    async with aiohttp.ClientSession() as http:
        async with http.get(url) as answer:
            assert "Sign in" in await answer.text()
        headers = {"authorization": f"Bearer {slack.bot_token}"}
        async with http.get(url, headers=headers) as answer:
            assert await answer.text() == "words"


async def test_a_response_url_takes_five(slack: FakeSlack, ana: User) -> None:
    url = slack.response_url(ana)
    async with aiohttp.ClientSession() as http:
        answers = [(await http.post(url, json={"text": "x"})).status for _ in range(6)]
    assert answers == [200] * 5 + [404]
    assert len(ana.ephemeral) == 5


@pytest.mark.parametrize("fault", [Fault.ERROR_500, Fault.ERROR_503, Fault.FLOOD])
async def test_failures_on_purpose(slack: FakeSlack, room: Room, fault: Fault) -> None:
    slack.faults.next("chat.postMessage", fault)
    with pytest.raises(SlackApiError) as problem:
        await client(slack).chat_postMessage(channel=room.id, text="x")
    assert problem.value.response.status_code == int(fault.value)
    assert not room.messages


# -- events


class App:
    """Takes what is POSTed, and answers what it is told to."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.taken.append(({k.lower(): v for k, v in request.headers.items()}, body))
        if b"url_verification" in body:
            return web.json_response({"challenge": (await request.json())["challenge"]})
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
async def app(slack: FakeSlack) -> AsyncIterator[App]:
    app, server = App(), web.Application()
    server.router.add_post("/events", app.take)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await slack.http(f"http://127.0.0.1:{runner.addresses[0][1]}/events")
    yield app
    await runner.cleanup()


async def test_what_is_posted_is_signed_for_five_minutes(slack: FakeSlack, app: App) -> None:
    headers, body = app.taken[0]
    verifier = SignatureVerifier(slack.signing_secret)
    assert verifier.is_valid_request(body, headers)
    assert not verifier.is_valid_request(body + b" ", headers)
    assert not SignatureVerifier("another").is_valid_request(body, headers)


async def test_what_is_not_taken_comes_again_with_the_same_id(
    slack: FakeSlack, app: App, ana: User
) -> None:
    app.statuses = [500, 503]
    await ana.dm("hello")
    async with asyncio.timeout(30):
        while len(app.taken) < 3:  # noqa: ASYNC110 - at once, and then after a minute
            await asyncio.sleep(0.01)
        while len(app.taken) < 4:
            slack.clock.turn(61)
            await asyncio.sleep(0.01)
    await slack.settled()
    bodies = [body for _, body in app.taken[1:]]
    assert len(bodies) == 3
    assert len(set(bodies)) == 1
    assert [headers.get("x-slack-retry-num") for headers, _ in app.taken[1:]] == [None, "1", "2"]


async def test_a_mention_is_two_events_and_an_unfurled_link_no_edit(
    slack: FakeSlack, app: App, ana: User, room: Room
) -> None:
    message = await ana.say(room, f"{slack.mention()} look & see")
    await ana.unfurl(message)
    await ana.edit(message, "seen")
    await ana.delete(message)
    await slack.settled()
    told = b"\n".join(body for _, body in app.taken[1:])
    assert told.count(b'"type": "app_mention"') == 1
    assert b"look &amp; see" in told
    assert told.count(b'"message_changed"') == 2
    assert told.count(b'"edited"') == 2  # now and, when it is deleted, before
    assert told.count(b'"message_deleted"') == 1


# -- sockets


async def test_the_sdk_s_socket_client_is_served_and_told_to_come_again(
    slack: FakeSlack, ana: User
) -> None:
    slack.delivery.ack_limit = 1.0
    heard: list[SocketModeRequest] = []

    async def take(client_: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        heard.append(request)
        if len(heard) > 1:
            await client_.send_socket_mode_response({"envelope_id": request.envelope_id})

    socket = SocketModeClient(slack.app_token, web_client=client(slack), ping_interval=0.5)
    socket.socket_mode_request_listeners.append(take)
    await socket.connect()  # type: ignore[no-untyped-call]
    await ana.dm("hello")
    await slack.settled()
    assert [one.retry_attempt for one in heard] == [0, 1]
    assert heard[0].payload["event_id"] == heard[1].payload["event_id"]
    before = list(slack.delivery.sockets)
    await slack.disconnect()
    async with asyncio.timeout(30):
        while before[0] in slack.delivery.sockets:  # noqa: ASYNC110 - the SDK's own pace
            await asyncio.sleep(0.01)
    await ana.dm("again")
    await slack.settled()
    assert heard[-1].payload["event"]["text"] == "again"
    await socket.close()  # type: ignore[no-untyped-call]


async def test_a_ticket_opens_one_socket(slack: FakeSlack) -> None:
    web_ = client(slack)
    url = (await web_.apps_connections_open(app_token=slack.app_token))["url"]
    async with aiohttp.ClientSession() as http:
        async with http.ws_connect(url) as socket:
            assert (await socket.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(url)
