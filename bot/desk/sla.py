"""The clocks of a ticket, counted from its events: how much time is used, when each is due, and why.

Nothing here is kept: whoever has the events and the terms named in them gets the same clocks again, for
now or for any day long ago. Pure.

The rules, which docs/sla.md explains:
- Time counts in the calendar of the terms that hold at that time, and not while the ticket waits for
  somebody else.
- Other terms - another priority, another calendar - hold from the moment they are recorded: what is used
  stays used. A target that is used up by then is due at that moment, never before.
- A moment that is due is late: an answer must come before it.
- Events never go back in time. Where a clock was set back, no time goes by until it has caught up.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from msgspec import Struct

from bot.desk.agreements import Kind, Terms, warning
from bot.desk.events import GUEST, What
from bot.desk.status import DONE, Status

ZERO: Final = timedelta()


class Event(Protocol):
    """A row of `ticket_event`."""

    @property
    def at(self) -> datetime: ...
    @property
    def who(self) -> str: ...
    @property
    def what(self) -> str: ...
    @property
    def old(self) -> str | None: ...
    @property
    def new(self) -> str | None: ...
    @property
    def why(self) -> str | None: ...


class State(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"
    VOID = "void"  # nobody owes anything any more


class Step(Struct, frozen=True):
    """What happened to a clock, and how it stood then."""

    at: datetime
    what: str  # "started", "paused", "resumed", "aimed", "ended", "void", "warned", "late"
    why: str
    used: timedelta
    due: datetime | None


class Clock(Struct, frozen=True, kw_only=True):
    kind: Kind
    turn: int  # which of its kind: next responses are counted
    state: State
    began: datetime
    used: timedelta  # of working time
    target: timedelta | None  # None: nothing is promised
    due: datetime | None  # None: it is paused before its time, or nothing is promised
    late: datetime | None  # since when its target is used up
    ended: datetime | None
    steps: tuple[Step, ...]
    marks: frozenset[str]  # what is recorded of it: "sla-met", "sla-warned 75%"

    @property
    def name(self) -> str:
        return _name(self.kind, self.turn)

    @property
    def is_open(self) -> bool:
        return self.state in (State.RUNNING, State.PAUSED)

    @property
    def left(self) -> timedelta | None:
        """Working time."""
        return None if self.target is None else max(self.target - self.used, ZERO)


def _name(kind: Kind, turn: int) -> str:
    return f"{kind}:{turn}" if kind is Kind.NEXT_RESPONSE else str(kind)


def in_words(length: timedelta) -> str:
    """ "2 h", "1 h 30 min", "45 min"; seconds only where there is nothing greater."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{count} {unit}" for count, unit in ((hours, "h"), (minutes, "min")) if count]
    return " ".join(parts) or (f"{seconds} s" if seconds else "0 min")


class Mark(Struct, frozen=True):
    """Something to be recorded of a clock, once."""

    clock: Clock
    what: What
    detail: str = ""  # of a warning: which


class Clocks(Struct, frozen=True, kw_only=True):
    all: tuple[Clock, ...]
    terms: Terms | None
    at: datetime
    due_marks: tuple[Mark, ...]  # what has happened and is not recorded yet
    next_at: datetime | None  # when there is more to record, if nothing happens

    @property
    def open(self) -> list[Clock]:
        return [one for one in self.all if one.is_open and one.target is not None]

    def of(self, kind: Kind) -> Clock | None:
        """The latest."""
        return next((one for one in reversed(self.all) if one.kind is kind), None)

    @property
    def first_due(self) -> Clock | None:
        """The open clock that matters most: what is due first, else what is paused with least left."""
        return min(
            self.open,
            key=lambda one: (one.due is None, one.due or one.began, one.left or ZERO),
            default=None,
        )


def clocks_of(
    events: Iterable[Event],
    terms: Callable[[str], Terms],
    now: datetime,
    number: str = "",
    *,
    telling: bool = False,
) -> Clocks:
    """The clocks of the ticket with this number. `terms` finds those that an event names. `telling`: with
    their steps, which cost as much again."""
    tally = _Tally(terms, number, telling)
    for event in events:
        tally.take(event)
    return tally.sum(now)


# How

BREACHED: Final = str(What.BREACHED)
MET: Final = str(What.MET)
_MARKS: Final = frozenset({What.WARNED, What.BREACHED, What.MET})


