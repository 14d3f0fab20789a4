"""The MIME tree of a mail: parts as spans of the raw bytes, damaged or not.

Nothing is copied: a part knows where its body begins and ends. Only a multipart that was encoded as a
whole, which RFC 2045 § 6.4 forbids, has bytes of its own.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from channels.email import transfer
from channels.email.encoded import parameter
from channels.email.fields import Field, read_block, split_parameters

DEEPEST: Final = 60  # what is nested deeper stays text
MOST: Final = 10_000  # parts of one mail

_TYPE: Final = re.compile(rb"([\w!#$&^.+-]+)\s*/\s*([\w!#$&^.+'*-]+)")
_GUESS: Final = re.compile(
    rb"(?:\A|\n|\r)--([^\r\n]{1,200}?)[ \t]*(?:\r?\n|\r)(?=content-(?:type|transfer|disp)|>?from:)",
    re.I,
)
_LATE_HEADER: Final = re.compile(
    rb"\s{0,20}content-(?:type|transfer-encoding|disposition)[ \t]*:", re.I
)
_ALIASES: Final = {
    b"text": "text/plain", b"plain": "text/plain", b"html": "text/html", b"text/": "text/plain",
    b"text/text": "text/plain", b"text/htm": "text/html", b"multipart": "multipart/mixed",
    b"multipart/": "multipart/mixed", b"message": "message/rfc822", b"text/ascii": "text/plain",
    b"": "", b"mime": "", b"text/unknown": "text/plain",
}  # fmt: skip


@dataclass(slots=True)
class Part:
    raw: bytes
    start: int  # of the body
    end: int
    fields: list[Field] = field(default_factory=list)
    type: str = "text/plain"
    parameters: dict[str, bytes] = field(default_factory=dict)
    encoding: str = ""
    disposition: str = ""
    placement: dict[str, bytes] = field(default_factory=dict)  # parameters of Content-Disposition
    declared: bool = False  # it has a Content-Type we could read
    parts: list["Part"] = field(default_factory=list)

    def field(self, name: str) -> bytes:
        """The first value that says something."""
        return next(
            (one.value for one in self.fields if one.name == name and one.value.strip()), b""
        )

    @property
    def charset(self) -> str:
        """The label as sent."""
        value = self.parameters.get("charset")
        if value is None and len(self.parameters):
            return parameter(self.parameters, "charset") or ""
        return (value or b"").decode("latin-1")

    @property
    def held(self) -> memoryview:
        return memoryview(self.raw)[self.start : self.end]

    def content(self) -> bytes:
        return transfer.decoded(self.held, self.encoding)


@dataclass(slots=True)
class Builder:
    problems: list[str]
    count: int = 0

    def build(
        self, raw: bytes, start: int, end: int, depth: int = 0, default: str = "text/plain"
    ) -> Part:
        self.count += 1
        block = read_block(raw, start, end, top=depth == 0)
        if not block.fields and depth and (late := _LATE_HEADER.match(raw, block.body, end)):
            # An empty line came between the boundary and the header.
            begin = block.body + len(late[0]) - len(late[0].lstrip())
            block = read_block(raw, begin, end)
            self.problems.append("blank-line-before-header")
        self.problems += block.problems
        part = Part(raw, block.body, end, block.fields, default)
        self._describe(part)
        if part.type.startswith("multipart/"):
            self._split(part, depth)
        return part

    def _describe(self, part: Part) -> None:
        if value := part.field("content-type"):
            main, part.parameters = split_parameters(value)
            if match := _TYPE.match(main):
                main = match[1] + b"/" + match[2]
                part.declared = True
            part.type = _ALIASES.get(main) or (main.decode("latin-1") if match else part.type)
            if not match and main not in _ALIASES:
                self.problems.append("content-type-invalid")
        part.encoding = encoding_of(part.field("content-transfer-encoding"))
        if part.encoding == "unknown":
            part.encoding = ""
            self.problems.append("encoding-unknown")
        if value := part.field("content-disposition"):
            main, part.placement = split_parameters(value)
            part.disposition = main.decode("latin-1").strip('"')

    def _split(self, part: Part, depth: int) -> None:
        boundary = part.parameters.get("boundary", b"").rstrip()
        if not boundary and (whole := parameter(part.parameters, "boundary")):
            boundary = whole.encode("latin-1", "replace")
        spans = self._spans(part, boundary)
        if not spans and part.encoding in ("base64", "quoted-printable"):
            inner = transfer.decoded(part.held, part.encoding)
            whole_part = Part(inner, 0, len(inner))
            if spans := self._spans(whole_part, boundary):
                part.raw, part.start, part.end = inner, 0, len(inner)
                self.problems.append("multipart-encoded")
        if spans:
            part.encoding = ""
        elif not part.parts:
            # Nothing in it can be told apart: it is one text.
            self.problems.append("boundary-missing")
            if boundary and (end := part.raw.find(b"--" + boundary, part.start, part.end)) >= 0:
                part.end = end
            html = re.search(
                rb"<html|<body|<!doctype html", part.raw[part.start : part.start + 2000], re.I
            )
            part.type = "text/html" if html else "text/plain"
            return
        if depth >= DEEPEST:
            self.problems.append("nested-too-deep")
            part.type = "text/plain"
            return
        default = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
        for start, end in spans:
            if self.count >= MOST:
                self.problems.append("too-many-parts")
                break
            part.parts.append(self.build(part.raw, start, end, depth + 1, default))

    def _spans(self, part: Part, boundary: bytes) -> list[tuple[int, int]]:
        found = split(part.raw, part.start, part.end, boundary) if boundary else None
        if not found:
            guess = _GUESS.search(
                part.raw, max(part.start - 1, 0), min(part.end, part.start + 100_000)
            )
            if guess and (found := split(part.raw, part.start, part.end, guess[1].rstrip())):
                self.problems.append("boundary-guessed")
        if not found:
            return []
        spans, closed = found
        if not closed:
            self.problems.append("boundary-not-closed")
        return spans


def split(
    raw: bytes, start: int, end: int, boundary: bytes
) -> tuple[list[tuple[int, int]], bool] | None:
    """The spans between the lines of a boundary, and whether the last one was there."""
    mark = b"--" + boundary
    spans: list[tuple[int, int]] = []
    begun, closed = -1, False
    position = raw.find(mark, start, end)
    while position >= 0 and len(spans) < MOST:
        after = position + len(mark)
        # At the beginning of a line, with nothing after it but perhaps two hyphens and blanks.
        if position == start or raw[position - 1] in b"\r\n":
            line_end = _end_of_line(raw, after, end)
            tail = raw[after : min(line_end, after + 100)].strip()
            if tail in (b"", b"--"):
                if begun >= 0:
                    spans.append((begun, _before(raw, begun, position)))
                closed = tail == b"--"
                begun = _next_line(raw, line_end, end)
                after = line_end
                if closed and not _LATE_HEADER.match(b"\n" + raw[begun : begun + 100]):
                    # More parts may follow where programs have glued mails together; text is no part.
                    begun = -1
        position = raw.find(mark, after, end)
    if (begun >= 0 and not closed) or begun >= 0:
        spans.append((begun, end))
    return (spans, closed) if spans or closed else None


def _end_of_line(raw: bytes, position: int, end: int) -> int:
    line_feed = raw.find(b"\n", position, end)
    stop = line_feed if line_feed >= 0 else end
    carriage = raw.find(b"\r", position, stop)
    return carriage if carriage >= 0 else stop


def _next_line(raw: bytes, position: int, end: int) -> int:
    while position < end and raw[position] == 13:
        position += 1
        if raw[position : position + 1] not in (b"\r", b"\n"):
            return position
        if raw[position] == 13 and raw[position + 1 : position + 2] != b"\n":
            return position  # lines end with CR alone, and this is an empty one
    return position + 1 if position < end else end


def _before(raw: bytes, start: int, position: int) -> int:
    """The line end before a boundary belongs to it."""
    if position > start and raw[position - 1] == 10:
        position -= 1
        if position > start and raw[position - 1] == 13:
            position -= 1
    elif position > start and raw[position - 1] == 13:
        position -= 1
    return position


def encoding_of(value: bytes) -> str:
    word = re.sub(rb"\([^()]*\)|[\"';,\s]", b"", value).lower()
    if word in (
        b"",
        b"7bit",
        b"8bit",
        b"binary",
        b"7-bit",
        b"8-bit",
        b"7bits",
        b"8bits",
        b"7",
        b"8",
        b"none",
    ):
        return ""
    if b"base" in word and b"64" in word:
        return "base64"
    if b"quoted" in word or word == b"qp":
        return "quoted-printable"
    if word in (b"x-uuencode", b"uuencode", b"x-uue", b"uue", b"uuencoded", b"x-uuencoded"):
        return "uuencode"
    return "unknown" if word not in (b"x-unknown", b"unknown") else ""
