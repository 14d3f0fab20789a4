"""Queries about internal notes: for `bot.desk.notes`, and for `bot.desk.indexing`, which keeps no words."""

import sqlalchemy as sa

from store.database import Tx
from store.tables import Note


def of_ticket(tx: Tx, ticket_id: int, limit: int = 1000) -> list[Note]:
    """The last notes, oldest first."""
    statement = sa.select(Note).where(Note.ticket_id == ticket_id).order_by(Note.id.desc())
    return list(tx.execute(statement.limit(limit)).scalars())[::-1]
