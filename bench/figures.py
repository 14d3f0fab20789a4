"""One line a figure: what was measured, what it is measured by, and whether that is enough."""

import os
import statistics
from collections.abc import Sequence


def ratio(name: str, ours: Sequence[float], limit: Sequence[float], least: float) -> bool:
    """Rates measured in turn; the median of the pairs' ratios must be at least `least`."""
    pairs = [a / b for a, b in zip(ours, limit, strict=True)]
    return _line(
        name,
        f"{statistics.median(ours):,.0f}/s of {statistics.median(limit):,.0f}/s",
        statistics.median(pairs),
        f">= {least}",
        statistics.median(pairs) >= least,
        f"{min(pairs):.2f}-{max(pairs):.2f}",
    )


def growth(name: str, large: Sequence[float], small: Sequence[float], most: float) -> bool:
    """Times measured in turn; the median of the pairs' ratios must be at most `most`."""
    pairs = [a / b for a, b in zip(large, small, strict=True)]
    return _line(
        name,
        f"{statistics.median(large) * 1e3:.2f} ms over {statistics.median(small) * 1e3:.2f} ms",
        statistics.median(pairs),
        f"<= {most}",
        statistics.median(pairs) <= most,
        f"{min(pairs):.2f}-{max(pairs):.2f}",
    )


def at_least(name: str, value: float, least: float, unit: str, spread: str = "") -> bool:
    return _line(name, unit, value, f">= {least:g}", value >= least, spread)


def at_most(name: str, value: float, most: float, unit: str, spread: str = "") -> bool:
    return _line(name, unit, value, f"<= {most:g}", value <= most, spread)


def note(name: str, value: float, unit: str) -> None:
    print(f"   {name:58} {value:8.2f}  {'':9}{unit}", flush=True)


def load() -> str:
    return f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores"


def _line(name: str, what: str, value: float, target: str, good: bool, spread: str) -> bool:
    mark = "✓" if good else "✗"
    print(f" {mark} {name:58} {value:8.2f}  {target:9}{what}  {spread}", flush=True)
    return good
