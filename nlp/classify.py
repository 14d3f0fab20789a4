"""A text classifier for any set of labels: TF-IDF of stems and pieces of words, a linear model,
calibrated.

The model is a one-versus-rest linear SVM. Its margins become probabilities by a softmax whose
temperature is fitted on margins that cross-validation gave to texts the model had not seen.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

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
    return _HAN.sub(r" \1 ", shortened(text).lower())


def _words(text: str) -> list[str]:
    """Stems, and the things people name in many ways under one name."""
    short = shortened(text)
    named = (fact.value for fact in facts_in(short) if fact.kind == "application")
    return [*terms(short), *(f"{name.lower()}*" for name in named)]


class Features:
    """Texts as weighted stems, things named, and pieces of words. Several classifiers may share them."""

    def __init__(self) -> None:
        self._union: Any = None
        self._words: list[str] = []  # what the first columns stand for

    def fit(self, texts: Sequence[str]) -> Any:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import FeatureUnion

        words = TfidfVectorizer(analyzer=_words, sublinear_tf=True)
        pieces = TfidfVectorizer(
            preprocessor=_spaced, analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True
        )
        self._union = FeatureUnion([("words", words), ("pieces", pieces)])
        matrix = self._union.fit_transform(texts)
        self._words = [str(word) for word in words.get_feature_names_out()]
        return matrix

    def of(self, texts: Sequence[str]) -> Any:
        """A sparse row for each text."""
        return self._union.transform(texts).tocsr()

    def telling(self, matrix: Any, row: int, weights: np.ndarray, count: int) -> tuple[str, ...]:
        """The words of a row that weigh most, heaviest first; none that weighs nothing."""
        here = slice(matrix.indptr[row], matrix.indptr[row + 1])
        columns = matrix.indices[here]
        is_word = columns < len(self._words)
        columns = columns[is_word]
        scores = matrix.data[here][is_word] * weights[columns]
        best = np.argsort(-scores, kind="stable")[:count]
        return tuple(self._words[columns[n]] for n in best if scores[n] > 0)


class Classifier:
    """`fit` texts with their labels, then `predict` (label, confidence) for new ones.

    Whoever has several classifiers for the same texts gives them one `Features`, makes `features.of`
    once, and lets each `judge` it.
    """

    def __init__(self, features: Features | None = None) -> None:
        self.features = features or Features()
        self._labels: np.ndarray = np.array([])
        self._coefficients = np.empty((0, 0))  # a row a label, as dense floats: made for `judge`
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
        self._coefficients, self._intercepts = model.coef_, model.intercept_
        if len(self._coefficients) == 1:  # two labels have one margin: the other's is its opposite
            self._coefficients = np.vstack([-model.coef_, model.coef_])
            self._intercepts = np.concatenate([-model.intercept_, model.intercept_])
        return self

    def predict(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        return self.judge(self.features.of(texts)) if texts else []

    def judge(self, matrix: Any) -> list[tuple[str, float]]:
        """(label, confidence) of each row of features."""
        chances = self._chances(matrix)
        best = chances.argmax(axis=1)
        return [(str(self._labels[i]), float(row[i])) for i, row in zip(best, chances, strict=True)]

    def chances(self, texts: Sequence[str]) -> np.ndarray:
        """Probabilities, a row a text, a column a label in `labels`."""
        return self._chances(self.features.of(texts))

    def _chances(self, matrix: Any) -> np.ndarray:
        margins = matrix @ self._coefficients.T + self._intercepts
        return _softmax(margins / self._temperature)

    @property
    def labels(self) -> list[str]:
        return [str(label) for label in self._labels]

    def because(self, matrix: Any, row: int, label: str, count: int = 4) -> tuple[str, ...]:
        """The words that spoke most for the label, strongest first."""
        where = int(np.searchsorted(self._labels, label))
        return self.features.telling(matrix, row, self._coefficients[where], count)


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
