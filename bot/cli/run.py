"""`firstline run`: the desk itself."""

import argparse
import asyncio
import os

from bot import log, settings
from bot.cli.common import Commands


def add(commands: Commands) -> None:
    run = commands.add_parser("run", help="start the desk")
    run.add_argument(
        "--role",
        default="intake,worker,outbox,timers",
        metavar="ROLES",
        help="what this process does, by commas (default: everything); several processes may"
        " share one PostgreSQL database",
    )
    run.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    # Loaded here: no other command needs the web server.
    from bot.app import roles_of, run

    chosen = settings.load(arguments.config, os.environ)
    log.configure(chosen.log)
    return asyncio.run(run(chosen, roles_of(arguments.role)))
