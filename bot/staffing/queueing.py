"""What a number of agents achieves when people wait in line: Erlang's formulas, and Palm's.

Erlang C: nobody hangs up (Erlang 1917). Erlang A, M/M/n+M: people wait as long as their patience, which is
exponential (Palm 1957; Garnett, Mandelbaum and Reiman 2002). Arrivals are Poisson, handling is exponential.
A chat agent who serves several people at once counts as that many servers, each of them slower.
"""

import math
from typing import Final

from msgspec import Struct

MOST: Final = 100_000  # agents that are ever tried
LEFT_OUT: Final = 1e-12  # probability of longer lines


class Load(Struct, frozen=True, kw_only=True):
    """Work of one kind in one interval."""

    rate: float  # arrivals a second
    handling: float  # seconds a contact takes
    patience: float | None = None  # mean seconds somebody waits before giving up; None: for ever

    @property
    def erlangs(self) -> float:
        return self.rate * self.handling


class Service(Struct, frozen=True, kw_only=True):
    """What they get. Shares are of all who come."""

    waiting: float  # share who have to wait at all
    mean_wait: float  # seconds, of all; infinite when the line only grows
    within: float  # share answered within the target time
    abandoned: float  # share who give up
    occupancy: float  # of the agents' time that is work


class Target(Struct, frozen=True, kw_only=True):
    share: float = 0.8  # to be answered ...
    within: float = 20.0  # ... within so many seconds


def erlang_b(erlangs: float, servers: int) -> float:
    """Probability that all servers are busy where nobody waits, by the stable recursion."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = erlangs * blocked / (n + erlangs * blocked)
    return blocked


def erlang_c(erlangs: float, servers: int) -> float:
    """Probability to have to wait; 1 when there is more work than servers."""
    if servers <= erlangs:
        return 1.0
    blocked = erlang_b(erlangs, servers)
    return servers * blocked / (servers - erlangs * (1 - blocked))


def service(load: Load, servers: int, within: float) -> Service:
    """By Erlang A where there is a patience, else by Erlang C. Raises ValueError for less than nothing."""
    if load.rate < 0 or load.handling <= 0 or servers < 0 or within < 0:
        raise ValueError(f"no such work: {load}, {servers} servers, {within} s")
    if load.rate == 0:
        return Service(waiting=0, mean_wait=0, within=1, abandoned=0, occupancy=0)
    return (
        _palm(load, servers, within)
        if load.patience is not None
        else _erlang(load, servers, within)
    )


def _erlang(load: Load, servers: int, within: float) -> Service:
    spare = servers - load.erlangs
    if spare <= 0:
        return Service(waiting=1, mean_wait=math.inf, within=0, abandoned=0, occupancy=1)
    waits = erlang_c(load.erlangs, servers)
    return Service(
        waiting=waits,
        mean_wait=waits * load.handling / spare,
        within=1 - waits * math.exp(-spare * within / load.handling),
        abandoned=0,
        occupancy=load.erlangs / servers,
    )


def _palm(load: Load, servers: int, within: float) -> Service:
    """From the stationary line, state by state.

    Who comes when all n servers are busy and j wait is served if its patience outlasts the time until
    j+1 others have left, each by being served or by giving up: a sum of exponentials with the rates
    n*mu + i*theta, i = 0..j. U = exp(-theta * that time) is Beta(n*mu/theta, j+1), which gives what is
    needed in closed form.
    """
    from scipy.special import betainc

    assert load.patience is not None
    mu, theta = 1 / load.handling, 1 / load.patience
    states = _stationary(load.rate, mu, theta, servers)
    busy = states[servers:]
    waiting = sum(busy)
    mean_line = sum(j * p for j, p in enumerate(busy))
    abandoned = theta * mean_line / load.rate
    at_once = sum(states[:servers])
    soon = at_once
    if servers > 0:
        a, least = servers * mu / theta, math.exp(-theta * within)
        for j, p in enumerate(busy):
            # E[U; U >= least]: patience outlasts the wait, and the wait is short enough
            soon += p * (a / (a + j + 1)) * float(1 - betainc(a + 1, j + 1, least))
    served = load.rate * (1 - abandoned)
    return Service(
        waiting=waiting,
        mean_wait=mean_line / load.rate,
        within=min(1.0, soon),
        abandoned=abandoned,
        occupancy=served * load.handling / servers if servers else 1.0,
    )


def _stationary(rate: float, mu: float, theta: float, servers: int) -> list[float]:
    """Of how many are there, until longer lines no longer count."""
    logs, state = [0.0], 0
    best = 0.0
    while True:
        state += 1
        leaving = min(state, servers) * mu + max(0, state - servers) * theta
        logs.append(logs[-1] + math.log(rate / leaving))
        best = max(best, logs[-1])
        if leaving > rate and logs[-1] < best + math.log(LEFT_OUT):
            break
    weights = [math.exp(one - best) for one in logs]
    total = sum(weights)
    return [one / total for one in weights]


def agents(load: Load, target: Target, concurrency: int = 1, slower: float = 0.0) -> int:
    """The fewest who reach the target. Each serves `concurrency` at once, and every further one makes all
    take `slower` of their time longer."""
    if load.rate <= 0:
        return 0
    stretched = load.handling * (1 + slower * (concurrency - 1))
    work = Load(rate=load.rate, handling=stretched, patience=load.patience)
    low, high = 0, max(1, math.ceil(work.erlangs / concurrency))

    def reached(count: int) -> bool:
        return service(work, count * concurrency, target.within).within >= target.share

    while not reached(high):
        if high >= MOST:
            raise ValueError("no number of agents reaches the target")
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high
