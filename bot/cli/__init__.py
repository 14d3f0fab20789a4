"""The commands of `firstline`. Each module here adds its own and says what they do."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot import __version__

MODULES: Final = {  # of each command
    "run": "run",
    "chat": "chat",
    "doctor": "doctor",
    "ticket": "tickets",
    "sla": "sla",
    "survey": "survey",
    "people": "people",
    "outbox": "outbox",
    "action": "actions",
    "mail": "mail",
    "kb": "kb",
    "sop": "sop",
    "rules": "rules",
    "facts": "facts",
    "train": "train",
    "evaluate": "train",
    "learning": "learning",
    "report": "report",
    "staffing": "staffing",
    "db": "db",
    "config": "config",
}


def main(argv: Sequence[str] | None = None) -> int:
    words = sys.argv[1:] if argv is None else list(argv)
    if words == ["--version"]:
        print(f"firstline {__version__}")
        return 0
    if words[:2] == ["mail", "parse"]:
        # Reading mails needs neither the store nor the models, which take seconds to load.
        return _carried_out(parser("mail").parse_args(words))
    from bot.diagnosis.lint import BadLibrary
    from bot.errors import DeskError
    from bot.settings import ConfigError
    from bot.text import BadText
    from store.errors import StoreError

    arguments = parser(_command(words)).parse_args(words)
    try:
        return _carried_out(arguments)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    except (BadLibrary, BadText, DeskError, StoreError) as error:
        print(f"firstline: {error}", file=sys.stderr)
        return 1


def _carried_out(arguments: argparse.Namespace) -> int:
    try:
        return int(arguments.run(arguments))
    except BrokenPipeError:
        # The reader, `head` say, has seen enough. Python would complain once more while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _command(words: Sequence[str]) -> str | None:
    """The command meant, if it is clear: then the others need not be loaded."""
    rest = words[2:] if words[:1] == ["--config"] else words
    return rest[0] if rest and rest[0] in MODULES else None


def parser(command: str | None = None) -> argparse.ArgumentParser:
    """Of one command, or of all."""
    top = argparse.ArgumentParser(
        prog="firstline", description="The first line of an IT service desk."
    )
    top.add_argument("--version", action="version", version=f"firstline {__version__}")
    top.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="configuration file (default: $FIRSTLINE_CONFIG, else ./config.toml if it is there)",
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    wanted = MODULES if command is None else (command,)
    for module in dict.fromkeys(MODULES[name] for name in wanted):
        importlib.import_module(f"bot.cli.{module}").add(commands)
    return top
