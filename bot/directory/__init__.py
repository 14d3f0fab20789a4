"""Where the desk learns who there is: a table from the personnel office, a server that speaks SCIM.

A directory is what yields entries; `bot.desk.directory` takes them in.
"""

from collections.abc import Iterator
from typing import Protocol

from msgspec import Struct


class Entry(Struct, frozen=True, kw_only=True):
    """One person as a directory knows them. None: it says nothing about that."""

    where: str  # in the directory, for the report: "line 12", "user 2819c223"
    external_id: str | None = None  # theirs for ever
    name: str | None = None
    email: str | None = None
    phone: str | None = None  # as it is written there
    login: str | None = None
    group: str | None = None
    site: str | None = None
    language: str | None = None
    timezone: str | None = None
    vip: bool | None = None
    manager: str | None = None  # external id or e-mail address
    active: bool | None = None


class Problem(Struct, frozen=True):
    """What cannot be taken in, and where it is."""

    where: str
    words: str


class Directory(Protocol):
    """Yields all it knows, each time the same; what it cannot read, as problems.

    Raises DeskError when it cannot go on: then nobody is missing."""

    def __iter__(self) -> Iterator[Entry | Problem]: ...
