"""The classifier judges by stems; agents read the words that were written."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from nlp.terms import terms

LOOKED_AT: Final = 5_000  # characters
_WORD: Final = re.compile(r"[^\W_]+")


def as_written(carried: Iterable[str], messages: Sequence[str]) -> list[str]:
    """Each word that carried a decision as it stands in the messages, each once."""
    written: dict[str, str] = {}
    for word in _WORD.findall("\n".join(messages)[:LOOKED_AT]):
        for term in (word.lower(), *terms(word)):
            written.setdefault(term, word)
    return list(dict.fromkeys(written.get(one.rstrip("*"), one.rstrip("*")) for one in carried))
