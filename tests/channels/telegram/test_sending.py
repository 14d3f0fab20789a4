"""What leaves for Telegram: as it takes it, once, and at its pace."""

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from channels.channel import TryLater, Undeliverable
from channels.message import (
    Attachment,
    Choice,
    Menu,
    OutboundMessage,
    PublicText,
    RemoteFile,
)
from channels.telegram import Limits, TelegramChannel
from tests.channels.far_ends import Desk
from tests.channels.telegram_end import connected
from tests.platforms.telegram import FakeTelegram, Fault, Group, User
from tests.platforms.telegram.text import TAGS

CONTENT = b"content of "


def words(to: User | Group, text: str = "hello", **more: Any) -> OutboundMessage:
    given = {"key": "k1", "channel": "telegram", "to": str(to.id), "conversation": str(to.id)}
    return OutboundMessage(**{**given, "text": PublicText(text), **more})


def file(size: int, name: str = "a.txt", content_type: str = "text/plain") -> Attachment:
    return Attachment(name=name, content_type=content_type, size=size, sha256="ab")


def labels(message: dict[str, Any]) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


async def until_sent(channel: TelegramChannel, message: OutboundMessage) -> Any:
    for _ in range(9):
        try:
            return await channel.send(message)
        except TryLater as later:
            if later.whole_channel:
                raise
    raise AssertionError("it was never sent")


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("text", ["hello", "a **long** text. " * 700])
async def test_whatever_happens_to_a_call_nothing_is_there_twice(
    telegram: FakeTelegram, ana: User, desk: Desk, fault: Fault, text: str
) -> None:
    choice = Choice("yes", "Yes")
    async with connected(telegram, desk.receive, read_timeout=0.4) as channel:
        await until_sent(channel, words(ana, "before", key="k0"))
        telegram.faults.next("sendMessage", fault)
        receipt = await until_sent(channel, words(ana, text, choices=(choice,)))
    shown = ana.inbox()[1:]
    plain = " ".join(message["text"] for message in shown)
    assert plain.split() == text.replace("**", "").split()
    assert receipt.platform_id == f"{ana.id}/{shown[-1]['message_id']}"


async def test_an_unsure_file_is_looked_for_as_well(
    telegram: FakeTelegram, ana: User, desk: Desk
) -> None:
    async with connected(telegram, desk.receive, upload_timeout=0.4) as channel:
        await ana.write("hello")
        await asyncio.wait_for(telegram.updates.confirmed(), 30)
        telegram.faults.next("sendDocument", Fault.TIMEOUT_AFTER)
        await until_sent(channel, words(ana, "the log", attachments=(file(20),)))
    [document] = ana.inbox()
    assert document["caption"] == "the log"


async def test_files_go_with_their_text(telegram: FakeTelegram, ana: User, desk: Desk) -> None:
    picture = file(20, "a.png", "image/png")
    async with connected(telegram, desk.receive) as channel:
        await channel.send(words(ana, "look **here**", attachments=(picture,)))
        await channel.send(words(ana, "x" * 1025, attachments=(picture,)))
        await channel.send(words(ana, "two", attachments=(file(20), picture)))
        with pytest.raises(Undeliverable, match="50 MB"):
            await channel.send(words(ana, "big", attachments=(file(50 * 1024 * 1024 + 1),)))
    kinds = [
        next(kind for kind in ("text", "photo", "document") if kind in one) for one in ana.inbox()
    ]
    assert kinds == ["photo", "text", "photo", "text", "document", "photo"]
    assert ana.inbox()[0]["caption"] == "look here"
    assert telegram.files.content(ana.inbox()[4]["document"]["file_id"]) == CONTENT + b"ab"


async def test_who_has_blocked_us_is_not_written_to(
    telegram: FakeTelegram, ana: User, desk: Desk
) -> None:
    ana.block()
    async with connected(telegram, desk.receive) as channel:
        with pytest.raises(Undeliverable, match="blocked by the user"):
            await channel.send(words(ana))


