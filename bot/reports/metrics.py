"""Every metric: which events or tickets count, at which moment, and what is counted of them.

The names are those of docs/METRICS.md, which says the same in words; a test holds the two together. Pure.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from bot.desk.events import What
from bot.reports.facts import AGENT, CLOCK, KINDS, NONE, Facts
from store.reports import NOTHING, Ints, Use

SILENCE: Final = timedelta(hours=24)  # after which an article that was not objected to has helped
PAUSE: Final = timedelta(
    minutes=15
)  # between two acts of an agent: a longer one was no work on the next
START: Final = timedelta(minutes=1)  # what an act after such a pause counts for
GOOD: Final = 4  # a rating that is one of satisfaction, of 5
SECOND: Final = 1_000_000


class Form(StrEnum):
    COUNT = "count"
    SHARE = "share"
    TIME = "time"  # seconds: the median, and the 90th percentile
    MEAN = "mean"
    RATIO = "ratio"  # seconds of one sample for each of another
    STOCK = "stock"  # how many there are at the end


class Sample(Struct, frozen=True, kw_only=True):
    """What a metric counts: arrays of one length."""

    at: Ints  # the moment that it belongs to, in microseconds
    value: NDArray[np.float64]  # 1 or 0 of shares, seconds of times
    ticket: Ints  # places in the facts; NONE: of no ticket
    person: Ints  # whose it is; 0: nobody's
    origin: NDArray[np.int32] | None = None  # of what has no ticket: which of `origins`
    origins: tuple[tuple[str, str], ...] = ()  # channel and language
    over: "Sample | None" = None  # of a ratio: what it is divided by


class Events(Struct, frozen=True, kw_only=True):
    """All that a period is judged by."""

    facts: Facts  # as of its end
    matters: tuple["Matter", ...]  # settled by then
    helped: frozenset[int]  # tickets
    since: int  # microseconds
    until: int
    samples: dict[str, "Sample"] = field(
        default_factory=dict
    )  # of the period, as they are asked for


class Metric(Struct, frozen=True, kw_only=True):
    name: str
    form: Form
    sample: Callable[[Events], Sample]
    better: int  # 1: more is, -1: less is, 0: neither
    theme: str  # of _ALL


def _sample(
    facts: Facts,
    tickets: Ints,
    places: Ints,
    value: NDArray[np.generic] | float = 1.0,
    person: Ints | None = None,
) -> Sample:
    return Sample(
        at=facts.time(places),
        value=np.broadcast_to(np.asarray(value, dtype=np.float64), len(places)),
        ticket=tickets,
        person=np.zeros(len(places), dtype=np.int64) if person is None else person,
    )


# Volume


def opened(events: Events) -> Sample:
    facts = events.facts
    tickets = np.flatnonzero((facts.opened != NONE) & ~facts.spam)
    return _sample(facts, tickets, facts.opened[tickets])


def _resolved(facts: Facts) -> Ints:
    return np.flatnonzero(facts.counts & facts.done)


def _solved(facts: Facts) -> Ints:
    """Without those that were not wanted any more."""
    return np.flatnonzero(facts.counts & facts.done & ~facts.withdrawn)


def _of_solved(facts: Facts, tickets: Ints, value: NDArray[np.generic] | float = 1.0) -> Sample:
    return _sample(facts, tickets, facts.resolution[tickets], value, facts.resolver[tickets])


def resolved(events: Events) -> Sample:
    return _of_solved(events.facts, _resolved(events.facts))


def withdrawn(events: Events) -> Sample:
    tickets = _resolved(events.facts)
    return _of_solved(events.facts, tickets[events.facts.withdrawn[tickets]])


def backlog(events: Events) -> Sample:
    """Of those open at the end their age; the moment is the last of the period."""
    facts = events.facts
    tickets = np.flatnonzero(facts.counts & ~facts.done)
    age = (events.until - facts.time(facts.opened[tickets])) / SECOND
    last = _last_events(facts)[tickets]
    return Sample(
        at=np.full(len(tickets), events.until - 1),
        value=age.astype(np.float64),
        ticket=tickets,
        person=facts.holder[last],
    )


def _last_events(facts: Facts) -> Ints:
    if not len(facts.tickets):
        return np.empty(0, dtype=np.int64)
    return np.append(np.flatnonzero(np.diff(facts.index)), len(facts.index) - 1)


# Speed


def first_response_time(events: Events) -> Sample:
    facts = events.facts
    tickets = np.flatnonzero(facts.counts & (facts.response != NONE))
    places = facts.response[tickets]
    took = (facts.time(places) - facts.time(facts.opened[tickets])) / SECOND
    return _sample(facts, tickets, places, took, facts.log.person[places])


def resolution_time(events: Events) -> Sample:
    facts, tickets = events.facts, _solved(events.facts)
    return _of_solved(facts, tickets, _elapsed(facts, tickets) / SECOND)


def net_resolution_time(events: Events) -> Sample:
    facts, tickets = events.facts, _solved(events.facts)
    return _of_solved(facts, tickets, (_elapsed(facts, tickets) - facts.stood[tickets]) / SECOND)


def _elapsed(facts: Facts, tickets: Ints) -> Ints:
    return facts.time(facts.resolution[tickets]) - facts.time(facts.opened[tickets])


def handling_time(events: Events) -> Sample:
    facts = events.facts
    acts = np.flatnonzero((facts.log.who == AGENT) & (facts.log.person != 0))
    acts = acts[np.lexsort((acts, facts.at[acts], facts.log.person[acts]))]
    person, at = facts.log.person[acts], facts.at[acts]
    gap = np.diff(at, prepend=0)
    same = np.diff(person, prepend=0) == 0
    worked = np.where(
        same & (gap <= PAUSE // timedelta(microseconds=1)), gap, START.seconds * SECOND
    )
    tickets = facts.index[acts]
    mine = facts.counts[tickets]
    by_agents = _solved(facts)
    by_agents = by_agents[facts.agents[by_agents] > 0]
    return Sample(
        at=at[mine],
        value=worked[mine] / SECOND,
        ticket=tickets[mine],
        person=person[mine],
        over=_of_solved(facts, by_agents),
    )


# Service levels


def _sla(kind: str) -> Callable[[Events], Sample]:
    def sample(events: Events) -> Sample:
        facts = events.facts
        log = facts.log
        ours = np.array(
            [word.partition(":")[0] == kind for word in (*log.words, "")], dtype=np.bool_
        )
        marks = (log.kind == KINDS[What.MET]) | (log.kind == KINDS[What.BREACHED])
        places = np.flatnonzero(marks & ours[log.value] & facts.counts[facts.index])
        clocks = facts.index[places] * (len(log.words) + 1) + log.value[places]
        # The last word on each clock: an agreement may have been changed after the first.
        _, last = np.unique(clocks[::-1], return_index=True)
        places = np.sort(places[::-1][last])
        met = log.kind[places] == KINDS[What.MET]
        return _sample(facts, facts.index[places], places, met, facts.holder[places])

    return sample


# Quality


def fcr(events: Events) -> Sample:
    facts, tickets = events.facts, _solved(events.facts)
    tickets = tickets[(facts.agents[tickets] > 0) & ~facts.part[tickets]]
    first = (facts.agents == 1) & ~facts.escalated & facts.one_go
    return _of_solved(facts, tickets, first[tickets])


def reopen_rate(events: Events) -> Sample:
    facts = events.facts
    places = _resolutions(facts)
    tickets = facts.index[places]
    mine = facts.counts[tickets]
    places, tickets = places[mine], tickets[mine]
    by = np.where(facts.log.who[places] == AGENT, facts.log.person[places], facts.holder[places])
    return _sample(facts, tickets, places, facts.reopened[tickets] > places, by)


def _resolutions(facts: Facts) -> Ints:
    """Places of all, also of those that did not last."""
    ends = np.array([word in ("resolved", "withdrawn") for word in (*facts.log.words, "")])
    return np.flatnonzero((facts.log.kind == KINDS[What.STATUS]) & ends[facts.log.value])


def escalation_rate(events: Events) -> Sample:
    facts, tickets = events.facts, _solved(events.facts)
    return _of_solved(facts, tickets, facts.escalated[tickets])


def _ratings(facts: Facts) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """The last of each ticket: its place, the ticket's, the score."""
    log = facts.log
    scores = np.array(
        [float(word) if word in "12345" and len(word) == 1 else 0 for word in (*log.words, "")]
    )
    places = np.flatnonzero((log.kind == KINDS[What.RATED]) & (scores[log.value] > 0))
    tickets = facts.index[places]
    _, last = np.unique(tickets[::-1], return_index=True)
    places = np.sort(places[::-1][last])
    places = places[facts.counts[facts.index[places]]]
    return places, facts.index[places], scores[log.value[places]]


