"""Asking the requester how it went, once a ticket is resolved: one button, one number from 1 to 5."""

import re
from typing import Final

from bot.desk import notices, transcript
from bot.desk.access import BOT, Actor, require_part
from bot.desk.desk import Desk
from bot.desk.events import What, record
from channels.message import Choice, InboundMessage, PublicText
from store import tickets as kept
from store.base import micros
from store.database import Tx
from store.tables import Conversation, Inbox, Ticket

SCORES: Final = (5, 4, 3, 2, 1)
_PRESSED: Final = re.compile(r"rate:(\d{1,18}):([1-5])")


def ask(desk: Desk, tx: Tx, ticket: Ticket, conversation: Conversation) -> None:
    """Where there are buttons to press. By letter it would be one letter more, and no press."""
    if not desk.survey or desk.by_letter(conversation.channel):
        return
    language = conversation.language or desk.language
    text = desk.texts.say("survey-ask", language, ticket=ticket.number)
    choices = tuple(
        Choice(f"rate:{ticket.id}:{score}", desk.texts.label(f"survey-{score}", language))
        for score in SCORES
    )
    transcript.speak(
        desk,
        tx,
        conversation,
        PublicText(text),
        key=f"survey:{ticket.id}:{micros(tx.now)}",
        actor=BOT,
        choices=choices,
        ticket_id=ticket.id,
    )


def pressed(message: InboundMessage) -> tuple[int, int] | None:
    """(ticket id, score)"""
    found = _PRESSED.fullmatch(message.chosen or "")
    return None if found is None else (int(found[1]), int(found[2]))


def rate(
    desk: Desk,
    tx: Tx,
    conversation: Conversation,
    row: Inbox,
    ticket: Ticket,
    score: int,
    actor: Actor,
) -> None:
    """Kept exactly as given; the last counts. Only the requester is asked, and only they may answer."""
    require_part(actor, ticket)
    kept.hold(tx, ticket)
    record(tx, ticket, What.RATED, actor, new=str(score), inbox_id=row.id)
    thanks = "survey-thanks" if score > 2 else "survey-sorry"
    notices.tell(
        desk,
        tx,
        conversation,
        thanks,
        key=f"{row.id}.rated",
        ticket_id=ticket.id,
        values={"ticket": ticket.number},
    )
