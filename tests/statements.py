"""Compiled SQL that is kept from one test's database to the next.

SQLAlchemy keeps what it compiled for one engine, and a desk of a test is a new engine: nine tenths of all
statements would be compiled for every test again. Here all engines of a process share one cache, as the
transactions of one long-lived desk do, and two dialects of one kind count as the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache

from store import opening

KEPT = 4000  # statements; a whole desk has some hundred

_open = opening.open_engines


@contextmanager
def kept() -> Iterator[None]:
    cache: LRUCache[Any, Any] = LRUCache(KEPT)

    def sharing(url: str) -> tuple[Engine, Engine]:
        engines = _open(url)
        for one in engines:
            one.update_execution_options(compiled_cache=cache)
        return engines

    kinds: tuple[Any, ...] = (SQLiteDialect_pysqlite, PGDialect_psycopg)
    for kind in kinds:
        kind.__eq__ = lambda self, other: type(self) is type(other)
        kind.__hash__ = lambda self: hash(type(self))
    opening.open_engines = sharing
    try:
        yield
    finally:
        opening.open_engines = _open
        for kind in kinds:
            del kind.__eq__, kind.__hash__
