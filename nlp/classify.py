"""A text classifier for any set of labels: TF-IDF of stems and pieces of words, a linear model,
calibrated.

The model is a one-versus-rest linear SVM. Its margins become probabilities by a softmax whose
temperature is fitted on margins that cross-validation gave to texts the model had not seen.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np

from nlp.facts import facts_in
from nlp.terms import terms

LONGEST: Final = 2_000  # characters analysed: the head and the tail of a longer text
FOLDS: Final = 4


def shortened(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    return f"{text[:half]} {text[-half:]}"


_HAN: Final = re.compile(r"([\u3400-\u9fff])")


def _spaced(text: str) -> str:
    """Chinese characters as words of their own, so that word pairs see them."""
    short = shortened(text).lower()
    return short if short.isascii() else _HAN.sub(r" \1 ", short)


def _words(text: str) -> list[str]:
    """Stems, and the things people name in many ways under one name."""
    short = shortened(text)
    named = (fact.value for fact in facts_in(short) if fact.kind == "application")
    return [*terms(short), *(f"{name.lower()}*" for name in named)]


def _pieces(text: str) -> list[str]:
    """Two to four neighbouring characters of each word, its edges marked by a space."""
    return [piece for word in _spaced(text).split() for piece in _of_word(word)]


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> tuple[str, ...]:
    edged = f" {word} "
    return tuple(
        edged[at : at + length]
        for length in (2, 3, 4)
        for at in range(max(1, len(edged) - length + 1))
    )


class Row(NamedTuple):
    """One text's features: where they are, and what they weigh."""

    columns: np.ndarray
    weights: np.ndarray


class _Block:
    """TF-IDF of one kind of feature, as scikit-learn fitted it; applied without scikit-learn, which
    takes a second to import and a millisecond to be called."""

    def __init__(self, cut: Callable[[str], list[str]], fitted: Any, offset: int) -> None:
        self.cut = cut
        self.places = {name: int(at) + offset for name, at in fitted.vocabulary_.items()}
        self._idf, self._offset = fitted.idf_.astype(np.float32), offset

    def of(self, text: str) -> Row:
        places = self.places
        found = [places[name] for name in self.cut(text) if name in places]
        columns, often = np.unique(np.array(found, dtype=np.int32), return_counts=True)
        weights = (1 + np.log(often, dtype=np.float32)) * self._idf[columns - self._offset]
        return Row(columns, weights / (float(np.sqrt(weights @ weights)) or 1.0))


class Features:
    """Texts as weighted stems, things named, and pieces of words. Several classifiers may share them."""

    def __init__(self) -> None:
        self._blocks: tuple[_Block, ...] = ()
        self._words: list[str] = []  # what the first columns stand for

    def fit(self, texts: Sequence[str]) -> Any:
        """Returns the sparse matrix of the texts, for `Classifier.fit`."""
        from scipy.sparse import hstack
        from sklearn.feature_extraction.text import TfidfVectorizer

        blocks, matrices, width = [], [], 0
        for cut in (_words, _pieces):
            vectorizer = TfidfVectorizer(analyzer=cut, sublinear_tf=True)
            matrices.append(vectorizer.fit_transform(texts))
            blocks.append(_Block(cut, vectorizer, width))
            width += matrices[-1].shape[1]
        self._blocks = tuple(blocks)
        self._words = sorted(blocks[0].places, key=blocks[0].places.__getitem__)
        return hstack(matrices).tocsr()

    def of(self, texts: Sequence[str]) -> list[Row]:
        return [_joined([block.of(text) for block in self._blocks]) for text in texts]

    def telling(self, row: Row, weights: np.ndarray, count: int) -> tuple[str, ...]:
        """The words of a row that weigh most, heaviest first; none that weighs nothing."""
        is_word = row.columns < len(self._words)
        columns = row.columns[is_word]
        scores = row.weights[is_word] * weights[columns]
        best = np.argsort(-scores, kind="stable")[:count]
        return tuple(self._words[columns[n]] for n in best if scores[n] > 0)


