"""Which exchange a mail belongs to, and whether that is proven.

Every mail we send carries a token: the thread's name and our signature of it. It stands in the reply
address ("help+TOKEN@desk.example") and in the Message-ID, so an answer brings it back in one of the two,
whatever the writer's program does, and nothing need be looked up. Only who got a mail of the thread can
know its token; it proves where a mail belongs, never who wrote it.

Without a token, a mail that answers its own writer's earlier one joins that one: the thread's name is made
of the root's Message-ID and the writer's address, so naming somebody else's mail leads nowhere.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from channels.email.mail import Mail

AGENTS: Final = "a"  # first letter of the thread in which agents are told of a ticket
VENDORS: Final = "v"  # and of that in which a vendor is written to
_REQUESTERS: Final = "u"
_SUSPECTS: Final = "x"
_SIGNATURE: Final = 16  # characters of base32: 80 bits
_TOKEN: Final = re.compile(r"([ux][a-z2-7]{16}|[av][0-9]{1,18})-([a-z2-7]{16})")


class Desk(Struct, frozen=True, kw_only=True):
    """One mailbox of ours, as its mails must know it."""

    mailbox: str  # the channel
    address: str  # "help@desk.example"
    key: bytes  # signs the tokens

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


class Placed(Struct, frozen=True, kw_only=True):
    """Where a mail belongs."""

    thread: str
    proven: bool  # by a token of ours
    rule: str


# -- what we send carries ------------------------------------------------------------------------


def agents_thread(ticket_id: int) -> str:
    return f"{AGENTS}{ticket_id}"


def ticket_of(thread: str) -> int | None:
    """The ticket that agents write about in this thread; None: it is a requester's."""
    return int(thread[1:]) if thread.startswith(AGENTS) else None


def vendors_thread(ticket_id: int) -> str:
    return f"{VENDORS}{ticket_id}"


def vendors_ticket_of(thread: str) -> int | None:
    """The ticket that a vendor writes about in this thread."""
    return int(thread[1:]) if thread.startswith(VENDORS) else None


def new_thread(name: str) -> str:
    """A requester's thread that we begin; the same name gives the same thread."""
    digest = hashlib.sha256(name.encode()).digest()
    return _REQUESTERS + base64.b32encode(digest[:10]).decode().lower()


def token(desk: Desk, thread: str) -> str:
    return f"{thread}-{_digest(desk.key, 'thread', desk.mailbox, thread)}"


def reply_address(desk: Desk, thread: str) -> str:
    local, _, domain = desk.address.rpartition("@")
    return f"{local}+{token(desk, thread)}@{domain}"


def message_id(desk: Desk, thread: str, key: str) -> str:
    """The same for every attempt to deliver the message with this key. Without angle brackets."""
    return f"{token(desk, thread)}.{_digest(desk.key, 'message', key)}@{desk.domain}"


# -- what comes in -------------------------------------------------------------------------------


def place(mail: Mail, recipients: Iterable[str], desk: Desk) -> Placed:
    """`recipients`: of the envelope; the header may name fewer."""
    addressed = [*recipients, *(one.address for one in (*mail.to, *mail.cc))]
    addressed += [*mail.all("delivered-to"), *mail.all("x-original-to"), *mail.all("envelope-to")]
    own = {desk.address.rpartition("@")[0].lower()}
    for address in addressed:
        local, _, extension = address.strip("<> ").rpartition("@")[0].lower().partition("+")
        if local in own and (thread := _opened(desk, extension)):
            return Placed(thread=thread, proven=True, rule="reply-address")
    for id in (mail.in_reply_to, *reversed(mail.references)):
        if thread := _opened(desk, id.lower().partition(".")[0]):
            return Placed(thread=thread, proven=True, rule="references")
    return place_unproven(mail, desk)


def place_unproven(mail: Mail, desk: Desk) -> Placed:
    """By what the mail itself says: among its own writer's."""
    root = next(iter(mail.references), mail.in_reply_to)
    name = f"{root or mail.message_id}\n{mail.from_.address.lower()}"
    thread = _REQUESTERS + _digest(desk.key, "root", desk.mailbox, name)
    return Placed(thread=thread, proven=False, rule="answers-a-mail" if root else "new")


def place_apart(id: str, desk: Desk) -> Placed:
    """In a thread of its own, whatever it says: it may be forged."""
    thread = _SUSPECTS + _digest(desk.key, "apart", desk.mailbox, id)
    return Placed(thread=thread, proven=False, rule="apart")


def _opened(desk: Desk, text: str) -> str | None:
    found = _TOKEN.fullmatch(text)
    if found is None:
        return None
    right = _digest(desk.key, "thread", desk.mailbox, found[1])
    return found[1] if hmac.compare_digest(right, found[2]) else None


def _digest(key: bytes, purpose: str, *parts: str) -> str:
    """80 bits as letters and digits that survive a change of case."""
    text = "\0".join((purpose, *parts)).encode("utf-8", "surrogatepass")
    return base64.b32encode(hmac.digest(key, text, hashlib.sha256)[:10]).decode().lower()
