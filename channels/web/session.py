"""Who a browser is: a random id signed by us. It is the whole session; nothing is kept here.

The token is the key to its conversation. It travels in the Authorization header, never in an address
or a cookie, so no other site can use it and no log shows it.
"""

import hmac
import secrets
from functools import lru_cache
from typing import Final

_LENGTH: Final = 22  # characters of 16 random bytes


def open_session(key: bytes) -> tuple[str, str]:
    """A new conversation and its token."""
    conversation = secrets.token_urlsafe(16)
    return conversation, f"{conversation}.{_signature(key, conversation)}"


def conversation_of(key: bytes, authorization: str) -> str | None:
    """The conversation whose token is in the header; None for anything else."""
    scheme, _, token = authorization.partition(" ")
    conversation, _, signature = token.partition(".")
    if scheme.lower() != "bearer" or len(conversation) != _LENGTH:
        return None
    right = _signature(key, conversation)
    return conversation if hmac.compare_digest(right.encode(), signature.encode()) else None


@lru_cache(maxsize=10_000)  # whoever writes writes again
def _signature(key: bytes, conversation: str) -> str:
    return hmac.digest(key, f"chat:{conversation}".encode(), "sha256").hex()
