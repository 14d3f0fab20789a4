"""`firstline report`, and where tickets came from before that was recorded."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.cli import main
from bot.desk.origin import Origin, dumped, origin_of
from store import opening
from store.base import micros
from store.database import open_engines
from store.opening import open_store, upgrade
from tests.reports.conftest import History
from tests.reports.test_metrics import opening as beginning
from tests.servers.postgres import Postgres


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """In a desk with three tickets."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text(
        '[desk]\ntimezone = "Europe/Berlin"\nlanguage = "ru"\n', encoding="utf-8"
    )
    (tmp_path / "data").mkdir()
    store = open_store(f"sqlite:///{tmp_path / 'data' / 'firstline.db'}")
    at = micros(datetime(2026, 3, 29, 0, 30, tzinfo=UTC))  # the night that clocks go forward
    rows = [row for n in (1, 2, 3) for row in beginning(n, at + n * 3_600_000_000, 1)]
    History(store).is_now(rows)
    store.close()
    return lambda *words: main(["report", *words])


def test_it_is_in_the_language_and_zone_of_the_desk(
    run: Callable[..., int], capfd: pytest.CaptureFixture[str]
) -> None:
    assert run("--from", "2026-03-29", "--to", "2026-03-29", "--by", "hour") == 0
    told = capfd.readouterr().out
    assert "Создано заявок" in told
    hours = [line for line in told.split("\n") if line.startswith(("01:00", "03:00", "04:00"))]
    assert [line.split()[1] for line in hours] == ["0", "1", "1"]


def test_it_is_written_to_a_file(run: Callable[..., int], tmp_path: Path) -> None:
    day = ("--from", "2026-03-29", "--to", "2026-03-29")
    assert run(*day, "--format", "json", "--output", "x.json") == 0
    document = json.loads((tmp_path / "x.json").read_text())
    assert document["total"]["opened"]["value"] == 3
    assert document["timezone"] == "Europe/Berlin"
    assert run(*day, "--format", "csv", "--no-bom", "--by", "channel,day", "--output", "x.csv") == 0
    assert (tmp_path / "x.csv").read_text().startswith("from,to,channel,day,metric")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--by", "colour"), "there are day"),
        (("--metrics", "joy"), "There is no metric"),
        (("--from", "2026-03-02", "--to", "2026-03-01"), "before it begins"),
        (("--output", "no/such/folder/x"), "cannot be written"),
    ],
)
def test_what_is_wrong_is_said(
    run: Callable[..., int],
    capfd: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    problem: str,
) -> None:
    assert run(*words) != 0
    told = capfd.readouterr().err
    assert problem in told
    assert "Traceback" not in told


@pytest.mark.parametrize("written", [None, "", "no json", "{}", "[1]", '["web"]'])
def test_an_origin_that_cannot_be_read_is_none(written: str | None) -> None:
    assert origin_of(written).group is None


def test_an_origin_is_read_as_it_was_written() -> None:
    came = Origin("web", "ru", "Staff", 'Riga "2"')
    assert origin_of(dumped(came)) == came


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_tickets_opened_before_are_given_their_origin(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        _moves_up(f"sqlite:///{tmp_path / 'old.db'}")
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url:
        _moves_up(url)


def _moves_up(url: str) -> None:
    engine, _ = open_engines(url)
    with engine.connect() as connection, connection.begin():
        opening._migrate(connection, "0013")
        old = sa.MetaData()
        old.reflect(connection, only=["ticket", "ticket_event", "person"])
        values = {
            "person": {"group_name": "Staff", "site": "Riga"},
            "ticket": {"channel": "mail", "language": "zh", "requester_id": 1},
            "ticket_event": {"ticket_id": 1, "what": "opened", "who": "requester", "old": None},
        }
        for name, given in values.items():
            table = old.tables[name]
            needed = {
                column.name: given.get(column.name, _sample(column))
                for column in table.columns
                if column.name in given or not column.nullable
            }
            connection.execute(table.insert().values(needed | {"id": 1}))
    engine.dispose()
    upgrade(url)
    store = open_store(url)
    found = store.read(lambda tx: tx.run("SELECT old FROM ticket_event").scalar())
    store.close()
    assert origin_of(found) == Origin("mail", "zh", "Staff", "Riga")


def _sample(column: "sa.Column[object]") -> object:
    if isinstance(column.type, sa.Boolean):
        return True
    return 1 if isinstance(column.type, sa.Integer) else "x"
