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

from channels.email import html
from channels.email import vocabulary as words
from channels.email.html import Line
from channels.email.mail import Mail

LONGEST: Final = 400  # characters of a line that can be part of a header
WRAPPED: Final = 4  # lines that one header may be broken into
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
    """Some programs lose the ends of lines: "Yes. On … wrote: > Did it?" is three."""
    text = line.text
    if not 60 <= len(text) <= MOST or line.quoted:
        return (line,)
    begin = end = 0
    if "----" in text and (found := _MIDDLE.search(text)):
        begin, end = found.span(1)
    elif "@" in text and (found := _WROTE_END.search(text)):
        end = found.end()
        for start in _STARTS.finditer(text, max(0, end - LONGEST), end):
            if is_attribution(text[start.end() : end], True, False):
                begin = start.end()
    if not begin:
        return (line,)
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
    r"^ {0,3}(?:>|\|(?=[ |>]|$)(?![^|]*[^|\s][^|]*\|)|»(?!.*«)|&gt;|[A-ZА-Я]{1,3}>(?=[ >]|$))\s?"
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
_GROUPWISE: Final = re.compile(r"^>>> .{3,120}\d.{0,40}>>>\s*$")

_LATIN_VERB: Final = re.compile(
    rf"(?<!\w)(?:{words.WROTE})(?:\(-?\w{{1,3}}\)|/\w{{1,3}})?(?!\w)", re.IGNORECASE
)
_OTHER_VERB: Final = re.compile(words.WROTE_UNSPACED)
_EMAIL: Final = re.compile(r"[^\s<>@:;,\"'()\[\]]{1,80}@[^\s<>@:;,\"'()\[\]]{2,100}")
_BRACKETED: Final = re.compile(r"[<\[(](?:mailto:)?[^\s<>@]{1,80}@[^\s<>]{2,100}[>\])]")
_TIME: Final = re.compile(r"(?<!\d)\d{1,2}[:.h时點点]\s?\d{2}(?!\d)")
_DAY: Final = re.compile(
    r"(?<!\d)(?:\d{4}[-./年]\s?\d{1,2}[-./月]\s?\d{1,2}|\d{1,2}[-./]\s?\d{1,2}[-./]\s?\d{2,4}|\d{4}\s?[年년])"
)
_NAMED_DAY: Final = re.compile(
    rf"(?<!\d)\d{{1,2}}(?:st|nd|rd|th|\.|er|º|°|-го|-е)?(?:\s+(?:de|of|d'))?\s*(?:{words.MONTHS})[^\W\d]{{0,9}}\.?,?"
    rf"|(?<!\w)(?:{words.MONTHS})[^\W\d]{{0,9}}\.?\s+\d{{1,2}}(?!\d)",
    re.IGNORECASE,
)
_WEEKDAY: Final = re.compile(rf"(?<!\w)(?:{words.WEEKDAYS})", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_ON: Final = re.compile(rf"^\W{{0,3}}(?:{words.ON})(?!\w)", re.IGNORECASE)
_AROUND: Final = " \t\xa0*_-‐–—.·|<>[]()\u200e\u200f\ufeff"
_WORD: Final = re.compile(r"\w+")
_CLOSING: Final = frozenset(">)]")
_DASHES: Final = frozenset("-_=*─‐—–+>|")
_AT_ZH: Final = re.compile(r"^\W{0,3}(?:在|于|於|at )")
# A header that says nothing of writing names the writer or the time last.
_ENDS_HEADER: Final = re.compile(r"(?:[>)\]\"']|@\S+|\d{1,2}[:.]\d{2}\D{0,12})\s*[:：]\W*$")
_IN_MESSAGE: Final = re.compile(words.IN_MESSAGE, re.IGNORECASE)
_QUOTING: Final = re.compile(words.QUOTING, re.IGNORECASE)
_COLON: Final = re.compile(r"[:：៖]\s*(?:\W{0,3})$")

_KINDS: Final = {
    word: kind for kind, some in words.FIELDS.items() for word in some.replace("\\", "").split("|")
}
_LONGEST_FIELD: Final = max(map(len, _KINDS))
_FRAME: Final = (
    " \t>*_|\xa0\u200e\u200f\u202a\u202b\u202c\ufeff"  # around the names and values of fields
)
_NAME_END: Final = re.compile(r"[:：]|(?<=\S)[ \t]*\|")  # in a table, the border
_INLINE_FIELD: Final = re.compile(
    r"(?:^|[\s*_|])(" + "|".join(words.FIELDS.values()) + r")[\s*_]{0,3}[:：]", re.IGNORECASE
)
_SEPARATOR: Final = re.compile(
    rf"^[\s>*_|]{{0,4}}[-_=*─‐—–+]{{0,60}}\s*(?:({words.ORIGINAL})|({words.FORWARDED}))[^\n]{{0,80}}$",
    re.IGNORECASE,
)
# Within a line: "… -----Original Message----- …"
_MIDDLE: Final = re.compile(
    rf"(?<=\S)\s(-{{4,20}}\s?(?:{words.ORIGINAL}|{words.FORWARDED})\s?-{{4,20}})(?=\s|$)",
    re.IGNORECASE,
)
_WROTE_END: Final = re.compile(rf"(?<!\w)(?:{words.WROTE})[^:\n]{{0,40}}:(?=\s|$)", re.IGNORECASE)
_STARTS: Final = re.compile(r"(?<=\S)\s(?=(?:On|Am|Le|El|Il|Em|Op|Den|Dne|W dniu|På|Pe)\s)")
_DASHED: Final = re.compile(
    r"^\s*[-_=*─‐—–]{3,60}\s*[^\W\d_][^-_=*]{1,60}?\s*[-_=*─‐—–]{2,60}\s*:?\s*$"
)
_ABOVE: Final = re.compile(words.ABOVE, re.IGNORECASE)
_PRODUCT: Final = re.compile(rf"(?<![a-zа-я])(?:{words.PRODUCT})\w*", re.IGNORECASE)
_LISTED: Final = re.compile(rf"{words.EXCUSES.pattern}|{words.PRODUCT}|app\b", re.IGNORECASE)
_URL: Final = re.compile(r"\s*[<(]?https?://\S+\s*$")
_ASIDE: Final = re.compile(r"\s*[<(\[]?https?://[^\s,]+")
_SENTENCE: Final = re.compile(r"(?<=[^\W\d_])[.!,;]\s+|[。！]\s*")


def is_quote(line: Line) -> bool:
    return line.quoted or bool(_QUOTE.match(line.text))


def is_footer(text: str) -> bool:
    """ "Sent from my phone", of a device or a program; not a sentence that begins like one."""
    if len(text) > LONGEST:
        return False
    text = _ASIDE.sub("", text.strip(_AROUND)).rstrip(_AROUND)
    if not 4 <= len(text) <= 140:
        return False
    said, *more = _SENTENCE.split(text, maxsplit=1)
    if more and more[0]:
        after = _LISTED if text[len(said)] == "," else words.EXCUSES
        if len(more[0]) >= 80 or not after.search(more[0]):
            return False
    said = said.lower()
    if said in words.WHOLE_FOOTERS:
        return True
    sent, get = said.startswith(words.SENT_FIRST), said.startswith(words.GET)
    if not (sent or get or said.endswith(words.SENT_LAST)):
        return False
    count = len(said.split())
    products = list(_PRODUCT.finditer(said))
    if not products:
        return said.startswith("sent from my ") and count <= 6
    rest = [
        word
        for word in said[products[-1].end() :].split()
        if word not in words.OF_PRODUCTS and not word.isdigit()
    ]
    if sent:
        return count <= 12 and (len(rest) <= 2 or rest[0] in words.FOR)
    return count <= 8 and (not get or not rest or rest[0] in words.FOR)


def _has_date(text: str) -> bool:
    if not any(letter.isdigit() for letter in text):
        return False
    if _DAY.search(text) or _NAMED_DAY.search(text):
        return True
    return bool(_TIME.search(text)) and bool(_WEEKDAY.search(text) or _YEAR.search(text))


def _verb(text: str) -> "re.Match[str] | None":
    if not words.WROTE_TOKENS.isdisjoint(_WORD.findall(text.lower())):
        every = list(_LATIN_VERB.finditer(text))
        if every:
            return every[-1]  # a name may be a verb, too
    return None if text.isascii() else _OTHER_VERB.search(text)


def is_attribution(text: str, quoted_below: bool, last: bool) -> bool:
    """ "On 3 May 2024 at 10:15, Ann <ann@x> wrote:", however it is put. `text`: the joined lines."""
    text = text.strip().strip("*_ \u200e\u200f\u202a\u202c\u2066\u2069")
    if not 5 <= len(text) <= LONGEST:
        return False
    framed = text.startswith("----") and text.endswith("----")
    ends = framed or bool(_COLON.search(text))
    verb = _verb(text)
    date, email = _has_date(text), bool(_EMAIL.search(text))
    if verb is None:
        if email and ends and _QUOTING.match(text):
            return True
        if date and email and _ENDS_HEADER.search(text) and _field(text) is None:
            return True
        # "2013/11/1 Ann <ann@x>", as Gmail writes it in Chinese and Japanese
        dated_first = bool(_DAY.match(text)) and bool(_BRACKETED.search(text[-110:]))
        if dated_first and text.endswith((">", ")", "]")) and len(text) < 160:
            return True
        return (
            ends
            and date
            and quoted_below
            and bool(_ON.match(text) or _TIME.search(text))
            and len(text) < 160
        )
    before = [word.strip(",.\"'") for word in text[: verb.start()].lower().split()]
    by_us = bool(before) and before[-1] in words.PRONOUNS
    if by_us and not (_TIME.search(text) and date):
        return False
    told = verb[0].lower() in words.SPOKEN or not words.TELLERS.isdisjoint(before)
    if told and not quoted_below:
        return False
    tail = text[verb.end() :].strip(" :：*_>)\"'-")
    # "Ann wrote:", "Name <mail> schrieb am 3. Mai 2024 um 10:15:", "2024/5/3 Ann 写道:"
    in_message = bool(_IN_MESSAGE.match(tail)) and email  # of a news reader
    # "Den 3 maj kl. 10:15 skrev Sven Svensson:"
    named = ends and tail[:1].isupper() and len(tail) <= 60 and _has_date(text[: verb.start()])
    at_end = (
        not tail
        or named
        or _has_date(tail)
        or bool(_EMAIL.search(tail))
        or tail.lower() in words.AFTER_WROTE
        or in_message
        or (len(tail) <= 12 and not tail.isascii())
    )
    if not at_end:
        return False
    if date and (email or ends or quoted_below or last):
        return ends or quoted_below or not tail
    if email and (ends or in_message):
        return True
    return ends and quoted_below and len(text) <= 120


# -- the walk ------------------------------------------------------------------------------------


class _Header(Struct, frozen=True):
    """Lines that introduce what is quoted."""

    end: int  # the first line after them
    rule: str
    forwards: bool = False


class _Signs(Struct, frozen=True):
    """What cannot be in a mail for want of the words, so that no line need be searched for it."""

    ends: frozenset[int]  # lines that "On … wrote:" can end with
    above: bool
    adverts: bool

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "_Signs":
        ends: set[int] = set()
        every: set[str] = set()
        for at, line in enumerate(lines):
            text = line.text
            tokens = _WORD.findall(text.lower())
            every.update(tokens)
            tail = text.rstrip()[-8:]
            if not words.WROTE_TOKENS.isdisjoint(tokens) or (
                not text.isascii() and _OTHER_VERB.search(text)
            ):
                ends.update((at, at + 1))
            elif _COLON.search(tail) or (tail[-1:] in _CLOSING and "@" in text):
                ends.add(at)
        unspaced = any("上" in line.text or "病" in line.text for line in lines)
        return cls(
            ends=frozenset(ends),
            above=unspaced or not words.ABOVE_TOKENS.isdisjoint(every),
            adverts=unspaced or not words.ADS_TOKENS.isdisjoint(every),
        )


class _Walk:
    def __init__(self, lines: Sequence[Line], *, forwards: bool) -> None:
        self.lines, self.forwards = lines, forwards
        self.signs = _Signs.of(lines)
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
            (self._marker(at) if self.signs.above else None)
            or self._block(at)
            or self._separator(at)
            or self._groupwise(at)
            or self._attribution(at)
        )

    def _below(self, at: int, header: _Header) -> int:
        """After a header: the marked lines, or all that is left."""
        self._mark(header.rule)
        self.forwarded = self.forwarded or header.forwards
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

    def _take_back_writer(self) -> bool:
        """Lotus Notes puts the writer's name and the time on lines of their own, above the fields."""
        above = [at for at, text in enumerate(self.kept) if text.strip()][-2:]
        if len(above) < 2 or not ("/" in self.kept[above[0]] or "@" in self.kept[above[0]]):
            return False
        name, when = self.kept[above[0]], self.kept[above[1]]
        if len(name) > 80 or len(when) > 60 or not (_TIME.search(when) and _has_date(when)):
            return False
        self.quoted += self.kept[above[0] :]
        del self.kept[above[0] :]
        return True

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
            if following >= len(self.lines) or _kind(self.lines[following].text) is None:
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
        if (one := self._one_line_block(first)) is not None and one:
            return _Header(at + 1, "field-block", self.forwards)
        if _kind(first) is None:
            return self._bare_block(at)
        found: dict[str, str] = {}
        here, end, loose = at, at, 0
        while here < len(self.lines) and here - at < 24:
            text = self.lines[here].text
            field = _field(text) if len(text) <= 4 * LONGEST else None
            if field is not None:
                kind, value = field
                if kind in found and kind in ("from", "subject", "sent"):
                    break
                found[kind] = value
                here += 1
                end, loose = here, 0
            elif not text.strip():
                # Some programs leave a line free between the fields.
                following = self._next(here)
                if (
                    following - here > 1
                    or following >= len(self.lines)
                    or _kind(self.lines[following].text) is None
                ):
                    break
                here = following
            elif loose < 3 and found and not is_quote(self.lines[here]) and "subject" not in found:
                here, loose = here + 1, loose + 1  # many recipients, over several lines
            else:
                break
        ruled = bool(at) and bool(_RULE.match(self.lines[at - 1].text))
        low = first.lstrip(_FRAME)[:1].islower()
        if not _is_header_block(found, ruled=ruled, labelled_low=low):
            if {"to", "subject"} <= found.keys() and self._take_back_writer():
                return _Header(end, "field-block", self.forwards)
            alone = found.keys() == {"from"} and "@" in found["from"]
            return _Header(end, "attribution") if alone and self._is_quote_at(end) else None
        return _Header(end, "field-block", self.forwards)

    def _bare_block(self, at: int) -> _Header | None:
        """Lotus Notes: names of fields without colons, maybe on lines of their own, below the writer
        and the time."""
        if self._bare_kind(at) != "to":
            return None
        for here in range(at + 1, min(at + 12, len(self.lines))):
            if self._bare_kind(here) == "subject":
                alone = "  " not in self.lines[here].text.strip()
                end = here + 2 if alone else here + 1
                return _Header(end, "field-block") if self._take_back_writer() else None
        return None

    def _bare_kind(self, at: int) -> str | None:
        return _KINDS.get(self.lines[at].text.strip().partition("  ")[0].lower())

    def _one_line_block(self, text: str) -> bool | None:
        if not 30 <= len(text) <= LONGEST or text.count(":") + text.count("：") < 3:
            return None
        kinds = {_KINDS.get(one[1].lower(), "") for one in _INLINE_FIELD.finditer(text)}
        return {"from", "subject"} <= kinds and len(kinds) >= 3 and _kind(text) is not None

    def _attribution(self, at: int) -> _Header | None:
        joined, end = "", at
        if self.lines[at].header:
            while end < len(self.lines) and (
                self.lines[end].header or not self.lines[end].text.strip()
            ):
                end += 1
            return _Header(end, "container")
        if self.signs.ends.isdisjoint(range(at, at + WRAPPED)):
            return None
        for end in range(at, min(at + WRAPPED, len(self.lines))):
            line = self.lines[end]
            text = line.text.strip()
            if (
                not text
                and self._only_wrote(end + 1)
                and (_has_date(joined) or _EMAIL.search(joined))
            ):
                return _Header(self._next(end) + 1, "attribution")
            if not text or (end > at and is_quote(line)) or len(joined) + len(text) > LONGEST:
                break
            if end > at and not _may_go_on(joined, text):
                break
            joined = f"{joined} {text}" if joined else text
            if end not in self.signs.ends:
                continue
            following = self._next(end + 1)
            below, last = self._is_quote_at(following), following >= len(self.lines)
            if is_attribution(joined, below, last):
                return _Header(end + 1, "attribution")
        return None

    def _only_wrote(self, at: int) -> bool:
        """Nothing but "wrote:", an empty line below the rest of the header."""
        if at not in self.signs.ends or at >= len(self.lines):
            return False
        text = self.lines[at].text.strip()
        verb = _verb(text) if len(text) < 20 and _COLON.search(text) else None
        return verb is not None and verb.start() == 0

    # -- signatures

    def _begins_signature(self, at: int) -> bool:
        text = self.lines[at].text
        if words.LIST_FOOTER.match(text.strip()):
            return True
        if text.startswith("_" * 20) and any(
            words.LIST_FOOTER.match(line.text.strip()) for line in self.lines[at + 1 : at + 4]
        ):
            return True
        if self.signs.adverts and len(text) < 200 and words.ADS.search(text):
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
            if end > 1 and _URL.match(last) and is_footer(self.kept[end - 2]):
                self.signed[:0] = [last]
                del self.kept[end - 1 :]
            elif is_footer(last) or words.ADS.search(last[:300]):
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


