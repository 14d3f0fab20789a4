"""What is meant, whatever the word and the language: names of one thing under one sign.

The names are in data/concepts.tsv, for people to extend. They make a question find an article that uses
other words, or is written in another language.
"""

from functools import lru_cache
from pathlib import Path
from typing import Final

from nlp.han import simplified
from nlp.terms import terms

DATA: Final = Path(__file__).parent / "data" / "concepts.tsv"


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
        name = simplified(name)
        if _is_han(name[0]):
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
        found: list[str] = []
        for at, stem in enumerate(stems):
            found += self._single.get(stem, ())
            for phrase, concept in self._phrases.get(stem, ()):
                if tuple(stems[at : at + len(phrase)]) == phrase:
                    found.append(concept)
        return [*found, *self.of_chinese(text)]

    def of_chinese(self, text: str) -> list[str]:
        """Chinese names, found anywhere: nothing tells where a word begins."""
        if text.isascii():
            return []
        text = simplified(text)
        return [
            concept
            for at, character in enumerate(text)
            for name, concept in self._chinese.get(character, ())
            if text.startswith(name, at)
        ]

    def of_term(self, stem: str) -> tuple[str, ...]:
        return self._single.get(stem, ())


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


@lru_cache(maxsize=1)
def thesaurus() -> Thesaurus:
    """The shipped one."""
    return Thesaurus.load()
