"""What a mail says and which files come with it: the body chosen among alternatives and joined in order.

Every part ends up in exactly one of two places. A text without a name that stands in the mail is body; all
else is a file. A body that has a plain form with words in it is taken in that form, else from its HTML.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from channels.email import calendar, charsets, names, rtf, smime, tnef, transfer
from channels.email.encoded import text_of
from channels.email.enriched import from_enriched, from_richtext
from channels.email.flowed import unflowed
from channels.email.html import to_text
from channels.email.mail import Attached
from channels.email.tree import Builder, Part

_READABLE: Final = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext"})
_SIGNED: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_TNEF: Final = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
# The same words once more for a watch, or for pages with scripts.
_OTHER_FORMS: Final = frozenset({"text/x-amp-html", "text/watch-html"})
_META: Final = re.compile(rb"<meta[^>]{0,200}charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.I)
_MARKUP: Final = re.compile(
    r"\s{0,200}(?:<!doctype html|<html[\s>]|<\?xml[^>]{0,100}>\s*<html)", re.I
)
_LINE_END: Final = re.compile(r"\r{0,3}\n|\r")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff]")

# All that some programs put into the plain form.
_NO_WORDS: Final = re.compile(
    r"html[- ]?(?:e-?mail|message|format|version|capable|compatible|only|enabled|view|formatiert)"
    r"|(?:in|im|en|au|w|v|в) (?:the )?(?:format[oe]?|формате)?\s?html"
    r"|(?:not|n't|unable to) (?:\w+ ){0,3}(?:support|display|show|view|read|render)[^.\n]{0,40}html"
    r"|не (?:поддерживает|может)[^.\n]{0,60}html|kein(?:e|en)? html|unterst.tzt[^.\n]{0,40}html"
    r"|(?:ne (?:prend|supporte|peut|permet) pas|no (?:soporta|admite|puede|permite)|n.o suporta"
    r"|non (?:supporta|visualizza|.))[^.\n]{0,60}html|geen html|obs.uguje[^.\n]{0,40}html"
    r"|不支持[^。\n]{0,20}html|html\s?(?:格式|邮件|郵件|メール|形式)",
    re.I,
)


@dataclass(slots=True)
class Said:
    """A stretch of the body in one or both of its forms."""

    plain: str | None = None
    html: str | None = None

    def text(self) -> str:
        if self.html is None or (self.plain and not self._only_excuses()):
            return self.plain or ""
        return to_text(self.html) or self.plain or ""

    def _only_excuses(self) -> bool:
        plain = self.plain or ""
        return (
            len(plain) < 400 and bool(_NO_WORDS.search(plain)) and len(self.html or "") > len(plain)
        )


@dataclass(slots=True)
class Gatherer:
    problems: list[str]
    builder: Builder
    hint: str = ""  # the charset of the body, for names that declare none
    files: list[Attached] = field(default_factory=list)
    spare: list[Said] = field(
        default_factory=list
    )  # said in a form that only counts when there is no other

    def body(self, top: Part) -> tuple[str, str | None]:
        said = [one for one in self._gather(top, None) if one.plain or one.html]
        if not any(one.text() for one in said):
            said += self.spare
        texts: list[str] = []
        for one in said:
            text = tidy(one.text())
            # Some send the same words as text and as HTML without saying that these are alternatives.
            if text and not (one.plain is None and texts and _same(texts[-1], text)):
                texts.append(text)
        html = [one.html for one in said if one.html]
        return "\n\n".join(texts), "\n".join(html) if html else None

    def _gather(self, part: Part, parent: Part | None) -> list[Said]:
        if part.parts:
            if part.type == "multipart/alternative":
                return self._alternative(part)
            if part.type == "multipart/related":
                return self._related(part)
            return [said for child in part.parts for said in self._gather(child, part)]
        if part.type.startswith("multipart/"):
            return []
        return self._leaf(part, parent)

    def _alternative(self, part: Part) -> list[Said]:
        forms = [
            [one for one in self._gather(child, part) if one.plain or one.html]
            for child in part.parts
        ]
        plain = next(
            (form for form in forms if any((one.plain or "").strip() for one in form)), None
        )
        html = next((form for form in reversed(forms) if any(one.html for one in form)), None)
        if plain is None and html is None:
            return []
        source = "\n".join(one.html for one in html if one.html) if html else None
        words = "\n\n".join(filter(None, (tidy(one.text()) for one in plain))) if plain else None
        return [Said(words, source)]

    def _related(self, part: Part) -> list[Said]:
        start = part.parameters.get("start", b"").strip(b"<> ")
        root = next(
            (c for c in part.parts if start and c.field("content-id").strip(b"<> \t\r\n") == start),
            None,
        )
        if root is None or not _is_text(root):
            root = next((child for child in part.parts if _is_text(child)), None)
        found = []
        for child in part.parts:
            if child is root or child.type.startswith("multipart/"):
                found += self._gather(child, part if child is not root else None)
            else:
                self._file(child)
        return found

    def _leaf(self, part: Part, parent: Part | None) -> list[Said]:
        name = names.given_name(part, self.hint)
        if part.type in _OTHER_FORMS and parent is not None and not name:
            return []
        if part.type in _SIGNED and (inner := smime.signed_content(part.content())):
            return self._gather(self.builder.build(inner, 0, len(inner), 1), None)
        if part.type in _TNEF or name.lower() in ("winmail.dat", "win.dat"):
            if self._tnef(part):
                return []
        elif self._is_body(part, parent, name):
            return self._text(part)
        elif part.type == "text/calendar":
            self.spare.append(Said(calendar.readable(self._decoded(part, part.content()))))
        elif part.type in _READABLE and not part.disposition.startswith("attachment"):
            # Some name the text itself, text_0.txt: the body where there is no other.
            self.spare += self._text(part)
        self._file(part, name)
        return []

    def _is_body(self, part: Part, parent: Part | None, name: str) -> bool:
        if not part.type.startswith("text/"):
            return False
        if part.disposition.startswith("attachment"):
            return False if parent or name else part.type in _READABLE
        if part.type not in _READABLE:
            # RFC 2046 § 4.1.4: an unknown kind of text is read as plain, where nothing else can be meant.
            return parent is None and not name and part.type != "text/calendar"
        return (
            not name
            or parent is None
            or (parent.type == "multipart/alternative" and not part.disposition)
        )

    def _text(self, part: Part) -> list[Said]:
        data, after = part.content(), b""
        if part.encoding == "base64":
            held = bytes(part.held)
            if not transfer.is_base64(held):
                self.problems.append("base64-invalid")
                data = held
            elif (end := transfer.base64_end(held)) < len(held):
                data, after = transfer.base64(held[:end]), held[end:]
        if b"begin" in data and part.type == "text/plain":
            data = self._without_uu(data)
        text = self._decoded(part, data)
        if after:
            text += "\n" + charsets.decode(after, self.hint).text
        if part.type == "text/html" or (part.type == "text/plain" and _MARKUP.match(text)):
            return [Said(html=_LINE_END.sub("\n", text).replace("\0", ""))]
        text = _LINE_END.sub("\n", text) if "\r" in text else text
        if part.type == "text/enriched":
            text = from_enriched(text)
        elif part.type == "text/richtext":
            text = from_richtext(text)
        elif part.parameters.get("format", b"").strip().lower() == b"flowed":
            text = unflowed(text, part.parameters.get("delsp", b"").strip().lower() == b"yes")
        return [Said(tidy(text))]

    def _decoded(self, part: Part, data: bytes) -> str:
        label = part.charset
        if (
            not charsets.known(label)
            and part.type == "text/html"
            and (meta := _META.search(data, 0, 4000))
        ):
            label = meta[1].decode("latin-1")
        text, charset, problem = charsets.decode(data, label, self.hint)
        if problem:
            self.problems.append(problem)
        self.hint = self.hint or (charset if charset not in ("ascii", "utf-8", "utf-8-sig") else "")
        return text

    def _without_uu(self, data: bytes) -> bytes:
        kept, position = [], 0
        while begin := transfer.uu_begin(data, position):
            content, after = transfer.uu_read(data, begin.end())
            name = names.safe(text_of(begin[1])) or "attachment.bin"
            self.files.append(
                Attached(filename=name, content_type="application/octet-stream", held=content)
            )
            kept.append(data[position : begin.start()])
            position = max(after - 1, position + 1) if data[after - 1 : after] == b"\n" else after
        return b"".join(kept) + data[position:]

    def _file(self, part: Part, name: str = "") -> None:
        held: bytes | memoryview = part.held
        encoding = part.encoding
        if part.type in ("message/rfc822", "message/global"):
            content = (
                transfer.decoded(held[:200_000], encoding) if encoding else bytes(held[:100_000])
            )
            name = name or names.message_name(content)
        id = text_of(part.field("content-id")).strip("<> ")
        self.files.append(
            Attached(
                filename=name or names.name_of(part, self.hint),
                content_type=part.type,
                held=held,
                encoding=encoding,
                content_id=id or None,
            )
        )

    def _tnef(self, part: Part) -> bool:
        inside = tnef.opened(part.content())
        if inside is None:
            self.problems.append("tnef-unreadable")
            return False
        words = inside.plain or (
            rtf.plain_text(inside.rtf) if inside.rtf and not inside.html else ""
        )
        if words or inside.html:
            self.spare.append(Said(words or None, inside.html or None))
        for file in inside.files:
            self.files.append(
                Attached(
                    filename=file.name,
                    content_type=file.type or "application/octet-stream",
                    held=file.content,
                    content_id=file.content_id,
                )
            )
        return True


def _is_text(part: Part) -> bool:
    return part.type.startswith("multipart/") or (
        part.type in _READABLE and not part.disposition.startswith("attachment")
    )


def _same(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())


def tidy(text: str) -> str:
    """Lines end with "\\n" and without blanks, but for the mark of a signature, "-- "."""
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    text = _CONTROL.sub("", text.replace("\f", "\n"))
    lines = [line if line == "-- " else line.rstrip(" \t") for line in text.split("\n")]
    return "\n".join(lines).strip("\n").rstrip(" \t\n\xa0")
