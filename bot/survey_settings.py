"""The part of the configuration that is about surveys: who is asked how it went, and when."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, model_validator

from bot import config_problems
from bot.config_file import Place
from bot.config_kinds import ChannelName, Days, Name, Section, Share, check_hours
from bot.desk.priority import Priority
from bot.surveys.rules import QUESTIONS, Rule
from bot.surveys.rules import Surveys as Known
from nlp.understanding import Category, Language, TicketType

if TYPE_CHECKING:
    from bot.settings import Settings

STANDARD: Final = "standard"
_FIELDS: Final = ("priority", "category", "type", "queue", "channel", "language", "group")


def _quiet(span: str) -> str:
    if not span:
        return span
    check_hours(span)
    begin, _, end = span.partition("-")
    if begin == end:
        raise ValueError(f'must begin and end at different times (is "{span}")')
    return span


class Which(Section):
    priority: tuple[Priority, ...] = ()
    category: tuple[Category, ...] = ()
    type: tuple[TicketType, ...] = ()
    queue: tuple[Name, ...] = ()
    channel: tuple[Name, ...] = ()
    language: tuple[Language, ...] = ()
    group: tuple[Name, ...] = ()
    vip: bool | None = None


class Survey(Section):
    when: Which = Which()
    after: Literal["resolved", "closed"] = "resolved"
    share: Share = 1
    delay_minutes: Annotated[int, Field(ge=0, le=43_200)] = 30
    remind_days: Annotated[int, Field(ge=0, le=365)] = 3
    expires_days: Annotated[int, Field(ge=1, le=365)] = 14
    anonymous: bool = False
    questions: tuple[Literal["response", "solving", "communication"], ...] = (
        "response",
        "solving",
        "communication",
    )

    @model_validator(mode="after")
    def _fits(self) -> "Survey":
        if self.remind_days >= self.expires_days:
            raise ValueError(
                f"remind_days ({self.remind_days}) must be less than expires_days"
                f" ({self.expires_days}): who is reminded must still be able to answer"
            )
        if len(set(self.questions)) != len(self.questions):
            raise ValueError("questions names one twice")
        return self


class Asking(Section):
    """What holds for all surveys."""

    enabled: bool = True
    never_twice_days: Days = 30
    quiet: Annotated[str, AfterValidator(_quiet)] = "20:00-08:00"
    crowd: Annotated[int, Field(ge=3, le=1000)] = 5


def _with_usual(given: Mapping[str, Survey]) -> Mapping[str, Survey]:
    """The one for all tickets comes last, for the first that holds counts."""
    return given if STANDARD in given else {**given, STANDARD: Survey()}


Each = Annotated[Mapping[ChannelName, Survey], AfterValidator(_with_usual)]


def surveys_of(settings: "Settings") -> Known:
    chosen = settings.surveys
    rules = tuple(_rule(name, given) for name, given in settings.survey.items())
    return Known(
        rules=rules if chosen.enabled else (),
        rest=timedelta(days=chosen.never_twice_days),
        quiet=chosen.quiet or None,
        crowd=chosen.crowd,
    )


def _rule(name: str, given: Survey) -> Rule:
    when = {one: frozenset(map(str, getattr(given.when, one))) for one in _FIELDS}
    return Rule(
        name=name,
        when=tuple((one, values) for one, values in when.items() if values),
        vip=given.when.vip,
        after=given.after,
        share=given.share,
        delay=timedelta(minutes=given.delay_minutes),
        remind=timedelta(days=given.remind_days) if given.remind_days else None,
        expires=timedelta(days=given.expires_days),
        anonymous=given.anonymous,
        questions=tuple(one for one in QUESTIONS if one in given.questions),
    )


def unfit(settings: "Settings") -> Iterator[tuple[Place, str]]:
    """What only the whole of the configuration shows."""
    all_before: str | None = None
    for name, given in settings.survey.items():
        for queue in given.when.queue:
            if queue not in settings.desk.queues:
                words = config_problems.one_of(queue, settings.desk.queues)
                yield ("survey", name, "when", "queue"), words
        if all_before is not None and name != STANDARD:
            yield (
                ("survey", name),
                f"is never used: survey.{all_before} above it holds for every ticket, and the first counts",
            )
        if given.when == Which() and all_before is None:
            all_before = name
        if given.anonymous and settings.surveys.enabled and not settings.web.public_url:
            yield (
                ("survey", name, "anonymous"),
                "needs public_url in [web]: an anonymous answer is given on a page, for a network would "
                "know who pressed what",
            )


def moved(given: dict[str, Any]) -> Iterator[tuple[Place, str]]:
    """What used to be in [desk]; taken out, so that the rest is checked too."""
    desk = given.get("desk")
    if not isinstance(desk, dict) or "survey" not in desk:
        return
    asked = desk.pop("survey")
    instead = (
        "Everybody whose ticket is resolved is asked unless you say otherwise: take the line out"
        if asked is True
        else "To ask nobody, write enabled = false in [surveys]"
    )
    yield (
        ("desk", "survey"),
        f"is now a section of its own, [survey.{STANDARD}], and [surveys] for what holds for all. "
        f"{instead}; docs/surveys.md says what can be chosen",
    )
