"""Where a ticket came from, as its first event keeps it: that much is known for ever, whatever changes."""

import msgspec
from msgspec import Struct


class Origin(Struct, frozen=True, array_like=True):
    """Written as a JSON list, for every ticket has one."""

    channel: str = ""
    language: str = ""
    group: str | None = None  # of the requester, then
    site: str | None = None


def dumped(origin: Origin) -> str:
    return msgspec.json.encode(origin).decode()


def origin_of(written: str | None) -> Origin:
    """Of an event's `old`; empty where it says nothing."""
    try:
        return msgspec.json.decode(written or "[]", type=Origin)
    except msgspec.DecodeError:
        return Origin()
