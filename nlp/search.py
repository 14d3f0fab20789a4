"""Finding articles: what a question says, what it means and how it is spelt, in memory.

`Index` is the public face for any texts. `Shelf` is the desk's: articles in three languages, and the
score turned into an estimated chance that the article is the right one.
"""

import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from nlp.concepts import thesaurus
from nlp.terms import telling, terms
from nlp.understanding import ArticleText, Language, Suggestion

K1: Final = 1.2
B: Final = 0.75
TITLE_WEIGHT: Final = 2
KEYWORD_WEIGHT: Final = 2
LONG_BODIES: Final = 8  # times as long as titles: shorter ones are as telling as their titles
LONGEST_ASKED: Final = 2_000  # characters of a question
CODE: Final = 100.0  # more than all views together give
RAREST: Final = (
    32  # features of a question that are looked up in a view, where there are many texts
)
MANY: Final = 5_000  # texts
PIECES: Final = (3, 4)  # characters
MEANT: Final = 0.7  # of a word counts when only its meaning is there
IN_BODY: Final = 0.5  # of a word counts when it is not in the title
WORTH_IT: Final = 0.2  # the chance below which an article is not even thought of
ENOUGH: Final = 0.5  # the chance at which other languages are not asked
FOREIGN: Final = 0.8  # of its chance is left to an article in another language
CHANCE: Final = (0.64, 1.32, 3.07, -4.73)  # of each evidence, and the shift


def _words(text: str) -> Iterable[str]:
    return terms(text)


def _meanings(text: str) -> Iterable[str]:
    return thesaurus().of(text)


def _neighbours(text: str) -> Iterable[str]:
    stems = terms(text)
    if stems:
        yield from map(" ".join, pairwise(["<", *stems, ">"]))
        yield from map("_".join, zip(stems, stems[2:], strict=False))


def _pieces(text: str) -> Iterable[str]:
    for stem in text.lower().split():
        yield from _of_word(stem)


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> tuple[str, ...]:
    edged = f" {word.strip('.,:;!?()')} "
    return tuple(
        edged[at : at + length] for length in PIECES for at in range(len(edged) - length + 1)
    )


# How each view cuts a text, and what its score weighs when it is divided by its spread over the texts.
_VIEWS: Final[tuple[tuple[Callable[[str], Iterable[str]], float], ...]] = (
    (_words, 1.0),
    (_meanings, 1.0),
    (_pieces, 1.0),
    (_neighbours, 0.4),
)


class Document(NamedTuple):
    """What is indexed: parts of a text, and how many times each counts."""

    parts: tuple[tuple[str, int], ...]


