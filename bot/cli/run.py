"""`firstline run`: the desk itself."""

import argparse
import contextlib
import ctypes
import os
import sys
from typing import TYPE_CHECKING, Final

import uvloop

from bot import __version__, log, networks, settings
from bot.cli.common import Commands
from bot.desk import people
from bot.roles import Role

if TYPE_CHECKING:
    from bot.app import Process

SWITCH: Final = 0.001  # seconds
LARGE: Final = 1 << 20  # bytes
_MMAP_THRESHOLD: Final = -3  # glibc's M_MMAP_THRESHOLD


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
    print(
        f"firstline {__version__} is starting. After an installation or an update it first learns to"
        " understand, which takes a minute or two.",
        flush=True,
    )
    # A thread that has just committed gets its turn sooner than Python's usual 5 ms.
    sys.setswitchinterval(SWITCH)
    _give_back_memory()
    return uvloop.run(run(chosen, arguments.role, _announce))


def _give_back_memory() -> None:
    """What was large goes back to the system when it is freed. Left alone, glibc keeps the room of a large
    mail for every thread that ever held one."""
    with contextlib.suppress(OSError, AttributeError):  # another C library has no such habit
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, LARGE)


def _announce(process: "Process") -> None:
    """Tell whoever started it where to go."""
    if process.listening is None:
        print(f"firstline {__version__} is ready: {', '.join(sorted(process.roles))}.", flush=True)
        return
    lines = [
        f"firstline {__version__} is ready. Stop it with Ctrl-C.",
        f"  Chat for everyone    {process.url}/",
        f"  Desk for agents      {process.url}/desk",
    ]
    if process.post is not None and process.post.listening is not None:
        host, port = process.post.listening.getsockname()[:2]
        own = process.settings.mail.mailbox.values()
        lines.append(
            f"  E-mail               to {next(iter(own)).address}, by SMTP at {host}:{port}"
        )
        if process.post.is_local:
            lines.append(f"  E-mail it sends      {process.url}/mailbox")
    for network in process.networks:
        name = process.desk.texts.network(network.channel.name, "en")
        lines.append(f"  {name[:1].upper()}{name[1:]:<20}is set up")
    for what, channel in networks.unreachable(process.settings).items():
        lines.append(f"  Careful              {what}: {channel} is not set up")
    if token := process.store.write(people.first_invitation):
        lines.append(f"  First administrator  {process.url}/desk/welcome/{token}")
        lines.append(
            "                       opens once; every start prints a new one until it was used"
        )
    print("\n".join(lines), flush=True)


def _roles(words: str) -> frozenset[Role]:
    try:
        return frozenset(Role(word.strip()) for word in words.split(","))
    except ValueError:
        names = ", ".join(Role)
        raise argparse.ArgumentTypeError(f"roles are {names}, by commas") from None
