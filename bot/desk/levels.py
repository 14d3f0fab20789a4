"""The levels of support and when a ticket goes to a higher one. Pure.

A level has a rank, queues in which its tickets wait, people who take them, and a time within which they do.
A vendor is a level outside the house: nothing gets there by itself, only by name.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from bot.desk.calendar import Calendar
from bot.desk.priority import Priority


class Trigger(StrEnum):
    """Why a ticket is escalated."""

    AGENT = "agent"  # an agent says so
    USER = "user"  # its requester says so
    PROCEDURE = "procedure"  # a step of an SOP says so
    CAPABILITY = (
        "capability"  # the level takes no tickets of this category, or nobody speaks the language
    )
    CLOCK = "clock"  # so much of the time to resolve it is used
    ARTICLE = "article"  # articles did not help
    STORM = "storm"  # so many tickets are part of it
    VIP = "vip"
    SECURITY = "security"
    REOPENED = "reopened"  # it was solved so often, and was not
    UNCLAIMED = "unclaimed"  # nobody took it in time


UP: Final = "up"  # the next level above the ticket's


class Vendor(Struct, frozen=True, kw_only=True):
    address: str
    contract: str = ""  # the number or reference by which they know us
    language: str = "en"  # that they are written to in


class Level(Struct, frozen=True, kw_only=True):
    name: str
    rank: int
    queues: tuple[str, ...] = ()  # where its tickets wait; none: wherever they are
    by_category: Mapping[str, str] = {}  # category -> queue
    categories: frozenset[str] = frozenset()  # that it can deal with; none: all
    who: frozenset[str] = frozenset()  # logins; none: everybody who works at the desk
    calendar: Calendar | None = None  # None: by day and night
    take_within: Mapping[
        str, int
    ] = {}  # priority -> minutes of its calendar; none: not followed up
    call: tuple[str, ...] = ()  # who is called when nobody takes a ticket; see `bot.desk.alerts`
    called: Mapping[str, str] = {}  # language -> what requesters read, as "our network specialists"
    vendor: Vendor | None = None

    def queue_for(self, category: str, present: str) -> str:
        """Where a ticket waits for this level."""
        if category in self.by_category:
            return self.by_category[category]
        return present if present in self.queues or not self.queues else self.queues[0]

    def deals_with(self, category: str) -> bool:
        return not self.categories or category in self.categories

    def take_time(self, priority: str) -> timedelta | None:
        minutes = self.take_within.get(priority)
        return None if minutes is None else timedelta(minutes=minutes)

    def by(self, since: datetime, length: timedelta) -> datetime:
        """When so much of its working time has gone by."""
        if self.calendar is None:
            return since + length
        return self.calendar.add(since, length) or since + length


class Rules(Struct, frozen=True, kw_only=True):
    """When a ticket goes up by itself, and where to."""

    to: Mapping[Trigger, str] = {}  # a level, or UP; a trigger that is missing does nothing
    clock_at: int = 75  # percent of the time to resolve
    articles: int = 2  # that did not help in the conversation
    storm_size: int = 5  # tickets that are part of it
    vip_priorities: frozenset[str] = frozenset(map(str, Priority))
    reopened: int = 2  # times


class Levels(Struct, frozen=True, kw_only=True):
    """Those of a desk; none at all, where nobody is told of any."""

    all: tuple[Level, ...] = ()  # by rank, the vendors last
    rules: Rules = Rules()

    def __bool__(self) -> bool:
        return bool(self.all)

    @property
    def inside(self) -> tuple[Level, ...]:
        return tuple(one for one in self.all if one.vendor is None)

    @property
    def first(self) -> Level | None:
        return next(iter(self.inside), None)

    def named(self, name: str | None) -> Level | None:
        """Whatever the case of its letters."""
        wanted = (name or "").lower()
        return next((one for one in self.all if one.name.lower() == wanted), None)

    def of(self, name: str | None) -> Level | None:
        """That of a ticket; the first for what an earlier configuration called otherwise."""
        return self.named(name) or self.first

    def above(self, level: Level | None) -> Level | None:
        """The next one that is not a vendor. None: this is the highest."""
        rank = 0 if level is None or level.vendor is not None else level.rank
        return next((one for one in self.inside if one.rank > rank), None)

    def target(self, trigger: Trigger, present: Level | None, category: str) -> Level | None:
        """Where a trigger sends a ticket. None: nowhere, or not higher than it is."""
        to = self.rules.to.get(trigger, "")
        rank = 0 if present is None else present.rank
        found = self.above(present) if to == UP else self.named(to)
        while found is not None and not found.deals_with(category):
            found = self.above(found)
        if found is None or (found.vendor is None and found.rank <= rank):
            return None
        return found
