"""Full-text search over what the caller has already cut into terms (see `nlp`), on both databases alike.

A term may hold any characters: what neither database takes as part of a word is spelled out, so a query
is never a syntax error. Internal words are a column of their own, found only when asked for.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from store.database import Tx

KINDS: Final = ("ticket",)  # only ever append: SQLite's row numbers hold the place
MOST_TERMS: Final = 5_000  # of one document; PostgreSQL takes a megabyte of them
LONGEST: Final = 40  # characters of a term that count

_ROOM = 16  # kinds that fit beside an id in a row number


def put(
    tx: "Tx", kind: str, id: int, public_terms: Sequence[str], internal_terms: Sequence[str] = ()
) -> None:
    """Make the document findable by these terms, instead of those it had."""
    public, internal = _words(public_terms), _words(internal_terms)
    if tx.is_postgres:
        tx.run(
            "INSERT INTO search (kind, id, public, internal)"
            " VALUES (?, ?, ?::tsvector, ?::tsvector) ON CONFLICT (kind, id)"
            " DO UPDATE SET public = excluded.public, internal = excluded.internal",
            (kind, id, _vector(public), _vector(internal)),
        )
    else:
        tx.run(
            "INSERT OR REPLACE INTO search (rowid, public, internal) VALUES (?, ?, ?)",
            (_row(kind, id), " ".join(public), " ".join(internal)),
        )


def add(tx: "Tx", kind: str, id: int, public_terms: Sequence[str]) -> None:
    """Make it findable by these terms too, as long as it does not hold more than is sensible."""
    words = _words(public_terms)
    if tx.is_postgres:
        tx.run(
            "UPDATE search SET public = public || CAST(? AS tsvector)"
            " WHERE kind = ? AND id = ? AND length(public) < ?",
            (_vector(words), kind, id, MOST_TERMS),
        )
    else:
        tx.run(
            "UPDATE search SET public = public || ' ' || ? WHERE rowid = ? AND length(public) < ?",
            (" ".join(words), _row(kind, id), MOST_TERMS * 8),
        )


def find(
    tx: "Tx",
    kind: str,
    terms: Sequence[str],
    limit: int = 50,
    offset: int = 0,
    *,
    internal: bool = False,
) -> list[int]:
    """Ids of documents with all the terms, best first; with any of them when none has all."""
    words = list(dict.fromkeys(_words(terms)))
    if not words:
        return []
    search = _find_pg if tx.is_postgres else _find_lite
    tx.flush()
    for every in (True, False):
        # Whether there are any is asked from the start, or a later page would change its meaning.
        if found := search(tx, kind, words, every, internal, limit, offset):
            return found
        if offset and search(tx, kind, words, every, internal, 1, 0):
            return []
    return []


def _find_lite(
    tx: "Tx", kind: str, words: list[str], every: bool, internal: bool, limit: int, offset: int
) -> list[int]:
    query = (" AND " if every else " OR ").join(f'"{word}"' for word in words)
    rows = tx.run(
        f"SELECT rowid / {_ROOM} FROM search WHERE search MATCH ? AND rowid % {_ROOM} = ?"
        " ORDER BY rank, rowid DESC LIMIT ? OFFSET ?",
        (query if internal else f"public : ({query})", KINDS.index(kind), limit, offset),
    )
    return [row[0] for row in rows]


def _find_pg(
    tx: "Tx", kind: str, words: list[str], every: bool, internal: bool, limit: int, offset: int
) -> list[int]:
    query = (" & " if every else " | ").join(f"'{word}'" for word in words)
    if internal:
        # Terms may be spread over both columns: each index finds its share, the whole is then checked.
        match = "(public || internal) @@ q AND (public @@ any_of OR internal @@ any_of)"
        text = "public || internal"
    else:
        match, text = "public @@ q", "public"
    rows = tx.run(
        f"SELECT id FROM search, CAST(? AS tsquery) AS q, CAST(? AS tsquery) AS any_of"
        f" WHERE kind = ? AND {match} ORDER BY ts_rank({text}, q) DESC, id DESC LIMIT ? OFFSET ?",
        (query, " | ".join(f"'{word}'" for word in words), kind, limit, offset),
    )
    return [row[0] for row in rows]


def _row(kind: str, id: int) -> int:
    return id * _ROOM + KINDS.index(kind)


_PLAIN: Final = re.compile(r"[^\W_]+")


def _words(terms: Iterable[str]) -> list[str]:
    """The terms in letters and digits alone. Beyond ASCII both databases take every character."""
    return [_word(term[:LONGEST].lower()) for term in islice(terms, MOST_TERMS) if term]


def _word(term: str) -> str:
    if _PLAIN.fullmatch(term):
        return term
    return "".join(
        char if char.isalnum() or not char.isascii() else f"_{ord(char):02x}"
        for char in term.encode("utf-8", "replace").decode()
    )


def _vector(words: Sequence[str]) -> str:
    places: dict[str, list[str]] = {}
    for place, word in enumerate(words, 1):
        places.setdefault(word, []).append(str(place))
    # PostgreSQL counts at most 255 places of a word.
    return " ".join(f"'{word}':{','.join(some[:255])}" for word, some in places.items())