class _Run:
    """A clock in the making."""

    def __init__(
        self, kind: Kind, turn: int, at: datetime, terms: Terms | None, telling: bool
    ) -> None:
        self.kind, self.turn, self.began, self.terms, self.telling = kind, turn, at, terms, telling
        self.state = State.RUNNING
        self.since = at  # counted up to here
        self.used = ZERO
        self.late: datetime | None = None
        self.ended: datetime | None = None
        self.was_due: datetime | None = None  # as it ended
        self.steps: list[Step] = []
        self.marks: set[str] = set()

    @property
    def is_open(self) -> bool:
        return self.state in (State.RUNNING, State.PAUSED)

    @property
    def target(self) -> timedelta | None:
        return None if self.terms is None else self.terms.target(self.kind)

    @property
    def due(self) -> datetime | None:
        if self.late is not None or self.target is None or self.state is not State.RUNNING:
            return self.late
        return self.reaches(self.target)

    def reaches(self, used: timedelta) -> datetime | None:
        """When so much is used, if it runs on."""
        if self.terms is None:
            return None
        return self.terms.calendar.add(self.since, used - self.used)

    def count(self, at: datetime) -> None:
        if self.state is State.RUNNING and self.terms is not None and at > self.since:
            used = self.used + self.terms.calendar.between(self.since, at)
            target = self.target
            if target is not None and self.late is None and used >= target:
                self.late = self.reaches(target)
                if self.telling:
                    self.steps.append(Step(self.late or at, "late", "", target, self.late))
            self.used = used
        self.since = max(at, self.since)

    def note(self, at: datetime, what: str, why: str, due: datetime | None = None) -> None:
        if self.telling:
            self.steps.append(Step(at, what, why, self.used, due or self.due))

    def aim(self, terms: Terms | None, at: datetime, why: str) -> None:
        self.count(at)
        self.terms = terms
        target = self.target
        if target is None or self.used < target:
            self.late = None
            self.marks.discard(BREACHED)
        elif self.late is None:
            self.late = at
        for mark in [one for one in self.marks if one.startswith(What.WARNED)]:
            wanted = None if target is None else warning(mark.partition(" ")[2], target)
            if wanted is None or self.used < wanted:
                self.marks.discard(mark)
        promised = "nothing is promised" if target is None else in_words(target)
        named = "" if terms is None else f" by {terms.agreement}, in {terms.calendar.name}"
        self.note(at, "aimed", f"{promised}{named} ({why})" if why else f"{promised}{named}")

    def pause(self, at: datetime, why: str) -> None:
        if self.state is State.RUNNING:
            self.count(at)
            self.state = State.PAUSED
            self.note(at, "paused", why)

    def resume(self, at: datetime, why: str) -> None:
        if self.state is State.PAUSED:
            self.count(at)
            self.state = State.RUNNING
            self.note(at, "resumed", why)

    def end(self, at: datetime, why: str) -> None:
        self.was_due = self.due
        self.count(at)
        self.state, self.ended = State.ENDED, at
        self.note(at, "ended", why, self.was_due)

    def drop(self, at: datetime, why: str) -> None:
        self.count(at)
        self.state = State.VOID
        self.note(at, "void", why)

    def reopen(self, at: datetime, why: str) -> None:
        self.since, self.state, self.ended = max(at, self.since), State.RUNNING, None
        self.marks.discard(MET)
        self.note(at, "resumed", why)

    def frozen(self) -> Clock:
        return Clock(
            kind=self.kind,
            turn=self.turn,
            state=self.state,
            began=self.began,
            used=self.used,
            target=self.target,
            due=self.due if self.ended is None else self.late or self.was_due,
            late=self.late,
            ended=self.ended,
            steps=tuple(self.steps),
            marks=frozenset(self.marks),
        )


