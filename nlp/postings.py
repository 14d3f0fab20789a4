"""Which texts have which features, how often: sorted arrays that never change, joined when texts are added.

A feature is known by a 64-bit hash of its name, the same in every process, so that no dictionary of
strings is kept: at a hundred thousand articles that would be most of the memory.
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

K1: Final = 1.2
B: Final = 0.75
_PAIR: Final = np.uint64(0x9E3779B97F4A7C15)  # an odd number: multiplying loses nothing
_MOST: Final = 255  # times that a feature is counted in one text

Hashes = NDArray[np.uint64]
Numbers = NDArray[np.int32]
Weights = NDArray[np.float32]


@lru_cache(maxsize=200_000)
def hashed(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


def of_pairs(first: Hashes, second: Hashes) -> Hashes:
    """The features that two neighbours make together."""
    return first * _PAIR ^ second


class Table:
    """The features of one kind in some texts, numbered from 0. Texts taken out stay in the arrays, and
    are counted no more."""

    __slots__ = ("begins", "counts", "lengths", "names", "often", "owners", "total")

    def __init__(
        self,
        names: Hashes,
        begins: NDArray[np.int64],
        owners: Numbers,
        counts: NDArray[np.uint8],
        lengths: Weights,
    ) -> None:
        self.names, self.begins, self.owners, self.counts = names, begins, owners, counts
        self.lengths = lengths
        self.often = np.diff(begins)  # texts with the feature
        self.total = float(lengths.sum())

    @classmethod
    def of(
        cls, features: Hashes, owners: Numbers, counts: Weights | None, lengths: Weights
    ) -> "Table":
        """From features in any order, repeats included, each with the text it stands in."""
        names, slots = np.unique(features, return_inverse=True)
        keys = slots.astype(np.int64) * max(1, len(lengths)) + owners
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        if counts is None:
            summed = np.diff(first, append=len(keys)).astype(np.float32)
        else:
            summed = np.add.reduceat(counts[order], first) if len(first) else counts[:0]
        slots = slots[order][first]
        return cls(
            names,
            np.concatenate([[0], np.cumsum(np.bincount(slots, minlength=len(names)))]),
            owners[order][first].astype(np.int32),
            np.minimum(summed, _MOST).astype(np.uint8),
            lengths,
        )

    @classmethod
    def joined(cls, tables: Sequence["Table"], kept: Sequence[NDArray[np.bool_]]) -> "Table":
        """One table of several, without the texts that are not kept."""
        features, owners, counts, lengths = [], [], [], []
        begin = 0
        for table, alive in zip(tables, kept, strict=True):
            stays = alive[table.owners]
            numbers = np.cumsum(alive, dtype=np.int32) - 1 + begin
            features.append(np.repeat(table.names, np.diff(table.begins))[stays])
            owners.append(numbers[table.owners[stays]])
            counts.append(table.counts[stays].astype(np.float32))
            lengths.append(table.lengths[alive])
            begin += int(alive.sum())
        return cls.of(
            np.concatenate(features),
            np.concatenate(owners),
            np.concatenate(counts),
            np.concatenate(lengths),
        )

    def without(self, gone: NDArray[np.bool_]) -> "Table":
        """`gone` are texts that still counted until now."""
        left = object.__new__(Table)
        left.names, left.begins, left.owners, left.counts = (
            self.names, self.begins, self.owners, self.counts,
        )  # fmt: skip
        dead = np.flatnonzero(gone[self.owners])
        slots = np.searchsorted(self.begins, dead, side="right") - 1
        left.often = self.often - np.bincount(slots, minlength=len(self.often))
        left.lengths = np.where(gone, np.float32(0), self.lengths)
        left.total = float(left.lengths.sum())
        return left

    def places(self, features: Hashes) -> NDArray[np.int64]:
        """The slot of each feature, -1 where no text has it."""
        if not len(self.names):
            return np.full(len(features), -1)
        slots = np.minimum(np.searchsorted(self.names, features), len(self.names) - 1)
        return np.where(self.names[slots] == features, slots, -1)

    def having(self, slot: int) -> tuple[Numbers, NDArray[np.uint8]]:
        """The texts with a feature, and how often each has it."""
        where = slice(self.begins[slot], self.begins[slot + 1])
        return self.owners[where], self.counts[where]

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(
            one.nbytes
            for one in (
                self.names, self.begins, self.owners, self.counts, self.often, self.lengths,
            )
        )  # fmt: skip


class Tables:
    """BM25 (Robertson and Zaragoza 2009) of one kind of features over several tables as if one."""

    def __init__(self, tables: Sequence[Table], count: int) -> None:
        self._tables = tables
        self._count = count  # texts that count
        average = sum(table.total for table in tables) / max(1, count) or 1.0
        self._norms = [
            (K1 * (1 - B + B * table.lengths / average)).astype(np.float32) for table in tables
        ]

    def find(self, features: Hashes) -> "Found":
        return Found(
            np.array([table.places(features) for table in self._tables]).reshape(
                len(self._tables), len(features)
            ),
            self._tables,
            self._count,
        )

    def weigh(
        self, n: int, slots: NDArray[np.int64], worth: Weights
    ) -> tuple[Numbers, Weights, NDArray[np.int64]]:
        """Of the `n`th table: each text that has one of the features, what that weighs, and which it is
        of `slots`. `worth` is what each feature weighs beside its frequency."""
        table = self._tables[n]
        begins = table.begins[slots]
        many = table.begins[slots + 1] - begins
        which = np.repeat(np.arange(len(slots)), many)
        at = np.arange(len(which)) + np.repeat(begins - (np.cumsum(many) - many), many)
        texts = table.owners[at]
        times = table.counts[at].astype(np.float32)
        return texts, worth[which] * times / (times + self._norms[n][texts]), which


class Found:
    """Where some features stand in the tables of one kind, and how much they tell."""

    def __init__(self, slots: NDArray[np.int64], tables: Sequence[Table], count: int) -> None:
        self.slots = slots  # of each table in a row, of each feature in a column; -1: not there
        features = slots.shape[1]
        often, reads = np.zeros(features, np.int64), np.zeros(features, np.int64)
        for table, row in zip(tables, slots, strict=True):
            there = row >= 0
            often[there] += table.often[row[there]]
            reads[there] += table.begins[row[there] + 1] - table.begins[row[there]]
        self.often = often  # texts that have it
        self.reads = reads  # postings that have to be read
        self.idf = np.log(1 + (count - often + 0.5) / (often + 0.5))
