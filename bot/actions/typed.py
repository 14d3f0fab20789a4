"""An action as somebody types it: `ping host=mail.example.com`, `create-account name="Nina Petrova"`."""

import re
from typing import Final

from bot.errors import Invalid

_GIVEN: Final = re.compile(
    r"\s*([a-z][a-z0-9_]*)\s*[=＝]\s*(?:[\"“„«]([^\"”»]*)[\"”»]|(\S+))", re.IGNORECASE
)


def read(text: str) -> tuple[str, dict[str, str]]:
    """(name, arguments). Raises Invalid."""
    name, _, rest = text.strip().partition(" ")
    if not name:
        raise Invalid("Which action? Such as: ping host=mail.example.com")
    given: dict[str, str] = {}
    at = 0
    while rest[at:].strip():
        found = _GIVEN.match(rest, at)
        if found is None:
            raise Invalid(
                f"“{rest[at:].strip()[:40]}”: give each as name=value, in quotes if it has spaces."
            )
        key = found[1].lower()
        if key in given:
            raise Invalid(f"{key} is given twice.")
        given[key], at = found[2] if found[2] is not None else found[3], found.end()
    return name.lower(), given
