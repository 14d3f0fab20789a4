"""Twilio: how a call goes, its recording, what is said while it lasts, and the transcript afterwards.

Every POST is signed over the address Twilio was told, so we must know our own public address.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from msgspec import Struct

from channels.phone.call import AGENT, CALLER, Segment, State, Update, Word
from channels.phone.limits import LONGEST_CALL
from channels.phone.post import NotBelieved, Post, Refused, Unreadable, WrongType, same
from channels.phone.values import inner, number, objects, text, whole

STATES: Final = {
    "queued": State.RINGING,
    "initiated": State.RINGING,
    "ringing": State.RINGING,
    "in-progress": State.ANSWERED,
    "answered": State.ANSWERED,
    "completed": State.ENDED,
    "busy": State.ENDED,
    "failed": State.ENDED,
    "no-answer": State.ENDED,
    "canceled": State.ENDED,
}
# The person's leg hears the desk: what comes in on it was said by the person.
TRACKS: Final = {"inbound_track": CALLER, "outbound_track": AGENT}
PORTS: Final = {"https": 443, "http": 80}


class Twilio(Struct, frozen=True, kw_only=True):
    account_sid: str
    auth_token: str
    caller_channel: int = 1  # of recordings with two channels; the desk has the other one
    api_url: str = "https://api.twilio.com"
    intelligence_url: str = "https://intelligence.twilio.com"


def check(options: Twilio, public_url: str, post: Post) -> None:
    """Raises NotBelieved."""
    url = public_url.rstrip("/") + post.path
    if post.content_type == "application/json":
        given = post.query.get("bodySHA256", "")
        if not same(hashlib.sha256(post.body).hexdigest(), given.lower()):
            raise NotBelieved("bodySHA256 is not that of the body")
        form: list[tuple[str, str]] = []
    else:
        form = _form(post)
    given = post.headers.get("x-twilio-signature", "")
    if not any(same(signature(options.auth_token, one, form), given) for one in _ports(url)):
        raise NotBelieved("the signature does not match; check auth_token and public_url")


def signature(auth_token: str, url: str, form: Iterable[tuple[str, str]]) -> str:
    content = url + "".join(key + value for key, value in sorted(set(form)))
    return base64.b64encode(
        hmac.new(auth_token.encode(), content.encode(), hashlib.sha1).digest()
    ).decode()


def _ports(url: str) -> tuple[str, str]:
    """With and without the port: what Twilio signs has differed over the years."""
    parts = urlsplit(url)
    bare = (parts.hostname or "") if ":" not in (parts.hostname or "") else f"[{parts.hostname}]"
    port = parts.port or PORTS.get(parts.scheme, 443)
    return (
        urlunsplit(parts._replace(netloc=bare)),
        urlunsplit(parts._replace(netloc=f"{bare}:{port}")),
    )


def _form(post: Post) -> list[tuple[str, str]]:
    if post.content_type != "application/x-www-form-urlencoded":
        raise WrongType("the body must be a form or application/json")
    try:
        return parse_qsl(
            post.body.decode(), keep_blank_values=True, errors="strict", max_num_fields=500
        )
    except ValueError as problem:
        raise Unreadable("the body is not a form in UTF-8") from problem


def update_from(post: Post) -> Update | None:
    """Of a POST that was checked. None for what says nothing of a call. Raises Refused."""
    if post.content_type == "application/json":
        return _insight(post.fields())
    # What the address of the callback says is signed as well, and callbacks about words lack the numbers.
    fields = {**post.query, **dict(_form(post))}
    if not text(fields, "CallSid"):
        raise Refused("there is no CallSid")
    if "TranscriptionEvent" in fields:
        return _live(fields)
    if "TranscriptionText" in fields or "TranscriptionStatus" in fields:
        return _voicemail(fields)
    if "RecordingSid" in fields:
        return _recording(fields)
    return _status(fields, post.now)


def _status(fields: Mapping[str, str], now: datetime) -> Update | None:
    state = STATES.get(fields.get("CallStatus", ""))
    if state is None:
        return None
    time = _time(fields.get("Timestamp")) or now
    seconds = number(fields, "CallDuration")
    started = None if state is not State.RINGING else time
    if state is State.ENDED and seconds is not None and 0 <= seconds <= LONGEST_CALL:
        started = time - timedelta(seconds=seconds)
    # The leg to an agent ends, while the call goes on with the next one.
    leg = bool(fields.get("ParentCallSid"))
    if leg and state is State.ENDED:
        return None
    return _update(
        fields,
        source=f"twilio-{state}-{fields['CallSid']}",
        state=state,
        started=None if leg else started,
        ended=time if state is State.ENDED else None,
        agent=text(fields, "To") if leg else None,
    )


def _live(fields: Mapping[str, str]) -> Update | None:
    if fields["TranscriptionEvent"] != "transcription-content":
        return None
    try:
        data = json.loads(fields.get("TranscriptionData", ""))
    except ValueError as problem:
        raise Refused("TranscriptionData is not JSON") from problem
    words = text(data, "transcript") if isinstance(data, dict) else None
    if not words:
        return None
    segment = Segment(
        speaker=TRACKS.get(fields.get("Track", ""), ""),
        text=words,
        confidence=number(data, "confidence"),
    )
    return _update(
        fields,
        source="twilio-live",
        sequence=whole(fields, "SequenceId"),
        whole=False,
        final=fields.get("Final", "true").lower() == "true",
        language=text(fields, "LanguageCode"),
        segments=(segment,),
    )


def _voicemail(fields: Mapping[str, str]) -> Update:
    """<Record transcribe>: one speaker, all at once."""
    words = text(fields, "TranscriptionText")
    return _update(
        fields,
        source=f"twilio-{fields.get('TranscriptionSid', 'transcription')}",
        final=True,
        recording=text(fields, "RecordingUrl"),
        segments=(Segment(speaker=CALLER, text=words),) if words else (),
    )


def _recording(fields: Mapping[str, str]) -> Update | None:
    if fields.get("RecordingStatus", "completed") != "completed":
        return None
    return _update(
        fields,
        source=f"twilio-{fields['RecordingSid']}",
        recording=text(fields, "RecordingUrl"),
    )


def _insight(fields: Mapping[str, Any]) -> Update | None:
    if fields.get("event_type") != "voice_intelligence_transcript_available":
        return None
    transcript = text(fields, "transcript_sid")
    if transcript is None or not transcript.isalnum():
        raise Refused("there is no transcript_sid")
    return Update(
        call=text(fields, "customer_key") or transcript,
        source=f"twilio-{transcript}",
        sequence=0,
        remote=transcript,
    )


def _update(fields: Mapping[str, str], *, source: str, sequence: int = 0, **told: Any) -> Update:
    """`From` is who dialled; of a call that our side began, `To` is the person."""
    outbound = fields.get("Direction") == "outbound-api"
    caller, callee = ("To", "From") if outbound else ("From", "To")
    leg = bool(fields.get("ParentCallSid"))
    return Update(
        call=fields.get("ParentCallSid") or fields["CallSid"],
        source=source,
        sequence=sequence,
        caller=fields.get(caller),
        verified=fields.get("StirVerstat") == "TN-Validation-Passed-A",
        callee=None if leg else text(fields, callee),
        **told,
    )


def _time(told: str | None) -> datetime | None:
    try:
        time = parsedate_to_datetime(told or "")
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def sentences_url(options: Twilio, transcript: str) -> str:
    return f"{options.intelligence_url}/v2/Transcripts/{transcript}/Sentences?PageSize=1000"


def next_page(options: Twilio, page: Mapping[str, Any]) -> str | None:
    """Only with Twilio itself: our password goes there."""
    url = text(inner(page, "meta"), "next_page_url")
    return url if url and url.startswith(f"{options.intelligence_url}/") else None


def sentences(options: Twilio, page: Mapping[str, Any]) -> tuple[Segment, ...]:
    """Of a page of /Sentences. Numbers may be strings; confidences of words too."""
    return tuple(
        Segment(
            speaker=CALLER if whole(one, "media_channel") == options.caller_channel else AGENT,
            text=words,
            start=number(one, "start_time"),
            end=number(one, "end_time"),
            confidence=number(one, "confidence"),
            words=tuple(
                Word(word, number(each, "confidence"))
                for each in objects(one, "words")
                if (word := text(each, "word"))
            ),
        )
        for one in objects(page, "sentences")
        if (words := text(one, "transcript"))
    )
