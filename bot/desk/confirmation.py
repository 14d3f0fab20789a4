"""Asking whether it is fixed, when a ticket is resolved: by two buttons, or a word.

Yes closes it, no opens it again where it was solved (`bot.desk.verdict`); without an answer it closes after
the days that the administrator set.
"""

import re
from typing import Final

from bot.desk import progress, transcript
from bot.desk.access import BOT
from bot.desk.desk import NEVER, Desk
from channels.message import Choice, InboundMessage, PublicText
from store import messages
from store.database import Tx
from store.tables import Conversation, Ticket

_PRESSED: Final = re.compile(r"fixed:(\d{1,18}):(yes|no)")
_ASKED: Final = re.compile(r"ticket-resolved:(\d+):")


def ask(desk: Desk, tx: Tx, ticket: Ticket, conversation: Conversation) -> None:
    """With the news that it is believed to be solved. By letter there is nothing to press."""
    language = conversation.language or desk.language
    by_letter = desk.by_letter(conversation.channel)
    key = "ticket-resolved" if desk.close_after != NEVER else "ticket-resolved-open"
    told = [
        desk.texts.say(
            key, language, ticket=ticket.number, title=ticket.title, count=desk.close_after.days
        )
    ]
    if by_letter:
        told.append(desk.texts.say("fixed-by-letter", language))
    transcript.speak(
        desk,
        tx,
        conversation,
        PublicText(progress.joined(told)),
        key=transcript.fresh(tx, conversation, f"ticket-resolved:{ticket.id}"),
        actor=BOT,
        choices=() if by_letter else choices(desk, ticket, language),
        ticket_id=ticket.id,
        can_wait=True,
    )


def asked_last(tx: Tx, conversation: Conversation) -> int | None:
    """The ticket that a mere "yes" is about: nothing was said here since it was asked for."""
    said = messages.last_said(tx, conversation.id)
    found = None if said is None else _ASKED.match(said.key)
    return None if found is None else int(found[1])


def choices(desk: Desk, ticket: Ticket, language: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(f"fixed:{ticket.id}:{one}", desk.texts.label(f"fixed-{one}", language))
        for one in ("yes", "no")
    )


def pressed(message: InboundMessage) -> tuple[int, bool] | None:
    """(ticket id, whether it is fixed)"""
    found = _PRESSED.fullmatch(message.chosen or "")
    return None if found is None else (int(found[1]), found[2] == "yes")
