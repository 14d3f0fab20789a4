"""A provider's POST, and the ways to refuse it."""

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

WINDOW: Final = 300  # seconds that a signature is good for, either way


class Refused(Exception):
    """The text may be told to the sender."""

    status = 422


class NotBelieved(Refused):
    """Not signed with our secret, or too long ago."""

    status = 401


class Unreadable(Refused):
    status = 400


class WrongType(Refused):
    status = 415


class Post(Struct, frozen=True):
    """What came, as it came."""

    path: str  # with the query, as it was asked for
    query: Mapping[str, str]
    headers: Mapping[str, str]  # any case
    body: bytes
    now: datetime

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def fields(self) -> dict[str, Any]:
        """The JSON object that is the body. Raises Unreadable."""
        try:
            found = msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise Unreadable("the body is not a JSON object in UTF-8")
        return found


def same(expected: str, given: str) -> bool:
    """Without telling by the time it takes how much of it was right."""
    return hmac.compare_digest(expected.encode(), given.encode())


def check_basic(post: Post, user: str, password: str) -> None:
    expected = base64.b64encode(f"{user}:{password}".encode()).decode()
    kind, _, given = post.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic" or not same(expected, given.strip()):
        raise NotBelieved("user or password do not match")


def check_fresh(timestamp: float, now: datetime) -> None:
    if abs(now.timestamp() - timestamp) > WINDOW:
        raise NotBelieved("the timestamp is more than five minutes away; check both clocks")
