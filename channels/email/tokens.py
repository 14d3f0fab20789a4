"""Where a present OAuth token comes from: a file that somebody keeps fresh, or a command that prints it."""

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path


class NoToken(Exception):
    """Says why, without the token."""


def source_of(file: Path | None, command: Sequence[str]) -> Callable[[], str] | None:
    """None when neither is given. What it gives blocks, and raises NoToken."""
    if file is not None:
        return lambda: _read(file)
    if command:
        return lambda: _said_by(command)
    return None


def _read(file: Path) -> str:
    try:
        return file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NoToken(f"no OAuth token to be had ({type(error).__name__})") from None


def _said_by(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the administrator's own command
            command, capture_output=True, text=True, check=True, timeout=30
        )
    except (OSError, UnicodeDecodeError, subprocess.SubprocessError) as error:
        raise NoToken(f"no OAuth token to be had ({type(error).__name__})") from None
    return done.stdout.strip()
