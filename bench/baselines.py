"""What the searches are measured against: the plain methods, in their usual form."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

import numpy as np
import snowballstemmer

_WORD = re.compile(r"\w+")
_english = snowballstemmer.stemmer("english")


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    return str(_english.stemWord(word))


def stems(text: str) -> Iterable[str]:
    return [_stem(word) for word in _WORD.findall(text.lower())]


def grams(text: str) -> Iterable[str]:
    """Three to five neighbouring characters within words."""
    for word in _WORD.findall(text.lower()):
        edged = f" {word} "
        for n in (3, 4, 5):
            yield from (edged[at : at + n] for at in range(len(edged) - n + 1))


class BM25:
    """Robertson and Zaragoza 2009, k1 = 1.2, b = 0.75, over title and body as one text."""

    def __init__(self, cut: Callable[[str], Iterable[str]] = stems) -> None:
        self._cut = cut

    def index(self, documents: Mapping[str, tuple[str, str]]) -> None:
        self.ids = list(documents)
        bags = [Counter(self._cut(f"{title} {body}")) for title, body in documents.values()]
        lengths = [bag.total() for bag in bags]
        average = sum(lengths) / len(lengths)
        often = Counter(name for bag in bags for name in bag)
        found: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, (bag, length) in enumerate(zip(bags, lengths, strict=True)):
            norm = 1.2 * (0.25 + 0.75 * length / average)
            for name, count in bag.items():
                idf = math.log(1 + (len(bags) - often[name] + 0.5) / (often[name] + 0.5))
                found[name].append((number, idf * count * 2.2 / (count + norm)))
        self._postings = {
            name: (np.array([n for n, _ in some]), np.array([weight for _, weight in some]))
            for name, some in found.items()
        }

    def scores(self, query: str) -> np.ndarray:
        scores = np.zeros(len(self.ids))
        for name in self._cut(query):
            if name in self._postings:
                numbers, weights = self._postings[name]
                scores[numbers] += weights
        return scores

    def search(self, query: str, k: int) -> list[tuple[str, float]]:
        return _best(self.ids, self.scores(query), k)


class Fused:
    """BM25 of words and of characters, each divided by its spread over the texts."""

    def __init__(self) -> None:
        self._words, self._grams = BM25(), BM25(grams)

    def index(self, documents: Mapping[str, tuple[str, str]]) -> None:
        self._words.index(documents)
        self._grams.index(documents)

    def search(self, query: str, k: int) -> list[tuple[str, float]]:
        total = np.zeros(len(self._words.ids))
        for scores in (self._words.scores(query), self._grams.scores(query)):
            total += scores / (scores.std() or 1.0)
        return _best(self._words.ids, total, k)


def _best(ids: list[str], scores: np.ndarray, k: int) -> list[tuple[str, float]]:
    order = np.argsort(-scores, kind="stable")[:k]
    return [(ids[n], float(scores[n])) for n in order if scores[n] > 0]
