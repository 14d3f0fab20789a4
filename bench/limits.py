"""What the machine and the database can do at most, with the least code that is still correct.

The figures of the others mean nothing alone: they are given as a ratio to these, measured in the same
run and in turn.
"""

import asyncio
import json
import queue
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import psycopg

GROUP: Final = 512  # rows of one commit at most
BODY: Final = "x" * 2000

_SQLITE = """
CREATE TABLE inbox(seq INTEGER PRIMARY KEY, channel TEXT NOT NULL, platform_id TEXT NOT NULL,
  conv INTEGER NOT NULL, received REAL NOT NULL, body TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0,
  UNIQUE(channel, platform_id));
CREATE INDEX head ON inbox(conv, seq) WHERE done = 0;
CREATE TABLE message(id INTEGER PRIMARY KEY, conv INTEGER, body TEXT);
CREATE TABLE event(id INTEGER PRIMARY KEY, conv INTEGER, kind TEXT);
CREATE TABLE outbox(id INTEGER PRIMARY KEY, conv INTEGER, idem TEXT UNIQUE, due REAL, body TEXT);
"""
_SQLITE_KEEP = (
    "INSERT INTO inbox(channel, platform_id, conv, received, body) VALUES(?, ?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING"
)


async def produce(count: int, seconds: float, keep: Callable[[int, int], Awaitable[None]]) -> float:
    """Rows a second that `count` producers get kept, each waiting for its own before the next."""
    kept, end = 0, time.perf_counter() + seconds

    async def one(number: int) -> None:
        nonlocal kept
        turn = 0
        while time.perf_counter() < end:
            await keep(number, turn)
            turn += 1
            kept += 1

    began = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(count)))
    return kept / (time.perf_counter() - began)


# -- SQLite


def _sqlite(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _drained(waiting: "queue.SimpleQueue[Any]") -> list[Any]:
    """What has queued up, at least one; None ends it."""
    got = [waiting.get()]
    while len(got) < GROUP and got[-1] is not None:
        try:
            got.append(waiting.get_nowait())
        except queue.Empty:
            break
    return got


async def sqlite_group(folder: Path, seconds: float) -> float:
    """Group commit: 64 producers, one thread that commits what has queued up, synchronous=FULL."""
    connection = _sqlite(folder / f"limit-{time.monotonic_ns()}.db")
    connection.executescript(_SQLITE)
    loop = asyncio.get_running_loop()
    waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def write() -> None:
        while True:
            got = [one for one in _drained(waiting) if one is not None]
            if not got:
                return
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(_SQLITE_KEEP, [row for row, _ in got])
            connection.execute("COMMIT")
            loop.call_soon_threadsafe(_tell, [future for _, future in got])

    thread = threading.Thread(target=write)
    thread.start()

    async def keep(number: int, turn: int) -> None:
        future = loop.create_future()
        waiting.put((("m", f"{number}-{turn}", number * 7 % 1000, time.time(), BODY), future))
        await future

    rate = await produce(64, seconds, keep)
    waiting.put(None)
    thread.join()
    connection.close()
    return rate


def _tell(futures: "list[asyncio.Future[None]]") -> None:
    for future in futures:
        future.set_result(None)


def sqlite_steps(folder: Path, seconds: float) -> float:
    """Steps of three inserts and a mark, 64 of a commit, without any framework."""
    connection = _sqlite(folder / f"limit-{time.monotonic_ns()}.db")
    connection.executescript(_SQLITE)
    total = 60_000
    connection.execute("BEGIN")
    connection.executemany(
        _SQLITE_KEEP, (("m", f"i{n}", n % 1000, 0.0, BODY[:200]) for n in range(total))
    )
    connection.execute("COMMIT")
    done, began = 0, time.perf_counter()
    run = connection.execute
    while time.perf_counter() - began < seconds and done + 64 <= total:
        run("BEGIN IMMEDIATE")
        for n in range(done, done + 64):
            conv = n % 1000
            seq, body = run(
                "SELECT seq, body FROM inbox WHERE conv=? AND done=0 ORDER BY seq LIMIT 1", (conv,)
            ).fetchone()
            run("INSERT INTO message(conv, body) VALUES(?, ?)", (conv, body))
            run("INSERT INTO event(conv, kind) VALUES(?, 'received')", (conv,))
            run(
                "INSERT INTO outbox(conv, idem, due, body) VALUES(?, ?, 0, ?)",
                (conv, f"r{seq}", body),
            )
            run("UPDATE inbox SET done=1 WHERE seq=?", (seq,))
        run("COMMIT")
        done += 64
    rate = done / (time.perf_counter() - began)
    connection.close()
    return rate


# -- PostgreSQL

_POSTGRES = """
DROP SCHEMA IF EXISTS limits CASCADE; CREATE SCHEMA limits;
CREATE TABLE limits.inbox(seq bigserial PRIMARY KEY, channel text NOT NULL, platform_id text NOT NULL,
  conv int NOT NULL, received timestamptz NOT NULL DEFAULT now(), body text NOT NULL,
  done boolean NOT NULL DEFAULT false, UNIQUE(channel, platform_id));
CREATE INDEX ON limits.inbox(conv, seq) WHERE NOT done;
CREATE TABLE limits.conv(id int PRIMARY KEY, ready timestamptz, pending int NOT NULL DEFAULT 0);
CREATE INDEX ON limits.conv(ready) WHERE ready IS NOT NULL;
CREATE TABLE limits.message(id bigserial PRIMARY KEY, conv int, body text);
CREATE TABLE limits.event(id bigserial PRIMARY KEY, conv int, kind text);
CREATE TABLE limits.outbox(id bigserial PRIMARY KEY, conv int, idem text UNIQUE, due timestamptz,
  body text);
"""
_POSTGRES_KEEP = (
    "INSERT INTO limits.inbox(channel, platform_id, conv, body)"
    " SELECT 'm', p, k, b FROM unnest(%s::text[], %s::int[], %s::text[]) AS u(p, k, b)"
    " ON CONFLICT DO NOTHING"
)


async def postgres_group(url: str, seconds: float) -> float:
    """Group commit: 64 producers, one connection, what has queued up is one statement."""
    connection = await psycopg.AsyncConnection.connect(url, autocommit=True)
    await connection.execute(_POSTGRES)
    waiting: asyncio.Queue[Any] = asyncio.Queue()

    async def write() -> None:
        while True:
            got = [await waiting.get()]
            while len(got) < GROUP and not waiting.empty():
                got.append(waiting.get_nowait())
            columns = [list(column) for column in zip(*(row for row, _ in got), strict=True)]
            await connection.execute(_POSTGRES_KEEP, columns)
            _tell([future for _, future in got])

    writer = asyncio.create_task(write())

    async def keep(number: int, turn: int) -> None:
        future = asyncio.get_running_loop().create_future()
        waiting.put_nowait(((f"{number}-{turn}", number * 7 % 1000, BODY), future))
        await future

    rate = await produce(64, seconds, keep)
    writer.cancel()
    await connection.close()
    return rate


async def postgres_steps(url: str, seconds: float) -> float:
    """Set-wise steps: claim a conversation, up to 20 of its messages, three inserts and a mark by sets;
    eight connections."""
    first = await psycopg.AsyncConnection.connect(url, autocommit=True)
    await first.execute(_POSTGRES)
    await first.execute(
        "INSERT INTO limits.inbox(channel, platform_id, conv, body)"
        " SELECT 'm', i::text, i %% 1000, %s FROM generate_series(1, 60000) i",
        (BODY[:200],),
    )
    await first.execute(
        "INSERT INTO limits.conv SELECT conv, now(), count(*) FROM limits.inbox GROUP BY conv"
    )
    await first.execute("ANALYZE limits.inbox, limits.conv")
    done, end = 0, time.perf_counter() + seconds

    async def work() -> None:
        nonlocal done
        connection = await psycopg.AsyncConnection.connect(url, autocommit=True)
        async with connection:
            while time.perf_counter() < end:
                count = await _postgres_step(connection)
                if not count:
                    return
                done += count

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(8)))
    rate = done / (time.perf_counter() - began)
    await first.close()
    return rate


