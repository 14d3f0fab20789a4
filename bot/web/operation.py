"""For whoever runs the desk: is it up, can it work, how does it do."""

import asyncio

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot import metrics
from bot.web.context import Context
from bot.web.visit import Endpoint
from store import outbox
from store.database import Store, Tx
from store.errors import StoreError
from store.tables import ArticleUse, Inbox, Meta, Outbox, Ticket

PATIENCE = 3.0  # seconds the database gets; a balancer asks every few


def healthz(request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n")


def readyz(context: Context) -> Endpoint:
    """It can take messages and answer them; if not, why."""

    async def endpoint(request: Request) -> Response:
        problems = [*context.problems(), *await _database(context.store)]
        if context.shutdown.is_set():
            problems.append("shutting down")
        body = {"ready": not problems, "problems": problems}
        return JSONResponse(body, 503 if problems else 200, {"Cache-Control": "no-store"})

    return endpoint


async def _database(store: Store) -> list[str]:
    try:
        await asyncio.wait_for(store.awrite(_try_writing), PATIENCE)
    except TimeoutError:
        return [f"the database has not taken a write within {PATIENCE:.0f} s"]
    except StoreError as problem:
        return [str(problem)]
    return []


def _try_writing(tx: Tx) -> None:
    # A real row, so that a full disk and a read-only database are noticed; never more than one.
    row = tx.get(Meta, "ready")
    if row is None:
        tx.insert(Meta(key="ready", value=tx.now.isoformat()))
    else:
        row.value = tx.now.isoformat()


def metrics_page(context: Context) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            await context.store.aread(_measure)
        except StoreError as problem:
            return PlainTextResponse(f"{problem}\n", 503)
        return Response(metrics.exposition(), headers={"Content-Type": metrics.CONTENT_TYPE})

    return endpoint


def _measure(tx: Tx) -> None:
    """What is asked of the database only when somebody wants to know."""
    oldest = outbox.oldest_pending(tx)
    age = (tx.now - oldest).total_seconds() if oldest else 0
    metrics.outbox_oldest.set(max(age, 0))
    metrics.outbox_dead.set(_count(tx, Outbox.dead_at.is_not(None)))
    metrics.inbox_parked.set(_count(tx, Inbox.parked_at.is_not(None)))
    metrics.tickets_open.set(_count(tx, Ticket.status.not_in(("resolved", "closed"))))
    for what, uses in tx.execute(
        sa.select(ArticleUse.what, sa.func.count()).group_by(ArticleUse.what)
    ):
        metrics.kb_uses.labels(what).set(uses)


def _count(tx: Tx, which: sa.ColumnElement[bool]) -> int:
    return int(tx.execute(sa.select(sa.func.count()).where(which)).scalar_one())
