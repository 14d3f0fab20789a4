"""Kill the desk at random instants while it works, and prove that nothing was lost.

    python -m bench.crash [--messages 20000] [--conversations 500] [--mails 3000] [--kills 20]
                          [--database sqlite|URL]

Many senders push messages over HTTP through the signed webhook channel, some of them several times at
once; every one is sent again until it was acknowledged. Meanwhile the process is killed with SIGKILL and
started again. A receiver of our own takes the replies. At the end every acknowledged message must have
taken effect once and in order, and every reply must have arrived, in order. A reply may arrive twice only
when its first delivery was under way as a process died: those are counted and printed.

On PostgreSQL one process accepts and three work; the workers are killed in turn and the longest
standstill of the desk while there was work is measured.

Then the same is done with mails, in `bench.crash_mail`, and with Slack and Telegram, in
`bench.crash_chats`; 0 of --messages, --mails or --people leaves that one out.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import sqlalchemy as sa

from bench.crash_chats import crash_chats
from bench.crash_mail import crash_mail
from bench.killing import Progress, kill_often, left_over, settled, told
from bench.running import EVERYTHING, WORDS, Desk, lend, receive_replies, signed
from tests.servers.dovecot import Unavailable, dovecot_running


@dataclass
class Record:
    """What the outside world saw."""

    acknowledged: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    replies: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # first ones
    first: dict[str, float] = field(default_factory=dict)  # key -> when first received
    repeats: list[tuple[str, float]] = field(default_factory=list)  # key, when it came again
    posts: int = 0
    duplicates: int = 0


def taker(record: Record) -> Callable[[dict[str, str]], None]:
    def take(reply: dict[str, str]) -> None:
        key, now = reply["key"], time.time()
        if key in record.first:
            record.repeats.append((key, now))
        else:
            record.first[key] = now
            record.replies[reply["to"]].append(key)

    return take


async def send_all(record: Record, url: str, conversations: int, each: int, stop_at: float) -> None:
    connector = aiohttp.TCPConnector(limit=64)
    timeout = aiohttp.ClientTimeout(total=15)
    gate = asyncio.Semaphore(64)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http:

        async def post(message: dict[str, Any]) -> bool:
            body = json.dumps(message).encode()
            record.posts += 1
            try:
                async with http.post(url, data=body, headers=signed(body, message["id"])) as answer:
                    if answer.status not in {200, 503, 429}:
                        raise SystemExit(f"{answer.status}: {await answer.text()}")
                    return answer.status == 200
            except (aiohttp.ClientError, TimeoutError, OSError):
                return False

        async def talk(number: int) -> None:
            name = f"c{number:04d}"
            for n in range(each):
                message = {
                    "id": (id := f"{name}-{n}"),
                    "conversation": name,
                    "sender": {"address": name, "name": f"Person {number}"},
                    "text": f"{random.choice(WORDS)} ({name}-{n})",
                }
                while True:
                    if time.time() > stop_at:
                        raise SystemExit("the desk did not take the messages in time")
                    async with gate:
                        copies = 1 + (random.random() < 0.2) + (random.random() < 0.05)
                        record.duplicates += copies - 1
                        taken = await asyncio.gather(*(post(message) for _ in range(copies)))
                    if any(taken):
                        break
                    await asyncio.sleep(random.uniform(0.05, 0.3))
                record.acknowledged[name].append(id)

        await asyncio.gather(*(talk(number) for number in range(conversations)))


def verify(engine: sa.Engine, record: Record, kills: list[float]) -> list[str]:
    """Every way in which a promise was broken."""
    wrong: list[str] = []
    with engine.connect() as connection:
        run = connection.exec_driver_sql
        effects: dict[str, list[str]] = defaultdict(list)
        for key, platform_id in run(
            "SELECT c.key, i.platform_id FROM message m JOIN inbox i ON i.id = m.inbox_id"
            " JOIN conversation c ON c.id = m.conversation_id"
            " WHERE m.author = 'requester' ORDER BY m.id"
        ):
            effects[key].append(platform_id)
        for name, sent in record.acknowledged.items():
            if effects[name] != sent:
                missing = set(sent) - set(effects[name])
                twice = len(effects[name]) - len(set(effects[name]))
                wrong.append(f"{name}: {len(missing)} lost, {twice} doubled, or out of order")
        expected: dict[str, list[str]] = defaultdict(list)
        for key, destination in run(
            "SELECT o.key, l.destination FROM outbox o JOIN lane l ON l.id = o.lane_id"
            " ORDER BY o.id"
        ):
            expected[destination].append(key)
        for destination, keys in expected.items():
            got = record.replies[destination]
            if got != keys:
                wrong.append(f"replies to {destination}: {len(keys)} queued, {len(got)} arrived")
        wrong += left_over(connection)
    for key, _ in record.repeats:
        began = record.first[key]
        if not any(-0.05 <= kill - began <= 15 for kill in kills):
            wrong.append(f"reply {key} was repeated although nothing was killed")
    return wrong


async def crash(
    messages: int,
    conversations: int,
    kills: int,
    database: str,
    models: Path | None = None,
    workers: int = 3,
) -> dict[str, Any]:
    """Run it; the result's "wrong" is empty when every promise was kept. `models` spares the training."""
    began = time.time()
    several = ("intake", *("worker,outbox,timers",) * workers)
    roles = (EVERYTHING,) if database == "sqlite" else several
    each = messages // conversations
    total = each * conversations
    stop_at = time.time() + 120 + messages / 20
    with tempfile.TemporaryDirectory(prefix="firstline-crash-") as name:
        if models is not None:
            lend(models, Path(name))
        desk = Desk(Path(name), database, roles)
        record = Record()
        receiver = await receive_replies(desk.reply_port, taker(record))
        await desk.start()
        await desk.serving()
        engine = sa.create_engine(desk.database.replace("postgresql://", "postgresql+psycopg://"))
        progress = Progress(engine)
        watcher = asyncio.create_task(progress.watch())
        killed: list[float] = []
        victims = range(1, len(roles)) if len(roles) > 1 else range(1)
        killer = asyncio.create_task(kill_often(desk, killed, kills, progress, total, victims))
        try:
            await send_all(record, desk.messages_url, conversations, each, stop_at)
            while not killer.done() and time.time() < stop_at:
                await asyncio.sleep(0.1)
            await settled(engine, max(60.0, messages / 50))
            watcher.cancel()
            await desk.steady()
            codes = await desk.stop()
            wrong = verify(engine, record, killed)
            if len(killed) < kills:
                wrong.append(f"only {len(killed)} of {kills} kills happened")
            if any(codes):
                wrong.append(f"orderly shutdown gave {codes}")
            if wrong:
                wrong.append(desk.log()[-3000:])
        finally:
            watcher.cancel()
            killer.cancel()
            desk.abandon()
            await receiver.cleanup()
            engine.dispose()
        return {
            "database": engine.dialect.name,
            "messages": total,
            "posts": record.posts,
            "concurrent duplicates": record.duplicates,
            "kills": len(killed),
            "replies": len(record.first),
            "replies repeated after a kill": len(record.repeats),
            "longest standstill, s": round(progress.standstill, 2),
            "seconds": round(time.time() - began),
            "wrong": wrong,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--conversations", type=int, default=500)
    parser.add_argument("--mails", type=int, default=3000)
    parser.add_argument("--people", type=int, default=40, help="in Slack and in Telegram")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--database", default="sqlite", help="sqlite, or a postgresql:// URL")
    given = parser.parse_args()
    good = True
    if given.messages:
        good &= told(
            asyncio.run(crash(given.messages, given.conversations, given.kills, given.database))
        )
    if given.mails:
        try:
            with dovecot_running() as dovecot:
                good &= told(
                    asyncio.run(crash_mail(given.mails, given.kills, given.database, dovecot))
                )
        except Unavailable as reason:
            print(f"With mails nothing was tried: {reason}")
    if given.people:
        good &= told(asyncio.run(crash_chats(given.people, 10, min(given.kills, 8), 0.1)))
    sys.exit(not good)


if __name__ == "__main__":
    main()
