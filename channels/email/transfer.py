"""Content-Transfer-Encoding, read tolerantly: base64, quoted-printable and uuencode.

Whatever is broken, what can be read is read and nothing raises. Base64 is decoded a piece at a time, so
that neither the size nor the content of a large attachment needs a second copy of it.
"""

import binascii
import re
from collections.abc import Iterator
from typing import Final

PIECE: Final = 1 << 18

_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_JUNK: Final = bytes(byte for byte in range(256) if byte not in _ALPHABET)
_PADDING: Final = re.compile(rb"=+")


def pieces(held: bytes | memoryview, encoding: str) -> Iterator[bytes]:
    match encoding:
        case "base64":
            yield from _base64(held)
        case "quoted-printable":
            yield from _quoted_printable(held)
        case "uuencode":
            yield uuencoded(bytes(held))
        case _:
            yield bytes(held)


def decoded(held: bytes | memoryview, encoding: str) -> bytes:
    found = list(pieces(held, encoding))
    return found[0] if len(found) == 1 else b"".join(found)


def _base64(held: bytes | memoryview) -> Iterator[bytes]:
    view, rest = memoryview(held), b""
    for start in range(0, len(view), PIECE):
        clean = rest + bytes(view[start : start + PIECE]).translate(None, _JUNK)
        *ended, last = _PADDING.split(clean) if b"=" in clean else (clean,)
        # Padding ends a piece; what follows begins anew.
        yield from map(base64_piece, ended)
        whole = len(last) & ~3
        yield binascii.a2b_base64(last[:whole])
        rest = last[whole:]
    yield base64_piece(rest)


def base64_piece(digits: bytes) -> bytes:
    """One run of digits without its padding. A single digit left over says nothing."""
    whole = len(digits) - (len(digits) % 4 == 1)
    return binascii.a2b_base64(digits[:whole] + b"=" * (-whole % 4))


def base64(data: bytes) -> bytes:
    return b"".join(_base64(data))


_LINE: Final = re.compile(rb"[^\r\n]+")
_DIGITS: Final = re.compile(rb"[A-Za-z0-9+/=]+\Z")
_END: Final = re.compile(rb"(?:=[ \t]*[\r\n]|\n[ \t]*\r?\n)\s*")


def is_base64(data: bytes) -> bool:
    """Is text that says it is base64 that at all? Prose has short words, and more than letters."""
    words = data[:400].split()
    if words and len(words[0]) >= 16 and _DIGITS.match(words[0]):
        return True
    odd = sum(not _DIGITS.match(word) for word in words)
    short = len(words) > 2 and sum(map(len, words)) < 12 * len(words)
    strange = len(data[:400].translate(None, _ALPHABET + b"\r\n\t "))
    return not (odd and short) and 3 * strange <= len(data[:400])


def base64_end(data: bytes) -> int:
    """Where the base64 of a text ends and plain words, a list's footer say, begin."""
    for match in _END.finditer(data):
        line = _LINE.search(data, match.end())
        if line and not _DIGITS.match(line[0].strip()):
            return match.end()
    return len(data)


_SOFT: Final = re.compile(rb"=[ \t]*(?:\r{0,3}\n|\r|\Z)")
_LITERAL: Final = re.compile(rb"=(?![0-9A-Fa-f]{2})")


def _quoted_printable(held: bytes | memoryview) -> Iterator[bytes]:
    view, start = memoryview(held), 0
    while start < len(view):
        piece = bytes(view[start : start + PIECE])
        if start + PIECE < len(view):
            # Neither a soft break nor an escape is cut through.
            line = piece.rfind(b"\n") + 1 or piece.rfind(b"=", len(piece) - 3)
            piece = piece[:line] if line > 0 else piece
        start += len(piece)
        yield quoted_printable(piece)


def quoted_printable(data: bytes) -> bytes:
    """What is no escape stays as it is."""
    if b"=" not in data:
        return data
    return binascii.a2b_qp(_LITERAL.sub(b"=3D", _SOFT.sub(b"", data)))


_UU_BEGIN: Final = re.compile(rb"(?:^|[\r\n])begin(?:-base64)? [0-7]{3,4} +([^\r\n]*?)[ \t]*\r?\n")
_UU_LINE: Final = re.compile(rb"[ -`]{1,90}\Z")


def uu_begin(data: bytes, start: int = 0) -> re.Match[bytes] | None:
    """The next line that begins a uuencoded file and is followed by such data."""
    for match in _UU_BEGIN.finditer(data, start):
        line = _LINE.match(data, match.end())
        if line and (_uu_line(line[0]) is not None or line[0].strip() in (b"end", b"`")):
            return match
    return None


def uu_read(data: bytes, start: int) -> tuple[bytes, int]:
    """The file whose first line of data is at `start`, and where the text goes on after it."""
    found: list[bytes] = []
    position = start
    for match in re.compile(rb"([^\r\n]*)(?:\r?\n|\r|\Z)").finditer(data, start):
        line = match[1]
        if line.strip() == b"end":
            return b"".join(found), match.end()
        content = _uu_line(line) if line.strip() else b""
        if content is None or match.end() == match.start():
            break
        found.append(content)
        position = match.end()
    return b"".join(found), position


def _uu_line(line: bytes) -> bytes | None:
    size = (line[0] - 32) & 63 if line else 0
    digits = line[1:].rstrip(b" \t")
    need = (size + 2) // 3 * 4
    # Trailing blanks, which are zeros here, get lost on the way; some add a checksum.
    if not _UU_LINE.match(line) or not need - 4 < len(digits) <= need + 2:
        return None
    padded = line[:1] + digits[:need].ljust(need)
    try:
        return binascii.a2b_uu(padded)
    except binascii.Error:
        return None


def uuencoded(data: bytes) -> bytes:
    """A part that is uuencoded as a whole: its first file."""
    begin = uu_begin(data)
    return uu_read(data, begin.end())[0] if begin else data
