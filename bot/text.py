"""Every sentence the desk says, by key and language, with right plurals.

A catalogue is one TOML file a language: `key = "text with {placeholders}"`, or a table of CLDR plural
forms (`one`, `few`, `many`, `other`) chosen by the value called `count`. The administrator may replace
any text; a replacement that names an unknown key or placeholder is refused when it is loaded.
"""

import difflib
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Final, Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import (
    format_date,
    format_datetime,
    format_time,
    format_timedelta,
    get_timezone_location,
)
from babel.units import format_unit

from bot.diagnosis import library

LANGUAGES: Final = ("en", "ru", "zh")
FALLBACK: Final = "en"

Form = str | Mapping[str, str]  # a text, or one for each plural form
Catalogue = Mapping[str, Form]

# When something is: "в среду". The calendar of the library only names days.
ON_WEEKDAY: Final = (
    *("в понедельник", "во вторник", "в среду", "в четверг", "в пятницу"),
    *("в субботу", "в воскресенье"),
)
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_BRACE: Final = re.compile(r"\{[^{}]*\}?|\}")
_MARKDOWN: Final = re.compile(r"([\\`*_\[\]<>#~|!&])")
_LINE_MARK: Final = re.compile(r"^(\s*\d*)([-+=.)])", re.MULTILINE)  # lists, underlined headings
_ADDRESS: Final = re.compile(r"(?i)\b(https?|ftp|mailto|www)([:.])")  # no renderer may link it
_HARMLESS: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]*")  # most of what is put into a text
_INVISIBLE: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


class BadText(Exception):
    """A catalogue cannot be used. Says which key, and what is allowed."""


class Texts:
    """All catalogues. Knows no conversation: the language is a parameter."""

    def __init__(self, catalogues: Mapping[str, Catalogue]) -> None:
        self._catalogues = catalogues

    @classmethod
    def load(cls, overrides: Mapping[str, Mapping[str, Form]] | None = None) -> "Texts":
        """The shipped catalogues with the administrator's texts over them."""
        catalogues: dict[str, Catalogue] = {language: shipped(language) for language in LANGUAGES}
        for language, texts in (overrides or {}).items():
            if language not in catalogues:
                allowed = ", ".join(LANGUAGES)
                raise BadText(f'there is no language "{language}"; the languages are {allowed}')
            for key, form in texts.items():
                check_override(language, key, form)
            catalogues[language] = {**catalogues[language], **texts}
        return cls(catalogues)

    def say(self, key: str, language: str, **values: str | int) -> str:
        """A text for a message: what is put into it cannot become formatting or a link."""
        return self._fill(key, language, values, escape)

    def label(self, key: str, language: str, **values: str | int) -> str:
        """A text for a button or a page, where nothing is Markdown."""
        return self._fill(key, language, values, str)

    def line(self, key: str, language: str, values: Mapping[str, str | int]) -> str:
        """A label filled with what somebody else gave: what is missing stays empty."""
        return self._fill(key, language, defaultdict(str, values), str)

    def network(self, name: str, language: str) -> str:
        """What people call a network."""
        key = f"network-{name}"
        return self.label(key, language) if self.has(key) else name

    def names(self, key: str, value: str) -> bool:
        """Whether a text is filled with a value of that name in any language."""
        return any(value in placeholders(one[key]) for one in self._catalogues.values())

    def has(self, key: str) -> bool:
        return key in self._catalogues[FALLBACK]

    def labels(self, language: str, prefix: str) -> dict[str, str]:
        """All plain texts whose key begins so, without the prefix; for pages that bring their own code."""
        return {
            key.removeprefix(prefix): form
            for key, form in self._catalogues[_known(language)].items()
            if key.startswith(prefix) and isinstance(form, str)
        }

    def when(self, moment: datetime, language: str, timezone: str, now: datetime) -> str:
        """A moment as a person would say it: "today at 14:05", "Monday at 09:00", "12 March at 09:00"."""
        zone = ZoneInfo(timezone)
        local, today = moment.astimezone(zone), now.astimezone(zone).date()
        locale = _locale(language)
        time = format_time(local, "HH:mm", locale=locale)
        days = (local.date() - today).days
        named = {-1: "when-yesterday", 0: "when-today", 1: "when-tomorrow"}.get(days)
        if named is not None:
            return self.label(named, language, time=time)
        date = self.day(moment, language, timezone, now)
        if _known(language) == "ru" and "," in date:  # a weekday is declined
            date = f"{ON_WEEKDAY[local.weekday()]}, {date.partition(', ')[2]}"
        told = self.label("when-date", language, date=date, time=time)
        return told.replace("） ", "）")

    def day(
        self,
        moment: datetime,
        language: str,
        timezone: str,
        now: datetime,
        *,
        weekday: bool = True,
    ) -> str:
        """Its date, with the weekday where that is near: "Monday, 12 March"."""
        zone = ZoneInfo(timezone)
        local, today = moment.astimezone(zone).date(), now.astimezone(zone).date()
        pattern = "d MMMM" if local.year == today.year else "d MMMM y"
        if _known(language) == "zh":
            pattern = "M月d日" if local.year == today.year else "y年M月d日"
        if weekday and -7 < (local - today).days < 7:
            pattern = f"{pattern}（EEE）" if _known(language) == "zh" else f"EEEE, {pattern}"
        return format_date(local, pattern, locale=_locale(language))

    def lasting(self, moment: datetime, language: str, timezone: str) -> str:
        """A moment in words that stay true: "Tue 3 Mar, 09:00"; for what is read on another day."""
        pattern = "M月d日（EEE）HH:mm" if _known(language) == "zh" else "EEE d MMM, HH:mm"
        return format_datetime(moment, pattern, tzinfo=ZoneInfo(timezone), locale=_locale(language))

    def place(self, timezone: str, language: str) -> str:
        """What a time zone is called by whoever does not live in it: the time of a place."""
        name = get_timezone_location(timezone, locale=_locale(language), return_city=True)
        if timezone in ("UTC", "Etc/UTC") or not timezone.partition("/")[2]:
            return timezone
        return self.label("when-place", language, place=name)

    def duration(self, length: timedelta, language: str) -> str:
        """A length of time in its largest unit: "20 minutes", "2 дня"."""
        return format_timedelta(length, threshold=1.5, locale=_locale(language))

    def working(self, length: timedelta, language: str) -> str:
        """A length of working time, in no larger unit than hours: nobody could say how long a day is."""
        minutes = round(length / timedelta(minutes=1))
        hours = round(minutes / 60)
        unit, count = ("minute", minutes) if minutes < 90 else ("hour", hours)
        # Chinese has but one form, which the library knows by this name.
        form: Literal["short", "long"] = "short" if _known(language) == "zh" else "long"
        return format_unit(count, f"duration-{unit}", length=form, locale=_locale(language))

    def _fill(
        self,
        key: str,
        language: str,
        values: Mapping[str, str | int],
        quote: Callable[[str], str],
    ) -> str:
        form = self._catalogues[_known(language)][key]
        if not isinstance(form, str):
            plural = _locale(language).plural_form(int(values["count"]))
            form = form.get(plural) or form["other"]
        return _PLACEHOLDER.sub(lambda found: quote(str(values[found[1]])), form)


