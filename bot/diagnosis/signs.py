"""Finding the library's phrases in what people wrote, whatever the endings of the words.

A phrase is found where its terms stand close together in one clause. "Phone connects" is not found in "the
phone does not connect": what is denied is no sign. Linear in the length of the text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from nlp.terms import terms

LOOKED_AT: Final = 20_000  # characters of a matter: the rest of a pasted log adds nothing
BETWEEN: Final = 2  # other terms that may stand within a phrase
NEAR: Final = 2  # terms before a phrase in which it may be denied
_CLAUSE: Final = re.compile(r"[,.;:!?]\s|[\n，。；：！？]")
_DENIED: Final = frozenset(
    terms(
        "not no never neither nor nobody none cannot cant dont doesnt didnt isnt wont t"  # "can't" is two
        " без не ни нет никто"
    )
)


class Phrases:
    """Phrases by the term to look for first."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_term: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for phrase in dict.fromkeys(phrases):
            if sought := terms_of(phrase):
                self._by_term.setdefault(max(sought, key=len), []).append((phrase, sought))

    def found_in(self, words: Iterable[str]) -> frozenset[str]:
        """Those that are said somewhere in the messages."""
        found: set[str] = set()
        left = LOOKED_AT
        for message in words:
            for clause in _CLAUSE.split(message[: max(left, 0)]):
                found.update(self._in_clause(terms(clause)))
            left -= len(message)
        return frozenset(found)

    def _in_clause(self, clause: Sequence[str]) -> Iterator[str]:
        for place, term in enumerate(clause):
            for phrase, sought in self._by_term.get(term, ()):
                if _is_around(clause, place, sought):
                    yield phrase


def _is_around(clause: Sequence[str], place: int, sought: Sequence[str]) -> bool:
    reach = len(sought) + BETWEEN
    around = clause[max(0, place - reach + 1) : place + reach]
    if not set(sought) <= set(around):
        return False
    if any(map(_denies, sought)):
        return True
    begin = max(0, place - len(sought) - NEAR + 1)
    return not any(map(_denies, clause[begin : place + len(sought)]))


def said(found: frozenset[str], answers: Mapping[str, Iterable[str]]) -> str | None:
    """Which of the answers the phrases found are: the one said in most words. None when two are."""
    weights = {
        id: max((len(terms_of(one)) for one in phrases if one in found), default=0)
        for id, phrases in answers.items()
    }
    best = max(weights.values(), default=0)
    likely = [id for id, weight in weights.items() if weight == best]
    return likely[0] if best and len(likely) == 1 else None


def _denies(term: str) -> bool:
    return term in _DENIED or (term[:1] >= "\u3400" and any(sign in term for sign in "不没未无"))


@lru_cache(maxsize=10_000)
def terms_of(phrase: str) -> tuple[str, ...]:
    return tuple(terms(phrase))
