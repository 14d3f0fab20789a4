"""Work that can wait, such as mail: it is taken oldest first, and what is not done stays for later.

Erlang's formulas do not fit it: a mail at night is answered in the morning. So the hours are played
through.
"""

from collections import deque
from collections.abc import Sequence

from msgspec import Struct


class Played(Struct, frozen=True):
    """What became of the work. All lists are by interval."""

    within: tuple[
        float, ...
    ]  # share of what arrived then that is done in time; 1 where nothing arrived
    left: tuple[float, ...]  # contacts waiting at its end
    busy: tuple[float, ...]  # share of the capacity used


def play(
    arrivals: Sequence[float],
    agents: Sequence[float],
    open_: Sequence[bool],
    *,
    handling: float,
    interval: float,
    within: float,
) -> Played:
    """`arrivals`, `agents` and whether the desk is open by interval of `interval` seconds; a contact takes
    `handling` of an agent's time and is to be done `within` seconds of open time."""
    clock, passed = [], 0.0  # open seconds before each interval
    for works in open_:
        clock.append(passed)
        passed += interval if works else 0.0
    line: deque[list[float]] = deque()  # [interval of arrival, contacts]
    done = [0.0] * len(arrivals)
    left, busy = [], []
    for at, (come, there) in enumerate(zip(arrivals, agents, strict=True)):
        if come > 0:
            line.append([at, come])
        can = capacity = there * interval / handling
        while line and can > 1e-12:
            first = line[0]
            take = min(first[1], can)
            if clock[at] - clock[int(first[0])] <= within:
                done[int(first[0])] += take
            first[1] -= take
            can -= take
            if first[1] <= 1e-12:
                line.popleft()
        left.append(sum(waiting for _, waiting in line))
        busy.append((capacity - can) / capacity if capacity > 0 else 0.0)
    share = tuple(done[at] / come if come > 0 else 1.0 for at, come in enumerate(arrivals))
    return Played(share, tuple(left), tuple(busy))


def agents(
    arrivals: Sequence[float],
    open_: Sequence[bool],
    *,
    handling: float,
    interval: float,
    within: float,
    share: float,
) -> list[int]:
    """The fewest for every open interval, the same number in all, so that `share` of what arrives is
    done in time. All of it counts, so a bad hour may be made good by another; what comes after the last
    open interval is not theirs."""
    last = max((at for at, works in enumerate(open_) if works), default=-1)
    arrivals = [one if at <= last else 0.0 for at, one in enumerate(arrivals)]
    total = sum(arrivals)
    if total <= 0 or not any(open_):
        return [0] * len(arrivals)

    def reached(count: float) -> bool:
        there = [count if works else 0.0 for works in open_]
        played = play(arrivals, there, open_, handling=handling, interval=interval, within=within)
        good = sum(one * come for one, come in zip(played.within, arrivals, strict=True))
        return good >= share * total

    low, high = 0, 1
    most = int(total * handling / interval) + 2
    while not reached(high) and high < most:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return [high if works else 0 for works in open_]
