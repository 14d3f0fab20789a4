"""Spoken words as somebody would have written them: without "um", stammering and false starts.

For understanding only; the record of a call stays verbatim. What can be a word of its own ("that printer"
is 那个打印机) is cut only where the pauses around it say that it is none.
"""

import re
from typing import Final

# Sounds that are no word in any language we know of.
_SOUNDS: Final = r"u+h+|uh+m+|umm+|erm+|h+m+|mm+|mhm+"
# German "um" and "er" and Portuguese "um" are words, so these want a language.
_ENGLISH: Final = r"um+|er+|ah+|eh+"
_RUSSIAN: Final = r"э+(?:-э+)*|э+-?м+|м{2,}|гм+|хм+|ну(?:-ну)*|а-а+"

_FILLERS: Final = re.compile(
    rf"(?<![\w-])(?:{_SOUNDS}|{_RUSSIAN})(?![\w-])[,.…]*\s*", re.IGNORECASE
)
_ENGLISH_FILLERS: Final = re.compile(rf"(?<![\w-])(?:{_ENGLISH})(?![\w-])[,.…]*\s*", re.IGNORECASE)
# Phrases that are fillers between pauses only.
_ASIDES: Final = re.compile(
    r"(?:(?<=,)|^)\s*(?:you know|i mean|like|well|so|"
    r"как бы|как его|это самое|значит|типа|короче|вот)\s*,\s*",
    re.IGNORECASE,
)
_CHINESE: Final = re.compile(
    r"[嗯呃唔]+[,，、。…\s]*|(?:那个|这个|就是说|就是|额|啊|哦)(?=[,，、…])[,，、…\s]*"
)
_CHINESE_STAMMER: Final = re.compile(
    r"(我们|我|你们|你|他们|他|她|它|这个|那个|就是|不是)(?:[,，、…\s]*\1)+"
)
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")

_PAUSE: Final = ",…-–—"
_NUMBER: Final = re.compile(
    "zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|double|triple|"
    "ноль|нуль|один|два|три|четыре|пять|шесть|семь|восемь|девять|десять|"
    "[零一二三四五六七八九十幺两]+"
)
_SHORT_WORDS: Final = frozenset("iaиаявсуок")  # letters that are words


def understandable(text: str, language: str | None = None) -> str:
    """The same statement; the text itself where nothing is to be cut, or nothing else is in it."""
    plain = _FILLERS.sub("", text)
    if (language or "").lower().startswith("en"):
        plain = _ENGLISH_FILLERS.sub("", plain)
    plain = _ASIDES.sub(" ", plain)
    if _HAN.search(plain):
        plain = _CHINESE_STAMMER.sub(r"\1", _CHINESE.sub("", plain))
    plain = _without_stammer(plain).strip(" ,，、…")
    return plain or text


def _without_stammer(text: str) -> str:
    """Without words, or up to three words in a row, that are begun or said again at once."""
    words: list[str] = []
    bare: list[str] = []
    given = text.split()
    for word in given:
        if words and _is_begun(words[-1], word):
            words.pop()
            bare.pop()
        words.append(word)
        bare.append(word.strip(_PAUSE + ".?!;:").lower())
        for length in (3, 2, 1):
            if _is_repeated(words, bare, length):
                # The later ones stay: they have the punctuation that goes on.
                del words[-2 * length : -length], bare[-2 * length : -length]
                break
    return text if len(words) == len(given) else " ".join(words)


def _is_begun(first: str, second: str) -> bool:
    """Is "prin-" the beginning of "printer"?"""
    begun = first.rstrip("-–—…")
    return begun != first and begun.isalpha() and second.lower().startswith(begun.lower())


def _is_repeated(words: list[str], bare: list[str], length: int) -> bool:
    if len(words) < 2 * length or bare[-length:] != bare[-2 * length : -length]:
        return False
    if any(word.endswith((".", "?", "!")) for word in words[-2 * length : -length]):
        return False  # "No. No, it is not." is no stammer
    return not any(_is_spelled(word) for word in bare[-length:])


def _is_spelled(word: str) -> bool:
    """Digits and letters said one by one are said twice on purpose."""
    if not word or any(map(str.isdigit, word)) or _NUMBER.fullmatch(word):
        return True
    return len(word) == 1 and word not in _SHORT_WORDS
