"""What English words stand beside: a vector for each stem, so that words used alike point the same way.

The vectors are of data/vectors.npz, which `python -m bench.vectors` makes of free texts by counting which
words stand together. A stem without one says nothing.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlp.terms import terms

DATA: Final = Path(__file__).parent / "data" / "vectors.npz"
SIZE: Final = 128
RARE: Final = 0.002  # of all words: one that is so frequent counts half (Arora et al. 2017)

Vectors = NDArray[np.float32]


class Table(NamedTuple):
    """`numbers` are the rows of unit length times 1 / `scale`; `weight` is that of a stem in a text."""

    places: dict[str, int]
    numbers: NDArray[np.int8]
    scale: Vectors
    weight: Vectors

    def rows(self, places: list[int]) -> Vectors:
        return np.asarray(self.numbers[places] * self.scale[places, None])


@lru_cache(maxsize=1)
def table() -> Table:
    with np.load(DATA) as kept:
        stems = kept["stems"].tobytes().decode().split("\n")
        numbers, share = kept["numbers"], kept["share"]
    length = np.sqrt(np.square(numbers, dtype=np.float32).sum(axis=1))
    return Table(
        {stem: at for at, stem in enumerate(stems)},
        numbers,
        (1 / np.maximum(length, 1)).astype(np.float32),
        (RARE / (RARE + share)).astype(np.float32),
    )


def is_known(stem: str) -> bool:
    return stem in table().places


def of_stems(stems: Iterable[str]) -> Vectors:
    """A row of unit length a stem, of zeros where it is not known."""
    known = table()
    places = [known.places.get(stem, -1) for stem in stems]
    found = np.zeros((len(places), SIZE), np.float32)
    here = [at for at, place in enumerate(places) if place >= 0]
    found[here] = known.rows([places[at] for at in here])
    return found


def of_words(words: Iterable[str]) -> Vectors:
    """The same for words in small letters, as they stand in a text."""
    return of_stems(next(iter(terms(word)), "") if word.isascii() else "" for word in words)


def of_text(weighted: Iterable[tuple[str, float]]) -> Vectors:
    """What stems with their weights are about together: of unit length, zeros where none is known."""
    known = table()
    some = [(at, share) for stem, share in weighted if (at := known.places.get(stem)) is not None]
    if not some:
        return np.zeros(SIZE, np.float32)
    places = [at for at, _ in some]
    shares = np.array([share for _, share in some], np.float32) * known.weight[places]
    sum_: Vectors = (shares[:, None] * known.rows(places)).sum(axis=0)
    return sum_ / max(float(np.sqrt((sum_ * sum_).sum())), 1e-9)
