"""What a conversation by letter remembers: its subject, and the ids an answer must name.

A reader's mail program puts an answer under what it answers by these ids (RFC 5322 § 3.6.4), and a person
finds it by the subject and the ticket's number in it.
"""

import re
from typing import Final

import msgspec
from msgspec import Struct

from channels.message import InboundMessage
from store.tables import Conversation, Ticket

REMEMBERED: Final = 20  # ids of the thread; more make no program wiser
LONGEST: Final = 200  # characters of a subject

_AGAIN: Final = re.compile(
    r"^(?:\s*(?:re|aw|sv|antw|ha|отв|ответ|回复|答复|回覆)\s*(?:\[\d+\])?\s*[:：])+", re.IGNORECASE
)


class Letters(Struct, frozen=True, kw_only=True):
    subject: str
    ids: tuple[str, ...]  # message ids, the latest first


def letters_of(conversation: Conversation) -> Letters | None:
    """None where people do not write letters."""
    kept = conversation.letters
    return None if kept is None else msgspec.json.decode(kept, type=Letters)


def received(conversation: Conversation, message: InboundMessage) -> None:
    """The next answer goes to this letter."""
    if message.subject is None:
        return
    before = letters_of(conversation)
    known = before.ids if before else ()
    # The letter's own ancestors, for others of the thread are none; and always what it began with.
    cited = (*(message.message_id, *(message.references or known))[: REMEMBERED - 1], *known[-1:])
    ids = dict.fromkeys(id for id in cited if "@" in id)  # one without was missing, and made by us
    subject = before.subject if before else _AGAIN.sub("", message.subject).strip()[:LONGEST]
    letters = Letters(subject=subject, ids=tuple(ids))
    conversation.letters = msgspec.json.encode(letters).decode()


def heading(letters: Letters, ticket: Ticket | None) -> str:
    """The subject of an answer."""
    subject = f"Re: {letters.subject or (ticket.title if ticket else '')}".strip()
    if ticket is None or f"[{ticket.number}]" in subject:
        return subject
    return f"{subject} [{ticket.number}]"
