"""Killing a desk at random instants while it works, and what must hold of any that was."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import sqlalchemy as sa

from bench.running import Desk


async def any_moment() -> None:
    await asyncio.sleep(random.uniform(0, 0.2))


async def kill_often(
    desk: Desk,
    kills: list[float],
    count: int,
    progress: "Progress",
    total: int,
    victims: Sequence[int],
    moment: Callable[[], Awaitable[None]] = any_moment,
    while_dead: Callable[[], None] = lambda: None,
) -> None:
    """Spread over the whole work by what was handled, each when `moment` returns; `victims` in turn."""
    for turn in range(count):
        share = (turn + random.random()) / (count + 1)
        while progress.handled < share * total * 0.95:
            await asyncio.sleep(0.02)
        await moment()
        kills.append(time.time())
        await desk.kill(victims[turn % len(victims)], while_dead)


class Progress:
    """Watches the database: how many messages took effect, and the longest standstill."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.handled = 0
        self.waiting = 0
        self.standstill = 0.0

    async def watch(self) -> None:
        last, since = 0, time.time()
        while True:
            try:
                self.handled, self.waiting = await asyncio.to_thread(self._look)
            except sa.exc.SQLAlchemyError:
                await asyncio.sleep(0.1)
                continue
            now = time.time()
            if self.handled != last or not self.waiting:
                last, since = self.handled, now
            elif last:
                self.standstill = max(self.standstill, now - since)
            await asyncio.sleep(0.05)

    def _look(self) -> tuple[int, int]:
        with self.engine.connect() as connection:
            ready = connection.exec_driver_sql(
                "SELECT count(*) FROM conversation WHERE ready_at IS NOT NULL"
            ).scalar_one()
            handled = connection.exec_driver_sql(
                "SELECT count(*) FROM message WHERE author = 'requester'"
            ).scalar_one()
            return handled, ready


async def settled(engine: sa.Engine, seconds: float) -> None:
    deadline = time.time() + seconds
    query = (
        "SELECT (SELECT count(*) FROM conversation WHERE ready_at IS NOT NULL)"
        " + (SELECT count(*) FROM lane WHERE ready_at IS NOT NULL)"
        " + (SELECT count(*) FROM mail WHERE filed_at IS NULL)"
    )
    while time.time() < deadline:
        with engine.connect() as connection:
            if not connection.exec_driver_sql(query).scalar_one():
                return
        await asyncio.sleep(0.2)


def left_over(connection: sa.Connection) -> list[str]:
    """What should have come to its end and did not."""
    wrong = []
    counts = {
        "conversations left ready": "SELECT count(*) FROM conversation WHERE ready_at IS NOT NULL",
        "lanes left ready": "SELECT count(*) FROM lane WHERE ready_at IS NOT NULL",
        "messages parked": "SELECT count(*) FROM inbox WHERE parked_at IS NOT NULL",
        "replies given up": "SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL",
        "mails not filed": "SELECT count(*) FROM mail WHERE filed_at IS NULL",
        "mails with a problem": "SELECT count(*) FROM mail WHERE problem IS NOT NULL",
    }
    for name, query in counts.items():
        if count := connection.exec_driver_sql(query).scalar_one():
            wrong.append(f"{count} {name}")
    if connection.dialect.name == "sqlite":
        result = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
        if result != "ok":
            wrong.append(f"integrity: {result}")
    return wrong


def told(result: dict[str, Any]) -> bool:
    """Print what came out; whether every promise was kept."""
    wrong = result.pop("wrong")
    for name, value in result.items():
        print(f"{name:32} {value}")
    for line in wrong:
        print("WRONG:", line)
    print("nothing lost" if not wrong else f"{len(wrong)} promises broken", flush=True)
    return not wrong
