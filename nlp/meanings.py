"""What short answers say: the meanings of their words and phrases, and the words that have none.

The meanings are in data/answers.tsv, for people to extend. A phrase counts before the words in it, so
"cannot reach" is one meaning, whether or not anything is denied.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from msgspec import Struct

from nlp.han import simplified
from nlp.terms import terms

DATA: Final = Path(__file__).parent / "data" / "answers.tsv"
_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_WORD: Final = re.compile(r"[a-z0-9а-я]+|[\u3400-\u4dbf\u4e00-\u9fff]|[^\W_]+")
_SHORTENED: Final = (
    (re.compile(r"\b(?:can ?'t|cannot|cant)\b"), "can not"),
    (re.compile(r"\bwon ?'?t\b"), "will not"),
    (re.compile(r"\b(do|does|did|is|was|are|were|have|has|had|would|could|should)n ?'?t\b"), r"\1 not"),
    (re.compile(r"'(?:s|re|m|ve|ll|d)\b"), " "),
)  # fmt: skip


class Phrase(Struct, frozen=True):
    """One word or several that mean something together."""

    words: str
    meanings: frozenset[str]


class Said(Struct, frozen=True):
    """A clause that was read."""

    phrases: tuple[Phrase, ...]  # in their order
    rest: str  # what means nothing that is known


class Lexicon:
    def __init__(self, lines: list[tuple[str, list[str]]]) -> None:
        """Each meaning with the words for it, in any language."""
        phrases: dict[tuple[str, ...], set[str]] = {}
        chinese: dict[str, set[str]] = {}
        for meaning, names in lines:
            for name in map(spelled_out, names):
                if _HAN.search(name):
                    chinese.setdefault(name, set()).add(meaning)
                elif stems := tuple(stem for _, _, stem in _words(name)):
                    phrases.setdefault(stems, set()).add(meaning)
        self._phrases: dict[str, list[tuple[tuple[str, ...], frozenset[str]]]] = {}
        for stems, meanings in sorted(phrases.items(), key=lambda one: -len(one[0])):
            self._phrases.setdefault(stems[0], []).append((stems, frozenset(meanings)))
        self._chinese: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for name, meanings in sorted(chinese.items(), key=lambda one: -len(one[0])):
            self._chinese.setdefault(name[0], []).append((name, frozenset(meanings)))

    @classmethod
    def load(cls, file: Path = DATA) -> "Lexicon":
        rows = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
        return cls(
            [
                (
                    meaning,
                    [name.strip() for part in parts for name in part.split(",") if name.strip()],
                )
                for meaning, *parts in rows
                if not meaning.startswith("#")
            ]
        )

    def read(self, text: str) -> Said:
        """`text` as `spelled_out` gives it."""
        words, at, used = _words(text), 0, 0
        found: list[Phrase] = []
        rest: list[str] = []
        while at < len(words):
            start, _, _ = words[at]
            end, meanings = self._longest(text, words, at)
            if meanings:
                found.append(Phrase(text[start:end], meanings))
                rest.append(text[used:start])
                used = end
            while at < len(words) and words[at][0] < max(end, start + 1):
                at += 1
        rest.append(text[used:])
        return Said(tuple(found), " ".join(rest))

    def _longest(
        self, text: str, words: list[tuple[int, int, str]], at: int
    ) -> tuple[int, frozenset[str]]:
        """Where the longest phrase from a word on ends; what it means, and the shorter ones in it."""
        start, _, stem = words[at]
        found = [
            (start + len(name), meanings)
            for name, meanings in self._chinese.get(text[start], ())
            if text.startswith(name, start)
        ]
        for stems, meanings in self._phrases.get(stem, ()):
            here = words[at : at + len(stems)]
            if tuple(one for _, _, one in here) == stems:
                found.append((here[-1][1], meanings))
        if not found:
            return start, frozenset()
        end = max(one for one, _ in found)
        # Of those within it only phrases count as well: "all" in "all the time" means nothing.
        meant = (its for until, its in found if until == end or until > words[at][1])
        return end, frozenset[str]().union(*meant)


def spelled_out(text: str) -> str:
    """Lower case, simplified characters, and "can not" for "can't"."""
    text = simplified(text).casefold().replace("ё", "е").replace("’", "'")
    for short, long in _SHORTENED:
        text = short.sub(long, text)
    return text


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The shipped one."""
    return Lexicon.load()


def _words(text: str) -> list[tuple[int, int, str]]:
    """Start, end and stem of each word."""
    return [(m.start(), m.end(), _stem(m.group())) for m in _WORD.finditer(text)]


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    return next(iter(terms(word)), word)
