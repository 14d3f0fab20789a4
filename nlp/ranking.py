"""Any texts, found by what a question says, what it means and how it is spelt; in memory.

`index` replaces everything, `update` only what changed, and then the same is found as after `index`.
Readers see the old or the new whole.
"""

import math
import re
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import lru_cache
from itertools import chain, pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlp.concepts import everyday, thesaurus
from nlp.han import simplified
from nlp.postings import K1, Found, Hashes, Table, Tables, Weights, hashed, of_pairs
from nlp.spelling import Spellings
from nlp.terms import is_common, terms
from nlp.vectors import SIZE, Vectors, is_known, of_text

LONGEST_ASKED: Final = 2_000  # characters of a question
MOST_READ: Final = 100_000  # postings for one question, the rarest features first: bounds its time
NEIGHBOURS: Final = 80  # words of a text, of which neighbours are kept
CODE: Final = 1_000.0  # more than all else together gives

# What a feature of the question is worth. `python -m bench.retrieval` measures them on sets of several
# kinds; they are round, because no set deserves to be fitted.
COMMON: Final = 0.4  # a word that is part of any question
MEANT: Final = 0.8  # the same thing under another name, in place of the word itself
MEANT_TOO: Final = 0.3  # and beside it
LOOSELY: Final = 0.65  # the same for everyday words
LOOSELY_TOO: Final = 0.2
SPELT: Final = 0.7  # a word that is spelt alike, times how much
SAID: Final = 0.7  # another name that the organisation uses
PAIRED: Final = 0.2  # two words that stand side by side
PIECES: Final = 0.04  # characters that stand side by side in a title
TITLE: Final = 0.4  # once more for what stands in the title
ALIKE: Final = 1.2  # all its words together, times how alike those of a text are used
BEST: Final = 50  # texts that are compared so

TINY: Final = float(np.finfo(np.float32).tiny)
LOOSE: Final = "e"  # begins the sign of an everyday meaning
_WORD: Final = re.compile(r"[^\W_]+")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")


class Document(NamedTuple):
    """What is indexed. The name is the title, or other words that tell more than those of the body."""

    name: str
    body: str


KINDS: Final = (
    "words", "meanings", "loosely", "pairs", "title-words", "title-meanings", "title-loosely", "pieces",
)  # fmt: skip


class Segment(NamedTuple):
    """Some texts with all their features. Never changes."""

    ids: tuple[str, ...]
    alive: NDArray[np.bool_]
    tables: tuple[Table, ...]  # in the order of KINDS
    about: NDArray[np.float16]  # a row a text: what its words are about together
    spellings: Spellings

    @classmethod
    def of(cls, documents: Mapping[str, Document]) -> "Segment":
        reader = _Reader(len(documents))
        for document in documents.values():
            reader.read(document)
        alive = np.ones(len(documents), np.bool_)
        return cls(
            tuple(documents), alive, reader.tables(), reader.about(), Spellings(reader.words)
        )

    @classmethod
    def joined(cls, segments: Sequence["Segment"]) -> "Segment":
        kept = [one.alive for one in segments]
        ids = tuple(
            id
            for one in segments
            for id, stays in zip(one.ids, one.alive.tolist(), strict=True)
            if stays
        )
        tables = tuple(
            Table.joined([one.tables[kind] for one in segments], kept) for kind in range(len(KINDS))
        )
        about = np.concatenate([one.about[one.alive] for one in segments])
        words = chain.from_iterable(one.spellings.words for one in segments)
        return cls(ids, np.ones(len(ids), np.bool_), tables, about, Spellings(words))

    def among(self, ids: Set[str]) -> list[int]:
        """The numbers of the texts that count and are among these."""
        return [n for n, id in enumerate(self.ids) if id in ids and self.alive[n]]

    def without(self, gone: Sequence[int]) -> "Segment":
        mask = np.zeros(len(self.ids), np.bool_)
        mask[list(gone)] = True
        tables = tuple(table.without(mask) for table in self.tables)
        return self._replace(alive=self.alive & ~mask, tables=tables)


