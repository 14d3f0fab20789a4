"""Our Telegram does to the real library what the real Telegram does."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)
from telegram.ext import Application, ContextTypes, MessageHandler, filters
from telegram.request import HTTPXRequest

from tests.platforms.telegram import FakeTelegram, Fault, User


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as telegram:
        yield telegram


@pytest.fixture
async def bot(telegram: FakeTelegram) -> AsyncIterator[Bot]:
    url, file = f"{telegram.api_url}/bot", f"{telegram.api_url}/file/bot"
    request, polls = HTTPXRequest(read_timeout=30), HTTPXRequest(connection_pool_size=4)
    bot = Bot(telegram.token, url, file, request=request, get_updates_request=polls)
    async with bot:
        yield bot


@pytest.fixture
async def ana(telegram: FakeTelegram) -> User:
    ana = telegram.user("Ana", "en", "ana")
    await ana.start()
    telegram.updates.drop()
    return ana


def keyboard(*data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("go", callback_data=one)] for one in data])


async def test_an_application_of_the_real_library_answers(telegram: FakeTelegram) -> None:
    answered = asyncio.Event()

    async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await update.message.reply_text(f"you said {update.message.text}")
        answered.set()

    builder = Application.builder().token(telegram.token).base_url(f"{telegram.api_url}/bot")
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    ana = telegram.user("Ana")
    async with application:
        assert application.updater is not None
        await application.start()
        await application.updater.start_polling(timeout=5)
        await ana.write("hello")
        await asyncio.wait_for(answered.wait(), 30)
        await application.updater.stop()
        await application.stop()
    assert [message["text"] for message in ana.inbox()] == ["you said hello"]


async def test_updates_come_again_until_a_higher_offset_confirms_them(
    telegram: FakeTelegram, bot: Bot, ana: User
) -> None:
    for word in ("one", "two", "three"):
        await ana.write(word)
    first = await bot.get_updates()
    again = await bot.get_updates()
    assert [one.update_id for one in first] == [one.update_id for one in again]
    rest = await bot.get_updates(offset=first[1].update_id)
    assert [one.message and one.message.text for one in rest] == ["two", "three"]
    [last] = await bot.get_updates(offset=-1)
    assert last.message is not None
    assert last.message.text == "three"
    assert await bot.get_updates(offset=last.update_id + 1) == ()


async def test_a_second_poller_sends_the_first_away(telegram: FakeTelegram, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=10))
    while not telegram.updates._poll:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await bot.get_updates()
    with pytest.raises(Conflict, match=r"(?i)terminated by other getUpdates"):
        await first


async def test_polling_is_refused_while_a_webhook_is_set(bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"(?i)HTTPS"):
        await bot.set_webhook("http://desk.example/hook")
    await bot.set_webhook("http://127.0.0.1:9/hook", secret_token="s")
    with pytest.raises(Conflict, match=r"(?i)webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "message text is empty"),
        ("😀" * 2049, "message is too long"),
        ("<b>no end", "can't parse entities"),
        ("<p>no such tag</p>", 'Unsupported start tag "p"'),
        ("2 < 3", "can't parse entities"),
        ("<b><i>crossed</b></i>", "Unmatched end tag"),
    ],
)
async def test_texts_are_refused_in_telegrams_words(
    telegram: FakeTelegram, bot: Bot, ana: User, text: str, words: str
) -> None:
    with pytest.raises(BadRequest, match=rf"(?i){words}"):
        await bot.send_message(ana.id, text, parse_mode="HTML")


async def test_lengths_are_counted_after_the_tags_are_read(bot: Bot, ana: User) -> None:
    sent = await bot.send_message(ana.id, f"<b>{'😀' * 2048}</b>", parse_mode="HTML")
    assert sent.text == "😀" * 2048
    assert [(one.type, one.length) for one in sent.entities] == [("bold", 4096)]


async def test_buttons_are_refused_in_telegrams_words(bot: Bot, ana: User) -> None:
    await bot.send_message(ana.id, "?", reply_markup=keyboard("й" * 32))
    with pytest.raises(BadRequest, match=r"(?i)BUTTON_DATA_INVALID"):
        await bot.send_message(ana.id, "?", reply_markup=keyboard("й" * 32 + "x"))
    with pytest.raises(BadRequest, match=r"(?i)too long"):
        await bot.send_message(ana.id, "?", reply_markup=keyboard(*"x" * 101))


async def test_who_cannot_be_written_to(telegram: FakeTelegram, bot: Bot, ana: User) -> None:
    with pytest.raises(Forbidden, match=r"(?i)can't initiate conversation"):
        await bot.send_message(telegram.user("Bob").id, "hello")
    ana.block()
    with pytest.raises(Forbidden, match=r"(?i)blocked by the user"):
        await bot.send_message(ana.id, "hello")
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(123, "hello")
    group = telegram.group()
    new = group.migrate()
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(group.id, "hello")
    assert moved.value.new_chat_id == new.id
    telegram.revoked = True
    with pytest.raises(InvalidToken):
        await bot.get_me()


async def test_editing(telegram: FakeTelegram, bot: Bot, ana: User) -> None:
    sent = await bot.send_message(ana.id, "one")
    theirs = await ana.write("mine")
    with pytest.raises(BadRequest, match=r"(?i)not modified"):
        await bot.edit_message_text("one", ana.id, sent.message_id)
    with pytest.raises(BadRequest, match=r"(?i)message can't be edited"):
        await bot.edit_message_text("two", ana.id, theirs["message_id"])
    with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
        await bot.edit_message_text("two", ana.id, 99_999)
    await bot.edit_message_text("two", ana.id, sent.message_id)
    assert [message["text"] for message in ana.inbox()] == ["two"]


async def test_a_press_is_answered_once_and_not_too_late(
    telegram: FakeTelegram, bot: Bot, ana: User
) -> None:
    await bot.send_message(ana.id, "?", reply_markup=keyboard("yes"))
    pressed = await ana.press(ana.inbox()[0], "go")
    assert await bot.answer_callback_query(pressed)
    late = await ana.press(ana.inbox()[0], "go")
    telegram.clock.turn(3600)
    for query in (pressed, late):
        with pytest.raises(BadRequest, match=r"(?i)query is too old"):
            await bot.answer_callback_query(query)


async def test_floods_are_held_back(telegram: FakeTelegram, bot: Bot, ana: User) -> None:
    for n in range(3):
        await bot.send_message(ana.id, str(n))
    with pytest.raises(RetryAfter):
        await bot.send_message(ana.id, "too many for a second")
    telegram.clock.turn(1)
    await bot.send_message(ana.id, "now")
    group = telegram.group()
    for n in range(20):
        telegram.clock.turn(1)
        await bot.send_message(group.id, str(n))
    telegram.clock.turn(1)
    with pytest.raises(RetryAfter) as wait:
        await bot.send_message(group.id, "too many for a minute")
    assert 35 <= int(wait.value._retry_after.total_seconds()) <= 41
    crowd = [telegram.user(str(n)) for n in range(31)]
    for one in crowd:
        one.started = True
    telegram.clock.turn(60)
    moment = telegram.clock.now()
    telegram.clock.now = lambda: moment  # type: ignore[method-assign]
    for one in crowd[:30]:
        await bot.send_message(one.id, "all at once")
    with pytest.raises(RetryAfter):
        await bot.send_message(crowd[30].id, "too many over all")


async def test_files_go_both_ways(telegram: FakeTelegram, bot: Bot, ana: User) -> None:
    await ana.send_photo(b"\xff\xd8 a photo", "look")
    [update] = await bot.get_updates()
    assert update.message is not None
    assert [size.width for size in update.message.photo] == [90, 1280]
    file = await bot.get_file(update.message.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == b"\xff\xd8 a photo"
    await ana.document(b"x" * (20 * 1024 * 1024 + 1), "big.zip", "application/zip")
    [update] = await bot.get_updates(offset=update.update_id + 1)
    assert update.message is not None
    assert update.message.document is not None
    with pytest.raises(BadRequest, match=r"(?i)file is too big"):
        await bot.get_file(update.message.document.file_id)
    await bot.send_document(
        ana.id, b"words", filename="a.txt", caption="<b>c</b>", parse_mode="HTML"
    )
    received = ana.inbox()[0]
    assert (received["document"]["file_name"], received["caption"]) == ("a.txt", "c")
    assert telegram.files.content(received["document"]["file_id"]) == b"words"
    with pytest.raises(BadRequest, match=r"(?i)caption is too long"):
        await bot.send_document(ana.id, b"words", caption="x" * 1025)
    telegram.clock.turn(5)
    media = [InputMediaPhoto(b"one", caption="c"), InputMediaPhoto(b"two")]
    first, second = await bot.send_media_group(ana.id, media)
    assert first.media_group_id == second.media_group_id


async def test_topics(telegram: FakeTelegram, bot: Bot) -> None:
    forum = telegram.group("Agents", forum=True, admin=True)
    topic = await bot.create_forum_topic(forum.id, "INC-1")
    sent = await bot.send_message(forum.id, "card", message_thread_id=topic.message_thread_id)
    assert sent.is_topic_message
    await bot.edit_forum_topic(forum.id, topic.message_thread_id, name="INC-1 done")
    await bot.close_forum_topic(forum.id, topic.message_thread_id)
    assert forum.topics == {topic.message_thread_id: {"name": "INC-1 done", "closed": True}}
    with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
        await bot.send_message(forum.id, "card", message_thread_id=99)
    with pytest.raises(BadRequest, match=r"(?i)not a forum"):
        await bot.create_forum_topic(telegram.group().id, "INC-1")


async def test_privacy_hides_what_is_not_meant_for_the_bot(
    telegram: FakeTelegram, bot: Bot, ana: User
) -> None:
    group = telegram.group()
    ours = await bot.send_message(group.id, "hello")
    await ana.say(group, "nothing for bots")
    await ana.say(group, "@firstline_bot help")
    await ana.say(group, "/help@firstline_bot")
    await ana.say(group, "/help@another_bot")
    await ana.say(group, "yes", reply_to=group.by_id[ours.message_id])
    heard = [one.message and one.message.text for one in await bot.get_updates()]
    assert heard == ["@firstline_bot help", "/help@firstline_bot", "yes"]


async def test_faults(telegram: FakeTelegram, bot: Bot, ana: User) -> None:
    for fault, error in (
        (Fault.ERROR_500, NetworkError),
        (Fault.ERROR_502, NetworkError),
        (Fault.DROP_BEFORE, NetworkError),
        (Fault.FLOOD, RetryAfter),
        (Fault.TIMEOUT_BEFORE, TimedOut),
    ):
        telegram.faults.next("sendMessage", fault)
        with pytest.raises(error):
            await bot.send_message(ana.id, "not sent", read_timeout=0.5)
    assert ana.inbox() == []
    for fault in (Fault.TIMEOUT_AFTER, Fault.DROP_AFTER):
        telegram.faults.next("sendMessage", fault)
        with pytest.raises(NetworkError):
            await bot.send_message(ana.id, "sent all the same", read_timeout=0.5)
    assert len(ana.inbox()) == 2
    telegram.faults.share("getMe", 0.5, Fault.ERROR_500, seed=4)
    outcomes = [await _works(bot) for _ in range(20)]
    assert 3 < sum(outcomes) < 17
    assert [call.answer is None for call in telegram.called("getMe")[1:]] == [
        not worked for worked in outcomes
    ]


async def _works(bot: Bot) -> bool:
    try:
        await bot.get_me()
    except NetworkError:
        return False
    return True


async def test_json_form_and_query_are_all_understood(telegram: FakeTelegram, ana: User) -> None:
    url = f"{telegram.api_url}/bot{telegram.token}/sendMessage"
    said = {"chat_id": str(ana.id), "text": "hello"}
    async with aiohttp.ClientSession() as http:
        for how in ({"json": said}, {"data": said}, {"params": said}):
            async with http.post(url, **how) as answer:  # type: ignore[arg-type]
                assert (await answer.json())["result"]["text"] == "hello"
        async with http.get(f"{telegram.api_url}/bot{telegram.token}/noSuch") as answer:
            assert answer.status == 404
            assert await answer.json() == {
                "ok": False,
                "error_code": 404,
                "description": "Not Found",
            }
