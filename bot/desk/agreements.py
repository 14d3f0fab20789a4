"""Service level agreements: which of them a ticket goes by, and what that one promises. Pure.

Of all that apply, the most specific holds: the one whose tickets are a part of the others'. Where neither
of two is a part of the other and a ticket may fall under both, nobody could say which holds; `clashes`
finds that before a desk starts.
"""

import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Final

import msgspec
from msgspec import Struct

from bot.desk.calendar import Calendar
from bot.desk.priority import Priority
from bot.desk.status import Status


class Kind(StrEnum):
    """What is promised."""

    FIRST_RESPONSE = "first-response"
    NEXT_RESPONSE = "next-response"  # to each message that an agent has not answered
    RESOLUTION = "resolution"


FIELDS: Final = ("priority", "category", "type", "queue", "group", "vip")


class Subject(Struct, frozen=True, kw_only=True):
    """What agreements are chosen by."""

    priority: str
    category: str
    type: str
    queue: str
    group: str | None = None
    vip: bool = False


class Scope(Struct, frozen=True, kw_only=True):
    """Which tickets: all that is named must hold, one value of each is enough."""

    priority: frozenset[str] | None = None
    category: frozenset[str] | None = None
    type: frozenset[str] | None = None
    queue: frozenset[str] | None = None
    group: frozenset[str] | None = None
    vip: frozenset[bool] | None = None

    def covers(self, subject: Subject) -> bool:
        return all(
            allowed is None or getattr(subject, field) in allowed for field, allowed in self._parts
        )

    def is_part_of(self, other: "Scope") -> bool:
        return all(
            theirs is None or (ours is not None and ours <= theirs)
            for (_, ours), (_, theirs) in zip(self._parts, other._parts, strict=True)
        )

    def common(self, other: "Scope") -> "Scope | None":
        """The tickets of both. None: there are none."""
        found: dict[str, frozenset[str] | frozenset[bool] | None] = {}
        for (field, ours), (_, theirs) in zip(self._parts, other._parts, strict=True):
            both = ours if theirs is None else theirs if ours is None else ours & theirs
            if both is not None and not both:
                return None
            found[field] = both
        return Scope(**found)  # type: ignore[arg-type]

    @property
    def _parts(self) -> list[tuple[str, frozenset[str] | frozenset[bool] | None]]:
        return [(field, getattr(self, field)) for field in FIELDS]

    @property
    def narrowness(self) -> tuple[int, int]:
        """Greater for a part than for its whole."""
        named = [allowed for _, allowed in self._parts if allowed is not None]
        return len(named), -sum(len(allowed) for allowed in named)


class Agreement(Struct, frozen=True, kw_only=True):
    name: str
    scope: Scope
    calendar: Calendar
    targets: Mapping[Kind, Mapping[str, int]]  # kind -> priority -> minutes
    rank: int = 0  # the higher goes before the more specific
    warn: tuple[str, ...] = ()  # as `warning` reads it
    pauses: tuple[str, ...] = (Status.PENDING_USER, Status.PENDING_THIRD_PARTY)
    tell_before: tuple[str, ...] = ()  # who is warned
    tell_at_breach: tuple[str, ...] = ()


class Terms(Struct, frozen=True, kw_only=True, dict=True):
    """All that a ticket's clocks depend on. Kept for ever under its `id`, so that a clock of long ago is
    counted by what was promised then, whatever the configuration says today."""

    agreement: str
    calendar: Calendar
    targets: Mapping[Kind, int]  # minutes
    warn: tuple[str, ...]
    pauses: tuple[str, ...]

    @cached_property
    def id(self) -> str:
        digest = hashlib.sha256(self.body.encode()).hexdigest()[:16]
        return f"{self.agreement}#{digest}"

    @cached_property
    def body(self) -> str:
        return _encoder.encode(self).decode()

    def target(self, kind: Kind) -> timedelta | None:
        minutes = self.targets.get(kind)
        return None if minutes is None else timedelta(minutes=minutes)