def csat(events: Events) -> Sample:
    places, tickets, scores = _ratings(events.facts)
    return _sample(events.facts, tickets, places, scores >= GOOD, events.facts.resolver[tickets])


def csat_score(events: Events) -> Sample:
    places, tickets, scores = _ratings(events.facts)
    return _sample(events.facts, tickets, places, scores, events.facts.resolver[tickets])


# Understanding


def _accuracy(field: str) -> Callable[[Events], Sample]:
    def sample(events: Events) -> Sample:
        facts, tickets = events.facts, _solved(events.facts)
        guessed, final = facts.guessed[field], facts.fields[field]
        tickets = tickets[(guessed[tickets] != NOTHING) & (facts.agents[tickets] > 0)]
        return _of_solved(facts, tickets, guessed[tickets] == final[tickets])

    return sample


# Self-service


class Ending(StrEnum):
    CONFIRMED = "confirmed"  # it helped, they said
    SILENT = "silent"  # they said nothing more
    REFUSED = "refused"  # it did not help, and they went away
    TICKET = "ticket"


class Matter(Struct, frozen=True):
    """Somebody was shown articles, and what it came to."""

    at: int  # when that was settled, in microseconds
    ending: Ending
    channel: str
    language: str


def matters(uses: Iterable[Use], until: int) -> tuple[tuple[Matter, ...], frozenset[int]]:
    """Those settled by then, and the tickets in whose conversation an article helped afterwards.

    `uses` are in the order of conversations and, within them, of time; later ones are passed over.
    """
    found: list[Matter] = []
    helped: set[int] = set()
    last: Use | None = None  # of the matter that runs
    ticket, here = 0, -1
    silence = SILENCE // timedelta(microseconds=1)

    def settle(matter: Use, at: int, ending: Ending) -> None:
        if at < until:
            found.append(Matter(at, ending, matter[5], matter[6]))

    def fade(matter: Use) -> None:
        ending = Ending.SILENT if matter[4] == "shown" else Ending.REFUSED
        settle(matter, matter[1] + silence, ending)

    for use in uses:
        conversation, at, _, _, what, _, _, id = use
        if at >= until:
            continue
        if last is not None and (conversation != here or at >= last[1] + silence):
            fade(last)
            last = None
        if conversation != here:
            here, ticket = conversation, 0
        if what == "shown" or (what == "not-helped" and last is not None):
            last = use
        elif what == "opened":
            ticket = id
        elif what == "helped" and last is None and ticket:
            helped.add(ticket)
        if last is not None and what in ("helped", "opened"):
            settle(last, at, Ending.CONFIRMED if what == "helped" else Ending.TICKET)
            last = None
    if last is not None:
        fade(last)
    return tuple(found), frozenset(helped)


