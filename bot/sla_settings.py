"""The part of the configuration that is about service levels: calendars, and what is promised when."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot import config_problems
from bot.config_file import Place
from bot.config_kinds import ChannelName, Name, Section, check_timezone
from bot.desk import calendar
from bot.desk.agreements import (
    FIELDS,
    Agreement,
    Agreements,
    Kind,
    Scope,
    check_warning,
    clashes,
    minutes_of,
)
from bot.desk.priority import Priority
from nlp.understanding import Category, TicketType

if TYPE_CHECKING:
    from bot.settings import Settings

STANDARD: Final = "standard"
OFFICE: Final = "office"
_ONE_YEAR: Final = range(2024, 2025)  # a leap year, for checks


def _zone(name: str) -> str:
    return check_timezone(name) if name else ""


def _hours(lines: tuple[str, ...]) -> tuple[str, ...]:
    calendar.week_of(lines)
    return lines


def _country(code: str) -> str:
    calendar.check_country(code)
    return code


def _text_of_date(given: Any) -> Any:
    return given.isoformat() if isinstance(given, date) else given


def days(words: str) -> str:
    calendar.days_of(words, _ONE_YEAR)
    return words


def _extra(words: str) -> str:
    calendar.extra_of(words, _ONE_YEAR)
    return words


def _length(words: str) -> str:
    minutes_of(words)
    return words


def _for_all(given: Any) -> Any:
    """One length for every priority."""
    if not isinstance(given, str):
        return given
    return dict.fromkeys(map(str, Priority), _length(given))


def _recipient(words: str) -> str:
    if words not in ("assignee", "queue", "manager") and not re.fullmatch(
        r"[^@\s]+@[^@\s]+", words
    ):
        raise ValueError(f'must be assignee, queue, manager or an e-mail address (is "{words}")')
    return words


Own = Annotated[Name, BeforeValidator(_text_of_date)]
Targets = Annotated[
    Mapping[Priority, Annotated[str, AfterValidator(_length)]], BeforeValidator(_for_all)
]
Recipient = Annotated[Name, AfterValidator(_recipient)]


class Calendar(Section):
    timezone: Annotated[str, AfterValidator(_zone)] = ""
    hours: Annotated[tuple[Name, ...], AfterValidator(_hours)] = ("mon-fri 09:00-18:00",)
    country: Annotated[str, AfterValidator(_country)] = ""
    closed: tuple[Annotated[Own, AfterValidator(days)], ...] = ()
    extra: tuple[Annotated[Own, AfterValidator(_extra)], ...] = ()

    @model_validator(mode="after")
    def _closed_or_open(self) -> "Calendar":
        closed = {day for one in self.closed for day in calendar.days_of(one, _ONE_YEAR)}
        extra = {day for one in self.extra for day in calendar.extra_of(one, _ONE_YEAR)[0]}
        for day in sorted(closed & extra):
            raise ValueError(f"has {day} both in closed and in extra")
        return self


class Which(Section):
    priority: tuple[Priority, ...] = ()
    category: tuple[Category, ...] = ()
    type: tuple[TicketType, ...] = ()
    queue: tuple[Name, ...] = ()
    group: tuple[Name, ...] = ()
    vip: bool | None = None


class Sla(Section):
    when: Which = Which()
    rank: int = 0
    calendar: ChannelName = OFFICE
    first_response: Targets = Field(default={})
    next_response: Targets = Field(default={})
    resolution: Targets = Field(default={})
    pause: tuple[Literal["pending-user", "pending-third-party"], ...] = (
        "pending-user",
        "pending-third-party",
    )
    warn: tuple[Annotated[str, AfterValidator(check_warning)], ...] = ("75%",)
    tell_before: tuple[Recipient, ...] = ("assignee",)
    tell_at_breach: tuple[Recipient, ...] = ("assignee", "queue", "manager")


def _by_priority(*lengths: str) -> dict[Priority, str]:
    return dict(zip(Priority, lengths, strict=True))


USUAL: Final = Sla(
    first_response=_by_priority("30m", "2h", "4h", "9h", "18h"),
    next_response=_by_priority("1h", "4h", "9h", "18h", "27h"),
    resolution=_by_priority("4h", "9h", "27h", "45h", "90h"),
)


def calendars_with_usual(given: Mapping[str, Calendar]) -> Mapping[str, Calendar]:
    return {OFFICE: Calendar(), **given}


def agreements_with_usual(given: Mapping[str, Sla]) -> Mapping[str, Sla]:
    return {STANDARD: USUAL, **given}


Calendars = Annotated[Mapping[ChannelName, Calendar], AfterValidator(calendars_with_usual)]
Slas = Annotated[Mapping[ChannelName, Sla], AfterValidator(agreements_with_usual)]


def calendar_of(settings: "Settings", name: str, year: int) -> calendar.Calendar:
    given = settings.calendar[name]
    return calendar.calendar_of(
        name,
        zone=given.timezone or settings.desk.timezone,
        hours=given.hours,
        country=given.country,
        closed=given.closed,
        extra=given.extra,
        years=calendar.years_around(year),
    )


def agreements_of(settings: "Settings", year: int) -> Agreements:
    calendars = {name: calendar_of(settings, name, year) for name in settings.calendar}
    return Agreements(
        tuple(
            Agreement(
                name=name,
                scope=_scope(given.when),
                calendar=calendars[given.calendar],
                targets={
                    kind: {str(one): minutes_of(words) for one, words in lengths.items()}
                    for kind, lengths in (
                        (Kind.FIRST_RESPONSE, given.first_response),
                        (Kind.NEXT_RESPONSE, given.next_response),
                        (Kind.RESOLUTION, given.resolution),
                    )
                },
                rank=given.rank,
                warn=given.warn,
                pauses=given.pause,
                tell_before=given.tell_before,
                tell_at_breach=given.tell_at_breach,
            )
            for name, given in settings.sla.items()
        )
    )


def _scope(when: Which) -> Scope:
    given: dict[str, Any] = {
        name: frozenset(map(str, getattr(when, name))) for name in FIELDS if name != "vip"
    }
    vip = None if when.vip is None else frozenset({when.vip})
    return Scope(**{name: values or None for name, values in given.items()}, vip=vip)


# What is wrong


def unfit(settings: "Settings", year: int) -> Iterator[tuple[Place, str]]:
    """What only the whole of the configuration shows."""
    missing = False
    for name, given in settings.sla.items():
        if given.calendar not in settings.calendar:
            missing = True
            words = config_problems.one_of(given.calendar, settings.calendar)
            yield ("sla", name, "calendar"), words
        for queue in given.when.queue:
            if queue not in settings.desk.queues:
                words = config_problems.one_of(queue, settings.desk.queues)
                yield ("sla", name, "when", "queue"), words
        for key in ("tell_before", "tell_at_breach"):
            if not settings.mail.enabled and any("@" in one for one in getattr(given, key)):
                yield ("sla", name, key), "needs enabled = true in [mail] to write to an address"
    for name in settings.calendar:
        if not calendar.opens_in(calendar_of(settings, name, year), year):
            words = f"has no working hour in {year}: every day with hours is a holiday or closed"
            yield ("calendar", name), words
    if missing:
        return
    for later, earlier in clashes(agreements_of(settings, year).all):
        yield (
            ("sla", later.name),
            f"and sla.{earlier.name} may both hold for one ticket, and neither is a part of the other: "
            "write one for what they share, or give one of them a higher rank",
        )


def moved(given: dict[str, Any]) -> Iterator[tuple[Place, str]]:
    """What used to be in [desk]; taken out, so that the rest is checked too."""
    desk = given.get("desk")
    if isinstance(desk, dict) and "answer_minutes" in desk:
        yield ("desk", "answer_minutes"), _moved(desk.pop("answer_minutes"))


def _moved(minutes: Any) -> str:
    as_lengths = ""
    if isinstance(minutes, dict) and all(isinstance(one, int) for one in minutes.values()):
        pairs = ", ".join(f'{name} = "{_spelled(one)}"' for name, one in minutes.items())
        as_lengths = f": first_response = {{ {pairs} }}"
    return (
        f"is now first_response of [sla.{STANDARD}]{as_lengths}. It counts working time of a calendar; "
        f'docs/sla.md says how. For time by day and night use a calendar with hours = ["24x7"]'
    )


def _spelled(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (hours and f"{hours}h", rest and f"{rest}m") if part)
