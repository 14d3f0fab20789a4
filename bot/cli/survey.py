"""`firstline survey report|plan|improve|done`: what people said, and what is done about it."""

import argparse
import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from bot import app, settings
from bot.cli.common import Commands, opened, shown
from bot.desk.access import Actor, Role, Who
from bot.desk.desk import Desk
from bot.errors import Invalid
from bot.surveys import report as reports
from bot.surveys.analysis import Estimate, Scores
from bot.surveys.report import GROUPS, Line, Report
from bot.surveys.rules import DIMENSIONS, QUESTIONS, SCORED
from store import people

_TERMINAL = Actor(who=Who.AGENT, name="the terminal", role=Role.ADMINISTRATOR)
_PART = " of the desk: all, or DIMENSION=VALUE with " + ", ".join(DIMENSIONS)


def add(commands: Commands) -> None:
    group = commands.add_parser("survey", help="what people say about the desk, and what is done")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    told = actions.add_parser("report", help="scores, drivers, themes and the improvement plan")
    told.add_argument("--from", dest="since", type=date.fromisoformat, metavar="DATE",
                      help="first day (default: 90 days ago)")  # fmt: skip
    told.add_argument(
        "--to", type=date.fromisoformat, metavar="DATE", help="last day (default: today)"
    )
    told.add_argument("--by", choices=GROUPS, action="append", help="groups (default: all of them)")
    told.add_argument("--json", action="store_true", help="everything as one JSON object")
    told.set_defaults(run=_report)
    plan = actions.add_parser("plan", help="the improvement plan with its measured effects")
    plan.set_defaults(run=_plan)
    new = actions.add_parser("improve", help="a new line of the plan")
    new.add_argument("action", help="what is to be done")
    new.add_argument("--aspect", choices=[str(one) for one in SCORED], default="score")
    new.add_argument("--for", dest="part", default="all", metavar="PART", help=f"the part{_PART}")
    new.add_argument("--owner", metavar="LOGIN", help="who does it, by sign-in name")
    new.add_argument("--due", type=date.fromisoformat, required=True, metavar="DATE")
    new.set_defaults(run=_improve)
    done = actions.add_parser(
        "done", help="a line was carried out; its effect is measured from now on"
    )
    done.add_argument("id", type=int)
    done.set_defaults(run=_done)


def _report(arguments: argparse.Namespace) -> int:
    desk = app.desk_of(settings.load(arguments.config, os.environ))
    since, until = span(arguments.since, arguments.to, desk.timezone, datetime.now(UTC))
    with opened(arguments) as store:
        found = store.read(
            lambda tx: reports.report(tx, since, until, desk.surveys.crowd, _TERMINAL)
        )
    if arguments.json:
        print(json.dumps(msgspec.to_builtins(found), ensure_ascii=False))
    else:
        print(told(desk, found, arguments.by or GROUPS))
    return 0


def span(
    since: date | None, to: date | None, zone: ZoneInfo, now: datetime
) -> tuple[datetime, datetime]:
    """From the first midnight to the one after the last day, as the clocks of the desk show them."""
    last = to or now.astimezone(zone).date()
    first = since or last - timedelta(days=90)
    if first > last:
        raise Invalid(f"{first} is after {last}: nothing lies between.")
    return (
        datetime.combine(first, time(), zone).astimezone(UTC),
        datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC),
    )


