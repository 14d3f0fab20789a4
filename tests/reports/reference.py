"""Figures a second time, slowly and by another way, written from docs/METRICS.md: no numpy, no SQL."""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import mean
from typing import NamedTuple

DAY_OF_SILENCE = 24 * 3600 * 1_000_000


class Row(NamedTuple):
    """Of ticket_event, in the order of recording."""

    ticket: int
    at: int
    who: str
    person: int | None
    what: str
    old: str | None = None
    new: str | None = None
    why: str | None = None
    conversation: int | None = None


class UseRow(NamedTuple):
    conversation: int
    at: int
    what: str
    channel: str = "web"
    language: str = "en"


class Life:
    """One ticket, as of the end."""

    def __init__(self, rows: Sequence[Row]) -> None:
        latest = 0
        self.rows = []
        for row in rows:
            latest = max(latest, row.at)
            self.rows.append(row._replace(at=latest))
        openings = [row for row in self.rows if row.what == "opened"]
        self.opening = openings[0] if openings else None
        self.number = rows[0].ticket
        self.merged = any(
            row.what == "merged" and row.old in (f"INC-{self.number}", f"REQ-{self.number}")
            for row in self.rows
        )
        tags = set[str]()
        for row in self.rows:
            if row.what == "tag":
                tags |= {row.new} if row.new else set()
                tags -= {row.old or ""}
        self.spam = "spam" in tags
        self.part = False
        for row in self.rows:
            if row.what == "linked" and row.new is not None:
                self.part = True
            if row.what == "parted":
                self.part = False
        self.resolution: int | None = None  # place
        self.ever_reopened = False
        for place, row in enumerate(self.rows):
            if row.what == "status" and row.new == "resolved":
                self.resolution = place
            if row.what == "reopened":
                self.resolution, self.ever_reopened = None, True

    @property
    def counts(self) -> bool:
        return self.opening is not None and not self.merged and not self.spam

    @property
    def solved(self) -> bool:
        return self.counts and self.resolution is not None and not self.withdrawn

    @property
    def withdrawn(self) -> bool:
        return self.resolution is not None and is_withdrawal(self.rows[self.resolution])

    @property
    def resolved_at(self) -> int:
        assert self.resolution is not None
        return self.rows[self.resolution].at

    @property
    def lived(self) -> Sequence[Row]:
        return self.rows[: self.resolution]

    @property
    def agents(self) -> set[int | None]:
        end = len(self.rows) if self.resolution is None else self.resolution + 1
        return {row.person for row in self.rows[:end] if row.who == "agent"}

    def holder(self, place: int) -> int:
        held = 0
        for row in self.rows[: place + 1]:
            if row.what == "assignee":
                held = int(row.new or 0)
        return held

    @property
    def resolver(self) -> int:
        place = max(
            (
                n
                for n, row in enumerate(self.rows)
                if row.what == "status" and row.new == "resolved"
            ),
            default=None,
        )
        if place is None:
            return 0
        row = self.rows[place]
        return (row.person or 0) if row.who == "agent" else self.holder(place)

    def value(self, field: str) -> str | None:
        said = [row.new for row in self.rows if row.what == field]
        return said[-1] if said else None

    def guess(self, field: str) -> str | None:
        said = [row for row in self.rows if row.what == field]
        return said[0].new if said and said[0].who == "bot" else None

    def answer(self) -> Row | None:
        seen = False
        for row in self.rows:
            seen |= row.what == "opened"
            solution = row.what == "status" and row.new == "resolved"
            if seen and row.who == "agent" and (row.what == "reply" or solution):
                return row
        return None

    def stood(self) -> int:
        total, since = 0, None
        for row in self.rows[: (self.resolution or 0) + 1]:
            if row.what in ("opened", "status", "reopened"):
                if since is not None:
                    total += row.at - since
                waits = ("pending-user", "pending-third-party", "resolved", "closed")
                since = row.at if row.what == "status" and row.new in waits else None
        return total

    @property
    def sop_solved(self) -> bool:
        """By an SOP and nobody else."""
        begun = any(row.what == "sop-started" for row in self.lived)
        ends = [row.new for row in self.lived if row.what == "sop-ended"]
        return begun and ends[-1:] == ["solved"] and not self.agents

    def first_contact(self) -> bool:
        answered = False
        for row in self.lived:
            if row.what == "status" and row.new in ("pending-user", "pending-third-party"):
                return False
            heard = row.what == "message" and row.who == "requester"
            if heard and row.why != "another sender in the thread" and answered:
                return False
            answered |= row is self.answer()
        return len(self.agents) == 1 and not self.escalated and not self.ever_reopened

    @property
    def escalated(self) -> bool:
        return any(
            row.what == "escalated" or (row.what == "status" and row.new == "escalated")
            for row in self.lived
        )

    def origin(self, place: int) -> str:
        assert self.opening is not None
        came: list[str | None] = json.loads(self.opening.old or "[]")
        return (came[place] if len(came) > place else None) or ""


