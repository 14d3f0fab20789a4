"""From the network to the journal, and from the journal to a turn of the conversation.

`Intake.receive` is what every channel calls: it returns when the message is committed. `work` takes what
was accepted, has it understood many at a time, and lets `bot.perform` give each its effect.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
import structlog
from msgspec import Struct, structs

from bot.conversation.reading import has_no_words
from bot.loop import POLL, Bell, rest
from bot.masking import without_secrets
from channels.channel import Unavailable
from channels.message import InboundMessage
from nlp.understanding import Language, Understanding
from store.database import Store, Tx
from store.errors import StoreError
from store.intake import Arrival
from store.signals import WORK
from store.steps import Prepared, Worker, step
from store.tables import Conversation, Inbox
from store.timers import Fired, fire_due

_encoder: Final = msgspec.json.Encoder()
_message: Final = msgspec.json.Decoder(InboundMessage)
_fired: Final = msgspec.json.Decoder(Fired)

log = structlog.get_logger()

Understand = Callable[[Sequence[str], Sequence[Language | None]], list[Understanding]]
Performer = Callable[[Tx, Conversation, Inbox, "Read | Fired"], None]
Park = Callable[[Tx, Conversation, Inbox], None]


class Read(Struct, frozen=True):
    """A message and what it turned out to mean."""

    message: InboundMessage
    understanding: Understanding
    parts: tuple[Understanding, ...] = ()  # of each of understanding.parts
    sealed: InboundMessage | None = None  # with the secrets that are hidden in `message`

    @property
    def as_written(self) -> "Read":
        """For what agents write: they may have to tell a password."""
        return self if self.sealed is None else structs.replace(self, message=self.sealed)


class Intake:
    """The one way in. Keeps no message it has not committed."""

    def __init__(self, store: Store, accepted: Callable[[str], None]) -> None:
        self._store, self._accepted = store, accepted

    async def receive(self, message: InboundMessage) -> None:
        """Returns once the message is safe; a repeat of its id is safe already.

        Raises Unavailable when it could not be kept: the network must offer it again.
        """
        arrival = Arrival(
            channel=message.channel,
            platform_id=message.message_id,
            conversation=message.conversation,
            address=message.place or message.sender.address,
            body=_encoder.encode(message).decode(),
        )
        try:
            await self._store.accept(arrival)
        except StoreError as error:
            log.error("message.refused", channel=message.channel, problem=str(error))
            raise Unavailable(str(error)) from error
        self._accepted(message.channel)


class Reader(Worker):
    """What the store's steps call: understand first, then let each row take effect."""

    def __init__(self, understand: Understand, perform: Performer, park: Park) -> None:
        self._understand, self._perform, self._park = understand, perform, park

    def prepare(self, rows: Sequence[Inbox]) -> Prepared:
        written = {
            row.id: _told(_message.decode(row.body)) for row in rows if row.kind == "message"
        }
        messages = {id: without_secrets(message) for id, message in written.items()}
        understood = self._understand(
            [_words(message) for message in messages.values()],
            [_language(message) for message in messages.values()],
        )
        prepared: dict[int, Read | Fired] = {
            id: Read(
                message,
                meaning,
                self._parts(meaning),
                None if message is written[id] else written[id],
            )
            for (id, message), meaning in zip(messages.items(), understood, strict=True)
        }
        for row in rows:
            if row.kind == "timer":
                prepared[row.id] = _fired.decode(row.body)
        return prepared

    def _parts(self, meaning: Understanding) -> tuple[Understanding, ...]:
        if not meaning.parts:
            return ()
        return tuple(self._understand(meaning.parts, [meaning.language] * len(meaning.parts)))

    def handle(
        self, tx: Tx, conversation: Conversation, row: Inbox, prepared: "Read | Fired"
    ) -> None:
        with structlog.contextvars.bound_contextvars(conversation=conversation.id, inbox=row.id):
            self._perform(tx, conversation, row, prepared)

    def parked(self, tx: Tx, conversation: Conversation, row: Inbox, problem: str) -> None:
        log.error("message.parked", conversation=conversation.id, inbox=row.id, problem=problem)
        self._park(tx, conversation, row)


def _told(message: InboundMessage) -> InboundMessage:
    """With what was filled into a form as its words."""
    if not message.answers or message.text:
        return message
    text = "\n\n".join(answer for answer in message.answers.values() if answer.strip())
    return structs.replace(message, text=text)


def _words(message: InboundMessage) -> str:
    """Those to be understood. What is changed afterwards is recorded as it is."""
    return "" if has_no_words(message) or message.changes is not None else message.text


def _language(message: InboundMessage) -> Language | None:
    known = message.language or ""
    return Language(known) if known in set(Language) else None


async def work(store: Store, reader: Worker, stop: asyncio.Event) -> None:
    """Handle what is accepted until `stop`; a step under way is finished."""
    bell = Bell(store.signals, WORK)
    try:
        while not stop.is_set():
            if not await asyncio.to_thread(step, store, reader):
                await bell.wait(POLL, stop)
    finally:
        bell.close()


async def fire(store: Store, stop: asyncio.Event) -> None:
    """Fire timers as they become due until `stop`."""
    while not stop.is_set():
        if not await asyncio.to_thread(fire_due, store):
            await rest(POLL, stop)