async def test_a_pause_that_telegram_asks_for_is_passed_on(
    telegram: FakeTelegram, ana: User, desk: Desk
) -> None:
    telegram.flood.on = True
    async with connected(telegram, desk.receive) as channel:
        for n in range(3):
            await channel.send(words(ana, key=f"k{n}"))
        with pytest.raises(TryLater) as later:
            await channel.send(words(ana, key="k4"))
    assert later.value.after == 1.0
    assert not later.value.whole_channel


async def test_a_revoked_token_stops_the_channel_and_is_told_once(
    telegram: FakeTelegram, ana: User, desk: Desk
) -> None:
    async with connected(telegram, desk.receive) as channel:
        telegram.revoked = True
        with capture_logs() as log:
            for _ in range(3):
                with pytest.raises(TryLater) as later:
                    await channel.send(words(ana))
                assert later.value.whole_channel
                assert later.value.after is not None
                assert later.value.after >= 60
        assert [one["event"] for one in log if "token" in one["event"]] == [
            "telegram.token-refused"
        ]
        assert telegram.token not in str(log)
        telegram.revoked = False
        await channel.send(words(ana))


async def test_a_group_that_moved_is_followed(telegram: FakeTelegram, desk: Desk) -> None:
    old = telegram.group()
    new = old.migrate()
    async with connected(telegram, desk.receive) as channel:
        receipt = await until_sent(channel, words(old))
    assert [message["text"] for message in new.messages] == ["hello"]
    assert receipt.platform_id.startswith(f"{new.id}/")


@pytest.mark.parametrize("value", ["ж" * 33, "", "~reserved"])
async def test_a_value_that_no_button_carries_is_refused_before_anything_is_sent(
    telegram: FakeTelegram, ana: User, desk: Desk, value: str
) -> None:
    async with connected(telegram, desk.receive) as channel:
        with pytest.raises(Undeliverable, match="64 bytes"):
            await channel.send(words(ana, "x" * 9000, choices=(Choice(value, "Yes"),)))
    assert ana.inbox() == []


