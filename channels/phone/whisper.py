"""Results in the form of Whisper, as many programs write them; signed as our own JSON is.

Times are seconds. A segment that is probably no speech is what the model made up over silence.
"""

import math
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from channels.phone.call import Segment, Update, Word
from channels.phone.post import Post
from channels.phone.signed import Told, decoded, update_of_told

SILENCE: Final = 0.6  # no_speech_prob above which nothing was said; what Whisper itself goes by


class _Word(Struct, frozen=True):
    word: str
    probability: float | None = None


class _Segment(Struct, frozen=True, kw_only=True):
    text: str
    start: float | None = None
    end: float | None = None
    avg_logprob: float | None = None
    no_speech_prob: float = 0.0
    speaker: Annotated[str, Meta(max_length=100)] = ""
    words: tuple[_Word, ...] = ()


class _Result(Struct, frozen=True, kw_only=True):
    text: str = ""
    language: str | None = None
    segments: tuple[_Segment, ...] = ()


class _Incoming(Told, frozen=True, kw_only=True):
    result: _Result


_decoder = msgspec.json.Decoder(_Incoming)


def update_from(post: Post) -> Update:
    """Raises Refused."""
    told = decoded(_decoder, post)
    result = told.result
    segments = tuple(
        Segment(
            speaker=told.speakers.get(one.speaker, one.speaker),
            text=one.text.strip(),
            start=one.start,
            end=one.end,
            confidence=None if one.avg_logprob is None else math.exp(min(one.avg_logprob, 0.0)),
            words=tuple(Word(word.word.strip(), word.probability) for word in one.words),
        )
        for one in result.segments
        if one.no_speech_prob <= SILENCE and one.text.strip()
    )
    if not result.segments and result.text.strip():
        segments = (Segment(speaker=told.speakers.get("", ""), text=result.text.strip()),)
    update = update_of_told(told, segments, source="whisper")
    return msgspec.structs.replace(update, language=update.language or result.language)
