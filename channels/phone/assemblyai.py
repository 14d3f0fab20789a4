"""AssemblyAI's webhook says only that a transcript is ready; the words are fetched afterwards.

Which call it was, is in the query of the webhook's address, which is ours to choose.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from channels.phone.call import AGENT, CALLER, Segment, Update, Word
from channels.phone.post import NotBelieved, Post, Refused, same
from channels.phone.values import number, objects, text


class AssemblyAI(Struct, frozen=True, kw_only=True):
    header: str  # webhook_auth_header_name of the requests
    value: str  # webhook_auth_header_value
    api_key: str  # to fetch transcripts
    caller_channel: str = "1"  # of audio with two channels
    api_url: str = "https://api.assemblyai.com"


def check(options: AssemblyAI, post: Post) -> None:
    """Raises NotBelieved."""
    if not same(options.value, post.headers.get(options.header.lower(), "")):
        raise NotBelieved(f"the header {options.header} does not hold our value")


def update_from(post: Post) -> Update | None:
    """Of a POST that was checked. Raises Refused."""
    fields = post.fields()
    transcript = text(fields, "transcript_id")
    # It becomes a part of an address.
    if transcript is None or not transcript.replace("-", "").replace("_", "").isalnum():
        raise Refused("there is no transcript_id")
    ready = text(fields, "status") == "completed"
    return Update(
        call=post.query.get("call") or transcript,
        source=f"assemblyai-{transcript}",
        sequence=0,
        caller=post.query.get("caller"),
        callee=post.query.get("callee"),
        agent=post.query.get("agent"),
        recording=post.query.get("recording"),
        remote=transcript if ready else None,
    )


def transcript_url(options: AssemblyAI, transcript: str) -> str:
    return f"{options.api_url}/v2/transcript/{transcript}"


def sentences(options: AssemblyAI, transcript: Mapping[str, Any]) -> tuple[Segment, ...]:
    """Of a fetched transcript. Times are milliseconds."""
    found = objects(transcript, "utterances")
    if not found:
        words = text(transcript, "text")
        return (Segment(speaker="", text=words, words=_words(transcript)),) if words else ()
    return tuple(
        Segment(
            speaker=_speaker(options, one),
            text=words,
            start=_seconds(one, "start"),
            end=_seconds(one, "end"),
            confidence=number(one, "confidence"),
            words=_words(one),
        )
        for one in found
        if (words := text(one, "text"))
    )


def _speaker(options: AssemblyAI, one: Mapping[str, Any]) -> str:
    """Channels are lines, and tell who is who. Voices told apart are "A" and "B", and do not."""
    if (channel := text(one, "channel")) is not None:
        return CALLER if channel == options.caller_channel else AGENT
    speaker = text(one, "speaker")
    return f"speaker {speaker}" if speaker else ""


def _words(one: Mapping[str, Any]) -> tuple[Word, ...]:
    return tuple(
        Word(word, number(each, "confidence"))
        for each in objects(one, "words")
        if (word := text(each, "text"))
    )


def _seconds(one: Mapping[str, Any], name: str) -> float | None:
    milliseconds = number(one, name)
    return None if milliseconds is None else milliseconds / 1000
