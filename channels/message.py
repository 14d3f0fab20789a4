"""The one vocabulary of all channels: what comes in, what goes out.

A channel fills these in from its network's payload; the desk never sees the payload itself.
"""

from datetime import datetime
from typing import Final

from msgspec import Struct

LABEL_LIMIT: Final = 75  # characters; the shortest button label among the known networks (Slack)


class Sender(Struct, frozen=True, kw_only=True):
    """Who wrote, as the network knows them."""

    address: str  # unique within the channel: session id, user id, e-mail address
    name: str | None = None
    verified: bool = False  # the network vouches for the address
    suspect: bool = False  # it disowns it: somebody else may be writing under this address
    email: str | None = None  # further addresses of theirs that the network vouches for
    phone: str | None = None  # E.164
    timezone: str | None = None  # IANA name


class Attachment(Struct, frozen=True, kw_only=True):
    """A file that is already kept, found again by its content."""

    name: str
    content_type: str
    size: int  # bytes
    sha256: str  # hex


class RemoteFile(Struct, frozen=True, kw_only=True):
    """A file that still lies with the network; `Fetching.fetch` gets it after the message is committed."""

    id: str  # whatever the adapter needs to get it: an id, an address
    name: str
    content_type: str = ""
    size: int | None = None  # bytes, if told


class Choice(Struct, frozen=True):
    """One button. Its value carries the whole meaning; adapters keep no memory of what they sent."""

    value: str
    label: str
    form: str | None = None  # to be filled in before the value is sent (see `channels.forms`)


class Menu(Struct, frozen=True, kw_only=True):
    """One of several values, shown with the present one. What is picked comes back as its value."""

    label: str
    choices: tuple[Choice, ...]
    picked: str | None = None  # the value that holds now
    open: str  # where there are no menus: the value of a button that asks for the choices


class InboundMessage(Struct, frozen=True, kw_only=True):
    channel: str  # the configured name, "support-mail", not the kind
    message_id: str  # the network's own id; unique within the channel
    conversation: str  # the exchange this belongs to; its messages are handled in order
    place: str | None = (
        None  # the shared room it was written in, where answers go; None: in private
    )
    sender: Sender
    text: str
    sent_at: datetime  # aware, as the network or the sender claims
    chosen: str | None = (
        None  # the value of the button pressed; "/name" of the network's own command
    )
    answers: dict[str, str] = {}  # what was filled into the form, by the field's name
    attachments: tuple[Attachment, ...] = ()
    files: tuple[RemoteFile, ...] = ()  # still to be fetched
    changes: str | None = (
        None  # message id of the earlier one that was edited: this is its text now
    )
    deleted: bool = False  # the earlier one that `changes` names is gone
    references: tuple[str, ...] = ()  # ids this message answers, nearest first
    subject: str | None = None
    automatic: bool = False  # out-of-office, bounce, another bot
    returned: bool = False  # automatic, and says that something of ours did not arrive
    folded: str | None = None  # quotes and signature: not what was said, but never thrown away
    original: str | None = None  # SHA-256 of the message as it came, where that is kept
    language: str | None = None  # what the sender's program says it is set to


class PublicText(Struct, frozen=True):
    """Words a requester may read, in our small Markdown.

    Nothing that holds an internal note has a `str` to build this from without an agent opening it
    (see `bot.desk.notes`), which is what keeps notes inside.
    """

    body: str

    def __post_init__(self) -> None:
        if type(self.body) is not str:
            raise TypeError("a public text is made from str, not from internal text")


class Errand(Struct, frozen=True, kw_only=True):
    """Getting a file that the network still has, for a message that is kept."""

    file: RemoteFile
    message_id: str  # InboundMessage.message_id of the message it came with
    sender: Sender
    place: str | None = None


class OutboundMessage(Struct, frozen=True, kw_only=True):
    key: str  # idempotency key: the same for every attempt to deliver this message
    channel: str
    to: str  # the destination within the channel; messages to one destination keep their order
    conversation: str  # InboundMessage.conversation of what it belongs to
    text: PublicText
    choices: tuple[Choice, ...] = ()
    menus: tuple[Menu, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    # The key of an earlier message of ours to the same place. The outbox puts in what the network called
    # it (`Receipt.platform_id`) before it calls `send`.
    under: str | None = None  # ... in whose thread this belongs
    replaces: str | None = None  # ... that this is the new form of
    opens_thread: bool = False  # this begins a thread of its own: a card of a ticket
    again: bool = False  # an earlier attempt, perhaps of a process that died, may have arrived
    errand: Errand | None = None  # nothing is sent: the outbox fetches this instead
    language: str = "en"
    subject: str | None = None
    references: tuple[str, ...] = ()
    author: str | None = None  # the agent's name; None when the bot speaks
    # By mail: the whole of the HTML, instead of one made from the text. Its pictures are attachments, by
    # the name cid:SHA256.
    page: str | None = None
