"""Ways the store can refuse.

StoreError
├── Unavailable      cannot be written or reached just now: disk full, locked, read-only, server away
│   ├── Full         there is no room on the disk
│   └── Corrupt      the database file is damaged: restore a backup
└── UnknownSchema    made by another version of firstline: migrate, or run the newer program
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy.exc as sae


class StoreError(Exception):
    """The text is for an administrator; it holds no message text."""


class Unavailable(StoreError):
    pass


class Full(Unavailable):
    pass


class Corrupt(Unavailable):
    pass


class UnknownSchema(StoreError):
    pass


_FULL = "The disk with the database is full. Free some space; nothing accepted is lost."
_READ_ONLY = "The database is read-only. Give the user of firstline write access to it."
_AWAY = "The database does not answer. Check that its server is running."
_BUSY = "The database is too busy. firstline goes on by itself."

_SQLITE = (  # parts of its messages
    ("disk is full", _FULL),
    ("disk i/o error", "The disk with the database reports an error; see the system log."),
    ("readonly", _READ_ONLY),
    ("locked", "Another program holds the database. Stop it; firstline goes on by itself."),
    ("unable to open", "The database file cannot be opened. Check that its folder exists."),
)
_POSTGRES = (  # beginnings of its SQLSTATE
    ("53100", _FULL),
    ("53", _BUSY),
    ("40", _BUSY),  # deadlock or serialization failure, again and again
    ("55P03", _BUSY),
    ("25006", _READ_ONLY),
    ("28", "The database refuses the user or the password of its URL."),
    ("3D", "The database named in the URL does not exist. Create it on the server."),
    ("08", _AWAY),
    ("57", _AWAY),  # shutting down, starting up, statement cancelled
    ("58", "The disk of the database server reports an error; see its log."),
    ("XX", "The database server reports damage; see its log."),
)


def translated(error: Exception) -> StoreError | None:
    """The refusal behind a driver's error; None when it is a bug in our statement."""
    original = getattr(error, "orig", error)
    if isinstance(original, sqlite3.Error):
        text = str(original).lower()
        if "malformed" in text or "not a database" in text:
            return Corrupt(_CORRUPT)
        return next((_refusal(words) for sign, words in _SQLITE if sign in text), None)
    if state := getattr(original, "sqlstate", None):
        return next((_refusal(words) for sign, words in _POSTGRES if state.startswith(sign)), None)
    lost = psycopg.OperationalError | psycopg.InterfaceError  # without a state: no server said it
    if isinstance(original, lost) or isinstance(error, sae.TimeoutError):
        return Unavailable(_AWAY)
    return None


def _refusal(words: str) -> Unavailable:
    return Full(words) if words == _FULL else Unavailable(words)


_CORRUPT = "The database file is damaged. Stop firstline and run: firstline db restore"


@contextmanager
def refusing() -> Iterator[None]:
    """Raises the driver's errors as ours, so far as they are not our own bugs."""
    try:
        yield
    except (sae.SQLAlchemyError, sqlite3.Error, psycopg.Error) as error:
        if refusal := translated(error):
            raise refusal from error
        raise
