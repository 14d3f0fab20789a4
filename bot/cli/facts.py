"""`firstline facts`: what the desk finds in a text, with the organisation's own catalogue."""

import argparse
import os
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot import settings
from bot.app import catalogue_of
from bot.cli.common import Commands
from nlp.facts import dated, facts_in


def add(commands: Commands) -> None:
    facts = commands.add_parser("facts", help="show the facts found in a text")
    facts.add_argument("text", nargs="+")
    facts.add_argument(
        "--at", type=datetime.fromisoformat, metavar="TIME", help="as if it were said then"
    )
    facts.set_defaults(run=_facts)


def _facts(arguments: argparse.Namespace) -> int:
    chosen = settings.load(arguments.config, os.environ)
    zone = ZoneInfo(chosen.desk.timezone)
    moment = arguments.at or datetime.now(UTC)
    said = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    for fact in dated(facts_in(" ".join(arguments.text), catalogue_of(chosen)), said, zone):
        when = fact.when and " – ".join(
            dict.fromkeys(
                f"{one.astimezone(zone):%Y-%m-%d %H:%M}" for one in (fact.when.start, fact.when.end)
            )
        )
        told = ", ".join(one for one in (fact.means, when) if one)
        print(f"{fact.kind:12} {fact.value}{f'  ({told})' if told else ''}")
    return 0
