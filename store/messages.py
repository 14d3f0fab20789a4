"""Queries about what was said in a conversation."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from store.database import Tx
from store.tables import Conversation, Inbox, Message


def conversation_id(tx: Tx, channel: str, key: str) -> int | None:
    return tx.session.scalar(
        sa.select(Conversation.id).where(Conversation.channel == channel, Conversation.key == key)
    )


def history(tx: Tx, conversation_id: int, after: int, limit: int) -> list[Message]:
    """Public messages after a cursor, oldest first; with cursor 0 the latest `limit`."""
    statement = sa.select(Message).where(
        Message.conversation_id == conversation_id, Message.id > after
    )
    if after:
        return list(tx.session.scalars(statement.order_by(Message.id).limit(limit)))
    rows = tx.session.scalars(statement.order_by(Message.id.desc()).limit(limit))
    return list(rows)[::-1]


def last_heard(tx: Tx, conversation_id: int) -> datetime | None:
    """When its requester last wrote in the conversation."""
    statement = sa.select(Message.at).where(
        Message.conversation_id == conversation_id, Message.author == "requester"
    )
    found: datetime | None = tx.execute(statement.order_by(Message.id.desc()).limit(1)).scalar()
    return found


def mentioning(tx: Tx, conversation_id: int, sha256: str) -> list[Message]:
    """Public messages of a conversation that may have a file of this hash."""
    statement = sa.select(Message).where(
        Message.conversation_id == conversation_id,
        Message.extra.contains(sha256, autoescape=True),
    )
    return list(tx.session.scalars(statement))


def waiting(tx: Tx, conversation_id: int) -> bool:
    """Whether something accepted has not been handled yet."""
    found = tx.session.scalar(
        sa.select(Conversation.ready_at).where(Conversation.id == conversation_id)
    )
    return found is not None


def parked(tx: Tx, limit: int = 200) -> Sequence[Inbox]:
    """Accepted rows that could not be handled, latest first."""
    statement = sa.select(Inbox).where(Inbox.parked_at.is_not(None))
    return tx.session.scalars(statement.order_by(Inbox.id.desc()).limit(limit)).all()


def received(tx: Tx, conversation_id: int) -> list[str]:
    """The bodies of all messages that came in a conversation, handled or not, in their order."""
    statement = sa.select(Inbox.body).where(
        Inbox.conversation_id == conversation_id, Inbox.kind == "message"
    )
    return list(tx.session.scalars(statement.order_by(Inbox.id)))


def by_key(tx: Tx, key: str) -> Message | None:
    found: Message | None = tx.execute(sa.select(Message).where(Message.key == key)).scalar()
    return found


def is_known(tx: Tx, key: str) -> bool:
    """Whether that was said already."""
    return tx.execute(sa.select(Message.id).where(Message.key == key)).scalar() is not None


def last_said(tx: Tx, conversation_id: int) -> Message | None:
    """What was last said to the requester in a conversation."""
    statement = sa.select(Message).where(
        Message.conversation_id == conversation_id, Message.author != "requester"
    )
    found: Message | None = tx.execute(statement.order_by(Message.id.desc()).limit(1)).scalar()
    return found


def last_of_agents(tx: Tx, ticket_id: int) -> Message | None:
    """What an agent last said to the requester about a ticket."""
    statement = sa.select(Message).where(Message.ticket_id == ticket_id, Message.author == "agent")
    found: Message | None = tx.execute(statement.order_by(Message.id.desc()).limit(1)).scalar()
    return found
