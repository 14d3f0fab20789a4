"""Signatures of the Standard Webhooks specification: HMAC-SHA256 over "id.timestamp.body"."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

WINDOW: Final = 300  # seconds that a signature is good for, either way


class BadSignature(Exception):
    """Not signed with our secret, or too long ago. The text may be told to the sender."""


def key_of(secret: str) -> bytes:
    """A secret is base64, with or without the prefix whsec_; anything else counts as it is."""
    plain = secret.removeprefix("whsec_")
    try:
        return base64.b64decode(plain, validate=True)
    except (binascii.Error, ValueError):
        return secret.encode()


def sign(key: bytes, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": "v1," + _mac(key, message_id, str(timestamp), body),
    }


def verify(key: bytes, headers: Mapping[str, str], body: bytes, now: float) -> None:
    """Raises BadSignature."""
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 12:
        raise BadSignature("the header webhook-timestamp must hold seconds since 1970")
    if abs(now - int(timestamp)) > WINDOW:
        raise BadSignature("the timestamp is more than five minutes away; check both clocks")
    expected = _mac(key, message_id, timestamp, body).encode()
    given = headers.get("webhook-signature", "").split()
    # Several signatures may be given while a secret is being changed.
    if not any(
        hmac.compare_digest(expected, one.removeprefix("v1,").encode())
        for one in given
        if one.startswith("v1,")
    ):
        raise BadSignature("the signature does not match; check the secret")


def _mac(key: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    content = f"{message_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
