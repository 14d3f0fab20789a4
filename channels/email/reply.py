"""What is new in a mail: the writer's words, without what they answer and without signatures.

The text is walked line by line. A header ("On … wrote:", "-----Original Message-----", a block of From,
Sent, Subject) begins what is quoted: the marked lines after it, or everything when none is marked. Marked
lines are quoted wherever they stand, so answers below and between quotes stay. HTML marks with containers.

Signatures are removed where a line says that one begins ("-- "), and the footers that devices and scanners
add; "Best regards, Ann" stays: whoever writes it means it, and nothing tells it from words safely.
"""

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from channels.email import field_blocks, footers, html, introductions
from channels.email import vocabulary as words
from channels.email.dates import has_date, has_time
from channels.email.field_blocks import bare_kind, kind
from channels.email.html import Line
from channels.email.introductions import LONGEST
from channels.email.mail import Mail

WRAPPED: Final = 4  # lines that one header may be broken into
ADVERT: Final = 6  # lines of a virus scanner's at most
SIGNATURE: Final = 14  # lines of a signature at most
MOST: Final = 20_000  # lines looked at; a longer mail is a log, and all of it new


class Cut(Struct, frozen=True, kw_only=True):
    reply: str
    quoted: str  # all that was folded away, in its order
    signature: str
    rule: str  # what decided, for `firstline mail explain`


def cut(mail: Mail) -> Cut:
    lines = [part for line in _lines(mail) for part in _parted(line)]
    if len(lines) > MOST:
        return Cut(reply=mail.text.strip("\n"), quoted="", signature="", rule="too-long")
    walk = _Walk(lines, forwards=bool(_FORWARD_SUBJECT.match(mail.subject)))
    walk.walk()
    return walk.cut()


def _lines(mail: Mail) -> Sequence[Line]:
    plain = [Line(text) for text in mail.text.split("\n")]
    if mail.html is None:
        return plain
    marked = html.lines(mail.html)
    if not any(line.quoted or line.signature for line in marked):
        return plain
    if _squeezed(mail.text) == _squeezed("\n".join(line.text for line in marked)):
        return marked
    # Two versions of one mail: what only the HTML marks is found again by its words.
    quoted = {_squeezed(line.text) for line in marked if line.quoted}
    signed = {_squeezed(line.text) for line in marked if line.signature}
    own = {_squeezed(line.text) for line in marked if not line.quoted and not line.signature}
    return [
        Line(
            line.text,
            quoted=(key := _squeezed(_QUOTE.sub("", line.text))) in quoted
            and key not in own
            and bool(key),
            signature=key in signed and key not in own and bool(key),
        )
        for line in plain
    ]


def _parted(line: Line) -> Sequence[Line]:
    text = line.text
    if not 60 <= len(text) <= MOST or line.quoted or (found := introductions.within(text)) is None:
        return (line,)
    begin, end = found
    pieces = (text[:begin].rstrip(), text[begin:end], text[end:].strip())
    return [Line(piece) for piece in pieces if piece]


