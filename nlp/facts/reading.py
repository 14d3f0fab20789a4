"""One text made ready for patterns, and what a pattern is.

Patterns see the text in small letters, its Chinese simplified, its full-width signs narrow, "ё" as "е":
sign by sign, so that a place there is a place in the text. Case costs the engine its shortcuts. Every repeat
is bounded, and a pattern is tried only where one of its marks is, so no text takes more than linear time.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from msgspec import Struct

from nlp.han import sign_by_sign

LOOKED_AT: Final = 20_000  # characters

# Edges of a word. Chinese has none, so a Latin word may touch a Chinese one.
B: Final = r"(?<![a-zа-я0-9_])"
E: Final = r"(?![a-zа-я0-9_])"

MARK: Final = 4  # letters of a word that are a mark
_WORD: Final = re.compile(r"[a-zа-я]+")
_NARROW: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ", 0x00A0: " ", 0x202F: " ", 0x2009: " ", ord("ё"): "е", ord("’"): "'", ord("‘"): "'",
    ord("‑"): "-",
}  # fmt: skip


class Reading(Struct, frozen=True):
    text: str
    low: str
    marks: frozenset[str]  # its signs, and how its words begin


def read(text: str) -> Reading:
    text = text[:LOOKED_AT]
    low = text.lower()
    if len(low) != len(text):  # İ becomes two signs
        low = "".join(one if len(one := sign.lower()) == 1 else sign for sign in text)
    if not low.isascii():
        low = sign_by_sign(low.translate(_NARROW))
    return Reading(text, low, frozenset(low).union(word[:MARK] for word in _WORD.findall(low)))


class Found(NamedTuple):
    """A place in the text, and what is meant by it if that is not what it reads like."""

    start: int
    end: int
    means: str = ""
    kind: str = ""  # where the pattern cannot tell


Judge = Callable[[Reading, re.Match[str]], Found | None]


class Pattern(NamedTuple):
    kind: str
    regex: re.Pattern[str]
    marks: frozenset[str]  # of which the text must have one; empty: it may be in any text
    judge: Judge | None  # has the last word

    def find(self, reading: Reading) -> list[Found]:
        if self.marks and self.marks.isdisjoint(reading.marks):
            return []
        found = []
        for match in self.regex.finditer(reading.low):
            one = self.judge(reading, match) if self.judge else spoken(match)
            if one is not None:
                found.append(one)
        return found


def pattern(kind: str, regex: str, marks: str = "", judge: Judge | None = None) -> Pattern:
    """`marks`: signs, and words of which the first letters count, between spaces."""
    return Pattern(kind, re.compile(regex), frozenset(mark[:MARK] for mark in marks.split()), judge)


def spoken(match: re.Match[str], means: str = "", kind: str = "") -> Found:
    """The first group that took part, or all of it."""
    group = next((n for n in range(1, match.re.groups + 1) if match.start(n) >= 0), 0)
    return Found(match.start(group), match.end(group), means, kind)


def before(reading: Reading, place: int, signs: int = 24) -> str:
    return reading.low[max(0, place - signs) : place]


_SENTENCE_ENDS: Final = re.compile(r"[.!?](?=\s)|[\n。！？；;]")


def sentence(reading: Reading, start: int, end: int, signs: int = 80) -> tuple[str, str]:
    """What stands before and after a place in its sentence."""
    head, tail = before(reading, start, signs), reading.low[end : end + signs]
    return _SENTENCE_ENDS.split(head)[-1], _SENTENCE_ENDS.split(tail, maxsplit=1)[0]


def is_question(reading: Reading, end: int, tail: str) -> bool:
    """Whether the sentence is one of which `tail` stands after a place, as `sentence` gives it."""
    past = end + len(tail)
    return "?" in (tail[-1:], reading.low[past : past + 1])
