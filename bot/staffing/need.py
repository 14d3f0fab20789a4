"""From what will arrive to how many agents each hour needs, for each language, calls, chats and mails
apart."""

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct

from bot.staffing import backlog, queueing
from bot.staffing.queueing import Load, Target

HOUR: Final = 3600.0  # seconds: the interval


class Kind(StrEnum):
    CALL = "call"
    CHAT = "chat"
    MAIL = "mail"


class Work(Struct, frozen=True, kw_only=True):
    """How one kind of contact is handled, and what is promised."""

    handling: float  # seconds of an agent
    target: Target
    patience: float | None = None  # mean seconds until somebody gives up
    concurrency: int = 1  # served at once by one agent
    slower: float = 0.0  # each further one makes all take this share longer


class Assumptions(Struct, frozen=True, kw_only=True):
    work: Mapping[Kind, Work]
    shrinkage: float = 0.3  # share of paid time that is holiday, illness, training, breaks
    volume: float = 1.0  # factor on all that arrives


class Hour(Struct, frozen=True, kw_only=True):
    """What one hour needs in one language."""

    arrivals: Mapping[Kind, float]
    agents: Mapping[Kind, int]  # at work
    reached: Mapping[Kind, float]  # share in time with them

    @property
    def needed(self) -> int:
        return sum(self.agents.values())


def needs(
    arrivals: Mapping[str, Mapping[Kind, Sequence[float]]], open_: Sequence[bool], said: Assumptions
) -> dict[str, list[Hour]]:
    """`arrivals`: of each hour, by language and kind; all sequences are as long as `open_`. Whoever
    writes while the desk is closed waits until it opens; who rings then is not counted."""
    return {language: _of_language(by_kind, open_, said) for language, by_kind in arrivals.items()}


def _of_language(
    by_kind: Mapping[Kind, Sequence[float]], open_: Sequence[bool], said: Assumptions
) -> list[Hour]:
    come = {
        kind: [said.volume * one for one in by_kind.get(kind, [0.0] * len(open_))]
        for kind in said.work
    }
    columns = {kind: _column(kind, come[kind], open_, said.work[kind]) for kind in said.work}
    return [
        Hour(
            arrivals={kind: come[kind][at] for kind in columns},
            agents={kind: column[at][0] for kind, column in columns.items()},
            reached={kind: column[at][1] for kind, column in columns.items()},
        )
        for at in range(len(open_))
    ]


def _column(
    kind: Kind, come: Sequence[float], open_: Sequence[bool], work: Work
) -> list[tuple[int, float]]:
    if kind is Kind.MAIL:
        count = backlog.agents(
            come, open_, handling=work.handling, interval=HOUR,
            within=work.target.within, share=work.target.share,
        )  # fmt: skip
        played = backlog.play(
            come, count, open_, handling=work.handling, interval=HOUR, within=work.target.within
        )
        return list(zip(count, played.within, strict=True))
    waiting = _moved_to_opening(come, open_) if kind is Kind.CHAT else come
    return [
        _live(one, work) if works else (0, 1.0) for one, works in zip(waiting, open_, strict=True)
    ]


def _moved_to_opening(come: Sequence[float], open_: Sequence[bool]) -> list[float]:
    moved, kept = [], 0.0
    for one, works in zip(come, open_, strict=True):
        kept += one
        moved.append(kept if works else 0.0)
        kept = 0.0 if works else kept
    return moved


def _live(arrivals: float, work: Work) -> tuple[int, float]:
    load = Load(rate=arrivals / HOUR, handling=work.handling, patience=work.patience)
    if load.rate <= 0:
        return 0, 1.0
    count = queueing.agents(load, work.target, work.concurrency, work.slower)
    stretched = work.handling * (1 + work.slower * (work.concurrency - 1))
    busy = Load(rate=load.rate, handling=stretched, patience=work.patience)
    got = queueing.service(busy, count * work.concurrency, work.target.within)
    return count, got.within


def paid(needed: int, shrinkage: float) -> int:
    """How many must be on the rota for so many to be at work."""
    return math.ceil(needed / (1 - shrinkage) - 1e-9)
