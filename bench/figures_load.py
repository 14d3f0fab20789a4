"""Figures of many tickets: how long a whole report takes, on SQLite and on PostgreSQL.

    python3 -m bench.figures_load [--tickets 100000]

The tickets have lives of all kinds, fourteen events each on average, in the last 90 days. What is timed is
everything from the question to the figures, the charts' among them, with the period before to compare with.
"""

import argparse
import gc
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench import figures
from bot.desk.origin import Origin, dumped
from bot.reports.report import Asked, report
from store import open_store
from store.base import from_micros, micros
from store.database import Store, Tx
from tests.servers.postgres import Unavailable, shared_folder, start_or_join, stop

DAYS = 90
END = datetime(2026, 11, 1, tzinfo=UTC)
MINUTE, HOUR = 60_000_000, 3_600_000_000
ZONE = ZoneInfo("Europe/Berlin")
CATEGORIES = ("hardware", "software", "network", "security", "user-support", "service-request")
QUEUES = ("service-desk", "network", "security", "applications")
CHANNELS = ("web", "mail", "slack", "telegram", "phone")
SITES = ("Berlin", "Lyon", "Riga", None)

Event = tuple[int, int, str, int | None, str, str | None, str | None, str | None, int | None]


def life(ticket: int, at: int, chance: random.Random, inbox: int | None = None) -> Iterator[Event]:
    """The events of one ticket: its id, time, who, person, what, old, new, why, message."""
    agent, second = 1 + chance.randrange(30), 1 + chance.randrange(30)

    def happened(
        what: str, who: str = "agent", old: str | None = None, new: str | None = None,
        why: str | None = None, person: int | None = agent,
    ) -> Event:  # fmt: skip
        return (ticket, at, who, person if who == "agent" else None, what, old, new, why, inbox)

    came = Origin(
        chance.choice(CHANNELS), chance.choice(("en", "ru", "zh")), "staff", chance.choice(SITES)
    )
    yield happened("opened", "requester", dumped(came), f"INC-{ticket}")
    category = chance.choice(CATEGORIES)
    for what, value in (
        ("type", chance.choice(("incident", "request"))), ("category", category),
        ("priority", chance.choice(("critical", "high", "medium", "low"))),
        ("queue", chance.choice(QUEUES)), ("agreement", "standard-1"),
    ):  # fmt: skip
        yield happened(what, "bot", None, value)
    if chance.random() < 0.03:
        at += 20 * MINUTE
        yield happened("status", "requester", "new", "resolved", "withdrawn by the requester")
        return
    at += int(chance.expovariate(1 / (2 * HOUR)))
    yield happened("assignee", "agent", None, str(agent))
    yield happened("status", "agent", "new", "open")
    if chance.random() < 0.12:
        yield happened("category", "agent", category, chance.choice(CATEGORIES))
    at += chance.randrange(20 * MINUTE)
    yield happened("reply")
    met = "sla-met" if chance.random() < 0.9 else "sla-breached"
    yield happened(met, "clock", "first-response", "2026-10-01T10:00:00+00:00")
    if chance.random() < 0.4:
        yield happened("status", "agent", "open", "pending-user")
        at += chance.randrange(20 * HOUR)
        yield happened("message", "requester")
        yield happened("status", "requester", "pending-user", "open")
        at += chance.randrange(3 * HOUR)
        yield happened("reply")
        yield happened("sla-met", "clock", "next-response:1", "2026-10-01T10:00:00+00:00")
    if chance.random() < 0.1:
        yield happened("status", "agent", "open", "escalated")
        yield happened("assignee", "agent", str(agent), str(second))
        at += chance.randrange(30 * HOUR)
    if chance.random() < 0.06:
        return  # still open
    at += chance.randrange(30 * MINUTE)
    yield happened("status", "agent", "open", "resolved")
    met = "sla-met" if chance.random() < 0.85 else "sla-breached"
    yield happened(met, "clock", "resolution", "2026-10-01T10:00:00+00:00")
    if chance.random() < 0.3:
        at += HOUR
        yield happened("rated", "requester", None, str(chance.choice((5, 5, 4, 4, 3, 2, 1))))
    if chance.random() < 0.05:
        at += chance.randrange(48 * HOUR)
        yield happened("reopened", "requester", "resolved", "open")
        at += chance.randrange(9 * HOUR)
        yield happened("reply")
        yield happened("status", "agent", "open", "resolved")
    at += 120 * HOUR
    yield happened("status", "clock", "resolved", "closed", "nobody objected")


