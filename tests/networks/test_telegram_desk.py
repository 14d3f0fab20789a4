"""A whole desk on Telegram, through the real SDK: users in private, agents in a group with topics."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import func, select

from store.tables import Ticket
from tests.channels.email.outgoing import part
from tests.networks.surveys import AT_ONCE
from tests.networks.telegram import code_in, in_topic, room_of, said, saying, telegram_of, where
from tests.platforms.telegram import FakeTelegram
from tests.platforms.telegram.people import Group, User
from tests.servers.desk import RELAY, Mailing, desk_beside, letter, until

ANNA = "anna@else.test"
PASSED = "mx.desk.test; dmarc=pass header.from=else.test"
PHOTO = b"\xff\xd8\xff a photo of the screen"
T = TypeVar("T")


class Scene:
    def __init__(self, telegram: FakeTelegram, desk: Mailing, room: Group) -> None:
        self.telegram, self.desk, self.room = telegram, desk, room
        self.agent = telegram.user("Lena", "ru", "lena")

    def seen(self) -> str:
        """What there is instead, on both sides."""
        everywhere = [one for chat in self.telegram.chats.values() for one in chat.messages]
        return "\n---\n".join([*map(said, everywhere), *self.desk.undelivered()])

    async def see(self, found: Callable[[], T | None]) -> T:
        """What `found` gives once it gives anything."""
        return await asyncio.to_thread(until, found, self.seen)


@pytest.fixture
async def scene(tmp_path: Path, models: Path) -> AsyncIterator[Scene]:
    async with FakeTelegram(flood_limits=False) as telegram:
        room = telegram.group("Service desk", forum=True, admin=True)
        sections = {
            "telegram": telegram_of(telegram),
            "room": {"first": room_of(room)},
            **AT_ONCE,
        }
        async with desk_beside(tmp_path / "desk", models, sections=sections) as desk:
            yield Scene(telegram, desk, room)


async def test_the_story(scene: Scene) -> None:
    """A problem in Russian with a photo; the card, a correction, a question, an article, the end."""
    user: User = scene.telegram.user("Анна", "ru", "anna")
    room, agent = scene.room, scene.agent
    scene.desk.knows(agent.id, "Lena Orlova")
    await user.start()
    await scene.see(lambda: saying(user.inbox(), "Здравствуйте"))
    await user.send_photo(PHOTO, "Не работает VPN, ошибка 809, с утра, только у меня")
    offered = await scene.see(lambda: saying(user.inbox(), "809", "[Не помогло]"))
    await user.press(offered, "Позвать человека")
    await scene.see(lambda: saying(user.inbox(), "INC-1"))
    assert saying(user.inbox(), "✓ Позвать человека")

    card = await scene.see(lambda: saying(room.messages, "INC-1", "Category: Network"))
    topic = card["message_thread_id"]
    assert "INC-1" in room.topics[topic]["name"]
    assert "809" in said(card)
    [photo] = await scene.see(lambda: [one for one in in_topic(room, topic) if "photo" in one])
    assert scene.telegram.files.content(photo["photo"][-1]["file_id"]) == PHOTO

    await agent.press(card, "Category")
    choices = await scene.see(lambda: saying(room.messages, "INC-1", "[Software"))
    await agent.press(choices, "Software")
    await scene.see(lambda: saying(room.messages, "INC-1", "[Category: Software", "[Ask"))
    await agent.say(room, "#ask since", topic=topic)
    await scene.see(lambda: saying(user.inbox(), "Lena Orlova", "С какого времени"))
    await user.write("С понедельника, после обновления")
    await scene.see(lambda: saying(in_topic(room, topic), "Анна", "после обновления"))
    await agent.say(room, "#article vpn-error-809", topic=topic)
    await scene.see(lambda: saying(user.inbox(), "Lena Orlova", "Откройте в браузере"))
    await agent.document(
        b"%PDF-1.7 a guide", "guide.pdf", "application/pdf", group=room, **where(topic)
    )
    sent = await scene.see(lambda: next((one for one in user.inbox() if "document" in one), None))
    assert sent["document"]["file_name"] == "guide.pdf"
    await agent.say(room, "// он в подвале", topic=topic)
    await agent.say(room, "#resolve the router blocked the ports", topic=topic)
    fixed = await scene.see(lambda: saying(user.inbox(), "INC-1", "[Да, всё"))
    await user.press(fixed, "Да, всё")
    asked = await scene.see(lambda: saying(user.inbox(), "INC-1", "[5"))
    await user.press(asked, "5")
    await scene.see(lambda: saying(user.inbox(), "✓ 5"))
    assert await scene.see(lambda: saying(in_topic(room, topic), "closed"))
    assert not saying(user.inbox(), "в подвале")
    await asyncio.to_thread(scene.desk.settled)

    await user.write(f"/link {ANNA}")
    [letter_] = await scene.see(lambda: scene.desk.mails(ANNA))
    await user.write(code_in(letter_))
    await scene.see(lambda: saying(user.inbox(), "оба адреса ваши"))
    scene.desk.later(days=7)
    again = letter(
        f"Анна <{ANNA}>", "VPN", "INC-1: VPN снова не работает", Authentication_Results=PASSED
    )
    await asyncio.to_thread(scene.desk.send, again, peer=RELAY)
    assert saying(in_topic(room, topic), "снова не работает")
    assert saying(in_topic(room, topic), "INC-1", "[Resolve]")
    assert "INC-1" in part(scene.desk.answer(ANNA), "plain")
    assert scene.desk.store.read(lambda tx: tx.session.scalar(select(func.count(Ticket.id)))) == 1


async def test_an_agent_writes_down_what_somebody_told_them(scene: Scene) -> None:
    """In one line of a private chat, for a person who is known."""
    user, agent = scene.telegram.user("Анна", "ru", "anna"), scene.agent
    scene.desk.knows(agent.id, "Lena Orlova")
    await user.start()
    await scene.see(lambda: saying(user.inbox(), "Здравствуйте"))
    await agent.write("/new for анна: в переговорной 5 не работает проектор")
    await scene.see(lambda: saying(agent.inbox(), "INC-1", "Анна"))
    await scene.see(lambda: saying(user.inbox(), "Lena Orlova", "INC-1"))
    await scene.see(lambda: saying(scene.room.messages, "INC-1", "проектор"))
    await agent.write("/new for Никто: ничего")
    await scene.see(lambda: saying(agent.inbox(), "Nobody known"))


async def test_a_flood_is_kept_and_answered_by_one_word(scene: Scene) -> None:
    flooding, calm = scene.telegram.user("Flood", "en"), scene.telegram.user("Calm", "en")
    for number in range(150):
        await flooding.write(f"my VPN drops, error {number}")
    await calm.write("my printer is jammed")
    await scene.see(lambda: saying(calm.inbox(), "print"))
    await scene.see(lambda: saying(flooding.inbox(), "a lot at once"))
    await scene.telegram.updates.confirmed()
    await asyncio.to_thread(scene.desk.settled)
    said_ = scene.desk.said_in("telegram", str(flooding.id))
    assert sum("VPN drops, error" in one for one in said_) == 150
    assert sum("a lot at once" in one for one in said_) == 1
    assert len(flooding.inbox()) < 40
