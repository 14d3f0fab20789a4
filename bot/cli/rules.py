"""`firstline rules test`: which of the administrator's rules fire on a text."""

import argparse
import os
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import nlp
from bot import settings
from bot.app import catalogue_of, rules_of
from bot.cli.common import Commands
from bot.desk.rules import FIELDS, Case, judge, systems_of


def add(commands: Commands) -> None:
    group = commands.add_parser("rules", help="the administrator's rules")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    test = actions.add_parser("test", help="show what fires on a text")
    test.add_argument("text", nargs="+")
    test.add_argument("--channel", default="web", help="as if it came there (default: web)")
    test.add_argument("--group", help="as if the requester were in this group")
    test.add_argument(
        "--at", type=datetime.fromisoformat, metavar="TIME", help="as if it were that time"
    )
    test.set_defaults(run=_test)


def _test(arguments: argparse.Namespace) -> int:
    chosen = settings.load(arguments.config, os.environ)
    zone = ZoneInfo(chosen.desk.timezone)
    text = " ".join(arguments.text)
    understander = nlp.Understander.load(
        chosen.database.data_dir / "models", catalogue=catalogue_of(chosen)
    )
    [meaning] = understander.understand([text], [None])
    moment = arguments.at or datetime.now(UTC)
    case = Case(
        text=text,
        channel=arguments.channel,
        language=meaning.language,
        type=meaning.type,
        category=meaning.category,
        now=moment if moment.tzinfo else moment.replace(tzinfo=zone),
        group=arguments.group,
        systems=systems_of(meaning.facts),
    )
    verdict = judge(rules_of(chosen), case, zone)
    print(f"understood as  {case.language}, {case.type}, {case.category}")
    print(f"rules fired    {', '.join(verdict.fired) or 'none'}")
    for field in FIELDS:
        if field in verdict.fields:
            value, rule = verdict.fields[field]
            print(f"{field:14} {value}  (rule: {rule})")
    if verdict.tags:
        print(f"{'tags':14} {', '.join(verdict.tags)}")
    return 0
