"""Files, by id and by the path they are downloaded from."""

import hashlib
import itertools
from typing import Any

from tests.platforms.telegram.errors import bad

LARGEST_DOWN = 20 * 1024 * 1024


class Files:
    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._kept: dict[str, tuple[bytes, str]] = {}

    def add(self, content: bytes, name: str) -> dict[str, Any]:
        id = f"file-{next(self._numbers)}"
        self._kept[id] = (content, f"documents/{id}-{name.rpartition('/')[2]}")
        return {
            "file_id": id,
            "file_unique_id": hashlib.sha256(content).hexdigest()[:15],
            "file_size": len(content),
        }

    def find(self, id: str) -> dict[str, Any]:
        if id not in self._kept:
            raise bad("invalid file_id")
        content, path = self._kept[id]
        if len(content) > LARGEST_DOWN:
            raise bad("file is too big")
        return {
            "file_id": id,
            "file_unique_id": hashlib.sha256(content).hexdigest()[:15],
            "file_size": len(content),
            "file_path": path,
        }

    def content(self, id: str) -> bytes:
        return self._kept[id][0]

    def at(self, path: str) -> bytes | None:
        return next((content for content, kept in self._kept.values() if kept == path), None)
