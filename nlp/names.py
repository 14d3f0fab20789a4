"""Other names for things, learned from texts: "Virtual Private Network (VPN)"."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from nlp.terms import terms

LONGEST: Final = 100_000  # characters of a text that are read
_BRACKETS: Final = re.compile(r"([(\uff08])([^()\uff08\uff09\n]{2,60})[)\uff09]")
_SHORT: Final = re.compile(r"[A-ZА-ЯЁ][A-ZА-ЯЁ0-9&/-]{1,7}")
_WORD: Final = re.compile(r"[^\W_]+")
_BEFORE: Final = 80  # characters before a bracket
_LINKING: Final = frozenset(
    ["of", "the", "and", "for", "to", "in", "on", "a", "an", "и", "по", "на", "для", "в", "с"]
)


class Names(NamedTuple):
    short: str
    long: str


def names_in(text: str) -> Iterator[Names]:
    """Abbreviations that the text explains, in either order."""
    text = text[:LONGEST]
    for match in _BRACKETS.finditer(text):
        inside = match[2].strip()
        before = text[max(0, match.start() - _BEFORE) : match.start()].rstrip()
        if _SHORT.fullmatch(inside):
            if long := _stands_for(inside, before):
                yield Names(inside, long)
        else:
            last = re.split(r"[\s,.;:]", before)[-1]
            if _SHORT.fullmatch(last) and (long := _stands_for(last, inside)) == inside:
                yield Names(last, long)


def _stands_for(short: str, before: str) -> str:
    """The last words that begin with its letters; small words between them may be left out."""
    line = before.rsplit("\n", 1)[-1]
    letters = [letter for letter in short.casefold() if letter.isalnum()]
    words = [(one.start(), one[0].casefold()) for one in _WORD.finditer(line)]
    begin = len(line)
    for letter in reversed(letters):
        while words and words[-1][1] in _LINKING and words[-1][1][0] != letter:
            words.pop()
        if not words or words[-1][1][0] != letter:
            return ""
        begin, _ = words.pop()
    return " ".join(line[begin:].split())


class OtherNames:
    """For a search: what else the words of a question are called."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
        for one, other in pairs:
            for name, called in ((one, other), (other, one)):
                if (stems := tuple(terms(name))) and (others := tuple(terms(called))):
                    self._by_first.setdefault(stems[0], []).append((stems, others))

    def __call__(self, stems: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """The first stem of each name among them -> the stems of what else it is called."""
        if not self._by_first:
            return {}
        found: dict[str, list[str]] = {}
        for at, stem in enumerate(stems):
            for name, others in self._by_first.get(stem, ()):
                if tuple(stems[at : at + len(name)]) == name:
                    found.setdefault(stem, []).extend(others)
        return found
