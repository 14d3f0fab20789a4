"""A text classifier for any set of labels: TF-IDF of words and characters, a linear model, calibrated.

The model is a one-versus-rest linear SVM. Its margins become probabilities by a softmax whose
temperature is fitted on margins that cross-validation gave to texts the model had not seen.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

LONGEST: Final = 2_000  # characters analysed: the head and the tail of a longer text
FOLDS: Final = 4
WORD: Final = r"[^\W_]+"


def shortened(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    return f"{text[:half]} {text[-half:]}"


_HAN: Final = re.compile(r"([\u3400-\u9fff])")


def _spaced(text: str) -> str:
    """Chinese characters as words of their own, so that word pairs see them."""
    return _HAN.sub(r" \1 ", shortened(text).lower())


class Classifier:
    """`fit` texts with their labels, then `predict` (label, confidence) for new ones."""

    def __init__(self) -> None:
        self._labels: np.ndarray = np.array([])
        self._features: Any = None
        self._model: Any = None
        self._temperature = 1.0

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> "Classifier":
        """Raises ValueError when there are fewer than two labels or not a label for every text."""
        from sklearn.model_selection import StratifiedKFold, cross_val_predict

        if len(texts) != len(labels):
            raise ValueError(f"{len(texts)} texts but {len(labels)} labels")
        self._labels = np.array(sorted(set(labels)))
        if len(self._labels) < 2:
            raise ValueError("a classifier needs at least two different labels")
        self._features = self._make_features()
        matrix = self._features.fit_transform([_spaced(text) for text in texts])
        truth = np.searchsorted(self._labels, np.array(labels))
        fewest = int(np.bincount(truth).min())
        if fewest >= 2:
            folds = StratifiedKFold(min(FOLDS, fewest), shuffle=True, random_state=7)
            margins = cross_val_predict(
                self._make_model(), matrix, truth, cv=folds, method="decision_function"
            )
            self._temperature = _temperature(_both_ways(margins), truth)
        self._model = self._make_model().fit(matrix, truth)
        return self

    def predict(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        if not texts:
            return []
        chances = self.chances(texts)
        best = chances.argmax(axis=1)
        return [(str(self._labels[i]), float(row[i])) for i, row in zip(best, chances, strict=True)]

    def chances(self, texts: Sequence[str]) -> np.ndarray:
        """Probabilities, a row a text, a column a label in `labels`."""
        matrix = self._features.transform([_spaced(text) for text in texts])
        return _softmax(_both_ways(self._model.decision_function(matrix)) / self._temperature)

    @property
    def labels(self) -> list[str]:
        return [str(label) for label in self._labels]

    def because(self, text: str, label: str, count: int = 4) -> tuple[str, ...]:
        """The words of the text that spoke most for the label, strongest first."""
        _, vectorizer = self._features.transformer_list[0]
        row = vectorizer.transform([_spaced(text)]).tocoo()
        where = int(np.searchsorted(self._labels, label))
        coefficients = np.atleast_2d(self._model.coef_)
        weights = (
            coefficients[where] if len(coefficients) > 1 else coefficients[0] * (2 * where - 1)
        )
        names = vectorizer.get_feature_names_out()
        scored = sorted(
            (
                (value * weights[column], column)
                for column, value in zip(row.col, row.data, strict=True)
            ),
            reverse=True,
        )
        return tuple(str(names[column]) for score, column in scored[:count] if score > 0)

    @staticmethod
    def _make_features() -> Any:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import FeatureUnion

        words = TfidfVectorizer(
            ngram_range=(1, 2), sublinear_tf=True, token_pattern=WORD, lowercase=False
        )
        characters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, lowercase=False
        )
        return FeatureUnion([("words", words), ("characters", characters)])

    @staticmethod
    def _make_model() -> Any:
        from sklearn.svm import LinearSVC

        return LinearSVC(C=1.0, class_weight="balanced")


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
