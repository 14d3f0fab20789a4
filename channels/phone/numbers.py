"""Whose number it is: E.164 where it can be, and never a stand-in that two people share."""

import re
from typing import Final

import phonenumbers
from msgspec import Struct
from phonenumbers import NumberParseException, PhoneNumberFormat

_WITHHELD: Final = frozenset(
    ("anonymous", "restricted", "private", "withheld", "blocked", "unavailable", "unknown")
)
# "ANONYMOUS", "RESTRICTED", "BLOCKED", "UNAVAIL", "UNKNOWN" and "PRIVATE" typed on a dial, as carriers do.
_DIALLED_WORDS: Final = frozenset(
    ("+266696687", "+7378742833", "+2562533", "+8656696", "+8566696", "+86282452253", "+7748283")
)
_URI: Final = re.compile(r"^<?(?:sips?|tel):([^@;>?]*)", re.IGNORECASE)
_EXTENSION: Final = re.compile(r"\d{2,6}")


class Line(Struct, frozen=True):
    """One end of a call."""

    address: str  # "+4930901820", "extension:1042", "withheld:CALL", "unknown:CALL"
    phone: str | None = None  # E.164


def line_of(told: str | None, call: str, region: str | None) -> Line:
    """What a network tells of a number. `region` ("DE") is where numbers without + are from.

    A withheld number is a person of this one call: what the next one may see must not hang on it."""
    if told is None:
        return Line(f"unknown:{call}")
    found = _URI.match(told.strip())
    number = (found[1] if found else told).strip()
    if not number or number.lower() in _WITHHELD or number in _DIALLED_WORDS:
        return Line(f"withheld:{call}")
    if phone := _e164(number, region):
        return Line(phone, phone)
    if _EXTENSION.fullmatch(number):
        return Line(f"extension:{number}")
    return Line(f"unknown:{call}")


def _e164(number: str, region: str | None) -> str | None:
    if number.startswith("00") and len(number) > 8:
        number = f"+{number[2:]}"
    try:
        parsed = phonenumbers.parse(number, region)
    except NumberParseException:
        return None
    abroad = number.startswith("+")
    # Numbering plans change faster than their tables, so a full number only has to be possible.
    right = phonenumbers.is_possible_number if abroad else phonenumbers.is_valid_number
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164) if right(parsed) else None
