"""Which applications, services and devices there are, and the words people use for them.

The shipped list is `nlp/data/catalogue.toml`; an organisation adds its own in the configuration. Words are
looked up one by one, so a catalogue of thousands costs no more than one of ten.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

SHIPPED: Final = Path(__file__).parent.parent / "data" / "catalogue.toml"
KINDS: Final = ("application", "device", "subject", "site")
ENDING: Final = 4  # letters that may follow a word written with a star
LONGEST: Final = 5  # words of a name
_TOKEN: Final = re.compile(r"[^\W_\u3400-\u9fff]{1,60}")
_BETWEEN: Final = frozenset(("", " ", "-", ".", "/", "&", ":", "'"))
_HAN: Final = re.compile(r"[\u3400-\u9fff]")


class Thing(Struct, frozen=True, kw_only=True):
    """One entry. A word may end with a star: any ending of a few letters is the same word."""

    name: str
    kind: str = "application"
    words: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()  # what only looks like it: "in other words"
    service: str | None = None  # the service or CI it stands for
    queue: str | None = None  # which takes its tickets, unless a rule says otherwise


class Named(Struct, frozen=True):
    thing: Thing
    start: int
    end: int


class _Phrase(Struct, frozen=True):
    tokens: tuple[str, ...]  # the rest of it; a star at the end means any ending
    thing: Thing | None  # None: looks like one, is none


class Catalogue:
    """Never changes. Of what overlaps, the longest counts; of like names, the later entry."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self.things = tuple(things)
        self._first: dict[str, list[_Phrase]] = {}  # by the first word
        self._stems: dict[str, list[_Phrase]] = {}  # by the stem of the first word
        self._han: dict[str, list[tuple[str, Thing | None]]] = {}  # by the first character
        for thing in self.things:
            for word in thing.not_in:
                self._add(word, None)
        for thing in self.things:  # later, hence first: what is a thing is not only like one
            for word in (*(() if thing.kind == "subject" else (thing.name,)), *thing.words):
                self._add(word, thing)
        self._lengths = sorted({len(stem) for stem in self._stems}, reverse=True)

    def _add(self, word: str, thing: Thing | None) -> None:
        low = word.lower().replace("ё", "е").strip()
        if _HAN.search(low):
            self._han.setdefault(low[0], []).insert(0, (low, thing))
            self._han[low[0]].sort(key=lambda pair: -len(pair[0]))
            return
        tokens = tuple(
            match.group() + ("*" if low[match.end() : match.end() + 1] == "*" else "")
            for match in _TOKEN.finditer(low)
        )
        if not tokens:
            return
        first, phrase = tokens[0], _Phrase(tokens[1:], thing)
        if first.endswith("*"):
            self._stems.setdefault(first[:-1], []).insert(0, phrase)
        else:
            self._first.setdefault(first, []).insert(0, phrase)

    def find(self, low: str) -> list[Named]:
        """In a text as `Reading.low` has it; in its order."""
        found = [*self._written(low), *(self._in_chinese(low) if _HAN.search(low) else ())]
        return sorted(found, key=lambda one: one.start)

    def _written(self, low: str) -> Iterable[Named]:
        tokens = [(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(low)]
        at = 0
        while at < len(tokens):
            longest, thing = 0, None
            for phrase in self._beginning(tokens[at][0]):
                length = self._length(phrase.tokens, tokens, at, low)
                if length > longest:
                    longest, thing = length, phrase.thing
            if thing is not None:
                yield Named(thing, tokens[at][1], tokens[at + longest - 1][2])
            at += longest or 1

    def _beginning(self, token: str) -> Iterable[_Phrase]:
        yield from self._first.get(token, ())
        for length in self._lengths:  # the longest first: it knows best
            if length <= len(token) <= length + ENDING:
                yield from self._stems.get(token[:length], ())

    @staticmethod
    def _length(
        rest: Sequence[str], tokens: Sequence[tuple[str, int, int]], at: int, low: str
    ) -> int:
        """In words; 0 when the text goes on otherwise."""
        if at + len(rest) >= len(tokens):
            return 0
        for step, wanted in enumerate(rest, 1):
            token, start, _ = tokens[at + step]
            if low[tokens[at + step - 1][2] : start] not in _BETWEEN:
                return 0
            if wanted.endswith("*"):
                stem = wanted[:-1]
                if not token.startswith(stem) or len(token) > len(stem) + ENDING:
                    return 0
            elif token != wanted:
                return 0
        return len(rest) + 1

    def _in_chinese(self, low: str) -> Iterable[Named]:
        after = 0
        for at, sign in enumerate(low):
            if at < after:
                continue
            for word, thing in self._han.get(sign, ()):
                if low.startswith(word, at):
                    after = at + len(word)
                    if thing is not None:
                        yield Named(thing, at, after)
                    break


def read_catalogue(text: str) -> tuple[Thing, ...]:
    """Raises ValueError when it is no catalogue."""
    tables: dict[str, Any] = tomllib.loads(text)
    if unknown := set(tables) - set(KINDS):
        raise ValueError(f"unknown kinds: {', '.join(sorted(unknown))}")
    return tuple(
        Thing(
            name=entry["name"],
            kind=kind,
            words=tuple(word for tongue in ("en", "ru", "zh") for word in entry.get(tongue, ())),
            not_in=tuple(entry.get("not_in", ())),
            service=entry.get("service"),
            queue=entry.get("queue"),
        )
        for kind in KINDS
        for entry in tables.get(kind, ())
    )


@cache
def shipped() -> Catalogue:
    return Catalogue(read_catalogue(SHIPPED.read_text(encoding="utf-8")))


def with_own(own: Iterable[Thing]) -> Catalogue:
    """The shipped things and the organisation's, which win where they share a word."""
    own = tuple(own)
    return Catalogue((*shipped().things, *own)) if own else shipped()
