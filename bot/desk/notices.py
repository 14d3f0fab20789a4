"""What the desk tells requesters by itself: a text of the catalogue in the conversation's language."""

from datetime import datetime
from enum import StrEnum

from bot.desk import transcript
from bot.desk.access import BOT
from bot.desk.desk import Desk
from channels.message import PublicText
from store.database import Tx
from store.tables import Conversation, Person, Ticket


class Notice(StrEnum):
    """Keys of the catalogue. All may use {ticket} and {title}."""

    REMINDER = "ticket-reminder"  # the desk still waits for an answer
    CLOSED = "ticket-auto-closed"  # and none came
    MERGED = "ticket-merged"  # and {other}: the ticket that it goes on as
    ON_BEHALF = "ticket-on-behalf"  # and {who}: the agent that they spoke with
    APART = "ticket-apart"  # it is no part of an incident after all
    SPLIT = "ticket-split"  # and {other}: the ticket that it was told of in


def tell(
    desk: Desk,
    tx: Tx,
    conversation: Conversation,
    text: str,
    *,
    key: str,
    ticket_id: int | None = None,
    values: dict[str, str | int] | None = None,
    can_wait: bool = False,
) -> None:
    """Say a text of the catalogue; `key` and `can_wait` as in `transcript.speak`."""
    language = conversation.language or desk.language
    words = PublicText(desk.texts.say(text, language, **(values or {})))
    transcript.speak(
        desk,
        tx,
        conversation,
        words,
        key=key,
        actor=BOT,
        ticket_id=ticket_id,
        can_wait=can_wait,
    )


def tell_of(
    desk: Desk,
    tx: Tx,
    ticket: Ticket,
    conversation: Conversation,
    notice: Notice,
    **values: str | int,
) -> None:
    """News of a ticket to its requester."""
    tell(
        desk,
        tx,
        conversation,
        notice,
        key=transcript.fresh(tx, conversation, f"{notice}:{ticket.id}"),
        ticket_id=ticket.id,
        values={"ticket": ticket.number, "title": ticket.title, **values},
        can_wait=True,
    )


def status_line(
    desk: Desk,
    language: str,
    now: datetime,
    *,
    number: str,
    title: str,
    status: str,
    updated_at: datetime,
    person: Person | None = None,
    promise: str = "",
) -> str:
    """How a ticket stands, in a line for `person`, whose zone the times are in; agents read the desk's."""
    zone = desk.timezone.key if person is None else person.timezone or desk.timezone.key
    told = desk.texts.say(
        "status-line",
        language,
        ticket=number,
        title=title,
        status=desk.texts.label(f"status-{status}", language),
        when=desk.texts.when(updated_at, language, zone, now),
    )
    return f"{told}\n{promise}" if promise else told