class _Postings:
    """BM25 of one view (Robertson and Zaragoza 2009)."""

    def __init__(self, cut: Callable[[str], Iterable[str]], documents: Sequence[Document]) -> None:
        self._cut = cut
        self._slots: dict[str, int] = {}
        slots, owners, counts = array("i"), array("i"), array("f")
        lengths = np.zeros(len(documents), np.float32)
        known = self._slots
        for number, document in enumerate(documents):
            bag: Counter[str] = Counter()
            for text, weight in document.parts:
                if weight == 1:
                    bag.update(cut(text))
                else:
                    for name in cut(text):
                        bag[name] += weight
            for name in bag:
                slots.append(known.setdefault(name, len(known)))
            owners.extend([number] * len(bag))
            counts.extend(bag.values())
            lengths[number] = bag.total()
        slot, owner = np.frombuffer(slots, np.int32), np.frombuffer(owners, np.int32)
        order = np.argsort(slot, kind="stable")
        self._owners = owner[order]
        count = np.frombuffer(counts, np.float32)[order]
        often = np.bincount(slot, minlength=len(known))
        self._begins = np.concatenate([[0], np.cumsum(often)])
        self.idf = np.log(1 + (len(documents) - often + 0.5) / (often + 0.5)).astype(np.float32)
        average = float(lengths.mean()) or 1.0
        norm = K1 * (1 - B + B * lengths[self._owners] / average)
        self._weights = count * (K1 + 1) / (count + norm) * np.repeat(self.idf, often)
        self._count = len(documents)

    def scores(self, query: str) -> np.ndarray:
        names = dict.fromkeys(self._cut(query))
        asked = [slot for name in names if (slot := self._slots.get(name)) is not None]
        if self._count > MANY:
            asked = sorted(asked, key=lambda slot: -self.idf[slot])[:RAREST]
        scores = np.zeros(self._count, np.float32)
        for slot in asked:
            where = slice(self._begins[slot], self._begins[slot + 1])
            scores[self._owners[where]] += self._weights[where]
        return scores

    def having(self, name: str) -> np.ndarray:
        """The numbers of the documents with a feature, if they are few."""
        slot = self._slots.get(name)
        if slot is None:
            return np.empty(0, np.int32)
        found = self._owners[self._begins[slot] : self._begins[slot + 1]]
        return found if len(found) <= max(1, self._count // 10) else found[:0]

    def idf_of(self, name: str) -> float | None:
        slot = self._slots.get(name)
        return float(self.idf[slot]) if slot is not None else None


def _is_code(term: str) -> bool:
    return len(term) >= 3 and any(character.isdigit() for character in term)


class Index:
    """Any query finds or finds nothing; a query's terms are alternatives.

    The score of a text is the sum of its BM25 scores in several views, each divided by its spread over
    all texts: so what tells the texts apart counts, in whatever view it shows.
    """

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._views: list[tuple[_Postings, float]] = []

    def index(self, documents: Mapping[str, tuple[str, str]]) -> None:
        """{id: (title, body)}; replaces what was indexed."""
        titles = sum(len(title) for title, _ in documents.values())
        bodies = sum(len(body) for _, body in documents.values())
        weight = TITLE_WEIGHT if bodies > LONG_BODIES * titles else 1
        self.build(
            {id: Document(((title, weight), (body, 1))) for id, (title, body) in documents.items()}
        )

    def build(self, documents: Mapping[str, Document]) -> None:
        ids, found = list(documents), list(documents.values())
        views = [(_Postings(cut, found), weight) for cut, weight in _VIEWS] if found else []
        self._ids, self._views = ids, views

    def search(self, query: str, k: int = 3) -> list[tuple[str, float]]:
        """(id, score) of the `k` best, best first; the score is positive and has no unit.

        Texts with a code of the query, "0x800CCC0E" or "809", come before those without.
        """
        if not self._views:
            return []
        query = query[:LONGEST_ASKED]
        total = np.zeros(len(self._ids), np.float32)
        for postings, weight in self._views:
            scores = postings.scores(query)
            spread = float(scores.std()) or 1.0  # no spread: one text, or nothing found
            total += scores * np.float32(weight / spread)
        words = self._views[0][0]
        for code in filter(_is_code, dict.fromkeys(terms(query))):
            total[words.having(code)] += CODE
        return self._best(total, k)

    def idf(self, term: str, concepts: Sequence[str] = ()) -> float:
        """How much a stem tells; of one that no text has, its meaning, and if no text has that, half
        of what a stem tells that a single text has."""
        if not self._views:
            return 1.0
        words, meanings = self._views[0][0], self._views[1][0]
        known = [idf for name in concepts if (idf := meanings.idf_of(name)) is not None]
        found = words.idf_of(term)
        if found is not None:
            return found
        return max(known) if known else math.log(1 + len(self._ids)) / 2

    def _best(self, scores: np.ndarray, k: int) -> list[tuple[str, float]]:
        k = min(k, len(self._ids))
        if k <= 0:
            return []
        top = np.argpartition(-scores, k - 1)[:k]
        ranked = sorted(((float(scores[i]), -int(i)) for i in top), reverse=True)
        return [(self._ids[-i], score) for score, i in ranked if score > 0]


class Shelf:
    """The articles of the knowledge base, one index a language."""

    def __init__(self, articles: Sequence[ArticleText] = ()) -> None:
        self._indexes: dict[Language, Index] = {}
        self._texts = {(one.language, one.id): one for one in articles}
        for language in Language:
            here = [one for one in articles if one.language is language]
            if here:
                self._indexes[language] = Index()
                self._indexes[language].build({one.id: _document(one) for one in here})

    def suggest(self, text: str, language: Language, k: int = 3) -> tuple[Suggestion, ...]:
        """The articles that may help, best first; those of another language if only they may."""
        asked = asked_of(text)
        best: tuple[Suggestion, ...] = ()
        if not asked:
            return best
        for tongue in dict.fromkeys((language, Language.EN, *Language)):
            index = self._indexes.get(tongue)
            if index is None or (best and best[0].score >= ENOUGH):
                continue
            share = 1.0 if tongue is language else FOREIGN
            found = [
                Suggestion(id, round(share * _chance(evidence), 3))
                for id, evidence in self.evidences(asked, text, tongue, k)
            ]
            found.sort(key=lambda one: -one.score)
            if found and (not best or found[0].score > best[0].score):
                best = tuple(found)
        return best if best and best[0].score >= WORTH_IT else ()

    def evidences(
        self, asked: Mapping[str, tuple[str, ...]], text: str, tongue: Language, k: int = 3
    ) -> list[tuple[str, tuple[float, ...]]]:
        """What speaks for each of the best articles of one language, in the order of the index."""
        index = self._indexes[tongue]
        return [
            (id, (*_evidence(asked, index, self._texts[tongue, id]), float(rank == 0)))
            for rank, (id, _) in enumerate(index.search(text, k))
        ]


def _chance(evidence: Sequence[float]) -> float:
    """A logistic curve; `python -m bench.suggestions` fits its numbers."""
    if not evidence[1]:
        return 0.05  # it only happens to use the same words somewhere
    raised = sum(w * x for w, x in zip(CHANCE, (*evidence, 1.0), strict=True))
    return 1 / (1 + math.exp(-raised))


def _evidence(
    asked: Mapping[str, tuple[str, ...]], index: Index, article: ArticleText
) -> tuple[float, float]:
    """How much of the question the article speaks of, 0 to 1; how many of its terms the title or the
    keywords have, up to 4."""
    named = f"{article.title} {' '.join(article.keywords)}"
    strong, meant = set(terms(named)), set(thesaurus().of(named))
    words, meanings = set(terms(article.body)), set(thesaurus().of(article.body))
    weight = told = in_title = 0.0
    for term, concepts in asked.items():
        idf = index.idf(term, concepts)
        weight += idf
        if term in strong:
            told, in_title = told + idf, in_title + 1
        elif any(concept in meant for concept in concepts):
            told, in_title = told + MEANT * idf, in_title + MEANT
        elif term in words:
            told += IN_BODY * idf
        elif any(concept in meanings for concept in concepts):
            told += IN_BODY * MEANT * idf
    return told / (weight or 1.0), min(in_title, 4.0)


def _document(article: ArticleText) -> Document:
    keywords = " ".join(article.keywords)
    return Document(((article.title, TITLE_WEIGHT), (keywords, KEYWORD_WEIGHT), (article.body, 1)))


def asked_of(query: str) -> dict[str, tuple[str, ...]]:
    """The telling terms of a question, and what each may mean."""
    known = thesaurus()
    some = dict.fromkeys(telling(query[:LONGEST_ASKED]))
    asked = {term: known.of_term(term) for term in some}
    asked.update((concept, (concept,)) for concept in known.of_chinese(query[:LONGEST_ASKED]))
    return asked