_EVENT = (
    "INSERT INTO ticket_event (ticket_id, at, who, person_id, what, old, new, why, inbox_id)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_CONVERSATION = (
    "INSERT INTO conversation (id, channel, key, address, created_at, handled_id, attempts, since_id)"
    " VALUES (?, ?, ?, '', ?, 0, 0, 0)"
)
_INBOX = (
    "INSERT INTO inbox (id, conversation_id, channel, platform_id, kind, received_at, body)"
    " VALUES (?, ?, ?, ?, 'message', ?, '')"
)
_USE = (
    "INSERT INTO article_use (article, language, what, at, conversation_id) VALUES (?, ?, ?, ?, ?)"
)


# Of the hours of a day, in UTC, and of weekdays, beginning with Thursday
HOURLY = (1, 1, 1, 1, 2, 6, 20, 34, 36, 30, 24, 22, 28, 26, 20, 12, 6, 4, 3, 2, 2, 1, 1, 1)
DAILY = (1, 0.9, 0.2, 0.15, 1.2, 1.1, 1)


def arrival(at: int, chance: random.Random) -> int:
    """Near a moment, at an hour when people work."""
    day = at // (24 * HOUR)
    if chance.random() > DAILY[day % 7]:
        day += 2 if day % 7 == 2 else 1
    hour = chance.choices(range(24), HOURLY)[0]
    return (day * 24 + hour) * HOUR + chance.randrange(HOUR)


def fill(store: Store, tickets: int, seed: int = 1) -> int:
    """How many events that made."""
    chance = random.Random(seed)
    begin, span = micros(END - timedelta(DAYS)), DAYS * 24 * HOUR
    rows: list[list[Any]] = [[], [], [], []]
    for ticket in range(1, tickets + 1):
        at = arrival(begin + int(span * (ticket / tickets)), chance)
        channel, language = chance.choice(CHANNELS), chance.choice(("en", "ru", "zh"))
        rows[0].append((ticket, channel, f"c{ticket}", at))
        rows[1].append((ticket, ticket, channel, f"m{ticket}", at))
        for shown in range(chance.choice((0, 0, 1, 3))):
            rows[2].append((f"article-{shown}", language, "shown", at - 5 * MINUTE, ticket))
        if chance.random() < 0.3:
            told = chance.choice(("helped", "not-helped"))
            rows[2].append(("article-0", language, told, at - 2 * MINUTE, ticket))
        if chance.random() < 0.8:
            rows[3].extend(life(ticket, at, chance, ticket))
    rows[3].sort(key=lambda row: row[1])

    def write(tx: Tx) -> None:
        for number in range(1, 31):
            tx.run(
                "INSERT INTO person (id, name, role, vip, active, created_at)"
                " VALUES (?, ?, 'agent', ?, ?, ?)",
                (number, f"Agent {number}", False, True, begin),
            )
        for statement, some in zip((_CONVERSATION, _INBOX, _USE, _EVENT), rows, strict=True):
            for first in range(0, len(some), 50_000):
                tx.run(statement, some[first : first + 50_000])

    store.write(write)
    with suppress(Exception):
        store.write(lambda tx: tx.run("ANALYZE"))
    return len(rows[3])


def measure(url: str, tickets: int) -> bool:
    store = open_store(url, clock=lambda: END)
    try:
        events = fill(store, round(tickets / 0.8))
        last = END.astimezone(ZONE).date() - timedelta(1)
        name = "PostgreSQL" if store.is_postgres else "SQLite"
        good = True
        for words, first in (("all", date(2026, 7, 1)), ("half", last - timedelta(44))):
            asked = Asked(first=first, last=last, zone=ZONE, by=("queue", "agent"))
            took, worked = [], []
            for _ in range(3):
                gc.collect()
                began, busy = time.perf_counter(), time.process_time()
                made = store.read(lambda tx, asked=asked: report(tx, asked))  # type: ignore[misc]
                took.append(time.perf_counter() - began)
                worked.append(time.process_time() - busy)
            what = f"{name}: {tickets:,} tickets, {events:,} events, {words}"
            good &= figures.at_most(
                what, sorted(took)[1], 5, "s", f"{min(took):.2f}-{max(took):.2f}"
            )
            figures.note("  of that, processor time of this process", sorted(worked)[1], "s")
            opened = made.total["opened"].value
            figures.note(
                "  tickets opened in the period",
                opened or 0,
                f"since {from_micros(micros(asked.since)):%Y-%m-%d}",
            )
        return good
    finally:
        store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--sqlite-only", action="store_true")
    options = parser.parse_args()
    print(figures.load())
    with tempfile.TemporaryDirectory() as folder:
        good = measure(f"sqlite:///{Path(folder) / 'bench.db'}", options.tickets)
    if not options.sqlite_only:
        shared = shared_folder()
        try:
            with start_or_join(Path(shared)).database() as url:
                good &= measure(url, options.tickets)
        except Unavailable as reason:
            print(f"   PostgreSQL is not measured: {reason}")
        finally:
            stop(Path(shared))
    sys.exit(not good)


if __name__ == "__main__":
    main()
