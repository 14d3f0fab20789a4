"""The part of the configuration that is about staffing: how contacts are handled, and who may work when."""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from bot.config_kinds import (
    ChannelName,
    Count,
    Name,
    Seconds,
    Section,
    Share,
    check_hours,
    check_timezone,
)
from bot.sla_settings import OFFICE, Own, days
from bot.staffing.need import Kind
from nlp.understanding import Language

Weekday = Annotated[int, Field(ge=1, le=7)]  # Monday is 1, as in ISO 8601


class Contact(Section):
    minutes: Annotated[float, Field(gt=0)]
    share: Share
    within_seconds: Seconds
    patience_minutes: Annotated[float, Field(ge=0)] = 0
    at_once: Count = 1
    slower: Share = 0


class Worker(Section):
    timezone: Annotated[str, AfterValidator(check_timezone)] = "UTC"
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = (Language.EN,)
    hours: Annotated[str, AfterValidator(check_hours)] = "08:00-18:00"
    weekdays: tuple[Weekday, ...] = (1, 2, 3, 4, 5)
    shift_hours: Annotated[int, Field(ge=2, le=12)] = 8
    week_hours: Annotated[int, Field(ge=2, le=60)] = 40
    away: tuple[date, ...] = ()
    login: Name | None = None
    skills: tuple[Name, ...] = ()
    on_call: tuple[Annotated[Own, AfterValidator(days)], ...] = ()


class Staffing(Section):
    calendar: ChannelName = OFFICE
    shrinkage: Annotated[float, Field(ge=0, lt=0.9)] = 0.3
    call: Contact = Contact(minutes=8, share=0.8, within_seconds=20, patience_minutes=3)
    chat: Contact = Contact(
        minutes=15, share=0.8, within_seconds=60, patience_minutes=10, at_once=2, slower=0.2
    )
    mail: Contact = Contact(minutes=10, share=0.9, within_seconds=14_400)

    @model_validator(mode="before")
    @classmethod
    def _rest_is_as_usual(cls, given: Any) -> Any:
        """Of a kind of contact only what is other than usual need be given."""
        if not isinstance(given, dict):
            return given
        usual = {str(one): cls.model_fields[str(one)].default.model_dump() for one in Kind}
        return {
            name: usual[name] | value if name in usual and isinstance(value, dict) else value
            for name, value in given.items()
        }

    def contact(self, kind: Kind) -> Contact:
        found: Contact = getattr(self, kind.value)
        return found
