"""Collects nlp/data/words.tsv: words of programs' messages that are met in one language and no other.

    python -m bench.words [/usr/share/locale]

Reads the message catalogues (.mo) that the packages of a Debian bring along; which words are found
therefore depends on what is installed. Words of the training texts are left out: they speak for English
or Russian.
"""

import gettext
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Final

from nlp.cyrillic import TEXTS, WORDS

CYRILLIC: Final = {  # language -> how many words to keep
    "uk": 2500, "sr": 2500, "kk": 1500, "bg": 1000, "be": 700, "mk": 600, "ky": 300, "mn": 300, "tg": 300,
}  # fmt: skip
LATIN: Final = {"en": 6000, "de": 4000} | dict.fromkeys(
    (
        "nl",
        "sv",
        "da",
        "nb",
        "fr",
        "es",
        "it",
        "pt",
        "pl",
        "cs",
        "sk",
        "hr",
        "sl",
        "tr",
        "fi",
        "hu",
        "ro",
    ),
    500,
)
_WORD: Final = re.compile(r"[^\W\d_]{2,16}")
_ENGLISH: Final = re.compile("[a-z]+")
OFTEN: Final = 3


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/locale")
    learned = set(_WORD.findall(TEXTS.read_text(encoding="utf-8").lower()))
    learned |= set(_WORD.findall((TEXTS.parent / "en.tsv").read_text(encoding="utf-8").lower()))
    lines = []
    for languages in ({"ru": 0} | CYRILLIC, LATIN):
        met = {language: _words(folder, language) for language in languages}
        homes: dict[str, set[str]] = defaultdict(set)
        for language, words in met.items():
            for word in words:
                homes[word].add(language)
        for language, count in languages.items():
            often = met[language].most_common()
            if language == "en":
                kept = [word for word, n in often if n > OFTEN and _ENGLISH.fullmatch(word)]
            else:
                kept = [w for w, n in often if n > 1 and len(homes[w]) == 1 and w not in learned]
            if kept[:count]:
                lines.append(f"{language.replace('nb', 'no')}\t{' '.join(sorted(kept[:count]))}\n")
    WORDS.write_text("".join(sorted(lines)), encoding="utf-8")
    print(f"{WORDS.name}: {WORDS.stat().st_size / 1000:.0f} kB, {len(lines)} languages")


def _words(folder: Path, language: str) -> Counter[str]:
    """English are the messages that others translate."""
    found: Counter[str] = Counter()
    for file in sorted((folder / ("de" if language == "en" else language)).glob("*/*.mo")):
        if file.name.startswith("iso_"):  # names of countries and languages
            continue
        try:
            with file.open("rb") as raw:
                messages = gettext.GNUTranslations(raw)._catalog  # type: ignore[attr-defined]
        except (OSError, ValueError, IndexError):  # in another encoding, or damaged
            continue
        for key, said in messages.items():
            asked = key if isinstance(key, str) else key[0]
            if language == "en":
                found.update(_WORD.findall(asked.lower()))
            elif said != asked:
                found.update(_WORD.findall(said.lower()))
    return found


if __name__ == "__main__":
    main()
