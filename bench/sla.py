"""Working time and deadlines: how long a hundred thousand take, and many more random lives of tickets
against the count minute by minute than the tests have time for.

    python3 -m bench.sla [--examples 2000]
"""

import argparse
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.desk.agreements import Agreement, Kind, Scope, Terms, terms
from bot.desk.calendar import Calendar, calendar_of, years_around
from bot.desk.sla import clocks_of
from store.sla import Happened
from tests.desk import test_calendar, test_sla
from tests.desk.minutes import plans

MANY = 100_000
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
LIFE = (  # of a ticket: hours after it was opened, who, what, new
    (0, "requester", "opened", None),
    (1, "agent", "reply", None),
    (1, "agent", "status", "pending-user"),
    (20, "requester", "message", None),
    (20, "requester", "status", "open"),
    (23, "agent", "reply", None),
    (23, "agent", "status", "pending-third-party"),
    (90, "agent", "status", "open"),
    (95, "requester", "message", None),
    (96, "agent", "reply", None),
    (97, "agent", "status", "resolved"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--examples", type=int, default=500, help="of each property")
    options = parser.parse_args()
    calendar = calendar_of(
        "office",
        zone="Europe/Berlin",
        hours=["mon-thu 08:00-12:30 13:15-17:30", "fri 08:00-15:00"],
        country="DE-BY",
        years=years_around(2026),
    )
    print("seconds of processor time")
    arithmetic(calendar)
    clocks(calendar)
    print("random cases, equal to the count minute by minute")
    for name, cases in properties(options.examples):
        timed(f"{options.examples:,} of {name}", cases)


def arithmetic(calendar: Calendar) -> None:
    starts = [BEGIN + timedelta(minutes=5 * number % 500_000) for number in range(MANY)]
    day, months = timedelta(hours=8), timedelta(hours=500)
    timed(f"{MANY:,} deadlines after 8 h", lambda: [calendar.add(one, day) for one in starts])
    timed(f"{MANY:,} deadlines after 500 h", lambda: [calendar.add(one, months) for one in starts])
    long = timedelta(days=90)
    timed(
        f"{MANY:,} stretches of 90 days",
        lambda: [calendar.between(one, one + long) for one in starts],
    )


def clocks(calendar: Calendar) -> None:
    lengths = ({"high": 120}, {"high": 240}, {"high": 540})
    agreement = Agreement(
        name="x",
        scope=Scope(),
        calendar=calendar,
        targets=dict(zip(Kind, lengths, strict=True)),
        warn=("75%",),
    )
    held = terms(agreement, "high")
    lives = [life(number, held) for number in range(MANY // 10)]
    later = BEGIN + timedelta(days=400)
    timed(
        f"{len(lives):,} tickets of {len(LIFE) + 1} events, all their clocks",
        lambda: [clocks_of(one, lambda _: held, later) for one in lives],
    )


def life(number: int, held: Terms) -> list[Happened]:
    at = BEGIN + timedelta(minutes=37 * number % 300_000)
    opened, *rest = (
        Happened(at + timedelta(hours=hours), who, what, None, new, None)
        for hours, who, what, new in LIFE
    )
    return [opened, Happened(at, "clock", "agreement", None, held.id, None), *rest]


def properties(examples: int) -> Iterator[tuple[str, Callable[[], Any]]]:
    more = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    checks: tuple[tuple[Any, tuple[Any, ...]], ...] = (
        (
            test_calendar.test_between_is_what_counting_minutes_gives,
            (plans(), st.integers(0, 2 * 1440)),
        ),
        (
            test_calendar.test_add_is_the_first_minute_by_which_so_much_has_gone,
            (plans(), st.integers(1, 900)),
        ),
        (
            test_sla.test_every_clock_is_what_the_simulation_of_its_minutes_gives,
            (test_sla.histories(),),
        ),
        (
            test_sla.test_looking_more_often_or_with_a_clock_set_back_changes_nothing,
            (test_sla.histories(),),
        ),
    )
    for check, given_ in checks:
        inner = check.hypothesis.inner_test
        yield inner.__name__, more(given(*given_)(inner))


def timed(words: str, work: Callable[[], Any]) -> None:
    began = time.process_time()
    work()
    print(f"   {words}: {time.process_time() - began:.2f} s", flush=True)


if __name__ == "__main__":
    main()
