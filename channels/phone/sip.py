"""How a call goes, as telephone systems tell it: SIP, Asterisk's AMI and ARI, FreeSWITCH's records.

Each function takes one event and gives an `Update` with a state and no words, or None where the event says
nothing new of a call. Whatever listens to the system (a SIP proxy's mirror, an AMI client, an ARI
application) passes events on, signed as our own JSON is.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import unquote

from channels.phone.call import State, Update
from channels.phone.post import Post, Refused, Unreadable
from channels.phone.values import inner, number, objects, text, time

# -- SIP (RFC 3261)

_COMPACT: Final = {"i": "call-id", "f": "from", "t": "to"}
_ADDRESS: Final = re.compile(r'^\s*(?:"(?:[^"\\]|\\.)*"|[^<"]*)<([^>]*)>|^\s*([^;\s]+)')
_TAG: Final = re.compile(r";\s*tag\s*=", re.IGNORECASE)
_MOST_HEADERS: Final = 200


def from_sip(message: str, now: datetime) -> Update | None:
    """Of one request or response. Raises Refused for what is no SIP."""
    first, _, rest = message.lstrip("\r\n").partition("\n")
    headers = _headers(rest)
    state = _sip_state(first.strip(), headers)
    call = headers.get("call-id", "")
    if not call:
        raise Refused("there is no Call-ID")
    if state is None:
        return None
    return _update(
        call,
        "sip",
        state,
        now,
        caller=_sip_caller(headers),
        callee=_address(headers.get("to", "")),
    )


def _sip_state(first: str, headers: Mapping[str, str]) -> State | None:
    if first.startswith("SIP/2.0 "):
        status = first[8:11]
        if not headers.get("cseq", "").upper().endswith("INVITE"):
            return None
        if status in ("180", "183"):
            return State.RINGING
        if status == "200":
            return State.ANSWERED
        # Asked for a password, or sent elsewhere: the caller tries again.
        if status in ("401", "407") or status < "400":
            return None
        return State.ENDED
    if not first.endswith("SIP/2.0"):
        raise Refused("this is no SIP message")
    method = first.partition(" ")[0]
    if method == "INVITE":
        # One with a tag changes a call that is already there: put on hold, for example.
        return None if _TAG.search(headers.get("to", "")) else State.RINGING
    return State.ENDED if method in ("BYE", "CANCEL") else None


def _sip_caller(headers: Mapping[str, str]) -> str | None:
    """What the network asserts, rather than what the caller's telephone claims."""
    if "id" in re.split(r"[;\s]+", headers.get("privacy", "").lower()):
        return ""
    for name in ("p-asserted-identity", "remote-party-id", "from"):
        if found := _address(headers.get(name, "")):
            return found
    return None


def _headers(rest: str) -> dict[str, str]:
    """The first of each name, folded lines put together."""
    found: dict[str, str] = {}
    name = ""
    for line in rest.split("\n")[:_MOST_HEADERS]:
        line = line.rstrip("\r")
        if not line:
            break
        if line[0] in " \t" and name:
            found[name] += " " + line.strip()
            continue
        name, _, value = line.partition(":")
        name = name.strip().lower()
        name = _COMPACT.get(name, name)
        if name in found:
            name = ""
        else:
            found[name] = value.strip()
    return found


def _address(header: str) -> str | None:
    found = _ADDRESS.match(header)
    return (found[1] or found[2]) if found else None


# -- Asterisk

_ENDING: Final = frozenset({"ChannelDestroyed", "StasisEnd"})


