"""Why a clock is due when it is, step by step: for `firstline sla explain` and the ticket's page. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice, pairwise
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.desk.agreements import Kind
from bot.desk.calendar import Calendar
from bot.desk.sla import Clock, Clocks, State, Step, in_words

NAMES: Final = {
    Kind.FIRST_RESPONSE: "First response",
    Kind.NEXT_RESPONSE: "Next response",
    Kind.RESOLUTION: "Resolution",
}
LISTED: Final = 6  # stretches of working time
_WAITING: Final = {
    "pending-user": "stops: the ticket waits for the requester",
    "pending-third-party": "stops: the ticket waits for a third party",
}
_ON: Final = {
    "open": "goes on: the ticket waits for nobody else",
    "escalated": "goes on: the ticket is escalated",
    "reopened": "goes on: the ticket is reopened",
}


class Line(Struct, frozen=True):
    at: datetime
    text: str
    used: str
    due: str


class Story(Struct, frozen=True, kw_only=True):
    """One clock."""

    name: str
    standing: str
    state: str  # "running", "paused", "breached", "met", "void"
    lines: tuple[Line, ...]
    counted: tuple[str, ...] = ()  # what working time there is until it is due
    closed: tuple[str, ...] = ()  # special days on the way


def stories(clocks: Clocks) -> list[Story]:
    """Of the clocks that promise something, the open ones first."""
    promising = [one for one in clocks.all if one.target is not None]
    zone = ZoneInfo("UTC" if clocks.terms is None else clocks.terms.calendar.zone)
    return [_story(one, clocks, zone) for one in sorted(promising, key=lambda one: not one.is_open)]


def moment(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    local = at.astimezone(zone)
    year = "" if local.year == now.astimezone(zone).year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}"


def _story(clock: Clock, clocks: Clocks, zone: ZoneInfo) -> Story:
    name = NAMES[clock.kind]
    if clock.kind is Kind.NEXT_RESPONSE:
        name = f"{name} {clock.turn}"
    calendar = None if clocks.terms is None else clocks.terms.calendar
    ahead = calendar is not None and clock.state is State.RUNNING and clock.late is None
    return Story(
        name=name,
        standing=_standing(clock, zone, clocks.at),
        state=_state(clock),
        lines=tuple(_line(one, zone, clocks.at) for one in _telling(clock.steps)),
        counted=tuple(_counted(calendar, clocks.at, clock.due, zone)) if ahead and calendar else (),
        closed=tuple(_closed(calendar, clocks.at, clock.due, zone)) if ahead and calendar else (),
    )


def _state(clock: Clock) -> str:
    if clock.state is State.VOID:
        return "void"
    if clock.late is not None:
        return "breached"
    return "met" if clock.state is State.ENDED else str(clock.state)


def _standing(clock: Clock, zone: ZoneInfo, now: datetime) -> str:
    target = in_words(clock.target or timedelta())
    used = f"{in_words(clock.used)} of {target}"
    due = "" if clock.due is None else moment(clock.due, zone, now)
    if clock.state is State.VOID:
        return "nothing is owed any more"
    if clock.state is State.ENDED:
        ended = moment(clock.ended or now, zone, now)
        if clock.late is not None:
            return f"missed: was due {due}, done {ended}, {used} used"
        return f"met {ended}, {used} used"
    if clock.late is not None:
        return f"overdue: was due {due}, {used} used"
    if clock.state is State.PAUSED:
        return f"paused, {in_words(clock.left or timedelta())} left, {used} used"
    return f"due {due}, {in_words(clock.left or timedelta())} left, {used} used"


def _telling(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Without pauses that lasted no time: a message that arrives ends the wait for it."""
    passed = {
        index
        for index, (one, after) in enumerate(pairwise(steps))
        if (one.what, after.what, one.at) == ("paused", "resumed", after.at)
    }
    for index, step in enumerate(steps):
        if index not in passed and index - 1 not in passed:
            yield step


def _line(step: Step, zone: ZoneInfo, now: datetime) -> Line:
    match step.what:
        case "started":
            text = f"starts: {step.why}"
        case "paused":
            text = _WAITING.get(step.why, f"stops: {step.why}")
        case "resumed":
            text = _ON.get(step.why, f"goes on: {step.why}")
        case "aimed":
            text = step.why
        case "ended":
            text = f"ends: {step.why}"
        case "void":
            text = f"falls away: {step.why}"
        case "warned":
            text = f"agents are warned: {step.why}"
        case _:
            text = "overdue"
    due = "" if step.due is None else moment(step.due, zone, now)
    return Line(step.at, text, in_words(step.used), due)


def _counted(
    calendar: Calendar, begin: datetime, end: datetime | None, zone: ZoneInfo
) -> Iterator[str]:
    if end is None:
        return
    pieces = calendar.pieces(begin, end)
    for lo, hi in islice(pieces, LISTED):
        until = hi.astimezone(zone)
        same = until.date() == lo.astimezone(zone).date()
        ends = f"{until:%H:%M}" if same else moment(hi, zone, begin)
        yield f"{moment(lo, zone, begin)}–{ends} ({in_words(hi - lo)})"
    more = sum(1 for _ in pieces)
    if more:
        yield f"and {more} more"


def _closed(
    calendar: Calendar, begin: datetime, end: datetime | None, zone: ZoneInfo
) -> Iterator[str]:
    day = begin.astimezone(zone).date()
    while end is not None and day <= end.astimezone(zone).date():
        if calendar.is_special(day):
            yield f"{day:%a} {day.day} {day:%b}"
        day += timedelta(days=1)
