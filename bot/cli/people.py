"""`firstline people import|sync|list|show`: who there is, from a directory, and what is known of them."""

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot import settings
from bot.cli.common import Commands, opened, shown
from bot.desk import people
from bot.desk.directory import Report, take_in
from bot.directory import Directory
from bot.directory.scim import Scim
from bot.directory.table import FIELDS, Table
from bot.errors import Invalid, NotFound
from store import people as kept
from store.database import Tx
from store.tables import Person

NAMED = 20  # of one kind in a report, unless all are asked for
LISTED = ("id", "name", "role", "group", "site", "vip", "active", "addresses")


def add(commands: Commands) -> None:
    group = commands.add_parser("people", help="who there is: take in a directory, look people up")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    table = actions.add_parser(
        "import",
        help="take in a table (CSV)",
        description=f"Columns: {', '.join(FIELDS)}; others are passed over.",
    )
    table.add_argument("file", type=Path, help="CSV with a heading, in UTF-8")
    table.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="COLUMN=FIELD",
        help="a column that is called differently; may be given several times",
    )
    table.add_argument("--region", help="the country of telephone numbers without its code (DE)")
    table.set_defaults(run=_import)
    sync = actions.add_parser("sync", help="take in the directory of [directory] (SCIM 2.0)")
    sync.set_defaults(run=_sync)
    for one in (table, sync):
        one.add_argument("--dry-run", action="store_true", help="only say what would happen")
        one.add_argument(
            "--deactivate-missing",
            action="store_true",
            help="whom the directory brought and no longer names has left",
        )
        one.add_argument("--json", action="store_true", help="the whole report as one JSON object")
    listing = actions.add_parser("list", help="people, the newest first")
    listing.add_argument("text", nargs="?", default="", help="a piece of a name or an address")
    listing.add_argument("--limit", type=int, default=50, help="how many (default: 50)")
    listing.add_argument("--json", action="store_true", help="one JSON array")
    listing.set_defaults(run=_list)
    one = actions.add_parser("show", help="all that is known of one person")
    one.add_argument("who", help="their number, or an address such as ana@example.org")
    one.add_argument("--json", action="store_true", help="one JSON object")
    one.set_defaults(run=_show)


def _import(arguments: argparse.Namespace) -> int:
    columns = {}
    for pair in arguments.map:
        column, equals, field = pair.rpartition("=")
        if not equals:
            raise Invalid(f"--map {pair}: write COLUMN=FIELD.")
        columns[column] = field
    chosen = settings.load(arguments.config, os.environ).directory
    directory = Table(arguments.file, columns)
    return _taken_in(arguments, directory, (arguments.region or chosen.region).upper())


def _sync(arguments: argparse.Namespace) -> int:
    chosen = settings.load(arguments.config, os.environ).directory
    if not chosen.url or chosen.token is None:
        raise Invalid("[directory] needs url and token: see config.example.toml.")
    directory = Scim(chosen.url, chosen.token.get_secret_value(), chosen.timeout_seconds)
    return _taken_in(arguments, directory, chosen.region)


def _taken_in(arguments: argparse.Namespace, directory: Directory, region: str) -> int:
    """1 when something could not be taken in."""
    with opened(arguments) as store:
        report = take_in(
            store,
            directory,
            region=region or None,
            deactivate_missing=arguments.deactivate_missing,
            dry_run=arguments.dry_run,
        )
    if arguments.json:
        problems = [{"where": one.where, "problem": one.words} for one in report.problems]
        whole = {"new": report.new, "changed": report.changed, "unchanged": report.unchanged}
        rest = {"left": report.left, "problems": problems, "dry_run": arguments.dry_run}
        print(json.dumps(whole | rest, ensure_ascii=False, indent=1))
    else:
        _print(report, dry_run=arguments.dry_run)
    return 1 if report.problems else 0


def _print(report: Report, *, dry_run: bool) -> None:
    if dry_run:
        print("Nothing was changed; this is what would be:")
    print(f"new        {len(report.new):6} {_some(report.new)}")
    print(f"changed    {len(report.changed):6} {_some(report.changed)}")
    print(f"unchanged  {report.unchanged:6}")
    print(f"left       {len(report.left):6} {_some(report.left)}")
    print(f"problems   {len(report.problems):6}")
    for problem in report.problems:
        print(f"  {problem.where}: {problem.words}")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _list(arguments: argparse.Namespace) -> int:
    with opened(arguments) as store:
        rows = store.read(
            lambda tx: [_whole(tx, one) for one in kept.find(tx, arguments.text, arguments.limit)]
        )
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        print(
            shown([{name: _cell(row[name]) for name in LISTED} for row in rows], "There is nobody.")
        )
    return 0


def _show(arguments: argparse.Namespace) -> int:
    with opened(arguments) as store:
        whole = store.read(lambda tx: _whole(tx, _found(tx, arguments.who)))
    if arguments.json:
        print(json.dumps(whole, ensure_ascii=False, indent=1))
    else:
        for name, value in whole.items():
            print(f"{name:12} {_cell(value)}".rstrip())
    return 0


def _found(tx: Tx, who: str) -> Person:
    number = who.removeprefix("#")
    if number.isascii() and number.isdecimal() and tx.get(Person, int(number)):
        return people.current(tx, int(number))
    exact = {
        identity.person_id
        for person in kept.find(tx, who, 20)
        for identity in kept.identities(tx, person.id)
        if identity.address == who.lower() or identity.address == who
    }
    person = tx.get(Person, exact.pop()) if len(exact) == 1 else None
    if person is None:
        raise NotFound(f"There is no single person {who}. Look with: firstline people list {who}")
    return person


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else str(value or "")


def _whole(tx: Tx, person: Person) -> dict[str, Any]:
    manager = None if person.manager_id is None else tx.get(Person, person.manager_id)
    return {
        "id": person.id,
        "external_id": person.external_id,
        "name": person.name,
        "role": person.role,
        "login": person.login,
        "group": person.group,
        "site": person.site,
        "language": person.language,
        "timezone": person.timezone,
        "vip": person.vip,
        "manager": None if manager is None else manager.name,
        "active": person.active,
        "preferred": person.preferred,
        "quiet": person.quiet,
        "addresses": [
            f"{one.channel}:{one.address}{'' if one.verified else ' (unproven)'}"
            for one in kept.identities(tx, person.id)
        ],
    }
