"""A call as the desk gets it: what the caller said, and beside it the record of all that was said.

The desk keeps every update (`update_of`), and makes the call anew of all of them (`assemble`) when one
more comes; `heard` and `verbatim` are the words of that.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

import msgspec

from channels.clean import clean
from channels.message import InboundMessage, RemoteFile, Sender
from channels.phone.call import AGENT, CALLER, Segment, Transcript, Update, assemble
from channels.phone.numbers import line_of
from channels.phone.spoken import understandable

DOUBTFUL: Final = 0.6  # below this a word is marked: better asked again than taken for granted
NEAR: Final = 40  # characters between a word and the next, at most
LONGEST: Final = 20_000  # characters of what is understood; the record has all
UPDATE_TYPE: Final = "application/vnd.firstline.call-update+json"
CALL: Final = "/call"  # `chosen` of what says how a call goes, without words
_ANSWER: Final = "update"

_decoder = msgspec.json.Decoder(Update)


def message_from(update: Update, channel: str, region: str | None, now: datetime) -> InboundMessage:
    """One for every update; the same update, sent again, has the same id."""
    update = msgspec.structs.replace(
        update, call=clean(update.call)[:200] or "?", source=clean(update.source)[:100]
    )
    line = line_of(update.caller, update.call, region)
    if update.caller is not None:
        update = msgspec.structs.replace(update, caller=line.address)
    told = assemble((update,))
    record = f"CALL/{quote(update.call, safe='@:+')}"
    return InboundMessage(
        channel=channel,
        message_id=f"{record}/{update.source}/{update.sequence}",
        conversation=update.call,
        sender=Sender(
            address=line.address,
            phone=line.phone,
            verified=update.verified and line.phone is not None,
        ),
        text=heard(told),
        sent_at=_utc(told.ended or told.started, now),
        chosen=None if update.segments else CALL,
        answers={_ANSWER: msgspec.json.encode(update).decode()},
        files=(_remote(update),) if update.remote else (),
        changes=record,
        folded=verbatim(told) or None,
        language=clean(update.language)[:20] if update.language else None,
    )


def _utc(time: datetime | None, now: datetime) -> datetime:
    try:
        return (time or now).astimezone(UTC)
    except OverflowError:  # the first or last day there is, in another zone
        return now


def _remote(update: Update) -> RemoteFile:
    return RemoteFile(
        id=msgspec.json.encode(update).decode(), name="transcript.json", content_type=UPDATE_TYPE
    )


def update_of(message: InboundMessage) -> Update | None:
    """What a message of a phone channel tells of a call. None: it is of another kind."""
    told = message.answers.get(_ANSWER)
    return None if told is None else _decoder.decode(told)


def update_in(content: bytes) -> Update:
    """What a fetched file of UPDATE_TYPE tells."""
    return _decoder.decode(content)


def heard(call: Transcript) -> str:
    """What the caller said, for understanding. Where nobody is known to be the caller, all but the
    agent's words."""
    callers = [one for one in call.segments if _is(one, CALLER)]
    words = callers or [one for one in call.segments if not _is(one, AGENT)]
    kept = {id(one) for one in words}
    said = ""
    for turn in _turns(call.segments, kept):
        if len(said) > LONGEST:
            break
        said += ("\n" if said else "") + understandable(turn[: 2 * LONGEST], call.language)
    return said if len(said) <= LONGEST else said[:LONGEST].rpartition(" ")[0] + " …"


def _turns(segments: tuple[Segment, ...], kept: set[int]) -> Iterator[str]:
    """What one speaker said until the next one spoke."""
    turn: list[str] = []
    speaker = None
    for segment in segments:
        if segment.speaker != speaker and turn:
            yield " ".join(turn)
            turn = []
        speaker = segment.speaker
        if id(segment) in kept:
            turn.append(clean(segment.text))
    if turn:
        yield " ".join(turn)


def verbatim(call: Transcript) -> str:
    """All that was said, as it was said: by whom, when, and what is doubtful in ⟨…?⟩."""
    return "\n".join(
        f"{_clock(one.start)}{clean(one.speaker) or 'unknown speaker'}: {clean(_marked(one))}"
        for one in call.segments
    )


def _marked(segment: Segment) -> str:
    """The text as it is, not the words put together: not every script has spaces."""
    if not segment.words:
        return f"⟨{segment.text}?⟩" if _is_doubtful(segment.confidence) else segment.text
    marked, text, at = "", segment.text, 0
    for word in segment.words:
        found = text.find(word.text, at, at + len(word.text) + NEAR)
        if found < 0:
            continue
        shown = f"⟨{word.text}?⟩" if _is_doubtful(word.confidence) else word.text
        marked += text[at:found] + shown
        at = found + len(word.text)
    return marked + text[at:]


def _is_doubtful(confidence: float | None) -> bool:
    return confidence is not None and confidence < DOUBTFUL


def _clock(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, second = divmod(int(max(seconds, 0)), 60)
    hours, minute = divmod(minutes, 60)
    return f"[{hours}:{minute:02}:{second:02}] " if hours else f"[{minute}:{second:02}] "


def _is(segment: Segment, who: str) -> bool:
    """Also "caller 2": there may be several."""
    return segment.speaker.lower().startswith(who)
