"""What the commands print for people: tables that line up, a ticket in words, refusals that help."""

from pathlib import Path

import pytest
from wcwidth import wcswidth

from bot.cli import main
from bot.cli.common import shown
from bot.desk.status import Status
from nlp.understanding import Category
from store.opening import open_store
from tests.web.demo import Clock, Office, desk


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text('[desk]\ntimezone = "Europe/Berlin"\n')
    (tmp_path / "data").mkdir()
    clock = Clock()
    store = open_store(f"sqlite:///{tmp_path / 'data' / 'firstline.db'}", clock=clock)
    office = Office(store, clock, desk(), "")
    ana = office.agent("Ana Costa", "ana")
    id = office.ticket(
        "王芳", "共享盘里的文件夹不见了", category=Category.NETWORK, facts=(("error-code", "809"),)
    )
    clock.pass_(hours=1)
    office.answers(ana, id, "Looking into it.")
    office.sets(ana, id, Status.PENDING_USER, "vpn")
    store.close()
    return tmp_path / "config.toml"


def said(config: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["--config", str(config), *words])
    out, errors = capsys.readouterr()
    return code, out, errors


def test_columns_line_up_whatever_is_in_them() -> None:
    rows = [
        {"name": "Marta", "title": "a", "n": 1},
        {"name": "王芳", "title": "财务共享盘\nonly", "n": 0},
        {"name": "Алексей", "title": "\x1b[31mred\x07", "n": None},
    ]
    heading, *lines = shown(rows).split("\n")
    assert len(lines) == 3
    for line, number in zip(lines, ("1", "0", ""), strict=True):
        assert wcswidth(line[: len(line) - len(number)]) == wcswidth(heading[:-1])
        assert line.endswith(number)
    assert "\x1b" not in "".join(lines)


def test_an_empty_table_says_what_it_would_hold() -> None:
    assert shown([], "Nothing is planned.") == "Nothing is planned."


def test_a_ticket_is_shown_in_words_and_by_the_clock_of_the_desk(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = said(config, capsys, "ticket", "show", "INC-1")
    assert code == 0
    assert "opened       2026-11-23 10:00" in out  # in Berlin
    assert "tags         vpn" in out
    assert "error-code: 809" in out
    assert "2026-11-23 11:00  Ana Costa: assignee → Ana Costa" in out
    for raw in ("[", "{", "None", "+00:00", "null"):
        assert raw not in out


def test_what_cannot_be_restored_or_backed_up_is_said_with_its_name(
    config: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, _, errors = said(config, capsys, "db", "restore", str(tmp_path / "nowhere"))
    assert code == 1
    assert f"There is no folder {tmp_path / 'nowhere'}" in errors
    (tmp_path / "other").mkdir()
    code, _, errors = said(config, capsys, "db", "restore", str(tmp_path / "other"))
    assert code == 1
    assert f"{tmp_path / 'other'} is no backup: it holds no file “database”" in errors
    code, _, errors = said(config, capsys, "db", "backup", str(config))
    assert code == 1
    assert f"{config} is a file" in errors


def test_a_backup_brings_back_what_was_learned(
    config: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    models = tmp_path / "data" / "models"
    models.mkdir()
    (models / "versions.json").write_text("[]")
    assert said(config, capsys, "db", "backup", str(tmp_path / "kept"))[0] == 0
    (models / "versions.json").unlink()
    (tmp_path / "data" / "firstline.db").unlink()
    assert said(config, capsys, "db", "restore", str(tmp_path / "kept"))[0] == 0
    assert (models / "versions.json").read_text() == "[]"
    assert "共享盘" in said(config, capsys, "ticket", "list")[1]


def test_a_folder_of_sops_that_is_not_there_is_named(
    config: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, errors = said(config, capsys, "sop", "lint", str(tmp_path / "none"))
    assert code == 1
    assert f"There is no folder {tmp_path / 'none'}." in out + errors


def test_a_week_of_staffing_is_drawn_with_its_hours_and_whole_agents(
    config: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    days = [f"2026-11-{day:02}T{hour:02}:00,en,call,9" for day in range(1, 29) for hour in (9, 10)]
    table = tmp_path / "arrivals.csv"
    table.write_text("time,language,kind,count\n" + "\n".join(days) + "\n")
    drawn = tmp_path / "week.svg"
    code, _, errors = said(
        config, capsys, "staffing", "--from", str(table), "--picture", str(drawn)
    )
    assert (code, "The picture is in" in errors) == (0, True)
    picture = drawn.read_text()
    assert "agents by hour of the day" in picture
    for hour in (6, 12, 18):
        assert picture.count(f">{hour}</text>") >= 7  # on each day
    code, _, errors = said(
        config,
        capsys,
        "staffing",
        "--from",
        str(table),
        "--picture",
        str(tmp_path / "no" / "x.svg"),
    )
    assert code == 1
    assert "x.svg cannot be written" in errors
