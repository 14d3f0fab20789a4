"""Recording: every change of a ticket leaves a row that says who, when, what, from, to and why."""

from enum import StrEnum

from bot.desk.access import Actor
from store.database import Tx
from store.tables import Ticket, TicketEvent


class What(StrEnum):
    OPENED = "opened"  # from is where it came from (`bot.desk.origin`)
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
    LIKENED = "likened"  # to is the ticket that it may be part of
    LINKED = "linked"  # to is the incident that it is part of now; of that, from is the part
    PARTED = "parted"  # from is the other ticket
    KNOWN = "known"  # what requesters are told of an incident
    FORGOTTEN = "forgotten"  # from is the number of an event that is to teach nothing
    PLACE = "place"  # from and to are channels: where the requester is told from now on
    REQUESTER = "requester"  # from and to are ids: proven to be one person, or parted
    AGREEMENT = "agreement"  # from and to are ids of terms (see `bot.desk.agreements`)
    WARNED = "sla-warned"  # from is the name of a clock, to the warning: "75%"
    BREACHED = "sla-breached"  # from is the name of a clock, to what was due when
    MET = "sla-met"  # likewise
    # Of these from is the name of the action and the number of its run.
    ACTION_ASKED = "action-asked"
    ACTION_PROVEN = (
        "action-proven"  # whom it is for gave the code; why is the network it was sent on
    )
    ACTION_DECIDED = "action-decided"  # to is "approved" or "declined"
    ACTION_ENDED = "action-ended"  # to is its result, why says it in words
    ESCALATED = "escalated"  # from and to are levels; why is a trigger (`bot.desk.levels`)
    ACCEPTED = "accepted"  # to is the level that took it
    RETURNED = "returned"  # from and to are levels: it comes back with a result
    FOLLOWED = "followed-up"  # nobody took it: who was called
    CONFIRMED = "confirmed"  # whether it is fixed, says the requester: to is "yes" or "no"
    RESTRICTED = "restricted"  # to is "yes" or "no": whether only some may see it

    SOP_STARTED = "sop-started"  # to is the name and version
    SOP_STEP = "sop-step"  # from is the step that was left, to what was answered; why is the SOP
    SOP_TICKED = "sop-ticked"  # an agent has done the step named in to; why is the SOP
    SOP_UNTICKED = "sop-unticked"  # they have not: from is the step; why is the SOP
    SOP_ENDED = "sop-ended"  # from is the last step, to how it ended; why is the SOP


WITHDRAWN = "withdrawn by the requester"  # why, of a ticket that is not wanted any more
GUEST = "another sender in the thread"  # why, of a message that is not the requester's


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
    quietly: bool = False,
) -> None:
    """Never holds the words of a message or a note. `quietly`: it is no news of the ticket itself."""
    if not quietly:
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
