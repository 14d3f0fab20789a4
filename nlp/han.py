"""Chinese in one script: traditional characters, and the words of Taiwan, made simplified."""

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _converter() -> tuple[Any, frozenset[str]]:
    """Who converts, and the characters that only traditional text has."""
    from opencc import OpenCC

    every = [chr(code) for code in range(0x3400, 0xA000)]
    simple = OpenCC("t2s").convert("\n".join(every)).split("\n")
    changed = (old for old, new in zip(every, simple, strict=True) if old != new)
    return OpenCC("tw2sp"), frozenset(changed)


def simplified(text: str) -> str:
    """The text itself when nothing in it is traditional."""
    if text.isascii():
        return text
    converter, traditional = _converter()
    if traditional.isdisjoint(text):
        return text
    return str(converter.convert(text))


@lru_cache(maxsize=1)
def _singly() -> dict[int, str]:
    from opencc import OpenCC

    every = [chr(code) for code in range(0x3400, 0xA000)]
    simple = OpenCC("t2s").convert("\n".join(every)).split("\n")
    pairs = zip(every, simple, strict=True)
    return {ord(old): new for old, new in pairs if old != new and len(new) == 1}


def sign_by_sign(text: str) -> str:
    """As long as the text: each character by itself, words of Taiwan stay."""
    if text.isascii() or _converter()[1].isdisjoint(text):
        return text
    return text.translate(_singly())
