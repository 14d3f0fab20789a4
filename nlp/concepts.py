"""What is meant, whatever the word and the language: names of one thing under one sign.

The names are in data/concepts.tsv, for people to extend. They make a question find an article that uses
other words, or is written in another language.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from nlp.han import simplified
from nlp.terms import terms

DATA: Final = Path(__file__).parent / "data" / "concepts.tsv"
EVERYDAY: Final = DATA.with_name("everyday.tsv")
KINDS: Final = DATA.with_name("kinds.tsv")
THINGS: Final = DATA.with_name("things.tsv")
FIELDS: Final = DATA.with_name("fields.tsv")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_OTHER: Final = re.compile(r"[\u0400-\u04ff\u3400-\u9fff]")  # letters that are not English


def _read(text: str) -> str:
    """Simplified and small, and as long as it was."""
    text = simplified(text)
    low = text.lower()
    return low if len(low) == len(text) else text


class Thesaurus:
    """Names to concepts. A name may stand for several."""

    def __init__(self, lines: list[list[str]]) -> None:
        """One line for each concept: its names in any language."""
        self.names = lines
        self._single: dict[str, tuple[str, ...]] = {}  # by the stem of a name of one word
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}  # by their first stem
        self._chinese: dict[str, list[tuple[str, str]]] = {}  # by their first character
        for number, names in enumerate(lines):
            for name in names:
                self._enter(name, f"={number}")

    @classmethod
    def load(cls, file: Path = DATA) -> "Thesaurus":
        lines = []
        for line in file.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                names = [name.strip() for part in line.split("\t") for name in part.split(",")]
                lines.append([name for name in names if name])
        return cls(lines)

    def _enter(self, name: str, concept: str) -> None:
        name = _read(name)
        if _HAN.search(name):  # of Latin letters as well, perhaps
            self._chinese.setdefault(name[0], []).append((name, concept))
            return
        stems = tuple(terms(name))
        if "-" in name:
            stems = stems[:1]  # the whole comes first, its parts after it
        if len(stems) == 1:
            self._single[stems[0]] = (*self._single.get(stems[0], ()), concept)
        elif stems:
            self._phrases.setdefault(stems[0], []).append((stems, concept))

    def of(self, text: str) -> list[str]:
        """The concepts of a text in their order, repeats included."""
        stems = terms(text)
        found = [concept for stem in stems for concept in self._single.get(stem, ())]
        return [*found, *self.of_phrases(stems), *self.of_chinese(text)]

    def of_chinese(self, text: str) -> list[str]:
        """Chinese names, found anywhere: nothing tells where a word begins."""
        if not _HAN.search(text):
            return []
        text = _read(text)
        return [
            concept
            for at, character in enumerate(text)
            for name, concept in self._chinese.get(character, ())
            if text.startswith(name, at)
        ]

    def without_chinese(self, text: str) -> str:
        """A text without the Chinese names in it: what it says besides."""
        if text.isascii():
            return text
        text, low = simplified(text), _read(text)
        rest, at = [], 0
        while at < len(text):
            names = (name for name, _ in self._chinese.get(low[at], ()) if low.startswith(name, at))
            longest = max((len(name) for name in names), default=0)
            rest.append(text[at] if longest == 0 else " ")
            at += max(1, longest)
        return "".join(rest)

    def of_term(self, stem: str) -> tuple[str, ...]:
        return self._single.get(stem, ())

    def phrases_of(self, stem: str) -> Sequence[tuple[tuple[str, ...], str]]:
        """The names of several words that begin with a stem, and their concepts."""
        return self._phrases.get(stem, ())

    def of_phrases(self, stems: Sequence[str]) -> list[str]:
        """The concepts that several words name together."""
        return [
            concept
            for at, stem in enumerate(stems)
            for phrase, concept in self._phrases.get(stem, ())
            if tuple(stems[at : at + len(phrase)]) == phrase
        ]


@lru_cache(maxsize=1)
def thesaurus() -> Thesaurus:
    """The shipped one."""
    return Thesaurus.load()


@lru_cache(maxsize=1)
def everyday() -> Thesaurus:
    """The shipped one of words that belong to no trade."""
    return Thesaurus.load(EVERYDAY)


@lru_cache(maxsize=1)
def things() -> Thesaurus:
    """The shipped one of finer things of our trade, for the classifier."""
    return Thesaurus.load(THINGS)


def _named(file: Path) -> tuple[Thesaurus, tuple[str, ...]]:
    """A thesaurus whose lines begin with a name; and the names, in the order of the lines."""
    lines = Thesaurus.load(file).names
    return Thesaurus([words for _, *words in lines]), tuple(name for name, *_ in lines)


@lru_cache(maxsize=1)
def _kinds() -> tuple[Thesaurus, tuple[str, ...]]:
    """The shipped ones of kinds of things."""
    return _named(KINDS)


@lru_cache(maxsize=1)
def _fields() -> tuple[Thesaurus, tuple[str, ...]]:
    """The shipped ones of fields of life and of our trade."""
    return _named(FIELDS)


def kinds_of(text: str) -> list[str]:
    """The kinds of what is spoken of, each once, by their names."""
    words, names = _kinds()
    return sorted({names[int(concept[1:])] for concept in words.of(text)})


def fields_of(text: str) -> list[str]:
    """The fields that an English text speaks of, each once, by their names; none of any other, where the
    few English words would stand for the whole."""
    if _OTHER.search(text):
        return []
    words, names = _fields()
    return sorted({names[int(concept[1:])] for concept in words.of(text)})
