"""A network of one hidden layer over sparse features, in NumPy.

Trained with features left out at random, soft targets, and mixtures of two texts that are to be like no
label at all: so it doubts what is like nothing it was taught (Zhan et al. 2021, pseudo-outliers by
combining texts). Weights of features move by Adagrad, and only those of features that are there.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from nlp.features import Row

HIDDEN: Final = (64, 256)  # units, twice as many as labels: at least, at most
EPOCHS: Final = 10  # at most
VISITS: Final = 200_000  # texts gone over, repeats counted, at most: many texts need fewer rounds
BATCH: Final = 200
RATE: Final = 0.07
KEPT: Final = 0.5  # of the features
KEPT_MOST: Final = 150  # of a text's features: a long text is cheap to learn from
SILENT: Final = 0.3  # of the hidden units
SOFT: Final = 0.15  # of a target, shared by all labels
MIXED: Final = 0.3  # mixtures for each text
HALVED: Final = 0.6  # of each text's features that go into a mixture
WARM_UP: Final = 100  # batches


def softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


class Net:
    """`fit`, more than once if there are further texts; then `judge`, a logit for each label."""

    def __init__(
        self, width: int, labels: int, seed: int = 7, kept: np.ndarray | None = None
    ) -> None:
        """`kept`: the columns it looks at, in ascending order; all when there are none given."""
        self._random = np.random.default_rng(seed)
        self._labels = labels
        self._kept = kept
        self._places = np.arange(width, dtype=np.int32)  # of each column among those
        if kept is not None:
            self._places[:] = -1
            width = len(kept)
            self._places[kept] = np.arange(width, dtype=np.int32)
        fewest, most = HIDDEN
        units = min(most, max(fewest, 2 * labels))
        self._in = 0.05 * self._random.standard_normal((width, units), dtype=np.float32)
        self._bias = np.zeros(units, np.float32)
        scale = np.float32(1 / np.sqrt(units))
        self._out = scale * self._random.standard_normal((units, labels), dtype=np.float32)
        self._tilt = np.zeros(labels, np.float32)
        self._seen: np.ndarray | None = None  # Adagrad's sums of squares
        self._adam: list[tuple[np.ndarray, np.ndarray]] = []

    def fit(self, matrix: Any, truth: np.ndarray, share: float = 1.0) -> None:
        """Go over the texts, `share` of the usual times; the last times with smaller steps."""
        if self._kept is not None:
            matrix = matrix[:, self._kept]
        small = (self._bias, self._out, self._tilt)
        if self._seen is None:
            self._seen = np.zeros_like(self._in)
            self._adam = [(np.zeros_like(one), np.zeros_like(one)) for one in small]
        count = matrix.shape[0]
        batch = min(BATCH, count)
        rounds = max(1, round(share * min(EPOCHS, VISITS / count)))
        steps = rounds * (count // batch)
        step = 0
        for _ in range(rounds):
            order = self._random.permutation(count)
            for begin in range(0, count - batch + 1, batch):
                step += 1
                slope = min(1.0, step / WARM_UP) * (1 - step / (steps + 1))
                rate = RATE * min(1.0, 2 * share) * slope
                self._learn(matrix, truth, order[begin : begin + batch], rate, step)

    def finished(self) -> "Net":
        """Forgets what only training needs, and half of the digits."""
        self._seen, self._adam = None, []
        self._in = self._in.astype(np.float16)
        return self

    def _learn(
        self, matrix: Any, truth: np.ndarray, rows: np.ndarray, rate: float, step: int
    ) -> None:
        from scipy.sparse import csr_matrix, vstack

        assert self._seen is not None
        random, labels = self._random, self._labels
        mixed = self._mixtures(matrix, int(len(rows) * MIXED))
        some = vstack([matrix[rows], mixed]).tocsr()
        target = np.full((some.shape[0], labels), 1 / labels, np.float32)
        target[: len(rows)] = SOFT / labels
        target[np.arange(len(rows)), truth[rows]] += 1 - SOFT
        share = np.minimum(KEPT, KEPT_MOST / np.maximum(np.diff(some.indptr), 1))
        share = np.repeat(share.astype(np.float32), np.diff(some.indptr))
        some.data = some.data * (random.random(len(share), dtype=np.float32) < share) / share
        some.eliminate_zeros()
        columns, places = np.unique(some.indices, return_inverse=True)
        some = csr_matrix((some.data, places, some.indptr), shape=(some.shape[0], len(columns)))

        inner = some @ self._in[columns] + self._bias
        heard = (random.random(inner.shape, dtype=np.float32) > SILENT) / np.float32(1 - SILENT)
        hidden = np.maximum(inner, 0) * heard
        wrong = (softmax(hidden @ self._out + self._tilt) - target) / np.float32(len(rows))
        back = (wrong @ self._out.T) * heard * (inner > 0)

        gradients = (back.sum(axis=0), hidden.T @ wrong, wrong.sum(axis=0))
        small = (self._bias, self._out, self._tilt)
        for value, (mean, square), gradient in zip(small, self._adam, gradients, strict=True):
            mean += 0.1 * (gradient - mean)
            square += 0.001 * (gradient * gradient - square)
            rest = np.sqrt(square / (1 - 0.999**step)) + 1e-8
            value -= np.float32(0.1 * rate / (1 - 0.9**step)) * mean / rest
        gradient = some.T @ back
        seen = self._seen[columns] + gradient * gradient
        self._seen[columns] = seen
        self._in[columns] -= np.float32(rate) * gradient / (np.sqrt(seen) + 1e-6)

    def _mixtures(self, matrix: Any, count: int) -> Any:
        halves = []
        for _ in range(2):
            half = matrix[self._random.integers(0, matrix.shape[0], count)]
            kept = self._random.random(len(half.data), dtype=np.float32) < HALVED
            half.data = half.data * kept
            halves.append(half)
        mixed = halves[0] + halves[1]
        mixed.eliminate_zeros()
        mixed.data *= np.float32(0.85)  # about as long as a text
        return mixed

    def judge(self, rows: Sequence[Row]) -> np.ndarray:
        inner = []
        for row in rows:
            places = self._places[row.columns]
            known = places >= 0
            inner.append(row.weights[known] @ self._in[places[known]].astype(np.float32))
        hidden = np.stack(inner) + self._bias
        return np.asarray(np.maximum(hidden, 0) @ self._out + self._tilt)

    def scores_of(self, matrix: Any) -> np.ndarray:
        """The same for the rows of a sparse matrix."""
        if self._kept is not None:
            matrix = matrix[:, self._kept]
        return np.asarray(np.maximum(matrix @ self._in + self._bias, 0) @ self._out + self._tilt)
