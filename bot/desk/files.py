"""Attachments: which are taken, under what name, as what kind.

The sender's word for the kind is not believed: images are told by their first bytes, and everything
else is only ever saved, never shown. No archive is opened.
"""

import asyncio
import re
import unicodedata
from collections.abc import AsyncIterable, Collection
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from msgspec import Struct

from bot.errors import Invalid
from channels.message import Attachment
from store import files as kept
from store.database import Tx
from store.files import CHUNK, FileStore, Incoming, TooLarge

LONGEST_NAME: Final = 120  # characters
UNKNOWN: Final = "application/octet-stream"

# SVG is none of them: it may hold scripts.
_IMAGES: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
IMAGES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


class Limits(Struct, frozen=True, kw_only=True):
    """What the administrator allows."""

    max_bytes: int
    allowed: Collection[str] = ()  # extensions; empty: all but the blocked
    blocked: Collection[str] = ()


class Files:
    """Takes attachments in."""

    def __init__(self, disk: FileStore, limits: Limits) -> None:
        self.disk, self.limits = disk, limits

    def keep(self, file: BinaryIO, name: str, content_type: str = "") -> Attachment:
        """Raises Invalid with a word for whoever sent it, Unavailable when the disk cannot."""
        name = self.accepted(name)
        try:
            with self.disk.incoming(self.limits.max_bytes) as incoming:
                while chunk := file.read(CHUNK):
                    incoming.write(chunk)
                return _kept(incoming, name)
        except TooLarge as error:
            raise _too_large(name, error.limit) from None

    async def receive(
        self, chunks: AsyncIterable[bytes], name: str, announced: int | None = None
    ) -> Attachment:
        """The same for what arrives over the network; refused before it is read when too much is
        announced."""
        name = self.accepted(name)
        try:
            with self.disk.incoming(self.limits.max_bytes, announced) as incoming:
                async for chunk in chunks:
                    await asyncio.to_thread(incoming.write, chunk)
                return await asyncio.to_thread(_kept, incoming, name)
        except TooLarge as error:
            raise _too_large(name, error.limit) from None

    def accepted(self, name: str) -> str:
        """The name it is kept under. Raises Invalid when its kind is not taken."""
        name = safe_name(name)
        extensions = [one.lower().removeprefix(".") for one in PurePosixPath(name).suffixes]
        last = extensions[-1] if extensions else ""
        # Also one in the middle: "invoice.exe.txt" is renamed more easily than it is explained.
        if set(extensions) & set(self.limits.blocked):
            raise Invalid(f"{name} was not taken: files of this kind can do harm.")
        if self.limits.allowed and last not in self.limits.allowed:
            kinds = ", ".join(sorted(self.limits.allowed))
            raise Invalid(f"{name} was not taken; these kinds are: {kinds}.")
        return name

    def path(self, sha256: str) -> Path:
        return self.disk.path(sha256)


def register(tx: Tx, attachment: Attachment, owner: str) -> str:
    """The id under which its owner may use it in a message."""
    return kept.add(
        tx,
        sha256=attachment.sha256,
        name=attachment.name,
        content_type=attachment.content_type,
        size=attachment.size,
        owner=owner,
    ).id


def of_owner(tx: Tx, ids: list[str], owner: str) -> tuple[Attachment, ...]:
    """What the owner has uploaded of these; other people's are not there."""
    return tuple(
        Attachment(name=one.name, content_type=one.content_type, size=one.size, sha256=one.sha256)
        for one in kept.owned(tx, ids, owner)
    )


def safe_name(name: str) -> str:
    """Without path, and without characters that make a name read otherwise than it is."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(
        letter
        for letter in last
        if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
    )
    visible = re.sub(r'[<>:"|?*]', "_", " ".join(visible.split())).strip(". ")
    if len(visible) > LONGEST_NAME:
        suffix = PurePosixPath(visible).suffix[:20]
        visible = visible[: LONGEST_NAME - len(suffix)] + suffix
    return visible or "file"


def kind_of(head: bytes) -> str:
    """Of a file's first bytes."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for sign, kind in _IMAGES if head.startswith(sign)), UNKNOWN)


def _kept(incoming: Incoming, name: str) -> Attachment:
    sha256 = incoming.keep()
    return Attachment(
        name=name, content_type=kind_of(incoming.head), size=incoming.size, sha256=sha256
    )


def _too_large(name: str, limit: int) -> Invalid:
    return Invalid(f"{name} is too large; at most {limit / 1_000_000:.0f} MB are taken.")
