"""The administrator's rules: what a case must be like, and what is then set. They beat the classifier.

Pure. Of several rules that set the same field the first wins; every decision names its rule.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, time
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from nlp.understanding import Fact


class Case(Struct, frozen=True, kw_only=True):
    """What rules are asked about."""

    text: str
    channel: str
    language: str
    type: str
    category: str
    now: datetime
    group: str | None = None
    systems: frozenset[str] = frozenset()  # applications and devices named, lower case


class When(Struct, frozen=True, kw_only=True):
    """All that is given must hold; of the words one is enough."""

    words: tuple[str, ...] = ()
    pattern: str | None = None
    group: str | None = None
    system: str | None = None
    channel: str | None = None
    hours: str | None = None  # "18:00-08:00", in the desk's time zone
    language: str | None = None
    type: str | None = None
    category: str | None = None


class Then(Struct, frozen=True, kw_only=True):
    category: str | None = None
    type: str | None = None
    priority: str | None = None
    queue: str | None = None
    tags: tuple[str, ...] = ()


class Rule(Struct, frozen=True, kw_only=True, dict=True):
    name: str
    when: When
    then: Then

    @cached_property
    def words(self) -> re.Pattern[str] | None:
        return _any_of(self.when.words) if self.when.words else None

    @cached_property
    def system(self) -> re.Pattern[str] | None:
        return _any_of([self.when.system]) if self.when.system else None

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        return None if self.when.pattern is None else re.compile(self.when.pattern, re.IGNORECASE)


class Verdict(Struct, frozen=True, kw_only=True):
    """What the rules set, field by field, with the rule that did; and all that fired."""

    fields: Mapping[str, tuple[str, str]] = {}  # "category" -> (value, rule name)
    tags: tuple[str, ...] = ()
    fired: tuple[str, ...] = ()


FIELDS: Final = ("type", "category", "priority", "queue")
SYSTEMS: Final = frozenset(
    {"application", "device", "subject", "service", "host", "asset"}
)  # kinds of facts
LONGEST: Final = 20_000  # characters a pattern is run on: an administrator's may be slow


def judge(rules: Iterable[Rule], case: Case, zone: ZoneInfo) -> Verdict:
    fields: dict[str, tuple[str, str]] = {}
    tags: list[str] = []
    fired: list[str] = []
    for rule in rules:
        if holds(rule, case, zone):
            fired.append(rule.name)
            for field in FIELDS:
                value = getattr(rule.then, field)
                if value is not None:
                    fields.setdefault(field, (value, rule.name))
            tags += (tag for tag in rule.then.tags if tag not in tags)
    return Verdict(fields=fields, tags=tuple(tags), fired=tuple(fired))


def holds(rule: Rule, case: Case, zone: ZoneInfo) -> bool:
    when, text = rule.when, case.text[:LONGEST]
    return (
        (rule.words is None or rule.words.search(text) is not None)
        and (rule.pattern is None or rule.pattern.search(text) is not None)
        and when.group in (None, case.group)
        and (when.system is None or _concerns(rule, case, text))
        and when.channel in (None, case.channel)
        and when.language in (None, case.language)
        and when.type in (None, case.type)
        and when.category in (None, case.category)
        and (when.hours is None or _within(when.hours, case.now.astimezone(zone).time()))
    )


def _concerns(rule: Rule, case: Case, text: str) -> bool:
    """Its name is enough: not every system's is known to the extraction of facts."""
    name = rule.when.system or ""
    return name.lower() in case.systems or (
        rule.system is not None and bool(rule.system.search(text))
    )


def systems_of(facts: Iterable[Fact]) -> frozenset[str]:
    return frozenset(fact.value.lower() for fact in facts if fact.kind in SYSTEMS)


def _within(span: str, moment: time) -> bool:
    """The end is excluded; a span such as 18:00-08:00 goes over midnight."""
    begin, end = (time.fromisoformat(part) for part in span.split("-"))
    if begin <= end:
        return begin <= moment < end
    return moment >= begin or moment < end


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    # Whole words where the script has them; Chinese is written without spaces.
    parts = (
        re.escape(word) if _is_han(word) else rf"(?<!\w){re.escape(word)}(?!\w)" for word in words
    )
    return re.compile("|".join(parts), re.IGNORECASE)


def _is_han(word: str) -> bool:
    return any("\u3400" <= letter <= "\u9fff" for letter in word)
