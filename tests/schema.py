"""The schema of a new SQLite database without its history: a test's desk is opened ten times as quickly.

The first database of a process is migrated as always, and what SQLite says it then consists of is said to
every later one. That this is what a migration gives is tested in `tests/store/test_opening.py`, which
asks for `really_migrated`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Connection

from store import opening
from store.migrations import REVISIONS

migrated = opening._migrate
_known: list[str] = []


@contextmanager
def remembered() -> Iterator[None]:
    opening._migrate = _remembering
    try:
        yield
    finally:
        opening._migrate = migrated


def _remembering(connection: Connection, target: str = "head") -> None:
    if connection.dialect.name != "sqlite" or target != "head" or _tables(connection):
        migrated(connection, target)
    elif not _known:
        migrated(connection)
        _known[:] = _statements(connection)  # at once: others may open theirs meanwhile
    else:
        for statement in _known:
            connection.exec_driver_sql(statement)


def _tables(connection: Connection) -> list[str]:
    asked = "SELECT name FROM sqlite_master WHERE type = 'table'"
    return list(connection.exec_driver_sql(asked).scalars())


def _statements(connection: Connection) -> list[str]:
    made = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
    rows = [(name, sql) for name, sql in connection.exec_driver_sql(made)]
    # The tables that a virtual one keeps its own things in come with it.
    virtual = tuple(f"{name}_" for name, sql in rows if sql.upper().startswith("CREATE VIRTUAL"))
    plain = [(name, sql) for name, sql in rows if not name.startswith(virtual)]
    for name in _tables(connection):
        if name != "alembic_version" and not name.startswith(virtual):
            found = connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()
            assert not found, f"a migration fills {name}: its rows are to be remembered, too"
    version = f"INSERT INTO alembic_version VALUES ('{REVISIONS[-1]}')"
    return [sql for _, sql in plain if not sql.startswith("CREATE TABLE sqlite_")] + [version]
