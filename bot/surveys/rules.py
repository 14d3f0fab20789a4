"""Who is asked about which ticket, and when. Pure: what the tables say is given in."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.desk.quiet import ends_at

LOW: Final = 2  # a score up to this is followed up
SCORES: Final = (5, 4, 3, 2, 1)
DIMENSIONS: Final = ("category", "queue", "channel", "language")


class Aspect(StrEnum):
    """What is asked, in this order."""

    SCORE = "score"  # how it went, all in all
    RESPONSE = "response"
    SOLVING = "solving"
    COMMUNICATION = "communication"
    WORDS = "words"


QUESTIONS: Final = (Aspect.RESPONSE, Aspect.SOLVING, Aspect.COMMUNICATION)
SCORED: Final = (Aspect.SCORE, *QUESTIONS)


class State(StrEnum):
    PLANNED = "planned"
    GATHERED = "gathered"  # anonymous, and waits for others to be asked together with
    ASKED = "asked"
    DONE = "done"  # they said all they want to say
    DECLINED = "declined"
    EXPIRED = "expired"
    SKIPPED = "skipped"  # never asked, and `why` says why


OPEN: Final = frozenset({State.ASKED, State.DONE})  # answers may still come, or be changed


class Case(Struct, frozen=True, kw_only=True):
    """A ticket and whose it is."""

    priority: str
    category: str
    type: str
    queue: str
    channel: str  # the network
    language: str
    group: str | None = None
    vip: bool = False


class Rule(Struct, frozen=True, kw_only=True):
    """One survey of the configuration. Of those whose conditions hold for a ticket the first counts."""

    name: str
    when: tuple[tuple[str, frozenset[str]], ...] = ()  # field of Case, and the values it may have
    vip: bool | None = None
    after: str = "resolved"  # or "closed"
    share: float = 1.0
    delay: timedelta = timedelta(minutes=30)
    remind: timedelta | None = timedelta(days=3)
    expires: timedelta = timedelta(days=14)
    anonymous: bool = False
    questions: tuple[Aspect, ...] = QUESTIONS

    @property
    def steps(self) -> tuple[Aspect, ...]:
        return (Aspect.SCORE, *self.questions, Aspect.WORDS)

    def holds(self, case: Case) -> bool:
        if self.vip is not None and self.vip != case.vip:
            return False
        return all(getattr(case, field) in allowed for field, allowed in self.when)


class Surveys(Struct, frozen=True, kw_only=True):
    """All that the configuration says about asking."""

    rules: tuple[Rule, ...] = ()  # none: nobody is asked
    rest: timedelta = timedelta(days=30)  # in which nobody is asked twice
    quiet: str | None = None  # "20:00-08:00" in the requester's zone
    crowd: int = 5  # people that an anonymous answer hides among; groups below it are not shown

    def rule_for(self, case: Case, ticket_id: int) -> Rule | None:
        rule = next((one for one in self.rules if one.holds(case)), None)
        return rule if rule is not None and is_drawn(rule, ticket_id) else None

    def named(self, name: str) -> Rule | None:
        return next((one for one in self.rules if one.name == name), None)


def is_drawn(rule: Rule, ticket_id: int) -> bool:
    """Whether the ticket is in the share that is asked about. The same in every process, for ever; and in
    whatever is drawn from a smaller share, so that raising it keeps who was in."""
    digest = hashlib.sha256(f"{rule.name}:{ticket_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < rule.share * 2**64


def wakes_at(spans: Iterable[str | None], zone: ZoneInfo, now: datetime) -> datetime | None:
    """When somebody may be spoken to: `now`, or the end of the quiet hours. None: never, because one quiet
    passes into the other."""
    given = [one for one in spans if one]
    moment = now
    for _ in range(2 * len(given) + 1):
        ends = [end for span in given if (end := ends_at(span, zone, moment)) is not None]
        if not ends:
            return moment
        moment = max(ends)
    return None


def next_step(rule: Rule, asked: Aspect, answered: Iterable[str]) -> Aspect | None:
    """What to ask after `asked`; None: that was all."""
    known, steps = set(answered), rule.steps
    rest: Sequence[Aspect] = steps[steps.index(asked) + 1 :] if asked in steps else ()
    return next((one for one in rest if one not in known), None)


def crowds(dimensions: Sequence[dict[str, str]], least: int) -> list[dict[str, str]]:
    """Of people asked together, what each one's answer may tell: the properties shared by `least`."""
    counted: dict[tuple[str, str], int] = {}
    for one in dimensions:
        for pair in one.items():
            counted[pair] = counted.get(pair, 0) + 1
    return [
        {name: value for name, value in one.items() if counted[name, value] >= least}
        for one in dimensions
    ]
