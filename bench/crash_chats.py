"""The crash test with Slack and Telegram as sources, while both misbehave as networks do.

    python -m bench.crash_chats [--people 40] [--each 10] [--kills 8]

People write to both at once. Calls are answered with 429, 500 and 502, too late, or not at all, before or
after they were done; events come twice, late and in another order; sockets die; and the desk is killed with
SIGKILL and started again. At the end everything that was written took effect once, in the order it came,
and everything the bot said stands there once and in order. Telegram has no key against repetition: a reply
that was under way as the desk died may stand there twice, and is counted.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from bench.killing import Progress, kill_often, left_over, settled, told
from bench.running import EVERYTHING, WORDS, Desk, lend, receive_replies
from channels.message import OutboundMessage
from channels.telegram.html import pieces, plain
from tests.platforms.faults import Fault
from tests.platforms.slack import FakeSlack
from tests.platforms.slack import User as SlackUser
from tests.platforms.telegram import FakeTelegram
from tests.platforms.telegram.people import User as TelegramUser

LOST = (Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER)
BROKEN = (Fault.FLOOD, Fault.ERROR_500, Fault.ERROR_502)
SENDING = {
    "slack": ("chat.postMessage", "users.info", "conversations.open", "conversations.history"),
    "telegram": ("sendMessage", "editMessageText"),
}


def configuration(slack: FakeSlack, telegram: FakeTelegram) -> str:
    return (
        f'[slack]\napi_url = "{slack.api_url}"\ntimeout_seconds = 1\nrate_per_second = 10000\n'
        f'[telegram]\napi_url = "{telegram.api_url}"\ntimeout_seconds = 1\npoll_seconds = 5\n'
    )


def misbehave(slack: FakeSlack, telegram: FakeTelegram, share: float) -> None:
    for number, method in enumerate(SENDING["slack"]):
        slack.faults.share(method, share, *LOST, *BROKEN, seed=number)
    for number, method in enumerate(SENDING["telegram"]):
        telegram.faults.share(method, share, *LOST, *BROKEN, seed=10 + number)
    telegram.faults.share("getUpdates", share, *BROKEN, Fault.DROP_AFTER, seed=20)
    telegram.updates.shuffled = random.Random(3)
    slack.events_faults.duplicates = slack.events_faults.drop_socket = share
    slack.events_faults.reorder = share / 4
    slack.delivery.retries = (0.5, 1.0) * 30  # Slack waits longer


async def write(user: SlackUser | TelegramUser, name: str, each: int) -> None:
    for number in range(each):
        text = f"{random.choice(WORDS)} ({name}-{number})"
        await (user.dm(text) if isinstance(user, SlackUser) else user.write(text))
        await asyncio.sleep(random.uniform(0, 0.2))


def verify(
    engine: sa.Engine, slack: Sequence[SlackUser], telegram: Sequence[TelegramUser]
) -> tuple[list[str], Counter[str]]:
    """Every way in which a promise was broken, and what was counted."""
    wrong: list[str] = []
    counted: Counter[str] = Counter()
    effects: dict[tuple[str, str], list[str]] = defaultdict(list)
    replies: dict[tuple[str, str], list[OutboundMessage]] = defaultdict(list)
    with engine.connect() as connection:
        run = connection.exec_driver_sql
        for channel, address, text in run(
            "SELECT c.channel, c.address, m.body FROM message m"
            " JOIN conversation c ON c.id = m.conversation_id"
            " WHERE m.author = 'requester' ORDER BY m.id"
        ):
            effects[channel, address].append(text)
        for channel, destination, body in run(
            "SELECT l.channel, l.destination, o.body FROM outbox o JOIN lane l"
            " ON l.id = o.lane_id ORDER BY o.id"
        ):
            message = msgspec.json.decode(body, type=OutboundMessage)
            replies[channel, destination].append(message)
        wrong += left_over(connection)
    for person in slack:
        held = person.room.slack.delivery.held
        mine = [one for one in person.room.messages if one.get("user") == person.id]
        in_order = not any(one["ts"] in held for one in mine)
        wrong += _compared(
            f"Slack {person.address}",
            [one["text"] for one in mine],
            effects["slack", person.address],
            in_order=in_order,
        )
        keys = [person.room.metadata[one["ts"]]["event_payload"]["key"] for one in person.inbox()]
        firsts = [key for at, key in enumerate(keys) if not at or keys[at - 1] != key]
        queued = [one.key for one in replies["slack", person.address]]
        if firsts != queued:
            wrong.append(f"Slack {person.address}: said {firsts} of {queued}")
        counted["replies in Slack"] += len(queued)
    for one in telegram:
        address = str(one.id)
        mine_ = [message["text"] for message in one.messages if message["from"]["id"] == one.id]
        wrong += _compared(f"Telegram {address}", mine_, effects["telegram", address])
        said = [message["text"] for message in one.inbox()]
        expected = [
            plain(piece).strip()
            for message in replies["telegram", address]
            for piece in pieces(message.text.body)
        ]
        once = [text for at, text in enumerate(said) if not at or said[at - 1] != text]
        counted["replies in Telegram"] += len(expected)
        counted["of these twice, after a kill"] += len(said) - len(expected)
        if said != expected and once != [
            text for at, text in enumerate(expected) if not at or expected[at - 1] != text
        ]:
            wrong.append(
                f"Telegram {address}: {len(said)} said of {len(expected)}, or out of order"
            )
    return wrong, counted


def _compared(
    who: str, written: Sequence[str], heard: Sequence[str], *, in_order: bool = True
) -> list[str]:
    if sorted(written) != sorted(heard):
        lost, doubled = Counter(written) - Counter(heard), Counter(heard) - Counter(written)
        return [f"{who}: {lost.total()} lost, {doubled.total()} doubled"]
    return [f"{who}: out of order"] if in_order and list(written) != list(heard) else []


async def crash_chats(
    people: int, each: int, kills: int, share: float, models: Path | None = None
) -> dict[str, Any]:
    """Run it; the result's "wrong" is empty when every promise was kept. `models` spares the training."""
    began = time.time()
    async with (
        FakeSlack(rate_limits=False) as slack,
        FakeTelegram(flood_limits=False) as telegram,
    ):
        with tempfile.TemporaryDirectory(prefix="firstline-crash-") as name:
            if models is not None:
                lend(models, Path(name))
            os.environ |= {
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_APP_TOKEN": slack.app_token,
                "TELEGRAM_BOT_TOKEN": telegram.token,
            }
            desk = Desk(Path(name), "sqlite", (EVERYTHING,), more=configuration(slack, telegram))
            receiver = await receive_replies(desk.reply_port, lambda reply: None)
            await desk.start()
            await desk.serving()
            misbehave(slack, telegram, share)
            engine = sa.create_engine(desk.database)
            progress = Progress(engine)
            watcher = asyncio.create_task(progress.watch())
            killed: list[float] = []
            total = 2 * people * each
            killer = asyncio.create_task(kill_often(desk, killed, kills, progress, total, range(1)))
            in_slack = [slack.user(f"S{n}") for n in range(people)]
            in_telegram = [telegram.user(f"T{n}") for n in range(people)]
            everybody: list[SlackUser | TelegramUser] = [*in_slack, *in_telegram]
            try:
                async with asyncio.timeout(120 + total / 4):
                    await asyncio.gather(
                        *(write(one, f"p{n}", each) for n, one in enumerate(everybody))
                    )
                    await slack.settled()
                    await telegram.updates.confirmed()
                    while not killer.done():
                        await asyncio.sleep(0.1)
                await settled(engine, 120)
                watcher.cancel()
                await desk.steady()
                codes = await desk.stop()
                wrong, counted = verify(engine, in_slack, in_telegram)
                if slack.delivery.given_up:
                    wrong.append(f"{len(slack.delivery.given_up)} events of Slack never taken")
                if any(codes):
                    wrong.append(f"orderly shutdown gave {codes}")
                if wrong:
                    wrong.append(desk.log()[-2000:])
            finally:
                watcher.cancel()
                killer.cancel()
                desk.abandon()
                await receiver.cleanup()
                engine.dispose()
        answers = [*(one.answer for one in slack.calls), *(one.answer for one in telegram.calls)]
        return {
            "messages": total,
            "kills": len(killed),
            "calls": len(answers),
            "of these without a good answer": answers.count(None),
            **counted,
            "seconds": round(time.time() - began),
            "wrong": wrong,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=40, help="in each network")
    parser.add_argument("--each", type=int, default=10, help="messages of each")
    parser.add_argument("--kills", type=int, default=8)
    parser.add_argument("--share", type=float, default=0.1, help="of calls that go wrong")
    given = parser.parse_args()
    sys.exit(not told(asyncio.run(crash_chats(given.people, given.each, given.kills, given.share))))


if __name__ == "__main__":
    main()
