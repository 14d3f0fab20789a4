"""The fields at the top of a mail or a part, read from bytes in whatever state they are.

A field that has lost its colon, lines that have lost their indent and a body that follows without a blank
line look much alike; what tells them apart is whether more fields that we know come after them.
"""

import re
from typing import Final, NamedTuple

LONGEST: Final = 8 << 20  # bytes of one block; what is beyond is body

_LINE: Final = re.compile(
    rb"((?:[^\r\n]+(?:\r(?!\r{0,2}\n|[ \t\r]|[!-9;-~]{1,70}[ \t]{0,9}:)[^\r\n]+)*)?)(\r{0,3}\n|\r|\Z)"
)
_FIELD: Final = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*")
_BLANK: Final = re.compile(rb"\n[ \t]{0,99}\r{0,3}\n|\r\r(?!\n)")
_NAME: Final = re.compile(rb"(?<![^\r\n])([!-9;-~]{1,70})[ \t]{0,9}:")
_MBOX: Final = re.compile(rb">?From [^\r\n]*\d\d:\d\d")
_BARE: Final = re.compile(rb"(from|to|cc|subject|date|message-id|content-type)[ \t]+(?=\S)", re.I)
_LEADING: Final = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t\0]{0,200}(?:\r{0,3}\n|\r))*")

_KNOWN: Final = frozenset(
    b"from to cc bcc subject date sender reply-to return-path received message-id in-reply-to references"
    b" mime-version delivered-to precedence auto-submitted importance priority x-mailer user-agent comments"
    b" keywords organization errors-to disposition-notification-to status authentication-results"
    b" dkim-signature resent-from resent-to resent-date resent-message-id thread-topic thread-index lines"
    b" envelope-to newsgroups followup-to list-id list-unsubscribe list-post list-help mailing-list".split()
)
_KINDS: Final = (
    b"content-",
    b"x-",
    b"list-",
    b"resent-",
    b"arc-",
    b"received-",
    b"authentication-",
)


class Field(NamedTuple):
    name: str  # lower case
    value: bytes  # with its folds


class Block(NamedTuple):
    fields: list[Field]
    body: int  # where it begins
    problems: list[str]


def is_known(name: bytes) -> bool:
    low = name.lower()
    return low in _KNOWN or low.startswith(_KINDS)


def read_block(raw: bytes, start: int, end: int, top: bool = False) -> Block:
    problems: list[str] = []
    position = start
    if top:
        position = _LEADING.match(raw, start, end).end()  # type: ignore[union-attr]
        if position > start:
            problems.append("leading-blank-lines")
    found: list[tuple[bytes, list[bytes]]] = []
    last_known = -1  # where the last field we know begins; looked for when there is reason to
    limit = min(end, position + LONGEST)
    first = position
    while position < limit:
        line = _LINE.match(raw, position, limit)
        assert line is not None  # it matches anything
        text = line[1]
        after = line.end()
        if not text:
            return _finished(raw, found, first, after, problems, top)
        field = _FIELD.match(text) if text[0] not in b" \t" else None
        if field:
            found.append((field[1], [text[field.end() :]]))
        elif text[0] in b" \t\0" and (found or not text.strip(b" \t\0")):
            if not text.strip(b" \t\0") and not _goes_on(raw, after, limit):
                return _finished(raw, found, first, after, problems, top)
            if found:
                found[-1][1].append(text)
        elif _MBOX.match(text) or (not found and text.startswith((b"From ", b">From "))):
            problems.append("mbox-line")
        else:
            if last_known < 0:
                last_known = _last_known(raw, after, limit)
            if last_known <= position:
                problems.append("blank-line-missing")
                return _finished(raw, found, first, position, problems, top)
            bare = _BARE.match(text)
            shifted = _FIELD.match(text.lstrip(b" \t"))
            if shifted:
                found.append((shifted[1], [text.lstrip(b" \t")[shifted.end() :]]))
            elif bare and not any(name.lower() == bare[1].lower() for name, _ in found):
                problems.append("colon-missing")
                found.append((bare[1], [text[bare.end() :]]))
            elif found:
                problems.append("indent-missing")
                found[-1][1].append(b" " + text)
        position = after
    return _finished(raw, found, first, limit, problems, top)


