"""What is known of a call, told piece by piece, and how the pieces become one record.

Every provider's payload becomes an `Update`. Updates come late, twice and in any order; `assemble` makes
the same `Transcript` of them whatever the order, so nobody has to remember which one came first.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

T = TypeVar("T")

CALLER: Final = "caller"
AGENT: Final = "agent"


class State(StrEnum):
    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"


STATES: Final = tuple(State)  # in the order they happen


class Word(Struct, frozen=True):
    text: str
    confidence: float | None = None  # 0 to 1


class Segment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Words of one speaker in a row, verbatim."""

    speaker: str  # "caller", "caller 2", "agent", or what the provider calls somebody unknown
    text: str
    start: float | None = None  # seconds since the call began
    end: float | None = None
    confidence: float | None = None  # 0 to 1
    words: tuple[Word, ...] = ()  # where each word has a confidence of its own


class Update(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one payload tells. None: it does not tell."""

    call: str  # the id of the call
    source: str  # who tells, and of what: "phone", "twilio-live"; sequences count within it
    sequence: int
    final: bool = False  # no better version of these words will come
    whole: bool = True  # the segments are all words so far; False: they are added to the others
    state: State | None = None
    caller: str | None = None  # the person on the line, whoever dialled
    verified: bool = False  # the network vouches for the caller's number
    callee: str | None = None
    agent: str | None = None
    language: str | None = None
    started: datetime | None = None  # aware
    ended: datetime | None = None
    recording: str | None = None  # link
    segments: tuple[Segment, ...] = ()
    remote: str | None = None  # the provider still has the words, under this id


class Transcript(Struct, frozen=True, kw_only=True):
    """One call, as far as it is known."""

    call: str
    final: bool
    state: State | None
    caller: str | None
    verified: bool
    callee: str | None
    agent: str | None
    language: str | None
    started: datetime | None
    ended: datetime | None
    recording: str | None
    segments: tuple[Segment, ...]


def assemble(updates: Iterable[Update]) -> Transcript:
    """Of at least one update, all of the same call. Order and repetition make no difference."""
    ranked = sorted(set(updates), key=_rank)
    best = ranked[-1]
    words = best.segments if best.whole else _pieces(ranked)
    started = min(_told(ranked, lambda one: one.started), default=None)
    ended = max(_told(ranked, lambda one: one.ended), default=None)
    callers = _told(ranked, lambda one: one.caller)
    return Transcript(
        call=best.call,
        final=best.final and best.whole,
        state=max(_told(ranked, lambda one: one.state), key=STATES.index, default=None),
        caller=_last(callers),
        verified=any(one.verified and one.caller == _last(callers) for one in ranked),
        callee=_last(_told(ranked, lambda one: one.callee)),
        agent=_last(_told(ranked, lambda one: one.agent)),
        language=_last(_told(ranked, lambda one: one.language)),
        started=started,
        # Two clocks that disagree can end a call before it started.
        ended=None if started and ended and ended < started else ended,
        recording=_last(_told(ranked, lambda one: one.recording)),
        segments=tuple(sorted(words, key=_begins)) if best.whole else tuple(words),
    )


def _rank(update: Update) -> tuple[bool, bool, bool, int, bytes]:
    """The last is the best. One without words never hides one with words."""
    return (
        bool(update.segments),
        update.whole,
        update.final,
        update.sequence,
        msgspec.json.encode(update),  # equal ranks have an order too
    )


def _pieces(ranked: Sequence[Update]) -> list[Segment]:
    """In the order they were said. A preliminary piece gives way to the next of the same speaker."""
    sources = [one.source for one in ranked if one.segments]
    source = max(sources, key=lambda name: (sources.count(name), name), default="")
    by_sequence = {one.sequence: one for one in ranked if one.source == source and one.segments}
    latest: dict[str, int] = {}
    for sequence, one in by_sequence.items():
        for segment in one.segments:
            latest[segment.speaker] = max(sequence, latest.get(segment.speaker, 0))
    return [
        segment
        for sequence, one in sorted(by_sequence.items())
        for segment in one.segments
        if one.final or latest[segment.speaker] == sequence
    ]


def _told(ranked: Sequence[Update], what: Callable[[Update], T | None]) -> list[T]:
    return [value for one in ranked if (value := what(one)) is not None]


def _last(values: Sequence[T]) -> T | None:
    return values[-1] if values else None


def _begins(segment: Segment) -> float:
    return segment.start if segment.start is not None else 0.0
