"""How sure a figure is, and whether it changed. Pure; everything at 95 %.

Shares: Wilson's interval (Wilson 1927). Counts: the exact Poisson interval (Garwood 1936). Medians: the
interval between order statistics (normal approximation of the binomial). Means: normal. Two figures are
compared by the method of variance estimates recovery (MOVER; of shares: Newcombe's method 10, 1998).
"""

import math
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Z: Final = 1.959963984540054  # of the normal distribution, 97.5 %


class Estimate(Struct, frozen=True):
    """A value with its interval; None: it cannot be told."""

    value: float
    low: float | None = None
    high: float | None = None


class Change(Struct, frozen=True):
    """From one estimate to the next."""

    difference: float
    low: float | None = None
    high: float | None = None

    @property
    def is_clear(self) -> bool | None:
        """Whether it is more than chance may do; None: nobody can tell."""
        if self.low is None or self.high is None:
            return None
        return self.low > 0 or self.high < 0


def share(hits: int, of: int) -> Estimate:
    """`of` is not 0."""
    p = hits / of
    middle = (p + Z * Z / (2 * of)) / (1 + Z * Z / of)
    half = Z * math.sqrt(p * (1 - p) / of + Z * Z / (4 * of * of)) / (1 + Z * Z / of)
    low = 0.0 if hits == 0 else max(middle - half, 0.0)
    high = 1.0 if hits == of else min(middle + half, 1.0)
    return Estimate(p, low, high)


def count(number: int) -> Estimate:
    from scipy.special import gammaincinv  # a quarter of a second: not with every start of the desk

    low = float(gammaincinv(number, 0.025)) if number else 0.0
    return Estimate(float(number), low, float(gammaincinv(number + 1, 0.975)))


def quantile(values: NDArray[np.float64], share: float) -> Estimate:
    """`values` are sorted, and there are some. Linear between ranks, as spreadsheets do."""
    n = len(values)
    found = float(np.quantile(values, share))
    half = Z * math.sqrt(n * share * (1 - share))
    low, high = math.floor(n * share - half), math.ceil(n * share + half)
    if low < 0 or high >= n:
        return Estimate(found)
    return Estimate(found, min(float(values[low]), found), max(float(values[high]), found))


def mean(values: NDArray[np.float64]) -> Estimate:
    """There are some."""
    found = float(np.mean(values))
    if len(values) < 2:
        return Estimate(found)
    half = Z * float(np.std(values, ddof=1)) / math.sqrt(len(values))
    return Estimate(found, found - half, found + half)


def change(before: Estimate, now: Estimate) -> Change:
    difference = now.value - before.value
    if before.low is None or before.high is None or now.low is None or now.high is None:
        return Change(difference)
    down = math.hypot(now.value - now.low, before.high - before.value)
    up = math.hypot(now.high - now.value, before.value - before.low)
    return Change(difference, difference - down, difference + up)
