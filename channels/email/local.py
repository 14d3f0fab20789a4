"""Where mails go while no relay is configured: a Maildir, so that any mail reader can open it.

A file is named after the mail's Message-ID, the same for every attempt, so a repeat finds it there.
"""

import asyncio
import errno
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

from msgspec import Struct

from channels.channel import Receipt, TryLater

KEPT: Final = 10_000  # mails
TRIMMED_AFTER: Final = (
    100  # mails: looking through the folder for every one would cost more than the mail
)
TICK: Final = 1_000  # nanoseconds that `Kept.at` tells apart

_MESSAGE_ID: Final = re.compile(
    rb"^message-id:[ \t\r\n]*(<[^>\r\n]*>)", re.IGNORECASE | re.MULTILINE
)
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._,=+-]{0,199}")


class Kept(Struct, frozen=True):
    """One mail of the folder."""

    id: str
    path: Path
    at: float  # seconds since the epoch


class LocalMailbox:
    def __init__(
        self, folder: Path, kept: int = KEPT, clock: Callable[[], int] = time.time_ns
    ) -> None:
        """`clock`: nanoseconds since the epoch."""
        self._folder, self._kept, self._clock = folder, kept, clock
        self._written = self._latest = 0

    async def send(self, raw: bytes, mail_from: str, recipients: Sequence[str]) -> Receipt:
        """On the disk when it returns. Who it is for stands in the mail."""
        try:
            await asyncio.to_thread(self._keep, raw)
        except OSError as problem:
            why = errno.errorcode.get(problem.errno or 0, type(problem).__name__)
            raise TryLater(
                f"the local mailbox cannot be written ({why})", whole_channel=True
            ) from problem
        return Receipt()

    def newest_first(self) -> list[Kept]:
        """What is in the folder, whoever put it there; none when there is no folder yet."""
        return sorted(self._all(), key=lambda one: (one.at, one.id), reverse=True)

    def find(self, id: str) -> Path | None:
        """`id` may come from anybody: it never leads out of the folder."""
        if not _ID.fullmatch(id):
            return None
        new = self._folder / "new" / id
        if new.is_file() and not new.is_symlink():
            return new
        return next((Path(one.path) for one in self._files("cur") if _id(one) == id), None)

    def _keep(self, raw: bytes) -> None:
        header = raw[: raw.find(b"\r\n\r\n") + 2]
        found = _MESSAGE_ID.search(header)
        id = sha256(found[1] if found else raw).hexdigest()[:32]
        if self.find(id) is not None:
            return
        try:
            self._write(id, raw)
        except FileNotFoundError:  # the first mail, or somebody cleared the folder away
            for name in ("", "tmp", "new", "cur"):
                (self._folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(id, raw)
        self._written += 1
        if self._written % TRIMMED_AFTER == 1:
            for old in self.newest_first()[self._kept :]:
                old.path.unlink(missing_ok=True)

    def _write(self, id: str, raw: bytes) -> None:
        part = self._folder / "tmp" / f"{id}.{os.getpid()}"
        try:
            with part.open("wb") as file:
                file.write(raw)
                file.flush()
                os.utime(part, ns=(moment := self._moment(), moment))
                os.fsync(file.fileno())
            part.rename(self._folder / "new" / id)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        directory = os.open(self._folder / "new", os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def _moment(self) -> int:
        """Now, in nanoseconds, and after the mail before: a system's own times of files may be those of
        its last tick, and the same for some milliseconds."""
        self._latest = max(self._clock(), self._latest + TICK)
        return self._latest

    def _all(self) -> Iterator[Kept]:
        yield from self._in("new")
        yield from self._in("cur")

    def _in(self, name: str) -> Iterator[Kept]:
        for file in self._files(name):
            with suppress(FileNotFoundError):  # a reader has just moved it
                yield Kept(_id(file), Path(file.path), file.stat().st_mtime)

    def _files(self, name: str) -> Iterator[os.DirEntry[str]]:
        with suppress(FileNotFoundError), os.scandir(self._folder / name) as entries:
            for entry in entries:
                if _ID.fullmatch(_id(entry)) and entry.is_file(follow_symlinks=False):
                    yield entry


def _id(file: os.DirEntry[str]) -> str:
    """A reader adds ":2," and flags when it moves a mail to "cur"."""
    return file.name.partition(":")[0]
