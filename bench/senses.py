"""Makes nlp/data/senses.tsv of WordNet 3.0: of what sense English words are.

    python -m bench.senses [/usr/share/wordnet]

Reads the files that Debian's package wordnet-base brings along (their form: wndb(5WN)). Of each word the
first sense as a noun, a verb and an adjective is taken: itself, what stands above it, what is akin to it,
its field, and the stems of the words that explain it. Whatever only one word has is left out, for it tells
nothing; so are words that were not found in the texts where senses were counted, nor are used in any
explanation or example.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from nlp.senses import DATA, PARTS
from nlp.terms import terms

FILES: Final = {"n": "noun", "v": "verb", "a": "adj"}
ABOVE: Final = 2  # levels
ABOVE_SIGNS: Final = ("@", "@i")  # hypernym, and what an instance is of
AKIN_SIGNS: Final = ("&", "+", "\\", "=")  # similar, derived, pertaining to, attribute
AKIN: Final = {"n": 3, "v": 3, "a": 6}  # at most
EXPLAINING: Final = 8  # stems of an explanation, at most
DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
# Any sentence has them, whatever it is about.
_EMPTY: Final = """
    a an the of in on at to is are was were be been being am i you it he she they we me my your his her its
    our their this that these those and or not no do does did have has had can could will would shall should
    may might must for with by from as if so what who whom which when where why how
"""
_WORD: Final = re.compile("[a-z]{2,}")

EMPTY: Final = frozenset(_WORD.findall(_EMPTY)) | {"a", "i"}

Place = tuple[str, str]  # part of speech, offset in its file


class Sense(NamedTuple):
    field: str
    above: list[Place]
    akin: list[Place]
    gloss: str  # an explanation, and after a semicolon more of it, or examples


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/wordnet")
    senses = {place: sense for part in FILES for place, sense in _senses(folder, part)}
    used = _counted(folder).union(*(_WORD.findall(one.gloss.lower()) for one in senses.values()))
    words: dict[str, dict[str, list[str]]] = {}
    for part in FILES:
        for word, first in _first_senses(folder, part):
            if _WORD.fullmatch(word) and word in used and word not in EMPTY:
                words.setdefault(word, {})[part] = _signs(senses, first)
    for part in FILES:
        for form, word in _irregular(folder, part):
            if _WORD.fullmatch(form) and part in words.get(word, ()):
                words.setdefault(form, {})[part] = words[word][part]
    often = Counter(
        sign
        for parts in words.values()
        for sign in dict.fromkeys(
            one for some in parts.values() for one in some
        )  # in order: no set
    )
    shared = [sign for sign, count in often.most_common() if count > 1]
    names = {sign: _number(rank) for rank, sign in enumerate(shared)}
    words |= {word: {} for word in EMPTY}
    lines = [line for line in DATA.read_text("utf-8").splitlines() if line.startswith("#")]
    for word, parts in sorted(words.items()):
        named = (" ".join(names[s] for s in parts.get(p, ()) if s in names) for p in PARTS)
        lines.append("\t".join((word, *named)))
    DATA.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{len(words)} words, {len(names)} signs")


def wordnet_lines(file: Path) -> Iterator[str]:
    """Of one of WordNet's files."""
    for line in file.read_text("latin-1").splitlines():
        if not line.startswith("  "):  # the licence
            yield line


def _senses(folder: Path, part: str) -> Iterator[tuple[Place, Sense]]:
    for line in wordnet_lines(folder / f"data.{FILES[part]}"):
        data, _, gloss = line.partition("|")
        fields = data.split()
        begin = 4 + 2 * int(fields[3], 16)  # after the words
        above, akin = [], []
        for at in range(begin + 1, begin + 1 + 4 * int(fields[begin]), 4):
            sign, offset, of = fields[at : at + 3]
            place = ("a" if of == "s" else of, offset)
            if sign in ABOVE_SIGNS:
                above.append(place)
            elif sign in AKIN_SIGNS:
                akin.append(place)
        yield (part, fields[0]), Sense(fields[1], above, akin[: AKIN[part]], gloss.strip())


def _first_senses(folder: Path, part: str) -> Iterator[tuple[str, Place]]:
    for line in wordnet_lines(folder / f"index.{FILES[part]}"):
        fields = line.split()
        yield fields[0], (part, fields[-int(fields[2])])


def _irregular(folder: Path, part: str) -> Iterator[tuple[str, str]]:
    for line in wordnet_lines(folder / f"{FILES[part]}.exc"):
        form, word, *_ = line.split()
        yield form, word


def _counted(folder: Path) -> set[str]:
    """Words that were found in texts."""
    return {line.partition("%")[0] for line in wordnet_lines(folder / "cntlist.rev")}


def _signs(senses: dict[Place, Sense], first: Place) -> list[str]:
    found, level = [first], [first]
    for _ in range(ABOVE):
        level = [above for place in level for above in senses[place].above]
        found += level
    found += senses[first].akin
    explained = senses[first].gloss.partition(";")[0]
    stems = [stem for stem in terms(explained) if len(stem) > 2 and stem not in EMPTY]
    return list(
        dict.fromkeys(
            (*map("".join, found), f"field {senses[first].field}", *(f"in {s}" for s in stems[:EXPLAINING]))
        )
    )  # fmt: skip


def _number(rank: int) -> str:
    name = ""
    while True:
        rank, digit = divmod(rank, 36)
        name = DIGITS[digit] + name
        if not rank:
            return name


if __name__ == "__main__":
    main()
