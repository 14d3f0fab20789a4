"""A week of a desk on a clock of its own, checked: `python -m bench.week [--tickets 2000]`.

What is simulated and what it is held to: tests/desk/week.py and tests/desk/test_week.py. Ends with 1 when a
deadline is not the one that a count of its minutes gives, or a timer did not fire exactly once.
"""

import argparse
import logging
import sys
import tempfile
import time
from pathlib import Path

import structlog

from bench import figures
from tests.desk.test_week import deadlines_agree, timers_agree
from tests.desk.week import AGENTS, PLACES, TICKETS, Week


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tickets", type=int, default=TICKETS)
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    print(figures.load())
    with tempfile.TemporaryDirectory() as folder:
        week = Week(Path(folder), tickets=options.tickets)
        began, used = time.perf_counter(), time.process_time()
        week.run()
        took, cpu = time.perf_counter() - began, time.process_time() - used
        print(
            f"   {week.tickets} tickets, {AGENTS} agents, {len(PLACES)} countries:"
            f" {took:.0f} s ({cpu:.0f} s of CPU)"
        )
        print(f"   {week.restarts} restarts, {week.crashes} of them in the middle of something")
        good = True
        try:
            judged = deadlines_agree(week)
            print(
                f" ✓ {judged['breached']} deadlines that passed and {judged['due later']} to come"
                " are those of the count"
            )
        except AssertionError as problem:
            good = False
            print(f" ✗ a deadline is another: {problem}")
        try:
            timers, fired = timers_agree(week)
            print(
                f" ✓ of {timers} timers {fired} fired, each once; the others were moved, cancelled or wait"
            )
        except AssertionError as problem:
            good = False
            print(f" ✗ a timer did not fire once: {problem}")
        week.store.close()
    sys.exit(not good)


if __name__ == "__main__":
    main()
