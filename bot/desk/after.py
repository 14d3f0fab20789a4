"""What follows from any change of tickets, in the same transaction, whoever made it: first their deadlines,
then their way through the levels, which may change both, then the surveys about what is done, then the
cards that show them."""

from collections.abc import Collection

from bot.desk import deadlines, escalation, progress, promises, rooms
from bot.desk.desk import Desk
from bot.surveys import planning
from store.database import Tx
from store.tables import Ticket


def follow_up(desk: Desk, tx: Tx, ticket_ids: frozenset[int]) -> None:
    settle(desk, tx, ticket_ids)
    planning.refresh(desk, tx, ticket_ids)
    rooms.refresh(desk, tx, ticket_ids)


def settle(desk: Desk, tx: Tx, ticket_ids: Collection[int]) -> None:
    clocks = deadlines.refresh(desk, tx, ticket_ids)
    changed = escalation.refresh(desk, tx, ticket_ids, clocks)
    if changed:
        deadlines.refresh(desk, tx, changed)


def promised(desk: Desk, tx: Tx, ticket: Ticket, language: str) -> str:
    """What happens next and when, in an answer to its requester. What goes up at once is told of in the
    same breath, and not once more."""
    settle(desk, tx, [ticket.id])
    told = progress.above(desk, tx, ticket, language)
    if told:
        progress.known(desk, tx, ticket)
    return promises.promise(desk, tx, ticket, language, told)
