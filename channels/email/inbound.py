"""From a mail that was read to the message the desk gets."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from channels.clean import clean
from channels.email import threads, trust
from channels.email.automatic import Judgement, judge
from channels.email.mail import Mail
from channels.email.ports import Envelope
from channels.email.read import read
from channels.email.reply import Cut, cut
from channels.email.threads import Desk, Placed
from channels.email.trust import Relays, Trust
from channels.message import Attachment, InboundMessage, Sender

LONGEST: Final = 100_000  # characters of the words; the original has the rest
LONGEST_SUBJECT: Final = 500
REFERENCES: Final = 20


class Reading(Struct, frozen=True, kw_only=True):
    """A mail, and all that was decided about it."""

    mail: Mail
    cut: Cut
    judgement: Judgement
    placed: Placed
    trust: Trust
    sha256: str  # of the raw bytes
    digest: str  # of the mail without the marks of its way here


def read_mail(raw: bytes, envelope: Envelope, desk: Desk, relays: Relays) -> Reading:
    """The mail, and every decision that needs nothing but it."""
    mail = read(raw)
    digested = digest(mail, raw)
    trusted = trust.judge(mail, envelope.peer, relays)
    if trusted.suspect:
        placed = threads.place_apart(mail.message_id or digested, desk)
    else:
        placed = threads.place(mail, envelope.recipients, desk)
    return Reading(
        mail=mail,
        cut=cut(mail),
        judgement=judge(mail),
        placed=placed,
        trust=trusted,
        sha256=hashlib.sha256(raw).hexdigest(),
        digest=digested,
    )


def platform_id(reading: Reading) -> str:
    """The same for every copy of a mail that came to the mailbox."""
    return reading.mail.message_id[:500] or f"sha256:{reading.digest}"


def digest(mail: Mail, raw: bytes) -> str:
    """For a mail without an id: the same however often, and by whatever way, it comes."""
    body = max(raw.find(b"\r\n\r\n"), raw.find(b"\n\n"), 0)
    found = hashlib.sha256(memoryview(raw)[body:])
    date = "" if mail.date is None else mail.date.isoformat()
    found.update(f"\0{mail.from_.address}\0{mail.subject}\0{date}".encode("utf-8", "replace"))
    return found.hexdigest()


def message_from(
    reading: Reading,
    mailbox: str,
    attachments: Sequence[Attachment],
    received_at: datetime,
    mail_from: str | None = None,
) -> InboundMessage:
    """`mail_from`: the return path, for a mail that does not say who it is from."""
    mail, trusted = reading.mail, reading.trust
    address = mail.from_.address or (mail_from or "")
    return InboundMessage(
        channel=mailbox,
        message_id=platform_id(reading),
        conversation=reading.placed.thread,
        sender=Sender(
            address=address.lower() or "unknown",
            name=mail.from_.name or None,
            verified=trusted.verified,
            suspect=trusted.suspect or not address,  # those without a name are not one person
        ),
        text=_words(reading),
        attachments=tuple(attachments),
        references=tuple(reversed(mail.references))[:REFERENCES] or _only(mail.in_reply_to),
        subject=clean(mail.subject)[:LONGEST_SUBJECT],
        automatic=reading.judgement.is_auto,
        returned=reading.judgement.is_bounce and reading.placed.proven,
        folded=clean(f"{reading.cut.quoted}\n\n{reading.cut.signature}").strip() or None,
        original=reading.sha256,
        sent_at=(mail.date or received_at).astimezone(UTC),
    )


def _words(reading: Reading) -> str:
    """The new words; of a mail that begins a thread the subject too, for it often says it all."""
    words = clean(reading.cut.reply).strip()[:LONGEST]
    subject = clean(reading.mail.subject).strip()[:LONGEST_SUBJECT]
    if reading.placed.proven or not subject or subject.casefold() in words.casefold():
        return words
    return f"{subject}\n\n{words}" if words else subject


def _only(id: str) -> tuple[str, ...]:
    return (id,) if id else ()
