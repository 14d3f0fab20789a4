"""The bytes of attachments: one file on disk for each content, named by its SHA-256.

A file is there whole or not at all: it is written beside its place, synced, and then renamed. Whatever
names it in the database is committed later, so every name has its bytes, also after a crash.
"""

import contextlib
import errno
import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Final

import sqlalchemy as sa

from store.database import Tx
from store.errors import Full, Unavailable
from store.tables import File

CHUNK: Final = 256 * 1024
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
HEAD: Final = 64  # bytes kept at hand, to tell what kind of file it is


class TooLarge(Exception):
    """More came than is taken. `limit` in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


class Incoming:
    """A file on its way in, of which a chunk at a time is in memory."""

    def __init__(self, root: Path, file: IO[bytes], limit: int) -> None:
        self._root, self._file, self._limit = root, file, limit
        self._hash = hashlib.sha256()
        self.size = 0
        self.head = b""

    def write(self, chunk: bytes) -> None:
        """Raises TooLarge, or Unavailable when the disk cannot take it."""
        self.size += len(chunk)
        if self.size > self._limit:
            raise TooLarge(self._limit)
        self._hash.update(chunk)
        if len(self.head) < HEAD:
            self.head = (self.head + chunk)[:HEAD]
        with _disk():
            self._file.write(chunk)

    def keep(self) -> str:
        """Put it in its place and return its SHA-256. Survives a power cut once this has returned."""
        sha256 = self._hash.hexdigest()
        with _disk():
            self._file.flush()
            os.fsync(self._file.fileno())
            place = _place(self._root, sha256)
            if not place.exists():
                place.parent.mkdir(exist_ok=True)
                os.replace(self._file.name, place)
                for folder in (place.parent, self._root):
                    _sync(folder)
        return sha256


class FileStore:
    def __init__(self, root: Path) -> None:
        self.root = root

    @contextlib.contextmanager
    def incoming(self, limit: int, announced: int | None = None) -> Iterator[Incoming]:
        """Write to it, then `keep` it; what is not kept is gone. Nothing is read of what is announced as
        more than `limit`: raises TooLarge."""
        if announced is not None and announced > limit:
            raise TooLarge(limit)
        with _disk():
            self.root.mkdir(parents=True, exist_ok=True)
            file = tempfile.NamedTemporaryFile(  # noqa: SIM115
                dir=self.root, prefix="incoming-", delete=False
            )
        try:
            yield Incoming(self.root, file, limit)
        finally:
            with contextlib.suppress(OSError):  # what could not be flushed to a full disk
                file.close()
            Path(file.name).unlink(missing_ok=True)

    def path(self, sha256: str) -> Path:
        """Raises ValueError for what is no hash and might lead elsewhere."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError("no SHA-256")
        return _place(self.root, sha256)

    def sweep(self) -> int:
        """Remove what a crash left half written; returns how many. Before anything is taken in."""
        left = list(self.root.glob("incoming-*"))
        for file in left:
            file.unlink(missing_ok=True)
        return len(left)


def _place(root: Path, sha256: str) -> Path:
    return root / sha256[:2] / sha256


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        refusal = Full if error.errno in _NO_ROOM else Unavailable
        raise refusal(f"The file cannot be kept: {reason}.") from error


# What is known of kept files


def add(tx: Tx, *, sha256: str, name: str, content_type: str, size: int, owner: str) -> File:
    return tx.insert(
        File(
            id=secrets.token_urlsafe(16),
            sha256=sha256,
            name=name,
            content_type=content_type,
            size=size,
            owner=owner,
            created_at=tx.now,
        )
    )


def owned(tx: Tx, ids: Sequence[str], owner: str) -> list[File]:
    """Those of the files that this owner uploaded, in the order of `ids`."""
    statement = sa.select(File).where(File.id.in_(ids), File.owner == owner)
    found = {one.id: one for one in tx.execute(statement).scalars()}
    return [found[id] for id in ids if id in found]
