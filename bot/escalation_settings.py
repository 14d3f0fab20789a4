"""The part of the configuration that is about levels of support: who, when tickets go up, who sees what."""

from collections.abc import Iterator, Mapping
from datetime import time
from typing import TYPE_CHECKING, Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from bot import config_problems
from bot.config_file import Place
from bot.config_kinds import ChannelName, Count, Name, Section
from bot.desk import calendar, levels
from bot.desk.access import STAFF, Clearance, Role
from bot.desk.agreements import minutes_of
from bot.desk.calendar import years_around
from bot.desk.desk import DEFAULT_QUEUES
from bot.desk.duty import Hand, Roster
from bot.desk.levels import UP, Levels, Rules, Trigger
from bot.desk.priority import Priority
from bot.sla_settings import OFFICE, Targets, calendar_of
from nlp.understanding import Category, Language, TicketType

if TYPE_CHECKING:
    from bot.settings import Settings

LevelName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$")]
Address = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$")]


def _caller(words: str) -> str:
    if "@" in words and words.count("@") != 1:
        raise ValueError(f'must be on-call, queue, manager, a login or an address (is "{words}")')
    return words


def _by_priority(*lengths: str) -> dict[Priority, str]:
    return dict(zip(Priority, lengths, strict=True))


class Vendor(Section):
    address: Address
    contract: str = ""
    language: Language = Language.EN


class Level(Section):
    rank: Count
    queues: tuple[Name, ...] = ()
    by_category: Mapping[Category, Name] = {}
    categories: tuple[Category, ...] = ()
    who: tuple[Name, ...] = ()
    calendar: ChannelName = OFFICE
    take_within: Targets = Field(default=_by_priority("15m", "1h", "2h", "4h", "9h"))
    call: tuple[Annotated[Name, AfterValidator(_caller)], ...] = ("on-call", "queue")
    called: Mapping[Language, Name] = {}
    vendor: Vendor | None = None


USUAL: Final[Mapping[str, Level]] = {
    "L1": Level(rank=1, take_within=_by_priority("15m", "1h", "4h", "9h", "18h")),
    "L2": Level(rank=2),
    "L3": Level(rank=3),
}


def levels_with_usual(given: Mapping[str, Level]) -> Mapping[str, Level]:
    """The usual three, unless the administrator has levels of their own inside the house."""
    own = any(one.vendor is None for one in given.values())
    return given if own else {**USUAL, **given}


LevelSections = Annotated[Mapping[LevelName, Level], AfterValidator(levels_with_usual)]


class To(Section):
    """Where a trigger sends a ticket: a level, "up" for the next, or "" for nowhere."""

    to: str = UP


class Clock(To):
    at: Annotated[str, StringConstraints(pattern=r"^[1-9]\d?%$")] = "75%"


class Article(To):
    times: Count = 2


class Storm(To):
    size: Annotated[int, Field(ge=2)] = 5


class Vip(To):
    priority: tuple[Priority, ...] = (Priority.CRITICAL, Priority.HIGH)


class Reopened(To):
    times: Count = 2


class Escalation(Section):
    agent: To = To()
    user: To = To()
    procedure: To = To()
    capability: To = To()
    clock: Clock = Clock()
    article: Article = Article()
    storm: Storm = Storm()
    vip: Vip = Vip()
    security: To = To()
    reopened: Reopened = Reopened()
    unclaimed: To = To()
    merge_seconds: Annotated[int, Field(ge=0, le=86_400)] = 60


class Security(Section):
    category: tuple[Category, ...] = (Category.SECURITY,)
    type: tuple[TicketType, ...] = (TicketType.INCIDENT,)
    roles: tuple[Role, ...] = (Role.ADMINISTRATOR, Role.MANAGER)
    people: tuple[Name, ...] = ()
    rooms: tuple[ChannelName, ...] = ()

    @model_validator(mode="after")
    def _somebody_may(self) -> "Security":
        if self.category and not self.roles and not self.people:
            raise ValueError("lets nobody see what it restricts: name roles or people")
        wrong = [one for one in self.roles if one not in STAFF]
        if wrong:
            raise ValueError(f"roles must be of people who work at the desk (is {wrong[0]})")
        return self


class Assignment(Section):
    automatic: bool = False
    most: Annotated[float, Field(ge=0)] = 0


def levels_of(settings: "Settings", year: int) -> Levels:
    queues = settings.desk.queues
    found = [
        levels.Level(
            name=name,
            rank=given.rank,
            queues=given.queues,
            by_category=_queues(given, queues),
            categories=frozenset(map(str, given.categories)),
            who=frozenset(one.lower() for one in given.who),
            calendar=calendar_of(settings, given.calendar, year),
            take_within={str(one): minutes_of(words) for one, words in given.take_within.items()},
            call=given.call,
            called={str(language): words for language, words in given.called.items()},
            vendor=None
            if given.vendor is None
            else levels.Vendor(
                address=given.vendor.address,
                contract=given.vendor.contract,
                language=str(given.vendor.language),
            ),
        )
        for name, given in settings.level.items()
    ]
    found.sort(key=lambda one: (one.vendor is not None, one.rank, one.name))
    return Levels(all=tuple(found), rules=_rules(settings.escalation))


