"""Being the only process that does something: delivering a channel's replies, reading a mailbox.

Owned is a lock that ends with its owner, however that dies; nothing is renewed and nothing expires.
On PostgreSQL it is an advisory lock of a session of its own. On SQLite a second desk started on the same
file by mistake must not deliver everything twice, so there it is an exclusive transaction that is never
ended, on an empty SQLite file beside the database: the same locks as the database's, on every system.
"""

import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, cast

import psycopg

from store.database import POSTGRES, Store
from store.errors import refusing

_SPACE = 0x66697273  # of advisory locks with two numbers: ours, "firs"


class Ownership(Protocol):
    def alive(self) -> bool:
        """Whether it is still owned. Once lost it stays lost: stop, and try to own it anew."""
        ...

    def release(self) -> None: ...


def own(store: Store, name: str) -> Ownership | None:
    """The ownership of `name` among all processes on the database; None while another has it.

    Raises Unavailable when the database does not answer.
    """
    if (path := store.path) is not None:
        file = path.with_name(f"{path.name}.{re.sub('[^0-9A-Za-z_-]', '_', name)}.lock")
        return _File.take(file)
    with refusing():
        connection = psycopg.connect(store.url, autocommit=True, **cast(Any, POSTGRES))
        row = connection.execute(
            "SELECT pg_try_advisory_lock(%s, hashtext(%s))", (_SPACE, name)
        ).fetchone()
        if row is not None and row[0]:
            return _Session(connection)
        connection.close()
    return None


def owners_beside(path: Path) -> bool:
    """Whether a process owns anything of the SQLite database at `path`: a desk is running on it."""
    for file in _files(path):
        if (free := _File.take(file)) is None:
            return True
        free.release()
    return False


def _files(path: Path) -> Iterator[Path]:
    return path.parent.glob(f"{path.name}.*.lock")


class _Session:
    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection
        self._using = threading.Lock()

    def alive(self) -> bool:
        with self._using:
            try:
                self._connection.execute("SELECT 1")
            except psycopg.Error:
                self._connection.close()
                return False
            return True

    def release(self) -> None:
        with self._using:
            self._connection.close()


class _File:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def take(cls, path: Path) -> "_File | None":
        with refusing():
            connection = sqlite3.connect(
                path, timeout=0, isolation_level=None, check_same_thread=False
            )
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            connection.close()
            return None
        return cls(connection)

    def alive(self) -> bool:
        return True

    def release(self) -> None:
        with suppress(sqlite3.Error):
            self._connection.close()
