"""A mail as we read it: one frozen value, whatever state its bytes were in.

`channels.email.read.read` makes it from the raw bytes and never raises; what was wrong with them is said in
`problems`. Ids are without their angle brackets, which RFC 5322 § 3.6.4 does not count to the id.
"""

from datetime import datetime

from msgspec import Struct

from channels.email import transfer


class Address(Struct, frozen=True):
    address: str  # "ann@example.org", domain in lower case; "" when there is none
    name: str = ""  # decoded, without quotes and comments


class Attached(Struct, frozen=True, kw_only=True):
    """A part that is a file. The bytes are decoded from the raw mail when asked for, not before."""

    filename: str
    content_type: str  # "image/png", lower case, without parameters
    held: bytes | memoryview  # as in the raw mail, still encoded; a view of it, not a copy
    encoding: str = ""  # how: "base64", "quoted-printable", "uuencode", or "" for not at all
    content_id: str | None = None  # of an image that the HTML shows in its place

    @property
    def content(self) -> bytes:
        return transfer.decoded(self.held, self.encoding)

    @property
    def size(self) -> int:
        """Bytes of the content, counted without keeping them."""
        return sum(map(len, transfer.pieces(self.held, self.encoding)))


class Mail(Struct, frozen=True, kw_only=True):
    message_id: str  # "" when there is none
    in_reply_to: str = ""  # the first id of that field
    references: tuple[str, ...] = ()  # in the order of the field: oldest first
    from_: Address = Address("")
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()  # groups opened
    cc: tuple[Address, ...] = ()
    subject: str = ""
    date: datetime | None = None  # aware; None when missing or unreadable
    text: str = ""  # the whole body as plain text, "\n" between lines
    html: str | None = None  # the body's HTML as it was, if it has any
    attachments: tuple[Attached, ...] = ()
    headers: tuple[
        tuple[str, str], ...
    ] = ()  # every field of the top: name in lower case, decoded value
    problems: tuple[str, ...] = ()  # what was repaired: "charset-unknown", "boundary-missing", …

    def all(self, name: str) -> tuple[str, ...]:
        """The values of a field, in order. `name` in lower case."""
        return tuple(value for key, value in self.headers if key == name)

    def first(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")
