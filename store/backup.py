"""A copy of the database in one file, taken while the desk is running, and the way back.

Files that people sent lie in a folder of their own, which the caller copies after the database: a file
more than the database knows does no harm, one less would.
"""

import glob
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.database import open_engines
from store.errors import Corrupt, StoreError, Unavailable, UnknownSchema, refusing
from store.migrations import REVISIONS
from store.opening import sqlite_path
from store.ownership import owners_beside

_RUNNING = "firstline is running on this database. Stop it first."
_NEWER = "{} comes from a newer firstline (its schema is {})."
_STRANGER = "{} is not a backup of firstline."
_FULL = "The database is not empty. To overwrite it, give --force."


def backup(url: str, target: Path) -> None:
    """Write the whole database to the new file `target`, as it is at one moment, and check the copy.

    Raises StoreError when that is not possible; then there is no `target`.
    """
    if target.exists():
        raise Unavailable(f"{target} exists. A backup is never overwritten; give another name.")
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with refusing():
            if (path := sqlite_path(url)) is not None:
                _copy(path, part)
                _check_copy(part)
            else:
                _call("pg_dump", url, "--format=custom", "--no-owner", f"--file={part}")
                _check_dump(part)
        _to_disk(part)
        part.rename(target)
    except OSError as error:
        raise Unavailable(f"The backup cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)


def restore(url: str, source: Path, *, force: bool = False) -> None:
    """Fill the database from a backup, which is checked first.

    Raises StoreError when the backup is damaged or newer than this program, when the desk is running,
    or when the database is not empty (unless `force`); then nothing was changed.
    """
    if not source.is_file():
        raise Unavailable(f"There is no backup at {source}.")
    with refusing():
        if (path := sqlite_path(url)) is not None:
            _check_copy(source)
            _replace(path, source, force)
        else:
            _check_dump(source)
            with _connected(url) as connection:
                if _others(connection):
                    raise Unavailable(_RUNNING)
                if sa.inspect(connection).get_table_names() and not force:
                    raise Unavailable(_FULL)
            clean = ("--clean", "--if-exists") if force else ()
            how = ("--single-transaction", "--exit-on-error", "--no-owner", *clean)
            _call("pg_restore", url, *how, str(source))


# -- SQLite


def _copy(source: Path, target: Path) -> None:
    if not source.exists():
        raise Unavailable(f"There is no database at {source}.")
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)  # in one go: it sees one moment, and the writer goes on beside it
        new.execute("PRAGMA journal_mode=DELETE")  # so that the copy is one file


def _check_copy(path: Path) -> None:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise Corrupt(f"{path.name} is damaged.")
        try:
            (found,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            raise UnknownSchema(_STRANGER.format(path.name)) from None
    if found not in REVISIONS:
        raise UnknownSchema(_NEWER.format(path.name, found))


def _replace(path: Path, source: Path, force: bool) -> None:
    if path.exists() and path.stat().st_size and not force:
        raise Unavailable(_FULL)
    if owners_beside(path):
        raise Unavailable(_RUNNING)
    part = path.with_name(path.name + ".restoring")
    part.unlink(missing_ok=True)
    try:
        _copy(source, part)
        _to_disk(part)
        # What the old database had not yet taken over from its log is not the new one's.
        for leftover in ("-wal", "-shm"):
            path.with_name(path.name + leftover).unlink(missing_ok=True)
        part.replace(path)
    except OSError as error:
        raise Unavailable(f"The database cannot be replaced: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


# -- PostgreSQL


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine, _ = open_engines(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _check_dump(path: Path) -> None:
    _call("pg_restore", None, f"--file={os.devnull}", str(path))  # reads all of it
    versions = ("--data-only", "--table=alembic_version", "--file=-")
    rows = [line.strip() for line in _call("pg_restore", None, *versions, str(path)).splitlines()]
    if not any(row.startswith("COPY ") for row in rows):
        raise UnknownSchema(_STRANGER.format(path.name))
    found = next(after for row, after in pairwise(rows) if row.startswith("COPY "))
    if found not in REVISIONS:
        raise UnknownSchema(_NEWER.format(path.name, found))


def _others(connection: Connection) -> int:
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = 'firstline' AND pid <> pg_backend_pid()"
    )
    return int(connection.exec_driver_sql(query).scalar_one())


def _call(program: str, url: str | None, *arguments: str) -> str:
    """What the newest such program says. Raises StoreError when it fails or there is none."""
    found = [Path(one) for one in glob.glob(f"/usr/lib/postgresql/*/bin/{program}")]
    newest = max(found, key=lambda one: float(one.parts[-3]), default=shutil.which(program))
    command = [str(newest)]
    if newest is None:
        raise Unavailable(
            f"{program} is not installed. It comes with PostgreSQL's client programs."
        )
    environment = dict(os.environ)
    if url is not None:
        place = sa.make_url(url)
        if place.password is not None:  # on the command line everybody could read it
            environment["PGPASSWORD"] = place.password
        place = place.set(drivername="postgresql", password=None)
        command.append(f"--dbname={place.render_as_string(hide_password=False)}")
    done = subprocess.run(  # noqa: S603 - a fixed program, and no shell
        [*command, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        words = done.stderr.strip().splitlines()
        raise StoreError(f"{program} failed: {words[-1] if words else done.returncode}")
    return done.stdout