def _goes_on(raw: bytes, position: int, limit: int) -> bool:
    """After a line of nothing but blanks: is this still the header?"""
    line = _LINE.match(raw, position, limit)
    if not line or not line[1].strip():
        return False
    field = _FIELD.match(line[1])
    return is_known(field[1]) if field else line[1][0] in b" \t"


def _last_known(raw: bytes, position: int, limit: int) -> int:
    blank = _BLANK.search(raw, position, limit)
    end = blank.start() if blank else limit
    known = (one.start() for one in _NAME.finditer(raw, position, end) if is_known(one[1]))
    return max(known, default=0)


def _finished(
    raw: bytes,
    found: list[tuple[bytes, list[bytes]]],
    first: int,
    body: int,
    problems: list[str],
    top: bool,
) -> Block:
    if found and not any(is_known(name) for name, _ in found):
        # Words before a colon make no header: "Hello: ..." begins a text.
        return Block([], first, [*problems, "no-header"])
    if not found and body > first and top:
        body = first if "mbox-line" not in problems else body
        problems.append("no-header")
    fields = [Field(name.decode("ascii").lower(), b"\n".join(lines)) for name, lines in found]
    if any(b"\0" in field.value for field in fields):
        problems.append("nul-bytes")
        fields = [Field(name, value.replace(b"\0", b"")) for name, value in fields]
    return Block(fields, body, problems)


# Fields with parameters: Content-Type and Content-Disposition.

_PARAMETER: Final = re.compile(
    rb"""[;\s]*([A-Za-z0-9_.!#$%&'+^`{|}~*-]{1,80})\s{0,50}=\s{0,50}"""
    rb"""(?:"((?:[^"\\]|\\.)*)"|"([^;\r\n]*)|([^;]*))""",
    re.DOTALL,
)
_NEXT: Final = re.compile(
    rb"[ \t\r\n]+(?=(?:charset|name|filename|boundary|format|delsp|type|size)\*?[\d*]*\s?=)", re.I
)
_RUN: Final = re.compile(rb"[ \t\r\n]{2,}")
_COMMENT: Final = re.compile(rb"\([^()]*\)")
_ESCAPE: Final = re.compile(rb'\\(["\\])')
_LATE_COMMENT: Final = re.compile(rb"(\.\w{1,5})\s+\([^()]*\)\s*\Z")


def split_parameters(value: bytes) -> tuple[bytes, dict[str, bytes]]:
    """The main value in lower case without comments, and the first parameter of each name as sent."""
    # Long runs of blanks would be looked at again and again.
    value = _RUN.sub(lambda run: b"\n " if b"\n" in run[0] else b" ", value)
    main, separator, rest = value.partition(b";")
    parameters: dict[str, bytes] = {}
    if not separator or b"=" in main:
        # The first semicolon was forgotten, or even the value itself.
        words = main.split(None, 1)
        if words and b"=" in words[0] and b"/" not in words[0].split(b"=")[0]:
            main, rest = b"", value
        elif len(words) == 2 and b"=" in words[1] and b"(" not in words[1].split(b"=")[0]:
            main, rest = words[0], words[1] + separator + rest
    position = 0
    while position < len(rest):
        match = _PARAMETER.match(rest, position)
        if not match:
            following = rest.find(b";", position)
            if following < 0:
                break
            position = following + 1
            continue
        name = match[1].decode("ascii").lower()
        position = match.end()
        if match[2] is not None:
            text = _ESCAPE.sub(rb"\1", match[2]) if b"\\" in match[2] else match[2]
            if rest[position - 1 : position] == b'"' and position < len(rest):
                position = _after_quote(rest, position)
        elif match[3] is not None:
            text = match[3].strip()
        else:
            text = match[4]
            if more := _NEXT.search(text):
                position = match.start(4) + more.end()
                text = text[: more.start()]
            text = text.strip()
            if not name.startswith(("name", "filename", "boundary")):
                text = _COMMENT.sub(b"", text).strip()
            else:
                text = _LATE_COMMENT.sub(rb"\1", text)
        parameters.setdefault(name, text)
    return _COMMENT.sub(b"", main).strip().lower(), parameters


def _after_quote(rest: bytes, position: int) -> int:
    following = rest.find(b";", position)
    between = rest[position : following if following >= 0 else len(rest)]
    if b"=" in between:
        return position  # the semicolon was forgotten
    return following if following >= 0 else len(rest)
