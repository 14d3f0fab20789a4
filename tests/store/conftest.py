"""Every test of the store runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.database import Store
from store.integrity import problems
from store.opening import open_store
from tests.servers.postgres import Postgres, name_in


class Clock:
    """A time that passes only when a test says so."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'firstline.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture(scope="session")
def template(postgres: Postgres) -> Iterator[str]:
    """The name of a PostgreSQL database that has the tables and nothing else."""
    with postgres.database() as url:
        open_store(url).close()
        yield name_in(url)


@pytest.fixture(params=BOTH)
def ready_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the tables and nothing else."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'firstline.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database(request.getfixturevalue("template")) as url:
        yield url


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(ready_url: str, clock: Clock) -> Iterator[Store]:
    """Whatever a test does, the engine's promises hold after it."""
    opened = open_store(ready_url, clock=clock)
    yield opened
    assert problems(opened) == []
    opened.close()
