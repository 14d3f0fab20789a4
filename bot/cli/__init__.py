"""The commands of `firstline`. Each module here adds its own and says what they do."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bot import __version__
from bot.cli import chat, config, db, doctor, kb, outbox, rules, run, tickets
from bot.errors import DeskError
from bot.settings import ConfigError
from bot.text import BadText
from store.errors import StoreError


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    except (BadText, DeskError, StoreError) as error:
        print(f"firstline: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader, `head` say, has seen enough. Python would complain once more while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def parser() -> argparse.ArgumentParser:
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
    for module in (run, chat, doctor, tickets, outbox, kb, rules, db, config):
        module.add(commands)
    return top
