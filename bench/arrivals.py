"""How wrong the forecast of arrivals is, beside "as the same weekday of last week": `python -m
bench.arrivals`.

On years generated with patterns of weekdays, months' ends, holidays, season and growth, and noise that
is wider than Poisson's; each of the last 12 weeks is forecast from all before it. Several years, as one
may be lucky; and the same where one in fifty of the arrivals comes, known for 90 days only.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

import numpy as np

from bot.staffing.forecast import forecast

YEARS: Final = 5
WEEKS: Final = 12
SPARSE: Final = 0.02  # share of the arrivals
SHORT: Final = 90  # days before the first of the weeks
WEEKDAYS: Final = (1.35, 1.1, 1.0, 0.98, 0.85, 0.12, 0.08)
FIXED: Final = {
    (1, 1),
    (1, 7),
    (3, 8),
    (5, 1),
    (5, 9),
    (6, 12),
    (10, 3),
    (11, 4),
    (12, 25),
    (12, 26),
}


def year_of_arrivals(
    seed: int, first: date = date(2025, 1, 1), days: int = 365, share: float = 1.0
) -> tuple[dict[date, list[float]], Callable[[date], bool]]:
    """Arrivals by hour of each day, and which days are holidays. `share`: of them that come."""
    random = np.random.default_rng(seed)
    hours = np.array(
        [0.2, 0.1, 0.1, 0.1, 0.1, 0.3, 1, 4, 9, 10, 9, 8, 6, 7, 8, 7, 6, 4, 2, 1, 1, 0.6, 0.4, 0.3]
    )
    hours /= hours.sum()
    base, growth = random.uniform(60, 400), random.uniform(-0.2, 0.5)
    ends, monday = random.uniform(1.1, 1.4), random.uniform(1.1, 1.4)

    def holiday(day: date) -> bool:
        return (day.month, day.day) in FIXED

    history = {}
    for n in range(days):
        day = first + timedelta(n)
        level = base * (1 + growth * n / 365) * WEEKDAYS[day.weekday()]
        level *= 1 + 0.1 * np.cos(2 * np.pi * (n - 20) / 365.25)
        if holiday(day):
            level *= 0.1
        elif (day + timedelta(3)).month != day.month:
            level *= ends
        elif holiday(day - timedelta(1)):
            level *= monday
        level *= random.gamma(40, 1 / 40)
        history[day] = [float(x) for x in random.poisson(level * share * hours)]
    return history, holiday


def measure() -> bool:
    return _measure("a year", 1.0, 0) & _measure(
        f"little, of {SHORT} days", SPARSE, 365 - SHORT - 7 * WEEKS
    )


def _measure(what: str, share: float, skipped: int) -> bool:
    wrong = naive = total = 0.0
    ways: Counter[str] = Counter()
    for seed in range(YEARS):
        history, holiday = year_of_arrivals(seed, share=share)
        known = sorted(history)[skipped:]
        for week in range(WEEKS):
            until = len(known) - 7 * (WEEKS - week)
            found = forecast(
                {day: history[day] for day in known[:until]}, known[until : until + 7], holiday
            )
            ways[found.by.name.lower()] += 1
            for one in found.days:
                true = sum(history[one.day])
                wrong += abs(one.arrivals - true)
                naive += abs(sum(history[one.day - timedelta(7)]) - true)
                total += true
    print(
        f"forecast, {what}: {wrong / total:.3f} of all arrivals wrong, last week's day"
        f" {naive / total:.3f}, ratio {wrong / naive:.2f} (wanted below 1; {YEARS} times {WEEKS} weeks,"
        f" by {', '.join(f'{way} {count}' for way, count in sorted(ways.items()))})"
    )
    return wrong < naive


if __name__ == "__main__":
    raise SystemExit(not measure())
