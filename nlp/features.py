"""Texts as weighted features, in several views: stems and their neighbours, pairs of stems that stand
anywhere in the text, the things and the kinds of things that words name in any language, pieces of words.

Fitted with scikit-learn, applied without it, which takes a second to import and a millisecond to be called.
A view's weights are TF-IDF, each text's of length one.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from math import fsum, log, sqrt
from typing import Any, Final, NamedTuple

import numpy as np

from nlp.concepts import fields_of, kinds_of, thesaurus, things
from nlp.facts import things_in
from nlp.han import simplified
from nlp.latinised import in_cyrillic
from nlp.terms import terms
from nlp.words import Words, words_of

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
    kinds: list[str]  # of what is spoken of
    fields: list[str]  # that are spoken of, in English
    text: str


def _read(text: str) -> Read:
    short = simplified(shortened(text))
    named = [f"{name.lower()}*" for name in dict.fromkeys(things_in(short))]
    short = in_cyrillic(short) or short
    return Read(terms(short), named, kinds_of(short), fields_of(short), short.lower())


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
    """Any two stems, things or kinds, in the order of the alphabet."""
    some = sorted({*read.stems[:PAIRED], *read.named, *read.kinds})
    for at, stem in enumerate(some):
        for other in some[at + 1 :]:
            yield f"{stem}&{other}"


def _meanings(read: Read) -> Iterable[str]:
    yield from thesaurus().of(read.text)
    yield from (f"thing {concept}" for concept in things().of(read.text))


def _kinds(read: Read) -> Iterable[str]:
    """The kinds of what is spoken of, singly and two at a time; and how long the text is, roughly."""
    yield f"length {min(len(read.stems), 12).bit_length()}"
    for at, kind in enumerate(read.kinds):
        yield kind
        for other in read.kinds[at + 1 :]:
            yield f"{kind}&{other}"


def _fields(read: Read) -> Iterable[str]:
    yield from read.fields


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


class View(NamedTuple):
    cut: Callable[[Read], Iterable[str]]
    fewest: int  # texts that a feature must be in
    weight: float = 1.0


# The words come first: they explain.
_VIEWS: Final = (
    View(_words, 1),
    View(_neighbours, 1),
    View(_pairs, 2),
    View(_meanings, 1, 0.5),  # whole, they outshout the words
    View(_kinds, 2, 0.4),
    View(_fields, 2, 0.5),
    View(_pieces, 2),
)


# How much each view says about two texts being alike.
_LIKENESS: Final[dict[Callable[[Read], Iterable[str]], float]] = {
    _words: 0.4,
    _meanings: 0.2,
    _pieces: 0.4,
}


# Views whose unknown features tell that a text is like nothing learned.
_STRANGE: Final = (_words, _neighbours)


class Row(NamedTuple):
    """One text's features: where they are, and what they weigh; its words in their order; and how
    familiar it is, the share of its weight (squared) that known features carry, 0 to 1."""

    columns: np.ndarray
    weights: np.ndarray
    words: Words = ()
    familiar: float = 1.0


class _Block:
    """TF-IDF of one view, as scikit-learn fitted it."""

    def __init__(self, view: View, fitted: Any, offset: int) -> None:
        self.cut, self._weight = view.cut, np.float32(view.weight)
        self.places = {name: int(at) + offset for name, at in fitted.vocabulary_.items()}
        self._idf, self._offset = fitted.idf_.astype(np.float32), offset
        self._rarest = float(self._idf.max())

    @property
    def columns(self) -> slice:
        return slice(self._offset, self._offset + len(self._idf))

    def of(self, read: Read) -> Row:
        place = self.places.get
        names = list(self.cut(read))
        found = [at for name in names if (at := place(name)) is not None]
        columns, often = np.unique(np.array(found, dtype=np.int32), return_counts=True)
        weights = (1 + np.log(often, dtype=np.float32)) * self._idf[columns - self._offset]
        known = float(weights @ weights)
        # An unknown feature is as rare as the rarest known one.
        strange = (len(names) - len(found)) * self._rarest**2
        scale = self._weight / np.float32(sqrt(known) or 1)
        return Row(columns, weights * scale, familiar=known / (known + strange or 1))

    def idf(self, name: str) -> float:
        place = self.places.get(name)
        return self._rarest if place is None else float(self._idf[place - self._offset])


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
        for view in _VIEWS:
            vectorizer = TfidfVectorizer(
                analyzer=view.cut, sublinear_tf=True, dtype=np.float32,
                min_df=view.fewest if len(texts) >= 100 else 1,
            )  # fmt: skip
            try:
                matrix = vectorizer.fit_transform(reads)
            except ValueError:  # nothing of this kind in any text
                continue
            matrix.data *= np.float32(view.weight)
            matrices.append(matrix)
            blocks.append(_Block(view, vectorizer, width))
            width += matrix.shape[1]
        if not blocks:
            raise ValueError("the texts to learn from have no words in them")
        self._blocks, self.width = tuple(blocks), width
        first = blocks[0].places if blocks[0].cut is _words else {}
        self._words = sorted(first, key=first.__getitem__)
        return hstack(matrices).tocsr()

    def of(self, texts: Sequence[str]) -> list[Row]:
        return [self._of(text) for text in texts]

    def _of(self, text: str) -> Row:
        read = _read(text)
        rows = [block.of(read) for block in self._blocks]
        strange = [
            row.familiar
            for block, row in zip(self._blocks, rows, strict=True)
            if block.cut in _STRANGE
        ]
        return Row(
            np.concatenate([row.columns for row in rows]),
            np.concatenate([row.weights for row in rows]),
            words_of(text),
            fsum(strange) / max(len(strange), 1),
        )

    def familiar(self, seen: Any, unseen: Any) -> np.ndarray:
        """How familiar each of the unseen rows would be, had only the seen ones been there to be fitted."""
        shares = []
        for block in self._blocks:
            if block.cut in _STRANGE:
                known = seen[:, block.columns].getnnz(axis=0) > 0
                weights = unseen[:, block.columns].power(2)
                whole = np.asarray(weights.sum(axis=1)).ravel()
                shares.append((weights @ known) / np.maximum(whole, 1e-9))
        return np.mean(shares, axis=0) if shares else np.ones(unseen.shape[0])

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
