"""A network that reads words in their order: convolutions over one, two and three of them, in NumPy.

The strongest answer of each filter anywhere in the text counts (Kim 2014). A word is the sum of what is
known of it, of its pieces (Bojanowski et al. 2017), of its senses and of what it is used like, so that one
never seen still says something. Words are left out at random. What senses and likeness mean here is learned
from the texts.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np

from nlp.features import Row
from nlp.net import softmax
from nlp.senses import senses_of
from nlp.vectors import SIZE as LIKE
from nlp.vectors import of_words
from nlp.words import Words

SIZE: Final = 128  # of what is known of a word, and filters of each width
PIECES: Final = (2, 3, 4, 5)  # characters
ROUNDS: Final = (20, 60)  # over the texts: usually, and at most where there are few
FEWEST: Final = 600  # batches, as far as the rounds allow
VISITS: Final = 3_000_000  # words gone over, at most: many long texts need fewer rounds
BATCH: Final = 64
RATE: Final = 0.002
KEPT: Final = 0.8  # of the words, and of the numbers that are known of each
SILENT: Final = 0.5  # of the filters
SOFT: Final = 0.1  # of a target, shared by all labels
WARM_UP: Final = 100  # batches
UNKNOWN: Final = 2.0  # times what its pieces say counts, of a word that isn't known as a whole
SENSES: Final = 0.9  # what its senses say, beside its pieces
USED: Final = 3.0  # how long the likeness of a word is at first; its other parts are about 1 long
FADING: Final = 0.99  # of the memory of a word's earlier steps
NEAR: Final = 200  # rows that are changed together
ALIKE: Final = 20  # batches whose texts are sorted by length, so that little is padding


@lru_cache(maxsize=50_000)
def _pieces(word: str) -> tuple[str, ...]:
    edged = f"<{word}>"
    return tuple(
        dict.fromkeys(
            edged[at : at + length] for length in PIECES for at in range(len(edged) - length + 1)
        )
    )


@lru_cache(maxsize=50_000)
def _senses(word: str) -> tuple[str, ...]:
    return tuple(f"={sense}" for sense in senses_of(word))  # no piece looks like that


_PARTS: Final = ((_pieces, 1.0), (_senses, SENSES))  # how to cut a word, and what that counts


class _Makeup:
    """Of what words are made: the columns of a word as a whole, of its pieces and of its senses."""

    def __init__(self, texts: Sequence[Words]) -> None:
        often = Counter(word for text in texts for word in dict.fromkeys(text))
        fewest = 1 if len(texts) < 20_000 else 2
        words = [word for word, count in often.items() if count >= fewest]
        shared = Counter(part for cut, _ in _PARTS for word in words for part in cut(word))
        parts = [part for part, count in shared.items() if count > 1]
        self.words = {word: at for at, word in enumerate(words)}
        self._parts = {part: len(words) + at for at, part in enumerate(parts)}
        self.width = len(words) + len(parts)

    def of(self, word: str) -> tuple[list[int], list[float]]:
        """Columns, and what each counts."""
        whole = self.words.get(word)
        columns = [] if whole is None else [whole]
        shares = [1.0] * len(columns)
        for cut, much in _PARTS:
            found = [at for part in cut(word) if (at := self._parts.get(part)) is not None]
            columns += found
            share = much * (UNKNOWN if whole is None else 1.0)
            shares += [share / max(len(found), 1) ** 0.5] * len(found)
        return columns, shares

    def matrix(self, words: Iterable[str]) -> Any:
        """A row a word."""
        from scipy.sparse import csr_matrix

        columns: list[int] = []
        shares: list[float] = []
        begins = [0]
        for word in words:
            of, counting = self.of(word)
            columns += of
            shares += counting
            begins.append(len(columns))
        return csr_matrix(
            (np.array(shares, np.float32), np.array(columns, np.int32), begins),
            shape=(len(begins) - 1, self.width),
        )


class _Texts:
    """Texts as numbers: each one's words, and of what each word is made."""

    def __init__(self, texts: Sequence[Words], makeup: _Makeup) -> None:
        numbers: dict[str, int] = {}
        self.texts = [
            np.array([numbers.setdefault(word, len(numbers)) for word in text]) for text in texts
        ]
        self.parts = makeup.matrix(numbers)
        self.used = of_words(numbers)


