"""Opening a database, and the schema's way up."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from store import opening
from store.base import Base
from store.database import Store, open_engines
from store.errors import Corrupt, Unavailable, UnknownSchema
from store.migrations import REVISIONS
from store.opening import open_store, upgrade
from store.tables import Person
from tests import schema
from tests.store.conftest import Clock

pytestmark = pytest.mark.usefixtures("really_migrated")


def mark_as(url: str, revision: str) -> None:
    engine, _ = open_engines(url)
    with engine.connect() as connection, connection.begin():
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
    engine.dispose()


def test_the_migrations_make_exactly_the_tables_of_the_code(store: Store) -> None:
    with store.readers.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _: (
                    kind != "table" or not name.startswith("search")
                )
            },
        )
        assert compare_metadata(context, Base.metadata) == []


def test_what_the_tests_remember_of_a_schema_is_what_a_migration_makes(tmp_path: Path) -> None:
    made = []
    for number in range(3):
        url = f"sqlite:///{tmp_path}/{number}.db"
        if number == 0:
            open_store(url).close()
        else:
            with schema.remembered():
                open_store(url).close()
        engine, readers = open_engines(url)
        with readers.connect() as connection:
            rows = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master")
            version = connection.exec_driver_sql("SELECT * FROM alembic_version")
            made.append(({tuple(row) for row in rows}, version.all()))
        engine.dispose()
        readers.dispose()
    assert made[0] == made[1] == made[2]


def test_what_was_written_is_there_after_opening_again(url: str, clock: Clock) -> None:
    store = open_store(url, clock=clock)
    store.write(lambda tx: tx.insert(Person(name="Ana", created_at=tx.now)))
    store.close()
    store = open_store(url, clock=clock)
    assert store.read(lambda tx: tx.session.scalars(sa.select(Person.name)).all()) == ["Ana"]
    store.close()


def test_every_earlier_schema_comes_up_with_its_data(url: str, clock: Clock) -> None:
    """One row in every table at the first revision must live through all that follow."""
    engine, _ = open_engines(url)
    with engine.connect() as connection, connection.begin():
        opening._migrate(connection, REVISIONS[0])
        first = sa.MetaData()
        first.reflect(connection, only=lambda name, _: not name.startswith(("search", "alembic")))
        for table in first.sorted_tables:
            connection.execute(table.insert().values({c.name: sample(c) for c in table.columns}))
    revision: str
    for revision in REVISIONS[1:]:
        with engine.connect() as connection, connection.begin():
            opening._migrate(connection, revision)
    engine.dispose()
    upgrade(url)
    store = open_store(url, clock=clock)
    for table in Base.metadata.sorted_tables:
        if table.name in first.tables:
            query = sa.select(sa.func.count()).select_from(table)
            assert store.read(lambda tx: tx.session.scalar(query)) == 1, table.name  # noqa: B023
    store.close()


def sample(column: sa.Column[object]) -> object:
    kind = column.type.python_type
    if kind is bool:
        return True
    return "{}" if kind is str else 1 if kind is int else sa.func.current_date()


def test_every_revision_has_a_file_and_follows_the_one_before() -> None:
    from alembic.script import ScriptDirectory

    folder = ScriptDirectory(str(Path(opening.__file__).parent / "migrations"))
    walked = [script.revision for script in folder.walk_revisions()]
    assert tuple(reversed(walked)) == REVISIONS


@pytest.mark.parametrize("damage", ["9999", "abcd"])
def test_a_newer_schema_is_refused(url: str, damage: str) -> None:
    open_store(url).close()
    mark_as(url, damage)
    with pytest.raises(UnknownSchema, match="newer firstline"):
        open_store(url)
    with pytest.raises(UnknownSchema, match="newer firstline"):
        upgrade(url)


def test_an_older_schema_is_refused_with_the_command_that_helps(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(url).close()
    monkeypatch.setattr(opening, "REVISIONS", (*REVISIONS, "from the future"))
    with pytest.raises(UnknownSchema, match="firstline db upgrade"):
        open_store(url)


def test_a_database_of_somebody_else_is_left_alone(url: str) -> None:
    engine, _ = open_engines(url)
    with engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("CREATE TABLE payroll (id integer)")
    engine.dispose()
    with pytest.raises(UnknownSchema, match="not firstline's"):
        open_store(url)
    with pytest.raises(UnknownSchema, match="not firstline's"):
        upgrade(url)


def test_nothing_is_made_unless_asked_for(url: str) -> None:
    with pytest.raises((Unavailable, UnknownSchema), match="Start firstline once"):
        open_store(url, create=False)


def test_several_may_open_a_fresh_database_at_once(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(open_store, [url] * 4))
    for store in stores:
        store.close()


def test_opening_what_is_up_to_date_does_without_alembic(url: str) -> None:
    open_store(url).close()
    code = (
        "import sys; from store.opening import open_store; open_store(sys.argv[1]).close();"
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, url], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="folder"):
        open_store(f"sqlite:///{tmp_path}/missing/firstline.db")


def test_a_file_that_is_no_database_is_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "firstline.db"
    path.write_bytes(b"certainly not a database, but long enough to look at" * 100)
    with pytest.raises(Corrupt, match="firstline db restore"):
        open_store(f"sqlite:///{path}")


@pytest.mark.parametrize("address", ["postgresql://nobody@127.0.0.1:1/none"])
def test_a_server_that_is_away_is_unavailable(address: str) -> None:
    with pytest.raises(Unavailable, match="server is running"):
        open_store(address)
