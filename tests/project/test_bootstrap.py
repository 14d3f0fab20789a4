"""`python3 -m bot` on a machine that has nothing yet: a small project, its own wheels, no network."""

import ast
import hashlib
import importlib.metadata
import os
import shutil
import signal
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BOOTSTRAP = ROOT / "bot" / "__main__.py"

COMMAND = """
import os, sys
def main(argv):
    import tinydep
    print(tinydep.VERSION, *argv, os.getcwd(), os.environ.get("FIRSTLINE_HOME"), sep="|")
    return 7
"""


class Checkout:
    """A project with our bootstrap and one dependency, in a folder with a difficult name."""

    def __init__(self, tmp_path: Path) -> None:
        self.root = tmp_path / "ein Ort für $alles"
        self.wheels = tmp_path / "wheels"
        self.venv = self.root / ".venv"
        for folder in (self.root / "bot" / "cli", self.wheels):
            folder.mkdir(parents=True)
        shutil.copy(BOOTSTRAP, self.root / "bot")
        (self.root / "bot" / "__init__.py").touch()
        (self.root / "bot" / "cli" / "__init__.py").write_text(COMMAND)
        self.asks_for("1.0")

    def asks_for(self, version: str, digest: str | None = None) -> None:
        wheel = self.wheels / f"tinydep-{version}-py3-none-any.whl"
        info = f"tinydep-{version}.dist-info"
        with zipfile.ZipFile(wheel, "w") as parts:
            parts.writestr("tinydep.py", f"VERSION = {version!r}\n")
            parts.writestr(
                f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tinydep\nVersion: {version}\n"
            )
            parts.writestr(
                f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            parts.writestr(f"{info}/RECORD", "")
        digest = digest or hashlib.sha256(wheel.read_bytes()).hexdigest()
        (self.root / "requirements.lock").write_text(
            f"tinydep=={version} \\\n    --hash=sha256:{digest}\n"
        )

    def is_made(self, made: Path) -> None:
        """It has an environment already, into which nothing was installed so far."""
        shutil.copytree(made, self.venv, symlinks=True)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments],
            cwd=self.root,
            env=self.environ(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=100)
        return process.returncode, output, errors

    def environment(self, python: str) -> Path:
        """An environment that was there before, with this script for a Python."""
        (self.venv / "bin").mkdir(parents=True)
        (self.venv / "pyvenv.cfg").touch()
        command(self.venv / "bin" / "python", python)
        return self.venv

    def environ(self) -> dict[str, str]:
        """No uv, no registry, nobody's configuration of pip."""
        kept = {
            name: value for name, value in os.environ.items() if name in ("HOME", "LANG", "TMPDIR")
        }
        return kept | {
            "PATH": "/usr/bin:/bin",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "FIRSTLINE_VENV": str(self.venv),
            "PIP_FIND_LINKS": self.wheels.as_uri(),
        }


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with nothing but pip. To make one takes seconds, so only those tests do that are about
    it."""
    place = tmp_path_factory.mktemp("made") / "venv"
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    return place


def test_the_first_start_sets_up_and_later_ones_need_neither_pip_nor_wheels(
    checkout: Checkout,
) -> None:
    code, output, errors = checkout.run("ticket", "list")
    assert (code, output) == (7, f"1.0|ticket|list|{checkout.root}|None\n")
    assert "installing what requirements.lock names" in errors
    assert "set up after" in errors

    shutil.rmtree(checkout.wheels)
    assert checkout.run("run") == (7, f"1.0|run|{checkout.root}|None\n", "")

    anywhere = checkout.wheels.parent
    command = [str(checkout.venv / "bin" / "firstline"), "chat", "--name", "two words"]
    done = subprocess.run(command, cwd=anywhere, capture_output=True, text=True, check=False)
    expected = f"1.0|chat|--name|two words|{anywhere}|{checkout.root}\n"
    assert (done.returncode, done.stdout, done.stderr) == (7, expected, "")


def test_two_at_once_set_up_only_once(checkout: Checkout, made: Path) -> None:
    checkout.is_made(made)
    both = [checkout.start("run"), checkout.start("run")]
    results = [process.communicate(timeout=100) for process in both]
    assert [process.returncode for process in both] == [7, 7]
    assert (
        "".join(errors for _, errors in results).count("installing what requirements.lock names")
        == 1
    )


def test_what_was_broken_off_is_finished_by_the_next_start(checkout: Checkout) -> None:
    first = checkout.start("run")
    assert first.stderr is not None
    assert "installing" in first.stderr.readline()
    first.send_signal(signal.SIGKILL)
    first.communicate()
    code, output, _ = checkout.run("run")
    assert (code, output.split("|")[0]) == (7, "1.0")


def test_a_half_made_environment_is_not_built_upon(checkout: Checkout) -> None:
    left_behind = checkout.environment("exec true") / "left-behind"
    left_behind.touch()
    Path(f"{checkout.venv}.lock").write_text("installing requirements.lock\n")
    assert checkout.run("run")[0] == 7
    assert not left_behind.exists()


def test_a_changed_lock_is_installed_wherever_the_environment_is(
    checkout: Checkout, made: Path
) -> None:
    checkout.venv = checkout.wheels.parent / "elsewhere"
    checkout.is_made(made)
    environ = checkout.environ()
    assert checkout.run("run")[1].startswith("1.0|")
    checkout.asks_for("2.0")
    # Started by the command, it is not told the place again.
    del environ["FIRSTLINE_VENV"]
    command = [str(checkout.venv / "bin" / "firstline"), "run"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("2.0|")
    assert not (checkout.root / ".venv").exists()


def test_an_environment_of_another_python_is_made_anew(checkout: Checkout) -> None:
    checkout.environment("exit 1")  # what it answers when asked whether it is this Python
    assert checkout.run("run")[0] == 7


def test_a_wheel_that_was_tampered_with_is_refused(checkout: Checkout, made: Path) -> None:
    checkout.is_made(made)
    checkout.asks_for("1.0", digest="0" * 64)
    code, output, errors = checkout.run("run")
    assert (code, output) == (1, "")
    assert "the dependencies could not be installed" in errors


def test_a_folder_that_is_no_environment_is_left_alone(checkout: Checkout) -> None:
    (checkout.venv / "thesis").mkdir(parents=True)
    code, _, errors = checkout.run("run")
    assert code == 1
    assert "is in the way" in errors
    assert (checkout.venv / "thesis").exists()


def test_where_the_dependencies_are_there_already_nothing_is_made(checkout: Checkout) -> None:
    version = importlib.metadata.version("pytest")
    (checkout.root / "requirements.lock").write_text(f"pytest=={version} \\\n    --hash=sha256:0\n")
    (checkout.root / "tinydep.py").write_text("VERSION = 'theirs'\n")
    assert checkout.run("run")[:2] == (7, f"theirs|run|{checkout.root}|None\n")
    assert not checkout.venv.exists()


def test_installed_by_pip_there_is_no_lock_and_nothing_to_set_up(checkout: Checkout) -> None:
    (checkout.root / "requirements.lock").unlink()
    (checkout.root / "tinydep.py").write_text("VERSION = 'theirs'\n")
    assert checkout.run("run")[0] == 7
    code, _, errors = checkout.run("test")
    assert code == 1
    assert "is for a checkout" in errors


def test_the_bootstrap_can_be_read_by_python_3_6() -> None:
    for file in (BOOTSTRAP, ROOT / "bot" / "__init__.py"):
        ast.parse(file.read_text(), feature_version=(3, 6))


PRETEND_OLD = (
    "import sys; sys.version_info = (3, 6, 9); import bot.__main__ as b; sys.exit(b.main(['run']))"
)


def test_an_old_python_looks_for_a_newer_one_and_tries_it(tmp_path: Path) -> None:
    command(tmp_path / "python3.13", "exit 127")  # as a version manager leaves them
    command(tmp_path / "python3.12", 'test "$1" = -c || echo "$@"')
    done = with_path(tmp_path)
    assert (done.returncode, done.stdout) == (0, "-m bot run\n")


def test_without_a_newer_python_it_says_what_is_needed(tmp_path: Path) -> None:
    done = with_path(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Python 3.11 or newer is needed" in done.stderr


def command(file: Path, script: str) -> None:
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def with_path(folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", PRETEND_OLD],
        cwd=ROOT,
        env={"PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