class Counted(NamedTuple):
    at: int
    value: float
    life: Life | None
    person: int
    channel: str = ""


def is_withdrawal(row: Row) -> bool:
    return row.why == "withdrawn by the requester"


def lives_of(rows: Iterable[Row], until: int) -> list[Life]:
    of: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row.at < until:
            of[row.ticket].append(row)
    return [Life(some) for _, some in sorted(of.items())]


def counted(rows: Sequence[Row], uses: Sequence[UseRow], until: int) -> dict[str, list[Counted]]:
    """Everything that happened before `until`, by metric; of handling_time the work alone."""
    lives = lives_of(rows, until)
    found: dict[str, list[Counted]] = defaultdict(list)

    def note(name: str, at: int, value: float, life: Life, person: int = 0) -> None:
        found[name].append(Counted(at, value, life, person, life.origin(0)))

    for life in lives:
        if life.opening is not None and not life.spam:
            note("opened", life.opening.at, 1, life)
        if not life.counts:
            continue
        assert life.opening is not None
        if life.resolution is None:
            age = (until - life.opening.at) / 1e6
            for name in ("backlog", "backlog_age"):
                note(name, until - 1, age, life, life.holder(len(life.rows)))
        else:
            note("resolved", life.resolved_at, 1, life, life.resolver)
            if life.withdrawn:
                note("withdrawn", life.resolved_at, 1, life, life.resolver)
        if (answer := life.answer()) is not None:
            took = (answer.at - life.opening.at) / 1e6
            note("first_response_time", answer.at, took, life, answer.person or 0)
        if life.solved:
            at, took = life.resolved_at, (life.resolved_at - life.opening.at) / 1e6
            for name, value in (
                ("resolution_time", took),
                ("net_resolution_time", took - life.stood() / 1e6),
                ("escalation_rate", float(life.escalated)),
            ):
                note(name, at, value, life, life.resolver)
            if any(row.what == "sop-started" for row in life.lived):
                untouched = not life.agents
                note("deflection_sop_confirmed", at, float(life.sop_solved), life, life.resolver)
                by_clock = life.rows[life.resolution or 0].who == "clock"
                ends = [row.new for row in life.lived if row.what == "sop-ended"]
                silent = float(untouched and by_clock and ends[-1:] != ["solved"])
                note("deflection_sop_silent", at, silent, life, life.resolver)
            if life.agents:
                note("handled", at, 1, life, life.resolver)
                if not life.part:
                    note("fcr", at, float(life.first_contact()), life, life.resolver)
                for field in ("category", "type"):
                    if (guess := life.guess(field)) is not None:
                        right = float(guess == life.value(field))
                        note(f"{field}_accuracy", at, right, life, life.resolver)
        verdicts: dict[str, tuple[int, Row]] = {}
        for place, row in enumerate(life.rows):
            if row.what in ("sla-met", "sla-breached"):
                verdicts[row.old or ""] = place, row
            if row.what == "status" and row.new == "resolved":
                again = any(later.what == "reopened" for later in life.rows[place:])
                by = (row.person or 0) if row.who == "agent" else life.holder(place)
                note("reopen_rate", row.at, float(again), life, by)
        for clock, (place, row) in verdicts.items():
            name = "sla_" + clock.partition(":")[0].replace("-", "_")
            note(name, row.at, float(row.what == "sla-met"), life, life.holder(place))
        rated = [row for row in life.rows if row.what == "rated" and row.new in list("12345")]
        if rated:
            score = int(rated[-1].new or 0)
            note("csat", rated[-1].at, float(score >= 4), life, life.resolver)
            note("csat_score", rated[-1].at, score, life, life.resolver)
    for one in work(lives):
        found["handling_time"].append(one)
    self_service(found, rows, uses, until, lives)
    return found


