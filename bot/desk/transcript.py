"""What is said in a conversation. The only maker of public messages and of what is sent out.

`speak` takes nothing but `PublicText`, so whatever a requester gets to read went through that type.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct, structs

from bot.desk.access import Actor, Who
from bot.desk.desk import Desk
from bot.desk.letters import heading, letters_of, received
from bot.desk.quiet import ends_at
from channels.message import Attachment, Choice, InboundMessage, OutboundMessage, PublicText
from store import messages
from store.base import micros
from store.database import Tx
from store.outbox import Outgoing
from store.tables import Conversation, Inbox, Message, Person, Ticket

LABELS_SOUGHT: Final = 20  # messages looked back for the label of a pressed button

_encoder = msgspec.json.Encoder()


class Extra(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a message holds besides words; kept as JSON in `Message.extra`."""

    choices: tuple[Choice, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    chosen: str | None = None  # the value of the button pressed; the words are its label
    author: str | None = None  # the name as it was: an agent's, or a guest's in the thread
    folded: str | None = None  # InboundMessage.folded
    original: str | None = None  # InboundMessage.original
    earlier: tuple[str, ...] = ()  # what its writer changed, oldest first
    deleted: bool = False  # its writer took it back; the words stay for the agents


NOTHING = Extra()
_decoder = msgspec.json.Decoder(Extra)


class Line(Struct, frozen=True, kw_only=True):
    """One message as its readers get it."""

    id: int  # the cursor
    key: str
    author: str  # "requester", "bot" or "agent"
    at: datetime
    text: PublicText
    extra: Extra


def extra_of(text: str | None) -> Extra:
    return NOTHING if text is None else _decoder.decode(text)


def dump(extra: Extra) -> str | None:
    return None if extra == NOTHING else _encoder.encode(extra).decode()


def fresh(tx: Tx, conversation: Conversation, name: str) -> str:
    """A key that no message has, for what is said now: also when a clock stands still or was set back."""
    said = messages.last_said(tx, conversation.id)
    return f"{name}:{micros(tx.now)}.{0 if said is None else said.id}"


def speak(
    desk: Desk,
    tx: Tx,
    conversation: Conversation,
    text: PublicText,
    *,
    key: str,
    actor: Actor,
    choices: Sequence[Choice] = (),
    attachments: Sequence[Attachment] = (),
    ticket_id: int | None = None,
    inbox_id: int | None = None,
    can_wait: bool = False,
) -> None:
    """Say something to the requester of a conversation that the caller holds. `key` is stable: the same
    reply, were it made again, has the same. What `can_wait` is not sent in the person's quiet hours.

    Raises TypeError for anything but a public text.
    """
    if type(text) is not PublicText:
        raise TypeError("only a public text is said to a requester")
    agent = actor.name if actor.who is Who.AGENT else None
    extra = Extra(choices=tuple(choices), attachments=tuple(attachments), author=agent)
    tx.append(
        Message,
        conversation_id=conversation.id,
        ticket_id=ticket_id,
        inbox_id=inbox_id,
        key=key,
        author="bot" if agent is None else "agent",
        person_id=actor.person_id,
        at=tx.now,
        body=text.body,
        extra=dump(extra),
    )
    tx.spoken(conversation.id)
    if desk.pulled(conversation.channel) or desk.is_mute(
        conversation.channel, conversation.address
    ):
        return
    letters = letters_of(conversation)
    about = ticket_id or conversation.ticket_id
    ticket = tx.get(Ticket, about) if letters is not None and about is not None else None
    message = OutboundMessage(
        key=key,
        channel=conversation.channel,
        to=conversation.address,
        conversation=conversation.key,
        text=text,
        choices=extra.choices,
        attachments=extra.attachments,
        language=conversation.language or desk.language,
        author=agent,
        subject=None if letters is None else heading(letters, ticket),
        references=() if letters is None else letters.ids,
    )
    tx.post(
        Outgoing(
            channel=conversation.channel,
            destination=conversation.address,
            key=key,
            body=_encoder.encode(message).decode(),
            conversation_id=conversation.id,
            not_before=_quiet_until(desk, tx, conversation) if can_wait else None,
        )
    )


def _quiet_until(desk: Desk, tx: Tx, conversation: Conversation) -> datetime | None:
    known = conversation.person_id
    person = None if known is None else tx.get(Person, known)
    if person is None or person.quiet is None:
        return None
    return ends_at(person.quiet, desk.zone_of(person.timezone), tx.now)


def heard(
    tx: Tx,
    conversation: Conversation,
    row: Inbox,
    message: InboundMessage,
    ticket_id: int | None = None,
    guest: Person | None = None,
) -> None:
    """Keep what the requester wrote, or a guest in the thread, word for word."""
    if letters_of(conversation) is None or (guest is None and not message.automatic):
        received(conversation, message)
    words = message.text
    if message.chosen is not None and not words:
        words = _label(tx, conversation, message.chosen) or message.chosen
    tx.append(
        Message,
        conversation_id=conversation.id,
        ticket_id=ticket_id,
        inbox_id=row.id,
        key=f"{message.channel}:{message.message_id}",
        author="requester",
        person_id=conversation.person_id if guest is None else guest.id,
        at=tx.now,
        body=words,
        extra=dump(
            Extra(
                attachments=message.attachments,
                chosen=message.chosen,
                author=None if guest is None else message.sender.address,
                folded=message.folded,
                original=message.original,
            )
        ),
    )
    tx.spoken(conversation.id)


def refile(tx: Tx, message: InboundMessage, ticket_id: int | None) -> None:
    """What was heard belongs to another ticket, or to none yet."""
    row = messages.by_key(tx, f"{message.channel}:{message.message_id}")
    if row is not None:
        row.ticket_id = ticket_id


def change(tx: Tx, conversation: Conversation, message: InboundMessage) -> Message | None:
    """Let an earlier message be as its writer has it now, or have the file that came with it. None when it
    is not known."""
    row = messages.by_key(tx, f"{message.channel}:{message.changes}")
    if row is None or row.conversation_id != conversation.id:
        return None
    extra = extra_of(row.extra)
    if message.attachments or message.folded is not None:
        told = "\n".join(part for part in (extra.folded, message.folded) if part)
        files = (*extra.attachments, *message.attachments)
        extra = structs.replace(extra, attachments=files, folded=told or None)
    elif message.deleted:
        extra = structs.replace(extra, deleted=True)
    elif message.text != row.body:
        extra = structs.replace(extra, earlier=(*extra.earlier, row.body))
        row.body = message.text
    row.extra = dump(extra)
    tx.spoken(conversation.id)
    return row


def replace(tx: Tx, conversation: Conversation, row: Message, words: str, folded: str) -> bool:
    """Let it be heard better than it was; whether that makes a difference."""
    extra = extra_of(row.extra)
    if (row.body, extra.folded) == (words, folded):
        return False
    row.body, row.extra = words, dump(structs.replace(extra, folded=folded))
    tx.spoken(conversation.id)
    return True


def lines(tx: Tx, conversation_id: int, after: int = 0, limit: int = 200) -> list[Line]:
    """What was said after a cursor, oldest first; with cursor 0 the latest `limit`."""
    return [line_of(row) for row in messages.history(tx, conversation_id, after, limit)]


def line_of(row: Message) -> Line:
    return Line(
        id=row.id,
        key=row.key,
        author=row.author,
        at=row.at,
        text=PublicText(row.body),
        extra=extra_of(row.extra),
    )


def _label(tx: Tx, conversation: Conversation, chosen: str) -> str | None:
    """What the button read that was pressed."""
    tx.flush()
    for row in reversed(messages.history(tx, conversation.id, 0, LABELS_SOUGHT)):
        for choice in extra_of(row.extra).choices:
            if choice.value == chosen:
                return choice.label
    return None
