"""Every figure in one go: `make bench`. Each is a ratio to a limit measured in the same run, or a time.

    python3 -m bot bench [--quick]

With PostgreSQL's programs installed the engine is measured on it too; Roundup is installed beside, once, to
be measured against. Ends with 1 when a target is missed.
"""

import argparse
import asyncio
import sys
from pathlib import Path

import uvloop

from bench import chat, engine, figures, mail, memory, networks, smtp, turns
from tests.servers.postgres import Unavailable, shared_folder, start_or_join, stop


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="with a fiftieth of the great amounts")
    options = parser.parse_args()
    scale, seconds = (0.02, 1.0) if options.quick else (1.0, 2.0)
    print(figures.load())
    good = engine.measure("sqlite", seconds, scale)
    folder = shared_folder()
    try:
        with start_or_join(Path(folder)).database() as url:
            good &= engine.measure(url, seconds, scale)
    except Unavailable as reason:
        print(f"   PostgreSQL is not measured: {reason}")
    finally:
        stop(Path(folder))
    print("the whole desk on SQLite, from outside")
    good &= asyncio.run(chat.measure("sqlite", seconds))
    good &= asyncio.run(turns.measure("sqlite", 600 if options.quick else 3000))
    print("chat networks")
    good &= asyncio.run(networks.measure(100 if options.quick else 1000))
    print("mail")
    good &= uvloop.run(smtp.measure(seconds))
    good &= asyncio.run(memory.measure())
    try:
        good &= asyncio.run(mail.measure(200 if options.quick else 2000, mail.ROUNDUP))
    except mail.Unavailable as reason:
        print(f"   Roundup is not measured: {reason}")
    sys.exit(not good)


if __name__ == "__main__":
    main()
