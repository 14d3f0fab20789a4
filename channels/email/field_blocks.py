"""Blocks of fields above what is quoted: From, Sent, To, Subject, in whatever order and language."""

import re
from collections.abc import Mapping
from typing import Final

from channels.email import vocabulary as words
from channels.email.dates import has_date, has_time, has_year

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


def field(text: str) -> tuple[str, str] | None:
    """What a line such as "*From:* Ann" is of a header block, and its value."""
    found = _NAME_END.search(text, 0, _LONGEST_FIELD + 16)
    if found is None:
        return None
    kind = _KINDS.get(text[: found.start()].strip(_FRAME).lower())
    return None if kind is None else (kind, text[found.end() :].strip(_FRAME))


def kind(text: str) -> str | None:
    found = field(text)
    return None if found is None else found[0]


def bare_kind(text: str) -> str | None:
    """Of a field without a colon, as Lotus Notes writes them."""
    return _KINDS.get(text.strip().partition("  ")[0].lower())


def is_whole(text: str) -> bool:
    """Whether a line is a block of its own: "From: … Sent: … To: … Subject: …"."""
    if len(text) < 30 or text.count(":") + text.count("：") < 3:
        return False
    kinds = {_KINDS.get(one[1].lower(), "") for one in _INLINE_FIELD.finditer(text)}
    return {"from", "subject"} <= kinds and len(kinds) >= 3 and kind(text) is not None


def is_block(found: Mapping[str, str], first: str, *, apart: bool, ended: bool) -> bool:
    """Enough fields, with values a mail program writes: a form somebody filled in has From, too.
    `first`: the line it begins with; `apart`: dashes are right above it; `ended`: nothing right below."""
    kinds = set(found)
    when = found.get("sent", "") or found.get("date", "")
    dated = bool(when) and (has_date(when) or has_time(when) or has_year(when))
    addressed = any("@" in found.get(kind, "") for kind in ("from", "to", "cc"))
    if first.lstrip(_FRAME)[:1].islower() and not addressed:
        return False  # prices "from: 10 to: 12"
    if "from" in kinds and "subject" in kinds and ("to" in kinds or when):
        return True
    if kinds in ({"from", "sent"}, {"from", "date"}) and dated:
        whole = ended and addressed and has_time(when) and kind(first) == "from"
        return apart or (whole and "author" not in first.lower())  # of a commit
    if {"from", "to"} <= kinds and dated and (addressed or has_time(when)):
        return True
    return "from" in kinds and "to" in kinds and addressed and ("subject" in kinds or dated)