def _of_matters(some: Sequence[Matter], *endings: Ending) -> Sample:
    kinds = sorted({(one.channel, one.language) for one in some})
    which = {kind: number for number, kind in enumerate(kinds)}
    return Sample(
        at=np.array([one.at for one in some], dtype=np.int64),
        value=np.array([one.ending in endings for one in some], dtype=np.float64),
        ticket=np.full(len(some), NONE, dtype=np.int64),
        person=np.zeros(len(some), dtype=np.int64),
        origin=np.array([which[one.channel, one.language] for one in some], dtype=np.int32),
        origins=tuple(kinds),
    )


def _deflection(ending: Ending) -> Callable[[Events], Sample]:
    return lambda events: _of_matters(events.matters, ending)


def _with_sop(facts: Facts) -> Ints:
    tickets = _solved(facts)
    return tickets[facts.sop[tickets]]


def deflection_sop_confirmed(events: Events) -> Sample:
    facts, tickets = events.facts, _with_sop(events.facts)
    return _of_solved(facts, tickets, (facts.sop_solved & (facts.agents == 0))[tickets])


def deflection_sop_silent(events: Events) -> Sample:
    facts, tickets = events.facts, _with_sop(events.facts)
    by_clock = facts.log.who[facts.resolution[tickets]] == CLOCK
    alone = (~facts.sop_solved & (facts.agents == 0))[tickets]
    return _of_solved(facts, tickets, by_clock & alone)


