"""Words that are spelt like a given one: typing errors, and forms that stems do not bring together."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import numpy as np

LIKE: Final = 0.5  # of all pairs of three characters that two words have between them (Dice)
SHORTEST: Final = 4
MANY: Final = 8  # words that one may be


@lru_cache(maxsize=100_000)
def threes(word: str) -> frozenset[str]:
    edged = f"<{word}>"
    return frozenset(edged[at : at + 3] for at in range(len(edged) - 2))


class Spellings:
    """Never changes; words that no text has any more do no harm."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = sorted(word for word in set(words) if can_be_misspelt(word))
        self._sizes = np.array([len(threes(word)) for word in self.words], np.int32)
        by_three: dict[str, list[int]] = {}
        for number, word in enumerate(self.words):
            for three in threes(word):
                by_three.setdefault(three, []).append(number)
        self._by_three = {three: np.array(some, np.int32) for three, some in by_three.items()}

    def like(self, word: str) -> list[tuple[str, float]]:
        """Other words and how alike they are, from LIKE to 1; the most alike first."""
        if not can_be_misspelt(word):
            return []
        mine = threes(word)
        lists = [some for three in mine if (some := self._by_three.get(three)) is not None]
        if not lists:
            return []
        numbers, shared = np.unique(np.concatenate(lists), return_counts=True)
        alike = 2 * shared / (len(mine) + self._sizes[numbers])
        good = np.flatnonzero(alike >= LIKE)
        best = good[np.argsort(-alike[good], kind="stable")][: MANY + 1]
        found = [(self.words[numbers[at]], float(alike[at])) for at in best]
        return [(other, share) for other, share in found if other != word][:MANY]


def can_be_misspelt(word: str) -> bool:
    return len(word) >= SHORTEST and word.isalpha() and not "\u3400" <= word[0] <= "\u9fff"
