"""Versions of what the desk learned beside the shipped texts, kept as the texts themselves.

A model is made from the shipped texts and those of the current version, so every version can be made
again by any release. Going back is choosing an earlier one.
"""

import json
import os
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from bot.errors import NotFound
from nlp import Example

INDEX: Final = "versions.json"
SHIPPED: Final = 0  # the version without texts of one's own


class Version(Struct, frozen=True, kw_only=True):
    number: int
    at: datetime
    texts: int
    figures: dict[str, float]  # on held-out texts, when it was made


class _Index(Struct, kw_only=True):
    current: int = SHIPPED
    versions: list[Version] = []


class Versions:
    """In a folder of the desk's data. Files are replaced as a whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _index(self) -> _Index:
        try:
            return msgspec.json.decode((self.folder / INDEX).read_bytes(), type=_Index)
        except FileNotFoundError:
            return _Index()

    @property
    def current(self) -> int:
        return self._index().current

    def all(self) -> list[Version]:
        """Oldest first, without the shipped one."""
        return self._index().versions

    def examples(self, number: int | None = None) -> list[Example]:
        """Of a version; of the current one if none is named. Raises NotFound."""
        wanted = self.current if number is None else number
        if wanted == SHIPPED:
            return []
        try:
            lines = self._file(wanted).read_bytes().splitlines()
        except FileNotFoundError:
            raise NotFound(f"There is no version {wanted} of what was learned.") from None
        return [msgspec.json.decode(line, type=Example) for line in lines]

    def add(self, examples: Sequence[Example], at: datetime, figures: dict[str, float]) -> Version:
        """Becomes the current one."""
        index = self._index()
        number = max([one.number for one in index.versions], default=SHIPPED) + 1
        version = Version(number=number, at=at, texts=len(examples), figures=figures)
        self._write(self._file(number), b"\n".join(map(msgspec.json.encode, examples)) + b"\n")
        index.versions.append(version)
        index.current = number
        self._write(self.folder / INDEX, _readable(index))
        return version

    def use(self, number: int) -> None:
        """Raises NotFound."""
        self.examples(number)
        index = self._index()
        index.current = number
        self._write(self.folder / INDEX, _readable(index))

    def _file(self, number: int) -> Path:
        return self.folder / f"learned-{number}.jsonl"

    def _write(self, file: Path, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as draft:
            draft.write(content)
        os.replace(draft.name, file)


def _readable(index: _Index) -> bytes:
    plain: Any = msgspec.to_builtins(index)
    return json.dumps(plain, indent=1).encode()
