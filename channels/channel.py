"""What every channel is: the contract that adapters keep and the desk relies on."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Protocol

from msgspec import Struct
from starlette.routing import BaseRoute

from channels.forms import Form
from channels.message import (
    Choice,
    InboundMessage,
    OutboundMessage,
    PublicText,
    RemoteFile,
    Sender,
)

Receive = Callable[[InboundMessage], Awaitable[None]]
"""Returns once the message is committed: acknowledge to the network after it, never before.
Raises `Unavailable` when it could not be kept; then the network must be told to try again."""


class Formatting(StrEnum):
    PLAIN = "plain"
    MARKDOWN = "markdown"
    HTML = "html"


class Capabilities(Struct, frozen=True, kw_only=True):
    """What a network can show. `channels.fit` degrades a message to it."""

    buttons: bool = False
    menus: bool = False
    forms: bool = False
    threads: bool = False
    files: bool = False
    edits: bool = False
    typing: bool = False
    formatting: Formatting = Formatting.PLAIN
    max_length: int | None = None  # characters of one message
    pull: bool = False  # the reader fetches the transcript itself; nothing is sent


class Receipt(Struct, frozen=True):
    """The network took the message; `platform_id` is its id there, if it has one."""

    platform_id: str | None = None
    thread: str | None = None  # of one that opens a thread: InboundMessage.conversation of answers


class DeliveryError(Exception):
    """A message was not delivered. The text may be shown to an administrator: no secrets in it."""


class TryLater(DeliveryError):
    """May work later. `after` seconds when the network said so; `whole_channel` when all wait."""

    def __init__(
        self, reason: str, after: float | None = None, *, whole_channel: bool = False
    ) -> None:
        super().__init__(reason)
        self.after = after
        self.whole_channel = whole_channel


class Undeliverable(DeliveryError):
    """Will never work: the address is gone, the network refuses the content."""


class Unavailable(Exception):
    """A message cannot be kept just now (disk full, database away). Says what the sender may read."""


class Channel(Protocol):
    """One account on one network: a mailbox, a Slack workspace, a Telegram bot, the web chat."""

    @property
    def name(self) -> str: ...
    @property
    def capabilities(self) -> Capabilities: ...


class Sending(Channel, Protocol):
    """A channel that messages are pushed through. Only the outbox calls `send`."""

    async def send(self, message: OutboundMessage) -> Receipt:
        """Deliver one message, fitted to the network. Raises TryLater or Undeliverable."""
        ...


class Fetching(Sending, Protocol):
    """A channel whose files are with the network until they are fetched."""

    def fetch(self, file: RemoteFile) -> AsyncIterator[bytes]:
        """Its bytes, in pieces. Raises TryLater, or Undeliverable when it is not to be had."""
        ...


class View(Struct, frozen=True, kw_only=True):
    """A page about somebody's tickets: Slack's App Home."""

    text: PublicText
    choices: tuple[Choice, ...] = ()


class Lobby(Protocol):
    """What a network asks the desk at once, because it shows more than messages. Nothing is changed."""

    async def knows(self, conversation: str) -> bool:
        """Whether the bot already takes part in it: then no further mention is needed."""
        ...

    def form(self, name: str, language: str) -> Form | None: ...

    async def home(self, sender: Sender, language: str) -> View: ...


class Listener(Channel, Protocol):
    """A channel that dials out: IMAP, Slack Socket Mode, Telegram polling."""

    async def listen(self, receive: Receive) -> None:
        """Until cancelled; may raise, and is then started again after growing pauses."""
        ...


class Webhook(Channel, Protocol):
    """A channel that is called over HTTP: web chat, phone, generic webhooks."""

    def routes(self, receive: Receive) -> Sequence[BaseRoute]: ...
