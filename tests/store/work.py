"""A desk in miniature for the tests of the engine: every message leaves a row, an event and a reply."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from store.database import Store, Tx
from store.intake import Arrival
from store.outbox import Outgoing
from store.steps import Prepared, Worker, step
from store.tables import Conversation, Inbox, Message, Outbox, TicketEvent


def arrival(conversation: str, text: str, *, channel: str = "web", id: str = "") -> Arrival:
    return Arrival(
        channel=channel,
        platform_id=id or f"{conversation}-{text}",
        conversation=conversation,
        address=f"{conversation}@example.org",
        body=json.dumps({"text": text}),
    )


def accept(store: Store, *arrivals: Arrival) -> None:
    """Returns once all are committed; raises what the store refuses with."""

    async def keep() -> None:
        await asyncio.gather(*(store.accept(one) for one in arrivals))

    asyncio.run(keep())


class Desk(Worker):
    def __init__(self, trouble: Callable[[str], None] = lambda text: None) -> None:
        self.trouble = trouble  # raises for the texts it does not like
        self.batches: list[int] = []
        self.told: list[str] = []  # problems of parked rows

    def prepare(self, rows: Sequence[Inbox]) -> Prepared:
        self.batches.append(len(rows))
        return {row.id: self.read(row) for row in rows}

    def read(self, row: Inbox) -> Mapping[str, Any]:
        body: dict[str, Any] = json.loads(row.body)
        return body

    def handle(self, tx: Tx, conversation: Conversation, row: Inbox, prepared: Any) -> None:
        text = prepared.get("text") or prepared["kind"]
        tx.append(
            Message,
            conversation_id=conversation.id,
            inbox_id=row.id,
            key=f"in-{row.id}",
            author="requester",
            at=tx.now,
            body=text,
        )
        tx.append(TicketEvent, ticket_id=1, at=tx.now, who="bot", what="reply", inbox_id=row.id)
        tx.post(
            Outgoing(
                channel="web",
                destination=conversation.address,
                key=f"out-{row.id}",
                body=json.dumps({"text": f"re: {text}"}),
                conversation_id=conversation.id,
            )
        )
        conversation.state = text
        self.trouble(text)

    def parked(self, tx: Tx, conversation: Conversation, row: Inbox, problem: str) -> None:
        self.told.append(problem)


def work_off(store: Store, desk: Desk) -> None:
    while step(store, desk):
        pass


def handled(store: Store) -> dict[str, list[str]]:
    """What took effect, in order, by conversation."""
    found: dict[str, list[str]] = {}
    query = (
        sa.select(Conversation.key, Message.body)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .order_by(Message.id)
    )
    for key, text in store.read(lambda tx: tx.session.execute(query).all()):
        found.setdefault(key, []).append(text)
    return found


def queued(store: Store) -> list[str]:
    """The replies in the outbox, in order."""
    query = sa.select(Outbox.body).order_by(Outbox.id)
    bodies = store.read(lambda tx: tx.session.scalars(query).all())
    return [json.loads(body)["text"] for body in bodies]
