"""A proposal of who works when: shifts chosen so that as few agents as possible are missing in any hour.

An integer programme for one week, solved by HiGHS through SciPy. An agent may serve several languages;
that enough of them are there for every language is Hall's condition: for each set of languages, those
who speak one of them are at least as many as the set needs.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct

MISSING: Final = 100.0  # an agent missing for an hour is as bad as so many shifts
SECONDS: Final = 20.0  # for the solver; then the best that it has
REST: Final = timedelta(hours=11)  # between two shifts (Directive 2003/88/EC, article 3)
WEEK: Final = 7


class Agent(Struct, frozen=True, kw_only=True):
    name: str
    zone: ZoneInfo
    languages: frozenset[str]
    begins: time  # not earlier, by the clock there
    ends: time  # not later; earlier than `begins`: the next morning
    weekdays: frozenset[int] = frozenset(range(5))
    shift: int = 8  # hours of work, besides the break
    pause: int = 1  # hours, in the middle
    week: int = 40  # hours of work at most
    away: frozenset[date] = frozenset()


class Shift(Struct, frozen=True, kw_only=True):
    agent: str
    begins: datetime  # in the agent's zone
    ends: datetime
    pause: datetime


class Rota(Struct, frozen=True):
    shifts: tuple[Shift, ...]  # by agent, then by time
    there: dict[str, list[int]]  # language -> agents at work who speak it, by hour
    missing: list[int]  # agents too few in each hour, over all languages


class _Option(Struct, frozen=True):
    agent: int
    day: int
    begins: datetime  # UTC
    hours: frozenset[int]  # of the week, at work
    shift: Shift


def propose(
    agents: Sequence[Agent],
    needed: Mapping[str, Sequence[int]],
    first: datetime,
    shrinkage: float = 0.0,
) -> Rota:
    """`needed`: by language and hour, from `first` on, which is a full hour and aware. `shrinkage`:
    share of those on the rota who are not there after all."""
    hours = max((len(one) for one in needed.values()), default=0)
    begin = first.astimezone(UTC)
    options = [
        option
        for number, one in enumerate(agents)
        for option in _options(number, one, begin, hours)
    ]
    taken = _chosen(agents, options, needed, hours, 1 - shrinkage) if options else []
    shifts = sorted((one.shift for one in taken), key=lambda one: (one.agent, one.begins))
    at = {language: [0] * hours for language in needed}
    for one in taken:
        for language in agents[one.agent].languages & set(needed):
            for hour in one.hours:
                at[language][hour] += 1
    missing = [_short(hour, agents, taken, needed, 1 - shrinkage) for hour in range(hours)]
    return Rota(tuple(shifts), at, missing)


def _options(number: int, agent: Agent, first: datetime, hours: int) -> list[_Option]:
    found = []
    local = first.astimezone(agent.zone).date()
    for day in range(-1, hours // 24 + 1):
        on = local + timedelta(day)
        if on.weekday() not in agent.weekdays or on in agent.away:
            continue
        earliest = datetime.combine(on, agent.begins, agent.zone)
        night = agent.ends <= agent.begins
        latest = datetime.combine(on + timedelta(night), agent.ends, agent.zone)
        begin = earliest.astimezone(UTC)
        # what is needed is counted in full hours
        begin += (-timedelta(minutes=begin.minute, seconds=begin.second)) % timedelta(hours=1)
        while (end := begin + timedelta(hours=agent.shift + agent.pause)) <= latest.astimezone(UTC):
            offset = int((begin - first) / timedelta(hours=1))
            rests = offset + agent.shift // 2
            work = {offset + n for n in range(agent.shift + agent.pause)}
            work -= set(range(rests, rests + agent.pause))
            inside = frozenset(hour for hour in work if 0 <= hour < hours)
            if inside:
                shift = Shift(
                    agent=agent.name,
                    begins=begin.astimezone(agent.zone),
                    ends=end.astimezone(agent.zone),
                    pause=(begin + timedelta(hours=agent.shift // 2)).astimezone(agent.zone),
                )
                found.append(_Option(number, day, begin, inside, shift))
            begin += timedelta(hours=1)
    return found


def _chosen(
    agents: Sequence[Agent],
    options: Sequence[_Option],
    needed: Mapping[str, Sequence[int]],
    hours: int,
    present: float,
) -> list[_Option]:
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    rows: list[tuple[list[int], list[float], float, float]] = []  # columns, values, low, high
    shorts = len(options)
    for languages in _sets(needed):
        for hour in range(hours):
            need = sum(needed[one][hour] for one in languages)
            if not need:
                continue
            able = [
                n for n, one in enumerate(options)
                if hour in one.hours and agents[one.agent].languages & languages
            ]  # fmt: skip
            rows.append(([*able, shorts], [*[present] * len(able), 1.0], need, np.inf))
            shorts += 1
    for number, agent in enumerate(agents):
        own = [n for n, one in enumerate(options) if one.agent == number]
        for day in {options[n].day for n in own}:
            some = [n for n in own if options[n].day == day]
            rows.append((some, [1.0] * len(some), 0, 1))
        shifts = agent.week // agent.shift
        rows.append((own, [1.0] * len(own), 0, shifts))
        rows += [([n, m], [1.0, 1.0], 0, 1) for n, m in _too_close(own, options, agent)]
    values = [value for _, some, _, _ in rows for value in some]
    columns = [column for some, _, _, _ in rows for column in some]
    ends = np.cumsum([0, *(len(some) for some, _, _, _ in rows)])
    matrix = csr_array((values, columns, ends), shape=(len(rows), shorts))
    slack = shorts - len(options)
    # later shifts cost a trifle more, so that equal rotas are not left to chance
    cost = np.array([1 + 1e-4 * n / len(options) for n in range(len(options))] + [MISSING] * slack)
    limits = LinearConstraint(matrix, [low for *_, low, _ in rows], [high for *_, high in rows])
    whole = np.array([1] * len(options) + [0] * slack)
    upper = np.array([1.0] * len(options) + [np.inf] * slack)
    solved = milp(
        cost, constraints=limits, integrality=whole, bounds=Bounds(0, upper),
        options={"time_limit": SECONDS, "mip_rel_gap": 1e-3},
    )  # fmt: skip
    if solved.x is None:
        return []
    return [one for one, taken in zip(options, solved.x, strict=False) if taken > 0.5]


def _sets(needed: Mapping[str, Sequence[int]]) -> list[frozenset[str]]:
    names = sorted(needed)
    return [
        frozenset(some) for size in range(1, len(names) + 1) for some in combinations(names, size)
    ]


def _too_close(
    own: Sequence[int], options: Sequence[_Option], agent: Agent
) -> list[tuple[int, int]]:
    """Pairs of shifts of different days with too little rest between them."""
    length = timedelta(hours=agent.shift + agent.pause)
    return [
        (n, m)
        for n, m in combinations(own, 2)
        if options[n].day != options[m].day
        and abs(options[m].begins - options[n].begins) < length + REST
    ]


def _short(
    hour: int,
    agents: Sequence[Agent],
    taken: Sequence[_Option],
    needed: Mapping[str, Sequence[int]],
    present: float,
) -> int:
    """The most that any set of languages lacks."""
    there = [agents[one.agent].languages for one in taken if hour in one.hours]
    lack = 0.0
    for languages in _sets(needed):
        able = sum(bool(spoken & languages) for spoken in there)
        lack = max(lack, sum(needed[one][hour] for one in languages) - present * able)
    return int(np.ceil(lack - 1e-6))
