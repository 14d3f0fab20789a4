"""What English words mean: numbers for the first sense of each as a noun, a verb and an adjective, for what
stands above it, and for what is akin. Two words that share a number have something in common.

The numbers are of data/senses.tsv, which `python -m bench.senses` makes of WordNet 3.0 (Miller 1995). How a
form leads to its word is WordNet's, too: morphy(7WN).
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).parent / "data" / "senses.tsv"
PARTS: Final = ("n", "v", "a")  # columns
SHORTEST: Final = 2  # letters that an ending leaves
_ENDINGS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "n": (
        ("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"),
        ("men", "man"), ("ies", "y"),
    ),
    "v": (
        ("s", ""), ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"),
        ("ing", ""),
    ),
    "a": (("er", ""), ("est", ""), ("er", "e"), ("est", "e")),
}  # fmt: skip
_DOUBLING: Final = ("ing", "ed")  # after a consonant said twice: planned, stopping


def senses_of(word: str) -> tuple[str, ...]:
    """Of a word in small letters, each once; none of one that is not known, or that any sentence has."""
    known = _table()
    whole = known.get(word)
    if whole is not None and not any(whole):
        return ()
    found: dict[str, None] = {}
    for column, part in enumerate(PARTS):
        for lemma in _lemmas(word, part):
            if senses := known.get(lemma, _NONE)[column]:
                found.update(dict.fromkeys(senses.split()))
                break
    return tuple(found)


_NONE: Final = ("",) * len(PARTS)


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[str, ...]]:
    rows = {}
    for line in DATA.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            word, *parts = line.split("\t")
            rows[word] = tuple(parts)
    return rows


def _lemmas(word: str, part: str) -> Iterator[str]:
    yield word
    for ending, instead in _ENDINGS[part]:
        if word.endswith(ending) and len(word) >= len(ending) + SHORTEST:
            yield word.removesuffix(ending) + instead
    if part == "v":
        for ending in _DOUBLING:
            bare = word.removesuffix(ending)
            if bare != word and len(bare) > SHORTEST and bare[-1] == bare[-2]:
                yield bare[:-1]
