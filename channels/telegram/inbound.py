"""What somebody did in Telegram, as a message. Pure: nothing is asked of anybody."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct, structs
from telegram import (
    CallbackQuery,
    Message,
    MessageEntity,
    MessageReactionUpdated,
    ReactionTypeEmoji,
    Update,
    User,
)
from telegram.constants import ChatType

from channels.clean import clean
from channels.message import InboundMessage, RemoteFile, Sender

COMMANDS: Final = frozenset(
    {"start", "help", "new", "status", "tickets", "search", "link", "run", "away", "back"}
)
LASTING: Final = "~"  # begins the value of a button that stays when it was pressed: a card's


class Heard(Struct, frozen=True, kw_only=True):
    message: InboundMessage
    addressed: bool  # it counts whoever else is in the room
    # Of an answer in a group without topics: the conversation, if the desk opened one with what it answers.
    thread: str | None = None
    topic: bool = False  # said in a topic, of which all counts once the desk takes part in it
    speech: RemoteFile | None = None
    pressed: CallbackQuery | None = None
    numbers: tuple[int, ...] = ()  # of the messages themselves


class Reader(Struct, frozen=True, kw_only=True):
    channel: str
    me: User
    rooms: frozenset[str]
    commands: frozenset[str] = COMMANDS

    def read(self, updates: Sequence[Update]) -> Heard | None:
        """One update, or all those of an album. None for what nobody said to us."""
        first = updates[0]
        if first.callback_query is not None:
            return self._press(first.callback_query)
        if first.message_reaction is not None:
            return self._reaction(first.message_reaction, first.update_id)
        parts = [part for one in updates if (part := one.effective_message) is not None]
        if not parts or parts[0].from_user is None or parts[0].from_user.is_bot:
            return None
        if first.edited_message is not None and parts[0].location is not None:
            return None  # somebody on the move, every few seconds
        return self._message(parts, first.edited_message is not None, first.update_id)

    def _message(self, parts: list[Message], is_edit: bool, update_id: int) -> Heard | None:
        first, writer = parts[0], parts[0].from_user
        assert writer is not None
        command, text = self._command(first)
        if command == "":
            return None  # another bot's
        if command is None:
            text = "\n".join(said for part in parts if (said := self._words(part)))
        files = tuple(file for part in parts for file in _files(part))
        if not text and not files and command is None:
            return None
        id = f"{first.chat_id}/{first.message_id}"
        answered = first.reply_to_message
        place = None if first.chat.type == ChatType.PRIVATE else str(first.chat_id)
        message = InboundMessage(
            channel=self.channel,
            message_id=f"{id}/{update_id}" if is_edit else id,
            changes=id if is_edit else None,
            conversation=_conversation(first, writer),
            place=place,
            sender=_sender(writer, first),
            text=text,
            chosen=command and f"/{command}",
            files=files,
            references=(f"{first.chat_id}/{answered.message_id}",) if answered else (),
            sent_at=(is_edit and first.edit_date) or first.date,
            language=writer.language_code,
        )
        to_us = answered is not None and answered.from_user == self.me and not _opens(answered)
        addressed = (
            place is None
            or place in self.rooms
            or command is not None
            or to_us
            or any(self._mentions(part) for part in parts)
        )
        in_group = place is not None and not first.is_topic_message
        thread = f"{place}#{answered.message_id}" if answered and in_group else None
        voice = first.voice or first.audio or first.video_note
        speech = files[0] if voice is not None and not text else None
        numbers = tuple(part.message_id for part in parts)
        return Heard(
            message=message,
            addressed=addressed,
            thread=thread,
            topic=bool(first.is_topic_message),
            speech=speech,
            numbers=numbers,
        )

    def _press(self, query: CallbackQuery) -> Heard | None:
        shown = query.message
        if shown is None or query.data is None:
            return None
        place = None if shown.chat.type == ChatType.PRIVATE else str(shown.chat.id)
        conversation = str(shown.chat.id) if place is None else f"{place}:{query.from_user.id}"
        thread = None
        if place is not None and isinstance(shown, Message):
            conversation = _conversation(shown, query.from_user)
            answered = shown.reply_to_message
            root = shown if answered is None or answered.from_user != self.me else answered
            thread = None if shown.is_topic_message else f"{place}#{root.message_id}"
        value = query.data.removeprefix(LASTING)
        message = InboundMessage(
            channel=self.channel,
            message_id=f"{shown.chat.id}/press{query.id}",
            conversation=conversation,
            place=place,
            sender=_sender(query.from_user, None),
            text="",
            chosen=value,
            references=(f"{shown.chat.id}/{shown.message_id}",),
            sent_at=datetime.now(UTC),  # Telegram does not say
            language=query.from_user.language_code,
        )
        return Heard(message=message, addressed=True, thread=thread, pressed=query)

    def _reaction(self, reaction: MessageReactionUpdated, update_id: int) -> Heard | None:
        """Telegram does not tell the topic: the desk finds it by the message."""
        new = [one for one in reaction.new_reaction if one not in reaction.old_reaction]
        emoji = next((one.emoji for one in new if isinstance(one, ReactionTypeEmoji)), None)
        if emoji is None or reaction.user is None or reaction.user.is_bot:
            return None
        place = None if reaction.chat.type == ChatType.PRIVATE else str(reaction.chat.id)
        id = f"{reaction.chat.id}/{reaction.message_id}"
        conversation = str(reaction.chat.id) if place is None else f"{place}:{reaction.user.id}"
        message = InboundMessage(
            channel=self.channel,
            message_id=f"{id}/{update_id}",
            conversation=conversation,
            place=place,
            sender=_sender(reaction.user, None),
            text="",
            chosen=f"reaction:{emoji}",
            references=(id,),
            sent_at=reaction.date,
        )
        addressed = place is None or place in self.rooms
        thread = place and f"{place}#{reaction.message_id}"
        return Heard(message=message, addressed=addressed, thread=thread)

    def _command(self, message: Message) -> tuple[str | None, str]:
        """Ours and what follows it; "" when it is for another bot; None when it is none."""
        first = next(iter(message.entities), None)
        if first is None or first.type != MessageEntity.BOT_COMMAND or first.offset:
            return None, ""
        text = message.text or ""
        name, _, bot = text[1 : first.length].partition("@")
        if bot and bot.casefold() != (self.me.username or "").casefold():
            return "", ""
        rest = clean(text[first.length :]).strip()
        return (name, rest) if name in self.commands else (None, "")

    def _words(self, message: Message) -> str:
        text = message.text or message.caption
        if text is None:
            return clean(_spelled_out(message))
        raw = text.encode("utf-16-le", "surrogatepass")
        for entity in sorted(_entities(message), key=lambda one: one.offset, reverse=True):
            if self._is_us(message, entity):
                before = raw[: 2 * entity.offset].decode("utf-16-le", "replace").rstrip()
                after = raw[2 * (entity.offset + entity.length) :].decode("utf-16-le", "replace")
                kept = f"{before} {after.lstrip(' ,:')}"
                raw = kept.strip().encode("utf-16-le", "surrogatepass")
        return clean(raw.decode("utf-16-le", "replace"))

    def _mentions(self, message: Message) -> bool:
        return any(self._is_us(message, entity) for entity in _entities(message))

    def _is_us(self, message: Message, entity: MessageEntity) -> bool:
        if entity.type == MessageEntity.TEXT_MENTION:
            return entity.user == self.me
        if entity.type != MessageEntity.MENTION:
            return False
        parse = message.parse_entity if message.text else message.parse_caption_entity
        return parse(entity).casefold() == f"@{self.me.username}".casefold()


def _entities(message: Message) -> Sequence[MessageEntity]:
    return message.entities or message.caption_entities


def _opens(message: Message) -> bool:
    """In a topic every message answers the one that opened it."""
    return message.forum_topic_created is not None


def _conversation(message: Message, writer: User) -> str:
    chat = str(message.chat_id)
    if message.chat.type == ChatType.PRIVATE:
        return chat
    if message.is_topic_message and message.message_thread_id is not None:
        return f"{chat}/{message.message_thread_id}"
    return f"{chat}:{writer.id}"


def _sender(user: User, message: Message | None) -> Sender:
    contact = message.contact if message is not None else None
    own = contact is not None and contact.user_id == user.id
    phone = contact.phone_number if own and contact is not None else None
    return Sender(
        address=str(user.id),
        name=clean(user.full_name),
        verified=True,
        phone=f"+{phone.lstrip('+')}" if phone else None,
    )


def _files(message: Message) -> list[RemoteFile]:
    """Photos in their largest size; an animation is a document as well, and one of them is enough."""
    if message.photo:
        best = max(message.photo, key=lambda size: size.width * size.height)
        name = f"photo-{best.file_unique_id}.jpg"
        return [
            RemoteFile(id=best.file_id, name=name, content_type="image/jpeg", size=best.file_size)
        ]
    named = message.document or message.audio or message.video
    if named is not None:
        type_ = named.mime_type or "application/octet-stream"
        kind = type(named).__name__.casefold()
        name = clean(named.file_name or f"{kind}-{named.file_unique_id}")
        return [RemoteFile(id=named.file_id, name=name, content_type=type_, size=named.file_size)]
    if voice := message.voice:
        name, type_ = f"voice-{voice.file_unique_id}.ogg", voice.mime_type or "audio/ogg"
        return [RemoteFile(id=voice.file_id, name=name, content_type=type_, size=voice.file_size)]
    if round_ := message.video_note:
        name = f"video-{round_.file_unique_id}.mp4"
        return [
            RemoteFile(
                id=round_.file_id, name=name, content_type="video/mp4", size=round_.file_size
            )
        ]
    return []


def _spelled_out(message: Message) -> str:
    """What is neither text nor file, in a few signs that need no language."""
    if message.sticker:
        return message.sticker.emoji or "🖼"
    if message.venue:
        return f"📍 {message.venue.title}, {message.venue.address}"
    if message.location:
        return f"📍 {message.location.latitude:.5f}, {message.location.longitude:.5f}"
    if message.contact:
        names = (message.contact.first_name, message.contact.last_name)
        return f"👤 {' '.join(filter(None, names))} {message.contact.phone_number}"
    if message.poll:
        options = " / ".join(option.text for option in message.poll.options)
        return f"📊 {message.poll.question} {options}"
    if message.dice:
        return f"{message.dice.emoji} {message.dice.value}"
    return ""


def in_thread(message: InboundMessage, thread: str) -> InboundMessage:
    return structs.replace(message, conversation=thread)


def with_text(message: InboundMessage, text: str) -> InboundMessage:
    return structs.replace(message, text=clean(text).strip())