def from_ami(event: Mapping[str, Any], now: datetime) -> Update | None:
    """Of one AMI event. A call is what its channels are linked by; its first channel is the caller's."""
    call = text(event, "Linkedid") or text(event, "Uniqueid")
    if call is None:
        return None
    kind, channel = text(event, "Event"), text(event, "Uniqueid")
    if kind == "DialBegin":
        agent = text(event, "DestCallerIDNum") or text(event, "DialString")
        return _update(
            call,
            f"ami-{text(event, 'DestUniqueid') or ''}",
            State.RINGING,
            now,
            caller=_number(event.get("CallerIDNum")),
            agent=agent,
        )
    if channel != call:
        return None
    if kind == "Newchannel" or (kind == "Newstate" and text(event, "ChannelStateDesc") == "Ring"):
        state = State.RINGING
    elif kind == "Newstate" and text(event, "ChannelStateDesc") == "Up":
        state = State.ANSWERED
    elif kind == "Hangup":
        state = State.ENDED
    else:
        return None
    return _update(
        call,
        "ami",
        state,
        now,
        caller=_number(event.get("CallerIDNum")),
        callee=text(event, "Exten"),
        language=text(event, "Language"),
    )


def from_ari(event: Mapping[str, Any], now: datetime) -> Update | None:
    """Of one ARI event."""
    channel = inner(event, "channel")
    call = text(channel, "id")
    if call is None:
        return None
    kind, is_up = text(event, "type"), text(channel, "state") == "Up"
    if kind in _ENDING:
        state = State.ENDED
    elif kind == "ChannelStateChange" and is_up:
        state = State.ANSWERED
    elif kind in ("ChannelCreated", "StasisStart"):
        state = State.RINGING
    else:
        return None
    return _update(
        call,
        "ari",
        state,
        time(event, "timestamp") or now,
        caller=_number(inner(channel, "caller").get("number")),
        callee=text(inner(channel, "dialplan"), "exten"),
        language=text(channel, "language"),
    )


def _number(told: object) -> str | None:
    """Asterisk knows a withheld number as "" or "<unknown>"."""
    if not isinstance(told, str):
        return None
    return "" if told == "<unknown>" else told


# -- FreeSWITCH


def from_freeswitch(record: Mapping[str, Any]) -> Update | None:
    """Of a record of mod_json_cdr, written when the call is over. Its values are percent-encoded."""
    variables = inner(record, "variables")
    call = _plain(variables, "uuid")
    if call is None:
        raise Refused("there are no variables.uuid")
    # The other leg of a call has a record too.
    if _plain(variables, "direction") == "outbound":
        return None
    flow = objects(record, "callflow")
    profile = inner(flow[0], "caller_profile") if flow else {}
    caller = _plain(profile, "caller_id_number") or _plain(variables, "caller_id_number")
    return Update(
        call=call,
        source="freeswitch",
        sequence=0,
        state=State.ENDED,
        caller=caller,
        callee=_plain(profile, "destination_number"),
        agent=_plain(variables, "last_sent_callee_id_number"),
        started=_epoch(variables, "start_epoch"),
        ended=_epoch(variables, "end_epoch"),
    )


def _plain(fields: Mapping[str, Any], name: str) -> str | None:
    value = text(fields, name)
    return None if value is None else unquote(value)


def _epoch(fields: Mapping[str, Any], name: str) -> datetime | None:
    """0 stands for "never"."""
    seconds = number(fields, name)
    if not seconds or not 0 < seconds < 1e11:
        return None
    return datetime.fromtimestamp(seconds, UTC)


# -- all of them


def _update(call: str, source: str, state: State, at: datetime, **told: str | None) -> Update:
    return Update(
        call=call,
        source=f"{source}-{state}",
        sequence=0,
        state=state,
        caller=told.get("caller"),
        callee=told.get("callee"),
        agent=told.get("agent"),
        language=told.get("language"),
        started=at if state is State.RINGING else None,
        ended=at if state is State.ENDED else None,
    )


def _sip_post(post: Post) -> Update | None:
    try:
        return from_sip(post.body.decode(), post.now)
    except UnicodeDecodeError as problem:
        raise Unreadable("the message is not UTF-8") from problem


# What is posted by whoever listens to the system; the last part of the address is the key.
SIGNED: Final[Mapping[str, Callable[[Post], Update | None]]] = {
    "sip": _sip_post,
    "ami": lambda post: from_ami(post.fields(), post.now),
    "ari": lambda post: from_ari(post.fields(), post.now),
}