def kb_contribution(events: Events) -> Sample:
    """Of all that was solved, with and without a ticket."""
    without = [one for one in events.matters if one.ending is Ending.CONFIRMED]
    facts, tickets = events.facts, _solved(events.facts)
    helped = np.isin(facts.tickets[tickets], np.array(sorted(events.helped), dtype=np.int64))
    helped |= (facts.sop & facts.sop_solved & (facts.agents == 0))[tickets]
    return joined(_of_matters(without, Ending.CONFIRMED), _of_solved(facts, tickets, helped))


def joined(one: Sample, other: Sample) -> Sample:
    """`other` has tickets."""
    origin = np.full(len(other.at), NONE, dtype=np.int32)
    return Sample(
        at=np.concatenate((one.at, other.at)),
        value=np.concatenate((one.value, other.value)),
        ticket=np.concatenate((one.ticket, other.ticket)),
        person=np.concatenate((one.person, other.person)),
        origin=origin if one.origin is None else np.concatenate((one.origin, origin)),
        origins=one.origins,
    )


_UP, _DOWN = 1, -1
_ALL: Final[dict[str, tuple[tuple[str, Form, Callable[[Events], Sample], int], ...]]] = {
    "volume": (
        ("opened", Form.COUNT, opened, 0),
        ("resolved", Form.COUNT, resolved, 0),
        ("withdrawn", Form.COUNT, withdrawn, 0),
        ("backlog", Form.STOCK, backlog, _DOWN),
        ("backlog_age", Form.TIME, backlog, _DOWN),
    ),
    "speed": (
        ("first_response_time", Form.TIME, first_response_time, _DOWN),
        ("resolution_time", Form.TIME, resolution_time, _DOWN),
        ("net_resolution_time", Form.TIME, net_resolution_time, _DOWN),
        ("handling_time", Form.RATIO, handling_time, _DOWN),
    ),
    "sla": (
        ("sla_first_response", Form.SHARE, _sla("first-response"), _UP),
        ("sla_next_response", Form.SHARE, _sla("next-response"), _UP),
        ("sla_resolution", Form.SHARE, _sla("resolution"), _UP),
    ),
    "quality": (
        ("fcr", Form.SHARE, fcr, _UP),
        ("reopen_rate", Form.SHARE, reopen_rate, _DOWN),
        ("escalation_rate", Form.SHARE, escalation_rate, 0),
        ("csat", Form.SHARE, csat, _UP),
        ("csat_score", Form.MEAN, csat_score, _UP),
    ),
    "self": (
        ("deflection_article_confirmed", Form.SHARE, _deflection(Ending.CONFIRMED), _UP),
        ("deflection_article_silent", Form.SHARE, _deflection(Ending.SILENT), 0),
        ("deflection_sop_confirmed", Form.SHARE, deflection_sop_confirmed, _UP),
        ("deflection_sop_silent", Form.SHARE, deflection_sop_silent, 0),
        ("kb_contribution", Form.SHARE, kb_contribution, _UP),
        ("category_accuracy", Form.SHARE, _accuracy("category"), _UP),
        ("type_accuracy", Form.SHARE, _accuracy("type"), _UP),
    ),
}
METRICS: Final = {
    name: Metric(name=name, form=form, sample=sample, better=better, theme=theme)
    for theme, some in _ALL.items()
    for name, form, sample, better in some
}
