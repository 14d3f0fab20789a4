"""Mails in files: an mbox or a Maildir, read one at a time from a position on."""

import mmap
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from bot.errors import Invalid

# A line "From …" after an empty one begins a mail (RFC 4155); in a mail's own text it is written ">From ".
_BEGIN: Final = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\r\n]*\r?\n")
_LAST: Final = re.compile(rb"(\n)\r?\n\Z")  # the empty line belongs to what follows
_QUOTED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)


class Found(Struct, frozen=True):
    raw: bytes
    position: str  # after it


class Archive:
    """Raises Invalid for what is neither."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.is_dir():
            if not (path / "cur").is_dir() and not (path / "new").is_dir():
                raise Invalid(f"{path} is no Maildir: it has neither a folder cur nor new.")
        elif not path.is_file():
            raise Invalid(f"There is no file {path}.")
        elif path.stat().st_size and not self._head().startswith(b"From "):
            raise Invalid(f'{path} is no mbox: it does not begin with a line "From …".')

    def _head(self) -> bytes:
        with self.path.open("rb") as file:
            return file.read(5)

    @property
    def size(self) -> int:
        """Bytes of an mbox, mails of a Maildir: what `progress` counts up to."""
        return self.path.stat().st_size if self.path.is_file() else len(self._names())

    def progress(self, position: str | None) -> int:
        if position is None:
            return 0
        if self.path.is_file():
            return int(position)
        return sum(name <= position for name, _ in self._names())

    def after(self, position: str | None) -> Iterator[Found]:
        if self.path.is_dir():
            for name, path in self._names():
                if position is None or name > position:
                    yield Found(path.read_bytes(), name)
        elif self.size:
            with (
                self.path.open("rb") as file,
                mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
            ):
                yield from _mails(content, int(position or 0))

    def _names(self) -> list[tuple[str, Path]]:
        """A mail keeps its name up to the colon when its reader moves it from new to cur."""
        found = (
            (file.name.partition(":")[0], file)
            for folder in ("cur", "new")
            for file in (self.path / folder).glob("*")
            if file.is_file()
        )
        return sorted(found)


def _mails(content: mmap.mmap, begin: int) -> Iterator[Found]:
    line = _BEGIN.search(content, begin)
    while line is not None:
        following = _BEGIN.search(content, line.end())
        end = following.start() if following else len(content)
        raw = _LAST.sub(rb"\1", content[line.end() : end])
        yield Found(_QUOTED.sub(rb"\1", raw), str(end))
        line = following