def _queues(given: Level, queues: tuple[str, ...]) -> dict[str, str]:
    """As the administrator says, else to the queues that are there for it; of the first level none."""
    own = {str(category): queue for category, queue in given.by_category.items()}
    if own or given.queues or given.rank == 1 or given.vendor is not None:
        return own
    return {category: queue for category, queue in DEFAULT_QUEUES.items() if queue in queues}


def _rules(given: Escalation) -> Rules:
    to = {one: getattr(given, str(one)).to for one in Trigger}
    return Rules(
        to={trigger: level for trigger, level in to.items() if level},
        clock_at=int(given.clock.at.removesuffix("%")),
        articles=given.article.times,
        storm_size=given.storm.size,
        vip_priorities=frozenset(map(str, given.vip.priority)),
        reopened=given.reopened.times,
    )


def roster_of(settings: "Settings", year: int) -> Roster:
    hands = {}
    for name, one in settings.rota.items():
        begins, _, ends = one.hours.partition("-")
        hands[(one.login or name).lower()] = Hand(
            zone=ZoneInfo(one.timezone),
            begins=time.fromisoformat(begins),
            ends=time.fromisoformat(ends),
            weekdays=frozenset(day - 1 for day in one.weekdays),
            languages=frozenset(map(str, one.languages)),
            skills=frozenset(skill.lower() for skill in one.skills),
            away=frozenset(one.away),
            on_call=frozenset(
                day for words in one.on_call for day in calendar.days_of(words, years_around(year))
            ),
        )
    return Roster(hands=hands)


def clearance_of(settings: "Settings") -> Clearance:
    given = settings.security
    return Clearance(
        categories=frozenset(map(str, given.category)),
        types=frozenset(map(str, given.type)),
        roles=frozenset(map(str, given.roles)),
        logins=frozenset(one.lower() for one in given.people),
        rooms=frozenset(given.rooms),
    )


# What is wrong


def unfit(settings: "Settings", year: int) -> Iterator[tuple[Place, str]]:
    """What only the whole of the configuration shows."""
    ranks: dict[int, str] = {}
    logins = {(one.login or name).lower() for name, one in settings.rota.items()}
    for name, given in settings.level.items():
        place = ("level", name)
        yield from _queues_unfit(settings, name, given)
        if given.calendar not in settings.calendar:
            yield (*place, "calendar"), config_problems.one_of(given.calendar, settings.calendar)
        elif not calendar.opens_in(calendar_of(settings, given.calendar, year), year):
            words = f"has no working hour in {year}: nobody would ever be called"
            yield (*place, "calendar"), words
        missing = [str(one) for one in Priority if one not in given.take_within]
        if missing:
            yield (*place, "take_within"), f"needs a time for {', '.join(missing)}, too"
        for login in given.who:
            if logins and login.lower() not in logins:
                words = f"{config_problems.one_of(login, sorted(logins))} They are those of [rota]."
                yield (*place, "who"), words
        off = [one for one in given.who if _never_works(settings, one)]
        if given.who and len(off) == len(given.who):
            yield (*place, "who"), "has nobody who ever works: give one of them weekdays in [rota]"
        if given.vendor is not None:
            if not settings.mail.enabled:
                yield (*place, "vendor"), "needs enabled = true in [mail]: vendors are mailed to"
        elif given.rank in ranks:
            words = f"is that of level.{ranks[given.rank]}, too: nobody could say which is higher"
            yield (*place, "rank"), words
        else:
            ranks[given.rank] = name
    yield from _rules_unfit(settings)
    for name in settings.security.rooms:
        if name not in settings.room:
            yield ("security", "rooms"), config_problems.one_of(name, settings.room)


def _queues_unfit(settings: "Settings", name: str, given: Level) -> Iterator[tuple[Place, str]]:
    queues = settings.desk.queues
    for queue in given.queues:
        if queue not in queues:
            yield ("level", name, "queues"), config_problems.one_of(queue, queues)
    for category, queue in given.by_category.items():
        if queue not in queues:
            words = config_problems.one_of(queue, queues)
            yield ("level", name, "by_category", str(category)), words


def _never_works(settings: "Settings", login: str) -> bool:
    for name, one in settings.rota.items():
        if (one.login or name).lower() == login.lower():
            return not one.weekdays
    return False


def _rules_unfit(settings: "Settings") -> Iterator[tuple[Place, str]]:
    names = list(settings.level)
    inside = {name: one.rank for name, one in settings.level.items() if one.vendor is None}
    lowest = min(inside.values(), default=0)
    for trigger in Trigger:
        to = getattr(settings.escalation, str(trigger)).to
        place = ("escalation", str(trigger), "to")
        if to and to != UP and to not in names:
            yield place, config_problems.one_of(to, [UP, *names])
        elif to in inside and inside[to] == lowest:
            yield place, f"{to} is the lowest level: nothing can go up to it"
        elif to in names and to not in inside and trigger is not Trigger.AGENT:
            yield place, f"{to} is a vendor: only agents send tickets out of the house"
