"""Internal words about a ticket. Nobody but an agent opens them, and nothing public is made of them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from bot.desk import tickets
from bot.desk.access import Actor, Permission, require
from bot.desk.desk import Desk
from bot.desk.transcript import Extra, extra_of
from bot.errors import Invalid
from channels.message import Attachment
from store import notes as kept
from store import search
from store.database import Tx
from store.tables import Note, Ticket


class InternalText:
    """Words that stay inside: no `str`, no formatting, only `reveal` for somebody who may see them."""

    __slots__ = ("__words",)

    def __init__(self, words: str) -> None:
        self.__words = words

    def reveal(self, to: Actor) -> str:
        """Raises Forbidden for whoever may not work on tickets, and for the bot."""
        require_agent(to)
        return self.__words

    def __repr__(self) -> str:
        return "InternalText(…)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)


class NoteView(Struct, frozen=True, kw_only=True):
    person_id: int
    at: datetime
    text: InternalText
    attachments: tuple[Attachment, ...]


def require_agent(actor: Actor) -> None:
    if actor.role is None:
        raise Invalid("The bot neither reads nor writes notes.")
    require(actor, Permission.WORK_ON_TICKETS)


def write(
    desk: Desk,
    tx: Tx,
    ticket: Ticket,
    text: InternalText,
    actor: Actor,
    *,
    attachments: Sequence[Attachment] = (),
) -> None:
    words = text.reveal(actor)
    if not words.strip() and not attachments:
        raise Invalid("The note is empty.")
    extra = msgspec.json.encode(Extra(attachments=tuple(attachments))).decode()
    tx.insert(
        Note(ticket_id=ticket.id, person_id=actor.person_id, at=tx.now, body=words, extra=extra)
    )
    tickets.record(tx, ticket, "note", actor)
    search.add(tx, ticket.id, desk.terms(words))


def of(tx: Tx, ticket: Ticket, actor: Actor) -> list[NoteView]:
    require_agent(actor)
    return [
        NoteView(
            person_id=note.person_id,
            at=note.at,
            text=InternalText(note.body),
            attachments=extra_of(note.extra).attachments,
        )
        for note in kept.of_ticket(tx, ticket.id)
    ]
