"""Ways the store can refuse.

StoreError
├── Unavailable      cannot be written or reached just now: disk full, locked, read-only, server away
│   └── Corrupt      the database file is damaged: restore a backup
└── UnknownSchema    made by another version of firstline: migrate, or run the newer program
"""

import sqlalchemy.exc as sae


class StoreError(Exception):
    """The text is for an administrator; it holds no message text."""


class Unavailable(StoreError):
    pass


class Corrupt(Unavailable):
    pass


class UnknownSchema(StoreError):
    pass


_WORDS = (
    (
        "disk is full",
        "The disk with the database is full. Free some space; nothing accepted is lost.",
    ),
    (
        "no space left",
        "The disk with the database is full. Free some space; nothing accepted is lost.",
    ),
    (
        "disk i/o error",
        "The disk with the database reports an error. Check it; see the system log.",
    ),
    ("readonly", "The database is read-only. Give the user of firstline write access to it."),
    ("locked", "Another program holds the database. Stop it; firstline goes on by itself."),
    ("unable to open", "The database file cannot be opened. Check that its folder exists."),
)


def translated(error: Exception) -> StoreError | None:
    """The refusal behind a driver's error; None when it is a bug in our statement."""
    text = str(getattr(error, "orig", error)).lower()
    if "malformed" in text or "not a database" in text:
        return Corrupt("The database file is damaged. Stop firstline and run: firstline db restore")
    for sign, words in _WORDS:
        if sign in text:
            return Unavailable(words)
    lost = isinstance(error, sae.DBAPIError) and error.connection_invalidated
    if lost or isinstance(error, sae.OperationalError | sae.InterfaceError | sae.TimeoutError):
        return Unavailable("The database does not answer. Check that its server is running.")
    return None
