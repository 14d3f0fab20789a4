"""The store against the bare database: keeping, handling in order, timers, great amounts.

python -m bench.engine [--database sqlite|URL] [--seconds 2] [--quick]
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from bench import figures, limits
from store import open_store
from store.base import Base, micros
from store.database import Store, Tx
from store.intake import Arrival
from store.outbox import Outgoing
from store.steps import Worker, step
from store.tables import Conversation, Inbox, Message, Ticket, TicketEvent
from store.timers import fire_due

ROUNDS: Final = 3
_INBOX: Final = (
    "INSERT INTO inbox (conversation_id, channel, platform_id, kind, received_at, body)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)
_TIMER: Final = (
    "INSERT INTO timer (owner, kind, conversation_id, due_at, token, payload)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)


class ThreeRows(Worker):
    """What a message leaves without being understood: a message, an event, a reply."""

    def prepare(self, rows: Sequence[Inbox]) -> Mapping[int, Any]:
        return {}

    def handle(self, tx: Tx, conversation: Conversation, row: Inbox, prepared: Any) -> None:
        if row.kind != "message":
            return
        tx.append(
            Message,
            conversation_id=conversation.id,
            inbox_id=row.id,
            key=f"in-{row.id}",
            author="requester",
            at=tx.now,
            body=row.body[:200],
        )
        tx.append(TicketEvent, ticket_id=1, at=tx.now, who="bot", what="reply", inbox_id=row.id)
        tx.post(
            Outgoing(
                channel="bench",
                destination=conversation.address,
                key=f"r-{row.id}",
                body=row.body[:200],
                conversation_id=conversation.id,
            )
        )

    def parked(self, tx: Tx, conversation: Conversation, row: Inbox, problem: str) -> None:
        raise RuntimeError(problem)


def arrival(conversation: str, id: str, body: str = limits.BODY) -> Arrival:
    return Arrival(
        channel="bench", platform_id=id, conversation=conversation, address=conversation, body=body
    )


async def keep_all(store: Store, arrivals: Sequence[Arrival]) -> None:
    for start in range(0, len(arrivals), 5000):
        await asyncio.gather(*(store.accept(one) for one in arrivals[start : start + 5000]))


def work_off(store: Store) -> None:
    while step(store, ThreeRows()):
        pass


class Bench:
    def __init__(self, folder: Path, database: str, seconds: float) -> None:
        self.folder, self.seconds = folder, seconds
        self.postgres = None if database == "sqlite" else database
        self.url = database if self.postgres else f"sqlite:///{folder / 'bench.db'}"
        self.store = open_store(self.url)
        self.number = 0

    def fresh(self, prefix: str) -> str:
        self.number += 1
        return f"{prefix}{self.number}"

    # -- durable receive

    async def receive(self) -> float:
        run = self.fresh("r")

        async def keep(number: int, turn: int) -> None:
            await self.store.accept(arrival(f"{run}-{number * 7 % 1000}", f"{run}-{number}-{turn}"))

        rate = await limits.produce(64, self.seconds, keep)
        self.empty()
        return rate

    async def bare_receive(self) -> float:
        if self.postgres:
            return await limits.postgres_group(self.postgres, self.seconds)
        return await limits.sqlite_group(self.folder, self.seconds)

    # -- ordered steps

    async def steps(self) -> float:
        run = self.fresh("s")
        await keep_all(
            self.store,
            [arrival(f"{run}-{n % 200}", f"{run}-{n}", limits.BODY[:200]) for n in range(8000)],
        )
        began = time.perf_counter()
        workers = 4 if self.postgres else 1
        await asyncio.gather(*(asyncio.to_thread(work_off, self.store) for _ in range(workers)))
        rate = 8000 / (time.perf_counter() - began)
        self.empty()
        return rate

    async def bare_steps(self) -> float:
        if self.postgres:
            return await limits.postgres_steps(self.postgres, self.seconds)
        return await asyncio.to_thread(limits.sqlite_steps, self.folder, self.seconds)

    def empty(self) -> None:
        def delete(tx: Tx) -> None:
            for table in reversed(Base.metadata.sorted_tables):
                if table.name != "meta":
                    tx.session.execute(sa.delete(table))

        self.store.close()
        self.store = open_store(self.url)
        self.store.write(delete)
        self.store.close()  # forgets the ids it knew
        self.store = open_store(self.url)

    # -- great amounts

    def turn(self) -> float:
        """Seconds of one message kept and handled; the median of a hundred, one at a time."""
        run = self.fresh("t")

        async def go() -> list[float]:
            times = []
            for n in range(100):
                began = time.perf_counter()
                await self.store.accept(arrival(f"{run}-{n}", f"{run}-{n}"))
                await asyncio.to_thread(step, self.store, ThreeRows())
                times.append(time.perf_counter() - began)
            return times

        return sorted(asyncio.run(go()))[50]

    def fill(self, messages: int, tickets: int) -> None:
        """Old conversations, each with ten handled messages, and tickets."""
        now, base = micros(self.store.clock()), self.fresh("f")

        def conversations(start: int, count: int) -> Callable[[Tx], None]:
            def work(tx: Tx) -> None:
                names = [f"{base}-{n}" for n in range(start, start + count)]
                tx.session.execute(
                    sa.insert(Conversation),
                    [
                        {
                            "channel": "bench", "key": name, "address": name, "attempts": 0,
                            "created_at": tx.now, "handled_id": 1 << 40, "since_id": 0,
                        }
                        for name in names
                    ],
                )  # fmt: skip
                found = tx.session.execute(
                    sa.select(Conversation.id).where(Conversation.key.in_(names))
                ).scalars()
                ids = list(found)
                rows = [
                    (id, "bench", f"{base}-{id}-{n}", "message", now, "{}")
                    for id in ids
                    for n in range(10)
                ]
                tx.run(_INBOX, rows)
                tx.session.execute(
                    sa.insert(Message),
                    [
                        {
                            "conversation_id": id, "inbox_id": 1, "key": f"{base}-{id}-{n}",
                            "author": "requester", "at": tx.now, "body": "my printer jams",
                        }
                        for id in ids
                        for n in range(10)
                    ],
                )  # fmt: skip

            return work

        count = messages // 10
        for start in range(0, count, 1000):
            self.store.write(conversations(start, min(1000, count - start)))
        for _ in range(0, tickets, 5000):
            self.store.write(lambda tx: _tickets(tx, min(5000, tickets)))
        if self.postgres:
            self.store.write(lambda tx: tx.run("ANALYZE"))

    # -- timers

    def timers(self, count: int) -> None:
        """Open ones, none due for a year."""
        due = micros(self.store.clock() + timedelta(days=365))
        for start in range(0, count, 20_000):
            self._set("t", due, range(start, min(start + 20_000, count)))
        if self.postgres:
            self.store.write(lambda tx: tx.run("ANALYZE timer"))

    def _set(self, run: str, due: int, numbers: range) -> None:
        def work(tx: Tx) -> None:
            id = _a_conversation(tx)
            rows = [(f"{run}:{n}", "close", id, due, f"{run}{n}", "") for n in numbers]
            tx.run(_TIMER, rows)

        self.store.write(work)

    def poll_and_claim(self) -> float:
        """Seconds of a look that finds nothing and one that fires ten; the median of twenty."""
        times = []
        for _ in range(20):
            self._set(self.fresh("due"), micros(self.store.clock()) - 1, range(10))
            began = time.perf_counter()
            fired = fire_due(self.store)
            fire_due(self.store)
            times.append(time.perf_counter() - began)
            if fired != 10:
                raise RuntimeError(f"{fired} of 10 timers fired")
        return sorted(times)[10]

    def clear_timers(self) -> None:
        self.store.write(lambda tx: tx.run("DELETE FROM timer"))
        work_off(self.store)

    # -- one deep conversation

    def others(self, deep: int) -> float:
        """Seconds until a message of another conversation has taken effect, while one has `deep`
        waiting; the median of thirty."""
        run = self.fresh("d")
        if deep:
            asyncio.run(
                keep_all(self.store, [arrival(run, f"{run}-{n}", "{}") for n in range(deep)])
            )
        else:
            asyncio.run(keep_all(self.store, [arrival(run, f"{run}-0", "{}")]))
            work_off(self.store)

        async def go() -> list[float]:
            times = []
            for n in range(30):
                name = f"{run}-other-{n}"
                began = time.perf_counter()
                await self.store.accept(arrival(name, name, "{}"))
                while not await self.store.aread(lambda tx, key=f"{name}": _is_handled(tx, key)):  # type: ignore[misc]
                    await asyncio.to_thread(step, self.store, ThreeRows())
                times.append(time.perf_counter() - began)
            return times

        return sorted(asyncio.run(go()))[15]


def _a_conversation(tx: Tx) -> int:
    id = tx.session.scalar(sa.select(Conversation.id).limit(1))
    if id is not None:
        return id
    return tx.insert(
        Conversation(channel="bench", key="timers", address="timers", created_at=tx.now)
    ).id


def _is_handled(tx: Tx, key: str) -> bool:
    return bool(
        tx.session.scalar(sa.select(Conversation.handled_id).where(Conversation.key == key))
    )


def _tickets(tx: Tx, count: int) -> None:
    row = {
        "prefix": "INC", "type": "incident", "title": "The printer jams", "category": "hardware",
        "description": "It jams.", "channel": "bench",
        "priority": "low", "status": "closed", "queue": "service-desk", "language": "en",
        "conversation_id": 1, "requester_id": 1, "opened_at": tx.now, "updated_at": tx.now,
    }  # fmt: skip
    tx.session.execute(sa.insert(Ticket), [row] * count)


async def rates(bench: Bench, few: int) -> bool:
    good = True
    for name, ours, limit, least in (
        ("durable receive, 64 producers", bench.receive, bench.bare_receive, (0.6, 0.3)),
        ("ordered step, up to 20 a claim", bench.steps, bench.bare_steps, (0.15, 0.10)),
    ):
        pairs = [(await ours(), await limit()) for _ in range(few)]
        mine, theirs = zip(*pairs, strict=True)
        good &= figures.ratio(name, mine, theirs, least[bool(bench.postgres)])
    return good


def measure(database: str, seconds: float, scale: float) -> bool:
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as folder:
        bench = Bench(Path(folder), database, seconds)
        print(f"engine on {'PostgreSQL' if bench.postgres else 'SQLite'}; {figures.load()}")
        good = asyncio.run(rates(bench, ROUNDS))
        bench.timers(1000)
        few = [bench.poll_and_claim() for _ in range(ROUNDS)]
        bench.clear_timers()
        bench.timers(int(1_000_000 * scale))
        many = [bench.poll_and_claim() for _ in range(ROUNDS)]
        good &= figures.growth("timers, a million to a thousand", many, few, 2.0)
        bench.empty()
        shallow, deep = [], []
        for _ in range(ROUNDS):
            shallow.append(bench.others(0))
            deep.append(bench.others(int(20_000 * scale)))
            bench.empty()
        good &= figures.growth("others beside one 20,000 deep", deep, shallow, 1.5)
        bench.fill(int(10_000 * scale), int(1000 * scale))
        small = [bench.turn() for _ in range(ROUNDS)]
        bench.fill(int(990_000 * scale), int(99_000 * scale))
        large = [bench.turn() for _ in range(ROUNDS)]
        good &= figures.growth("a turn with 1,000,000 messages kept", large, small, 1.3)
        bench.store.close()
        return good


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", default="sqlite", help="sqlite, or a postgresql:// URL")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--scale", type=float, default=1.0, help="of the great amounts")
    options = parser.parse_args()
    sys.exit(not measure(options.database, options.seconds, options.scale))


if __name__ == "__main__":
    main()
