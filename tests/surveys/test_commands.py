"""`firstline survey`, as a manager types it."""

import json
from pathlib import Path

import pytest

from bot.cli import main
from bot.desk.access import Role
from store.opening import open_store
from tests.surveys.seeds import a_quarter
from tests.web.demo import Clock, Office, desk


@pytest.fixture
def config(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    store = open_store(f"sqlite:///{data / 'firstline.db'}", clock=Clock())
    office = Office(store, Clock(), desk(), "")
    office.agent("Maria", "maria", Role.MANAGER)
    a_quarter(office, 90)
    store.close()
    file = tmp_path / "config.toml"
    file.write_text('[database]\ndata_dir = "data"\n[mail]\nenabled = false\n')
    return file


def test_report_and_plan(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def told(*words: str) -> tuple[int, str, str]:
        code = main(["--config", str(config), "survey", *words])
        out = capsys.readouterr()
        return code, out.out, out.err

    span = ("--from", "2026-08-01", "--to", "2026-11-30")
    code, report, _ = told("report", *span, "--by", "queue")
    assert code == 0
    assert "by queue" in report
    assert "by language" not in report
    assert "1. response in " in report
    assert "I waited three days for an answer" in report
    assert "fewer than 5 answers are not shown" in report  # of the security queue
    code, text, _ = told("report", *span, "--json")
    assert code == 0
    assert json.loads(text)["all"]["asked"] == 90
    due = ("--aspect", "response", "--for", "queue=network", "--due", "2026-12-24")
    assert told("improve", "A second person", *due, "--owner", "maria")[:2] == (0, "line 1\n")
    assert "Maria" in told("plan")[1]
    assert "to be done" in told("plan")[1]
    assert told("done", "1")[0] == 0
    assert "done; " in told("plan")[1]
    for wrong, problem in (
        (("improve", "x", *due, "--owner", "nobody"), "Nobody signs in as nobody"),
        (("improve", "x", "--for", "floor=3", "--due", "2026-12-24"), "one of category"),
        (("improve", "x", "--for", "queue", "--due", "2026-12-24"), "which part of the desk"),
        (("improve", " ", *due), "what is to be done"),
        (("done", "7"), "no such line"),
        (("report", "--from", "2026-12-01", "--to", "2026-11-01"), "is after"),
    ):
        code, _, error = told(*wrong)
        assert code == 1
        assert problem in error
