"""Lines that introduce what is quoted: "On 3 May 2024 at 10:15, Ann <ann@x> wrote:", however it is put."""

import re
from typing import Final

from channels.email import vocabulary as words
from channels.email.dates import DAY, begins_with_weekday, has_date, has_time
from channels.email.field_blocks import kind

LONGEST: Final = 400  # characters of a header, all its lines together

_LATIN_VERB: Final = re.compile(
    rf"(?<!\w)(?:{words.WROTE})(?:\(-?\w{{1,3}}\)|/\w{{1,3}})?(?!\w)", re.IGNORECASE
)
_OTHER_VERB: Final = re.compile(words.WROTE_UNSPACED)
_EMAIL: Final = re.compile(r"[^\s<>@:;,\"'()\[\]]{1,80}@[^\s<>@:;,\"'()\[\]]{2,100}")
_BRACKETED: Final = re.compile(r"[<\[(](?:mailto:)?[^\s<>@]{1,80}@[^\s<>]{2,100}[>\])]")
_ON: Final = re.compile(rf"^\W{{0,3}}(?:{words.ON})(?!\w)", re.IGNORECASE)
_AT_ZH: Final = re.compile(r"^\W{0,3}(?:在|于|於|at )")
_WORD: Final = re.compile(r"\w+")
_CLOSING: Final = frozenset(">)]")
# A header that says nothing of writing names the writer or the time last.
_ENDS_HEADER: Final = re.compile(r"(?:[>)\]\"']|@\S+|\d{1,2}[:.]\d{2}\D{0,12})\s*[:：]\W*$")
_IN_MESSAGE: Final = re.compile(words.IN_MESSAGE, re.IGNORECASE)
_QUOTING: Final = re.compile(words.QUOTING, re.IGNORECASE)
_COLON: Final = re.compile(r"[:：៖]\s*(?:\W{0,3})$")
# Within a line: "… -----Original Message----- …"
_MIDDLE: Final = re.compile(
    rf"(?<=\S)\s(-{{4,20}}\s?(?:{words.ORIGINAL}|{words.FORWARDED})\s?-{{4,20}})(?=\s|$)",
    re.IGNORECASE,
)
_WROTE_END: Final = re.compile(rf"(?<!\w)(?:{words.WROTE})[^:\n]{{0,40}}:(?=\s|$)", re.IGNORECASE)
_STARTS: Final = re.compile(r"(?<=\S)\s(?=(?:On|Am|Le|El|Il|Em|Op|Den|Dne|W dniu|På|Pe)\s)")


def may_end(text: str) -> int:
    """Of how many lines, from this one, one may be the last of such a header. Mostly, and quickly: none."""
    if not words.WROTE_TOKENS.isdisjoint(_WORD.findall(text.lower())) or (
        not text.isascii() and _OTHER_VERB.search(text)
    ):
        return 2
    tail = text.rstrip()[-8:]
    return int(bool(_COLON.search(tail)) or (tail[-1:] in _CLOSING and "@" in text))


def is_attribution(text: str, quoted_below: bool, last: bool) -> bool:
    """ "On 3 May 2024 at 10:15, Ann <ann@x> wrote:", however it is put. `text`: the joined lines."""
    text = text.strip().strip("*_ \u200e\u200f\u202a\u202c\u2066\u2069")
    if not 5 <= len(text) <= LONGEST:
        return False
    framed = text.startswith("----") and text.endswith("----")
    ends = framed or bool(_COLON.search(text))
    verb = _verb(text)
    date, email = has_date(text), bool(_EMAIL.search(text))
    if verb is None:
        if email and ends and _QUOTING.match(text):
            return True
        if date and email and _ENDS_HEADER.search(text) and kind(text) is None:
            return True
        # "2013/11/1 Ann <ann@x>", as Gmail writes it in Chinese and Japanese
        dated_first = bool(DAY.match(text)) and bool(_BRACKETED.search(text[-110:]))
        if dated_first and text.endswith((">", ")", "]")) and len(text) < 160:
            return True
        return (
            ends
            and date
            and quoted_below
            and bool(_ON.match(text) or has_time(text))
            and len(text) < 160
        )
    before = [word.strip(",.\"'") for word in text[: verb.start()].lower().split()]
    by_us = bool(before) and before[-1] in words.PRONOUNS
    if by_us and not (has_time(text) and date):
        return False
    spoken = verb[0].lower() in words.SPOKEN and not (has_time(text) and date)
    if (spoken or not words.TELLERS.isdisjoint(before)) and not quoted_below:
        return False
    tail = text[verb.end() :].strip(" :：*_>)\"'-")
    # "Ann wrote:", "Name <mail> schrieb am 3. Mai 2024 um 10:15:", "2024/5/3 Ann 写道:"
    in_message = bool(_IN_MESSAGE.match(tail)) and email  # of a news reader
    # "Den 3 maj kl. 10:15 skrev Sven Svensson:"
    named = ends and tail[:1].isupper() and len(tail) <= 60 and has_date(text[: verb.start()])
    at_end = (
        not tail
        or named
        or has_date(tail)
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


def is_only_verb(text: str) -> bool:
    """Nothing but "wrote:", an empty line below the rest of the header."""
    text = text.strip()
    verb = _verb(text) if len(text) < 20 and _COLON.search(text) else None
    return verb is not None and verb.start() == 0


def has_begun(text: str) -> bool:
    """Whether it is enough of a header for "wrote:" to follow."""
    return has_date(text) or bool(_EMAIL.search(text))


def may_go_on(joined: str, text: str) -> bool:
    """Whether a header may be wrapped here: it has begun like one."""
    if _COLON.search(joined) and len(joined) > 20:
        return False
    if DAY.match(text) and DAY.match(joined):  # a list of days
        return False
    begun = bool(
        _ON.match(joined) or _AT_ZH.match(joined) or has_date(joined) or _EMAIL.search(joined)
    )
    if begun or begins_with_weekday(joined):
        return True
    # A name that was too long: "Bob of the Company Limited" / "<bob@x> wrote:"
    if not joined[-1:].isalnum() or " " not in joined:
        return False
    apart = _ON.match(text) or (has_date(text[:20]) and not joined[-1:].isdigit())
    return not apart and bool(_EMAIL.search(text) and _verb(text))


def within(text: str) -> tuple[int, int] | None:
    """Where in a line that lost its ends a header stands: "Yes. On … wrote: > Did it?" """
    if "----" in text and (found := _MIDDLE.search(text)):
        return found.span(1)
    if "@" not in text or (found := _WROTE_END.search(text)) is None:
        return None
    end, begin = found.end(), 0
    for start in _STARTS.finditer(text, max(0, end - LONGEST), end):
        if is_attribution(text[start.end() : end], True, False):
            begin = start.end()
    return (begin, end) if begin else None


def _verb(text: str) -> "re.Match[str] | None":
    if not words.WROTE_TOKENS.isdisjoint(_WORD.findall(text.lower())):
        every = list(_LATIN_VERB.finditer(text))
        if every:
            return every[-1]  # a name may be a verb, too
    return None if text.isascii() else _OTHER_VERB.search(text)
