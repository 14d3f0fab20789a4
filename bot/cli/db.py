"""`firstline db upgrade|backup|restore`: the database as a whole."""

import argparse
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from bot import settings
from bot.cli.common import Commands
from bot.errors import Invalid
from store import backup, upgrade


def add(commands: Commands) -> None:
    group = commands.add_parser("db", help="upgrade, back up or restore the database")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    bring = actions.add_parser("upgrade", help="bring the tables to this version")
    bring.set_defaults(run=_upgrade)
    copy = actions.add_parser(
        "backup", help="copy database, files and what was learned; safe while running"
    )
    copy.add_argument("folder", type=Path, nargs="?", help="default: ./backup-DATE-TIME")
    copy.set_defaults(run=_backup)
    restore = actions.add_parser("restore", help="put a backup in place; stop firstline before")
    restore.add_argument("folder", type=Path)
    restore.add_argument("--force", action="store_true", help="replace what is there")
    restore.set_defaults(run=_restore)


def _upgrade(arguments: argparse.Namespace) -> int:
    url = settings.load(arguments.config, os.environ).database.address
    before, after = upgrade(url)
    print(f"the tables are at revision {after}" + ("" if before == after else f", from {before}"))
    return 0


def _backup(arguments: argparse.Namespace) -> int:
    chosen = settings.load(arguments.config, os.environ).database
    folder = arguments.folder or Path(f"backup-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    if folder.is_file():
        raise Invalid(f"{folder} is a file; name a folder for the backup.")
    if folder.is_dir() and any(folder.iterdir()):
        raise Invalid(f"{folder} is not empty; name another folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Invalid(f"{folder} cannot be made: {error.strerror}.") from None
    # The database first: every file it names was there before it did.
    backup.backup(chosen.address, folder / "database")
    for name, there in _beside(chosen).items():
        if there.is_dir():
            shutil.copytree(there, folder / name)
    print(f"backed up to {folder}; restore with: firstline db restore {folder}")
    return 0


def _beside(chosen: settings.Database) -> dict[str, Path]:
    """What belongs to the database and is not in it: attachments, and what was learned."""
    return {"files": chosen.files, "models": chosen.data_dir / "models"}


def _restore(arguments: argparse.Namespace) -> int:
    chosen = settings.load(arguments.config, os.environ).database
    folder: Path = arguments.folder
    if not folder.is_dir():
        raise Invalid(
            f"There is no folder {folder}. `firstline db backup` made one and told its name."
        )
    if not (folder / "database").is_file():
        raise Invalid(f"{folder} is no backup: it holds no file “database”.")
    backup.restore(chosen.address, folder / "database", force=arguments.force)
    for name, there in _beside(chosen).items():
        if (folder / name).is_dir():
            shutil.copytree(folder / name, there, dirs_exist_ok=True)
    print("restored; start firstline again")
    return 0