class _Tally:
    def __init__(self, terms: Callable[[str], Terms], number: str, telling: bool) -> None:
        self._terms_of, self._number, self._telling = terms, number, telling
        self._terms: Terms | None = None
        self._runs: list[_Run] = []
        self._at: datetime | None = None
        self._status = str(Status.NEW)

    def take(self, event: Event) -> None:
        self._at = at = event.at if self._at is None else max(event.at, self._at)
        why = event.why or ""
        match event.what:
            case What.OPENED:
                self._start(Kind.FIRST_RESPONSE, at, "opened")
                self._start(Kind.RESOLUTION, at, "opened")
            case What.AGREEMENT:
                self._terms = None if event.new is None else self._terms_of(event.new)
                for run in self._open():
                    run.aim(self._terms, at, why)
                self._settle(at, self._status)
            case What.STATUS:
                self._move(at, event.new or "", event.who, why)
            case What.REOPENED:
                self._reopen(at, event.who)
            case What.MESSAGE if why != GUEST:
                self._asked(at)
            case What.REPLY:
                for run in self._open():
                    if run.kind is not Kind.RESOLUTION:
                        run.end(at, "an agent answered")
            case What.MERGED if event.old == self._number:
                for run in self._open():
                    run.drop(at, f"goes on as {event.new}")
            case _ if event.what in _MARKS:
                self._mark(at, event)

    def sum(self, now: datetime) -> Clocks:
        now = now if self._at is None else max(now, self._at)
        for run in self._open():
            run.count(now)
        clocks = tuple(run.frozen() for run in self._runs)
        marks: list[Mark] = []
        moments: list[datetime] = []
        for run, clock in zip(self._runs, clocks, strict=True):
            marks += _unrecorded(run, clock, now)
            if (moment := _next(run, now)) is not None:
                moments.append(moment)
        return Clocks(
            all=clocks,
            terms=self._terms,
            at=now,
            due_marks=tuple(marks),
            next_at=min(moments, default=None),
        )

    def _open(self) -> list[_Run]:
        return [run for run in self._runs if run.is_open]

    def _start(self, kind: Kind, at: datetime, why: str) -> None:
        turn = 1 + sum(run.kind is kind for run in self._runs)
        run = _Run(kind, turn, at, self._terms, self._telling)
        self._runs.append(run)
        run.note(at, "started", why)
        if self._is_paused:
            run.pause(at, self._status)

    @property
    def _is_paused(self) -> bool:
        return self._terms is not None and self._status in self._terms.pauses

    def _move(self, at: datetime, to: str, who: str, why: str) -> None:
        self._status = to
        if to in DONE:
            self._done(at, who, why)
        else:
            self._settle(at, to)

    def _settle(self, at: datetime, why: str) -> None:
        for run in self._open():
            if self._is_paused:
                run.pause(at, why)
            else:
                run.resume(at, why)

    def _done(self, at: datetime, who: str, why: str) -> None:
        """An agent's solution is an answer, too; where nobody waits for one any more, none is owed."""
        for run in self._open():
            if run.kind is Kind.RESOLUTION or who == "agent":
                run.end(at, why or "resolved")
            else:
                run.drop(at, why or "resolved")

    def _reopen(self, at: datetime, who: str) -> None:
        self._status = str(Status.OPEN)
        for run in self._runs:
            if run.kind is Kind.RESOLUTION and run.state is State.ENDED:
                run.reopen(at, "reopened")
                if run.terms != self._terms:
                    run.aim(self._terms, at, "other terms since")
        if who == "requester":
            self._asked(at)

    def _asked(self, at: datetime) -> None:
        """The first of the messages that are not answered is what counts."""
        waits = any(run.kind is not Kind.RESOLUTION for run in self._open())
        if not waits and self._status not in DONE and self._runs:
            self._start(Kind.NEXT_RESPONSE, at, "the requester wrote")

    def _mark(self, at: datetime, event: Event) -> None:
        what = str(event.what)
        mark = f"{what} {event.new}" if what == What.WARNED else what
        for run in self._runs:
            if _name(run.kind, run.turn) == event.old:
                run.marks.add(mark)
                if what == What.WARNED:  # of the others the steps tell already
                    run.note(at, "warned", event.new or "")


def _unrecorded(run: _Run, clock: Clock, now: datetime) -> list[Mark]:
    if run.target is None or run.state is State.VOID:
        return []
    if run.late is not None:
        return [] if BREACHED in run.marks else [Mark(clock, What.BREACHED)]
    if run.state is State.ENDED:
        return [] if MET in run.marks else [Mark(clock, What.MET)]
    return [
        Mark(clock, What.WARNED, words)
        for words, used in _warnings(run)
        if run.used >= used and f"{What.WARNED} {words}" not in run.marks
    ]


def _next(run: _Run, now: datetime) -> datetime | None:
    """When it will be warned of or breached; what is so already is not next."""
    if run.state is not State.RUNNING or run.late is not None or run.target is None:
        return None
    moments = [run.due] + [run.reaches(used) for _, used in _warnings(run) if run.used < used]
    return min((one for one in moments if one is not None and one > now), default=None)


def _warnings(run: _Run) -> list[tuple[str, timedelta]]:
    if run.terms is None or run.target is None:
        return []
    found = ((words, warning(words, run.target)) for words in run.terms.warn)
    return [(words, used) for words, used in found if used is not None]