async def _postgres_step(connection: "psycopg.AsyncConnection[Any]") -> int:
    async with connection.transaction():
        run = connection.execute
        claimed = await (
            await run(
                "SELECT id FROM limits.conv WHERE ready IS NOT NULL ORDER BY ready"
                " FOR UPDATE SKIP LOCKED LIMIT 1"
            )
        ).fetchone()
        if claimed is None:
            return 0
        (conv,) = claimed
        rows = await (
            await run(
                "SELECT seq, body FROM limits.inbox WHERE conv=%s AND NOT done ORDER BY seq LIMIT 20",
                (conv,),
            )
        ).fetchall()
        seqs, bodies = [row[0] for row in rows], [row[1] for row in rows]
        await run(
            "INSERT INTO limits.message(conv, body) SELECT %s, unnest(%s::text[])", (conv, bodies)
        )
        await run(
            "INSERT INTO limits.event(conv, kind) SELECT %s, 'r' FROM generate_series(1, %s)",
            (conv, len(rows)),
        )
        await run(
            "INSERT INTO limits.outbox(conv, idem, due, body)"
            " SELECT %s, 'r' || s, now(), y FROM unnest(%s::bigint[], %s::text[]) u(s, y)",
            (conv, seqs, bodies),
        )
        await run("UPDATE limits.inbox SET done=true WHERE seq = ANY(%s)", (seqs,))
        await run(
            "UPDATE limits.conv SET pending=pending-%s,"
            " ready=CASE WHEN pending>%s THEN clock_timestamp() END WHERE id=%s",
            (len(rows), len(rows), conv),
        )
        return len(rows)


# -- HTTP


def bare_server(port: int) -> "subprocess.Popen[bytes]":
    """The framework of the chat with nothing behind it, in a process of its own."""
    return subprocess.Popen([sys.executable, "-m", "bench.limits", str(port)])


def _serve(port: int) -> None:
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def take(request: Request) -> JSONResponse:
        return JSONResponse({"id": json.loads(await request.body())["id"]})

    uvicorn.run(
        Starlette(routes=[Route("/messages", take, methods=["POST"])]),
        host="127.0.0.1",
        port=port,
        log_level="error",
        access_log=False,
        lifespan="off",
    )


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
