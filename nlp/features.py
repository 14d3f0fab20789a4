"""Texts as weighted features, in several views: stems and their neighbours, pairs of stems that stand
anywhere in the text, pieces of words.

Fitted with scikit-learn, applied without it, which takes a second to import and a millisecond to be called.
A view's weights are TF-IDF, each text's of length one.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from math import log, sqrt
from typing import Any, Final, NamedTuple

import numpy as np

from nlp.concepts import thesaurus
from nlp.facts import facts_in
from nlp.han import simplified
from nlp.terms import terms

LONGEST: Final = 2_000  # characters analysed: the head and the tail of a longer text
PAIRED: Final = 24  # stems of a text that are paired with each other: the first ones
PIECES: Final = (2, 3, 4, 5)  # characters
NEAR: Final = 3  # places that two stems of a skip may be apart

_HAN: Final = re.compile(r"([\u3400-\u9fff])")


def shortened(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    return f"{text[:half]} {text[-half:]}"


class Read(NamedTuple):
    """One text, cut once for all views."""

    stems: list[str]
    named: list[str]  # the things people name in many ways, under one name
    text: str


def _read(text: str) -> Read:
    short = simplified(shortened(text))
    named = [f"{fact.value.lower()}*" for fact in facts_in(short) if fact.kind == "application"]
    return Read(terms(short), named, short.lower())


def _words(read: Read) -> Iterable[str]:
    """Stems, and the things named."""
    yield from read.stems
    yield from read.named


def _neighbours(read: Read) -> Iterable[str]:
    """Two stems side by side, the edges of the text counting as stems; and two a little apart."""
    stems = ["<", *read.stems, ">"]
    for at, stem in enumerate(stems):
        if at + 1 < len(stems):
            yield f"{stem} {stems[at + 1]}"
        for there in range(at + 2, min(at + 1 + NEAR, len(stems) - 1)):
            if at:
                yield f"{stem} _ {stems[there]}"


def _pairs(read: Read) -> Iterable[str]:
    """Any two stems, in the order of the alphabet."""
    some = sorted({*read.stems[:PAIRED], *read.named})
    for at, stem in enumerate(some):
        for other in some[at + 1 :]:
            yield f"{stem}&{other}"


def _meanings(read: Read) -> Iterable[str]:
    yield from thesaurus().of(read.text)


def _pieces(read: Read) -> Iterable[str]:
    """Neighbouring characters of each word, its edges marked by a space; a Chinese character is a word."""
    spaced = read.text if read.text.isascii() else _HAN.sub(r" \1 ", read.text)
    for word in spaced.split():
        yield from _of_word(word)


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> tuple[str, ...]:
    edged = f" {word} "
    return tuple(
        edged[at : at + length]
        for length in PIECES
        for at in range(max(1, len(edged) - length + 1))
    )


# How each view cuts a text, and in how many texts a feature must be. The words come first: they explain.
_VIEWS: Final[tuple[tuple[Callable[[Read], Iterable[str]], int], ...]] = (
    (_words, 1),
    (_neighbours, 1),
    (_pairs, 2),
    (_meanings, 1),
    (_pieces, 2),
)


# How much each view says about two texts being alike.
_LIKENESS: Final[dict[Callable[[Read], Iterable[str]], float]] = {
    _words: 0.4,
    _meanings: 0.2,
    _pieces: 0.4,
}


class Row(NamedTuple):
    """One text's features: where they are, and what they weigh."""

    columns: np.ndarray
    weights: np.ndarray


class _Block:
    """TF-IDF of one view, as scikit-learn fitted it."""

    def __init__(self, cut: Callable[[Read], Iterable[str]], fitted: Any, offset: int) -> None:
        self.cut = cut
        self.places = {name: int(at) + offset for name, at in fitted.vocabulary_.items()}
        self._idf, self._offset = fitted.idf_.astype(np.float32), offset

    def of(self, read: Read) -> Row:
        place = self.places.get
        found = [at for name in self.cut(read) if (at := place(name)) is not None]
        columns, often = np.unique(np.array(found, dtype=np.int32), return_counts=True)
        weights = (1 + np.log(often, dtype=np.float32)) * self._idf[columns - self._offset]
        return Row(columns, weights / (float(np.sqrt(weights @ weights)) or 1.0))

    def idf(self, name: str) -> float:
        place = self.places.get(name)
        return float(self._idf.max() if place is None else self._idf[place - self._offset])


class Features:
    """Several classifiers may share them."""

    def __init__(self) -> None:
        self._blocks: tuple[_Block, ...] = ()
        self._words: list[str] = []  # what the first columns stand for
        self.width = 0

    def fit(self, texts: Sequence[str]) -> Any:
        """Returns the sparse matrix of the texts, a row a text."""
        from scipy.sparse import hstack
        from sklearn.feature_extraction.text import TfidfVectorizer

        reads = [_read(text) for text in texts]
        blocks, matrices, width = [], [], 0
        for cut, fewest in _VIEWS:
            vectorizer = TfidfVectorizer(
                analyzer=cut, sublinear_tf=True, dtype=np.float32,
                min_df=fewest if len(texts) >= 100 else 1,
            )  # fmt: skip
            try:
                matrices.append(vectorizer.fit_transform(reads))
            except ValueError:  # nothing of this kind in any text
                continue
            blocks.append(_Block(cut, vectorizer, width))
            width += matrices[-1].shape[1]
        if not blocks:
            raise ValueError("the texts to learn from have no words in them")
        self._blocks, self.width = tuple(blocks), width
        first = blocks[0].places if blocks[0].cut is _words else {}
        self._words = sorted(first, key=first.__getitem__)
        return hstack(matrices).tocsr()

    def of(self, texts: Sequence[str]) -> list[Row]:
        return [self._of(_read(text)) for text in texts]

    def _of(self, read: Read) -> Row:
        rows = [block.of(read) for block in self._blocks]
        return Row(
            np.concatenate([row.columns for row in rows]),
            np.concatenate([row.weights for row in rows]),
        )

    def profile(self, text: str) -> dict[str, float]:
        """What a text is like, of length one: features unknown to the training count, too, as rare."""
        read = _read(text)
        found: dict[str, float] = {}
        for block in self._blocks:
            share = _LIKENESS.get(block.cut)
            if share is None:
                continue
            often = Counter(block.cut(read))
            weights = {name: (1 + log(count)) * block.idf(name) for name, count in often.items()}
            scale = sqrt(share / (sum(x * x for x in weights.values()) or 1.0))
            mark = block.cut.__name__
            found.update((f"{mark} {name}", scale * x) for name, x in weights.items())
        return found

    def telling(self, row: Row, weights: np.ndarray, count: int) -> tuple[str, ...]:
        """The words of a row that weigh most, heaviest first; none that weighs nothing."""
        is_word = row.columns < len(self._words)
        columns = row.columns[is_word]
        scores = row.weights[is_word] * weights[columns]
        best = np.argsort(-scores, kind="stable")[:count]
        return tuple(self._words[columns[n]] for n in best if scores[n] > 0)
