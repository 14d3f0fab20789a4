"""Our own signed JSON: what a telephone system that has no adapter is to send.

The signature is HMAC-SHA256 over "timestamp.body", in hex. A repeated POST has the call and sequence of the
first, so it is the same message to the desk, which keeps each once: nothing is remembered here.
"""

import hashlib
import hmac
from datetime import datetime
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta, Struct

from channels.phone.call import Segment, State, Update, Word
from channels.phone.limits import check_segments, check_times
from channels.phone.post import NotBelieved, Post, Refused, Unreadable, WrongType, check_fresh, same

TIMESTAMP: Final = "x-firstline-timestamp"  # seconds since 1970
SIGNATURE: Final = "x-firstline-signature"

Id = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Short = Annotated[str, Meta(max_length=200)]
Time = Annotated[datetime, Meta(tz=True)]
Confidence = Annotated[float, Meta(ge=0, le=1)]
Speakers = dict[str, Annotated[str, Meta(min_length=1, max_length=100)]]


def sign(secret: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The two headers."""
    return {TIMESTAMP: str(timestamp), SIGNATURE: f"sha256={_mac(secret, str(timestamp), body)}"}


def check(secret: str, post: Post) -> None:
    timestamp = post.headers.get(TIMESTAMP, "")
    if not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 12:
        raise NotBelieved(f"the header {TIMESTAMP} must hold seconds since 1970")
    check_fresh(int(timestamp), post.now)
    given = post.headers.get(SIGNATURE, "").removeprefix("sha256=")
    if not same(_mac(secret, timestamp, post.body), given.lower()):
        raise NotBelieved("the signature does not match; check the secret")


def _mac(secret: str, timestamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


class SpokenWord(Struct, frozen=True):
    text: Short
    confidence: Confidence | None = None


class Spoken(Struct, frozen=True, kw_only=True):
    speaker: Annotated[str, Meta(max_length=100)] = ""
    text: Annotated[str, Meta(max_length=50_000)]
    start: float | None = None  # seconds since the call began
    end: float | None = None
    confidence: Confidence | None = None
    words: tuple[SpokenWord, ...] = ()


class Told(Struct, frozen=True, kw_only=True):
    """What may be said of a call, whatever the form of its words."""

    call: Id
    sequence: Annotated[int, Meta(ge=0, le=2**53)]
    final: bool = False
    state: State | None = None
    caller: Short | None = None  # "" says that it was withheld
    verified: bool = False
    callee: Short | None = None
    agent: Short | None = None
    language: Annotated[str, Meta(max_length=20)] | None = None
    started: Time | None = None
    ended: Time | None = None
    recording: Annotated[str, Meta(max_length=2000, pattern=r"^https?://")] | None = None
    speakers: Speakers = {}  # who is whom: {"spk_0": "caller"}


class Incoming(Told, frozen=True, kw_only=True):
    whole: bool = True
    segments: tuple[Spoken, ...] = ()


_decoder = msgspec.json.Decoder(Incoming)
D = TypeVar("D", bound=Told)


def update_from(post: Post) -> Update:
    """The body of one POST. Raises Refused."""
    told = decoded(_decoder, post)
    segments = tuple(
        Segment(
            speaker=told.speakers.get(one.speaker, one.speaker),
            text=one.text,
            start=one.start,
            end=one.end,
            confidence=one.confidence,
            words=tuple(Word(word.text, word.confidence) for word in one.words),
        )
        for one in told.segments
        if one.text.strip()
    )
    return update_of_told(told, segments, source="phone", whole=told.whole)


def decoded(decoder: msgspec.json.Decoder[D], post: Post) -> D:
    if post.content_type not in ("application/json", ""):
        raise WrongType("the body must be application/json")
    try:
        return decoder.decode(post.body)
    except msgspec.ValidationError as problem:
        raise Refused(str(problem)) from problem
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise Unreadable("the body is not JSON in UTF-8") from problem


def update_of_told(
    told: Told, segments: tuple[Segment, ...], *, source: str, whole: bool = True
) -> Update:
    check_times(told.started, told.ended)
    check_segments(segments)
    return Update(
        call=told.call,
        source=source,
        sequence=told.sequence,
        final=told.final,
        whole=whole,
        state=told.state,
        caller=told.caller,
        verified=told.verified,
        callee=told.callee,
        agent=told.agent,
        language=told.language,
        started=told.started,
        ended=told.ended,
        recording=told.recording,
        segments=segments,
    )
