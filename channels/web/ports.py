"""What the chat needs of the desk besides its intake: the transcript, and a place for files."""

from collections.abc import AsyncIterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from channels.message import Attachment, Choice


class Line(Struct, frozen=True, kw_only=True):
    """One message of the transcript."""

    id: int  # the cursor: later lines have higher ones
    author: str  # "requester", "bot" or "agent"
    name: str | None = None  # the agent's
    at: datetime
    text: str  # plain when a requester wrote it, else our small Markdown
    message_id: str | None = None  # what the requester's program called it
    choices: tuple[Choice, ...] = ()
    attachments: tuple[Attachment, ...] = ()


class View(Struct, frozen=True):
    lines: tuple[Line, ...]
    busy: bool  # something was taken in and is not answered yet


class Refused(Exception):
    """Something cannot be taken. `key` names a text for its sender, `values` go into it."""

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(key)
        self.key, self.values = key, values


class Reading(Protocol):
    """One reader of one conversation."""

    async def look(self, after: int) -> View:
        """What was said after a cursor."""
        ...

    async def wait(self) -> None:
        """Until something may be new, or some seconds have passed."""
        ...


class Transcripts(Protocol):
    @property
    def closing(self) -> bool:
        """No reader should wait any longer: the process ends."""
        ...

    def reading(self, conversation: str) -> AbstractAsyncContextManager[Reading | None]:
        """None when nothing was written in it yet."""
        ...

    def must_wait(self, conversation: str) -> float | None:
        """Seconds until it may send something again; None counts it as sent now."""
        ...

    async def keep(
        self, conversation: str, chunks: AsyncIterable[bytes], name: str, announced: int | None
    ) -> tuple[str, Attachment]:
        """A file and the id to send it by. Raises Refused, or Unavailable when the disk cannot."""
        ...

    async def kept(self, conversation: str, ids: Sequence[str]) -> tuple[Attachment, ...]:
        """The files sent by these ids; those of other conversations are not there."""
        ...

    async def file(self, conversation: str, sha256: str) -> tuple[Path, Attachment] | None:
        """A file that was said in the conversation."""
        ...

    def say(self, key: str, language: str, **values: str | int) -> str:
        """A plain text for the sender."""
        ...
