"""Recording: every change of a ticket leaves a row that says who, when, what, from, to and why."""

from enum import StrEnum

from bot.desk.access import Actor
from store.database import Tx
from store.tables import Ticket, TicketEvent


class What(StrEnum):
    OPENED = "opened"
    STATUS = "status"
    REOPENED = "reopened"
    ASSIGNEE = "assignee"  # from and to are ids of people
    MESSAGE = "message"  # the requester wrote
    REPLY = "reply"
    UNDELIVERED = "undelivered"  # words for the requester were given up
    SILENCED = "silenced"  # the bot answers no more for now
    NOTE = "note"
    MERGED = "merged"  # from and to are numbers of tickets
    SPLIT = "split"  # to is the number of the new one
    EDITED = "edited"  # the requester changed or took back a message
    CALLED = "called"  # the requester wants a person
    REMINDED = "reminded"
    RATED = "rated"  # by the requester, 1 to 5
    TYPE = "type"
    CATEGORY = "category"
    PRIORITY = "priority"
    QUEUE = "queue"
    TITLE = "title"
    TAG = "tag"
    WATCHER = "watcher"  # from and to are ids of people
    FORGOTTEN = "forgotten"  # from is the number of an event that is to teach nothing
    PLACE = "place"  # from and to are channels: where the requester is told from now on
    REQUESTER = "requester"  # from and to are ids: proven to be one person, or parted


def record(
    tx: Tx,
    ticket: Ticket,
    what: What,
    actor: Actor,
    *,
    old: str | None = None,
    new: str | None = None,
    why: str | None = None,
    inbox_id: int | None = None,
) -> None:
    """Never holds the words of a message or a note."""
    ticket.updated_at = tx.now
    tx.append(
        TicketEvent,
        ticket_id=ticket.id,
        at=tx.now,
        who=str(actor.who),
        person_id=actor.person_id,
        what=str(what),
        old=old,
        new=new,
        why=why,
        inbox_id=inbox_id,
        via=actor.via,
    )
    tx.changed(ticket.id)