def _field(text: str) -> tuple[str, str] | None:
    """What a line such as "*From:* Ann" is of a header block, and its value."""
    found = _NAME_END.search(text, 0, _LONGEST_FIELD + 16)
    if found is None:
        return None
    kind = _KINDS.get(text[: found.start()].strip(_FRAME).lower())
    return None if kind is None else (kind, text[found.end() :].strip(_FRAME))


def _kind(text: str) -> str | None:
    found = _field(text)
    return None if found is None else found[0]


def _is_header_block(found: dict[str, str], *, ruled: bool, labelled_low: bool) -> bool:
    """Enough fields, with values a mail program writes: a form somebody filled in has From, too."""
    kinds = set(found)
    when = found.get("sent", "") or found.get("date", "")
    dated = bool(when) and (_has_date(when) or bool(_TIME.search(when)) or bool(_YEAR.search(when)))
    addressed = any("@" in found.get(kind, "") for kind in ("from", "to", "cc"))
    if labelled_low and not addressed:
        return False  # prices "from: 10 to: 12"
    if "from" in kinds and "subject" in kinds and ("to" in kinds or when):
        return True
    if {"from", "sent"} == kinds and dated and ruled:
        return True
    if {"from", "to"} <= kinds and dated and (addressed or bool(_TIME.search(when))):
        return True
    return "from" in kinds and "to" in kinds and addressed and ("subject" in kinds or dated)


def _may_go_on(joined: str, text: str) -> bool:
    """Whether a header may be wrapped here: it has begun like one."""
    if _COLON.search(joined) and len(joined) > 20:
        return False
    if _DAY.match(text) and _DAY.match(joined):  # a list of days
        return False
    begun = bool(
        _ON.match(joined) or _AT_ZH.match(joined) or _has_date(joined) or _EMAIL.search(joined)
    )
    if begun or _WEEKDAY.match(joined):
        return True
    # A name that was too long: "Bob of the Company Limited" / "<bob@x> wrote:"
    if not joined[-1:].isalnum() or " " not in joined:
        return False
    apart = _ON.match(text) or (_has_date(text[:20]) and not joined[-1:].isdigit())
    return not apart and bool(_EMAIL.search(text) and _verb(text))


def _trimmed(lines: Sequence[str]) -> str:
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{4,}", "\n\n\n", text).strip("\n").strip()
