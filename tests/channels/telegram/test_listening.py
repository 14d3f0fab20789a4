"""Nothing that Telegram has for us is lost, doubled or turned around."""

import asyncio
import random
from datetime import UTC
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channels.channel import Unavailable
from channels.message import InboundMessage
from channels.telegram import Mode
from tests.channels.far_ends import Desk
from tests.channels.telegram_end import MemoryLobby, connected
from tests.platforms.telegram import FakeTelegram, Fault, User

BOTH = pytest.mark.parametrize("mode", list(Mode))


class FirstOnly(Desk):
    """Keeps every message once, by its id, as the desk's inbox does."""

    async def receive(self, message: InboundMessage) -> None:
        if message.message_id not in {one.message_id for one in self.received}:
            await super().receive(message)


async def test_what_was_not_committed_comes_again_after_a_crash(
    telegram: FakeTelegram, ana: User, desk: Desk
) -> None:
    taken = asyncio.Event()

    async def crash(message: InboundMessage) -> None:
        taken.set()
        await asyncio.Event().wait()  # killed before the commit

    async with connected(telegram, crash):
        await ana.write("my vpn drops")
        await asyncio.wait_for(taken.wait(), 30)
    async with connected(telegram, desk.receive):
        await asyncio.wait_for(telegram.updates.confirmed(), 30)
    assert [message.text for message in desk.received] == ["my vpn drops"]


async def test_a_commit_before_the_next_poll_is_not_confirmed_by_it_too_early(
    telegram: FakeTelegram, ana: User
) -> None:
    """Each offset asked for lies above what is kept, never above what is not."""
    desk, seen = Desk(), []

    async def receive(message: InboundMessage) -> None:
        waiting = {update["update_id"] for _, _, update in telegram.updates.waiting}
        seen.append(len(waiting))
        await desk.receive(message)

    for n in range(5):
        await ana.write(str(n))
    async with connected(telegram, receive):
        await asyncio.wait_for(telegram.updates.confirmed(), 30)
    assert seen == [5, 5, 5, 5, 5]


@BOTH
async def test_order_is_kept_when_the_store_fails_at_times(
    telegram: FakeTelegram, ana: User, mode: Mode
) -> None:
    desk, chance = FirstOnly(), random.Random(3)

    async def receive(message: InboundMessage) -> None:
        if chance.random() < 0.3:
            raise Unavailable("the disk is full")
        await desk.receive(message)

    bob = telegram.user("Bob")
    async with connected(telegram, receive, mode):
        for n in range(12):
            await ana.write(f"a{n}")
            await bob.write(f"b{n}")
        await asyncio.wait_for(telegram.updates.confirmed(), 30)
    texts = [message.text for message in desk.received]
    assert [text for text in texts if text[0] == "a"] == [f"a{n}" for n in range(12)]
    assert [text for text in texts if text[0] == "b"] == [f"b{n}" for n in range(12)]


async def test_a_flood_duplicates_shuffled_batches_and_broken_polls_lose_nothing(
    telegram: FakeTelegram, ana: User
) -> None:
    desk = FirstOnly()
    telegram.updates.shuffled = random.Random(5)
    telegram.faults.share("getUpdates", 0.2, Fault.DROP_AFTER, Fault.ERROR_502, Fault.FLOOD, seed=2)
    async with connected(telegram, desk.receive):
        for n in range(1000):
            await ana.write(f"number {n}")
            if n % 50 == 0:
                telegram.updates.twice.add(telegram.updates.waiting[-1][2]["update_id"])
        await asyncio.wait_for(telegram.updates.confirmed(), 60)
    assert [message.text for message in desk.received] == [f"number {n}" for n in range(1000)]


async def test_an_update_nobody_can_read_stops_nothing(
    telegram: FakeTelegram, ana: User, desk: Desk
) -> None:
    async with connected(telegram, desk.receive):
        await telegram.tell("message", {"chat": {"id": 5}, "message_id": "?", "from": []})
        await ana.write("hello")
        await asyncio.wait_for(telegram.updates.confirmed(), 30)
    assert [message.text for message in desk.received] == ["hello"]


def brought(telegram: FakeTelegram) -> bool:
    """Whether a poll has brought anything."""
    return any((call.answer or {}).get("result") for call in telegram.called("getUpdates"))


@BOTH
async def test_an_album_is_one_message_and_what_follows_comes_after_it(
    telegram: FakeTelegram, ana: User, desk: Desk, mode: Mode
) -> None:
    async with connected(telegram, desk.receive, mode, album_wait=0.5):
        parts = await ana.album(b"one", b"two", b"three", caption="my screens")
        await ana.write("and a word")
        await asyncio.wait_for(telegram.updates.confirmed(), 30)
    album, word = desk.received
    assert (album.text, word.text) == ("my screens", "and a word")
    assert album.message_id == f"{ana.id}/{parts[0]['message_id']}"
    assert [telegram.files.content(file.id) for file in album.files] == [b"one", b"two", b"three"]


