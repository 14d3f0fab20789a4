"""The fields at the top of a mail that say how it came: ours are put there, forged ones taken out.

A head ends at its first empty line, but whoever repairs damaged mail may see it end later. So where it is
in doubt, the head is taken to be the longer one here.
"""

import re
from datetime import datetime
from email.utils import format_datetime
from typing import Final

# Line ends of all kinds, for a lenient reader would see a field after each of them.
_FORGED: Final = re.compile(
    rb"(?<![^\r\n])[ \t]*(?:x-firstline[^\s:]*|return-path)[ \t]*:[^\r\n]*"
    rb"(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*(?:\r\n|\r|\n|\Z)",
    re.IGNORECASE,
)
_CONTROL: Final = re.compile(_FORGED.pattern.replace(rb"|return-path", b""), re.IGNORECASE)
_NO_NAME: Final = re.compile(r"[^\w.:\[\]-]+", re.ASCII)


def name(helo: str) -> str:
    """What they call themselves, which may be anything, as something that may stand in a field."""
    return _NO_NAME.sub("?", helo[:255])


def stamp(
    *,
    return_path: str,
    helo: str,
    peer: str,
    host: str,
    protocol: str,
    mail_id: str,
    now: datetime,
) -> bytes:
    """Return-Path and Received, as RFC 5321 § 4.4 wants them of whoever delivers."""
    literal = f"IPv6:{peer}" if ":" in peer else peer
    return (
        f"Return-Path: <{return_path}>\r\n"
        f"Received: from {helo or 'unknown'} ([{literal}])\r\n"
        f"\tby {host} with {protocol} id {mail_id};\r\n"
        f"\t{format_datetime(now)}\r\n"
    ).encode()


def stamped(stamp: bytes, parts: list[bytes]) -> bytes:
    """One mail of the parts that came, under our own fields and without what only we may write.

    The parts are used up, for a mail may have many megabytes."""
    end = _end(parts[0])
    if end < 0 and len(parts) > 1:
        parts[:] = [b"".join(parts)]
        end = _end(parts[0])
    if end < 0:
        end = len(parts[0])
    head = parts[0][:end]
    lower = head.lower()
    if b"x-firstline" in lower or b"return-path" in lower:
        rest = memoryview(parts[0])[end:]
        return b"".join((stamp, _FORGED.sub(b"", head), rest, *parts[1:]))
    return b"".join((stamp, *parts))


def without_control(raw: bytes) -> bytes:
    """The mail without our own control fields. Its Return-Path was written by the server it lay on."""
    end = _end(raw)
    head = raw if end < 0 else raw[:end]
    if b"x-firstline" not in head.lower():
        return raw
    return b"".join((_CONTROL.sub(b"", head), memoryview(raw)[len(head) :]))


def _end(text: bytes) -> int:
    """Where the first empty line after the first field is; -1 when there is none."""
    start = len(text) - len(text.lstrip())
    found = [at for at in (text.find(b"\n\r\n", start), text.find(b"\n\n", start)) if at >= 0]
    return min(found) + 1 if found else -1