def escape(value: str) -> str:
    """What a person wrote, as the same characters in Markdown and nothing more."""
    if _HARMLESS.fullmatch(value):
        return value
    value = _MARKDOWN.sub(r"\\\1", _INVISIBLE.sub("", value))
    value = _LINE_MARK.sub(r"\1\\\2", value)
    return _ADDRESS.sub(r"\1\\\2", value)


def placeholders(form: Form) -> frozenset[str]:
    forms = (form,) if isinstance(form, str) else tuple(form.values())
    return frozenset(name for text in forms for name in _PLACEHOLDER.findall(text))


@cache
def shipped(language: str) -> Catalogue:
    """The catalogue as it comes with the program, the library of questions in it."""
    text = resources.files("bot.texts").joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return {**tomllib.loads(text), **dict(library.texts(language))}


@cache
def phrases(name: str) -> frozenset[str]:
    """What people type in any language to say one thing; none for a name that is not listed."""
    text = resources.files("bot.texts").joinpath("phrases.toml").read_text(encoding="utf-8")
    return frozenset(
        phrase for said in tomllib.loads(text).get(name, {}).values() for phrase in said
    )


@cache
def _locale(language: str) -> Locale:
    return Locale.parse({"zh": "zh_Hans_CN"}.get(_known(language), _known(language)))


def _known(language: str) -> str:
    return language if language in LANGUAGES else FALLBACK


def check_override(language: str, key: str, form: Form) -> None:
    """Raises BadText for what an administrator cannot say instead of the shipped text."""
    where = f'text "{key}" ({language})'
    original = shipped(FALLBACK).get(key)
    if original is None:
        near = difflib.get_close_matches(key, shipped(FALLBACK), 1)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise BadText(f"{where}: there is no text of this key{meant}")
    if isinstance(form, Mapping):
        if isinstance(original, str):
            raise BadText(f"{where}: has no plural forms, it must be one text")
        needed = set(_locale(language).plural_form.tags) | {"other"}
        if set(form) != needed:
            raise BadText(f"{where}: needs the plural forms {', '.join(sorted(needed))}")
    for text in (form,) if isinstance(form, str) else form.values():
        if not isinstance(text, str):
            raise BadText(f"{where}: must be a text")
        for brace in _BRACE.findall(text):
            if not _PLACEHOLDER.fullmatch(brace):
                raise BadText(f"{where}: {brace!r} is not a placeholder such as {{ticket}}")
    if unknown := placeholders(form) - placeholders(original):
        allowed = ", ".join(sorted(placeholders(original))) or "none"
        names = ", ".join(sorted(unknown))
        raise BadText(f"{where}: unknown placeholder {names}; allowed: {allowed}")
