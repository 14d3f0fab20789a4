"""A text classifier for any set of labels: two models that see the same features differently, calibrated.

One is a one-versus-rest linear SVM, which also tells the words that carried it; the other a small
network. Each one's scores become probabilities by a softmax whose temperature is fitted on texts it has
not seen; the label is that of their weighted mean. How sure it is comes from the same scores made soft,
which tell what is like nothing known far better than sharp ones do, turned into a probability on the
unseen texts (Platt 1999).
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from nlp.features import Features, Row
from nlp.net import Net, softmax

HELD_OUT: Final = 0.1  # of the texts, for the temperatures
HELD_OUT_MOST: Final = 3_000
AFTERWARDS: Final = 0.2  # of its training that the network gets once more, with all texts
SOFTER: Final = 5.0  # times its temperature, for telling the known from the unknown
NET_SHARES: Final = (0.0, 0.25, 0.5, 0.75)  # in the answer: half, unless the unseen texts say no
CHANCE_ALONE: Final = 0.005  # differences that say nothing


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
        self._net: Net | None = None
        self._blend = _Blend()

    def fit(self, texts: Sequence[str], labels: Sequence[str], matrix: Any = None) -> "Classifier":
        """`matrix` when the features were fitted to the same texts already.

        Raises ValueError when there are fewer than two labels or not a label for every text.
        """
        if len(texts) != len(labels):
            raise ValueError(f"{len(texts)} texts but {len(labels)} labels")
        self._labels = np.array(sorted(set(labels)))
        if len(self._labels) < 2:
            raise ValueError("a classifier needs at least two different labels")
        if matrix is None:
            matrix = self.features.fit(texts)
        truth = np.searchsorted(self._labels, np.array(labels))
        net = Net(matrix.shape[1], len(self._labels))
        seen, unseen = _held_out(truth)
        net.fit(matrix[seen], truth[seen])
        if len(unseen):
            weights, intercepts = _svm(matrix[seen], truth[seen])
            self._blend = _Blend.fitted(
                matrix[unseen] @ weights + intercepts, net.scores_of(matrix[unseen]), truth[unseen]
            )
            net.fit(matrix, truth, share=AFTERWARDS)
        self._net = net.finished()
        weights, self._intercepts = _svm(matrix, truth)
        self._weights = weights.astype(np.float16)
        return self

    def predict(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """(label, confidence) of each; the confidence is a calibrated probability."""
        return self.judge(self.features.of(texts)) if texts else []

    def judge(self, rows: Sequence[Row]) -> list[tuple[str, float]]:
        return self.best(self.weigh(rows))

    def best(self, chances: np.ndarray) -> list[tuple[str, float]]:
        """(label, confidence) of each row of probabilities."""
        best = chances.argmax(axis=1)
        return [(str(self._labels[i]), float(row[i])) for i, row in zip(best, chances, strict=True)]

    def chances(self, texts: Sequence[str]) -> np.ndarray:
        """Probabilities, a row a text, a column a label in `labels`."""
        return self.weigh(self.features.of(texts))

    def weigh(self, rows: Sequence[Row]) -> np.ndarray:
        """`chances` of texts whose features are known."""
        assert self._net is not None, "fit comes first"
        margins = np.stack(
            [row.weights @ self._weights[row.columns].astype(np.float32) for row in rows]
        )
        return self._blend.of(margins + self._intercepts, self._net.scores(rows))

    @property
    def labels(self) -> list[str]:
        return [str(label) for label in self._labels]

    def because(self, row: Row, label: str, count: int = 4) -> tuple[str, ...]:
        """The words that spoke most for the label, strongest first."""
        where = int(np.searchsorted(self._labels, label))
        return self.features.telling(row, self._weights[:, where], count)


class _Blend(NamedTuple):
    """Makes one row of probabilities from the two models' scores."""

    linear: float = 0.25  # temperatures
    net: float = 0.5
    share: float = 0.5  # of the net
    slope: float = 1.0  # of Platt's curve, over the log odds of the soft scores
    shift: float = 0.0

    @classmethod
    def fitted(cls, margins: np.ndarray, logits: np.ndarray, truth: np.ndarray) -> "_Blend":
        """On scores of texts that neither model has seen."""
        blend = cls(_temperature(margins, truth), _temperature(logits, truth))

        def right_with(share: float) -> float:
            guess = blend._replace(share=share)._mean(margins, logits).argmax(axis=1)
            return float((guess == truth).mean())

        rights = {share: right_with(share) for share in NET_SHARES}
        enough = max(rights.values()) - CHANCE_ALONE
        good = [share for share in NET_SHARES if rights[share] >= enough]
        blend = blend._replace(share=min(good, key=lambda share: abs(share - 0.5)))
        right = blend._mean(margins, logits).argmax(axis=1) == truth
        return blend._replace(**_platt(blend._odds(margins, logits), right))

    def of(self, margins: np.ndarray, logits: np.ndarray) -> np.ndarray:
        chances = self._mean(margins, logits)
        best = chances.argmax(axis=1)
        rows = np.arange(len(chances))
        top = 1 / (1 + np.exp(-(self.slope * self._odds(margins, logits) + self.shift)))
        top = np.maximum(top, 1.01 / chances.shape[1])
        rest = 1 - chances[rows, best]
        chances *= np.where(rest > 0, (1 - top) / np.maximum(rest, 1e-9), 0)[:, None]
        chances[rows, best] = top
        return chances

    def _mean(self, margins: np.ndarray, logits: np.ndarray, softer: float = 1.0) -> np.ndarray:
        linear = softmax(margins / (self.linear * softer))
        net = softmax(logits / (self.net * softer))
        return np.asarray((1 - self.share) * linear + self.share * net)

    def _odds(self, margins: np.ndarray, logits: np.ndarray) -> np.ndarray:
        top = self._mean(margins, logits, SOFTER).max(axis=1).clip(1e-6, 1 - 1e-6)
        return np.asarray(np.log(top / (1 - top)))


