"""One Telegram bot.

A call whose answer is lost may have been done, and Telegram has no key that makes it harmless to repeat. So
what was unsure is looked for before it is sent again (`channels.telegram.seen`): editing a message of ours
to what it already says is refused with words of its own. What remains: after a crash of ours at that
moment, before a process has seen any number, or when more than a dozen messages came between, it is sent
again, and may be there twice. A topic whose creation was unsure is created again.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import suppress
from html import escape
from typing import Any, Final

import structlog
from msgspec import Struct
from starlette.routing import BaseRoute
from telegram import CallbackQuery, File, Message, ReplyParameters
from telegram.constants import ChatAction
from telegram.error import BadRequest, InvalidToken

from channels.channel import (
    Capabilities,
    DeliveryError,
    Formatting,
    Lobby,
    Receipt,
    Receive,
    TryLater,
    Undeliverable,
)
from channels.message import OutboundMessage, RemoteFile
from channels.telegram.calls import Calls, Refused, Unsure
from channels.telegram.html import LONGEST_TEXT, pieces, plain, units
from channels.telegram.inbound import LASTING, Heard, in_thread, with_text
from channels.telegram.listening import Listening
from channels.telegram.options import Options
from channels.telegram.outbound import (
    LARGEST_PHOTO,
    PHOTOS,
    Step,
    Where,
    steps_of,
    topic_name,
    where_of,
)
from channels.telegram.seen import Seen

log = structlog.get_logger()

LARGEST_FETCH: Final = 20 * 1024 * 1024
UNFINISHED: Final = 1_000  # messages whose first parts are known to be there
NOT_MODIFIED: Final = "not modified"


class Progress(Struct):
    """How far a message came before something failed. Lost with the process; see above."""

    topic: int | None = None
    sent: list[int] = []
    since: int | None = None  # the newest number before the call of which we know no answer


class TelegramChannel:
    def __init__(self, name: str, options: Options, lobby: Lobby) -> None:
        self.name, self._options, self._lobby = name, options, lobby
        self.capabilities = Capabilities(
            buttons=True,
            threads=True,
            files=True,
            edits=True,
            typing=True,
            formatting=Formatting.HTML,
            max_length=LONGEST_TEXT,
        )
        self._calls, self._seen = Calls(name, options), Seen()
        self._bot = self._calls.bot
        self._listening = Listening(name, options, self._calls, self._hear)
        self._forums: dict[str, bool] = {}
        self._unfinished: OrderedDict[str, Progress] = OrderedDict()
        self._errands: set[asyncio.Task[None]] = set()

    # -- in

    async def listen(self, receive: Receive) -> None:
        await self._listening.listen(receive)

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        return self._listening.routes(receive)

    async def _hear(self, heard: Heard, receive: Receive) -> None:
        """Raises Unavailable."""
        message = heard.message
        for number in heard.numbers:
            self._seen.note(message.place or message.conversation, number)
        if heard.thread is not None and await self._lobby.knows(heard.thread):
            message = in_thread(message, heard.thread)
        elif not heard.addressed and not (
            heard.topic and await self._lobby.knows(message.conversation)
        ):
            return
        if heard.speech is not None:
            message = with_text(message, await self._words_of(heard.speech))
        await receive(message)
        if heard.pressed is not None:
            self._errand(message.references[0], self._pressed(heard.pressed))
        elif message.place is None and self._options.typing and message.chosen is None:
            self._errand(message.message_id, self._type(message.conversation))

    async def _words_of(self, speech: RemoteFile) -> str:
        if self._options.transcriber is None:
            return ""
        try:
            async with asyncio.timeout(self._options.transcription_timeout):
                audio = b"".join([piece async for piece in self.fetch(speech)])
                return await self._options.transcriber(audio, speech.content_type)
        except Exception as error:  # whoever transcribes, the message itself is here
            log.warning("telegram.no-transcript", channel=self.name, error=type(error).__name__)
            return ""

    def _errand(self, about: str, work: Coroutine[Any, Any, None]) -> None:
        """What may fail and keeps nobody waiting."""

        async def run() -> None:
            with suppress(DeliveryError):
                await work

        task = asyncio.create_task(run(), name=about)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _type(self, chat: str) -> None:
        await self._calls.ask(lambda: self._bot.send_chat_action(chat, ChatAction.TYPING))

    async def _pressed(self, query: CallbackQuery) -> None:
        with suppress(DeliveryError):  # too old, or answered before a crash
            await self._calls.ask(lambda: self._bot.answer_callback_query(query.id))
        shown, data = query.message, query.data or ""
        if not isinstance(shown, Message) or shown.reply_markup is None or data.startswith(LASTING):
            return
        rows = shown.reply_markup.inline_keyboard
        labels = [one.text for row in rows for one in row if one.callback_data == data]
        chosen = f"\n\n✓ {escape(labels[0], quote=False)}" if labels else ""
        chat, number = str(shown.chat_id), shown.message_id
        if shown.text and chosen and units(shown.text + plain(chosen)) <= LONGEST_TEXT:
            await self._edit(chat, number, Step(html=shown.text_html + chosen))
        else:
            await self._calls.send(
                chat,
                lambda: self._bot.edit_message_reply_markup(chat_id=chat, message_id=number),
            )

    async def start_link(self) -> str:
        """What opens a chat with the bot; {token} comes back with `/start`. Raises TryLater."""
        me = await self._calls.ask(self._bot.get_me)
        return f"https://t.me/{me.username}?start={{token}}"

    # -- out

    async def send(self, message: OutboundMessage) -> Receipt:
        chat = self._calls.moved.get(message.to, message.to)
        if message.replaces is not None:
            return await self._replace(chat, message)
        steps, where = steps_of(message), where_of(message)
        progress = self._unfinished.pop(message.key, None) or Progress()
        try:
            if message.opens_thread and progress.topic is None and await self._is_forum(chat):
                progress.topic = await self._open_topic(chat, message)
            if progress.topic is not None:
                where = Where(topic=progress.topic)
            for step in steps[len(progress.sent) :]:
                progress.sent.append(await self._step(chat, step, where, progress))
        except TryLater:
            self._unfinished[message.key] = progress
            if len(self._unfinished) > UNFINISHED:
                self._unfinished.popitem(last=False)
            raise
        return self._receipt(message, chat, steps, progress)

    def _receipt(
        self, message: OutboundMessage, chat: str, steps: list[Step], progress: Progress
    ) -> Receipt:
        """Named is the message with the buttons, which may be replaced."""
        texts = [id for id, step in zip(progress.sent, steps, strict=True) if step.html]
        id = f"{chat}/{(texts or progress.sent)[-1]}"
        if not message.opens_thread:
            return Receipt(id)
        if progress.topic is None:
            return Receipt(id, thread=f"{chat}#{progress.sent[0]}")
        return Receipt(f"{id}/{progress.topic}", thread=f"{chat}/{progress.topic}")

    async def _step(self, chat: str, step: Step, where: Where, progress: Progress) -> int:
        if progress.since is not None:
            found = await self._look_for(chat, step, progress.since)
            progress.since = None
            if found is not None:
                return found
        before = self._seen.newest(chat)
        try:
            number = await self._post(chat, step, where)
        except Unsure:
            progress.since = before
            raise
        self._seen.note(chat, number)
        return number

    async def _look_for(self, chat: str, step: Step, since: int) -> int | None:
        for number in self._seen.unexplained(chat, since):
            try:
                await self._edit(chat, number, step)
            except Refused:
                continue  # there is no such message, or it is somebody else's
            log.info("telegram.found", channel=self.name)
            self._seen.note(chat, number)
            return number
        return None

    async def _post(self, chat: str, step: Step, where: Where, *, mode: str | None = "HTML") -> int:
        text = step.html if mode else plain(step.html)
        answers = where.answers and ReplyParameters(where.answers, allow_sending_without_reply=True)
        common: dict[str, Any] = {
            "chat_id": chat,
            "message_thread_id": where.topic,
            "reply_parameters": answers,
            "reply_markup": step.keyboard,
            "parse_mode": mode,
        }
        try:
            if step.file is None:
                sent = await self._calls.send(
                    chat, lambda: self._bot.send_message(text=text, **common)
                )
            else:
                sent = await self._post_file(chat, step, {**common, "caption": text or None})
        except Refused as refusal:
            if mode and refusal.says("can't parse entities"):
                return await self._post(chat, step, where, mode=None)
            raise
        return sent.message_id

    async def _post_file(self, chat: str, step: Step, common: dict[str, Any]) -> Message:
        file = step.file
        assert file is not None
        content = await asyncio.to_thread(self._options.content, file.sha256)
        if file.content_type in PHOTOS and file.size <= LARGEST_PHOTO:
            with suppress(Refused):  # its sides are too long: then as a document
                return await self._calls.send(
                    chat,
                    lambda: self._bot.send_photo(photo=content, filename=file.name, **common),
                )
        return await self._calls.send(
            chat,
            lambda: self._bot.send_document(document=content, filename=file.name, **common),
        )

    async def _replace(self, chat: str, message: OutboundMessage) -> Receipt:
        assert message.replaces is not None
        _, number, *topic = message.replaces.split("/")
        id = "/".join([chat, number, *topic])
        about = f"{chat}/{number}"
        if before := {errand for errand in self._errands if errand.get_name() == about}:
            await asyncio.wait(before)  # or they would take away the buttons that come now
        steps = steps_of(message)
        whole = len(steps) == 1
        html = steps[0].html if whole else next(pieces(message.text.body, LONGEST_TEXT - 2)) + "\n…"
        await self._edit(chat, int(number), Step(html=html, keyboard=steps[-1].keyboard))
        return Receipt(id)

    async def _edit(self, chat: str, number: int, step: Step, *, mode: str | None = "HTML") -> None:
        """Whether it was changed or already was so makes no difference."""
        id: dict[str, Any] = {"chat_id": chat, "message_id": number, "reply_markup": step.keyboard}
        text = step.html if mode else plain(step.html)
        try:
            if step.file is None:
                await self._calls.send(
                    chat, lambda: self._bot.edit_message_text(text=text, parse_mode=mode, **id)
                )
            else:
                await self._calls.send(
                    chat,
                    lambda: self._bot.edit_message_caption(caption=text, parse_mode=mode, **id),
                )
        except Refused as refusal:
            if mode and refusal.says("can't parse entities"):
                await self._edit(chat, number, step, mode=None)
            elif not refusal.says(NOT_MODIFIED):
                raise

    async def _is_forum(self, chat: str) -> bool:
        if chat not in self._forums:
            told = await self._calls.ask(lambda: self._bot.get_chat(chat))
            self._forums[chat] = bool(told.is_forum)
        return self._forums[chat]

    async def _open_topic(self, chat: str, message: OutboundMessage) -> int | None:
        name = topic_name(message)
        try:
            topic = await self._calls.send(
                chat, lambda: self._bot.create_forum_topic(chat_id=chat, name=name)
            )
        except Refused as refusal:
            if not refusal.says("not enough rights", "not a forum"):
                raise
            log.warning("telegram.no-topic", channel=self.name, room=chat, reason=refusal.because)
            self._forums.pop(chat)
            return None
        return topic.message_thread_id

    # -- files

    async def fetch(self, file: RemoteFile) -> AsyncIterator[bytes]:
        too_big = Undeliverable("Telegram gives bots no files over 20 MB")
        if (file.size or 0) > LARGEST_FETCH:
            raise too_big
        try:
            found = await self._calls.ask(lambda: self._bot.get_file(file.id))
            yield await self._calls.ask(lambda: _download(found))
        except Refused as refusal:
            raise too_big if refusal.says("file is too big") else refusal from None

    async def close(self) -> None:
        for errand in list(self._errands):
            errand.cancel()
        await self._listening.close()
        await self._calls.close()


async def probe(options: Options) -> str | None:
    """Whether Telegram knows the bot; else why not, for an administrator."""
    calls = Calls("probe", options)
    try:
        await calls.ask(calls.bot.get_me)
    except DeliveryError as problem:
        return str(problem)
    finally:
        await calls.close()
    return None


async def _download(found: File) -> bytes:
    try:
        return bytes(await found.download_as_bytearray())
    except InvalidToken as error:  # what the library makes of any 404
        raise BadRequest("the file is gone") from error
