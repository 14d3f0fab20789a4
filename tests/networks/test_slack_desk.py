"""A whole desk with users on Telegram and by mail, and its agents on Slack, through the real SDKs."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from store.tables import Ticket
from tests.channels.email.outgoing import part
from tests.networks import slack as on_slack
from tests.networks import telegram as on_telegram
from tests.networks.surveys import AT_ONCE
from tests.platforms.slack import FakeSlack, Room
from tests.platforms.telegram import FakeTelegram
from tests.servers.desk import RELAY, Mailing, desk_beside, letter, until
from tests.servers.ports import free_ports

T = TypeVar("T")
ANNA = "anna@else.test"
PASSED = "mx.desk.test; dmarc=pass header.from=else.test"
SIGNING = "8f742231b10e8888abcd99yyyzzz85a5"
PHOTO = b"\xff\xd8\xff a photo of the screen"


class Scene:
    def __init__(self, slack: FakeSlack, telegram: FakeTelegram, desk: Mailing, room: Room) -> None:
        self.slack, self.telegram, self.desk, self.room = slack, telegram, desk, room
        self.lena = slack.user("Lena Orlova", email="lena@desk.test")
        desk.knows(self.lena.address, "Lena Orlova", "slack")

    async def see(self, found: Callable[[], T | None]) -> T:
        """What `found` gives once it gives anything."""
        return await asyncio.to_thread(until, found, self.seen)

    def seen(self) -> str:
        """What there is instead, everywhere."""
        rooms = [one for room in self.slack.rooms.values() for one in room.messages]
        chats = [one for chat in self.telegram.chats.values() for one in chat.messages]
        told = [*map(on_slack.said, rooms), *map(on_telegram.said, chats)]
        return "\n---\n".join([*told, *self.desk.undelivered()])

    async def settled(self) -> None:
        await self.slack.settled()
        await asyncio.to_thread(self.desk.settled)


@pytest.fixture
async def scene(tmp_path: Path, models: Path) -> AsyncIterator[Scene]:
    async with (
        FakeSlack(rate_limits=False) as slack,
        FakeTelegram(flood_limits=False) as telegram,
    ):
        room = slack.channel("it-desk")
        sections = {
            "slack": on_slack.slack_of(slack),
            "telegram": on_telegram.telegram_of(telegram),
            "room": {"first": on_slack.room_of(room)},
            **AT_ONCE,
        }
        async with desk_beside(tmp_path / "desk", models, sections=sections) as desk:
            yield Scene(slack, telegram, desk, room)


async def test_telegram_slack_and_a_letter_are_one_story(scene: Scene) -> None:
    """A photo in Telegram, the card in Slack, and a week later a letter to the same thread."""
    room, lena = scene.room, scene.lena
    anna = scene.telegram.user("Анна", "ru", "anna")
    await anna.start()
    await scene.see(lambda: on_telegram.saying(anna.inbox(), "Здравствуйте"))
    await anna.send_photo(PHOTO, "Не работает VPN, ошибка 809, с утра, только у меня")
    offered = await scene.see(lambda: on_telegram.saying(anna.inbox(), "809", "[Не помогло]"))
    await anna.press(offered, "Позвать человека")
    card = await scene.see(
        lambda: on_slack.saying(room.messages, "INC-1", "Анна", "[Category: Network")
    )
    thread = card["ts"]
    await scene.see(lambda: on_slack.saying(room.thread(thread), ".jpg)"))
    [file] = [one for message in room.thread(thread) for one in message.get("files", ())]
    assert scene.slack.files.content[file["id"]] == PHOTO

    await lena.pick(card, "Category", "Software")
    await scene.see(lambda: on_slack.saying(room.messages, "INC-1", "[Category: Software"))
    await lena.react(card, "eyes")
    await scene.see(lambda: on_slack.saying(room.messages, "INC-1", "Lena Orlova"))
    await lena.press(card, "Ask")
    asked = await scene.see(lambda: on_slack.saying(room.thread(thread), "[Since when"))
    await lena.press(asked, "Since when")
    await scene.see(lambda: on_telegram.saying(anna.inbox(), "Lena Orlova", "С какого времени"))
    await anna.write("С понедельника, после обновления")
    await scene.see(lambda: on_slack.saying(room.thread(thread), "Анна", "после обновления"))
    await lena.say(room, "#article vpn-error-809", thread)
    await scene.see(lambda: on_telegram.saying(anna.inbox(), "Lena Orlova", "Откройте в браузере"))
    guide = ("guide.pdf", "application/pdf", b"%PDF-1.7 a guide")
    await lena.say(room, "The guide:", thread, [guide])
    sent = await scene.see(lambda: next((m for m in anna.inbox() if "document" in m), None))
    assert sent["document"]["file_name"] == "guide.pdf"
    await lena.say(room, "// she sits in the cellar", thread)
    await lena.press(card, "Resolve")
    await scene.see(lambda: lena.view)
    await lena.submit({"What was": "the router blocked the ports"})
    fixed = await scene.see(lambda: on_telegram.saying(anna.inbox(), "INC-1", "[Да, всё"))
    await anna.press(fixed, "Да, всё")
    rating = await scene.see(lambda: on_telegram.saying(anna.inbox(), "INC-1", "[5"))
    await anna.press(rating, "5")
    await scene.see(lambda: on_telegram.saying(anna.inbox(), "✓ 5"))
    assert not on_telegram.saying(anna.inbox(), "cellar")
    await scene.settled()

    await anna.write(f"/link {ANNA}")
    [code] = await scene.see(lambda: scene.desk.mails(ANNA))
    await anna.write(on_telegram.code_in(code))
    await scene.see(lambda: on_telegram.saying(anna.inbox(), "оба адреса ваши"))
    scene.desk.later(days=7)
    again = letter(
        f"Анна <{ANNA}>", "VPN", "INC-1: VPN снова не работает", Authentication_Results=PASSED
    )
    await asyncio.to_thread(scene.desk.send, again, peer=RELAY)
    await scene.see(lambda: on_slack.saying(room.thread(thread), "снова не работает"))
    assert on_slack.saying(room.messages, "INC-1", "[Resolve]", "[Category: Software")
    assert "INC-1" in part(scene.desk.answer(ANNA), "plain")
    assert scene.desk.store.read(lambda tx: tx.session.scalar(select(func.count(Ticket.id)))) == 1
    assert [one["ts"] for one in room.messages if one.get("thread_ts", one["ts"]) == one["ts"]] == [
        thread
    ]
    rated = [one for one in scene.desk.ticket("INC-1").events if one.what == "rated"]
    assert [one.new for one in rated] == ["5"]


@asynccontextmanager
async def slack_only(folder: Path, models: Path, **more: object) -> AsyncIterator[Scene]:
    async with (
        FakeSlack(rate_limits=False) as slack,
        FakeTelegram(flood_limits=False) as telegram,
    ):
        room = slack.channel("it-desk")
        sections = {
            "slack": on_slack.slack_of(slack) | more,
            "room": {"first": on_slack.room_of(room)},
        }
        async with desk_beside(folder / "desk", models, sections=sections) as desk:
            yield Scene(slack, telegram, desk, room)


async def test_a_form_a_command_and_the_home_page(tmp_path: Path, models: Path) -> None:
    """Over HTTP, on a port of its own."""
    [port] = free_ports(1)
    async with slack_only(
        tmp_path, models, mode="http", port=port, signing_secret=SecretStr(SIGNING)
    ) as scene:
        await scene.slack.http(f"http://127.0.0.1:{port}/channels/slack/events")
        ana = scene.slack.user("Ana", email="ana@else.test")
        assert await ana.command("/helpdesk", "new") == ""
        view = await scene.see(lambda: ana.view)
        assert view["title"]["text"]
        await ana.submit({view["blocks"][0]["label"]["text"]: "The printer on floor 3 is jammed"})
        assert ana.view is None
        await scene.see(lambda: on_slack.saying(ana.inbox(), "printer"))
        offered = ana.inbox()[-1]
        await ana.press(offered, "Talk to a person")
        await scene.see(lambda: on_slack.saying(ana.inbox(), "INC-1"))
        await scene.see(lambda: on_slack.saying(scene.room.messages, "INC-1", "Ana"))
        await ana.command("/helpdesk", "status")
        await scene.see(lambda: on_slack.saying(ana.inbox(), "INC-1", "received"))
        await ana.open_home()
        home = await scene.see(lambda: ana.home)
        assert "INC-1" in on_slack.said(home)
        await ana.search_home("vpn error 809")
        await scene.see(lambda: on_slack.saying(ana.inbox(), "809"))


async def test_in_a_channel_of_users_it_answers_who_mentions_it_and_in_the_thread(
    tmp_path: Path, models: Path
) -> None:
    async with slack_only(tmp_path, models) as scene:
        ana, town = scene.slack.user("Ana"), scene.slack.channel("general")
        await ana.say(town, "lunch, anybody?")
        asked = await ana.say(town, f"{scene.slack.mention()} my VPN drops, error 809")
        await scene.see(lambda: on_slack.saying(town.thread(asked["ts"]), "809", "[Did not help"))
        await ana.say(town, "did not help", asked["ts"])
        await scene.see(lambda: len(town.thread(asked["ts"])) > 3 or None)
        await scene.settled()
        assert [one["text"] for one in town.messages if not one.get("thread_ts")] == [
            "lunch, anybody?"
        ]
