"""Whether a text names a day or a time, in the ways mail programs write them."""

import re
from typing import Final

from channels.email import vocabulary as words

_TIME: Final = re.compile(r"(?<!\d)\d{1,2}[:.h时點点]\s?\d{2}(?!\d)")
DAY: Final = re.compile(
    r"(?<!\d)(?:\d{4}[-./年]\s?\d{1,2}[-./月]\s?\d{1,2}|\d{1,2}[-./]\s?\d{1,2}[-./]\s?\d{2,4}|\d{4}\s?[年년])"
)
_NAMED_DAY: Final = re.compile(
    rf"(?<!\d)\d{{1,2}}(?:st|nd|rd|th|\.|er|º|°|-го|-е)?(?:\s+(?:de|of|d'))?\s*(?:{words.MONTHS})[^\W\d]{{0,9}}\.?,?"
    rf"|(?<!\w)(?:{words.MONTHS})[^\W\d]{{0,9}}\.?\s+\d{{1,2}}(?!\d)",
    re.IGNORECASE,
)
_WEEKDAY: Final = re.compile(rf"(?<!\w)(?:{words.WEEKDAYS})", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


def has_date(text: str) -> bool:
    if not any(letter.isdigit() for letter in text):
        return False
    if DAY.search(text) or _NAMED_DAY.search(text):
        return True
    return bool(_TIME.search(text)) and bool(_WEEKDAY.search(text) or _YEAR.search(text))


def has_time(text: str) -> bool:
    return bool(_TIME.search(text))


def has_year(text: str) -> bool:
    return bool(_YEAR.search(text))


def begins_with_weekday(text: str) -> bool:
    return bool(_WEEKDAY.match(text))
