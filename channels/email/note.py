"""What is kept of a mail that could not be taken: its head, with our words for a body."""

import re
from typing import Final

_BODY_FIELDS: Final = re.compile(
    rb"(?im)^(?:content-[^\s:]*|mime-version)[ \t]*:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*"
)


def in_place_of(head: bytes, words: str) -> bytes:
    fields = head.replace(b"\r\n", b"\n").rstrip(b"\n")
    fields = _BODY_FIELDS.sub(b"", fields + b"\n" if fields else b"").replace(b"\n", b"\r\n")
    return (
        fields
        + b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        + b"Content-Transfer-Encoding: 8bit\r\n\r\n"
        + words.encode()
        + b"\r\n"
    )
