"""A text's words as they stand there: not stemmed, their order kept."""

import re
from typing import Final

from nlp.han import simplified
from nlp.latinised import in_cyrillic

READ: Final = 64  # words of a text: the first ones
LONGEST: Final = 4_000  # characters that they are looked for in
LONGEST_WORD: Final = 40

Words = tuple[str, ...]

_WORD: Final = re.compile(
    r"[\u3400-\u4dbf\u4e00-\u9fff]|[^\W\d_\u3400-\u4dbf\u4e00-\u9fff]+|\d|[^\w\s]"
)


def words_of(text: str) -> Words:
    """Words, digits, signs and Chinese characters in their order; never none."""
    found = []
    short = text[:LONGEST]
    for match in _WORD.finditer(simplified(in_cyrillic(short) or short).lower()):
        found.append(match.group()[:LONGEST_WORD])
        if len(found) == READ:
            break
    return tuple(found) or ("",)
