"""What the requester stated, as a ticket keeps it and as agents read it.

Kept as JSON, one array a fact: [kind, value, meaning, from, until]. Older tickets have [kind, value], and
are read alike.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from bot.text import Texts
from nlp.times import Span
from nlp.understanding import Fact
from store.tables import Ticket

# What only the desk needs, and what the ticket's own words say.
UNSHOWN: Final = frozenset({"subject", "about"})
MOMENT: Final = timedelta(hours=1)  # a stretch up to so long is told by when it begins
DAY: Final = timedelta(hours=26)  # a day, on which the clocks may change


class Stated(Struct, frozen=True, array_like=True):
    kind: str  # of a fact, or the key of a question
    value: str
    means: str = ""  # Fact.means
    start: datetime | None = None  # of Fact.when
    end: datetime | None = None


_encoder: Final = msgspec.json.Encoder()
_decoder: Final = msgspec.json.Decoder(tuple[Stated, ...])


def dumped(facts: Sequence[Fact], answers: Mapping[str, str]) -> str:
    """The answers to questions among them, each once, in order."""
    stated = [_of(fact) for fact in facts]
    stated += [
        Stated(key, answer)
        for key, answer in answers.items()
        if not any(fact.kind == key and fact.value in answer for fact in facts)
    ]
    once: dict[tuple[str, str], Stated] = {}
    for one in stated:
        once.setdefault((one.kind, one.value), one)
    return _encoder.encode(tuple(once.values())).decode()


def stated(ticket: Ticket) -> tuple[Stated, ...]:
    return _decoder.decode(ticket.facts)


def shown(
    texts: Texts, ticket: Ticket, language: str, zone: ZoneInfo, now: datetime
) -> list[tuple[str, str]]:
    """What agents read: what it is, and the words, with what they mean where the words don't tell."""
    facts = stated(ticket)
    others = {one.value for one in facts if one.kind != "what"}
    return [
        (named(texts, one.kind, language), _words(texts, one, language, zone, now))
        for one in facts
        if one.kind not in UNSHOWN and not (one.kind == "what" and one.value in others)
    ]


def named(texts: Texts, kind: str, language: str) -> str:
    key = f"fact-{kind}"
    return texts.label(key, language) if texts.has(key) else kind


def due(facts: Sequence[Fact]) -> datetime | None:
    """The earliest deadline: its last moment."""
    return min(
        (one.when.end for one in facts if one.kind == "deadline" and one.when is not None),
        default=None,
    )


def is_today(moment: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """A day ends as the next begins, and belongs to itself."""
    last = moment - timedelta(microseconds=1)
    return last.astimezone(zone).date() <= now.astimezone(zone).date()


def _of(fact: Fact) -> Stated:
    if fact.when is None:
        return Stated(fact.kind, fact.value, fact.means)
    return Stated(fact.kind, fact.value, fact.means, fact.when.start, fact.when.end)


def _words(texts: Texts, one: Stated, language: str, zone: ZoneInfo, now: datetime) -> str:
    if one.start is not None and one.end is not None:
        return f"{one.value} ({_when(texts, Span(one.start, one.end), language, zone, now)})"
    if one.kind == "tried" and one.means and texts.has(f"outcome-{one.means}"):
        return f"{one.value} ({texts.label(f'outcome-{one.means}', language)})"
    return one.value


def _when(texts: Texts, span: Span, language: str, zone: ZoneInfo, now: datetime) -> str:
    """As exactly as it is known: to the minute, to the day, or from one day to another."""
    if span.end - span.start <= MOMENT:
        return texts.when(span.start, language, zone.key, now)
    if span.end - span.start <= DAY:
        return texts.day(span.start, language, zone.key, now)
    first, last = (
        texts.day(moment, language, zone.key, now, weekday=False)
        for moment in (span.start, span.end - timedelta(microseconds=1))
    )
    return f"{first} – {last}"
