"""One mailbox of ours, as the outbox sees it: a message becomes a mail, signed, and goes its way."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct, structs

from channels.channel import Capabilities, Formatting, Receipt
from channels.email import threads
from channels.email.compose import Account, Words, compose
from channels.email.threads import Desk
from channels.message import OutboundMessage

if TYPE_CHECKING:
    from channels.email.dkim import Signer

ROOT: Final = "root"  # of the ids of a ticket's thread among agents: no mail has it, all name it


class Transport(Protocol):
    """Where mails go: a relay, or the local mailbox."""

    async def send(self, raw: bytes, mail_from: str, recipients: Sequence[str]) -> Receipt: ...


class Options(Struct, frozen=True, kw_only=True):
    desk: Desk
    name: str  # of the desk, as people read it
    words: Callable[[str], Words]  # of a language
    content: Callable[[str], bytes]  # a file by its SHA-256
    signer: "Signer | None" = None


class EmailChannel:
    capabilities = Capabilities(threads=True, files=True, formatting=Formatting.HTML)

    def __init__(self, options: Options, transport: Transport) -> None:
        self.name = options.desk.mailbox
        self._options, self._transport = options, transport
        self._account = Account(
            address=options.desk.address,
            name=options.name,
            id=options.desk.address,
            reply_to=lambda message: threads.reply_address(options.desk, message.conversation),
        )

    async def send(self, message: OutboundMessage) -> Receipt:
        raw = await asyncio.to_thread(self.written, message, datetime.now(UTC))
        # What cannot be delivered comes back to the thread that it belongs to.
        returned_to = threads.reply_address(self._options.desk, message.conversation)
        await self._transport.send(raw, returned_to, [message.to])
        return Receipt(self._id(message))

    def written(self, message: OutboundMessage, now: datetime) -> bytes:
        """The mail. Raises Undeliverable when the destination is no address."""
        desk, thread = self._options.desk, ""
        words = self._options.words(message.language)
        if threads.ticket_of(message.conversation) is not None:
            thread = threads.message_id(desk, message.conversation, ROOT)
            words = structs.replace(words, footer="")  # agents are told more about answering
        raw = compose(
            message,
            self._account,
            now,
            message_id=self._id(message),
            words=words,
            content=self._options.content,
            thread=thread,
        )
        return raw if self._options.signer is None else self._options.signer.sign(raw)

    def _id(self, message: OutboundMessage) -> str:
        return threads.message_id(self._options.desk, message.conversation, message.key)
