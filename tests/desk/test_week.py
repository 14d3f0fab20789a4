"""A simulated week: every deadline as a count of its minutes gives it, every timer fired exactly once.

A sixteenth of the tickets here; `python -m bench.week` has all of them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.desk import promises
from bot.desk.agreements import Kind
from bot.desk.desk import Desk
from bot.desk.events import What
from bot.desk.sla import Clocks
from bot.reports.report import Asked, report
from store.base import micros
from store.database import Tx
from store.sla import Happened
from store.tables import Inbox, Ticket, TicketEvent, Timer
from tests.desk.minutes import MINUTE, Plan
from tests.desk.test_sla import Simulation, Slow
from tests.desk.week import (
    AGENTS,
    BEGIN,
    END,
    FIRST,
    NEXT,
    PLACES,
    RESTARTS,
    SOLVED,
    TICKETS,
    Week,
    timers_of,
)
from tests.reports.reference import Row, counted
from tests.reports.test_metrics import same, within

TARGETS = {Kind.FIRST_RESPONSE: FIRST, Kind.NEXT_RESPONSE: NEXT, Kind.RESOLUTION: SOLVED}
AHEAD = timedelta(days=21)  # how far the reference looks for what is due after the week


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    week = Week(tmp_path_factory.mktemp("week"), tickets=TICKETS // 16)
    week.run()
    yield week
    week.store.close()


class _Minutes:
    """Whether a minute counts, looked up."""

    def __init__(self, plan: Plan) -> None:
        length = int((END + AHEAD - BEGIN) / MINUTE)
        self._counts = bytes(plan.counts(BEGIN + n * MINUTE) for n in range(length))

    def counts(self, at: datetime) -> bool:
        return bool(self._counts[int((at - BEGIN).total_seconds()) // 60])


@dataclass
class Reference(Simulation):
    """By the tables in `week`; keeps every moment at which a clock became late."""

    week: Week | None = None
    hours: dict[int, _Minutes] = field(default_factory=dict)
    lates: set[tuple[str, datetime]] = field(default_factory=set)

    def target(self, clock: Slow) -> int | None:
        assert self.week is not None
        return None if self.held is None else TARGETS[clock.kind][self.week.plans[self.held][1]]

    def minute(self, at: datetime) -> None:
        assert self.week is not None
        if self.held is None or self.paused:
            return
        if not self.hours[id(self.week.plans[self.held][0])].counts(at):
            return
        for clock in self.open():
            clock.used += 1
            target = self.target(clock)
            if target is not None and clock.used >= target and clock.late is None:
                clock.late = at + MINUTE

    def note(self) -> None:
        for one in self.clocks:
            if one.late is not None:
                turn = f":{one.turn}" if one.kind is Kind.NEXT_RESPONSE else ""
                self.lates.add((f"{one.kind}{turn}", one.late))


def test_the_week_is_what_independent_counts_say(week: Week) -> None:
    """One test, for the week is run by every process that has a part of it."""
    judged = deadlines_agree(week)
    assert judged["breached"] > week.tickets / 4
    assert judged["due later"] > week.tickets / 20
    timers, fired = timers_agree(week)
    assert timers > 3 * week.tickets
    assert fired > week.tickets / 2
    marks_agree(week)
    figures_agree(week)


def deadlines_agree(week: Week) -> Counter[str]:
    """How many were compared. Raises AssertionError for the first that is another."""
    plans = {id(plan): plan for plan, _ in week.plans.values()}  # one for many terms
    hours = {id: _Minutes(plan) for id, plan in plans.items()}
    events = week.store.read(_events)
    assert len(events) == week.tickets
    judged: Counter[str] = Counter()
    for ticket_id, history in events.items():
        reference = Reference(plans={}, terms={}, week=week, hours=hours)
        at, waiting = history[0].at, list(history)
        while at <= week.now:
            while waiting and waiting[0].at <= at:
                reference.take(waiting.pop(0))
                reference.note()
            if at < week.now and (reference.open() or waiting):
                reference.minute(at)
                reference.note()
            at += MINUTE
        breached = {
            (one.old or "", datetime.fromisoformat(one.new or ""))
            for one in history
            if one.what == What.BREACHED
        }
        assert breached == reference.lates, ticket_id
        judged["breached"] += len(breached)
        clocks = week.store.read(partial(_clocks, week.desk, ticket_id))
        assert [(one.kind, one.turn, one.used) for one in clocks.all] == [
            (one.kind, one.turn, one.used * MINUTE) for one in reference.clocks
        ], ticket_id
        # And on, if nothing happens: what is due next becomes late in exactly that minute.
        due = {one.name: one.due for one in clocks.open if one.due is not None and not one.late}
        while due and at < END + AHEAD - MINUTE:
            reference.minute(at - MINUTE)
            at += MINUTE
        reference.note()
        for name, moment in due.items():
            assert (name, moment) in reference.lates, (ticket_id, name, moment)
            judged["due later"] += 1
    return judged


def timers_agree(week: Week) -> tuple[int, int]:
    """How many were set, and fired. Raises AssertionError for one that was not as it should."""
    assert (week.restarts, len(week.agents), len(PLACES)) == (RESTARTS, AGENTS, 5)
    assert week.crashes > RESTARTS / 3  # in the middle of something
    fired = Counter(week.store.read(_fired))
    assert set(fired.values()) == {1}
    waiting = {row.due_at for row in week.store.read(_waiting)}
    assert not [due for due in waiting if due <= week.now]
    lives = week.store.read(timers_of)
    assert fired.keys() <= {one.name for one in lives}
    for life in lives:
        if life.name in fired:
            assert life.gone_at is not None
            assert life.gone_at >= life.due_at  # never early
        elif life.gone_at is None:
            assert life.due_at > week.now
        else:  # moved or cancelled: before it was due, or in the commit that set it
            assert life.gone_at < life.due_at or life.gone_at == life.set_at
    return len(lives), len(fired)


def marks_agree(week: Week) -> None:
    """Every deadline that passed is recorded once."""
    marks = Counter(
        (ticket, one.what, one.old, one.new)
        for ticket, history in week.store.read(_events).items()
        for one in history
        if one.what == What.BREACHED
    )
    assert set(marks.values()) == {1}


def figures_agree(week: Week) -> None:
    """Those of every day and of the week."""
    zone = ZoneInfo("Europe/Berlin")
    rows = week.store.read(_history)
    seen = set()
    days = [(BEGIN.date() + timedelta(n), BEGIN.date() + timedelta(n)) for n in range(7)]
    for first, last in [*days, (BEGIN.date(), BEGIN.date() + timedelta(6))]:
        asked = Asked(first=first, last=last, zone=zone, by=("queue",))
        made = week.store.read(partial(report, asked=asked))
        until = micros(made.until)
        expected = within(counted(rows, [], until), asked.since, made.until)
        same(made.total, expected)
        seen |= {name for name, one in made.total.items() if one.n > 20}
        assert made.table is not None
        for row in made.table.rows:
            of_queue = {
                name: [one for one in some if one.life and one.life.value("queue") == row.keys[0]]
                for name, some in expected.items()
            }
            same(row.figures, of_queue)
    assert seen >= {
        "opened", "resolved", "backlog", "first_response_time", "net_resolution_time", "handling_time",
        "sla_first_response", "sla_resolution", "fcr", "reopen_rate",
    }  # fmt: skip


def _history(tx: Tx) -> list[Row]:
    event = TicketEvent
    rows = tx.session.execute(
        sa.select(
            event.ticket_id, event.at, event.who, event.person_id, event.what, event.old, event.new,
            event.why, Inbox.conversation_id,
        )
        .outerjoin(Inbox, Inbox.id == event.inbox_id)
        .order_by(event.id)
    )  # fmt: skip
    return [Row(row[0], micros(row[1]), *row[2:]) for row in rows]


def _events(tx: Tx) -> dict[int, list[Happened]]:
    rows = tx.session.execute(
        sa.select(
            TicketEvent.ticket_id, TicketEvent.at, TicketEvent.who, TicketEvent.what,
            TicketEvent.old, TicketEvent.new, TicketEvent.why,
        ).order_by(TicketEvent.ticket_id, TicketEvent.id)
    )  # fmt: skip
    found: dict[int, list[Happened]] = defaultdict(list)
    for ticket, some in groupby(rows, key=lambda row: row[0]):
        found[ticket] = [Happened(*row[1:]) for row in some]
    return found


def _clocks(desk: Desk, ticket_id: int, tx: Tx) -> Clocks:
    found = tx.get(Ticket, ticket_id)
    assert found is not None
    return promises.look(desk, tx, found)


def _fired(tx: Tx) -> list[str]:
    return list(tx.session.scalars(sa.select(Inbox.platform_id).where(Inbox.kind == "timer")))


def _waiting(tx: Tx) -> list[Timer]:
    return list(tx.session.scalars(sa.select(Timer)))
