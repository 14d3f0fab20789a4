"""`firstline staffing`: how many agents a week needs hour by hour, who might work, and what if."""

import argparse
import csv
import json
import os
import sys
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot import settings
from bot.cli.common import Commands, opened, shown
from bot.errors import Invalid
from bot.settings import Settings
from bot.sla_settings import calendar_of
from bot.staffing import picture
from bot.staffing.forecast import Forecast
from bot.staffing.need import Assumptions, Kind, Work
from bot.staffing.plan import Arrivals, BadChange, Plan, changed, hours_of, plan
from bot.staffing.queueing import Target
from bot.staffing.rota import Agent
from store.arrivals import by_hour

HISTORY: Final = 400  # days that are looked at


def add(commands: Commands) -> None:
    command = commands.add_parser(
        "staffing",
        help="agents needed by hour, a forecast, a rota, what if",
        description="From the tickets of the last year, or a table of arrivals: how many agents each hour"
        " of a week needs, for each language, and a rota of the agents in [rota].",
    )
    command.add_argument(
        "--week", type=date.fromisoformat, metavar="DATE", help="a day of it (default: the next)"
    )
    command.add_argument(
        "--from", dest="file", type=Path, metavar="CSV",
        help="arrivals from a table with the columns time, language, kind (call, chat, mail) and count",
    )  # fmt: skip
    command.add_argument(
        "--what-if",
        action="append",
        default=[],
        metavar="CHANGE",
        help="such as volume=+20%%, call.minutes=6, shrinkage=0.25, without=NAME; several count together",
    )
    command.add_argument(
        "--picture", type=Path, metavar="SVG", help="the hours of the week as a picture"
    )
    command.add_argument("--json", action="store_true", help="everything as one JSON object")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    chosen = settings.load(arguments.config, os.environ)
    zone = ZoneInfo(chosen.desk.timezone)
    now = datetime.now(zone)
    first = _monday(arguments.week or now.date() + timedelta(7))
    arrivals = _table(arguments.file, zone) if arguments.file else _tickets(arguments, now, zone)
    if not arrivals:
        raise Invalid("Nothing has arrived yet. Give a table of arrivals with --from.")
    calendar = calendar_of(chosen, chosen.staffing.calendar, first.year)
    is_open = [calendar.is_open(at.astimezone(UTC)) for at in hours_of(first, zone)]
    said, agents = assumptions(chosen), agents_of(chosen)
    try:
        made = plan(arrivals, first, is_open, zone, calendar.is_special, said, agents)
        other = None
        if arguments.what_if:
            if_said, if_agents = changed(said, agents, arguments.what_if)
            other = plan(arrivals, first, is_open, zone, calendar.is_special, if_said, if_agents)
    except (BadChange, ValueError) as error:
        raise Invalid(str(error)) from None
    if arguments.picture:  # first: whoever reads the table may close it early, as `head` does
        try:
            arguments.picture.write_text(picture.week(other or made), encoding="utf-8")
        except OSError as error:
            raise Invalid(f"{arguments.picture} cannot be written: {error.strerror}.") from None
        print(f"The picture is in {arguments.picture}", file=sys.stderr)
    if arguments.json:
        print(json.dumps(_plain(made, other), ensure_ascii=False))
    else:
        print(_told(made, other, bool(agents)))
    return 0


def _monday(day: date) -> date:
    return day - timedelta(day.weekday())


def assumptions(chosen: Settings) -> Assumptions:
    given = chosen.staffing
    work = {}
    for kind in Kind:
        one = given.contact(kind)
        work[kind] = Work(
            handling=60 * one.minutes,
            target=Target(share=one.share, within=one.within_seconds),
            patience=60 * one.patience_minutes or None,
            concurrency=one.at_once,
            slower=one.slower,
        )
    return Assumptions(work=work, shrinkage=given.shrinkage)


def agents_of(chosen: Settings) -> list[Agent]:
    found = []
    for name, one in chosen.rota.items():
        begins, _, ends = one.hours.partition("-")
        found.append(
            Agent(
                name=name,
                zone=ZoneInfo(one.timezone),
                languages=frozenset(map(str, one.languages)),
                begins=time.fromisoformat(begins),
                ends=time.fromisoformat(ends),
                weekdays=frozenset(day - 1 for day in one.weekdays),
                shift=one.shift_hours,
                week=one.week_hours,
                away=frozenset(one.away),
            )
        )
    return found


def kind_of(channel: str, mailboxes: frozenset[str]) -> Kind:
    if channel == "phone":
        return Kind.CALL
    return Kind.MAIL if channel in mailboxes else Kind.CHAT


