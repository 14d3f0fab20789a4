"""What the ways in need of the desk: whose an address is, and a place where mail is safe."""

from typing import Protocol

from msgspec import Struct

from channels.channel import Unavailable


class Envelope(Struct, frozen=True, kw_only=True):
    """How a mail came, as far as we saw it ourselves. Nothing in it is taken from the mail."""

    source: str  # "smtp" or "imap"
    mail_from: str | None  # "" is the null return path; None: not known (IMAP)
    recipients: tuple[str, ...]  # those of the mailbox it is kept for; none are known by IMAP
    peer: str = ""  # IP address
    helo: str = ""
    tls: bool = False
    login: str | None = None


class Position(Struct, frozen=True):
    """How far a source has been read. Only the source understands the value."""

    source: str
    value: str


class Full(Unavailable):
    """There is no room for it: the disk is full."""


class Mailroom(Protocol):
    def accepts(self, recipient: str) -> str | None:
        """The mailbox (the name of a channel) an address belongs to, whatever its case and plus-part.
        None: it is not ours."""
        ...

    async def keep(
        self, mailbox: str, raw: bytes, envelope: Envelope, position: Position | None = None
    ) -> None:
        """Returns once the raw mail is committed, and the position with it. Raises Unavailable."""
        ...

    async def position(self, source: str) -> str | None: ...

    async def reached(self, position: Position) -> None:
        """Commits a position without a mail: all before it is passed over. Raises Unavailable."""
        ...
