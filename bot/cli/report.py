"""`firstline report`: the figures of any time, as a table, a page, a file."""

import argparse
import os
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot import settings
from bot.cli.common import Commands, opened
from bot.errors import Invalid
from bot.reports.dimensions import DIMENSIONS
from bot.reports.formats import FORMATS, Style
from bot.reports.metrics import METRICS
from bot.reports.report import Asked, report
from bot.reports.wording import Words
from bot.text import LANGUAGES, Texts

DEFAULT_DAYS: Final = 30


def add(commands: Commands) -> None:
    command = commands.add_parser(
        "report",
        help="figures of any time: service levels, first contact resolution, times, satisfaction, …",
        description="Everything is computed from events, so a past day has the same figures whenever it is"
        " asked about. docs/METRICS.md defines each.",
    )
    command.add_argument(
        "--from", dest="first", type=_day, metavar="DAY", help="first day (default: 30 ago)"
    )
    command.add_argument(
        "--to", dest="last", type=_day, metavar="DAY", help="last day (default: yesterday)"
    )
    command.add_argument(
        "--by", action="append", default=[], metavar="WHAT",
        help=f"broken down by {', '.join(DIMENSIONS)}; two at most, as --by queue,day",
    )  # fmt: skip
    command.add_argument(
        "--metrics",
        default="",
        metavar="NAMES",
        help=f"only these, by commas: {', '.join(METRICS)}",
    )
    command.add_argument("--format", choices=sorted(FORMATS), default="table")
    command.add_argument(
        "--language", choices=LANGUAGES, help="of the report (default: the desk's)"
    )
    command.add_argument("--output", type=Path, metavar="FILE", help="write it there")
    command.add_argument(
        "--no-bom", action="store_true", help="CSV without the mark that Excel needs"
    )
    command.set_defaults(run=_run)


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{given} is no day such as 2026-03-31") from None


def _run(arguments: argparse.Namespace) -> int:
    chosen = settings.load(arguments.config, os.environ)
    way = FORMATS[arguments.format]
    if way.binary and arguments.output is None and sys.stdout.isatty():
        raise Invalid(f"Say where the {arguments.format} is to be written: --output FILE.")
    zone = ZoneInfo(chosen.desk.timezone)
    language = arguments.language or str(chosen.desk.language)
    with opened(arguments) as store:
        today = store.clock().astimezone(zone).date()
        last = arguments.last or today - timedelta(1)
        asked = Asked(
            first=arguments.first or min(last, today - timedelta(DEFAULT_DAYS)),
            last=last,
            zone=zone,
            by=tuple(one for given in arguments.by for one in given.split(",") if one),
            metrics=tuple(filter(None, arguments.metrics.split(","))) or tuple(METRICS),
        )
        made = store.read(lambda tx: report(tx, asked))
    texts = Texts.load({str(name): own for name, own in chosen.texts.items()})
    words = Words(texts, language, made)
    style = Style(desk=chosen.desk.name, font=chosen.figures.font, bom=not arguments.no_bom)
    content = way.render(made, words, style)
    if arguments.output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    else:
        try:
            arguments.output.write_bytes(content)
        except OSError as error:
            raise Invalid(f"{arguments.output} cannot be written: {error.strerror}.") from None
        print(f"The report is in {arguments.output}", file=sys.stderr)
    return 0