class Convolution:
    """`fit`, more than once if there are further texts; then `scores`, a logit for each label."""

    def __init__(self, texts: Sequence[Words], labels: int, seed: int = 5) -> None:
        """`texts` tell which words there are."""
        self._random = random = np.random.default_rng(seed)
        self._labels = labels
        self._makeup = _Makeup(texts)

        def some(rows: int, columns: int, scale: float) -> np.ndarray:
            drawn = random.standard_normal((rows, columns), dtype=np.float32)
            return np.asarray(np.float32(scale) * drawn)

        self._known = some(self._makeup.width, SIZE, 0.1)
        self._likeness = np.eye(LIKE, SIZE, dtype=np.float32) * np.float32(USED)
        # filters of one word; of a word and its next; of the one before, a word, and the next
        self._filters = some(SIZE, 6 * SIZE, SIZE**-0.5)
        self._bias = np.zeros(3 * SIZE, np.float32)
        self._out = some(3 * SIZE, labels, (3 * SIZE) ** -0.5)
        self._tilt = np.zeros(labels, np.float32)
        self._summed = np.empty((0, SIZE), np.float32)  # a row a word, its pieces added
        self._adam: list[tuple[np.ndarray, np.ndarray]] = []
        self._seen: tuple[np.ndarray, np.ndarray] | None = None  # squares of steps; how many

    def fit(self, texts: Sequence[Words], truth: np.ndarray, share: float = 1.0) -> None:
        """Go over the texts, `share` of the usual times; the last times with smaller steps."""
        small = (self._filters, self._bias, self._out, self._tilt, self._likeness)
        if self._seen is None:
            self._seen = np.zeros_like(self._known), np.zeros(len(self._known), np.float32)
            self._adam = [(np.zeros_like(one), np.zeros_like(one)) for one in small]
        known = _Texts(texts, self._makeup)
        lengths = np.array([len(text) for text in known.texts])
        batch = min(BATCH, len(texts))
        usual, most = ROUNDS
        rounds = min(max(usual, FEWEST * batch / len(texts)), most, VISITS / lengths.sum())
        steps = max(1, round(share * rounds * len(texts) / batch))
        step = 0
        while step < steps:
            for rows in self._batches(lengths, batch):
                step += 1
                slope = min(1.0, step / WARM_UP) * (1 - step / (steps + 1))
                self._learn(known, truth, rows, RATE * min(1.0, 2 * share) * slope, step)
                if step == steps:
                    break
        words = self._makeup.words
        self._summed = self._makeup.matrix(words) @ self._known + of_words(words) @ self._likeness

    def finished(self) -> "Convolution":
        """Forgets what only training needs, and half of the digits."""
        self._adam, self._seen = [], None
        self._known = self._known.astype(np.float16)
        self._summed = self._summed.astype(np.float16)
        return self

    def judge(self, rows: Sequence[Row]) -> np.ndarray:
        return self.scores([row.words for row in rows])

    def scores(self, texts: Sequence[Words]) -> np.ndarray:
        numbers: dict[str, int] = {}
        known = [
            np.array([numbers.setdefault(word, len(numbers)) for word in text]) for text in texts
        ]
        words = np.zeros((len(numbers) + 1, SIZE), np.float32)
        for word, at in numbers.items():
            words[at] = self._of(word)
        out = []
        for begin in range(0, len(texts), BATCH):
            heard = self._hear(words[_padded(known[begin : begin + BATCH])])
            strongest = np.maximum(heard.max(axis=1) + self._bias, 0)
            out.append(strongest @ self._out + self._tilt)
        return np.vstack(out)

    def _of(self, word: str) -> np.ndarray:
        """What is known of a word: summed already, or by its parts."""
        at = self._makeup.words.get(word)
        if at is not None:
            return np.asarray(self._summed[at])
        columns, shares = self._makeup.of(word)
        parts = np.array(shares, np.float32) @ self._known[columns].astype(np.float32)
        return np.asarray(parts + (of_words([word]) @ self._likeness)[0])

    def _batches(self, lengths: np.ndarray, batch: int) -> list[np.ndarray]:
        order = self._random.permutation(len(lengths))
        found = []
        for begin in range(0, len(order), batch * ALIKE):
            near = order[begin : begin + batch * ALIKE]
            near = near[np.argsort(lengths[near], kind="stable")]
            found += [near[at : at + batch] for at in range(0, len(near) - batch // 2, batch)]
        self._random.shuffle(found)
        return found

    def _hear(self, words: np.ndarray) -> np.ndarray:
        """What each filter answers at each word. One product makes all; the neighbours' are added."""
        count, longest, _ = words.shape
        one, two, two_next, three_before, three, three_next = np.split(
            (words.reshape(-1, SIZE) @ self._filters).reshape(count, longest, -1), 6, axis=2
        )
        heard = np.concatenate([one, two, three], axis=2)
        heard[:, :-1, SIZE : 2 * SIZE] += two_next[:, 1:]
        heard[:, 1:, 2 * SIZE :] += three_before[:, :-1]
        heard[:, :-1, 2 * SIZE :] += three_next[:, 1:]
        return heard

    def _learn(
        self, known: _Texts, truth: np.ndarray, rows: np.ndarray, rate: float, step: int
    ) -> None:
        from scipy.sparse import csr_matrix

        random = self._random
        texts = [known.texts[row] for row in rows]
        target = np.full((len(texts), self._labels), SOFT / self._labels, np.float32)
        target[np.arange(len(rows)), truth[rows]] += 1 - SOFT

        # forward
        padded = _padded(texts)
        used, local = np.unique(padded, return_inverse=True)
        local = local.reshape(padded.shape)
        here = used[used >= 0]
        parts = known.parts[here]
        like = known.used[here]
        words = parts @ self._known + like @ self._likeness
        if len(here) < len(used):
            words = np.vstack([np.zeros((1, SIZE), np.float32), words])
        kept = ((padded >= 0) & (random.random(padded.shape) < KEPT))[:, :, None]
        kept = kept * ((random.random((len(texts), 1, SIZE)) < KEPT) / KEPT).astype(np.float32)
        told = words[local] * kept
        heard = self._hear(told)
        at = heard.argmax(axis=1)[:, None]
        strongest = np.take_along_axis(heard, at, 1)[:, 0] + self._bias
        audible = (random.random(strongest.shape) >= SILENT) / np.float32(1 - SILENT)
        hidden = np.maximum(strongest, 0) * audible

        # backward
        wrong = (softmax(hidden @ self._out + self._tilt) - target) / np.float32(len(texts))
        back = (wrong @ self._out.T) * audible * (strongest > 0)
        peaks = np.zeros_like(heard)
        np.put_along_axis(peaks, at, back[:, None], 1)
        of_one, of_two, of_three = np.split(peaks, 3, axis=2)
        blame = np.zeros((*padded.shape, 6 * SIZE), np.float32)
        of = [blame[:, :, n * SIZE : (n + 1) * SIZE] for n in range(6)]
        of[0][:], of[1][:], of[4][:] = of_one, of_two, of_three
        of[2][:, 1:], of[3][:, :-1], of[5][:, 1:] = (
            of_two[:, :-1],
            of_three[:, 1:],
            of_three[:, :-1],
        )
        blame = blame.reshape(-1, 6 * SIZE)
        of_told = ((blame @ self._filters.T).reshape(told.shape) * kept).reshape(-1, SIZE)
        places = csr_matrix(
            (np.ones(local.size, np.float32), (local.ravel(), np.arange(local.size))),
            shape=(len(used), local.size),
        )
        of_these = (places @ of_told)[len(used) - len(here) :]
        gradients = (
            told.reshape(-1, SIZE).T @ blame, back.sum(axis=0), hidden.T @ wrong, wrong.sum(axis=0),
            like.T @ of_these,
        )  # fmt: skip

        # and the steps
        self._step_known(parts, of_these, rate)
        small = (self._filters, self._bias, self._out, self._tilt, self._likeness)
        for value, (mean, square), gradient in zip(small, self._adam, gradients, strict=True):
            mean += 0.1 * (gradient - mean)
            square += 0.001 * (gradient * gradient - square)
            rest = np.sqrt(square / (1 - 0.999**step)) + 1e-8
            value -= np.float32(rate / (1 - 0.9**step)) * mean / rest

    def _step_known(self, parts: Any, blame: np.ndarray, rate: float) -> None:
        """In place, some rows after others: these are the largest arrays of a step and should stay near."""
        from scipy.sparse import csr_matrix

        assert self._seen is not None
        squares, count = self._seen
        columns, places = np.unique(parts.indices, return_inverse=True)
        used = csr_matrix((parts.data, places, parts.indptr), (parts.shape[0], len(columns)))
        every = used.T @ blame
        count[columns] += 1
        grown = np.sqrt(1 - FADING ** count[columns])[:, None] * np.float32(rate)
        for begin in range(0, len(columns), NEAR):
            here = columns[begin : begin + NEAR]
            gradient, square = every[begin : begin + NEAR], squares[here]
            square *= FADING
            square += np.float32(1 - FADING) * gradient * gradient
            squares[here] = square
            np.sqrt(square, out=square)
            square += np.float32(1e-7)
            gradient *= grown[begin : begin + NEAR]
            gradient /= square
            self._known[here] -= gradient


def _padded(texts: Sequence[np.ndarray]) -> np.ndarray:
    """A row a text, -1 after its end. There is always an end."""
    longest = max(len(text) for text in texts) + 1
    padded = np.full((len(texts), longest), -1)
    for number, text in enumerate(texts):
        padded[number, : len(text)] = text
    return padded
