"""Everybody else's mail servers in one: takes all mail there is, and lets its people answer it."""

import asyncio
import smtplib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage, Message
from email.utils import getaddresses

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from msgspec import Struct

from tests.channels.email.outgoing import read
from tests.servers.ports import free_ports

MOST = 40  # mails that somebody there answers: what goes on until then would go on for ever
MARKS = ("Auto-Submitted", "X-Auto-Response-Suppress", "X-Loop", "Precedence")


class Taken(Struct, frozen=True, kw_only=True):
    mail: EmailMessage
    mail_from: str
    to: str


class Sent(Struct, frozen=True, kw_only=True):
    """What somebody there sends to the desk."""

    mail: Message
    mail_from: str
    to: Sequence[str] = ()  # else whom the mail names


Answers = Callable[[Taken], Sequence[Sent]]


class Peer:
    def __init__(self, port: int) -> None:
        self.port = port
        self.taken: list[Taken] = []
        self.people: dict[str, Answers] = {}  # by address
        self.refused: dict[str, str] = {}  # by address: what is said at RCPT
        self.routes: dict[str, int] = {}  # by domain: the port of a server there
        self.spoil = False  # on the way to it, the marks of programs get lost

    def got(self, address: str) -> list[EmailMessage]:
        return [one.mail for one in self.taken if one.to == address]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, to: str, options: list[str]
    ) -> str:
        if said := self.refused.get(to):
            return said
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Yes comes after the answers: while they are on their way, the mail is."""
        assert isinstance(envelope.original_content, bytes)
        for to in envelope.rcpt_tos:
            mail = read(envelope.original_content)
            taken = Taken(mail=mail, mail_from=envelope.mail_from or "", to=to)
            self.taken.append(taken)
            if to in self.people and len(self.got(to)) <= MOST:
                for sent in self.people[to](taken):
                    await asyncio.to_thread(self.send, sent)
            elif (port := self.routes.get(to.rpartition("@")[2])) and len(self.got(to)) <= MOST:
                if self.spoil:
                    for name in MARKS:
                        del mail[name]
                await asyncio.to_thread(_hand_over, port, mail, taken.mail_from, [to])
        return "250 OK"

    def send(self, sent: Sent) -> None:
        to = sent.to or [one for _, one in getaddresses([str(sent.mail["To"])])]
        for one in to:
            _hand_over(self.routes[one.rpartition("@")[2]], sent.mail, sent.mail_from, [one])


def _hand_over(port: int, mail: Message, mail_from: str, to: Sequence[str]) -> None:
    with smtplib.SMTP("127.0.0.1", port, "peer.test", timeout=30) as client:
        client.sendmail(mail_from, to, mail.as_bytes())


@contextmanager
def peer_running(port: int | None = None) -> Iterator[Peer]:
    peer = Peer(port or free_ports(1)[0])
    controller = Controller(peer, hostname="127.0.0.1", port=peer.port)
    controller.start()
    try:
        yield peer
    finally:
        controller.stop()
