"""The adapter with a Slack that behaves as Slack does, through the real libraries."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec.structs import replace

from channels.channel import Receipt, TryLater, Undeliverable
from channels.forms import Field, Form
from channels.message import Attachment, Choice, Menu, OutboundMessage, PublicText
from channels.slack import Mode, SlackChannel
from tests.channels.far_ends import Desk
from tests.channels.slack.scripted import MemoryLobby
from tests.channels.slack_end import connected
from tests.platforms.faults import Fault
from tests.platforms.slack import FakeSlack, Room, User

NEW = Form(
    title="New request",
    submit="Send",
    cancel="Not now",
    value="/new",
    fields=(
        Field(name="what", label="What happens", multiline=True),
        Field(name="team", label="Team", choices=(Choice("net", "Network"), Choice("pc", "PCs"))),
        Field(name="since", label="Since when", required=False),
    ),
)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def lobby() -> MemoryLobby:
    return MemoryLobby(("new", NEW))


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(rate_limits=False) as slack:
        slack.delivery.ack_limit = 3.0
        yield slack


@pytest.fixture
def ana(slack: FakeSlack) -> User:
    return slack.user("Ana", "ru-RU", "ana@example.com")


@pytest.fixture
def room(slack: FakeSlack) -> Room:
    return slack.channel("it-desk")


@pytest.fixture(params=Mode)
async def channel(
    request: pytest.FixtureRequest, slack: FakeSlack, desk: Desk, lobby: MemoryLobby, room: Room
) -> AsyncIterator[SlackChannel]:
    rooms = frozenset({f"{slack.team.id}/{room.id}"})
    async with connected(slack, desk.receive, request.param, lobby, rooms=rooms) as channel:
        yield channel


def words(to: str, text: str = "Hello", **more: Any) -> OutboundMessage:
    given: dict[str, Any] = {"key": "k1", "channel": "slack", "to": to, "conversation": to}
    return OutboundMessage(**(given | {"text": PublicText(text)} | more))


async def until_called(slack: FakeSlack, method: str) -> None:
    async with asyncio.timeout(30):
        while not slack.called(method):  # noqa: ASYNC110 - nobody waits for an errand
            await asyncio.sleep(0.005)


# -- what comes


async def test_who_wrote_is_told(channel: SlackChannel, ana: User, desk: Desk) -> None:
    await ana.dm("не работает VPN")
    [message] = desk.received
    assert (message.sender.name, message.sender.email) == ("Ana", "ana@example.com")
    assert (message.sender.timezone, message.language) == ("Europe/Berlin", "ru")


async def test_a_mention_is_heard_twice_as_one(
    channel: SlackChannel, slack: FakeSlack, ana: User, desk: Desk
) -> None:
    await ana.say(slack.channel("general"), f"{slack.mention()} my VPN drops")
    await slack.settled()
    first, second = desk.received
    assert first.message_id == second.message_id
    assert first.text == second.text == "my VPN drops"


async def test_edits_deletions_and_reactions_are_told_and_unfurling_is_not(
    channel: SlackChannel, ana: User, desk: Desk, room: Room
) -> None:
    message = await ana.say(room, "see https://example.com")
    await ana.unfurl(message)
    await ana.edit(message, "see the page")
    await ana.react(message, "eyes")
    await ana.delete(message)
    first, edit, reaction, gone = desk.received
    assert (edit.changes, edit.text) == (first.message_id, "see the page")
    assert (reaction.chosen, reaction.references) == ("reaction:eyes", (first.message_id,))
    assert (gone.changes, gone.deleted) == (first.message_id, True)
    assert {one.conversation for one in desk.received} == {first.conversation}


async def test_a_file_that_was_sent_can_be_had(
    channel: SlackChannel, ana: User, desk: Desk
) -> None:
    await ana.dm(
        "", files=[("page.html", "text/html", b"<p>hi</p>" * 9), ("a.bin", "x/y", b"\x00")]
    )
    [message] = desk.received
    content = [b"".join([piece async for piece in channel.fetch(file)]) for file in message.files]
    assert content == [b"<p>hi</p>" * 9, b"\x00"]
    assert [file.name for file in message.files] == ["page.html", "a.bin"]


async def test_our_own_words_do_not_come_back(
    channel: SlackChannel, slack: FakeSlack, ana: User, desk: Desk, room: Room
) -> None:
    await channel.send(words(f"{slack.team.id}/{room.id}"))
    await channel.send(words(ana.address, key="k2"))
    await slack.settled()
    assert not desk.received


async def test_what_comes_twice_and_in_disorder_has_the_same_ids(
    channel: SlackChannel, slack: FakeSlack, ana: User, desk: Desk
) -> None:
    slack.events_faults.duplicates = slack.events_faults.reorder = 0.5
    for number in range(20):
        await ana.dm(f"number {number}")
    await slack.settled()
    assert len({one.message_id for one in desk.received}) == 20 < len(desk.received)


# -- sockets


async def test_no_word_is_lost_while_sockets_come_and_go(
    slack: FakeSlack, ana: User, desk: Desk
) -> None:
    slack.delivery.ack_limit, slack.delivery.retries = 0.3, (0.0, 0.05, 0.1, 0.2, 0.2)
    slack.events_faults.drop_socket = 0.2
    async with connected(slack, desk.receive):
        for number in range(20):
            await ana.dm(f"number {number}")
            if number == 7:
                await slack.disconnect()
        await slack.settled()
    assert {one.text for one in desk.received} == {f"number {number}" for number in range(20)}


async def test_dead_sockets_are_replaced(slack: FakeSlack, ana: User, desk: Desk) -> None:
    async with connected(slack, desk.receive):
        await slack.cut()
        await ana.dm("are you there?")
        assert [one.text for one in desk.received] == ["are you there?"]


# -- buttons, menus, forms, the home


async def test_a_card_with_menus(
    channel: SlackChannel, slack: FakeSlack, ana: User, desk: Desk, room: Room
) -> None:
    to = f"{slack.team.id}/{room.id}"
    teams = (Choice("t1:team=net", "Network"), Choice("t1:team=pc", "PCs"))
    menu = Menu(label="Team", choices=teams, picked="t1:team=net", open="t1:team?")
    card = words(to, "*INC-1*", menus=(menu,), choices=(Choice("t1:claim", "Take"),))
    receipt = await channel.send(replace(card, opens_thread=True))
    [shown] = room.messages
    assert receipt == Receipt(f"{room.id}/{shown['ts']}", thread=f"{to}/{shown['ts']}")
    await ana.pick(shown, "Team", "PCs")
    await ana.press(shown, "Take")
    picked, pressed = desk.received
    assert (picked.chosen, pressed.chosen) == ("t1:team=pc", "t1:claim")
    assert picked.conversation == pressed.conversation == receipt.thread
    await channel.send(replace(card, key="k2", replaces=receipt.platform_id, menus=()))
    await channel.send(words(to, "taken", key="k3", under=receipt.platform_id))
    card_now, answer = room.messages
    assert not slack.called("chat.update")[0].arguments["blocks"][1].get("accessory")
    assert (len(card_now["blocks"]), answer["thread_ts"]) == (2, shown["ts"])


async def test_what_was_chosen_stands_instead_of_the_buttons(
    channel: SlackChannel, slack: FakeSlack, ana: User, desk: Desk
) -> None:
    choices = (Choice("yes", "Yes, <it> did"), Choice("no", "No"))
    await channel.send(words(ana.address, "Did it help?", choices=choices))
    await ana.press(ana.inbox()[0], "Yes")
    await until_called(slack, "chat.update")
    assert ana.inbox()[0]["text"] == "Did it help?\n\n✓ Yes, &lt;it&gt; did"
    with pytest.raises(LookupError):
        await ana.press(ana.inbox()[0], "No")


@pytest.mark.parametrize("way", ["command", "shortcut"])
async def test_a_request_by_form(channel: SlackChannel, ana: User, desk: Desk, way: str) -> None:
    await (ana.command("/helpdesk", "new") if way == "command" else ana.shortcut("new"))
    assert ana.view is not None
    await ana.submit({"What": "VPN", "Team": "PCs"})
    assert not ana.view
    [message] = desk.received
    assert message.answers == {"what": "VPN", "team": "pc", "since": ""}
    assert (message.chosen, message.conversation) == ("/new", ana.address)


async def test_a_form_that_could_not_be_kept_is_not_lost(
    channel: SlackChannel, ana: User, desk: Desk
) -> None:
    await ana.shortcut("new")
    desk.refusals = 1
    answer = await ana.submit({"What": "VPN", "Team": "PCs"})
    assert answer["errors"] == {"what": "the disk is full"}
    await ana.submit({"What": "VPN", "Team": "PCs"})
    assert len(desk.received) == 1


async def test_a_request_of_somebodys_message(
    channel: SlackChannel, slack: FakeSlack, ana: User, desk: Desk
) -> None:
    bob = slack.user("Bob")
    message = await bob.say(slack.channel("general"), "the printer <3> burns")
    await ana.message_shortcut("new_from_message", message)
    [heard] = desk.received
    assert (heard.chosen, heard.text) == ("/new", "the printer <3> burns")
    assert heard.sender.name == "Ana"


async def test_the_home(channel: SlackChannel, slack: FakeSlack, ana: User, desk: Desk) -> None:
    await ana.open_home()
    await until_called(slack, "views.publish")
    assert "home of Ana in ru" in str(ana.home)
    await ana.search_home("vpn")
    [message] = desk.received
    assert (message.chosen, message.text) == ("/search", "vpn")


# -- what goes


async def test_files_go_where_the_words_go(
    channel: SlackChannel, slack: FakeSlack, ana: User
) -> None:
    file = Attachment(name="log.txt", content_type="text/plain", size=3, sha256="ab")
    await channel.send(words(ana.address, "the log", attachments=(file, file)))
    said, shown = ana.inbox()
    assert said["text"] == "the log"
    assert [one["name"] for one in shown["files"]] == ["log.txt", "log.txt"]
    assert slack.files.content[shown["files"][0]["id"]] == b"content of ab"


async def test_an_archived_channel_is_told(channel: SlackChannel, room: Room) -> None:
    room.archived = True
    with pytest.raises(Undeliverable, match="is_archived"):
        await channel.send(words(f"{room.team.id}/{room.id}"))


@pytest.mark.parametrize("mode", Mode)
async def test_nothing_is_lost_or_doubled_whatever_fails(
    slack: FakeSlack, desk: Desk, ana: User, room: Room, mode: Mode
) -> None:
    async with connected(slack, desk.receive, mode, read_timeout=0.5) as channel:
        slack.faults.share("*", 0.4, *Fault)
        for number in range(12):
            to = ana.address if number % 2 else f"{room.team.id}/{room.id}"
            message = words(to, f"number {number}", key=f"k{number}")
            while True:
                try:
                    await channel.send(message)
                    break
                except TryLater:
                    continue
    texts = [one["text"] for one in (*room.messages, *ana.inbox())]
    assert sorted(texts) == sorted(f"number {number}" for number in range(12))


async def test_what_was_sent_before_a_crash_is_not_sent_again(
    slack: FakeSlack, ana: User, desk: Desk
) -> None:
    async with connected(slack, desk.receive) as channel:
        slack.faults.next("chat.postMessage", Fault.DROP_AFTER)
        with pytest.raises(TryLater):
            await channel.send(words(ana.address))
    async with connected(slack, desk.receive) as channel:
        receipt = await channel.send(words(ana.address, again=True))
    [shown] = ana.inbox()
    assert receipt == Receipt(f"{ana.room.id}/{shown['ts']}")


async def test_the_pace_that_slack_allows_is_kept(ana: User, desk: Desk) -> None:
    async with FakeSlack() as slack:
        ben = slack.user("Ben")
        async with connected(slack, desk.receive, channel_pause=1.0) as channel:
            for number in range(6):
                await channel.send(words(ben.address, key=f"k{number}"))
        assert all(call.answer and call.answer["ok"] for call in slack.called("chat.postMessage"))


async def test_several_workspaces(slack: FakeSlack, ana: User, desk: Desk) -> None:
    other = slack.workspace("Globex")
    eve = slack.user("Eve", email="eve@globex.example", team=other)
    async with connected(slack, desk.receive, tokens={other.id: other.token}) as channel:
        await eve.dm("hello from Globex")
        await ana.dm("hello from Acme")
        for message in desk.received:
            await channel.send(words(message.sender.address, key=message.message_id))
        slack.revoke(other)
        with pytest.raises(TryLater) as later:
            await channel.send(words(eve.address, key="k9"))
        assert not later.value.whole_channel
    assert [one.sender.address for one in desk.received] == [eve.address, ana.address]
    assert len(eve.inbox()) == len(ana.inbox()) == 1
