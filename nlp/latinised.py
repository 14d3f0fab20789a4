"""Russian in Latin letters: transliterated in anybody's own way, or typed on the wrong keyboard layout.

Words are compared by a skeleton in which all ways to spell a Russian word in Latin letters fall together, so
`ne rabotaet`, `nye rabotajet` and `ne rabotayet` are one. What is known comes from the Russian training texts.
"""

import re
from collections import Counter
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

TEXTS: Final = Path(__file__).parent / "data" / "training"
LOOKED_AT: Final = 2_000  # characters
FEWEST: Final = 1.5  # words that must be Russian; one of two letters is half a word
SHARE: Final = 0.65  # of the words that are not English
MOST: Final = 0.4  # and of all words

_LATIN: Final = re.compile(r"[a-z][a-z']*")
_TYPED: Final = re.compile(r"[a-z\[\];',.`]+")
_CYRILLIC: Final = re.compile("[а-яё]+")
_SPELLED: Final = dict(
    zip("абвгдежзийклмнопрстуфхцчшщъыьэюяё", "a b v g d e z z i i k l m n o p r s t u f h c c s s  i  e u a e".split(" "), strict=True)
)  # fmt: skip
_FOLDED: Final = (
    ("shch", "s"), ("sch", "s"), ("sh", "s"), ("zh", "z"), ("kh", "h"), ("ch", "c"), ("ts", "c"), ("tz", "c"),
    ("yu", "u"), ("ju", "u"), ("iu", "u"), ("ya", "a"), ("ja", "a"), ("ia", "a"), ("yo", "e"), ("jo", "e"),
    ("ye", "e"), ("je", "e"), ("x", "h"), ("w", "v"), ("q", "k"), ("y", "i"), ("j", "i"), ("'", ""),
)  # fmt: skip
_SHORT: Final = frozenset("ксвоуия")
_TWICE: Final = re.compile(r"(.)\1+")
_LAYOUT: Final = str.maketrans(
    "qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюё"
)


@lru_cache(maxsize=64)  # one message is asked about several times while it is read
def in_cyrillic(text: str) -> str | None:
    """The text with its Russian words in Cyrillic letters; None when it is not Russian."""
    if not text.isascii():
        return None
    low = text[:LOOKED_AT].lower()
    return _transliterated(low) or _wrong_layout(low)


def _transliterated(low: str) -> str | None:
    known, english = _by_skeleton(), _english()
    every = _LATIN.findall(low)
    words = [word for word in every if len(word) > 1 and word not in english]
    if not _enough(every, words, [word for word in words if _skeleton(word) in known]):
        return None
    return _LATIN.sub(lambda word: known.get(_skeleton(word[0]), word[0]), low)


def _wrong_layout(low: str) -> str | None:
    russian, english = _russian(), _english()
    every = _TYPED.findall(low)
    words = [word for word in every if len(word) > 1 and word.strip(".,") not in english]
    if not _enough(every, words, [word for word in words if _typed(word).strip(".,") in russian]):
        return None
    return _TYPED.sub(lambda word: _typed(word[0]), low)


def _enough(every: list[str], words: list[str], russian: list[str]) -> bool:
    weight = sum(0.5 if len(word) < 3 else 1.0 for word in russian)
    return weight >= FEWEST and len(russian) >= max(SHARE * len(words), MOST * len(every))


def _typed(word: str) -> str:
    """A comma or full stop at the end is what it is, if the word is known without it."""
    whole, bare = word.translate(_LAYOUT), word.rstrip(".,").translate(_LAYOUT)
    return whole if whole in _russian() else bare + word.rstrip()[len(bare) :]


def _skeleton(word: str) -> str:
    for spelled, letter in _FOLDED:
        word = word.replace(spelled, letter)
    return _TWICE.sub(r"\1", word)


@cache
def _russian() -> Counter[str]:
    text = (TEXTS / "ru.tsv").read_text(encoding="utf-8").lower()
    return Counter(word for word in _CYRILLIC.findall(text) if len(word) > 1 or word in _SHORT)


@cache
def _english() -> frozenset[str]:
    text = (TEXTS / "en.tsv").read_text(encoding="utf-8").lower()
    often = Counter(_LATIN.findall(text))
    return frozenset(word for word, count in often.items() if count > 1)


@cache
def _by_skeleton() -> dict[str, str]:
    """The most frequent word of each skeleton."""
    known: dict[str, str] = {}
    for word, _ in _russian().most_common():
        known.setdefault(_skeleton("".join(_SPELLED[letter] for letter in word)), word)
    return known