def _held_out(truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which texts to learn from at first, and which to check with. None are held out when a label has
    too few."""
    random = np.random.default_rng(11)
    share = max(HELD_OUT, min(0.25, 300 / len(truth)))
    share = min(share, HELD_OUT_MOST / len(truth))
    aside = np.zeros(len(truth), dtype=bool)
    for label in np.unique(truth):
        where = random.permutation(np.flatnonzero(truth == label))
        aside[where[: int(len(where) * share)]] = True
    return np.flatnonzero(~aside), np.flatnonzero(aside)


def _svm(matrix: Any, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights, a row a feature and a column a label; intercepts."""
    from sklearn.svm import LinearSVC

    model = LinearSVC(C=0.5, class_weight="balanced").fit(matrix, truth)
    coefficients, intercepts = model.coef_, model.intercept_
    if len(coefficients) == 1:  # two labels have one margin: the other's is its opposite
        coefficients = np.vstack([-coefficients, coefficients])
        intercepts = np.concatenate([-intercepts, intercepts])
    return np.ascontiguousarray(coefficients.T, dtype=np.float32), intercepts


def _temperature(margins: np.ndarray, truth: np.ndarray) -> float:
    """The one that makes the truth most likely (Guo et al. 2017, temperature scaling)."""
    from scipy.optimize import minimize_scalar

    rows = np.arange(len(truth))

    def loss(log_temperature: float) -> float:
        chances = softmax(margins / np.exp(log_temperature))
        return -float(np.log(chances[rows, truth] + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-4.0, 3.0), method="bounded").x))


def _platt(odds: np.ndarray, right: np.ndarray) -> dict[str, float]:
    """Slope and shift of the logistic curve from odds to the chance to be right."""
    from scipy.optimize import minimize

    # Platt's soft targets: a handful of texts must not make it certain
    many, few = int(right.sum()), int((~right).sum())
    target = np.where(right, (many + 1) / (many + 2), 1 / (few + 2))

    def loss(line: np.ndarray) -> float:
        raised = line[0] * odds + line[1]
        return float((np.logaddexp(0, raised) - target * raised).mean())

    slope, shift = minimize(loss, (1.0, 0.0), method="Nelder-Mead").x
    return {"slope": max(float(slope), 0.05), "shift": float(shift)}
