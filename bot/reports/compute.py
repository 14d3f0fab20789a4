"""From events to figures: of the whole period, of the equal period before, of every group. Pure."""

from collections.abc import Sequence
from itertools import product
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from bot.reports import estimates
from bot.reports.dimensions import AGENT, SPANS, Groups, groups, local, ordered, spans
from bot.reports.estimates import Change, Estimate
from bot.reports.facts import NONE, Facts
from bot.reports.metrics import METRICS, Events, Form, Metric, Sample
from store.reports import Ints

FEW: Final = 5  # of so few nothing is told about one person
TAIL: Final = 0.9


class Figure(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One number. `value` None with `n` 0: there was nothing to count; `hidden`: too few to be told."""

    n: int = 0  # what it is of: tickets, answers, matters
    value: float | None = None  # a count, a share of 1, seconds, a score
    low: float | None = None  # its interval at 95 %
    high: float | None = None
    p90: float | None = None  # of times
    hidden: bool = False

    @property
    def estimate(self) -> Estimate | None:
        return None if self.value is None else Estimate(self.value, self.low, self.high)


NOTHING: Final = Figure()
HIDDEN: Final = Figure(hidden=True)


class Row(Struct, frozen=True, kw_only=True):
    keys: tuple[str, ...]  # of each dimension
    figures: dict[str, Figure]


class Table(Struct, frozen=True, kw_only=True):
    by: tuple[str, ...]
    rows: tuple[Row, ...]


class Computed(Struct, frozen=True, kw_only=True):
    """Everything of a report but its words."""

    total: dict[str, Figure]
    before: dict[str, Figure]
    changes: dict[str, Change]
    table: Table | None


def total(events: Events, names: Sequence[str]) -> dict[str, Figure]:
    found = {}
    for metric in _chosen(names):
        sample = within(metric.name, events)
        found[metric.name] = _figure(metric, sample.value, _size(sample.over, events))
    return found


def changes(before: dict[str, Figure], now: dict[str, Figure]) -> dict[str, Change]:
    found = {}
    for name, figure in now.items():
        was, here = before[name].estimate, figure.estimate
        if was is not None and here is not None:
            found[name] = estimates.change(was, here)
    return found


def table(events: Events, names: Sequence[str], by: Sequence[str], zone: ZoneInfo) -> Table:
    """`by`: one or two dimensions. Groups that nothing at all belongs to are left out, unless they are of
    time."""
    columns: dict[str, dict[tuple[str, ...], Figure]] = {}
    timed: dict[str, tuple[str, ...]] = {}
    for metric in _chosen(names):
        sample = within(metric.name, events)
        if metric.form is Form.STOCK and by[0] in SPANS:
            columns[metric.name] = _stock(events, by, zone)
            continue
        grouped = [
            groups(one, sample, events.facts, events.since, events.until, zone) for one in by
        ]
        over = None
        if sample.over is not None:
            lower = _within(sample.over, events)
            over = _split(lower, [_groups(one, lower, events, zone) for one in by])
        columns[metric.name] = _column(metric, _split(sample, grouped), over, AGENT in by)
        for name, one in zip(by, grouped, strict=True):
            if name in ("hour", "weekday", *SPANS):
                timed[name] = one.keys
    return Table(by=tuple(by), rows=_rows(columns, by, timed))


def _groups(name: str, sample: Sample, events: Events, zone: ZoneInfo) -> Groups:
    return groups(name, sample, events.facts, events.since, events.until, zone)


def _chosen(names: Sequence[str]) -> list[Metric]:
    return [METRICS[name] for name in names]


def _within(sample: Sample, events: Events) -> Sample:
    keep = (sample.at >= events.since) & (sample.at < events.until)
    return Sample(
        at=sample.at[keep],
        value=sample.value[keep],
        ticket=sample.ticket[keep],
        person=sample.person[keep],
        origin=None if sample.origin is None else sample.origin[keep],
        origins=sample.origins,
        over=sample.over,
    )


def _size(over: Sample | None, events: Events) -> int:
    return 0 if over is None else len(_within(over, events).at)


Values = NDArray[np.float64]


def _split(sample: Sample, grouped: Sequence[Groups]) -> dict[tuple[str, ...], Values]:
    """The values of each group that has some."""
    code = np.zeros(len(sample.at), dtype=np.int64)
    left = np.ones(len(sample.at), dtype=np.bool_)
    for one in grouped:
        code = code * max(len(one.keys), 1) + one.code
        left &= one.code != NONE
    values, code = sample.value[left], code[left]
    if len(code) and code.max() < 1 << 15:
        code = code.astype(np.int16)  # which are sorted in one go
    order = np.argsort(code, kind="stable")
    some, begins = np.unique(code[order], return_index=True)
    names = list(product(*(one.keys for one in grouped)))
    parts = np.split(values[order], begins[1:]) if len(some) else []
    return {names[one]: part for one, part in zip(some.tolist(), parts, strict=True)}


def _column(
    metric: Metric,
    parts: dict[tuple[str, ...], Values],
    over: dict[tuple[str, ...], Values] | None,
    of_people: bool,
) -> dict[tuple[str, ...], Figure]:
    found = {}
    for keys in parts.keys() | (over or {}).keys():
        values = parts.get(keys, np.empty(0))
        figure = _figure(metric, values, len((over or {}).get(keys, ())))
        found[keys] = HIDDEN if of_people and 0 < figure.n < FEW else figure
    return found


def _figure(metric: Metric, values: Values, over: int) -> Figure:
    n = len(values)
    match metric.form:
        case Form.COUNT:
            return _told(n, estimates.count(n))
        case Form.STOCK:
            return Figure(n=n, value=float(n))
        case Form.RATIO:
            return Figure(n=over, value=float(values.sum()) / over if over else None)
        case _ if n == 0:
            return NOTHING
        case Form.SHARE:
            return _told(n, estimates.share(int(values.sum()), n))
        case Form.MEAN:
            return _told(n, estimates.mean(values))
        case Form.TIME:
            values = np.sort(values)
            p90 = float(np.quantile(values, TAIL))
            return _told(n, estimates.quantile(values, 0.5), p90)


def _told(n: int, found: Estimate, p90: float | None = None) -> Figure:
    return Figure(n=n, value=found.value, low=found.low, high=found.high, p90=p90)


def _stock(events: Events, by: Sequence[str], zone: ZoneInfo) -> dict[tuple[str, ...], Figure]:
    """How many are open at the end of each day, week or month."""
    facts = events.facts
    places, steps = facts.states
    mine = facts.counts[facts.index[places]]
    places, steps = places[mine], steps[mine]
    sample = Sample(
        at=facts.time(places),
        value=steps.astype(np.float64),
        ticket=facts.index[places],
        person=facts.holder[places],
    )
    others = [_groups(one, sample, events, zone) for one in by[1:]]
    ends = spans(by[0], events.since, events.until, zone)
    found: dict[tuple[str, ...], Figure] = {}
    for key, end in ends:
        before = sample.at < end
        part = Sample(
            at=sample.at[before],
            value=sample.value[before],
            ticket=sample.ticket[before],
            person=sample.person[before],
        )
        some = [Groups(one.keys, one.code[before]) for one in others]
        sums = {(): part.value} if not by[1:] else _split(part, some)
        for keys, values in sums.items():
            count = int(values.sum())
            hidden = AGENT in by and 0 < count < FEW
            found[key, *keys] = HIDDEN if hidden else Figure(n=count, value=float(count))
    return found


def _rows(
    columns: dict[str, dict[tuple[str, ...], Figure]],
    by: Sequence[str],
    timed: dict[str, tuple[str, ...]],
) -> tuple[Row, ...]:
    present = {keys for column in columns.values() for keys in column}
    orders = []
    for place, name in enumerate(by):
        keys = timed.get(name) or sorted({keys[place] for keys in present})
        size: dict[str, int] = dict.fromkeys(keys, 0)
        for column in columns.values():
            for one, figure in column.items():
                size[one[place]] = size.get(one[place], 0) + figure.n
        orders.append(ordered(name, list(keys), lambda key, size=size: size[key]))  # type: ignore[misc]
    alone = len(by) == 1
    return tuple(
        Row(
            keys=keys,
            figures={
                name: _cell(column, keys, name, AGENT in by) for name, column in columns.items()
            },
        )
        for keys in product(*orders)
        if keys in present or (alone and by[0] in timed)
    )


def _cell(
    column: dict[tuple[str, ...], Figure], keys: tuple[str, ...], name: str, of_people: bool
) -> Figure:
    if keys in column:
        return column[keys]
    # What is nobody's has no figure of anybody; all else that was counted and not found is none.
    counted = METRICS[name].form in (Form.COUNT, Form.STOCK) and (bool(column) or not of_people)
    return Figure(n=0, value=0.0) if counted else NOTHING


def ages(facts: Facts, until: int, edges: Sequence[int]) -> list[int]:
    """How many of the open tickets are younger than each edge (seconds) and not than the one before; the
    last are older than all."""
    tickets = np.flatnonzero(facts.counts & ~facts.done)
    age = (until - facts.time(facts.opened[tickets])) // 1_000_000
    bands = np.bincount(np.searchsorted(edges, age, "right"), minlength=len(edges) + 1)
    return [int(one) for one in bands]


def within(name: str, events: Events) -> Sample:
    """What a metric counts in the period."""
    if name not in events.samples:
        events.samples[name] = _within(METRICS[name].sample(events), events)
    return events.samples[name]


def by_hour(sample: Sample, zone: ZoneInfo) -> Ints:
    """How many in each hour of the week, from Monday 0:00."""
    shown = local(sample.at, zone) // 3_600_000_000
    return np.bincount((shown + 24 * 3) % 168, minlength=168)
