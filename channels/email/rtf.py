"""Rich text as Outlook keeps a body: unpacked (MS-OXRTFCP) and read as plain text."""

import re
import struct
from typing import Final

from channels.email import charsets

_PRELOAD: Final = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
LONGEST: Final = 16 << 20  # bytes unpacked: more is a bomb


def decompressed(data: bytes) -> bytes:
    if len(data) < 16:
        return b""
    _, size, kind, _ = struct.unpack_from("<IIII", data)
    size = min(size, LONGEST)
    if kind == 0x414C454D:  # "MELA": not packed at all
        return data[16 : 16 + size]
    if kind != 0x75465A4C:  # "LZFu"
        return b""
    window = bytearray(_PRELOAD.ljust(4096, b"\0"))
    write, found, position = len(_PRELOAD), bytearray(), 16
    while position < len(data) and len(found) < size:
        control = data[position]
        position += 1
        for bit in range(8):
            if control >> bit & 1:
                if position + 2 > len(data):
                    return bytes(found)
                reference = data[position] << 8 | data[position + 1]
                position += 2
                offset, length = reference >> 4, (reference & 15) + 2
                if offset == write:
                    return bytes(found)
                run = length
            else:
                if position >= len(data):
                    return bytes(found)
                run = 0
            for step in range(run or 1):
                byte = window[(offset + step) & 4095] if run else data[position]
                window[write] = byte
                write = (write + 1) & 4095
                found.append(byte)
            position += not run
    return bytes(found[:size])


_TOKEN: Final = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\([^a-zA-Z'])|([{}])"
    rb"|[\r\n]+|([^\\{}\r\n]+)|\\"
)
_SKIPPED: Final = frozenset(
    b"fonttbl colortbl stylesheet info pict object header footer generator listtable xmlnstbl".split()
)
_MEANING: Final = {b"par": "\n", b"line": "\n", b"tab": "\t", b"cell": "\t", b"row": "\n", b"emdash": "—",
                   b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”",
                   b"bullet": "•"}  # fmt: skip


def plain_text(rtf: bytes) -> str:
    """The words of it. HTML wrapped into RTF (MS-OXRTFEX) loses its tags and stays readable."""
    found: list[str] = []
    waiting = bytearray()  # bytes in the document's charset
    page = "cp1252"
    stack: list[tuple[bool, int]] = []
    skipped, unicode_skip, to_skip, in_rtf = False, 1, 0, False

    def settle() -> None:
        if waiting:
            found.append(charsets.decode(bytes(waiting), page).text)
            waiting.clear()

    for match in _TOKEN.finditer(rtf[:LONGEST]):
        hexed, word, number, symbol, brace, text = match.groups()
        if brace == b"{":
            stack.append((skipped, unicode_skip))
        elif brace == b"}":
            skipped, unicode_skip = stack.pop() if stack else (False, 1)
        elif symbol == b"*":
            skipped = True
        elif word == b"htmlrtf":
            in_rtf = number != b"0"
        elif word == b"ansicpg":
            page = charsets.known(f"cp{int(number or 1252)}") or page
        elif word == b"uc":
            unicode_skip = min(int(number or 1), 8)
        elif word in _SKIPPED:
            skipped = True
        elif skipped or in_rtf:
            continue
        elif word == b"u" and number:
            settle()
            found.append(chr(int(number) & 0xFFFF))
            to_skip = unicode_skip
        elif word in _MEANING:
            settle()
            found.append(_MEANING[word])
        elif hexed or symbol or text:
            if to_skip and hexed:
                to_skip -= 1
                continue
            piece = bytes([int(hexed, 16)]) if hexed else text or _symbol(symbol)
            waiting += piece[to_skip:]
            to_skip = 0
    settle()
    joined = "".join(found)
    return joined.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _symbol(symbol: bytes) -> bytes:
    return {b"~": b" ", b"_": b"-", b"-": b""}.get(symbol, symbol)
