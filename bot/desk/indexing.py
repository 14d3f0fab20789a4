"""Keeping full-text search true: what a ticket can be found by."""

from typing import Final

from bot.desk.desk import Desk
from store import notes, tickets
from store.database import Tx
from store.tables import Ticket

KIND: Final = "ticket"
READ: Final = (
    50  # of the messages and of the notes, the latest: a ticket is found by what it is about
)


def index_new(desk: Desk, tx: Tx, ticket: Ticket) -> None:
    """A ticket just opened: all that was said of it is its description."""
    words = f"{ticket.number} {ticket.title}\n{ticket.description}"
    desk.search.put(tx, KIND, ticket.id, desk.terms(words))


def index_more(desk: Desk, tx: Tx, ticket: Ticket, text: str) -> None:
    """Something was said about it; what was said before is not read again."""
    desk.search.add(tx, KIND, ticket.id, desk.terms(text))


def index(desk: Desk, tx: Tx, ticket: Ticket) -> None:
    """Internal words go where only a search of agents looks."""
    said = "\n".join(one.body for one in tickets.messages(tx, ticket.id, READ))
    inside = "\n".join(one.body for one in notes.of_ticket(tx, ticket.id, READ))
    desk.search.put(
        tx,
        KIND,
        ticket.id,
        desk.terms(f"{ticket.number} {ticket.title}\n{ticket.description}\n{said}"),
        desk.terms(inside) if inside else [],
    )
