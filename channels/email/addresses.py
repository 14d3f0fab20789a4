"""Addresses as people and programs write them: RFC 5322 with its obsolete forms, and what breaks it."""

import re
from typing import Final

from channels.email import charsets
from channels.email.encoded import one_line, words
from channels.email.mail import Address

LONGEST: Final = 2 << 20  # bytes of a field
MOST: Final = 120_000  # words and signs of a field, enough for 15,000 recipients
LONGEST_NAME: Final = 2_000

_TOKEN: Final = re.compile(
    r"""(?P<word>=\?[^?\s]{1,75}\?[BbQq]\?[^?]{0,1000}\?=)"""
    r"""|(?P<angle><[^<>"]{0,2000}>|<(?:"[^"<>]{0,500}"|[^<>"]){0,2000}>)"""
    r"""|(?P<open><[^<>,;\s]*)"""
    r"""|(?P<blank>\s+)"""
    r"""|(?P<special>[",;:()])"""
    r"""|(?P<text>(?:[^\s<>",;:()=]|=(?!\?))+)"""
    r"""|(?P<other>.)""",
    re.DOTALL,
)
_CLOSED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_PARENTHESIS: Final = re.compile(r"\\.|[()]", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_BARE: Final = re.compile(
    r'(?:"[^"\r\n]{1,100}"|[^\s<>()\[\],;:"@]{1,200})@[^\s<>()\[\],;:"]{1,255}'
)
_LITERAL: Final = re.compile(r"[^\s<>()\[\],;:\"@]{1,200}@\[[^\s\]]{1,100}\]")
_AT: Final = re.compile(r"(?<=\S) at (?=\S+\Z)")
_GLUED: Final = re.compile(r"@[^<>\s]{1,255}>\s{0,9}[,;]\s{0,9}\Z")
_NOBODY: Final = re.compile(
    r"(?:undisclosed|unlisted|hidden|no)[- _]?(?:to[- _])?recipients?\b", re.I
)
_NEEDLESS: Final = re.compile(r"\\([^\w\s])")
_BRACKETED: Final = re.compile(r"[\[<(]?\s*(?:mailto|smtp)\s*:\s*", re.I)


def read_addresses(value: bytes, hint: str = "") -> tuple[Address, ...]:
    """Every mailbox of a field, groups opened. One without any address has its name alone."""
    value = value[:LONGEST]
    text = value.decode("ascii") if value.isascii() else charsets.decode(value, hint=hint).text
    reader = _Reader(text)
    return tuple(found for found in reader.read() if found.address or found.name)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Address] = []
        self.grouped = text.count(";")
        self.quotes = True  # a quote or bracket that never closes is looked for only once
        self.comments = True
        self._clear()

    def _clear(self) -> None:
        self.phrase: list[str] = []
        self.angle: str | None = None
        self.notes: list[str] = []
        self.has_at = False

    def read(self) -> list[Address]:
        position = 0
        text = self.text
        for _ in range(MOST):
            match = _TOKEN.match(text, position)
            if not match:
                break
            position = match.end()
            kind, sign = match.lastgroup, match[0]
            if kind == "angle" or kind == "open":
                self._angle(sign)
            elif kind == "special":
                position = self._special(sign, position)
            else:
                self._text(sign)
        self._finish()
        return self.found

    def _angle(self, sign: str) -> None:
        inner = sign.strip("<> \t\r\n")
        if self.angle and inner:
            if "@" in inner and "@" not in self.angle:
                self.phrase.append(self.angle)  # <name> <address>
                self.angle = inner
                return
            self._finish()  # the comma between two got lost
        self.angle = self.angle or inner
        self.has_at = True

    def _text(self, sign: str) -> None:
        if sign in "<>":
            return
        if "@" in sign and not sign.startswith("=?"):
            self.has_at = True
        self.phrase.append(sign)

    def _special(self, sign: str, position: int) -> int:
        if sign == '"':
            closed = _CLOSED.match(self.text, position - 1) if self.quotes else None
            if not closed:
                self.quotes = False
                return position
            if _GLUED.search(closed[1][-300:]):
                return position  # it closes where the next name opens
            inner = _ESCAPE.sub(r"\1", closed[1]) if "\\" in closed[1] else closed[1]
            if self.text[closed.end() : closed.end() + 1] == "@":
                self.phrase.append(closed[0])  # a quoted local part
            else:
                self.phrase.append(inner)
            return closed.end()
        if sign == "(":
            end = self._comment_end(position) if self.comments else -1
            if end < 0:
                self.comments = False
                self.phrase.append("(")
                return position
            note = self.text[position : end - 1][:LONGEST_NAME]
            self.notes.append(_ESCAPE.sub(r"\1", note) if "\\" in note else note)
            return end
        if sign == ",":
            # No address so far: the comma is in a name, "Doe, John <john@…>".
            if self.has_at:
                self._finish()
            elif self.phrase:
                self.phrase.append(",")
        elif sign == ";":
            self.grouped -= 1
            self._finish()
        elif sign == ":":
            name = "".join(self.phrase).strip()
            if name.lower() in ("mailto", "smtp") or (self.grouped > 0 and not self.has_at):
                self._clear()
            else:
                self.phrase.append(":")
        else:
            self.phrase.append(sign)
        return position

    def _comment_end(self, position: int) -> int:
        depth = 1
        for match in _PARENTHESIS.finditer(self.text, position):
            if match[0] == "(":
                depth += 1
            elif match[0] == ")":
                depth -= 1
                if not depth:
                    return match.end()
        return -1

    def _finish(self) -> None:
        phrase, angle, notes = "".join(self.phrase).strip()[:LONGEST_NAME], self.angle, self.notes
        self._clear()
        name = _name(phrase)
        if angle is not None:
            address = clean_address(angle)
            if _NOBODY.match(address):
                return
            if "@" not in address and (inside := _inside(name)):
                name, address = inside[0] or address, inside[1]  # "ann@example.org <Ann>"
            note = _name(" ".join(notes))
            self.found.append(Address(address, _unquoted(name or note)))
            return
        if not phrase and not notes:
            return
        self.found.extend(_bare(phrase, name, _name(" ".join(notes))))