def work(lives: Sequence[Life]) -> Iterable[Counted]:
    acts = [
        (row.person, row.at, life.number, place, life)
        for life in lives
        for place, row in enumerate(life.rows)
        if row.who == "agent" and row.person
    ]
    previous: dict[int, int] = {}
    for person, at, _, _, life in sorted(acts, key=lambda act: act[:4]):
        gap = at - previous.get(person, -(10**18))
        previous[person] = at
        if life.counts:
            spent = gap / 1e6 if gap <= 15 * 60 * 1_000_000 else 60.0
            yield Counted(at, spent, life, person, life.origin(0))


def self_service(
    found: dict[str, list[Counted]],
    rows: Sequence[Row],
    uses: Sequence[UseRow],
    until: int,
    lives: Sequence[Life],
) -> None:
    by_number = {life.number: life for life in lives}
    helped = set[int]()
    matters: list[tuple[int, str, str]] = []
    happened = [(use.conversation, use.at, 0, n, use.what, use) for n, use in enumerate(uses)]
    happened += [
        (row.conversation, row.at, 1, n, "opened", row)
        for n, row in enumerate(rows)
        if row.what == "opened" and row.conversation is not None
    ]  # fmt: skip
    for conversation in sorted({one[0] for one in happened}):
        mine = sorted(one[:5] for one in happened if one[0] == conversation and one[1] < until)
        channel = next((u.channel for u in uses if u.conversation == conversation), "")
        under_way: tuple[int, str] | None = None
        ticket = 0
        for _, at, _, number, what in [*mine, (0, until, 0, 0, "end")]:
            if under_way is not None and at >= under_way[0] + DAY_OF_SILENCE:
                ending = "silent" if under_way[1] == "shown" else "refused"
                if under_way[0] + DAY_OF_SILENCE < until:
                    matters.append((under_way[0] + DAY_OF_SILENCE, ending, channel))
                under_way = None
            if what == "shown" or (what == "not-helped" and under_way is not None):
                under_way = at, what
            elif what in ("helped", "opened"):
                if under_way is not None:
                    matters.append((at, "confirmed" if what == "helped" else "ticket", channel))
                elif what == "helped" and ticket:
                    helped.add(ticket)
                under_way = None
                ticket = rows[number].ticket if what == "opened" else ticket
    for at, ending, channel in matters:
        for name, wanted in (
            ("deflection_article_confirmed", "confirmed"),
            ("deflection_article_silent", "silent"),
        ):
            found[name].append(Counted(at, float(ending == wanted), None, 0, channel))
        if ending == "confirmed":
            found["kb_contribution"].append(Counted(at, 1, None, 0, channel))
    for life in by_number.values():
        if life.solved:
            by = float(life.number in helped or life.sop_solved)
            one = Counted(life.resolved_at, by, life, life.resolver, life.origin(0))
            found["kb_contribution"].append(one)


COUNTS = ("opened", "resolved", "withdrawn", "backlog")
TIMES = ("backlog_age", "first_response_time", "resolution_time", "net_resolution_time")


def summed(name: str, some: Sequence[Counted], handled: int = 0) -> tuple[int, float | None]:
    """n and the value."""
    values = [one.value for one in some]
    if name in COUNTS:
        return len(values), float(len(values))
    if name == "handling_time":
        return handled, sum(values) / handled if handled else None
    if not values:
        return 0, None
    return len(values), quantile(values, 0.5) if name in TIMES else mean(values)


def quantile(values: Sequence[float], share: float) -> float:
    place = (len(values) - 1) * share
    ranked = sorted(values)
    low, high = ranked[math.floor(place)], ranked[math.ceil(place)]
    return low + (high - low) * (place - math.floor(place))


def local_day(at: int, zone: object) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)
    return moment.astimezone(zone).date().isoformat()  # type: ignore[arg-type]
