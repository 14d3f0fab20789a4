"""Mail between its arrival and the desk: kept as it came, then read, placed in its thread and filed.

Keeping is quick and comes before the acknowledgement; reading takes its time after it, in the order of
arrival. The message and the mark that its mail is filed are one commit, so a crash repeats at most the
reading.
"""

import asyncio
import hashlib
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec
import structlog
from msgspec import Struct

from bot.desk import people
from bot.desk.desk import EMAIL
from bot.desk.files import Files
from bot.errors import Invalid
from bot.loop import POLL, Bell
from channels.channel import Unavailable
from channels.email import automatic, inbound, ports, reply, threads
from channels.email.inbound import Reading
from channels.email.mail import Address, Mail
from channels.email.ports import Envelope, Position
from channels.email.threads import Desk
from channels.email.trust import Relays, Trust
from channels.message import Attachment, InboundMessage
from store import intake, mail
from store.database import Store, Tx
from store.errors import Full, StoreError
from store.files import FileStore
from store.intake import Arrival
from store.mail import IN_ROW, Letter
from store.signals import MAIL
from store.tables import Mail as Row

BATCH: Final = 32  # mails read before the next commit
MAILBOX_KEY: Final = "mail-key"
POSTMASTER: Final = "postmaster"

_encoder: Final = msgspec.json.Encoder()
_envelope: Final = msgspec.json.Decoder(Envelope)

log = structlog.get_logger()


class Mailroom(ports.Mailroom):
    """Where every way in leaves its mail."""

    def __init__(self, store: Store, disk: FileStore, mailboxes: Mapping[str, str]) -> None:
        """`mailboxes`: address, lower case -> channel."""
        self._store, self._disk, self._mailboxes = store, disk, mailboxes

    def accepts(self, recipient: str) -> str | None:
        local, _, domain = recipient.lower().rpartition("@")
        if recipient.lower() == POSTMASTER:  # RFC 5321 § 4.5.1: every server has one
            return next(iter(self._mailboxes.values()), None)
        return self._mailboxes.get(f"{local.partition('+')[0]}@{domain}")

    async def keep(
        self, mailbox: str, raw: bytes, envelope: Envelope, position: Position | None = None
    ) -> None:
        large = len(raw) > IN_ROW
        try:
            if large:
                sha256 = await asyncio.to_thread(self._to_disk, raw)
            else:
                sha256 = hashlib.sha256(raw).hexdigest()
            letter = Letter(
                mailbox=mailbox,
                sha256=sha256,
                size=len(raw),
                body=None if large else raw,
                envelope=_encoder.encode(envelope).decode(),
            )
            if position is None:
                await self._store.accept(letter)
            else:
                await self._store.awrite(lambda tx: _keep_at(tx, letter, position))
        except StoreError as error:
            log.error("mail.refused", mailbox=mailbox, problem=str(error))
            refusal = ports.Full if isinstance(error, Full) else Unavailable
            raise refusal(str(error)) from error

    def _to_disk(self, raw: bytes) -> str:
        with self._disk.incoming(len(raw)) as incoming:
            incoming.write(raw)
            return incoming.keep()

    async def position(self, source: str) -> str | None:
        return await self._store.aread(lambda tx: mail.position(tx, source))

    async def reached(self, position: Position) -> None:
        try:
            await self._store.awrite(
                lambda tx: mail.set_position(tx, position.source, position.value)
            )
        except StoreError as error:
            raise Unavailable(str(error)) from error


def _keep_at(tx: Tx, letter: Letter, position: Position) -> None:
    mail.keep(tx, [letter])
    mail.set_position(tx, position.source, position.value)


class Filed(Struct, frozen=True, kw_only=True):
    """What becomes of one kept mail."""

    id: int
    message: InboundMessage | None
    problem: str | None = None


