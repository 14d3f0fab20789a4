"""Deepgram's callback: the whole result at once, with a confidence for each word.

Deepgram knows nothing of telephone calls. Which one it was, is in the query of the callback's address,
which is ours to choose, or in `extra` of the request.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from channels.phone.call import AGENT, CALLER, Segment, Update, Word
from channels.phone.post import NotBelieved, Post, Refused, check_basic, same
from channels.phone.values import inner, number, objects, text, whole


class Deepgram(Struct, frozen=True, kw_only=True):
    token: str = ""  # what the header dg-token holds: the identifier of the API key
    user: str = ""  # or the user and password that are in the callback's address
    password: str = ""
    caller_channel: int = 0  # of audio with two channels


def check(options: Deepgram, post: Post) -> None:
    """Raises NotBelieved."""
    if options.user:
        check_basic(post, options.user, options.password)
    elif not options.token or not same(options.token, post.headers.get("dg-token", "")):
        raise NotBelieved("dg-token is not the identifier of our API key")


def update_from(options: Deepgram, post: Post) -> Update:
    """Of a POST that was checked. Raises Refused."""
    fields = post.fields()
    metadata, results = inner(fields, "metadata"), inner(fields, "results")
    request = text(metadata, "request_id") or text(fields, "request_id")
    if request is None:
        raise Refused("there is no request_id")
    about = {**inner(metadata, "extra"), **post.query}
    channels = objects(results, "channels")
    return Update(
        call=text(about, "call") or request,
        source=f"deepgram-{request}",
        sequence=0,
        final=True,
        caller=text(about, "caller"),
        callee=text(about, "callee"),
        agent=text(about, "agent"),
        language=text(about, "language")
        or (text(channels[0], "detected_language") if channels else None),
        recording=text(about, "recording"),
        segments=_segments(options, results, channels),
    )


def _segments(
    options: Deepgram, results: Mapping[str, Any], channels: list[dict[str, Any]]
) -> tuple[Segment, ...]:
    several = len(channels) > 1
    if utterances := objects(results, "utterances"):
        found = [_segment(one, _speaker(options, one, several)) for one in utterances]
    else:
        found = [
            segment
            for line, said in enumerate(channels)
            for segment in _turns(options, line, said, several)
        ]
    return tuple(one for one in found if one.text)


def _turns(
    options: Deepgram, channel: int, said: Mapping[str, Any], several: bool
) -> list[Segment]:
    """The words of one channel, a segment each time another one speaks."""
    alternatives = objects(said, "alternatives")
    if not alternatives:
        return []
    best = alternatives[0]
    turns: list[list[dict[str, Any]]] = []
    for word in objects(best, "words"):
        if turns and turns[-1][-1].get("speaker") == word.get("speaker"):
            turns[-1].append(word)
        else:
            turns.append([word])
    if not turns:
        return [_segment(best, _speaker(options, {"channel": channel}, several))]
    return [
        _segment(
            {
                "transcript": " ".join(filter(None, map(_written, turn))),
                "start": turn[0].get("start"),
                "end": turn[-1].get("end"),
                "words": turn,
            },
            _speaker(options, {"channel": channel, "speaker": turn[0].get("speaker")}, several),
        )
        for turn in turns
    ]


def _segment(one: Mapping[str, Any], speaker: str) -> Segment:
    return Segment(
        speaker=speaker,
        text=text(one, "transcript") or "",
        start=number(one, "start"),
        end=number(one, "end"),
        confidence=number(one, "confidence"),
        words=tuple(
            Word(written, number(each, "confidence"))
            for each in objects(one, "words")
            if (written := _written(each))
        ),
    )


def _written(word: Mapping[str, Any]) -> str | None:
    return text(word, "punctuated_word") or text(word, "word")


def _speaker(options: Deepgram, one: Mapping[str, Any], several: bool) -> str:
    """Channels are lines, and tell who is who. Voices told apart are numbered, and do not."""
    if several:
        return CALLER if whole(one, "channel") == options.caller_channel else AGENT
    return "" if one.get("speaker") is None else f"speaker {whole(one, 'speaker') + 1}"