def told(desk: Desk, found: Report, groups: Sequence[str]) -> str:
    first = found.since.astimezone(desk.timezone).date()
    last = (found.until.astimezone(desk.timezone) - timedelta(seconds=1)).date()
    parts = [
        f"Surveys asked {first} to {last}; in brackets the 95 % interval",
        _table({"all": found.all}),
    ]
    for one in GROUPS:
        if one in groups and found.groups[one]:
            parts.append(f"by {one}\n{_table(found.groups[one], found.least)}")
    lines = [
        f"{n}. {one.aspect} in {one.dimension} {one.value}: {one.mean:.2f} of 5, elsewhere"
        f" {one.elsewhere:.2f} ({one.answers} answers); costs {_range(one.pull, '.2f')} of the mean score"
        + (" (may be chance)" if one.pull.low <= 0 else "")
        + "".join(f"\n     {number}: “{words}”" for number, words in one.examples)
        for n, one in enumerate(found.drivers, 1)
    ]
    parts.append(
        "Worst drivers\n" + ("\n".join(lines) or "nothing stands out, or too few have answered")
    )
    themes = [
        f"{one.name or 'other'} ({len(one.comments)}"
        + ("" if one.mean is None else f", mean score {one.mean:.1f}")
        + ")"
        + "".join(f"\n     {c.number or 'anonymous'}: “{c.words}”" for c in one.comments[:3])
        for one in found.themes
    ]
    if themes:
        parts.append("Comments by theme\n" + "\n".join(themes))
    if found.skipped:
        why = ", ".join(f"{why} {count}" for why, count in sorted(found.skipped.items()))
        parts.append(f"Not asked: {why}")
    parts.append("Improvement plan\n" + plan_table(found.plan))
    return "\n\n".join(parts)


def _table(groups: Mapping[str, Scores], least: int = 1) -> str:
    rows = [
        {
            "": name or "(not told)",
            "asked": str(one.asked),
            "answered": f"{one.answered} {_range(one.rate, '.0%')}",
            "CSAT": _range(one.csat, ".0%"),
            "NPS-style": _range(one.nps, "+.0f"),
            **{str(a): _range(one.means.get(a), ".2f") for a in QUESTIONS},
        }
        for name, one in groups.items()
    ]
    few = any(one.csat is None and one.answered for one in groups.values())
    return shown(rows) + (f"\n– fewer than {least} answers are not shown" if few else "")


def _range(one: Estimate | None, form: str) -> str:
    return "–" if one is None else f"{one.value:{form}} [{one.low:{form}}, {one.high:{form}}]"


def plan_table(plan: tuple[Line, ...] | list[Line]) -> str:
    rows: list[dict[str, Any]] = [
        {
            "id": str(one.id),
            "due": f"{one.due}{' late' if one.late else ''}",
            "owner": one.owner or "nobody",
            "for": f"{one.aspect} in {one.dimension} {one.value}".strip(),
            "effect": effect(one),
            "action": one.action,
        }
        for one in plan
    ]
    return shown(rows, "Nothing is planned yet; `firstline survey improve` plans something.")


def effect(line: Line) -> str:
    if line.done_at is None:
        return "to be done"
    if line.effect is None:
        return f"done; {line.before} before, {line.after} since: too few to say"
    return f"done; {_range(line.effect, '+.2f')} ({line.before} before, {line.after} since)"


def _plan(arguments: argparse.Namespace) -> int:
    with opened(arguments) as store:
        print(plan_table(store.read(lambda tx: reports.plan(tx, _TERMINAL))))
    return 0


def _improve(arguments: argparse.Namespace) -> int:
    dimension, _, value = arguments.part.partition("=")
    with opened(arguments) as store:

        def work(tx: Any) -> int:
            owner = people.by_login(tx, arguments.owner) if arguments.owner else None
            if arguments.owner and owner is None:
                raise Invalid(f"Nobody signs in as {arguments.owner}.")
            return reports.improve(
                tx,
                aspect=arguments.aspect,
                dimension=dimension,
                value=value,
                action=arguments.action,
                owner_id=None if owner is None else owner.id,
                due=arguments.due,
                actor=_TERMINAL,
            ).id

        print(f"line {store.write(work)}")
    return 0


def _done(arguments: argparse.Namespace) -> int:
    with opened(arguments) as store:
        store.write(lambda tx: reports.done(tx, arguments.id, _TERMINAL))
    return 0