async def test_parts_of_an_album_that_come_late_still_belong_to_it(
    telegram: FakeTelegram, ana: User, desk: Desk
) -> None:
    async with connected(telegram, desk.receive, album_wait=1.0):
        first = await ana.album(b"one")
        while not brought(telegram):  # noqa: ASYNC110 - from then on it waits for the rest
            await asyncio.sleep(0.01)
        same = {"media_group_id": first[0]["media_group_id"]}
        await ana.send({**ana._photo(b"two", ""), **same})
        await asyncio.wait_for(telegram.updates.confirmed(), 30)
    [album] = desk.received
    assert len(album.files) == 2


@BOTH
async def test_an_album_survives_a_crash_before_it_was_whole(
    telegram: FakeTelegram, ana: User, desk: Desk, mode: Mode, tmp_path: Path
) -> None:
    kept = {"folder": tmp_path} if mode is Mode.WEBHOOK else {}
    async with connected(telegram, desk.receive, mode, album_wait=30.0, **kept):
        await ana.album(b"one", b"two")
        if mode is Mode.WEBHOOK:
            await asyncio.wait_for(telegram.updates.confirmed(), 30)
        else:
            while not brought(telegram):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert desk.received == []
    async with connected(telegram, desk.receive, mode, **kept):
        await asyncio.wait_for(telegram.updates.confirmed(), 30)
        while not desk.received:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    [album] = desk.received
    assert [telegram.files.content(file.id) for file in album.files] == [b"one", b"two"]
    assert not any(tmp_path.iterdir())  # noqa: ASYNC240


async def test_a_second_poller_does_not_end_ours(
    telegram: FakeTelegram, ana: User, desk: Desk
) -> None:
    async with connected(telegram, desk.receive), aiohttp.ClientSession() as http:
        url = f"{telegram.api_url}/bot{telegram.token}/getUpdates"
        async with http.get(url) as answer:
            assert answer.status in (200, 409)  # whoever asked last has sent the other away
        await ana.write("hello")
        await asyncio.wait_for(telegram.updates.confirmed(), 30)
        async with http.get(
            f"{telegram.api_url}/bot{telegram.token}/setWebhook?url=http://localhost:9/"
        ):
            pass
        await ana.write("again")
        await asyncio.wait_for(telegram.updates.confirmed(), 30)
    assert [message.text for message in desk.received] == ["hello", "again"]


async def test_a_slow_start_and_a_refused_token_are_waited_for(
    telegram: FakeTelegram, ana: User, desk: Desk
) -> None:
    telegram.faults.next("getMe", Fault.TIMEOUT_BEFORE, 2)
    telegram.revoked = True
    more: dict[str, Any] = {"read_timeout": 0.1, "refused_pause": 0.1}

    async def restored() -> None:
        while len(telegram.called("getMe")) < 4:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        telegram.revoked = False

    restoring = asyncio.create_task(restored())
    async with connected(telegram, desk.receive, **more):
        await restoring
        await ana.write("hello")
        await asyncio.wait_for(telegram.updates.confirmed(), 30)
    assert [message.text for message in desk.received] == ["hello"]


async def test_only_telegram_may_call_the_webhook(
    telegram: FakeTelegram, ana: User, desk: Desk
) -> None:
    async with connected(telegram, desk.receive, Mode.WEBHOOK), aiohttp.ClientSession() as http:
        url = telegram.updates.webhook["url"]
        for secret in ("", "wrong"):
            headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
            async with http.post(url, data=b"not even JSON", headers=headers) as answer:
                assert answer.status == 401
        headers = {"X-Telegram-Bot-Api-Secret-Token": telegram.updates.webhook["secret_token"]}
        async with http.post(url, data=b"not even JSON", headers=headers) as answer:
            assert answer.status == 400
        assert not telegram.called("getUpdates")
    assert desk.received == []


async def test_the_commands_are_told_in_every_language(telegram: FakeTelegram, desk: Desk) -> None:
    commands = {
        "en": [("new", "Open a ticket")],
        "ru": [("new", "Новая заявка")],
        "zh": [("new", "新建工单")],
    }
    async with connected(telegram, desk.receive, commands=commands):
        while len(telegram.commands) < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    told = {language: row[0]["description"] for language, row in telegram.commands.items()}
    assert told == {"": "Open a ticket", "ru": "Новая заявка", "zh": "新建工单"}


async def _heard(telegram: FakeTelegram, desk: Desk) -> list[InboundMessage]:
    await asyncio.wait_for(telegram.updates.confirmed(), 30)
    heard, desk.received = desk.received, []
    return heard