async def test_markup_that_telegram_does_not_take_is_sent_as_plain_words(
    telegram: FakeTelegram, ana: User, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(telegram, desk.receive) as channel:
        monkeypatch.delitem(TAGS, "b")
        await channel.send(words(ana, "press **Start** & wait"))
    assert [message["text"] for message in ana.inbox()] == ["press Start & wait"]


async def test_a_used_button_makes_way_for_what_was_chosen(
    telegram: FakeTelegram, ana: User, desk: Desk
) -> None:
    choices = (Choice("a", "Solved it"), Choice("b", "Did not <help>"))
    async with connected(telegram, desk.receive) as channel:
        await channel.send(words(ana, "Did **that** help?", choices=choices))
        pressed = await ana.press(ana.inbox()[0], "Did not")
        await asyncio.wait_for(telegram.updates.confirmed(), 30)
        while labels(ana.inbox()[0]):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    [message] = ana.inbox()
    assert message["text"] == "Did that help?\n\n✓ Did not <help>"
    assert message["entities"][0]["type"] == "bold"
    assert telegram.queries[pressed][1]
    [heard] = desk.received
    assert (heard.chosen, heard.conversation) == ("b", str(ana.id))


CARD: dict[str, Any] = {
    "choices": (Choice("claim:7", "Claim"),),
    "menus": (
        Menu(
            label="Priority",
            choices=(Choice("p:1", "High"), Choice("p:2", "Low")),
            picked="p:2",
            open="menu:priority:7",
        ),
        Menu(label="Category", choices=(Choice("c:1", "Network"),), open="menu:category:7"),
    ),
}


async def test_a_card_opens_a_topic_and_is_kept_up_to_date(
    telegram: FakeTelegram, ana: User, desk: Desk
) -> None:
    forum = telegram.group("Agents", forum=True, admin=True)
    rooms = frozenset({str(forum.id)})
    async with connected(telegram, desk.receive, rooms=rooms) as channel:
        text = "**INC-1** my vpn drops"
        card = words(forum, text, opens_thread=True, subject="INC-1 VPN", **CARD)
        receipt = await channel.send(card)
        [(topic, about)] = forum.topics.items()
        assert about["name"] == "INC-1 VPN"
        shown = forum.messages[-1]
        assert labels(shown) == ["Priority: Low", "Category: —", "Claim"]
        assert receipt.platform_id == f"{forum.id}/{shown['message_id']}/{topic}"
        assert receipt.thread == f"{forum.id}/{topic}"

        await ana.press(shown, "Priority")
        await asyncio.wait_for(telegram.updates.confirmed(), 30)
        [heard] = desk.received
        assert (heard.chosen, heard.conversation) == ("menu:priority:7", receipt.thread)
        while not telegram.called("answerCallbackQuery"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert labels(forum.by_id[shown["message_id"]]) != []  # the desk edits its cards itself

        choices = {"replaces": receipt.platform_id, "choices": card.choices}
        same = await channel.send(words(forum, "Which priority?", key="k2", **choices))
        again = await channel.send(words(forum, "Which priority?", key="k3", **choices))
        assert same == again
        assert same.platform_id == receipt.platform_id
        assert forum.by_id[shown["message_id"]]["text"] == "Which priority?"

        await channel.send(words(forum, "she writes", under=receipt.platform_id, key="k3"))
        await channel.send(words(forum, "and more", conversation=receipt.thread, key="k4"))
    assert [message["message_thread_id"] for message in forum.messages[-2:]] == [topic, topic]


async def test_a_group_without_topics_has_a_thread_of_answers(
    telegram: FakeTelegram, ana: User, desk: Desk
) -> None:
    group = telegram.group("Few agents", admin=True)
    async with connected(telegram, desk.receive) as channel:
        receipt = await channel.send(words(group, "INC-1", opens_thread=True))
        card = group.messages[-1]["message_id"]
        assert (receipt.platform_id, receipt.thread) == (f"{group.id}/{card}", f"{group.id}#{card}")
        await channel.send(words(group, "she writes", under=receipt.platform_id, key="k2"))
        await channel.send(words(group, "and more", conversation=receipt.thread, key="k3"))
    answers = [message["reply_to_message"]["message_id"] for message in group.messages[-2:]]
    assert answers == [card, card]


async def test_a_topic_that_is_gone_is_told(telegram: FakeTelegram, desk: Desk) -> None:
    forum = telegram.group("Agents", forum=True, admin=True)
    async with connected(telegram, desk.receive) as channel:
        with pytest.raises(Undeliverable, match=r"(?i)message thread not found"):
            await channel.send(words(forum, conversation=f"{forum.id}/99"))
        with pytest.raises(Undeliverable, match=r"(?i)message to edit not found"):
            await channel.send(words(forum, replaces=f"{forum.id}/99"))


async def test_files_are_fetched_up_to_20_mb(telegram: FakeTelegram, ana: User, desk: Desk) -> None:
    async with connected(telegram, desk.receive) as channel:
        await ana.document(b"a log", "a.log", "text/plain")
        await asyncio.wait_for(telegram.updates.confirmed(), 30)
        [file] = desk.received[0].files
        assert b"".join([piece async for piece in channel.fetch(file)]) == b"a log"
        big = RemoteFile(id=file.id, name="big", size=21 * 1024 * 1024)
        with pytest.raises(Undeliverable, match="20 MB"):
            [piece async for piece in channel.fetch(big)]
        with pytest.raises(Undeliverable, match=r"(?i)invalid file_id"):
            [piece async for piece in channel.fetch(RemoteFile(id="none", name="x"))]


async def test_the_author_is_named(telegram: FakeTelegram, ana: User, desk: Desk) -> None:
    async with connected(telegram, desk.receive) as channel:
        await channel.send(words(ana, "try **this**", author="Bo <b>"))
    assert [message["text"] for message in ana.inbox()] == ["Bo <b>\ntry this"]


async def test_the_real_limits_are_never_passed(
    telegram: FakeTelegram, ana: User, desk: Desk
) -> None:
    telegram.flood.on, telegram.flood.chat_burst = True, 1
    async with connected(telegram, desk.receive, limits=Limits()) as channel:
        for n in range(3):
            await channel.send(words(ana, f"number {n}", key=f"k{n}"))
    assert [message["text"] for message in ana.inbox()] == [f"number {n}" for n in range(3)]
