"""For whoever runs the desk: is it up, can it work, how does it do."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot import metrics
from bot.desk.status import DONE
from bot.web.context import Context
from bot.web.visit import Endpoint
from store import measures
from store.database import Store, Tx
from store.errors import StoreError
from store.tables import Meta

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
    tx.alone("ready")
    row = tx.get(Meta, "ready")
    if row is None:
        tx.insert(Meta(key="ready", value=tx.now.isoformat()))
    else:
        row.value = tx.now.isoformat()


def metrics_page(context: Context) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            found = await context.store.aread(lambda tx: measures.measure(tx, sorted(DONE)))
        except StoreError as problem:
            return PlainTextResponse(f"{problem}\n", 503)
        # What is asked of the database only when somebody wants to know.
        metrics.outbox_oldest.set(found.outbox_oldest)
        metrics.outbox_dead.set(found.outbox_dead)
        metrics.inbox_parked.set(found.inbox_parked)
        metrics.tickets_open.set(found.tickets_open)
        for what, uses in found.article_uses.items():
            metrics.kb_uses.labels(what).set(uses)
        return Response(metrics.exposition(), headers={"Content-Type": metrics.CONTENT_TYPE})

    return endpoint