class _Stem(NamedTuple):
    """What the index knows of a word, looked up once for each."""

    hash: int
    worth: float  # of its length and of its weight, as it is common or not
    meanings: tuple[int, ...]
    loosely: tuple[int, ...]
    phrases: tuple[tuple[tuple[str, ...], int, bool], ...]  # that it begins, and whether strict

    @property
    def common(self) -> bool:
        return self.worth < 1


@lru_cache(maxsize=100_000)
def _stem(stem: str) -> _Stem:
    common = is_common(stem)
    return _Stem(
        hashed(stem),
        COMMON if common else 1.0,
        tuple(hashed(one) for one in thesaurus().of_term(stem)),
        () if common else tuple(hashed(_loose(one)) for one in everyday().of_term(stem)),
        (
            *((phrase, hashed(one), True) for phrase, one in thesaurus().phrases_of(stem)),
            *((phrase, hashed(_loose(one)), False) for phrase, one in everyday().phrases_of(stem)),
        ),
    )


def _loose(concept: str) -> str:
    return LOOSE + concept


def _several(
    text: str, stems: Sequence[str], known: Sequence[_Stem]
) -> tuple[list[int], list[int]]:
    """The meanings, strict and loose, that are not those of single words."""
    found: tuple[list[int], list[int]] = [], []
    for at, one in enumerate(known):
        for phrase, meaning, strict in one.phrases:
            if tuple(stems[at : at + len(phrase)]) == phrase:
                found[not strict].append(meaning)
    if _HAN.search(text):
        found[0].extend(map(hashed, thesaurus().of_chinese(text)))
        found[1].extend(hashed(_loose(one)) for one in everyday().of_chinese(text))
    return found


def _pieces(title: str) -> Iterable[str]:
    for word in _WORD.findall(simplified(title).lower()):
        if not all(map(is_common, terms(word))):
            yield from _of_word(word)


@lru_cache(maxsize=50_000)
def _of_word(word: str) -> tuple[str, ...]:
    edged = f" {word} "
    return tuple(edged[at : at + n] for n in (3, 4) for at in range(len(edged) - n + 1))