class Filing:
    """Reads what is kept, in order, and hands it to the desk."""

    def __init__(
        self, store: Store, files: Files, desks: Mapping[str, Desk], relays: Relays
    ) -> None:
        self._store, self._files, self._desks, self._relays = store, files, desks, relays

    async def run(self, stop: asyncio.Event) -> None:
        bell = Bell(self._store.signals, MAIL)
        try:
            while not stop.is_set():
                if not await asyncio.to_thread(self.step):
                    await bell.wait(POLL, stop)
        finally:
            bell.close()

    def step(self) -> int:
        """File some; returns how many were waiting."""
        rows = self._store.read(lambda tx: mail.unfiled(tx, BATCH))
        filed = [self._file(row) for row in rows]
        if filed:
            self._store.write(lambda tx: _commit(tx, filed))
        return len(filed)

    def _file(self, row: Row) -> Filed:
        desk = self._desks.get(row.mailbox)
        if desk is None:
            log.error("mail.mailbox-gone", mail=row.id, mailbox=row.mailbox)
            return Filed(id=row.id, message=None, problem="the mailbox is no longer configured")
        envelope = _envelope.decode(row.envelope)
        try:
            raw = row.body if row.body is not None else self._files.path(row.sha256).read_bytes()
            reading = self._told(inbound.read_mail(raw, envelope, desk, self._relays), desk)
            message = self._message(reading, desk.mailbox, row.received_at, envelope.mail_from)
        except StoreError:
            raise
        except Exception as error:  # whatever is wrong with it, somebody wrote it
            log.exception("mail.unreadable", mail=row.id)
            return Filed(
                id=row.id,
                message=self._makeshift(row, envelope, desk),
                problem=type(error).__name__,
            )
        return Filed(id=row.id, message=message)

    def _told(self, reading: Reading, desk: Desk) -> Reading:
        """Only agents may write in the thread of agents; what others send there begins a new one."""
        if threads.ticket_of(reading.placed.thread) is None or reading.judgement.is_auto:
            return reading
        address = reading.mail.from_.address.lower()
        if self._store.read(lambda tx: people.agent_at(tx, EMAIL, address)) is not None:
            return reading
        placed = threads.place_unproven(reading.mail, desk)
        return msgspec.structs.replace(reading, placed=placed)

    def _message(
        self, reading: Reading, mailbox: str, received_at: datetime, mail_from: str | None
    ) -> InboundMessage:
        kept, refused = self._attachments(reading.mail)
        message = inbound.message_from(reading, mailbox, kept, received_at, mail_from)
        if not refused:
            return message
        folded = "\n".join((*refused, *((message.folded,) if message.folded else ())))
        return msgspec.structs.replace(message, folded=folded)

    def _attachments(self, letter: Mail) -> tuple[list[Attachment], list[str]]:
        """Those taken, and for each of the others why not; the original has them all."""
        kept: list[Attachment] = []
        refused: list[str] = []
        for one in letter.attachments:
            if len(kept) >= MOST_FILES:
                refused.append(f"[{len(letter.attachments) - len(kept)} more files]")
                break
            try:
                kept.append(self._files.keep(io.BytesIO(one.content), one.filename))
            except Invalid as problem:
                refused.append(f"[{problem}]")
        return kept, refused

    def _makeshift(self, row: Row, envelope: Envelope, desk: Desk) -> InboundMessage:
        """For a mail that our reader fails at: the words are lost on us, not on the agents."""
        letter = Mail(message_id="", from_=Address(envelope.mail_from or ""))
        reading = Reading(
            mail=letter,
            cut=reply.Cut(reply="", quoted="", signature="", rule="unreadable"),
            judgement=automatic.Judgement(is_auto=False, is_bounce=False, rule="unreadable"),
            placed=threads.place_apart(row.sha256, desk),
            trust=Trust(suspect=True, rule="unreadable"),
            sha256=row.sha256,
            digest=row.sha256,
        )
        original = Attachment(
            name="mail.eml", content_type="message/rfc822", size=row.size, sha256=row.sha256
        )
        return inbound.message_from(
            reading, desk.mailbox, [original], row.received_at, envelope.mail_from
        )


MOST_FILES: Final = 50  # attachments of one mail


def _commit(tx: Tx, filed: Sequence[Filed]) -> None:
    """A mail that was filed before changes nothing: its message is known by its id."""
    arrivals = [
        Arrival(
            channel=one.message.channel,
            platform_id=one.message.message_id,
            conversation=one.message.conversation,
            address=one.message.sender.address,
            body=_encoder.encode(one.message).decode(),
        )
        for one in filed
        if one.message is not None
    ]
    if arrivals:
        intake.accept_many(tx, arrivals)
    mail.filed(tx, [(one.id, one.problem) for one in filed])
