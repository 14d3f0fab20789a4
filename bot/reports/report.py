"""A report: which period, what is asked, and everything that the formats show. Changes nothing."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.errors import Invalid
from bot.reports import compute
from bot.reports.compute import Figure, Table
from bot.reports.dimensions import AGENT, DIMENSIONS, SPANS, midnight
from bot.reports.estimates import Change
from bot.reports.facts import KINDS, OTHER, WHO, Facts, facts
from bot.reports.metrics import METRICS, PAUSE, SILENCE, Ending, Events, matters
from store import reports as kept
from store.base import from_micros, micros
from store.database import Tx

NAMES: Final = tuple(METRICS)
AGES: Final = (1, 3, 7, 30)  # days, of the backlog
LONG: Final = 62  # days; of longer periods the charts show weeks
LONGER: Final = 400  # and of these, months


class Asked(Struct, frozen=True, kw_only=True):
    """What somebody wants to see. `first` and `last` are days of the desk's zone, both in it."""

    first: date
    last: date
    zone: ZoneInfo
    by: tuple[str, ...] = ()
    metrics: tuple[str, ...] = NAMES
    person: int | None = None  # by agent: of this one only

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Invalid(f"The period ends on {self.last}, before it begins on {self.first}.")
        if (self.last - self.first).days > 3700:
            raise Invalid("A report is of ten years at most.")
        for one in self.by:
            if one not in DIMENSIONS:
                raise Invalid(
                    f'There is no "{one}" to report by; there are {", ".join(DIMENSIONS)}.'
                )
        if len(self.by) > 2 or len(set(self.by)) < len(self.by):
            raise Invalid("A report is by one thing, or by two different ones.")
        for one in self.metrics:
            if one not in METRICS:
                raise Invalid(f'There is no metric "{one}"; there are {", ".join(METRICS)}.')

    @property
    def since(self) -> datetime:
        return midnight(self.first, self.zone)

    @property
    def until(self) -> datetime:
        return midnight(self.last + timedelta(1), self.zone)

    @property
    def before(self) -> datetime:
        """The beginning of the equal number of days before."""
        return midnight(self.first - (self.last - self.first) - timedelta(1), self.zone)

    def compared(self, until: datetime) -> datetime:
        """The end of what is compared with: of a period that is not over, after as long a time."""
        if until >= self.until:
            return self.since
        return min(self.before + (until - self.since), self.since)


class Report(Struct, frozen=True, kw_only=True):
    asked: Asked
    made_at: datetime
    until: datetime  # what counts happened before: the end of the period, or of what is over of it
    total: dict[str, Figure]
    before: dict[str, Figure]
    changes: dict[str, Change]
    table: Table | None
    people: dict[str, str]  # id -> name, of those in the table
    span: str  # "day", "week" or "month": what `course` goes by
    course: Table
    channels: Table
    hours: tuple[int, ...]  # tickets opened in each hour of the week, from Monday 0:00
    ages: tuple[int, ...]  # open tickets by age: see AGES
    endings: dict[str, int]  # of matters


def report(tx: Tx, asked: Asked) -> Report:
    until = min(asked.until, tx.now)
    if until <= asked.since:
        raise Invalid(f"The period begins on {asked.first}, which is still to come.")
    now, before = events(tx, asked.before, asked.since, until, asked.compared(until))
    total, earlier = compute.total(now, asked.metrics), compute.total(before, asked.metrics)
    table = compute.table(now, asked.metrics, asked.by, asked.zone) if asked.by else None
    if table is not None and AGENT in asked.by and asked.person is not None:
        place = asked.by.index(AGENT)
        mine = tuple(row for row in table.rows if row.keys[place] == str(asked.person))
        table = Table(by=table.by, rows=mine)
    span = span_of(asked)
    endings = [one.ending for one in now.matters if one.at >= now.since]
    drawn = [one for one in COURSE if one in asked.metrics]
    return Report(
        asked=asked,
        made_at=tx.now,
        until=until,
        total=total,
        before=earlier,
        changes=compute.changes(earlier, total),
        table=table,
        people=_people(tx, table),
        span=span,
        course=compute.table(now, drawn, [span], asked.zone),
        channels=compute.table(now, ["opened"], ["channel"], asked.zone),
        hours=tuple(compute.by_hour(compute.within("opened", now), asked.zone).tolist()),
        ages=tuple(compute.ages(now.facts, now.until, [one * 86_400 for one in AGES])),
        endings={str(one): endings.count(one) for one in Ending},
    )


COURSE: Final = (
    "opened", "resolved", "backlog", "first_response_time", "resolution_time",
    "sla_first_response", "sla_resolution", "csat",
)  # fmt: skip


def span_of(asked: Asked) -> str:
    days = (asked.last - asked.first).days + 1
    return SPANS[(days > LONG) + (days > LONGER)]


def events(
    tx: Tx, before: datetime, since: datetime, until: datetime, compared: datetime
) -> tuple[Events, Events]:
    """Those of the period, as of its end, and those from `before` to `compared`, as of then."""
    log = kept.log(tx, before - PAUSE, until, KINDS, OTHER, WHO)
    uses = kept.uses(tx, before - SILENCE, until)
    return (
        _events(facts(log, until), uses, micros(since), micros(until)),
        _events(facts(log, compared), uses, micros(before), micros(compared)),
    )


def _events(facts: Facts, uses: Sequence[kept.Use], since: int, until: int) -> Events:
    settled, helped = matters(uses, until)
    return Events(facts=facts, matters=settled, helped=helped, since=since, until=until)


def _people(tx: Tx, table: Table | None) -> dict[str, str]:
    if table is None or AGENT not in table.by:
        return {}
    place = table.by.index(AGENT)
    ids: Sequence[int] = sorted({int(row.keys[place]) for row in table.rows})
    return {str(id): name for id, name in kept.names(tx, ids).items()}


def first_day(tx: Tx, zone: ZoneInfo) -> date | None:
    """Of anything to report."""
    first = kept.first_event(tx)
    return None if first is None else from_micros(first).astimezone(zone).date()
