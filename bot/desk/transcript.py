"""What is said in a conversation. The only maker of public messages and of what is sent out."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from bot.desk.access import Actor
from bot.desk.desk import Desk
from channels.message import Attachment, Choice, InboundMessage, OutboundMessage, PublicText
from store.database import Tx
from store.outbox import Outgoing
from store.tables import Conversation, Inbox, Message

_encoder = msgspec.json.Encoder()


class Extra(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a message holds besides words; kept as JSON in `Message.extra`."""

    choices: tuple[Choice, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    chosen: str | None = None  # the value of the button pressed; the words are its label
    author: str | None = None  # the agent's name as it was


NOTHING = Extra()
_decoder = msgspec.json.Decoder(Extra)


def extra_of(text: str | None) -> Extra:
    return NOTHING if text is None else _decoder.decode(text)


def _dump(extra: Extra) -> str | None:
    return None if extra == NOTHING else _encoder.encode(extra).decode()


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
) -> None:
    """Say something to the requester of a conversation that the caller holds. `key` is stable: the same
    reply, were it made again, has the same."""
    author = actor.name if actor.who == "agent" else None
    extra = Extra(choices=tuple(choices), attachments=tuple(attachments), author=author)
    tx.append(
        Message,
        conversation_id=conversation.id,
        ticket_id=ticket_id,
        inbox_id=inbox_id,
        key=key,
        author="agent" if actor.who == "agent" else "bot",
        person_id=actor.person_id,
        at=tx.now,
        body=text.body,
        extra=_dump(extra),
    )
    tx.spoken(conversation.id)
    if desk.pulled(conversation.channel):
        return
    message = OutboundMessage(
        key=key,
        channel=conversation.channel,
        to=conversation.address,
        conversation=conversation.key,
        text=text,
        choices=extra.choices,
        attachments=extra.attachments,
        language=conversation.language or desk.language,
        author=author,
    )
    tx.post(
        Outgoing(
            channel=conversation.channel,
            destination=conversation.address,
            key=key,
            body=_encoder.encode(message).decode(),
            conversation_id=conversation.id,
        )
    )


def heard(
    tx: Tx,
    conversation: Conversation,
    row: Inbox,
    message: InboundMessage,
    ticket_id: int | None = None,
) -> None:
    """Keep what the requester wrote, word for word."""
    extra = Extra(attachments=message.attachments, chosen=message.chosen)
    tx.append(
        Message,
        conversation_id=conversation.id,
        ticket_id=ticket_id,
        inbox_id=row.id,
        key=f"{message.channel}:{message.message_id}",
        author="requester",
        person_id=conversation.person_id,
        at=tx.now,
        body=message.text,
        extra=_dump(extra),
    )
    tx.spoken(conversation.id)
