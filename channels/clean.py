"""What people type, without what no one can see: the same words, and nothing that breaks a page."""

import re
from typing import Final

# Control characters but tab and line feed, and those that turn the direction of the text around.
_INVISIBLE: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def clean(text: str) -> str:
    """Never fails: a lone surrogate becomes the replacement character."""
    if text.isascii() and text.isprintable():
        return text
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return _INVISIBLE.sub("", plain).encode("utf-8", "replace").decode("utf-8")
