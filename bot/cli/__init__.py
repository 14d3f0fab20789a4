"""The commands of `firstline`. Each module here adds its own and says what they do."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bot import __version__

COMMANDS = ("run", "chat", "doctor", "tickets", "outbox", "mail", "kb", "rules", "db", "config")


def main(argv: Sequence[str] | None = None) -> int:
    words = sys.argv[1:] if argv is None else list(argv)
    if words[:2] == ["mail", "parse"]:
        # Reading mails needs neither the store nor the models, which take seconds to load.
        return _carried_out(parser(("mail",)).parse_args(words))
    from bot.errors import DeskError
    from bot.settings import ConfigError
    from bot.text import BadText
    from store.errors import StoreError

    arguments = parser().parse_args(words)
    try:
        return _carried_out(arguments)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    except (BadText, DeskError, StoreError) as error:
        print(f"firstline: {error}", file=sys.stderr)
        return 1


def _carried_out(arguments: argparse.Namespace) -> int:
    try:
        return int(arguments.run(arguments))
    except BrokenPipeError:
        # The reader, `head` say, has seen enough. Python would complain once more while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def parser(names: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
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
    for name in names:
        importlib.import_module(f"bot.cli.{name}").add(commands)
    return top
