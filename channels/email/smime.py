"""The mail inside of an opaque S/MIME signature (RFC 8551 § 3.5.2): CMS, read as far as its content."""

from typing import Final

_SIGNED: Final = bytes.fromhex("2a864886f70d010702")
DEEPEST: Final = 20

MOST: Final = 100_000  # values in a row: pieces of a text, of at least some bytes each


def signed_content(data: bytes) -> bytes | None:
    """None when it is encrypted, or nothing that can be read."""
    try:
        for tag, start, end in _items(data, 0, len(data)):
            if tag == 0x30:
                return _signed(data, start, end)
    except (IndexError, ValueError):
        pass
    return None


def _signed(data: bytes, start: int, end: int) -> bytes | None:
    kind, content = _items(data, start, end)[:2]
    if data[kind[1] : kind[2]] != _SIGNED:
        return None
    signed = _items(data, content[1], content[2])[0]
    for tag, begin, stop in _items(data, signed[1], signed[2]):
        if tag == 0x30:  # EncapsulatedContentInfo: the first sequence after version and digests
            inner = _items(data, begin, stop)
            if len(inner) < 2:
                return None  # detached
            return b"".join(_octets(data, inner[1][1], inner[1][2], 0))
    return None


def _octets(data: bytes, start: int, end: int, depth: int) -> list[bytes]:
    """An OCTET STRING, in one piece or, as BER allows, in several."""
    found: list[bytes] = []
    for tag, inner, stop in _items(data, start, end):
        if tag == 0x04:
            found.append(data[inner:stop])
        elif tag == 0x24 and depth < DEEPEST:
            found += _octets(data, inner, stop, depth + 1)
    return found


def _items(data: bytes, start: int, end: int) -> list[tuple[int, int, int]]:
    """Tag and span of each value between two places."""
    found = []
    while start < end:
        tag = data[start]
        if tag == 0 and data[start + 1] == 0:
            break  # the end of a value of indefinite length
        inner, stop, start = _span(data, start, end, 0)
        found.append((tag, inner, stop))
        if len(found) > MOST:
            raise ValueError("more values than a signature has")
    return found


def _span(data: bytes, start: int, end: int, depth: int) -> tuple[int, int, int]:
    """Where a value's content begins and ends, and where the next value begins."""
    if data[start] & 0x1F == 0x1F or depth > DEEPEST:
        raise ValueError("not a form that CMS uses")
    length = data[start + 1]
    inner = start + 2
    if length & 0x80 and length != 0x80:
        size = length & 0x7F
        length = int.from_bytes(data[inner : inner + size])
        inner += size
    elif length == 0x80:
        at = inner
        while data[at] or data[at + 1]:
            at = _span(data, at, end, depth + 1)[2]
        return inner, at, at + 2
    # A mail cut short still has its text.
    return inner, min(inner + length, end), min(inner + length, end)
