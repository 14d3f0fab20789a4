"""What the bot is waiting for in one conversation. Kept as JSON on the conversation."""

from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct

from nlp.understanding import Fact


class Matter(Struct, frozen=True, kw_only=True):
    """One problem or wish as far as it has been told, gathered over several messages."""

    words: tuple[str, ...]  # the requester's own, message by message
    facts: tuple[Fact, ...] = ()  # found in the words so far, offsets into their own message
    answers: dict[str, str] = {}  # question key -> what was answered to it
    picked: dict[str, str] = {}  # question key -> which of its answers that is, where it is one
    asked: tuple[str, ...] = ()  # question keys, skipped ones included: never asked again
    articles: tuple[str, ...] = ()  # ids already shown
    candidates: tuple[str, ...] = ()  # ids that may help, best first, not shown yet
    category: str = "other"
    confidence: float = 0.0
    runners_up: tuple[tuple[str, float], ...] = ()  # other categories with their chances
    because: dict[str, tuple[str, ...]] = {}  # "category", "type", … -> the words that carried it
    type: str = "incident"
    impact: str = "low"
    urgency: str = "medium"
    angry: bool = False
    sop: str = ""  # id of the SOP that fits it
    sop_first: bool = False  # better than any article


class Idle(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="idle"):
    """Waiting for nothing."""

    added: int | None = None  # the ticket whose additions were acknowledged: once is enough
    prompted: bool = False  # asked to say more after "help" or "???": the next words count


class Suggesting(Struct, frozen=True, kw_only=True, tag="suggesting"):
    """Showed articles and asked whether they solved it."""

    question: str  # marks the buttons of this question: old ones are told apart by it
    matter: Matter
    shown: tuple[str, ...]  # article ids offered by this question, the one being read first
    later: tuple[Matter, ...] = ()  # further problems of the same message, still to be taken up
    reminders: int = 0  # how often silence has run out; see flows.silence


class Inviting(Struct, frozen=True, kw_only=True, tag="inviting"):
    """Asked whether to go through an SOP together."""

    question: str
    matter: Matter  # `matter.sop` is the one
    later: tuple[Matter, ...] = ()


class Walking(Struct, frozen=True, kw_only=True, tag="walking"):
    """In the middle of an SOP. Where, and in which text, is kept with the run: see `Turn.run`."""

    question: str
    later: tuple[Matter, ...] = ()
    reminders: int = 0
    astray: int = 0  # answers in a row that were none


class Advised(Struct, frozen=True, kw_only=True, tag="advised"):
    """By letter: the ticket is open, articles went with its number. Nobody waits for a verdict."""

    question: str
    shown: tuple[str, ...]  # article ids, the likeliest first
    sop: str = ""  # offered beside them


class Clarifying(Struct, frozen=True, kw_only=True, tag="clarifying"):
    """Asked one of the questions whose answer was missing."""

    question: str
    matter: Matter
    asking: str  # question key
    later: tuple[Matter, ...] = ()
    human: bool = False  # a person was asked for: this is the only question before the ticket


class Wish(StrEnum):
    """What shall happen to the ticket that is asked for."""

    ADD = "add"  # the waiting words belong to it
    SOLVED = "solved"
    CANCELLED = "cancelled"


class Choosing(Struct, frozen=True, kw_only=True, tag="choosing"):
    """Asked which of the tickets a message is about, or whether it is a new matter."""

    question: str
    matter: Matter  # the words that wait to be filed, as the new matter they may be
    tickets: tuple[int, ...]  # likeliest first
    wish: Wish = Wish.ADD


class Linking(Struct, frozen=True, kw_only=True, tag="linking"):
    """Asked which other address is theirs, or for the code that was sent there."""

    question: str


class Confirming(Struct, frozen=True, kw_only=True, tag="confirming"):
    """Asked whether they and somebody who wrote elsewhere are one person."""

    question: str
    token: str
    who: str  # as they call themselves there
    network: str


class Reached(Struct, frozen=True, kw_only=True):
    """How a person can be reached, and wants to be."""

    networks: tuple[str, ...] = ()
    preferred: str | None = None
    quiet: str | None = None  # "22:00-07:00"


class Setting(Struct, frozen=True, kw_only=True, tag="setting"):
    """Asked where they want to be reached, and when not."""

    question: str
    reached: Reached


Personal = Linking | Confirming | Setting  # about the person, and no matter of theirs
State = Idle | Suggesting | Inviting | Walking | Advised | Clarifying | Choosing | Personal

IDLE: Final = Idle()
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(State)


def dump(state: State) -> str | None:
    return None if state == IDLE else _encoder.encode(state).decode()


def load(text: str | None) -> State:
    """Raises msgspec.DecodeError when it was not written by `dump`."""
    return IDLE if text is None else _decoder.decode(text)
