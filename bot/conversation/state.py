"""What the bot is waiting for in one conversation. Kept as JSON on the conversation."""

from typing import Final

import msgspec
from msgspec import Struct

from nlp.understanding import Fact


class Matter(Struct, frozen=True, kw_only=True):
    """One problem or wish as far as it has been told, gathered over several messages."""

    words: tuple[str, ...]  # the requester's own, message by message
    facts: tuple[Fact, ...] = ()  # found in the words so far, offsets into their own message
    answers: dict[str, str] = {}  # question key -> what was answered to it
    asked: tuple[str, ...] = ()  # question keys, skipped ones included: never asked again
    articles: tuple[str, ...] = ()  # ids already shown
    category: str = "other"
    confidence: float = 0.0
    type: str = "incident"
    impact: str = "low"
    urgency: str = "medium"
    angry: bool = False


class Idle(Struct, frozen=True, tag="idle"):
    """Waiting for nothing."""


class Suggesting(Struct, frozen=True, kw_only=True, tag="suggesting"):
    """Showed articles and asked whether they solved it."""

    question: str  # marks the buttons of this question: old ones are told apart by it
    matter: Matter
    shown: tuple[str, ...]  # article ids offered by this question, best first
    later: tuple[str, ...] = ()  # further problems told in the same message, still to be taken up


class Clarifying(Struct, frozen=True, kw_only=True, tag="clarifying"):
    """Asked one of the questions whose answer was missing."""

    question: str
    matter: Matter
    asking: str  # question key
    later: tuple[str, ...] = ()


class Choosing(Struct, frozen=True, kw_only=True, tag="choosing"):
    """Asked which of the open tickets a message is about, or whether it is a new matter."""

    question: str
    words: tuple[str, ...]  # what waits to be filed
    tickets: tuple[int, ...]


State = Idle | Suggesting | Clarifying | Choosing

IDLE: Final = Idle()
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(State)


def dump(state: State) -> str | None:
    return None if isinstance(state, Idle) else _encoder.encode(state).decode()


def load(text: str | None) -> State:
    """Raises msgspec.DecodeError when it was not written by `dump`."""
    return IDLE if text is None else _decoder.decode(text)