_encoder: Final = msgspec.json.Encoder(order="deterministic")


@lru_cache(maxsize=1024)
def terms_of(body: str) -> Terms:
    found = msgspec.json.decode(body, type=Terms)
    return msgspec.structs.replace(found, calendar=_one(found.calendar))


_calendars: Final[dict[Calendar, Calendar]] = {}


def _one(calendar: Calendar) -> Calendar:
    """Equal ones share the days they have worked out."""
    return _calendars.setdefault(calendar, calendar)


def name_of(terms_id: str) -> str:
    return terms_id.partition("#")[0]


# Choosing


def choose(agreements: Iterable[Agreement], subject: Subject) -> Agreement | None:
    found = [one for one in agreements if one.scope.covers(subject)]
    return max(found, key=lambda one: (one.rank, one.scope.narrowness), default=None)


class Agreements(Struct, frozen=True, dict=True):
    """Those of a desk."""

    all: tuple[Agreement, ...] = ()

    def named(self, name: str) -> Agreement | None:
        return next((one for one in self.all if one.name == name), None)

    def terms(self, subject: Subject) -> Terms | None:
        """None: nothing is promised."""
        chosen = choose(self.all, subject)
        return None if chosen is None else self._terms[chosen.name, subject.priority]

    @cached_property
    def by_id(self) -> dict[str, Terms]:
        return {one.id: one for one in self._terms.values()}

    @cached_property
    def _terms(self) -> dict[tuple[str, str], Terms]:
        return {
            (one.name, priority): terms(one, priority) for one in self.all for priority in Priority
        }


def terms(agreement: Agreement, priority: str) -> Terms:
    found = Terms(
        agreement=agreement.name,
        calendar=agreement.calendar,
        targets={
            kind: minutes[priority]
            for kind, minutes in agreement.targets.items()
            if priority in minutes
        },
        warn=agreement.warn,
        pauses=agreement.pauses,
    )
    return terms_of(found.body)


def clashes(agreements: Sequence[Agreement]) -> Iterator[tuple[Agreement, Agreement]]:
    """Pairs of which nobody could say which holds, the later of the two first."""
    for one, other in itertools.combinations(agreements, 2):
        both = one.scope.common(other.scope)
        if both is None or one.rank != other.rank:
            continue
        if one.scope != other.scope and (
            one.scope.is_part_of(other.scope) or other.scope.is_part_of(one.scope)
        ):
            continue
        if not any(
            third not in (one, other)
            and both.is_part_of(third.scope)
            and (
                third.rank > one.rank
                or (
                    third.rank == one.rank
                    and third.scope.is_part_of(one.scope)
                    and third.scope.is_part_of(other.scope)
                )
            )
            for third in agreements
        ):
            yield other, one


# As administrators write them. What cannot be read raises ValueError with the words for it.

_LENGTH: Final = re.compile(r"(?:(\d{1,5})h)? ?(?:(\d{1,5})m)?")
_SHARE: Final = re.compile(r"([1-9]\d?)%")


def minutes_of(words: str) -> int:
    """ "4h", "30m", "1h 30m" of working time."""
    found = _LENGTH.fullmatch(words.strip())
    minutes = 0 if found is None else int(found[1] or 0) * 60 + int(found[2] or 0)
    if not minutes:
        raise ValueError(
            f'"{words}" must be hours and minutes of working time, as "4h", "30m" or "1h 30m"'
        )
    return minutes


def warning(words: str, target: timedelta) -> timedelta | None:
    """After how much of the target somebody is warned: "75%" of it, or "30m" before its end. None: the
    target is not so long."""
    share = _SHARE.fullmatch(words)
    if share is not None:
        return target * int(share[1]) / 100
    left = target - timedelta(minutes=minutes_of(words))
    return left if left > timedelta() else None


def check_warning(words: str) -> str:
    if not _SHARE.fullmatch(words):
        try:
            minutes_of(words)
        except ValueError:
            raise ValueError(
                f'"{words}" must be a share as "75%", or a time before the end as "30m"'
            ) from None
    return words