def _joined(rows: Sequence[Row]) -> Row:
    return Row(
        np.concatenate([row.columns for row in rows]), np.concatenate([row.weights for row in rows])
    )


class Classifier:
    """`fit` texts with their labels, then `predict` (label, confidence) for new ones.

    Whoever has several classifiers for the same texts gives them one `Features`, makes `features.of`
    once, and lets each `judge` it.
    """

    def __init__(self, features: Features | None = None) -> None:
        self.features = features or Features()
        self._labels: np.ndarray = np.array([])
        self._weights = np.empty((0, 0))  # a row a feature, a column a label
        self._intercepts = np.empty(0)
        self._temperature = 1.0

    def fit(self, texts: Sequence[str], labels: Sequence[str], matrix: Any = None) -> "Classifier":
        """`matrix` when the features were fitted to the same texts already.

        Raises ValueError when there are fewer than two labels or not a label for every text.
        """
        from sklearn.model_selection import StratifiedKFold, cross_val_predict

        if len(texts) != len(labels):
            raise ValueError(f"{len(texts)} texts but {len(labels)} labels")
        self._labels = np.array(sorted(set(labels)))
        if len(self._labels) < 2:
            raise ValueError("a classifier needs at least two different labels")
        if matrix is None:
            matrix = self.features.fit(texts)
        truth = np.searchsorted(self._labels, np.array(labels))
        fewest = int(np.bincount(truth).min())
        if fewest >= 2:
            folds = StratifiedKFold(min(FOLDS, fewest), shuffle=True, random_state=7)
            margins = cross_val_predict(
                _model(), matrix, truth, cv=folds, method="decision_function"
            )
            self._temperature = _temperature(_both_ways(margins), truth)
        model = _model().fit(matrix, truth)
        coefficients, intercepts = model.coef_, model.intercept_
        if len(coefficients) == 1:  # two labels have one margin: the other's is its opposite
            coefficients = np.vstack([-coefficients, coefficients])
            intercepts = np.concatenate([-intercepts, intercepts])
        self._weights = np.ascontiguousarray(coefficients.T, dtype=np.float32)
        self._intercepts = intercepts
        return self

    def predict(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        return self.judge(self.features.of(texts)) if texts else []

    def judge(self, rows: Sequence[Row]) -> list[tuple[str, float]]:
        """(label, confidence) of each."""
        chances = self._chances(rows)
        best = chances.argmax(axis=1)
        return [(str(self._labels[i]), float(row[i])) for i, row in zip(best, chances, strict=True)]

    def chances(self, texts: Sequence[str]) -> np.ndarray:
        """Probabilities, a row a text, a column a label in `labels`."""
        return self._chances(self.features.of(texts))

    def _chances(self, rows: Sequence[Row]) -> np.ndarray:
        margins = np.stack([row.weights @ self._weights[row.columns] for row in rows])
        return _softmax((margins + self._intercepts) / self._temperature)

    @property
    def labels(self) -> list[str]:
        return [str(label) for label in self._labels]

    def because(self, row: Row, label: str, count: int = 4) -> tuple[str, ...]:
        """The words that spoke most for the label, strongest first."""
        where = int(np.searchsorted(self._labels, label))
        return self.features.telling(row, self._weights[:, where], count)


def _model() -> Any:
    from sklearn.svm import LinearSVC

    return LinearSVC(C=0.3, class_weight="balanced")  # by cross-validation on the shipped texts


def _both_ways(margins: np.ndarray) -> np.ndarray:
    """Two labels have one margin: give the other its opposite."""
    return margins if margins.ndim == 2 else np.stack([-margins, margins], axis=1)


def _softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _temperature(margins: np.ndarray, truth: np.ndarray) -> float:
    """The one that makes the truth most likely (Guo et al. 2017, temperature scaling)."""
    from scipy.optimize import minimize_scalar

    rows = np.arange(len(truth))

    def loss(log_temperature: float) -> float:
        chances = _softmax(margins / np.exp(log_temperature))
        return -float(np.log(chances[rows, truth] + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-4.0, 3.0), method="bounded").x))
