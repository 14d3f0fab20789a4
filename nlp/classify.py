"""A text classifier for any set of labels: models that see a text differently, calibrated.

A one-versus-rest linear SVM and a small network or two over weighted features; the SVM also tells the words
that carried the label. And three networks that read the words in their order, and know what they have in
common. Each one's scores become probabilities by a softmax whose temperature is fitted on texts it has not
seen; the label is that of their weighted geometric mean. How sure it is comes from the same scores made
soft, which tell what is like nothing known far better than sharp ones do, and from how familiar the words
are; turned into a probability on the unseen texts (Platt 1999).
bench/nlp/classification.md has what was tried.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any, Final, NamedTuple

import numpy as np

from nlp.convolution import Convolution
from nlp.features import Features, Row
from nlp.net import Net, softmax
from nlp.words import words_of

HELD_OUT: Final = 0.1  # of the texts, for the temperatures
HELD_OUT_MOST: Final = 3_000
LEARNED_TWICE: Final = 20_000  # texts from which the SVM also learns without the unseen, at most
COMMON: Final = 3  # texts that a feature must be in for the network, where texts are so many
AFTERWARDS: Final = 0.2  # of its training that the network gets once more, with all texts
READERS: Final = (5, 6, 7)  # seeds of the networks that read: they differ enough to help each other
NETS: Final = (7, 8)  # seeds of the networks over the features
SOFTER: Final = 7.0  # times its temperature, for telling the known from the unknown
STRANGE: Final = 1.4  # deviations of the soft odds that a text loses of which nothing is known
DISTRUST: Final = 10.0  # a model that is surprised by a nat more counts less by e to this power
LEAST: Final = 1e-9  # of a probability
BLANK: Final = 0.02  # of the unseen texts: as many are added of which nothing is known
STRICTNESS: Final = (0.5, 0.12)  # C of the SVM; where many labels are wrong the second does better
TOLERANCE: Final = 0.02  # of the margins: finer steps change no label and take thrice as long


class Classifier:
    """`fit` texts with their labels, then `predict` (label, confidence) for new ones.

    Whoever has several classifiers for the same texts gives them one `Features`, makes `features.of`
    once, and lets each `judge` it.
    """

    def __init__(
        self,
        features: Features | None = None,
        effort: float = 1.0,
        *,
        networks: bool = True,
        readers: bool = True,
    ) -> None:
        """`effort` is the share of the usual training of the networks. Without them the SVM judges alone;
        without `readers` two over the features help it: those that read words in their order add nothing
        where new texts are told in scenarios that were not learned."""
        self.features = features or Features()
        self._effort, self._networks, self._readers = effort, networks, networks and readers
        self._labels: np.ndarray = np.array([])
        self._svm = _Linear(np.empty((0, 0)), np.empty(0))
        self._others: list[Net | Convolution] = []
        self._blend = _Blend.usual(0)

    def fit(
        self,
        texts: Sequence[str],
        labels: Sequence[str],
        matrix: Any = None,
        groups: Sequence[str] | None = None,
    ) -> "Classifier":
        """`matrix` when the features were fitted to the same texts already. Texts that say the same in
        other words share a group: none of them tells anything about how well the others are judged.

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
        words = [words_of(text) for text in texts] if self._readers else []
        alike = np.arange(len(texts))
        if groups is not None:
            alike = np.unique(np.array(groups), return_inverse=True)[1]
        seen, unseen = _held_out(truth, alike)
        count, effort = len(self._labels), self._effort
        none = np.empty((0, count))

        def linear() -> tuple[_Linear, np.ndarray]:
            if not len(unseen):
                return _svm(matrix, truth), none
            some = seen[:: 1 + len(seen) // LEARNED_TWICE]
            tried = []
            for strictness in STRICTNESS:
                half = _svm(matrix[some], truth[some], strictness)
                scores = half.scores_of(matrix[unseen])
                tried.append((_temperature(scores, truth[unseen])[1], strictness, scores))
            _, strictness, scores = min(tried, key=itemgetter(0))
            return _svm(matrix, truth, strictness), scores

        def net(seed: int) -> tuple[Net, np.ndarray]:
            kept = None
            if len(texts) > LEARNED_TWICE:
                often = np.bincount(matrix.indices, minlength=matrix.shape[1])
                kept = np.flatnonzero(often >= COMMON)
            model, scores = Net(matrix.shape[1], count, seed, kept), none
            model.fit(matrix[seen], truth[seen], effort)
            if len(unseen):
                scores = model.scores_of(matrix[unseen])
                model.fit(matrix, truth, AFTERWARDS * effort)
            return model.finished(), scores

        def reader(seed: int) -> tuple[Convolution, np.ndarray]:
            model, scores = Convolution(words, count, seed), none
            model.fit([words[n] for n in seen], truth[seen], effort)
            if len(unseen):
                scores = model.scores([words[n] for n in unseen])
                model.fit(words, truth, AFTERWARDS * effort)
            return model.finished(), scores

        # Each on one core; all of them draw their own chances, so that their order changes nothing.
        with _cores().limit(limits=1), ThreadPoolExecutor(2) as pool:
            kinds: list[Callable[[], tuple[Net | Convolution, np.ndarray]]] = []
            if self._readers:
                kinds = [partial(reader, seed) for seed in READERS]
            if self._networks:  # one, and where no others stand beside it one more
                kinds += [partial(net, seed) for seed in NETS[: 1 if self._readers else None]]
            learning = [pool.submit(kind) for kind in kinds]
            svm, margins = pool.submit(linear).result()
            others = [one.result() for one in learning]
        self._others = [model for model, _ in others]
        self._blend = _Blend.usual(len(others))
        if len(unseen):
            # Groups not seen are strange already: what isn't familiar in them says nothing more.
            familiar = None
            if groups is None:
                familiar = self.features.familiar(matrix[seen], matrix[unseen])
            heard = (margins, *(heard for _, heard in others))
            self._blend = _Blend.fitted(heard, familiar, truth[unseen])
        self._svm = svm._replace(weights=svm.weights.astype(np.float16))
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
        assert len(self._labels), "fit comes first"
        with _cores().limit(limits=1):
            weights = self._svm.weights
            margins = [row.weights @ weights[row.columns].astype(np.float32) for row in rows]
            scores = [np.stack(margins) + self._svm.intercepts]
            scores += [other.judge(rows) for other in self._others]
        return self._blend.of(scores, np.array([row.familiar for row in rows]))

    @property
    def labels(self) -> list[str]:
        return [str(label) for label in self._labels]

    def because(self, row: Row, label: str, count: int = 4) -> tuple[str, ...]:
        """The words that spoke most for the label, strongest first."""
        where = int(np.searchsorted(self._labels, label))
        return self.features.telling(row, self._svm.weights[:, where], count)


@lru_cache(maxsize=1)
def _cores() -> Any:
    """Who limits BLAS: products this small are not worth waking other cores for, least of all busy ones."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api="blas")


class _Blend(NamedTuple):
    """Makes one row of probabilities from the models' scores."""

    temperatures: tuple[float, ...]
    shares: tuple[float, ...]
    slope: float = 1.0  # of Platt's curve, over the log odds of the soft scores
    shift: float = 0.0
    strange: float = 0.0  # of these odds, what they lose where nothing is familiar

    @classmethod
    def usual(cls, others: int) -> "_Blend":
        """Where there are no unseen texts to fit it on."""
        return cls((0.25, *(0.5,) * others), (1 / (1 + others),) * (1 + others))

    @classmethod
    def fitted(
        cls, scores: Sequence[np.ndarray], familiar: np.ndarray | None, truth: np.ndarray
    ) -> "_Blend":
        """On scores of texts that no model has seen, and how familiar their words are, if that counts."""
        blend = cls.usual(len(scores) - 1)
        found = [_temperature(one, truth) for one in scores]
        worse = np.array([[-DISTRUST * surprise for _, surprise in found]])
        blend = blend._replace(
            temperatures=tuple(heat for heat, _ in found), shares=tuple(softmax(worse)[0].tolist())
        )
        if familiar is None:
            familiar = np.ones(len(truth))
        else:
            blend = blend._replace(strange=STRANGE * float(blend._odds(scores, familiar).std()))
        right = blend._pooled(scores).argmax(axis=1) == truth
        slope, shift = _platt(blend._odds(scores, familiar), right, scores[0].shape[1])
        return blend._replace(slope=slope, shift=shift)

    def of(self, scores: Sequence[np.ndarray], familiar: np.ndarray) -> np.ndarray:
        chances = self._pooled(scores)
        best = chances.argmax(axis=1)
        rows = np.arange(len(chances))
        top = 1 / (1 + np.exp(-(self.slope * self._odds(scores, familiar) + self.shift)))
        top = np.maximum(top, 1.01 / chances.shape[1])
        chances[rows, best] = 0
        chances *= ((1 - top) / chances.sum(axis=1))[:, None]
        # Where the best is unsure, the next must not overtake it: the others become more alike.
        even = ((1 - top) / (chances.shape[1] - 1))[:, None]
        room = (top[:, None] - even) / np.maximum(chances.max(axis=1, keepdims=True) - even, LEAST)
        chances = np.asarray(even + (chances - even) * np.minimum(room, 1))
        chances[rows, best] = top
        return chances

    def _pooled(self, scores: Sequence[np.ndarray]) -> np.ndarray:
        """Probabilities: the weighted geometric mean of the models'."""
        parts = zip(scores, self.temperatures, self.shares, strict=True)
        pooled = np.sum([share / heat * one for one, heat, share in parts], axis=0)
        return softmax(pooled).clip(LEAST)

    def _odds(self, scores: Sequence[np.ndarray], familiar: np.ndarray) -> np.ndarray:
        parts = zip(scores, self.temperatures, self.shares, strict=True)
        soft = np.sum(
            [share * softmax(one / (heat * SOFTER)) for one, heat, share in parts], axis=0
        )
        top = soft.max(axis=1).clip(1e-6, 1 - 1e-6)
        return np.asarray(np.log(top / (1 - top)) - self.strange * (1 - familiar))


def _held_out(truth: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which texts to learn from at first, and which to check with: whole groups. None are held out when
    a label has too few."""
    random = np.random.default_rng(11)
    share = max(HELD_OUT, min(0.25, 300 / len(truth)))
    share = min(share, HELD_OUT_MOST / len(truth))
    sizes = np.bincount(groups)
    chosen = np.zeros(len(sizes), dtype=bool)
    for label in np.unique(truth):
        of_label = groups[truth == label]
        left = int(len(of_label) * share) - int(chosen[of_label].sum())
        for group in random.permutation(np.unique(of_label)):
            if sizes[group] <= left and not chosen[group]:
                chosen[group] = True
                left -= int(sizes[group])
    aside = chosen[groups]
    return np.flatnonzero(~aside), np.flatnonzero(aside)


class _Linear(NamedTuple):
    weights: np.ndarray  # a row a feature, a column a label
    intercepts: np.ndarray

    def scores_of(self, matrix: Any) -> np.ndarray:
        return np.asarray(matrix @ self.weights + self.intercepts)


def _svm(matrix: Any, truth: np.ndarray, strictness: float = STRICTNESS[0]) -> _Linear:
    """Each label from the others."""
    from sklearn.svm import LinearSVC

    model = LinearSVC(C=strictness, class_weight="balanced", tol=TOLERANCE, random_state=0)
    model.fit(matrix, truth)
    coefficients, intercepts = model.coef_, model.intercept_
    if len(coefficients) == 1:  # two labels have one margin: the other's is its opposite
        coefficients = np.vstack([-coefficients, coefficients])
        intercepts = np.concatenate([-intercepts, intercepts])
    return _Linear(np.ascontiguousarray(coefficients.T, dtype=np.float32), intercepts)


def _temperature(margins: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """The one that makes the truth most likely (Guo et al. 2017, temperature scaling); and how much the
    truth surprises then: the mean of -log of what it was given."""
    from scipy.optimize import minimize_scalar

    rows = np.arange(len(truth))

    def loss(log_temperature: float) -> float:
        chances = softmax(margins / np.exp(log_temperature))
        return -float(np.log(chances[rows, truth] + 1e-12).mean())

    found = minimize_scalar(loss, bounds=(-4.0, 3.0), method="bounded")
    return float(np.exp(found.x)), float(found.fun)


def _platt(odds: np.ndarray, right: np.ndarray, labels: int) -> tuple[float, float]:
    """Slope and shift of the logistic curve from odds to the chance to be right.

    Beside the texts stand a few of which nothing is known: where all unseen texts were easy, those alone
    tell that it isn't always so.
    """
    from scipy.optimize import minimize

    # Platt's soft targets: a handful of texts must not make it certain
    many, few = int(right.sum()), int((~right).sum())
    target = np.where(right, (many + 1) / (many + 2), 1 / (few + 2))
    odds = np.append(odds, -np.log(max(labels - 1, 1.2)))
    target = np.append(target, 1 / labels)
    weight = np.append(np.ones(len(right)), max(1.0, BLANK * len(right)))

    def loss(line: np.ndarray) -> float:
        raised = line[0] * odds + line[1]
        return float((weight * (np.logaddexp(0, raised) - target * raised)).mean())

    slope, shift = minimize(loss, (1.0, 0.0), method="Nelder-Mead").x
    return max(float(slope), 0.05), float(shift)
