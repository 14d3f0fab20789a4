"""Somebody with e-mail: a real SMTP client, and a mailbox to read in."""

import asyncio
import smtplib
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from itertools import count
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from channels.email.channel import EmailChannel, Options
from channels.email.inbound import message_from, read_mail
from channels.email.local import LocalMailbox
from channels.email.ports import Envelope, Position
from channels.email.smtp import Options as SmtpOptions
from channels.email.smtp import SmtpServer
from channels.email.threads import Desk as Threads
from channels.email.trust import Relays
from channels.message import OutboundMessage, PublicText
from tests.channels.email.mailroom import MemoryMailroom
from tests.channels.email.outgoing import part, read, words

HELP, ANA = "help@desk.test", "ana@else.test"
DESK = Threads(mailbox="mail", address=HELP, key=b"k" * 32)


class Mailroom(MemoryMailroom):
    """Hands on what it keeps, read as the desk reads it."""

    def __init__(self, desk: Any) -> None:
        super().__init__(mail=HELP)
        self._desk = desk

    async def keep(
        self, mailbox: str, raw: bytes, envelope: Envelope, position: Position | None = None
    ) -> None:
        relays = Relays(names=frozenset(), networks=())
        reading = read_mail(raw, envelope, DESK, relays)
        await self._desk.receive(message_from(reading, mailbox, (), datetime.now(UTC)))
        await super().keep(mailbox, raw, envelope, position)


class EmailEnd:
    retries = False

    def __init__(self, desk: Any, port: int, channel: EmailChannel, box: LocalMailbox) -> None:
        self.channel, self._desk, self._port, self._box = channel, desk, port, box
        self._numbers = count(1)

    async def say(self, text: str) -> bool:
        if self._desk.received and not self._mails():  # the desk answers, and they go on from that
            await self.show(replace(NOTED, conversation=self._desk.received[0].conversation))
        letter = EmailMessage(policy=SMTP)
        letter["From"], letter["Date"] = f"Ana <{ANA}>", datetime.now(UTC)
        letter["Message-ID"] = f"<{next(self._numbers)}@else.test>"
        letter["To"] = self._mails()[-1]["Reply-To"] if self._mails() else HELP
        letter.set_content(text, cte="base64")
        return await asyncio.to_thread(self._hand_over, letter)

    def _hand_over(self, letter: EmailMessage) -> bool:
        with smtplib.SMTP("127.0.0.1", self._port, "client.test") as client:
            try:
                client.sendmail(ANA, [str(letter["To"])], letter.as_bytes())
            except smtplib.SMTPResponseException as refusal:
                if refusal.smtp_code >= 500:
                    raise
                return False  # to be tried again
        return True

    async def press(self, label: str) -> bool:
        raise NotImplementedError  # the desk reads the number that they answer with

    async def show(self, message: OutboundMessage) -> None:
        await self.channel.send(replace(message, to=ANA))

    def _mails(self) -> list[EmailMessage]:
        """The oldest first."""
        files = sorted(
            (one.path for one in self._box.newest_first()), key=lambda path: path.stat().st_mtime_ns
        )
        return [read(path.read_bytes()) for path in files]

    def seen(self) -> Sequence[str]:
        return [part(one, "plain") for one in self._mails()]


NOTED = OutboundMessage(
    key="noted", channel="mail", to=ANA, conversation="", text=PublicText("Noted.")
)


@asynccontextmanager
async def email(desk: Any) -> AsyncIterator[EmailEnd]:
    with tempfile.TemporaryDirectory() as folder:
        box = LocalMailbox(Path(folder))
        options = Options(
            desk=DESK, name="IT service desk", words=words, content=lambda sha256: b"x"
        )
        server = SmtpServer(SmtpOptions(hostname="mx.desk.test", port=0), Mailroom(desk))
        await server.start()
        try:
            yield EmailEnd(desk, server.port, EmailChannel(options, box), box)
        finally:
            await server.stop()
