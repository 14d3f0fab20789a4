"""What an administrator sets for one Telegram bot."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from msgspec import Struct


class Mode(StrEnum):
    POLLING = "polling"
    WEBHOOK = "webhook"


class Transcriber(Protocol):
    """Turns speech into words."""

    async def __call__(self, audio: bytes, content_type: str) -> str: ...


class Limits(Struct, frozen=True, kw_only=True):
    """What Telegram takes; edits count as messages do."""

    per_second: int = 30  # over all
    chat_pause: float = 1.0  # seconds between two messages to one chat
    group_per_minute: int = 20


class Options(Struct, frozen=True, kw_only=True):
    token: str
    content: Callable[[str], bytes]  # of a kept file, by its SHA-256
    mode: Mode = Mode.POLLING
    api_url: str = "https://api.telegram.org"  # methods at /bot<token>/, files at /file/bot<token>/
    webhook_url: str = ""  # what Telegram calls; plain http only within this machine
    webhook_secret: str = ""  # 1-256 of A-Z a-z 0-9 _ -
    webhook_path: str = ""  # where we listen for it; "": /channels/NAME/updates
    webhook_connections: int = 40
    folder: Path | None = None  # parts of albums wait here; with webhooks it must be given
    rooms: frozenset[str] = (
        frozenset()
    )  # ids of groups bound to queues: all that is said there counts
    commands: Mapping[str, Sequence[tuple[str, str]]] = {}  # by language: name, description
    allowed_updates: tuple[str, ...] = (
        "message",
        "edited_message",
        "callback_query",
        "message_reaction",
    )
    limits: Limits = Limits()
    poll_timeout: float = 50.0  # seconds that Telegram may keep a poll waiting
    album_wait: float = 1.0  # seconds without a further part after which an album is whole
    connect_timeout: float = 10.0  # seconds
    # Long, because after a time-out nobody knows whether a message was sent.
    read_timeout: float = 40.0
    upload_timeout: float = 120.0
    retry_pause: float = (
        2.0  # seconds, after Telegram or our store did not answer; grows to 16 times
    )
    refused_pause: float = 120.0  # seconds, after Telegram refused the token
    typing: bool = True  # show that somebody is at it
    transcriber: Transcriber | None = None
    transcription_timeout: float = 20.0  # seconds; a message is not kept before it is over
