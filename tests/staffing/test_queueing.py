"""Erlang's formulas against the tables that everybody uses, and against a simulation of the line itself."""

import heapq
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.staffing.queueing import Load, Target, agents, erlang_b, erlang_c, service

# Offered traffic at which 1 % is blocked: the published Erlang B table (ITU-D, Teletraffic Engineering,
# 2005).
BLOCKED_1_PERCENT = {
    1: 0.0101, 2: 0.1526, 3: 0.4555, 4: 0.8694, 5: 1.3608, 6: 1.9090, 7: 2.5009, 8: 3.1276, 9: 3.7825,
    10: 4.4612, 15: 8.1080, 20: 12.031, 30: 20.337, 50: 37.901, 100: 84.064,
}  # fmt: skip
# Probability to wait at 10 erlangs.
WAITING_AT_10 = {11: 0.6821, 12: 0.4494, 13: 0.2853, 14: 0.1741, 15: 0.1020}


@pytest.mark.parametrize(("servers", "erlangs"), BLOCKED_1_PERCENT.items())
def test_erlang_b_is_the_published_table(servers: int, erlangs: float) -> None:
    low, high = 0.0, 1_000.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if erlang_b(middle, servers) < 0.01 else (low, middle)
    digits = 4 if erlangs < 10 else 3
    assert round(low, digits) == pytest.approx(erlangs, abs=10**-digits)


@pytest.mark.parametrize(("servers", "waiting"), WAITING_AT_10.items())
def test_erlang_c_is_the_published_table(servers: int, waiting: float) -> None:
    assert erlang_c(10, servers) == pytest.approx(waiting, abs=5e-5)


def test_erlang_c_for_few_servers_is_the_textbook_fraction() -> None:
    assert erlang_c(1, 2) == pytest.approx(
        1 / 3, abs=1e-12
    )  # M/M/2: 2 rho^2 / (1 + rho), rho = 1/2
    assert erlang_c(0.6, 1) == pytest.approx(0.6, abs=1e-12)  # M/M/1: rho


def test_a_call_centre_as_in_the_textbooks() -> None:
    """100 calls in half an hour, 3 minutes each, 80 % within 20 seconds: 14 agents, 88.8 % and 7.8
    seconds."""
    load = Load(rate=100 / 1800, handling=180)
    assert agents(load, Target(share=0.8, within=20)) == 14
    got = service(load, 14, 20)
    assert (round(got.within, 3), round(got.mean_wait, 1)) == (0.888, 7.8)
    assert service(load, 13, 20).within == pytest.approx(0.7960, abs=5e-4)


def test_more_work_than_servers_is_a_line_without_end() -> None:
    got = service(Load(rate=1, handling=10), 5, 20)
    assert (got.within, got.mean_wait, got.waiting) == (0, math.inf, 1)


def test_with_endless_patience_palm_is_erlang() -> None:
    patient = service(Load(rate=100 / 1800, handling=180, patience=1e7), 14, 20)
    forever = service(Load(rate=100 / 1800, handling=180), 14, 20)
    assert patient.within == pytest.approx(forever.within, abs=1e-4)
    assert patient.mean_wait == pytest.approx(forever.mean_wait, rel=1e-3)


def test_palm_for_one_server_by_hand() -> None:
    """With patience as long as handling (theta = mu) the number there is Poisson with mean r = lambda /
    mu: the line is M/M/infinity. So 1 - e^-r wait, and E[(N-1)+] = r - 1 + e^-r are in line."""
    got = service(Load(rate=0.01, handling=100, patience=100), 1, 0)
    assert got.waiting == pytest.approx(1 - math.exp(-1), abs=1e-9)
    assert got.abandoned == pytest.approx(math.exp(-1), abs=1e-9)
    assert got.within == pytest.approx(math.exp(-1), abs=1e-9)


def simulated(load: Load, servers: int, within: float, calls: int) -> tuple[float, float]:
    """(within, abandoned) of a line played call by call."""
    chance = random.Random(5)
    free = [0.0] * servers
    now, good, gone = 0.0, 0, 0
    for _ in range(calls):
        now += chance.expovariate(load.rate)
        wait = max(0.0, free[0] - now)
        assert load.patience is not None
        if chance.expovariate(1 / load.patience) < wait:
            gone += 1
            continue
        good += wait <= within
        heapq.heapreplace(free, now + wait + chance.expovariate(1 / load.handling))
    return good / calls, gone / calls


def test_palm_is_what_happens_in_a_line() -> None:
    load = Load(rate=0.05, handling=200, patience=90)
    good, gone = simulated(load, 9, 20, 60_000)
    got = service(load, 9, 20)
    assert got.within == pytest.approx(good, abs=0.01)
    assert got.abandoned == pytest.approx(gone, abs=0.01)


@given(st.floats(1e-4, 0.2), st.floats(10, 900), st.floats(10, 600) | st.none(), st.integers(0, 60))
def test_one_more_agent_never_makes_it_worse(
    rate: float, handling: float, patience: float | None, servers: int
) -> None:
    load = Load(rate=rate, handling=handling, patience=patience)
    less, more = service(load, servers, 20), service(load, servers + 1, 20)
    assert more.within >= less.within - 1e-9
    assert more.mean_wait <= less.mean_wait + 1e-6
    assert 0 <= more.abandoned <= 1
    assert 0 <= more.within <= 1


@given(st.floats(1e-4, 0.1), st.floats(30, 900), st.integers(1, 3))
def test_the_fewest_agents_reach_the_target_and_one_less_does_not(
    rate: float, handling: float, concurrency: int
) -> None:
    load, target = Load(rate=rate, handling=handling, patience=120), Target(share=0.85, within=30)
    count = agents(load, target, concurrency, 0.2)
    work = Load(rate=rate, handling=handling * (1 + 0.2 * (concurrency - 1)), patience=120)
    assert service(work, count * concurrency, 30).within >= 0.85
    assert service(work, (count - 1) * concurrency, 30).within < 0.85