def _squeezed(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


# -- single lines --------------------------------------------------------------------------------

_FORWARD_SUBJECT: Final = re.compile(
    r"\s*(?:fwd?|wg|tr|rv|enc|i|vb|vs|vl|pd|fs|doorst|пер|пересл|转发|轉寄|转|轉)\s*[:：]",
    re.IGNORECASE,
)
# A bar is one unless there are more, of a table.
_QUOTE: Final = re.compile(
    r"^ {0,3}(?:>(?!.*<<\s*$)|\|(?=[ |>]|$)(?![^|]*[^|\s][^|]*\|)|»(?!.*«)|&gt;"
    r"|[A-ZА-Я]{1,3}>(?=[ >]|$))\s?"
)
# What people paste: a prompt with what they typed. Quotes of such lines are rarer than the lines.
_PROMPT: Final = re.compile(
    r"^ {0,3}>(?:>> (?:import |from \w+ import |print\(|for |def |class |\w+(?:\.\w+)*\s*[=(])"
    r"| ?(?:ping|ipconfig|ifconfig|tracert|traceroute|nslookup|dig|dir|ls|cd|sudo|apt|yum|npm|npx|pip|git"
    r"|python3?|ssh|curl|wget|net|netstat|sc|sfc|chkdsk|gpupdate|gpresult|systeminfo|whoami|hostname|type"
    r"|echo|get-\w+|set-\w+|select|show|use|exit|import|print|mysql|psql|docker|kubectl)(?:\s|$|\())",
    re.IGNORECASE,
)
_SHELL: Final = re.compile(r"\s{0,4}(?:\S{1,60}[@:~/\\]\S{0,80}[#$>]|[#$](?=\s))\s?\S")
_AMOUNT: Final = re.compile(r">=?\s?\d[\d.,]*\s?(?:[A-Za-zА-Яа-я%°]|$)")
_DELIMITER: Final = re.compile(r"^\s{0,2}(?:--|—|––|__|- ?- ?)\s*$")
_BULLET: Final = re.compile(r"\s*[-*•]\s")
_FRAMED: Final = re.compile(
    r"^[\s>]*[-_=*‐–—~─━.]{3,}(?:[^-_=*]{1,60}[-_=*‐–—~─━.]{3,}|[-_=*‐–—~─━.]{2,})\s*:?\s*$"
)
_LINE: Final = re.compile(r"\s*[-_=]{2,}\s*$")
_RULE: Final = re.compile(r"^[\s>]*[-_=*‐–—~─━.]{5,}\s*$")
_WORD: Final = re.compile(r"\w+")
_GROUPWISE: Final = re.compile(r"^>>> .{3,120}\d.{0,40}>>>\s*$")

_DASHES: Final = frozenset("-_=*─‐—–+>|")

_SEPARATOR: Final = re.compile(
    rf"^[\s>*_|]{{0,4}}[-_=*─‐—–+]{{0,60}}\s*(?:({words.ORIGINAL})|({words.FORWARDED}))[^\n]{{0,80}}$",
    re.IGNORECASE,
)
_DASHED: Final = re.compile(
    r"^\s*[-_=*─‐—–]{3,60}\s*[^\W\d_][^-_=*]{1,60}?\s*[-_=*─‐—–]{2,60}\s*:?\s*$"
)
_ABOVE: Final = re.compile(words.ABOVE, re.IGNORECASE)


def is_quote(line: Line) -> bool:
    return line.quoted or bool(_QUOTE.match(line.text))


# -- the walk ------------------------------------------------------------------------------------


class _Header(Struct, frozen=True):
    """Lines that introduce what is quoted."""

    end: int  # the first line after them
    rule: str
    forwards: bool = False
    begin: int | None = None  # of the lines that were kept, the first that belongs to it


class _Walk:
    def __init__(self, lines: Sequence[Line], *, forwards: bool) -> None:
        self.lines, self.forwards = lines, forwards
        self.ends: set[int] = set()  # lines that "On … wrote:" can end with
        every: set[str] = set()
        for at, line in enumerate(lines):
            every.update(_WORD.findall(line.text.lower()))
            self.ends.update(range(at, at + introductions.may_end(line.text)))
        unspaced = any("上" in line.text or "病" in line.text for line in lines)
        # Without one of the words in it, no line need be searched.
        self.has_marker = unspaced or not words.ABOVE_TOKENS.isdisjoint(every)
        self.has_advert = unspaced or not words.ADS_TOKENS.isdisjoint(every)
        self.kept: list[str] = []
        self.quoted: list[str] = []
        self.signed: list[str] = []
        self.rule = ""
        self.forwarded = False

    def walk(self) -> None:
        at, count = 0, len(self.lines)
        while at < count:
            line = self.lines[at]
            text = line.text
            if not text.strip() or self._is_pasted(at):
                self.kept.append(text)
                at += 1
            elif is_quote(line) and not _GROUPWISE.match(text):
                at = self._quote(at)
            elif (header := self._header(at)) is not None:
                at = self._below(at, header)
            elif line.signature or self._begins_signature(at):
                at = self._signature(at)
            else:
                self.kept.append(text)
                at += 1
        self._without_footers()

    def cut(self) -> Cut:
        reply = _trimmed(self.kept)
        if not reply and self.quoted and (self.forwarded or self.forwards):
            # Nothing was added to what was passed on, so that is what they say.
            whole = "\n".join(line.text for line in self.lines)
            return Cut(
                reply=_trimmed(whole.split("\n")), quoted="", signature="", rule="only-forwarded"
            )
        return Cut(
            reply=reply,
            quoted=_trimmed(self.quoted),
            signature=_trimmed(self.signed),
            rule=self.rule or "all-new",
        )

    # -- what is quoted

    def _mark(self, rule: str) -> None:
        self.rule = self.rule or rule

    def _rest(self, at: int) -> int:
        self.quoted += [line.text for line in self.lines[at:]]
        return len(self.lines)

    def _next(self, at: int) -> int:
        """The next line with something on it."""
        while at < len(self.lines) and not self.lines[at].text.strip():
            at += 1
        return at

    def _is_quote_at(self, at: int) -> bool:
        return at < len(self.lines) and is_quote(self.lines[at])

    def _is_pasted(self, at: int) -> bool:
        """Own words that begin with a quotation mark: what follows a shell's prompt, "> 20 MB take an
        hour", or ">From", as an mbox writes a line that begins so."""
        text = self.lines[at].text
        if text[:1] != ">" or self.lines[at].quoted:
            return False
        if _PROMPT.match(text):
            return True
        above = self.kept[-1] if self.kept else ""
        if _SHELL.match(above) or (above[:1] == ">" and any(map(_SHELL.match, self.kept[-9:]))):
            return True
        if text.startswith(">From "):
            return not self._is_quote_at(at + 1)
        return bool(_AMOUNT.match(text)) and (
            above.endswith((":", "：")) or bool(_AMOUNT.match(above))
        )

    def _quote(self, at: int) -> int:
        self._mark("marked-lines")
        end = at
        while end < len(self.lines):
            if is_quote(self.lines[end]):
                end += 1
                continue
            following = self._next(end)
            if following > end and self._is_quote_at(following):
                end = following
            elif self._overflows(end):
                end += 1
            else:
                break
        self.quoted += [line.text for line in self.lines[at:end]]
        return end

    def _overflows(self, at: int) -> bool:
        """A quoted line that was too long, its end broken off onto a line without a mark."""
        above, here = self.lines[at - 1].text, self.lines[at].text.strip()
        if not here or self.lines[at - 1].quoted or len(above) < 60 or len(here) >= 40:
            return False
        last = self._next(at + 1) != at + 1 or at + 1 >= len(self.lines)
        if not self._is_quote_at(at + 1) and not (last and here[0].islower()):
            return False
        return len(above) + len(here.split()[0]) >= 70

    def _header(self, at: int) -> _Header | None:
        line = self.lines[at]
        if len(line.text) > LONGEST and not line.header:
            return None
        return (
            (self._marker(at) if self.has_marker else None)
            or self._block(at)
            or self._separator(at)
            or self._groupwise(at)
            or self._attribution(at)
        )

    def _below(self, at: int, header: _Header) -> int:
        """After a header: the marked lines, or all that is left."""
        self._mark(header.rule)
        self.forwarded = self.forwarded or header.forwards
        if header.begin is not None:
            self.quoted += self.kept[header.begin :]
            del self.kept[header.begin :]
        self._take_back(_FRAMED, self.quoted)
        following = self._next(header.end)
        if self._is_quote_at(following) and header.rule != "reply-above":
            self.quoted += [line.text for line in self.lines[at:following]]
            return following
        return self._rest(at)

    def _take_back(self, rule: "re.Pattern[str]", into: list[str]) -> None:
        """A line of dashes right above a header or a signature belongs to it."""
        end = len(self.kept)
        while end and not self.kept[end - 1].strip():
            end -= 1
        if end and rule.match(self.kept[end - 1]):
            into += self.kept[end - 1 :]
            del self.kept[end - 1 :]

    def _writer_above(self) -> int | None:
        """Lotus Notes puts the writer's name and the time on lines of their own, above the fields."""
        above = [at for at, text in enumerate(self.kept) if text.strip()][-2:]
        if len(above) < 2:
            return None
        name, when = (self.kept[at] for at in above)
        named = len(name) <= 80 and ("/" in name or "@" in name)
        return above[0] if named and len(when) <= 60 and has_time(when) and has_date(when) else None

    def _marker(self, at: int) -> _Header | None:
        text = self.lines[at].text
        found = _ABOVE.search(text) if len(text) <= 200 else None
        if found is None:
            return None
        framed = bool(re.match(r"^\W*[-#=_*~>]{2,}", text)) or text.rstrip().endswith(
            ("#", "-", "=", "*", "~")
        )
        # Not somebody who speaks of such a line
        early = len(text) < 90 and found.start() <= 15
        return _Header(at + 1, "reply-above") if framed or early else None

    def _separator(self, at: int) -> _Header | None:
        text = self.lines[at].text.replace("&nbsp;", " ")
        stripped = text.strip()
        if stripped[:1] not in _DASHES and stripped[-1:] not in ":：":
            following = self._next(at + 1)
            if following >= len(self.lines) or kind(self.lines[following].text) is None:
                return None
        found = _SEPARATOR.match(text)
        if found is not None:
            dashed = bool(re.match(r"^[\s>*_|]{0,4}[-_=*─‐—–+]{2,}", text))
            forwards = found[2] is not None
            following = self._next(at + 1)
            block = self._block(following) if following < len(self.lines) else None
            rest = text[found.end(2 if forwards else 1) :].strip(" -_=*─‐—–+:：")
            if (
                dashed
                or block
                or (forwards and len(rest) < 80 and text.rstrip().endswith((":", "：")))
            ):
                return _Header(block.end if block else at + 1, "original-message", forwards)
            return None
        if _DASHED.match(text):
            # Words nobody told us, but a block of fields below them.
            following = self._next(at + 1)
            if following <= at + 2 and (block := self._block(following)):
                return _Header(block.end, "original-message", self.forwards)
        return None

    def _groupwise(self, at: int) -> _Header | None:
        text = self.lines[at].text
        grouped = text.startswith(">>>") and _GROUPWISE.match(text)
        return _Header(at + 1, "groupwise") if grouped else None

    def _block(self, at: int) -> _Header | None:
        """From, Sent, To, Subject, in whatever order and language."""
        if at >= len(self.lines):
            return None
        first = self.lines[at].text
        if len(first) <= LONGEST and field_blocks.is_whole(first):
            return _Header(at + 1, "field-block", self.forwards)
        if kind(first) is None:
            return self._bare_block(at)
        found: dict[str, str] = {}
        here, end, loose = at, at, 0
        while here < len(self.lines) and here - at < 24:
            text = self.lines[here].text
            field = field_blocks.field(text) if len(text) <= 4 * LONGEST else None
            if field is not None:
                name, value = field
                if name in found and name in ("from", "subject", "sent"):
                    break
                found[name] = value
                here += 1
                end, loose = here, 0
            elif not text.strip():
                # Some programs leave a line free between the fields.
                following = self._next(here)
                if (
                    following - here > 1
                    or following >= len(self.lines)
                    or kind(self.lines[following].text) is None
                ):
                    break
                here = following
            elif loose < 3 and found and not is_quote(self.lines[here]) and "subject" not in found:
                here, loose = here + 1, loose + 1  # many recipients, over several lines
            else:
                break
        ruled = bool(at) and bool(_RULE.match(self.lines[at - 1].text))
        ended = end >= len(self.lines) or not self.lines[end].text.strip()
        if not field_blocks.is_block(found, first, apart=ruled, ended=ended):
            if {"to", "subject"} <= found.keys() and (begin := self._writer_above()) is not None:
                return _Header(end, "field-block", self.forwards, begin)
            alone = found.keys() == {"from"} and "@" in found["from"]
            return _Header(end, "attribution") if alone and self._is_quote_at(end) else None
        return _Header(end, "field-block", self.forwards)

    def _bare_block(self, at: int) -> _Header | None:
        """Lotus Notes: names of fields without colons, maybe on lines of their own, below the writer
        and the time."""
        if bare_kind(self.lines[at].text) != "to" or (begin := self._writer_above()) is None:
            return None
        for here in range(at + 1, min(at + 12, len(self.lines))):
            if bare_kind(self.lines[here].text) == "subject":
                alone = "  " not in self.lines[here].text.strip()
                return _Header(here + 2 if alone else here + 1, "field-block", begin=begin)
        return None

    def _attribution(self, at: int) -> _Header | None:
        joined, end = "", at
        if self.lines[at].header:
            while end < len(self.lines) and (
                self.lines[end].header or not self.lines[end].text.strip()
            ):
                end += 1
            return _Header(end, "container")
        if self.ends.isdisjoint(range(at, at + WRAPPED)):
            return None
        for end in range(at, min(at + WRAPPED, len(self.lines))):
            line = self.lines[end]
            text = line.text.strip()
            if not text and self._only_wrote(end + 1) and introductions.has_begun(joined):
                return _Header(self._next(end) + 1, "attribution")
            if not text or (end > at and is_quote(line)) or len(joined) + len(text) > LONGEST:
                break
            if end > at and not introductions.may_go_on(joined, text):
                break
            joined = f"{joined} {text}" if joined else text
            if end not in self.ends:
                continue
            following = self._next(end + 1)
            below, last = self._is_quote_at(following), following >= len(self.lines)
            if introductions.is_attribution(joined, below, last):
                return _Header(end + 1, "attribution")
        return None

    def _only_wrote(self, at: int) -> bool:
        if at not in self.ends or at >= len(self.lines):
            return False
        return introductions.is_only_verb(self.lines[at].text)

    # -- signatures

    def _begins_signature(self, at: int) -> bool:
        text = self.lines[at].text
        if footers.is_of_list(text):
            return True
        if self.has_advert and footers.is_advert(text) and len(self._block_of_words(at)) <= ADVERT:
            return True
        if text.startswith("_" * 20) and any(
            footers.is_of_list(line.text) for line in self.lines[at + 1 : at + 4]
        ):
            return True
        if not _DELIMITER.match(text):
            return False
        below = self._block_of_words(at + 1)
        if text.strip() in ("--", "- -"):
            return len(below) <= SIGNATURE and sum(bool(_BULLET.match(one)) for one in below) < 2
        return 0 < len(below) <= 6 and all(len(one) < 80 for one in below)

    def _block_of_words(self, at: int) -> list[str]:
        """The lines up to what is quoted."""
        found: list[str] = []
        while at < len(self.lines) and len(found) <= SIGNATURE + 1:
            line = self.lines[at]
            if is_quote(line) or (line.text.strip() and self._header(at) is not None):
                break
            if line.text.strip():
                found.append(line.text)
            at += 1
        return found

    def _signature(self, at: int) -> int:
        self._mark("signature")
        self._take_back(_LINE, self.signed)
        whole = self.lines[at].signature
        begin = at
        while at < len(self.lines):
            line = self.lines[at]
            if whole and not line.signature and line.text.strip():
                break
            if (
                at > begin
                and not whole
                and (is_quote(line) or (line.text.strip() and self._header(at) is not None))
            ):
                break
            self.signed.append(line.text)
            at += 1
        return at

    def _without_footers(self) -> None:
        """What a device or a scanner added, at the end of the words or right above a quote."""
        while True:
            end = len(self.kept)
            while end and not self.kept[end - 1].strip():
                end -= 1
            if not end:
                return
            last = self.kept[end - 1]
            if end > 1 and footers.is_link(last) and footers.is_footer(self.kept[end - 2]):
                self.signed[:0] = [last]
                del self.kept[end - 1 :]
            elif footers.is_footer(last) or footers.is_advert(last):
                self.signed[:0] = [last]
                self._mark("footer")
                del self.kept[end - 1 :]
            elif _RULE.match(last) and (self.quoted or self.signed):
                self.quoted.append(last)
                del self.kept[end - 1 :]
            elif _DELIMITER.match(last):
                self.signed[:0] = [last]
                del self.kept[end - 1 :]
            else:
                return


def _trimmed(lines: Sequence[str]) -> str:
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{4,}", "\n\n\n", text).strip("\n").strip()
