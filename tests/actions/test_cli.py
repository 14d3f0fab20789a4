"""`firstline action …` as an administrator types it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot import cli

pytestmark = pytest.mark.usefixtures("logging_as_it_was")

CONFIG = """
[actions]
targets = ["127.0.0.1"]
[action.remote-session]
link = "https://remote.example/join?host={host}"
[action.order]
url = "http://127.0.0.1:9/"
secret = "file:secret"
parameters = [{ name = "pin", secret = true }]
approval = "agent"
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / "secret").write_text("s3cret")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = cli.main(["action", *words])
    told = capsys.readouterr()
    return code, told.out + told.err


def test_an_action_is_listed_run_and_remembered(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = said(capsys, "list")
    assert (code, "targets: 127.0.0.1" in text, "remote-session" in text) == (0, True, True)
    code, text = said(capsys, "run", "remote-session", "host=pc1")
    assert (code, text) == (0, "Remote session: https://remote.example/join?host=pc1\n")
    code, text = said(capsys, "run", "port", "host=127.0.0.1", "port=9")
    assert (code, "takes no connection on port 9" in text) == (1, True)
    _, text = said(capsys, "history", "--json")
    port, link = json.loads(text)
    assert (port["result"], link["result"]) == ("closed", "ok")
    assert link["asked_by"] == "the terminal"
    assert [one["what"] for one in link["history"]] == ["asked", "queued", "begun", "ended: ok"]
    _, text = said(capsys, "history", "1")
    assert "action: remote-session host=pc1" in text


def test_what_cannot_be_run_is_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words, refusal in (
        (["nothing"], "There is no action nothing"),
        (["ping", "here"], "give each as name=value"),
        (["ping", "host=10.0.0.1"], 'targets = ["10.0.0.1:ping"]'),
        (["ping", "host=127.0.0.1", "--ticket", "INC-7"], "There is no ticket INC-7"),
    ):
        code, text = said(capsys, "run", *words)
        assert (code, refusal in text) == (1, True), text


def test_a_secret_is_read_from_the_input_and_approval_is_not_waited_for(home: Path) -> None:
    command = [sys.executable, "-m", "bot", "action", "run", "order"]
    done = subprocess.run(
        command,
        input="1234\n",
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env={"PYTHONPATH": str(Path(cli.__file__).parent.parent.parent), "PATH": ""},
    )
    assert (done.returncode, done.stdout) == (1, "run 1: waiting-approval\n"), done.stderr
