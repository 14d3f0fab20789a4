"""Vonage: events of calls, recordings, and transcripts that have to be fetched.

A POST carries a token signed with the account's signature secret. The token is good for its body only, and
only for a while; libraries check neither, so both are checked here.
"""

import hashlib
import time as clock
import uuid
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import jwt
from msgspec import Struct

from channels.phone.call import AGENT, CALLER, Segment, State, Update, Word
from channels.phone.post import NotBelieved, Post, Refused, check_fresh, same
from channels.phone.values import inner, number, objects, text, time

STATES: Final = {
    "started": State.RINGING,
    "ringing": State.RINGING,
    "answered": State.ANSWERED,
    "completed": State.ENDED,
    "busy": State.ENDED,
    "cancelled": State.ENDED,
    "failed": State.ENDED,
    "rejected": State.ENDED,
    "timeout": State.ENDED,
    "unanswered": State.ENDED,
}
THEIRS: Final = (".nexmo.com", ".vonage.com")


class Vonage(Struct, frozen=True, kw_only=True):
    signature_secret: str
    application_id: str = ""  # these two are wanted to fetch transcripts
    private_key: str = ""  # PEM
    api_url: str = "https://api.nexmo.com"


def check(options: Vonage, post: Post) -> None:
    """Raises NotBelieved."""
    kind, _, token = post.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer":
        raise NotBelieved("there is no bearer token")
    try:
        claims = jwt.decode(
            token.strip(),
            options.signature_secret,
            algorithms=["HS256"],
            # How old it is, is checked against our own clock.
            options={
                "require": ["iat", "payload_hash"],
                "verify_iat": False,
                "verify_exp": False,
                "verify_nbf": False,
                "verify_aud": False,
            },
        )
    except jwt.InvalidTokenError as problem:
        raise NotBelieved("the token is not signed with our signature secret") from problem
    issued = number(claims, "iat")
    if issued is None:
        raise NotBelieved("the token does not say when it was issued")
    check_fresh(issued, post.now)
    expected = hashlib.sha256(post.body).hexdigest()
    if not same(expected, str(claims["payload_hash"]).lower()):
        raise NotBelieved("the token belongs to another body")


def update_from(post: Post) -> Update | None:
    """Of a POST that was checked. None for what says nothing of a call. Raises Refused."""
    fields = post.fields()
    call = text(fields, "conversation_uuid") or text(fields, "uuid") or post.query.get("call")
    if call is None:
        raise Refused("there is neither conversation_uuid nor uuid")
    if url := text(fields, "transcription_url"):
        recording = text(fields, "recording_uuid") or hashlib.sha256(url.encode()).hexdigest()[:16]
        return Update(call=call, source=f"vonage-words-{recording}", sequence=0, remote=url)
    if url := text(fields, "recording_url"):
        recording = text(fields, "recording_uuid") or hashlib.sha256(url.encode()).hexdigest()[:16]
        return Update(call=call, source=f"vonage-recording-{recording}", sequence=0, recording=url)
    if speech := inner(fields, "speech"):
        return _heard(call, fields, speech)
    return _event(call, fields)


def _event(call: str, fields: Mapping[str, Any]) -> Update | None:
    state = STATES.get(text(fields, "status") or "")
    # The legs that Vonage dials itself are those to agents; the call goes on when one of them ends.
    if state is None or text(fields, "direction") == "outbound":
        return None
    happened = time(fields, "timestamp")
    return Update(
        call=call,
        source=f"vonage-{state}",
        sequence=0,
        state=state,
        caller=_number(fields, "from"),
        callee=text(fields, "to"),
        started=time(fields, "start_time") or (happened if state is State.RINGING else None),
        ended=(time(fields, "end_time") or happened) if state is State.ENDED else None,
    )


def _heard(call: str, fields: Mapping[str, Any], speech: Mapping[str, Any]) -> Update | None:
    """Speech recognition of an input action; the first result is the most probable one."""
    results = objects(speech, "results")
    words = text(results[0], "text") if results else None
    happened = time(fields, "timestamp")
    if words is None or happened is None:
        return None
    confidence = number(results[0], "confidence")
    return Update(
        call=call,
        source="vonage-speech",
        sequence=int(happened.timestamp() * 1000),
        final=True,
        whole=False,
        caller=_number(fields, "from"),
        segments=(Segment(speaker=CALLER, text=words, confidence=confidence),),
    )


def _number(fields: Mapping[str, Any], name: str) -> str | None:
    """Vonage leaves the + away. An empty one is a number that was withheld."""
    value = fields.get(name)
    if not isinstance(value, str):
        return None
    return f"+{value}" if value.isdecimal() and len(value) > 6 else value


def is_theirs(options: Vonage, url: str) -> bool:
    """Our token goes with the request, so to nobody else."""
    parts = urlsplit(url)
    if url.startswith(f"{options.api_url.rstrip('/')}/"):
        return True
    return parts.scheme == "https" and (parts.hostname or "").endswith(THEIRS)


def token(options: Vonage) -> str:
    """What the application shows to fetch its own recordings and transcripts."""
    now = int(clock.time())
    claims = {
        "application_id": options.application_id,
        "iat": now,
        "exp": now + 300,
        "jti": str(uuid.uuid4()),
    }
    return jwt.encode(claims, options.private_key, algorithm="RS256")


def sentences(transcript: Mapping[str, Any]) -> tuple[Segment, ...]:
    """Of a fetched transcript. Times are milliseconds; of a split recording the caller is channel 0."""
    channels = objects(transcript, "channels")
    return tuple(
        Segment(
            speaker="" if len(channels) == 1 else (CALLER if channel == 0 else AGENT),
            text=words,
            start=_seconds(number(one, "timestamp")),
            end=_seconds(_sum(number(one, "timestamp"), number(one, "duration"))),
            words=tuple(
                Word(word, number(each, "confidence"))
                for each in objects(one, "words")
                if (word := text(each, "word"))
            ),
        )
        for channel, said in enumerate(channels)
        for one in objects(said, "transcript")
        if (words := text(one, "sentence"))
    )


def _sum(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else first + second


def _seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000
