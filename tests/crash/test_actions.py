"""The process that does what is queued is killed at random instants: nothing is lost, and nothing is done
twice that must not be."""

import asyncio
import os
import random
import sys
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import app, settings
from bot.actions import running
from bot.actions.run import State
from bot.desk.access import BOT
from store import open_store
from store.database import Store, Tx
from store.tables import ActionRun, Conversation, Inbox
from tests.servers.http import serving

CONFIG = """
[database]
url = "{database}"
data_dir = "{folder}"
[log]
level = "error"
[action.once]
url = "{url}"
secret = "env:S"
[action.again]
url = "{url}"
secret = "env:S"
repeatable = true
"""
DOING = """
import asyncio, os, sys
from pathlib import Path
from bot import app, settings
from store import open_store

async def run():
    chosen = settings.load(Path(sys.argv[1]), os.environ)
    store = open_store(chosen.database.address)
    await app.runner_of(chosen, store, app.desk_of(chosen)).run(asyncio.Event())

asyncio.run(run())
"""
RUNS, KILLS, SEED = 20, 2, 7


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
async def test_killed_while_it_does_things(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = database if database == "sqlite" else request.getfixturevalue("postgres_url")
    chance = random.Random(SEED)
    calls: Counter[str] = Counter()

    async def take(request: Request) -> Response:
        calls[request.headers["idempotency-key"]] += 1
        await asyncio.sleep(chance.uniform(0.01, 0.3))
        return JSONResponse({"result": "ok"})

    async with serving([Route("/", take, methods=["POST"])]) as where:
        file = tmp_path / "config.toml"
        file.write_text(CONFIG.format(database=url, folder=tmp_path, url=where))
        environment = {**os.environ, "S": "s3cret"}
        chosen = settings.load(file, environment)
        store = await asyncio.to_thread(open_store, chosen.database.address)
        try:
            await asyncio.to_thread(ask, store, chosen)
            kills = 0
            while await asyncio.to_thread(left, store):
                doing = await asyncio.create_subprocess_exec(
                    sys.executable, "-c", DOING, str(file), env=environment
                )
                enough = calls.total() + 3 if kills < KILLS else RUNS * 10
                while calls.total() < enough and await asyncio.to_thread(left, store):  # noqa: ASYNC110
                    await asyncio.sleep(chance.uniform(0.01, 0.1))
                doing.kill()
                kills += 1
                await doing.wait()
            runs, woken = await asyncio.to_thread(found, store)
        finally:
            await asyncio.to_thread(store.close)
    assert kills >= 3
    assert Counter(woken) == Counter(f"run:{one.id}:ended" for one in runs)
    assert {one.result for one in runs if one.name == "once"} == {"ok", "uncertain"}
    assert {one.result for one in runs if one.name == "again"} <= {"ok", "failed"}
    for one in runs:
        if one.name == "once":
            # The kill may have come between the row and the call.
            assert calls[one.key] == 1 or (calls[one.key], one.result) == (0, "uncertain")
        else:
            assert 1 <= calls[one.key] <= running.BEGINNINGS


def ask(store: Store, chosen: settings.Settings) -> None:
    desk = app.desk_of(chosen)

    def work(tx: Tx) -> None:
        conversation = tx.insert(Conversation(channel="web", key="c", created_at=tx.now))
        for number in range(RUNS):
            name = ("once", "again")[number % 2]
            running.begin(desk, tx, name, {}, actor=BOT, conversation_id=conversation.id)

    store.write(work)


def left(store: Store) -> int:
    count = sa.select(sa.func.count()).select_from(ActionRun).where(ActionRun.state != State.ENDED)
    return store.read(lambda tx: int(tx.session.execute(count).scalar_one()))


def found(store: Store) -> tuple[list[ActionRun], list[str]]:
    def work(tx: Tx) -> tuple[list[ActionRun], list[str]]:
        runs = list(tx.session.scalars(sa.select(ActionRun)))
        return runs, list(tx.session.scalars(sa.select(Inbox.platform_id)))

    return store.read(work)
