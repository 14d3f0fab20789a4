"""Queries about internal notes. Only `bot.desk.notes` may import this; the import rules see to it."""

import sqlalchemy as sa

from store.database import Tx
from store.tables import Note


def of_ticket(tx: Tx, ticket_id: int) -> list[Note]:
    statement = sa.select(Note).where(Note.ticket_id == ticket_id).order_by(Note.id)
    return list(tx.execute(statement).scalars())
