"""What is documented is so."""

import re
import tomllib
from pathlib import Path

from bot import __version__

ROOT = Path(__file__).parents[2]


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = {re.match(r"[\w.-]+", line)[0] for line in asked}  # type: ignore[index]
    text = (ROOT / "docs" / "DEPENDENCIES.md").read_text().split("## Looked at")[0]
    assert set(re.findall(r"^\| ([\w.-]+) \| [^-]", text, re.MULTILINE)) - {"package"} == names


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["project"]["version"] == __version__
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_the_locks_agree_and_name_no_registry() -> None:
    run, dev = (
        (ROOT / name).read_text() for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert set(re.findall(r"^[\w-]+==.*", run, re.MULTILINE)) <= set(
        re.findall(r"^[\w-]+==.*", dev, re.MULTILINE)
    )
    assert "://" not in run + dev
