"""Files that stay with the network until the message they came with is safe: asked for through the outbox,
which tries again, and handed in as a change of that message."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import structs

from bot.desk.files import Files
from bot.errors import Invalid
from bot.inbox import Intake
from channels.channel import Fetching, TryLater, Unavailable, Undeliverable
from channels.message import (
    Attachment,
    Errand,
    InboundMessage,
    OutboundMessage,
    PublicText,
)
from store.database import Tx
from store.outbox import Outgoing
from store.tables import Conversation

NOTHING: Final = PublicText("")


def send_for(tx: Tx, conversation: Conversation, message: InboundMessage) -> None:
    """Ask for each file of a message. They have a lane of their own, so that no answer waits for them."""
    for number, file in enumerate(message.files):
        errand = OutboundMessage(
            key=f"fetch:{message.channel}:{message.message_id}:{number}",
            channel=message.channel,
            to=f"files {conversation.address}",
            conversation=conversation.key,
            text=NOTHING,
            errand=Errand(
                file=file,
                message_id=message.message_id,
                sender=message.sender,
                place=message.place,
            ),
        )
        tx.post(
            Outgoing(
                channel=errand.channel,
                destination=errand.to,
                key=errand.key,
                body=msgspec.json.encode(errand).decode(),
                conversation_id=conversation.id,
            )
        )


async def run(
    channel: Fetching, files: Files, intake: Intake, message: OutboundMessage, now: datetime
) -> None:
    """Fetch the file and hand it in; what cannot be had, or is not taken, is said in its place."""
    errand = message.errand
    assert errand is not None  # the outbox asked
    attachments: Sequence[Attachment] = ()
    missing = None
    try:
        kept = await files.receive(channel.fetch(errand.file), errand.file.name, errand.file.size)
        attachments = (kept,)
    except Invalid as refusal:
        missing = f"[{refusal}]"
    except Undeliverable as refusal:
        missing = f"[{errand.file.name}: {refusal}]"
    id = hashlib.sha256(message.key.encode()).hexdigest()[:16]
    try:
        await intake.receive(
            InboundMessage(
                channel=message.channel,
                message_id=f"{errand.message_id}/file/{id}",
                conversation=message.conversation,
                place=errand.place,
                sender=errand.sender,
                text="",
                sent_at=now,
                attachments=tuple(attachments),
                folded=missing,
                changes=errand.message_id,
            )
        )
    except Unavailable as reason:
        raise TryLater(str(reason)) from reason


def with_names(message: InboundMessage) -> InboundMessage:
    """Files still to be fetched, told as what they will be: enough to know that there is one."""
    if not message.files:
        return message
    coming = tuple(
        Attachment(name=file.name, content_type=file.content_type, size=file.size or 0, sha256="")
        for file in message.files
    )
    return structs.replace(message, attachments=(*message.attachments, *coming))
