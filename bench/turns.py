"""The whole desk as its users meet it: turns a second, idle latency, start, memory, idle CPU.

    python -m bench.turns [--database sqlite|URL] [--messages 3000]

Everything runs in a process of its own and is measured from outside, over HTTP. A turn is a message sent
through the signed webhook channel, understood, decided, committed, and its reply delivered by POST to a
receiver; the load comes from this process on the same two cores.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp

from bench import figures
from bench.running import WORDS, Desk, receive_replies, signed


async def post_all(desk: Desk, messages: list[dict[str, Any]], at_once: int) -> None:
    gate = asyncio.Semaphore(at_once)
    connector = aiohttp.TCPConnector(limit=at_once)
    async with aiohttp.ClientSession(connector=connector) as http:

        async def post(message: dict[str, Any]) -> None:
            body = json.dumps(message).encode()
            async with (
                gate,
                http.post(
                    desk.messages_url, data=body, headers=signed(body, message["id"])
                ) as answer,
            ):
                if answer.status != 200:
                    raise RuntimeError(f"{answer.status}: {await answer.text()}")

        await asyncio.gather(*(post(message) for message in messages))


def message(number: int, name: str, words: str) -> dict[str, Any]:
    return {
        "id": f"{name}-{number}",
        "conversation": name,
        "sender": {"address": name, "name": name},
        "text": words,
    }


def handled(desk: Desk) -> int:
    import sqlalchemy as sa

    engine = sa.create_engine(desk.database.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        ready = connection.exec_driver_sql(
            "SELECT (SELECT count(*) FROM conversation WHERE ready_at IS NOT NULL)"
            " + (SELECT count(*) FROM lane WHERE ready_at IS NOT NULL)"
        ).scalar_one()
    engine.dispose()
    return int(ready)


async def throughput(desk: Desk, count: int) -> float:
    """Turns a second: everything posted, handled, and every reply delivered."""
    run = time.time_ns()
    messages = [message(n, f"t{run}-{n % 300}", WORDS[n % len(WORDS)]) for n in range(count)]
    began = time.perf_counter()
    await post_all(desk, messages, 64)
    while await asyncio.to_thread(handled, desk):
        await asyncio.sleep(0.05)
    return count / (time.perf_counter() - began)


async def latencies(desk: Desk, count: int, arrived: dict[str, asyncio.Event]) -> list[float]:
    """Milliseconds from POST to the first reply, one message at a time."""
    times = []
    async with aiohttp.ClientSession() as http:
        for n in range(count):
            name = f"idle-{time.time_ns()}"
            body = json.dumps(message(n, name, WORDS[n % 3])).encode()
            arrived[name] = asyncio.Event()
            began = time.perf_counter()
            async with http.post(
                desk.messages_url, data=body, headers=signed(body, f"{name}-{n}")
            ) as answer:
                await answer.read()
            await asyncio.wait_for(arrived[name].wait(), 10)
            times.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.02)
    return times


def cpu_and_memory(pid: int) -> tuple[float, float]:
    """(CPU seconds so far, resident MB)"""
    ticks = os.sysconf("SC_CLK_TCK")
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return (int(fields[11]) + int(fields[12])) / ticks, pages * os.sysconf("SC_PAGESIZE") / 1e6


async def measure(database: str, count: int) -> bool:
    """Print every figure; whether all are good enough."""
    arrived: dict[str, asyncio.Event] = {}

    def take(reply: dict[str, str]) -> None:
        if (event := arrived.get(reply["to"])) is not None:
            event.set()

    good = True
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as name:
        desk = Desk(Path(name), database)
        receiver = await receive_replies(desk.reply_port, take)
        try:
            await desk.start()
            await desk.serving()  # the first start trains the model and makes the tables
            starts = []
            for _ in range(3):
                await desk.stop()
                await desk.start()
                starts.append(await desk.serving())
            start = statistics.median(starts)
            good &= figures.at_most("start to serving, answers included", start, 3, "s")
            await throughput(desk, count // 5)
            rates = [await throughput(desk, count) for _ in range(3)]
            spread = f"{min(rates):.0f}-{max(rates):.0f}"
            rate = statistics.median(rates)
            good &= figures.at_least("full turns a second, delivered", rate, 300, "/s", spread)
            times = statistics.quantiles(await latencies(desk, 200, arrived), n=100)
            good &= figures.at_most("idle, POST to reply, p50", times[49], 25, "ms")
            good &= figures.at_most("idle, POST to reply, p99", times[98], 80, "ms")
            before, _ = cpu_and_memory(desk.processes[0].pid)
            await asyncio.sleep(10)
            after, memory = cpu_and_memory(desk.processes[0].pid)
            good &= figures.at_most("idle CPU", (after - before) * 10, 2, "% of a core")
            figures.note("memory", memory, "MB")
            await desk.stop()
        finally:
            desk.abandon()
            await receiver.cleanup()
    return good


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", default="sqlite", help="sqlite, or a postgresql:// URL")
    parser.add_argument("--messages", type=int, default=3000)
    options = parser.parse_args()
    sys.exit(not asyncio.run(measure(options.database, options.messages)))


if __name__ == "__main__":
    main()