class _Reader:
    """Texts to tables: features are collected in long arrays, and sorted once."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._features = {kind: array("Q") for kind in KINDS}
        self._each = {kind: array("i") for kind in KINDS}  # how many features a text gave
        self._lengths = {kind: array("f") for kind in KINDS}
        self._about = array("f")
        self.words: set[str] = set()

    def read(self, document: Document) -> None:
        name, body = terms(document.name), terms(document.body)
        self.words.update(name)
        self.words.update(body)
        in_name, in_body = _of(document.name, name), _of(document.body, body)
        self._put("title-words", in_name.words, in_name.length)
        self._put("words", in_name.words + in_body.words, in_name.length + in_body.length)
        self._put("title-meanings", in_name.meanings)
        self._put("meanings", in_name.meanings + in_body.meanings)
        self._put("title-loosely", in_name.loosely)
        self._put("loosely", in_name.loosely + in_body.loosely)
        self._put("pairs", _neighbours(in_name.known + in_body.known))
        self._put("pieces", list(map(hashed, _pieces(document.name))))
        self._about.frombytes(_about([*name, *body]).tobytes())

    def _put(self, kind: str, features: list[int], length: float | None = None) -> None:
        self._features[kind].extend(features)
        self._each[kind].append(len(features))
        self._lengths[kind].append(len(features) if length is None else length)

    def about(self) -> NDArray[np.float16]:
        return np.frombuffer(self._about, np.float32).reshape(-1, SIZE).astype(np.float16)

    def tables(self) -> tuple[Table, ...]:
        return tuple(
            Table.of(
                np.frombuffer(self._features[kind], np.uint64)
                if self._features[kind]
                else np.empty(0, np.uint64),
                np.repeat(
                    np.arange(self._count, dtype=np.int32), np.array(self._each[kind], np.int64)
                ),
                None,
                np.array(self._lengths[kind], np.float32),
            )
            for kind in KINDS
        )


def _about(stems: Sequence[str]) -> Vectors:
    return of_text((stem, COMMON if is_common(stem) else 1.0) for stem in stems)


class _Features(NamedTuple):
    known: list[_Stem]
    words: list[int]
    meanings: list[int]
    loosely: list[int]
    length: float


def _of(text: str, stems: Sequence[str]) -> _Features:
    known = [_stem(stem) for stem in stems]
    strict, loose = _several(text, stems, known)
    return _Features(
        known,
        [one.hash for one in known],
        [*chain.from_iterable([one.meanings for one in known]), *strict],
        [*chain.from_iterable([one.loosely for one in known]), *loose],
        sum([one.worth for one in known]),
    )


def _neighbours(known: Sequence[_Stem]) -> list[int]:
    some = [
        (one.hash, other.hash)
        for one, other in pairwise(known[:NEIGHBOURS])
        if one.worth == 1 or other.worth == 1
    ]
    if not some:
        return []
    both: Hashes = np.array(some, np.uint64)
    found: list[int] = of_pairs(both[:, 0], both[:, 1]).tolist()
    return found


class _State:
    """What is indexed at one moment."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = tuple(segments)
        self.begins = [0]
        for one in segments:
            self.begins.append(self.begins[-1] + len(one.ids))
        self.alive = np.concatenate([one.alive for one in segments] or [np.zeros(0, np.bool_)])
        self.count = int(self.alive.sum())
        self.kinds = {
            kind: Tables([one.tables[at] for one in segments], self.count)
            for at, kind in enumerate(KINDS)
        }

    def find(self, kind: str, *names: str) -> Found:
        return self.kinds[kind].find(np.array([hashed(name) for name in names], np.uint64))

    def about(self, numbers: NDArray[np.int64]) -> Vectors:
        """A row for each of some texts."""
        rows = np.empty((len(numbers), SIZE), np.float32)
        for one, begin, end in zip(self.segments, self.begins, self.begins[1:], strict=False):
            here = (numbers >= begin) & (numbers < end)
            rows[here] = one.about[numbers[here] - begin]
        return rows

    def having(self, term: str) -> NDArray[np.int64]:
        """The texts with a term, if they are few."""
        found = self.find("words", term)
        if found.often[0] > max(1, self.count // 10):
            return np.empty(0, np.int64)
        return np.concatenate(
            [
                one.tables[0].having(slot)[0] + begin
                for one, slot, begin in zip(
                    self.segments, found.slots[:, 0].tolist(), self.begins, strict=False
                )
                if slot >= 0
            ]
            or [np.empty(0, np.int64)]
        )

    def like(self, stem: str) -> list[tuple[str, float]]:
        """Words that are spelt like one, and how much."""
        best: dict[str, float] = {}
        for one in self.segments:
            best.update(one.spellings.like(stem))
        return list(best.items())

    def id_of(self, number: int) -> str:
        at = next(n for n, begin in enumerate(self.begins[1:]) if number < begin)
        return self.segments[at].ids[number - self.begins[at]]


Names = Callable[[Sequence[str]], Mapping[str, Sequence[str]]]


class Index:
    """A question's words are alternatives, and what tells more counts more."""

    def __init__(self, segments: Sequence[Segment] = ()) -> None:
        self._state = _State(segments)

    def __len__(self) -> int:
        return self._state.count

    def index(self, documents: Mapping[str, tuple[str, str]]) -> None:
        """{id: (title, body)}; replaces what was indexed."""
        some = {id: Document(*parts) for id, parts in documents.items()}
        self._state = _State([Segment.of(some)] if some else ())

    def update(self, changed: Mapping[str, tuple[str, str]], gone: Iterable[str] = ()) -> None:
        """Add or replace some, and take others out. One thread at a time may do so."""
        self._state = self.updated(changed, gone)._state

    def updated(self, changed: Mapping[str, tuple[str, str]], gone: Iterable[str] = ()) -> "Index":
        """An index with the change; this one stays as it is, and most of it is shared."""
        out = {*changed, *gone}
        segments = [
            one.without(which) if (which := one.among(out)) else one for one in self._state.segments
        ]
        if changed:
            segments.append(Segment.of({id: Document(*it) for id, it in changed.items()}))
        return Index(_tidy(segments))

    def search(self, query: str, k: int = 3, names: Names | None = None) -> list[tuple[str, float]]:
        """(id, score) of the `k` best, best first; the score is positive and has no unit.

        Texts with a code of the query, "0x800CCC0E" or "809", come before those without. `names` gives
        the terms that are other names of some terms of the query.
        """
        state = self._state
        if not state.count or k <= 0:
            return []
        stems = terms(query[:LONGEST_ASKED])
        scores = _scores(state, _asked(state, query[:LONGEST_ASKED], stems, names))
        for code in filter(_is_code, dict.fromkeys(stems)):
            scores[state.having(code)] += CODE
        scores[~state.alive] = 0
        _add_alike(state, scores, stems)
        return _best(state, scores, k)

    def idf(self, asked: Mapping[str, Sequence[str]]) -> list[float]:
        """How much each stem tells, given its meanings; of one that no text has, its meanings, and if no
        text has those, half of what a stem tells that a single text has."""
        state = self._state
        words = state.find("words", *asked)
        meanings = list(chain.from_iterable(asked.values()))
        found = state.find("meanings", *meanings)
        told = {
            name: float(idf)
            for name, idf, often in zip(meanings, found.idf, found.often, strict=True)
            if often
        }
        nothing = math.log(1 + state.count) / 2
        return [
            float(idf)
            if often
            else max((told[one] for one in some if one in told), default=nothing)
            for some, idf, often in zip(asked.values(), words.idf, words.often, strict=True)
        ]

    @property
    def size(self) -> dict[str, int]:
        """Bytes of the tables of each kind and of what texts are about; words for spelling come to them."""
        tables = {
            kind: sum(one.tables[at].size for one in self._state.segments)
            for at, kind in enumerate(KINDS)
        }
        return {**tables, "about": sum(one.about.nbytes for one in self._state.segments)}


def _tidy(segments: list[Segment]) -> list[Segment]:
    """Join the last ones while they are not much smaller than the one before: so there are never many,
    and a text is joined only a few times."""
    segments = [one for one in segments if one.alive.any()]
    while len(segments) > 1 and 4 * len(segments[-1].ids) >= int(segments[-2].alive.sum()):
        segments[-2:] = [Segment.joined(segments[-2:])]
    if len(segments) == 1 and 2 * int(segments[0].alive.sum()) < len(segments[0].ids):
        segments = [Segment.joined(segments)]
    return segments


class _Asked:
    """The features that a question is looked up by. Those with the same part stand for one word of it:
    in each text the best of them counts. Part 0 is of those that simply are added."""

    def __init__(self) -> None:
        self.features = {kind: array("Q") for kind in KINDS}
        self.shares = {kind: array("f") for kind in KINDS}
        self.parts = {kind: array("i") for kind in KINDS}
        self.last = 0

    def add(self, kind: str, features: Iterable[int], share: float, part: int = 0) -> None:
        for feature in features:
            self.features[kind].append(feature)
            self.shares[kind].append(share)
            self.parts[kind].append(part)


def _asked(state: _State, query: str, stems: Sequence[str], names: Names | None) -> _Asked:
    asked = _Asked()
    words = list(dict.fromkeys(stems))
    named = names(words) if names else {}
    every = _of(query, stems)
    several = _several(query, stems, every.known)
    fields = (("", 1.0), ("title-", TITLE))
    for stem in words:
        known = _stem(stem)
        alike = () if known.common else state.like(stem)
        for title, share in fields:
            asked.last += 1
            here = (title + "words", asked.last)
            asked.add(here[0], (known.hash,), share * known.worth, here[1])
            asked.add(here[0], map(hashed, named.get(stem, ())), share * SAID, here[1])
            for other, much in alike:
                asked.add(here[0], (hashed(other),), share * SPELT * much, here[1])
            asked.add(title + "meanings", known.meanings, share * MEANT, here[1])
            asked.add(title + "loosely", known.loosely, share * LOOSELY, here[1])
    for title, share in fields:
        asked.add(title + "meanings", dict.fromkeys(several[0]), share * MEANT)
        asked.add(title + "loosely", dict.fromkeys(several[1]), share * LOOSELY)
    asked.add("meanings", dict.fromkeys(every.meanings), MEANT_TOO)
    asked.add("loosely", dict.fromkeys(every.loosely), LOOSELY_TOO)
    asked.add("pairs", dict.fromkeys(_neighbours(every.known)), PAIRED)
    asked.add("pieces", dict.fromkeys(map(hashed, _pieces(query))), PIECES)
    return asked


def _scores(state: _State, asked: _Asked) -> Weights:
    kinds = [kind for kind in KINDS if asked.features[kind]]
    if not kinds:
        return np.zeros(len(state.alive), np.float32)
    found = [
        state.kinds[kind].find(np.frombuffer(asked.features[kind], np.uint64)) for kind in kinds
    ]
    worth = [
        (one.idf * np.frombuffer(asked.shares[kind], np.float32)).astype(np.float32) * (K1 + 1)
        for kind, one in zip(kinds, found, strict=True)
    ]
    least = _least(found, worth)
    texts = len(state.alive)
    best = np.zeros((asked.last + 1) * texts, np.float32)  # flat: numpy is quick with that only
    for kind, one, much in zip(kinds, found, worth, strict=True):
        part = np.frombuffer(asked.parts[kind], np.int32)
        for n, begin in enumerate(state.begins[:-1]):
            there = np.flatnonzero((one.slots[n] >= 0) & (much >= least))
            numbers, weights, which = state.kinds[kind].weigh(n, one.slots[n][there], much[there])
            into = part[there][which] * np.int64(texts) + numbers + begin
            alone = into < texts
            np.add.at(best, into[alone], weights[alone])
            np.maximum.at(best, into[~alone], weights[~alone])
    scores: Weights = best.reshape(-1, texts).sum(axis=0)
    return scores


def _least(found: Sequence[Found], worth: Sequence[Weights]) -> float:
    """What a feature must be worth to be read, so that no more than MOST_READ postings are."""
    reads, every = np.concatenate([one.reads for one in found]), np.concatenate(worth)
    if reads.sum() <= MOST_READ:
        return 0.0
    order = np.argsort(-every, kind="stable")
    fits = np.cumsum(reads[order]) <= MOST_READ
    return float(every[order][max(0, int(fits.sum()) - 1)])


def _add_alike(state: _State, scores: Weights, stems: Sequence[str]) -> None:
    """To the best texts, what speaks for each because its words are used like those of the question."""
    asked = [stem for stem in dict.fromkeys(stems) if is_known(stem)]
    if not asked:
        return
    told = state.find("words", *asked).idf * np.array([_stem(stem).worth for stem in asked])
    least = max(_least_of_best(scores, BEST), TINY)
    best = np.flatnonzero(scores >= np.float32(least))
    near = (state.about(best) * _about(stems)).sum(axis=1)  # not a product: the same in any company
    scores[best] = np.maximum(scores[best] + np.float32(ALIKE * told.sum()) * near, TINY)


def _is_code(term: str) -> bool:
    """809, 0x800ccc0e, err_connection_refused."""
    return len(term) >= 3 and any(sign.isdigit() or sign == "_" for sign in term)


def _least_of_best(scores: Weights, k: int) -> float:
    k = min(k, len(scores))
    return float(np.partition(scores, -k)[-k])


def _best(state: _State, scores: Weights, k: int) -> list[tuple[str, float]]:
    least = max(_least_of_best(scores, k), TINY)
    ranked = sorted(
        (-float(scores[number]), state.id_of(int(number)))
        for number in np.flatnonzero(scores >= np.float32(least))
    )
    return [(id, -score) for score, id in ranked[:k]]
