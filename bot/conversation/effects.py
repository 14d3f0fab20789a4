"""Everything a decision may ask for. `bot.perform` carries these out in order, in one transaction."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from bot.conversation.state import Matter
from bot.sop.model import End
from bot.sop.walk import Place
from channels.message import Choice

Value = str | int


class Say(Struct, frozen=True, kw_only=True):
    """Tell the requester a text of the catalogue, in the conversation's language.

    Values are put into its placeholders; a value for the ticket just opened by an earlier effect is
    not known yet, so the texts may use {ticket} for it. Parts are joined as paragraphs.
    """

    key: str
    values: Mapping[str, Value] = {}
    choices: tuple[Choice, ...] = ()  # labels already in the requester's language
    link: str = ""  # below it, to be followed: only one that the administrator gave


class ShowArticles(Struct, frozen=True, kw_only=True):
    """Offer articles: the first in full if `in_full`, the others by title, then the choices."""

    articles: tuple[str, ...]
    in_full: bool
    choices: tuple[Choice, ...]
    sop: bool = False  # say that it can be gone through together, too


class Use(StrEnum):
    SHOWN = "shown"
    HELPED = "helped"
    NOT_HELPED = "not-helped"


class RecordUse(Struct, frozen=True):
    """Remember what became of an article."""

    article: str
    use: Use


class OpenTicket(Struct, frozen=True, kw_only=True):
    """Open a ticket for the matter, with all messages of the conversation since the matter began."""

    matter: Matter
    human: bool = False  # the requester asked for a person


class AddToTicket(Struct, frozen=True):
    """The message is about this ticket: attach it, and a pending ticket goes on.

    An automatic message is attached too, but nothing goes on because of it.
    """

    ticket: int
    since_matter: bool = False  # every message since the matter began, not only this one


class Reopen(Struct, frozen=True):
    """A resolved or lately closed ticket is not solved after all."""

    ticket: int
    asked: bool = False  # an answer to whether it is fixed


class SolvedByRequester(Struct, frozen=True):
    """The requester says that the open ticket is solved or no longer wanted."""

    ticket: int
    cancelled: bool = False


class CallHuman(Struct, frozen=True):
    """The requester of an open ticket wants a person now: tell the agents."""

    ticket: int


class Raise(Struct, frozen=True):
    """The requester wants a ticket to go to a higher level."""

    ticket: int


class ShowStatus(Struct, frozen=True):
    """Tell where these tickets stand; none: say that there is none."""

    tickets: tuple[int, ...]


class Tell(Struct, frozen=True, kw_only=True):
    """Tell the requester words that are Markdown already: those of an SOP."""

    text: str
    choices: tuple[Choice, ...] = ()


class StartSop(Struct, frozen=True, kw_only=True):
    """Begin to walk through an SOP, for this ticket or the one just opened."""

    sop: str
    language: str
    ticket: int | None = None


class KeepPlace(Struct, frozen=True, kw_only=True):
    """Where the walk has got to, and the step of it that was left: the ticket keeps it all."""

    place: Place
    left: str = ""  # step id; "" at the beginning
    answer: str = ""  # what was answered there, or why it was left: "back"


class ChangeTicket(Struct, frozen=True):
    """What a step of an SOP sets on the run's ticket: field -> value."""

    fields: Mapping[str, str]


class EscalateTicket(Struct, frozen=True, kw_only=True):
    """The run's ticket goes to people who can do more."""

    queue: str | None
    level: str | None
    why: str


class StartCheck(Struct, frozen=True):
    """Have an action run for the run's ticket; its end comes back as a turn."""

    action: str
    arguments: Mapping[str, str]


class EndSop(Struct, frozen=True):
    """The walk is over. Solved resolves its ticket."""

    end: End


class NewMatter(Struct, frozen=True):
    """What is said from this message on belongs to a new matter."""


class SetLanguage(Struct, frozen=True):
    language: str


class Wake(Struct, frozen=True):
    """Look at the conversation again after a time. Set anew it moves; Idle needs it no more."""

    after: timedelta


class SendCode(Struct, frozen=True):
    """Send a code to an e-mail address that the person says is theirs, and tell them so."""

    address: str


class TellCode(Struct, frozen=True):
    """Tell a code to type in where else the person writes from."""


class LinkPeople(Struct, frozen=True):
    """A code was right: its asker and whoever it was asked of are one person."""

    token: str


class DeclineLink(Struct, frozen=True):
    """They are not: the code is worth nothing any more."""

    token: str


class Prefer(Struct, frozen=True):
    """Where the person wants to be reached; None: where they last wrote."""

    network: str | None


class KeepQuiet(Struct, frozen=True):
    """When the person wants to be left alone, "22-7"; None: never."""

    span: str | None


Effect = (
    Say
    | ShowArticles
    | RecordUse
    | OpenTicket
    | AddToTicket
    | Reopen
    | SolvedByRequester
    | CallHuman
    | Raise
    | ShowStatus
    | NewMatter
    | SetLanguage
    | Wake
    | SendCode
    | TellCode
    | LinkPeople
    | DeclineLink
    | Prefer
    | KeepQuiet
    | Tell
    | StartSop
    | KeepPlace
    | ChangeTicket
    | EscalateTicket
    | StartCheck
    | EndSop
)