def _name(phrase: str) -> str:
    if "=?" in phrase:
        phrase = words(phrase.encode("utf-8", "replace"))
    return one_line(_NEEDLESS.sub(r"\1", phrase) if "\\" in phrase else phrase)


def _unquoted(name: str) -> str:
    """Outlook puts names in single quotes, others put quotes inside of encoded-words."""
    for quote in "\"'":
        if len(name) > 1 and name[0] == quote == name[-1]:
            name = name[1:-1].strip()
    return name.strip(" ,") if not name.endswith(",") else name.rstrip(" ,")


def _inside(name: str) -> tuple[str, str] | None:
    """An address in the midst of words, and the words without it."""
    match = _LITERAL.search(name) or _BARE.search(name)
    if not match:
        return None
    rest = name[: match.start()] + " " + name[match.end() :]
    rest = _BRACKETED.sub(" ", rest).strip(" <>[]()\t,;")
    return one_line(rest), clean_address(match[0])


def _bare(phrase: str, name: str, note: str) -> list[Address]:
    """No angle brackets: old forms with the name in a comment, several addresses, or no address at all."""
    found = list(_BARE.finditer(phrase))
    if len(found) > 1 and "".join(phrase.split()) == "".join(match[0] for match in found):
        return [Address(clean_address(match[0])) for match in found]
    if inside := _inside(name if "=?" in phrase else re.sub(r"\s*@\s*", "@", name)):
        rest, address = inside
        return [Address(address, _unquoted(rest or note))]
    if "@" in name and " " not in name:
        return [Address(clean_address(name), _unquoted(note))]
    if _NOBODY.match(name):
        return []
    if name and " " not in name and name.isascii() and "=?" not in phrase:
        return [Address(clean_address(name), _unquoted(note))]  # "root (Cron Daemon)"
    return [Address("", _unquoted(name or note))]


def clean_address(text: str) -> str:
    """Without routes, blanks and a dot at the end; the domain, which knows no case, in lower case."""
    if "=?" in text:
        text = words(text.encode("utf-8", "replace"))
    text = one_line(text).strip("<>'` \t,;").removeprefix("[").strip()
    if _BRACKETED.match(text):
        text = _BRACKETED.sub("", text, count=1).rstrip("]> ")
    if text.startswith("@") and ":" in text:
        text = text.rpartition(":")[2]  # <@relay,@relay:ann@example.org>
    local, at, domain = _AT.sub("@", text).rpartition("@")
    if not at:
        return text
    if not local.startswith('"'):
        local = local.replace(" ", "")
    domain = domain.replace(" ", "").rstrip(".").lower()
    return f"{local}@{domain}"


def first_address(value: bytes, hint: str = "") -> Address:
    """Whom a From field names: its first mailbox with an address, else its first."""
    found = read_addresses(value, hint)
    return next((one for one in found if "@" in one.address), found[0] if found else Address(""))


# Ids.

_ID: Final = re.compile(r"<([^<>]*)>?")
_NOTE: Final = re.compile(r"\([^()]*\)")


def read_ids(value: bytes) -> tuple[str, ...]:
    """The message ids of a field, in order, without angle brackets, comments and the folds within."""
    text = words(value) if b"=?" in value else value.decode("utf-8", "replace")
    found = []
    for match in _ID.finditer(text):
        id = "".join(match[1].split()) if match[0].endswith(">") else match[1].split(None, 1)[0:1]
        id = id if isinstance(id, str) else "".join(id)
        if id.strip(","):
            found.append(id.strip(","))
    if not found:
        plain = _NOTE.sub(" ", text).replace(">", " ").replace('"', " ").replace(",", " ").split()
        found = [word for word in plain if "@" in word] or plain[:1] * (len(plain) == 1)
    return tuple(dict.fromkeys(found))


def answered_id(value: bytes) -> str:
    """The id of In-Reply-To, which programs once put words into: "message from Ann <a@b> of … <id>"."""
    found = read_ids(value)
    if len(found) > 1 and not value.lstrip().startswith(b"<"):
        return found[-1]
    return found[0] if found else ""
