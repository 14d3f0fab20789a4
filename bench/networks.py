"""A thousand people at once on a chat network: how soon each is acknowledged, and when all are answered.

    python -m bench.networks [--users 1000]

The network is a local server that plays it (`tests/platforms`), at its real limits. It runs in this process
and the desk in another, on the same two cores. Then the limits are lifted on both sides, and turns a second
are compared with those of the signed webhook channel in the same run (`bench.turns`).
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import figures
from bench.running import WORDS, Desk, receive_replies
from bench.turns import handled, throughput
from tests.platforms.slack import FakeSlack
from tests.platforms.telegram import FakeTelegram
from tests.servers.ports import free_ports

LEAST_SHARE = 0.4  # of the turns a second of the webhook channel
ACKNOWLEDGED = 500  # milliseconds, p99


@dataclass
class Crowd:
    """A network with people who have something to say."""

    name: str
    configuration: str
    environment: dict[str, str]
    writes: Callable[[int, str], Awaitable[object]]  # the person of that number
    acknowledged_in: Callable[[], Sequence[float]]  # seconds, so far
    answered: Callable[[], int]  # people
    refused: Callable[[], int]  # calls that came too fast


@asynccontextmanager
async def telegram(count: int, port: int, *, limits: bool) -> AsyncIterator[Crowd]:
    async with FakeTelegram(flood_limits=limits) as server:
        people = [server.user(f"Person {n}", "en") for n in range(count)]
        pace = "" if limits else "per_second = 10000\nchat_seconds = 0.001\n"
        yield Crowd(
            name="Telegram",
            configuration=f'[telegram]\nmode = "webhook"\napi_url = "{server.api_url}"\n'
            f'webhook_url = "http://127.0.0.1:{port}/channels/telegram/updates"\n{pace}',
            environment={
                "TELEGRAM_BOT_TOKEN": server.token,
                "TELEGRAM_WEBHOOK_SECRET": "bench",
            },
            writes=lambda number, words: people[number].write(words),
            acknowledged_in=lambda: server.updates.answered_in,
            answered=lambda: sum(bool(person.inbox()) for person in people),
            refused=lambda: sum(
                call.answer is not None and call.answer.get("error_code") == 429
                for call in server.calls
            ),
        )


@asynccontextmanager
async def slack(count: int, port: int, *, limits: bool) -> AsyncIterator[Crowd]:
    async with FakeSlack(rate_limits=limits) as server:
        server.delivery.url = f"http://127.0.0.1:{port}/channels/slack/events"
        server.delivery.ack_limit = 30.0  # how long it takes is measured, not judged
        people = [server.user(f"Person {n}") for n in range(count)]
        yield Crowd(
            name="Slack",
            configuration=f'[slack]\nmode = "http"\napi_url = "{server.api_url}"\n'
            + ("" if limits else "rate_per_second = 10000\n"),
            environment={
                "SLACK_BOT_TOKEN": server.bot_token,
                "SLACK_SIGNING_SECRET": server.signing_secret,
            },
            writes=lambda number, words: people[number].dm(words),
            acknowledged_in=lambda: server.delivery.answered_in,
            answered=lambda: sum(bool(person.inbox()) for person in people),
            refused=lambda: sum(
                call.answer is not None and call.answer.get("error") == "ratelimited"
                for call in server.calls
            ),
        )


NETWORKS = (telegram, slack)


async def settled(desk: Desk) -> None:
    while await asyncio.to_thread(handled, desk):
        await asyncio.sleep(0.05)


@asynccontextmanager
async def desk_for(crowd: Crowd, port: int) -> AsyncIterator[Desk]:
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as folder:
        os.environ.update(crowd.environment)
        desk = Desk(Path(folder), "sqlite", more=crowd.configuration, port=port)
        receiver = await receive_replies(desk.reply_port, lambda reply: None)
        try:
            await desk.start()
            await desk.serving()
            yield desk
            await desk.stop()
        finally:
            desk.abandon()
            await receiver.cleanup()


async def measure(count: int) -> bool:
    good = True
    for network in NETWORKS:
        [port] = free_ports(1)
        async with network(count, port, limits=True) as crowd, desk_for(crowd, port) as desk:
            began = time.perf_counter()
            await asyncio.gather(*(crowd.writes(n, WORDS[n % 3]) for n in range(count)))
            while len(crowd.acknowledged_in()) < count:
                await asyncio.sleep(0.05)
            took = statistics.quantiles(crowd.acknowledged_in(), n=100)
            name = f"{crowd.name}, {count} at once, acknowledged"
            figures.note(f"{name}, p50", took[49] * 1000, "ms")
            good &= figures.at_most(f"{name}, p99", took[98] * 1000, ACKNOWLEDGED, "ms")
            await settled(desk)
            figures.note(f"{crowd.name}, until all are answered", time.perf_counter() - began, "s")
            missing = count - crowd.answered()
            good &= figures.at_most(f"{crowd.name}, people not answered", missing, 0, "")
            good &= figures.at_most(f"{crowd.name}, calls over a limit", crowd.refused(), 0, "")
        [port] = free_ports(1)
        async with network(count, port, limits=False) as crowd, desk_for(crowd, port) as desk:
            ours, plain = [], []
            for turn in range(3):
                plain.append(await throughput(desk, count))
                began = time.perf_counter()
                words = WORDS[turn : turn + 3]
                await asyncio.gather(*(crowd.writes(n, words[n % 3]) for n in range(count)))
                while len(crowd.acknowledged_in()) < count * (turn + 1):
                    await asyncio.sleep(0.02)
                await settled(desk)
                ours.append(count / (time.perf_counter() - began))
            name = f"{crowd.name}, turns a second of the webhook's"
            good &= figures.ratio(name, ours, plain, LEAST_SHARE)
    return good


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--users", type=int, default=1000)
    sys.exit(not asyncio.run(measure(parser.parse_args().users)))


if __name__ == "__main__":
    main()
