"""The desk's articles, in three languages: which may help with a message, and how likely."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Final, NamedTuple

from nlp.concepts import everyday, thesaurus
from nlp.names import OtherNames
from nlp.ranking import LONGEST_ASKED, LOOSE, Index
from nlp.terms import telling, terms
from nlp.understanding import ArticleText, Language, Suggestion

MEANT: Final = 0.7  # of a word counts when only its meaning is there
LOOSELY: Final = 0.4  # and when that is an everyday one
IN_BODY: Final = 0.5  # of a word counts when it is not in the title
WORTH_IT: Final = 0.2  # the chance below which an article is not even thought of
ENOUGH: Final = 0.5  # the chance at which other languages are not asked
FOREIGN: Final = 0.8  # of its chance is left to an article in another language
CHANCE: Final = (0.64, 1.32, 3.07, -4.73)  # of each evidence, and the shift

NOTHING: Final[Mapping[tuple[str, str], float]] = {}


class Shelf:
    """The articles of the knowledge base, one index a language. Never changes; `updated` makes the next."""

    def __init__(
        self,
        articles: Sequence[ArticleText] = (),
        shifts: Mapping[tuple[str, str], float] = NOTHING,
        names: OtherNames | None = None,
    ) -> None:
        self._shifts = shifts  # by what became of an article: see `nlp.feedback`
        self._names = names
        self._texts: dict[tuple[Language, str], ArticleText] = {}
        self._indexes: dict[Language, Index] = {}
        self._read: dict[tuple[Language, str], _Read] = {}  # those that were thought of
        self._take(articles, {}, {})

    def updated(
        self,
        articles: Sequence[ArticleText],
        shifts: Mapping[tuple[str, str], float] = NOTHING,
        names: OtherNames | None = None,
    ) -> "Shelf":
        """These articles; the work is that of what differs."""
        new = Shelf((), shifts, names)
        new._take(articles, self._texts, self._indexes)
        return new

    def _take(
        self,
        articles: Sequence[ArticleText],
        texts: Mapping[tuple[Language, str], ArticleText],
        indexes: Mapping[Language, Index],
    ) -> None:
        self._texts = {(one.language, one.id): one for one in articles}
        for language in Language:
            changed = {
                id: _document(one)
                for (tongue, id), one in self._texts.items()
                if tongue is language and (old := texts.get((tongue, id))) is not one and old != one
            }
            gone = [key[1] for key in texts if key[0] is language and key not in self._texts]
            index = indexes.get(language, Index())
            if changed or gone:
                index = index.updated(changed, gone)
            if len(index):
                self._indexes[language] = index

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def size(self) -> int:
        """Bytes of the tables."""
        return sum(sum(index.size.values()) for index in self._indexes.values())

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
                Suggestion(
                    id, round(share * _chance(evidence, self._shifts.get((id, language), 0.0)), 3)
                )
                for id, evidence in self.evidences(asked, text, tongue, k)
            ]
            found.sort(key=lambda one: -one.score)
            if found and (not best or found[0].score > best[0].score):
                best = tuple(found)
        return best if best and best[0].score >= WORTH_IT else ()

    def evidences(
        self, asked: "Asked", text: str, tongue: Language, k: int = 3
    ) -> list[tuple[str, tuple[float, ...]]]:
        """What speaks for each of the best articles of one language, in the order of the index."""
        index = self._indexes[tongue]
        weights = index.idf(asked)
        called = self._names(list(asked)) if self._names else {}
        return [
            (id, (*_evidence(asked, weights, called, self._of(tongue, id)), float(rank == 0)))
            for rank, (id, _) in enumerate(index.search(text, k, self._names))
        ]

    def _of(self, tongue: Language, id: str) -> "_Read":
        read = self._read.get((tongue, id))
        if read is None:
            one = self._texts[tongue, id]
            name = " ".join((one.title, *one.keywords))
            read = self._read[tongue, id] = _Read.of(name, one.body)
        return read


class _Read(NamedTuple):
    """The terms and the meanings of an article, in its name and in its body."""

    named: frozenset[str]
    meant: frozenset[str]
    words: frozenset[str]
    meanings: frozenset[str]

    @classmethod
    def of(cls, name: str, body: str) -> "_Read":
        return cls(
            frozenset(terms(name)),
            frozenset(_meanings(name)),
            frozenset(terms(body)),
            frozenset(_meanings(body)),
        )


def _meanings(text: str) -> Iterator[str]:
    yield from thesaurus().of(text)
    yield from (f"{LOOSE}{one}" for one in everyday().of(text))


def _chance(evidence: Sequence[float], shift: float = 0.0) -> float:
    """A logistic curve; `python -m bench.suggestions` fits its numbers."""
    if not evidence[1]:
        return 0.05  # it only happens to use the same words somewhere
    raised = sum(w * x for w, x in zip(CHANCE, (*evidence, 1.0), strict=True))
    return 1 / (1 + math.exp(-raised - shift))


def _evidence(
    asked: "Asked",
    weights: Sequence[float],
    called: Mapping[str, Sequence[str]],
    article: _Read,
) -> tuple[float, float]:
    """How much of the question the article speaks of, 0 to 1; how many of its terms the title or the
    keywords have, up to 4."""
    weight = told = in_title = 0.0
    for (term, concepts), idf in zip(asked.items(), weights, strict=True):
        weight += idf
        if term in article.named:
            told, in_title = told + idf, in_title + 1
        elif term in called and article.named.issuperset(called[term]):
            told, in_title = told + MEANT * idf, in_title + MEANT
        elif same := _same(concepts, article.meant):
            told, in_title = told + same * idf, in_title + same
        elif term in article.words:
            told += IN_BODY * idf
        else:
            told += IN_BODY * _same(concepts, article.meanings) * idf
    return told / (weight or 1.0), min(in_title, 4.0)


def _same(asked: Iterable[str], meant: Set[str]) -> float:
    """How much of a word is there when these are its meanings."""
    return max(
        (LOOSELY if one.startswith(LOOSE) else MEANT for one in asked if one in meant), default=0.0
    )


def _document(article: ArticleText) -> tuple[str, str]:
    return " ".join((article.title, *article.keywords)), article.body


Asked = dict[str, tuple[str, ...]]


def asked_of(query: str) -> Asked:
    """The telling terms of a question, and what each may mean."""
    known, loose = thesaurus(), everyday()
    some = dict.fromkeys(telling(query[:LONGEST_ASKED]))
    asked = {
        term: (*known.of_term(term), *(f"{LOOSE}{one}" for one in loose.of_term(term)))
        for term in some
    }
    asked.update((concept, (concept,)) for concept in known.of_chinese(query[:LONGEST_ASKED]))
    return asked