async def test_what_people_do_in_private(telegram: FakeTelegram, ana: User, desk: Desk) -> None:
    async with connected(telegram, desk.receive):
        await ana.start("TOKEN-1")
        await ana.write("/search vpn drops")
        await ana.write("/etc/hosts is broken")
        first = await ana.write("my vpm drops")
        await ana.edit(first, "my vpn drops")
        start, search, path, said, edited = await _heard(telegram, desk)
        assert (start.chosen, start.text) == ("/start", "TOKEN-1")
        assert (search.chosen, search.text) == ("/search", "vpn drops")
        assert (path.chosen, path.text) == (None, "/etc/hosts is broken")
        assert said.conversation == said.sender.address == str(ana.id)
        assert (said.place, said.language, said.sender.name) == (None, "ru", "Ana")
        assert said.sent_at.tzinfo == UTC
        assert said.message_id == f"{ana.id}/{first['message_id']}"
        assert edited.changes == said.message_id != edited.message_id
        assert edited.text == "my vpn drops"

        await ana.contact("79001234567")
        await ana.contact("79007654321", of=5)
        own, other = await _heard(telegram, desk)
        assert (own.sender.phone, other.sender.phone) == ("+79001234567", None)

        await ana.send_photo(b"p" * 500, "look")
        await ana.document(b"a log", "vpn.log", "text/plain")
        await ana.voice(b"ogg")
        await ana.send({"location": {"latitude": 59.9386, "longitude": 30.3141}})
        sticker = {"file_id": "s", "file_unique_id": "s", "width": 1, "height": 1, "emoji": "😀"}
        sticker |= {"type": "regular", "is_animated": False, "is_video": False}
        await ana.send({"sticker": sticker})
        photo, document, voice, place, smile = await _heard(telegram, desk)
        assert (photo.text, photo.files[0].size) == ("look", 500)
        assert (document.files[0].name, document.files[0].content_type) == ("vpn.log", "text/plain")
        assert (voice.text, voice.files[0].content_type) == ("", "audio/ogg")
        assert place.text == "📍 59.93860, 30.31410"
        assert smile.text == "😀"


async def test_speech_becomes_words_where_somebody_transcribes(
    telegram: FakeTelegram, ana: User, desk: Desk
) -> None:
    async def transcribe(audio: bytes, content_type: str) -> str:
        if audio == b"noise":
            raise RuntimeError("nothing to be heard")
        return f"{audio.decode()} ({content_type})"

    async with connected(telegram, desk.receive, transcriber=transcribe):
        await ana.voice(b"my vpn drops")
        await ana.voice(b"noise")
        words, none = await _heard(telegram, desk)
    assert words.text == "my vpn drops (audio/ogg)"
    assert (none.text, len(none.files)) == ("", 1)


async def test_in_a_group_only_what_is_meant_for_us_counts(
    telegram: FakeTelegram, ana: User, desk: Desk
) -> None:
    telegram.reads_all = True
    group = telegram.group("Office")
    async with connected(telegram, desk.receive) as channel:
        await ana.say(group, "has anybody seen my mug?")
        await ana.say(group, "@Firstline_bot, my 🖨 is on fire")
        await ana.say(group, "the printer, @firstline_bot, is on fire")
        await ana.say(group, "/new@firstline_bot a printer")
        await ana.say(group, "/new@other_bot a printer")
        first, middle, command = await _heard(telegram, desk)
        assert first.text == "my 🖨 is on fire"
        assert middle.text == "the printer, is on fire"
        assert (command.chosen, command.text) == ("/new", "a printer")
        assert (first.place, first.conversation) == (str(group.id), f"{group.id}:{ana.id}")

        sent = await channel._bot.send_message(group.id, "which printer?")
        await ana.say(group, "the blue one", reply_to=group.by_id[sent.message_id])
        [answer] = await _heard(telegram, desk)
        assert answer.references == (f"{group.id}/{sent.message_id}",)


async def test_in_a_room_everything_counts_by_topic_and_by_thread(
    telegram: FakeTelegram, ana: User, desk: Desk
) -> None:
    forum = telegram.group("Agents", forum=True, admin=True)
    plain = telegram.group("Few agents", admin=True)
    lobby = MemoryLobby()
    rooms = frozenset({str(forum.id), str(plain.id)})
    async with connected(telegram, desk.receive, rooms=rooms, lobby=lobby) as channel:
        topic = await channel._bot.create_forum_topic(forum.id, "INC-1")
        await ana.say(forum, "I take it", topic=topic.message_thread_id)
        await ana.say(forum, "good morning")
        card = await channel._bot.send_message(plain.id, "card")
        lobby.known.add(f"{plain.id}#{card.message_id}")
        await ana.say(plain, "mine", reply_to=plain.by_id[card.message_id])
        in_topic, general, in_thread = await _heard(telegram, desk)
        assert in_topic.conversation == f"{forum.id}/{topic.message_thread_id}"
        assert general.conversation == f"{forum.id}:{ana.id}"
        assert in_thread.conversation == f"{plain.id}#{card.message_id}"

        await ana.react(plain.by_id[card.message_id], "👀")
        [reaction] = await _heard(telegram, desk)
        assert reaction.chosen == "reaction:👀"
        assert reaction.references == (f"{plain.id}/{card.message_id}",)
        assert reaction.conversation == f"{plain.id}#{card.message_id}"