def _tickets(arguments: argparse.Namespace, now: datetime, zone: ZoneInfo) -> Arrivals:
    """Whole days only: today is not over."""
    mailboxes = frozenset(settings.load(arguments.config, os.environ).mail.mailbox)
    until = datetime.combine(now.date(), time(), zone)
    with opened(arguments) as store:
        counted = store.read(lambda tx: by_hour(tx, until - timedelta(HISTORY), until, zone))
    found: Counter[tuple[datetime, str, Kind]] = Counter()
    for (at, language, channel), count in counted.items():
        found[at, language, kind_of(channel, mailboxes)] += count
    return found


def _table(file: Path, zone: ZoneInfo) -> Arrivals:
    """Raises Invalid with the line."""
    found: Counter[tuple[datetime, str, Kind]] = Counter()
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{file} cannot be read as UTF-8: {error.__class__.__name__}.") from None
    for number, row in enumerate(csv.DictReader(lines), 2):
        try:
            at = datetime.fromisoformat(row["time"])
            at = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(zone)
            hour = at.replace(minute=0, second=0, microsecond=0)
            found[hour, row["language"], Kind(row["kind"])] += int(row.get("count") or 1)
        except (KeyError, ValueError, TypeError):
            raise Invalid(
                f"{file}:{number}: needs time (2026-03-02 09:00), language, kind (call, chat or mail)"
                " and count"
            ) from None
    return found


DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _told(made: Plan, other: Plan | None, planned: bool) -> str:
    shown_plan = other or made
    lines = [f"Week of {made.first}: {shown_plan.arrivals:.0f} contacts are expected."]
    lines += [f"  {language}: {_basis(one)}" for language, one in made.days.items()]
    lines += ["", "Agents at work that are needed, by hour:", "", _grid(shown_plan)]
    lines += ["", *_summary(made, other, planned)]
    if planned:
        lines += [
            "",
            "A rota:",
            "",
            shown(_shifts(shown_plan), "Nobody is on the rota in this week."),
        ]
    return "\n".join(lines)


def _basis(found: Forecast) -> str:
    """By what it is forecast, and why."""
    error = found.error
    if error is None:
        return f"forecast by {found.by}; too few days to measure the error"
    others = ", ".join(
        f"by {way} {wape:.0%}" for way, wape in error.wapes.items() if way is not found.by
    )
    return (
        f"forecast by {found.by}: over the last {error.days} days off by {error.wape:.0%} of the arrivals"
        f" ({others}); {error.covered:.0%} of the days in its range"
    )


def _grid(made: Plan) -> str:
    cells = {
        (at.date(), at.hour): made.needed(n) for n, at in enumerate(made.hours) if made.open[n]
    }
    hours = sorted({hour for _, hour in cells})
    days = [made.first + timedelta(n) for n in range(7)]
    heading = "      " + "".join(f"{name:>5}" for name in DAYS)
    rows = [
        f"{hour:02}:00 " + "".join(f"{cells.get((day, hour), '·'):>5}" for day in days)
        for hour in hours
    ]
    return "\n".join([heading, *rows])


def _summary(made: Plan, other: Plan | None, planned: bool) -> list[str]:
    rows = []
    for name, one in (("now", made), ("if", other)):
        if one is None:
            continue
        row = {
            "": name if other is not None else "week",
            "contacts": f"{one.arrivals:.0f}",
            "agent hours": str(one.agent_hours),
            "most at once": str(one.peak),
            "on the rota for it": f"{one.agent_hours / (1 - one.shrinkage):.0f} h",
        }
        if planned:
            row["missing"] = f"{one.missing} h"
        rows.append(row)
    return shown(rows).split("\n")


def _shifts(made: Plan) -> list[dict[str, str]]:
    rows = []
    for shift in made.rota.shifts:
        rows.append(
            {
                "agent": shift.agent,
                "day": f"{shift.begins:%a %Y-%m-%d}",
                "from": f"{shift.begins:%H:%M}",
                "to": f"{shift.ends:%H:%M}",
                "break": f"{shift.pause:%H:%M}",
                "zone": str(shift.begins.tzinfo),
            }
        )
    return rows


def _measured(found: Forecast) -> dict[str, object]:
    error = found.error
    if error is None:
        return {"by": found.by.name.lower()}
    wapes = {way.name.lower(): wape for way, wape in error.wapes.items()}
    return {"by": found.by.name.lower(), "days": error.days, "wape": error.wape, "wapes": wapes}


def _plain(made: Plan, other: Plan | None) -> dict[str, object]:
    def one(chosen: Plan) -> dict[str, object]:
        return {
            "contacts": round(chosen.arrivals, 1),
            "agent_hours": chosen.agent_hours,
            "peak": chosen.peak,
            "missing_hours": chosen.missing,
            "hours": [
                {"time": at.isoformat(), "needed": chosen.needed(n)}
                for n, at in enumerate(chosen.hours)
                if chosen.open[n]
            ],
            "shifts": _shifts(chosen),
        }

    return {
        "week": made.first.isoformat(),
        "forecast": {language: _measured(one) for language, one in made.days.items()},
        "now": one(made),
        "if": other and one(other),
    }
