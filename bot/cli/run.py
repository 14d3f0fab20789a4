"""`firstline run`: the desk itself."""

import argparse
import asyncio
import os

from bot import log, settings
from bot.cli.common import Commands
from bot.roles import Role


def add(commands: Commands) -> None:
    run = commands.add_parser("run", help="start the desk")
    run.add_argument(
        "--role",
        type=_roles,
        default="intake,worker,outbox,timers",
        metavar="ROLES",
        help="what this process does, by commas (default: everything); several processes may"
        " share one PostgreSQL database",
    )
    run.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    # Loaded here: no other command needs the web server.
    from bot.app import run

    chosen = settings.load(arguments.config, os.environ)
    log.configure(chosen.log)
    return asyncio.run(run(chosen, arguments.role))


def _roles(words: str) -> frozenset[Role]:
    try:
        return frozenset(Role(word.strip()) for word in words.split(","))
    except ValueError:
        names = ", ".join(Role)
        raise argparse.ArgumentTypeError(f"roles are {names}, by commas") from None
