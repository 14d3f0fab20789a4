"""Header fields of what we send: encoded, folded, and never more lines than were meant.

The standard library's folding turns long identifiers into encoded-words that no mail program takes for
identifiers, so these few fields are written here.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import quote

from channels.clean import clean
from channels.email.envelope import on_the_wire

LONGEST_LINE: Final = 998  # bytes without CRLF (RFC 5322 § 2.1.1)
LONGEST_TEXT: Final = 250  # characters of a subject or name
_FOLD: Final = "\r\n "
_WORD: Final = (
    39  # bytes in one encoded-word: with "Subject: " the line stays under 76 (RFC 2047 § 2)
)
_PIECE: Final = 60  # characters of a file name in one piece (RFC 2231 § 3)
_SPACES: Final = re.compile(r"\s+")
_ID: Final = re.compile(r"[!-;=?-~]{1,900}")
_PHRASE: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


def one_line(text: str, longest: int = LONGEST_TEXT) -> str:
    """What a person or another program wrote, as it may stand in a field."""
    line = _SPACES.sub(" ", clean(text)).strip()
    return line if len(line) <= longest else line[: longest - 1] + "…"


def unstructured(text: str) -> str:
    """For Subject and the like."""
    line = one_line(text)
    if not line.isascii() or "=?" in line:
        return _encoded_words(line)
    return _FOLD.join(_lines(line.split(" ")))


def mailbox(name: str, address: str) -> str:
    """`Name <address>`. Raises Undeliverable when the address is none."""
    name, address = one_line(name, 120), on_the_wire(address)
    if not name:
        return address
    if not name.isascii() or "=?" in name:
        phrase = _encoded_words(name)
    elif _PHRASE.fullmatch(name):
        phrase = name
    else:
        phrase = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    # Some programs cut a line that is only just too long, so the name may have one for itself.
    return f"{phrase}{' ' if len(phrase) + len(address) < 60 else _FOLD}<{address}>"


def is_id(given: str) -> bool:
    return _ID.fullmatch(given) is not None


def ids(nearest_first: Iterable[str]) -> str:
    """The value of References, oldest first. A thread too long for a line keeps the message that began it
    and the latest (RFC 5322 § 3.6.4 leaves that to us). Empty when there are none."""
    found = [f"<{one}>" for one in dict.fromkeys(_bare(nearest_first)) if is_id(one)]
    if not found:
        return ""
    *nearer, first = found
    room = LONGEST_LINE - len(first)
    kept: list[str] = []
    for one in nearer:
        room -= len(one) + 1
        if room < 0:
            break
        kept.append(one)
    return _FOLD.join([first, *reversed(kept)])


def _bare(given: Iterable[str]) -> Iterator[str]:
    return (one.strip().removeprefix("<").removesuffix(">") for one in given)


def file_name(name: str) -> str:
    """The parameter of Content-Disposition, folded (RFC 2231)."""
    name = one_line(name.replace("/", "_").replace("\\", "_"), 150) or "file"
    if name.isascii() and len(name) <= _PIECE:
        return ';{}filename="{}"'.format(_FOLD, name.replace('"', "'"))
    coded = [quote(letter, safe="") for letter in name]
    first, *rest = _packed(coded, _PIECE)
    if not rest:
        return f";{_FOLD}filename*=UTF-8''{first}"
    more = "".join(f";{_FOLD}filename*{n}*={piece}" for n, piece in enumerate(rest, 1))
    return f";{_FOLD}filename*0*=UTF-8''{first}{more}"


def _lines(words: Sequence[str]) -> Iterator[str]:
    line = ""
    for word in words:
        if line and len(line) + 1 + len(word) > 66:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _encoded_words(text: str) -> str:
    """Base64, so that no letter of any script is cut in two."""
    words: list[str] = []
    for piece in _packed([*text], _WORD):
        words.append(f"=?utf-8?b?{b64encode(piece.encode()).decode()}?=")
    return _FOLD.join(words)


def _packed(letters: Iterable[str], most: int) -> Iterator[str]:
    """Letters joined to pieces of at most so many bytes."""
    piece, size = "", 0
    for letter in letters:
        length = len(letter.encode())
        if piece and size + length > most:
            yield piece
            piece, size = "", 0
        piece, size = piece + letter, size + length
    yield piece
