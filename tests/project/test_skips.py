"""Where FIRSTLINE_CI is set, a test that was not run is a failure with a name."""

import os
import subprocess
import sys
from pathlib import Path

from tests import conftest, skips

ROOT = Path(__file__).parents[2]
TESTS = """
import pytest
def test_one(): pass
@pytest.mark.skip(reason="no printer here")
def test_printer(): pass
"""


def test_a_skipped_test_fails_the_run_in_ci_only(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(TESTS)
    assert pytest_on(tmp_path, "0", {}).returncode == 0
    done = pytest_on(tmp_path, "1", {"FIRSTLINE_CI": "1"})
    assert done.returncode == 1
    assert "test_some.py::test_printer: Skipped: no printer here" in done.stdout


def test_these_tests_are_run_with_it() -> None:
    for hook in ("pytest_sessionfinish", "pytest_terminal_summary"):
        assert getattr(conftest, hook) is getattr(skips, hook)


def pytest_on(
    folder: Path, workers: str, more: dict[str, str]
) -> "subprocess.CompletedProcess[str]":
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith("FIRSTLINE_")
    }
    arguments = [
        "-p",
        "tests.skips",
        "-c",
        os.devnull,
        "--rootdir",
        folder,
        "-n",
        workers,
        folder,
    ]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *map(str, arguments)],
        cwd=ROOT,
        env=environ | more,
        capture_output=True,
        text=True,
        check=False,
    )
