"""A digest of a whole desk, on its way through the real SDKs and by mail, with its pictures."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import app
from store.base import micros
from store.database import Tx
from store.knowledge import get, put
from store.outbox import dead
from tests.networks import slack as on_slack
from tests.networks import telegram as on_telegram
from tests.platforms.slack import FakeSlack
from tests.platforms.telegram import FakeTelegram
from tests.servers.desk import desk_beside, until


def _past(tx: Tx) -> None:
    """Some tickets of the last two days, and a digest that is due."""
    for number in range(1, 31):
        at = micros(tx.now - timedelta(hours=24 + number % 20))
        for what, who, minutes in (("opened", "requester", 0), ("reply", "agent", 9 + number)):
            tx.run(
                "INSERT INTO ticket_event (ticket_id, at, who, person_id, what, old)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (9000 + number, at + minutes * 60_000_000, who, 1 if who == "agent" else None, what,
                 '["web","en",null,null]' if what == "opened" else None),
            )  # fmt: skip
    noted: datetime = tx.now - timedelta(days=9)
    put(tx, "digest:news", noted.isoformat())


def _noted(tx: Tx) -> str | None:
    return get(tx, "digest:news")


async def test_it_arrives_everywhere_with_its_pictures(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "DIGEST_AGAIN", 0.05)
    async with (
        FakeSlack(rate_limits=False) as slack,
        FakeTelegram(flood_limits=False) as telegram,
    ):
        room, group = slack.channel("it-desk"), telegram.group("Managers", admin=True)
        far = datetime.now(UTC) + timedelta(hours=12)  # no second one is due while the test runs
        to = [f"slack:{room.team.id}/{room.id}", f"telegram:{group.id}", "boss@desk.test"]
        sections = {
            "slack": on_slack.slack_of(slack),
            "telegram": on_telegram.telegram_of(telegram),
            "report": {"news": {"at": f"daily {far:%H}:00", "to": to, "metrics": []}},
        }
        async with desk_beside(tmp_path / "desk", models, sections=sections) as desk:
            store = desk.process.store
            # The first look only notes when it was: what is put before that would be overwritten.
            await asyncio.to_thread(until, lambda: store.read(_noted) is not None)
            await asyncio.to_thread(store.write, _past)

            def arrived() -> bool:
                files = [file for one in room.messages for file in one.get("files", ())]
                photos = [one for one in group.messages if "photo" in one or "document" in one]
                return len(files) >= 3 and len(photos) >= 3

            def seen() -> str:
                told = [on_slack.said(one) for one in room.messages]
                told += [on_telegram.said(one) for one in group.messages]
                return "\n---\n".join([*told, *(str(row[0].problem) for row in store.read(dead))])

            await asyncio.to_thread(until, arrived, seen)
            assert on_slack.saying(room.messages, "Figures of the desk", "Tickets opened")
            assert on_telegram.saying(group.messages, "Figures of the desk", "Tickets opened")
            contents = list(slack.files.content.values())
            assert all(one.startswith(b"\x89PNG") for one in contents[:3])
            new = tmp_path / "desk" / "mailbox" / "new"

            def mailed() -> bytes | None:
                found = [one.read_bytes() for one in new.glob("*")] if new.exists() else []
                return next((one for one in found if b"boss@desk.test" in one), None)

            raw = await asyncio.to_thread(until, mailed)
            assert b"multipart/related" in raw
            assert raw.count(b"Content-ID: <") >= 3
            await asyncio.sleep(0.3)  # several looks later there is still one
            assert len([one for one in room.messages if "Figures" in on_slack.said(one)]) == 1
