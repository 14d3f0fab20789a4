"""What a vendor answers to the package of a ticket: a note on it, and the ticket comes back with it."""

import structlog

from bot.desk import alerts, escalation, notes, people, tickets
from bot.desk.access import BOT
from bot.desk.desk import Desk
from bot.desk.status import ACTIVE, Status
from bot.errors import IllegalChange
from channels.email.threads import vendors_ticket_of
from channels.message import InboundMessage
from store.database import Tx
from store.tables import Conversation, Inbox

log = structlog.get_logger()


def is_from_vendor(desk: Desk, conversation: Conversation) -> bool:
    """Whether it is the thread in which a vendor is written to."""
    return desk.by_letter(conversation.channel) and vendors_ticket_of(conversation.key) is not None


def take(
    desk: Desk, tx: Tx, conversation: Conversation, row: Inbox, message: InboundMessage
) -> None:
    """Only who got our letter knows the thread's token; still its words are only for agents to read."""
    ticket = tickets.get(tx, vendors_ticket_of(conversation.key) or 0)
    if message.returned:
        tickets.returned(tx, ticket, inbox_id=row.id, to="the vendor")
        told = _told(desk, ticket.number, "vendor-returned")
        alerts.call(desk, tx, ticket, ("assignee", "queue"), told, key=f"{row.id}.vendor")
        return
    person = people.of_sender(tx, desk.network(message.channel), message.sender)
    notes.take(
        desk, tx, ticket, message.text, person, attachments=message.attachments, inbox_id=row.id
    )
    if message.automatic or ticket.status not in ACTIVE:
        return
    level = desk.levels.of(ticket.level)
    try:
        if level is not None and level.vendor is not None:
            escalation.give_back(desk, tx, ticket, BOT)
        elif ticket.status == Status.PENDING_THIRD_PARTY:
            tickets.set_status(desk, tx, ticket, Status.OPEN, BOT, why="the vendor answered")
    except IllegalChange:
        log.info("vendor-mail.not-escalated", ticket=ticket.number)
    told = _told(desk, ticket.number, "vendor-answered")
    alerts.call(desk, tx, ticket, ("assignee", "queue"), told, key=f"{row.id}.vendor")


def _told(desk: Desk, number: str, key: str) -> str:
    return desk.texts.say(key, desk.language, ticket=number)
