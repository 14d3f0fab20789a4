"""Text in header fields: encoded-words (RFC 2047), extended parameters (RFC 2231) and raw bytes."""

import re
from typing import Final
from urllib.parse import unquote_to_bytes

from channels.email import charsets
from channels.email.transfer import base64, quoted_printable

_START: Final = re.compile(rb"=\?([^?\s]{1,75})\?([BbQq])\?")
_BLANK: Final = re.compile(rb"\s*")
_FOLD: Final = re.compile(rb"[ \t]*[\r\n]+[ \t]*")
_HEX: Final = re.compile(rb"[0-9A-Fa-f]{2}")
_Q_ESCAPE: Final = re.compile(rb"=[0-9A-Fa-f]{2}")
_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/=\s]")

_SPACES: Final = re.compile(r"[ \t\n\r\f\v\x85\u2028\u2029]+")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")


def text_of(value: bytes, hint: str = "") -> str:
    """A field's value, decoded and unfolded, on one line."""
    return one_line(words(value, hint))


def one_line(text: str) -> str:
    if text.isascii():
        text = " ".join(text.split())
        if text.isprintable():
            return text
    return _CONTROL.sub("", _SPACES.sub(" ", text)).strip()


def words(value: bytes, hint: str = "") -> str:
    if b"=?" not in value:
        if value.isascii() and b"\x1b" not in value and b"\0" not in value:
            return value.decode("ascii")
        return charsets.decode(value, hint=hint).text
    found: list[str] = []
    run: list[
        tuple[str, str, bytes]
    ] = []  # encoded-words that stand together: charset, letter, text
    position = 0
    while match := _START.search(value, position):
        stop, after = _end(value, match)
        if stop < 0:
            break
        between = value[position : match.start()]
        if between.strip() or not run:
            found.append(_joined(run))
            run = []
            found.append(charsets.decode(between, hint=hint).text)
        run.append(_word(match, value[match.end() : stop]))
        position = after
    found.append(_joined(run))
    found.append(charsets.decode(value[position:], hint=hint).text)
    return "".join(found)


def _end(value: bytes, start: re.Match[bytes]) -> tuple[int, int]:
    """Where the text of an encoded-word ends, and where the value goes on. -1 when it is none."""
    position = start.end()
    following = _START.search(value, position)
    limit = following.start() if following else len(value)
    stop = value.find(b"?=", position, limit)
    if following and stop < 0:
        # Its end got lost: it goes as far as the next one.
        text = value[position : following.start()]
        return position + len(text.rstrip(b" \t\r\n?")), following.start()
    if stop < 0:
        text = value[position:].rstrip(b" \t\r\n?=" if start[2] in b"Qq" else b" \t\r\n?")
        # Words after a blank are no part of it any more.
        blank = re.search(rb"[ \t]", text) if start[2] in b"Bb" else None
        length = blank.start() if blank else len(text)
        return position + length, position + length if blank else len(value)
    if start[2] in b"Qq":
        # A bare question mark before an escape, "?=3D", is no end if one comes later.
        while _HEX.match(value, stop + 2):
            later = value.find(b"?=", stop + 2, limit)
            if later < 0:
                break
            stop = later
    return stop, stop + 2


def _word(match: re.Match[bytes], text: bytes) -> tuple[str, str, bytes]:
    charset = match[1].decode("latin-1").partition("*")[0]
    letter = match[2].decode().lower()
    if letter == "b" and _NOT_BASE64.search(text) and _Q_ESCAPE.search(text):
        letter = "q"  # the letter is wrong
    return charset, letter, text


def _joined(run: list[tuple[str, str, bytes]]) -> str:
    """Characters may be split between words of one charset, and base64 between words without padding."""
    found: list[str] = []
    data: list[bytes] = []
    digits: list[bytes] = []
    for i, (charset, letter, text) in enumerate(run):
        if letter == "b":
            digits.append(_FOLD.sub(b"", text).strip())
            same = i + 1 < len(run) and run[i + 1][1] == "b" and run[i + 1][0] == charset
            if (
                same
                and not digits[-1].endswith(b"=")
                and sum(map(len, digits)) % 4
                and len(digits) < 100
            ):
                continue
            data.append(base64(b"".join(digits)))
            digits = []
        else:
            plain = _FOLD.sub(b"", text).replace(b"_", b" ")
            data.append(quoted_printable(plain))
        if i + 1 < len(run) and run[i + 1][0].lower() == charset.lower():
            continue
        found.append(charsets.decode(b"".join(data), charset).text)
        data = []
    return "".join(found)


# Parameters.

_PIECE: Final = re.compile(r"([^*]+)\*(\d{1,4})(\*?)\Z")


def parameter(parameters: dict[str, bytes], name: str, hint: str = "") -> str | None:
    """A parameter's value in any of its forms: extended, in pieces, with encoded-words, raw."""
    pieces: dict[int, tuple[bytes, bool]] = {}
    for key, value in parameters.items():
        if key.startswith(name) and (match := _PIECE.match(key)) and match[1] == name:
            pieces.setdefault(int(match[2]), (value, bool(match[3])))
    if whole := parameters.get(name + "*"):
        pieces = {0: (whole, True)}
    if pieces:
        charset, data, plain = "", b"", True
        for number in sorted(pieces):
            value, extended = pieces[number]
            if extended:
                if plain and not charset and value.count(b"'") >= 2:
                    label, _, value = value.split(b"'", 2)
                    charset = label.decode("latin-1")
                plain = False
                value = unquote_to_bytes(value)
            data += value
        if b"=?" in data:
            return one_line(words(data, hint))
        return one_line(charsets.decode(data, charset, hint).text)
    value = parameters.get(name, b"")
    if not value:
        return None
    return one_line(words(value, hint))
