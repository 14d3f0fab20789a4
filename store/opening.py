"""From a URL to a store whose schema is the one this program knows."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from store.database import Store, open_engines, utcnow
from store.errors import Unavailable, UnknownSchema, refusing
from store.migrations import REVISIONS

_MIGRATING = 0x66_69_72_73_74  # PostgreSQL advisory lock: one process migrates, the others wait


def open_store(url: str, *, clock: Callable[[], datetime] = utcnow, create: bool = True) -> Store:
    """The store at `sqlite:///PATH` or `postgresql://…`; an empty database gets the schema.

    Raises UnknownSchema when another version of firstline made it, Unavailable when it cannot be
    reached or, without `create`, when there is nothing.
    """
    if not create and (path := sqlite_path(url)) is not None and not path.exists():
        raise Unavailable(f"There is no database at {path}. Start firstline once to make it.")
    engine, readers = open_engines(url)
    try:
        with refusing():
            _check(engine, create)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, readers, clock)


def upgrade(url: str) -> tuple[str | None, str]:
    """Bring the schema to this program's; returns the revision before and after.

    Raises UnknownSchema when a newer program made it.
    """
    engine, _ = open_engines(url)
    try:
        with refusing(), engine.connect() as connection, connection.begin():
            before = revision(connection)
            if before is not None and before not in REVISIONS:
                raise UnknownSchema(_NEWER.format(before))
            _migrate(connection)
    finally:
        engine.dispose()
    return before, REVISIONS[-1]


def revision(connection: Connection) -> str | None:
    """What the database says it is; None when it is empty. Raises UnknownSchema for a stranger."""
    inspector = sa.inspect(connection)
    if inspector.has_table("alembic_version"):
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if inspector.get_table_names():
        raise UnknownSchema("The database holds tables that are not firstline's. Give another one.")
    return None


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite URL; None for another database."""
    database = sa.make_url(url).database
    return Path(database) if url.startswith("sqlite") and database else None


_NEWER = "The database was made by a newer firstline (its schema is {}). Run that one."
_OLDER = "The database was made by an older firstline (its schema is {}); run: firstline db upgrade"


def _check(engine: Engine, create: bool) -> None:
    with engine.connect() as connection, connection.begin():
        found = revision(connection)
        if found == REVISIONS[-1]:
            return
        if found in REVISIONS:
            raise UnknownSchema(_OLDER.format(found))
        if found is not None:
            raise UnknownSchema(_NEWER.format(found))
        if not create:
            raise UnknownSchema("The database is empty. Start firstline once to fill it.")
        _migrate(connection)


def _migrate(connection: Connection, target: str = "head") -> None:
    # Half a second to import: only whoever migrates pays it.
    from alembic import command
    from alembic.config import Config

    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATING)))
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, target)
