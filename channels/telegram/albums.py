"""Albums come as an update for each part, and nobody says how many there are: one is whole when nothing
more has come for a while.

While we poll, Telegram keeps the parts until we confirm them. A webhook is not called with the second part
before the first is accepted, so there each part is written to a folder before it is.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

Part = dict[str, Any]  # an update


def album_of(update: Part) -> str | None:
    return (update.get("message") or {}).get("media_group_id")


class Album(Struct):
    chat: str
    parts: dict[int, Part]  # by update id
    since: float  # of the last part


class Albums:
    def __init__(
        self, wait: float, folder: Path | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._wait, self._folder, self._clock = wait, folder, clock
        self._open: dict[str, Album] = {}
        for file in sorted(folder.glob("*.part")) if folder is not None else ():
            self._take(msgspec.json.decode(file.read_bytes()))

    def __bool__(self) -> bool:
        return bool(self._open)

    def add(self, update: Part) -> None:
        """Kept when this returns, if there is a folder."""
        if self._folder is not None:
            path = self._path(update["update_id"])
            new = path.with_suffix(".new")
            with new.open("wb") as file:
                file.write(msgspec.json.encode(update))
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        self._take(update)

    def _take(self, update: Part) -> None:
        name = f"{update['message']['chat']['id']} {album_of(update)}"
        now = self._clock()
        album = self._open.setdefault(name, Album(str(update["message"]["chat"]["id"]), {}, now))
        if update["update_id"] not in album.parts:
            album.parts[update["update_id"]] = update
            album.since = now

    def waits_in(self, chat: str) -> bool:
        return any(album.chat == chat for album in self._open.values())

    def whole(self) -> list[Album]:
        before = self._clock() - self._wait
        return [album for album in self._open.values() if album.since <= before]

    def done(self, album: Album) -> None:
        self._open = {name: one for name, one in self._open.items() if one is not album}
        if self._folder is not None:
            for id in album.parts:
                self._path(id).unlink(missing_ok=True)

    def _path(self, update_id: int) -> Path:
        assert self._folder is not None
        return self._folder / f"{update_id:020}.part"
