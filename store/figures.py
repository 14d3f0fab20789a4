"""Whose tickets wait for an answer of the desk, and since when."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from store.database import Tx
from store.tables import Message


def unanswered(tx: Tx, ticket_ids: Sequence[int]) -> dict[int, datetime]:
    """Since when the requester of a ticket has been without an answer from a person, if so."""
    said, answer = aliased(Message), aliased(Message)
    answered = (
        sa.select(sa.func.max(answer.id))
        .where(answer.ticket_id == said.ticket_id, answer.author == "agent")
        .scalar_subquery()
    )
    statement = (
        sa.select(said.ticket_id, sa.func.min(said.at))
        .where(
            said.ticket_id.in_(ticket_ids),
            said.author == "requester",
            said.id > sa.func.coalesce(answered, 0),
        )
        .group_by(said.ticket_id)
    )
    return {row[0]: row[1] for row in tx.execute(statement)}
