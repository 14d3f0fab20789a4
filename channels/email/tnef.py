"""winmail.dat: what Outlook and Exchange send to their like (MS-OXTNEF), as far as it can be read."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from channels.email import charsets
from channels.email.names import safe, usual_name
from channels.email.rtf import decompressed

_SIGNATURE: Final = 0x223E9F78
MOST: Final = 100_000  # attributes of a file

# Attributes.
_BODY, _PROPERTIES, _CODE_PAGE = 0x800C, 0x9003, 0x9007
_FILE_BEGINS, _TITLE, _DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
# Properties.
_PLAIN, _RTF, _HTML, _INTERNET_PAGE = 0x1000, 0x1009, 0x1013, 0x3FDE
_OBJECT, _SHORT_NAME, _LONG_NAME, _MIME, _CONTENT_ID, _SHOWN_NAME = (
    0x3701,
    0x3704,
    0x3707,
    0x370E,
    0x3712,
    0x3001,
)
# Property types.
_SIZES: Final = {
    0x02: 2,
    0x03: 4,
    0x04: 4,
    0x05: 8,
    0x06: 8,
    0x07: 8,
    0x0A: 4,
    0x0B: 2,
    0x14: 8,
    0x40: 8,
    0x48: 16,
}
_STRING, _UNICODE, _BINARY, _EMBEDDED = 0x1E, 0x1F, 0x102, 0x0D


@dataclass(slots=True)
class File:
    name: str = ""
    content: bytes = b""
    type: str = ""
    content_id: str | None = None


@dataclass(slots=True)
class Opened:
    plain: str = ""
    html: str = ""
    rtf: bytes = b""
    files: list[File] = field(default_factory=list)


def opened(data: bytes) -> Opened | None:
    """None when there is nothing in it that we can read."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return None
    found = Opened()
    page, named_long = "cp1252", False
    for kind, value in _attributes(data):
        if kind == _CODE_PAGE and len(value) >= 4:
            page = charsets.known(f"cp{struct.unpack_from('<I', value)[0]}") or page
        elif kind == _BODY:
            found.plain = _text(value, page)
        elif kind == _PROPERTIES:
            _read_properties(found, value, page)
        elif kind == _FILE_BEGINS:
            found.files.append(File())
            named_long = False
        elif kind in (_TITLE, _DATA, _FILE_PROPERTIES):
            if not found.files:
                found.files.append(File())
            file = found.files[-1]
            if kind == _TITLE and not named_long:
                file.name = _text(value, page)
            elif kind == _DATA:
                file.content = bytes(value)
            elif kind == _FILE_PROPERTIES:
                named_long = _read_file(file, value, page)
    for file in found.files:
        file.name = safe(file.name) or usual_name(file.type or "application/octet-stream")
    return found if found.files or found.plain or found.html or found.rtf else None


def _attributes(data: bytes) -> Iterator[tuple[int, memoryview]]:
    view, position = memoryview(data), 6
    for _ in range(MOST):
        if position + 9 > len(data):
            return
        _, kind, _, length = struct.unpack_from("<BHHI", data, position)
        position += 9
        yield kind, view[position : position + length]
        position += length + 2  # a checksum, which senders get wrong


def _text(value: memoryview | bytes, page: str) -> str:
    data = bytes(value)
    end = data.find(b"\0")
    return charsets.decode(data if end < 0 else data[:end], page).text


def _read_properties(found: Opened, value: memoryview, page: str) -> None:
    properties = dict(_properties(value, page))
    number = properties.get(_INTERNET_PAGE)
    label = f"cp{int.from_bytes(number[:4], 'little')}" if isinstance(number, bytes) else page
    if isinstance(plain := properties.get(_PLAIN), str):
        found.plain = plain
    match properties.get(_HTML):
        case bytes(html):
            found.html = charsets.decode(html.rstrip(b"\0"), label).text
        case str(text):
            found.html = text
    if isinstance(rtf := properties.get(_RTF), bytes):
        found.rtf = decompressed(rtf)


def _read_file(file: File, value: memoryview, page: str) -> bool:
    properties = dict(_properties(value, page))
    match properties.get(_OBJECT):
        # An embedded object begins with the id of its interface.
        case bytes(content) if not file.content:
            file.content = content[16:]
            file.type = "application/ms-tnef" if content[16:20] == b"\x78\x9f\x3e\x22" else ""
    for key in (_LONG_NAME, _SHORT_NAME, _SHOWN_NAME):
        name = properties.get(key)
        if isinstance(name, str) and name and (key == _LONG_NAME or not file.name):
            file.name = name
    if isinstance(type := properties.get(_MIME), str):
        file.type = type.lower()
    if isinstance(id := properties.get(_CONTENT_ID), str):
        file.content_id = id.strip("<>") or None
    return bool(properties.get(_LONG_NAME))


def _properties(view: memoryview, page: str) -> Iterator[tuple[int, str | bytes]]:
    try:
        yield from _each_property(view, page)
    except struct.error:
        return  # cut short: what came before holds


def _each_property(view: memoryview, page: str) -> Iterator[tuple[int, str | bytes]]:
    count = min(struct.unpack_from("<I", view)[0], MOST)
    position = 4
    for _ in range(count):
        kind, id = struct.unpack_from("<HH", view, position)
        position += 4
        several, kind = kind & 0x1000, kind & 0xEFFF
        if id >= 0x8000:  # named: its set, and a number or a name
            numbered = struct.unpack_from("<I", view, position + 16)[0] == 0
            position += 24
            if not numbered:
                position += _padded(struct.unpack_from("<I", view, position - 4)[0])
        sized = _SIZES.get(kind)
        values = 1
        if several or sized is None:
            values = struct.unpack_from("<I", view, position)[0]
            position += 4
        for n in range(min(values, MOST)):
            length = sized or struct.unpack_from("<I", view, position)[0]
            position += 0 if sized else 4
            value = bytes(view[position : position + length])
            position += _padded(length)
            if n == 0:
                yield id, _typed(kind, value, page)
            if position > len(view):
                return


def _typed(kind: int, value: bytes, page: str) -> str | bytes:
    if kind == _UNICODE:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    return _text(value, page) if kind == _STRING else value


def _padded(length: int) -> int:
    return length + -length % 4
