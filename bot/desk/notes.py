"""Internal words about a ticket. Nobody but an agent opens them, and nothing public is made of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from bot.desk import rooms
from bot.desk.access import Actor, Permission, Who, require, require_work
from bot.desk.desk import Desk
from bot.desk.events import What, record
from bot.desk.indexing import index
from bot.desk.transcript import Extra, dump, extra_of
from bot.errors import Invalid
from channels.message import Attachment
from store import notes as kept
from store import tickets
from store.database import Tx
from store.tables import Note, Person, Ticket

LONGEST: Final = 100_000  # characters


class InternalText:
    """Words that stay inside: no `str`, no formatting, only `reveal` for somebody who may see them."""

    __slots__ = ("__words",)

    def __init__(self, words: str) -> None:
        self.__words = words

    def reveal(self, to: Actor) -> str:
        """Raises Forbidden for requesters, and for the bot, which speaks to them."""
        require(to, Permission.READ_NOTES)
        return self.__words

    def __repr__(self) -> str:
        return "InternalText(…)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> str:
        raise TypeError("internal text is not copied out")


class NoteView(Struct, frozen=True, kw_only=True):
    id: int
    person_id: int
    at: datetime
    text: InternalText
    attachments: tuple[Attachment, ...]


def write(
    desk: Desk,
    tx: Tx,
    ticket: Ticket,
    text: InternalText,
    actor: Actor,
    *,
    attachments: Sequence[Attachment] = (),
) -> None:
    require_work(actor, ticket)
    words = text.reveal(actor)
    if not words.strip() and not attachments:
        raise Invalid("The note is empty.")
    if len(words) > LONGEST:
        raise Invalid(f"The note has more than {LONGEST} characters.")
    tickets.hold(tx, ticket)
    tx.insert(
        Note(
            ticket_id=ticket.id,
            person_id=actor.person_id,
            at=tx.now,
            body=words,
            extra=dump(Extra(attachments=tuple(attachments))),
        )
    )
    record(tx, ticket, What.NOTE, actor)
    index(desk, tx, ticket)
    # The words stay where they were written.
    told = desk.texts.say("card-noted", desk.language, who=actor.name)
    rooms.say(desk, tx, ticket, told, key=tx.fresh(f"note:{ticket.id}"), but=actor.via)


def take(
    desk: Desk,
    tx: Tx,
    ticket: Ticket,
    words: str,
    person: Person,
    *,
    attachments: Sequence[Attachment] = (),
    inbox_id: int,
) -> None:
    """What somebody outside wrote to the agents, and not to the requester: kept as a note of theirs."""
    tickets.hold(tx, ticket)
    tx.insert(
        Note(
            ticket_id=ticket.id,
            person_id=person.id,
            at=tx.now,
            body=words[:LONGEST],
            extra=dump(Extra(attachments=tuple(attachments))),
        )
    )
    writer = Actor(who=Who.REQUESTER, person_id=person.id, name=person.name)
    record(tx, ticket, What.NOTE, writer, inbox_id=inbox_id)
    index(desk, tx, ticket)


def of(tx: Tx, ticket: Ticket, actor: Actor) -> list[NoteView]:
    """Oldest first. Raises Forbidden."""
    require(actor, Permission.READ_NOTES)
    return [
        NoteView(
            id=note.id,
            person_id=note.person_id,
            at=note.at,
            text=InternalText(note.body),
            attachments=extra_of(note.extra).attachments,
        )
        for note in kept.of_ticket(tx, ticket.id)
    ]
