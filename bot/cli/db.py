"""`firstline db upgrade|backup|restore`: the database as a whole."""

import argparse
import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot import settings
from bot.cli.common import Commands
from store import backup, upgrade


def add(commands: Commands) -> None:
    group = commands.add_parser("db", help="upgrade, back up or restore the database")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    bring = actions.add_parser("upgrade", help="bring the tables to this version")
    bring.set_defaults(run=_upgrade)
    copy = actions.add_parser("backup", help="copy database and files; safe while running")
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
    if folder.exists() and any(folder.iterdir()):
        print(f"{folder} is not empty; name another folder", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    # The database first: every file it names was there before it did.
    backup.backup(chosen.address, folder / "database")
    files = chosen.files
    if files.is_dir():
        shutil.copytree(files, folder / "files")
    print(f"backed up to {folder}; restore with: firstline db restore {folder}")
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    chosen = settings.load(arguments.config, os.environ).database
    backup.restore(chosen.address, arguments.folder / "database", force=arguments.force)
    files = arguments.folder / "files"
    if files.is_dir():
        shutil.copytree(files, chosen.files, dirs_exist_ok=True)
    print("restored; start firstline again")
    return 0
