"""Addresses as they go over the wire: checked, with an internationalised domain in its ASCII form."""

import re
from typing import Final

from channels.channel import Undeliverable

# An atom may hold anything beyond ASCII (RFC 6531) but the invisible; a quoted local part may hold spaces.
_LOCAL: Final = re.compile(
    r"""[^\x00-\x20\x7f-\xa0"(),.:;<>@\[\\\]]+(?:\.[^\x00-\x20\x7f-\xa0"(),.:;<>@\[\\\]]+)*"""
    r"""|"(?:[^\x00-\x1f\x7f-\x9f"\\]|\\[\x20-\x7e])*\""""
)
_DOMAIN: Final = re.compile(
    r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
    r"|\[[0-9a-f.:]+\]|\[ipv6:[0-9a-f.:]+\]",
    re.IGNORECASE,
)
_INVISIBLE: Final = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def on_the_wire(address: str) -> str:
    """The address for a header or a relay. Only its local part can be other than ASCII; then the relay must
    speak SMTPUTF8. Raises Undeliverable for what is no address; the text does not repeat it."""
    local, at, domain = address.rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    right = _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain) and not _INVISIBLE.search(local)
    if not at or not right or len(local.encode()) > 64 * 4:
        raise Undeliverable("the address is not one that mail can go to")
    return f"{local}@{domain}"
