"""What devices, programs, scanners and mailing lists put below the words."""

import re
from typing import Final

from channels.email import vocabulary as words

LONGEST: Final = 300  # characters of such a line
_PRODUCT: Final = re.compile(rf"(?<![a-zа-я])(?:{words.PRODUCT})\w*", re.IGNORECASE)
_LISTED: Final = re.compile(rf"(?:{words.PRODUCT})\b|.{{0,30}}\be?-?mail app\b", re.IGNORECASE)
_URL: Final = re.compile(r"\s*[<(]?https?://\S+\s*$")
_ASIDE: Final = re.compile(r"\s*[<(\[]?https?://[^\s,]+")
_SENTENCE: Final = re.compile(r"(?<=[^\W\d_])[.!,;]\s+|[。！]\s*")
_AROUND: Final = " \t\xa0*_-‐–—.·|<>[]()\u200e\u200f\ufeff"


def is_footer(text: str) -> bool:
    """ "Sent from my phone", of a device or a program; not a sentence that begins like one."""
    if len(text) > LONGEST:
        return False
    text = _ASIDE.sub("", text.strip(_AROUND)).rstrip(_AROUND)
    if not 4 <= len(text) <= 140:
        return False
    said, *more = _SENTENCE.split(text, maxsplit=1)
    if more and more[0]:
        listed = text[len(said)] == "," and _LISTED.match(more[0])
        if len(more[0]) >= 80 or not (listed or words.EXCUSES.search(more[0])):
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


def is_advert(text: str) -> bool:
    """Of a virus scanner."""
    if len(text) > LONGEST or words.ASKED.search(text):
        return False
    if words.SCANNED.search(text):
        return True
    of_mail = words.SCANNED_MAIL.search(text) and words.SCANNED_HOW.search(text)
    return bool(of_mail and words.SCANNED_FOR.search(text))


def is_link(text: str) -> bool:
    return bool(_URL.match(text))


def is_of_list(text: str) -> bool:
    return bool(words.LIST_FOOTER.match(text.strip()))
