"""Comments of like content together, in any language, named by their own words and shown as they are."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from nlp.terms import is_common, terms

MOST: Final = 1500  # comments that are compared, the latest: it takes their number squared
APART: Final = 0.88  # cosine distance on average, up to which groups are one
NAMES: Final = 3  # words that name a theme
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


class Comment(Struct, frozen=True, kw_only=True):
    number: str  # of the ticket; "" when nobody may know
    words: str
    language: str = ""
    score: int | None = None


class Theme(Struct, frozen=True, kw_only=True):
    name: str  # the words that set it apart; "" for all that is like nothing else
    comments: tuple[Comment, ...]  # the least content first
    mean: float | None  # of the overall scores given with them


def themes(comments: Sequence[Comment]) -> list[Theme]:
    """The largest first, single comments together at the end. Each comment is in one."""
    if not comments:
        return []
    groups = [
        some for language in _by_language(comments[-MOST:]).values() for some in _groups(language)
    ]
    found = [_theme(some) for some in groups if len(some) > 1]
    found.sort(key=lambda one: (-len(one.comments), one.name))
    single = [some[0] for some in groups if len(some) == 1]
    return [*found, _made("", single)] if single else found


def _by_language(comments: Sequence[Comment]) -> Mapping[str, list[Comment]]:
    """By script, which is what words have in common; a comment may be in another language than the
    conversation."""
    found: dict[str, list[Comment]] = defaultdict(list)
    for one in comments:
        han = sum("\u3400" <= letter <= "\u9fff" for letter in one.words)
        cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in one.words)
        found["zh" if han > cyrillic and han > 1 else "ru" if cyrillic > 2 else "en"].append(one)
    return found


def _telling(text: str) -> list[str]:
    return [term for term in terms(text) if not is_common(term) and not term.isdigit()]


def _groups(comments: Sequence[Comment]) -> list[list[Comment]]:
    """Average-link clustering of TF-IDF vectors: no comment is in a group for one odd word of it."""
    if len(comments) == 1:
        return [list(comments)]
    from sklearn.cluster import AgglomerativeClustering  # not with every start of the desk
    from sklearn.feature_extraction.text import TfidfVectorizer

    try:
        vectors = TfidfVectorizer(analyzer=_telling, sublinear_tf=True).fit_transform(
            [one.words for one in comments]
        )
    except ValueError:  # no word that says anything
        return [[one] for one in comments]
    apart = 1.0 - (vectors @ vectors.T).toarray().clip(0.0, 1.0)
    clustering = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=APART
    )
    groups: dict[int, list[Comment]] = defaultdict(list)
    for label, one in zip(clustering.fit_predict(apart), comments, strict=True):
        groups[int(label)].append(one)
    return list(groups.values())


def _theme(some: Sequence[Comment]) -> Theme:
    return _made(_name(some), some)


def _made(name: str, some: Sequence[Comment]) -> Theme:
    scores = [one.score for one in some if one.score is not None]
    ordered = sorted(some, key=lambda one: (one.score is None, one.score or 0, one.number))
    mean = sum(scores) / len(scores) if scores else None
    return Theme(name=name, comments=tuple(ordered), mean=mean)


def _name(some: Sequence[Comment]) -> str:
    """The terms that most of them share, as they were written."""
    counted: Counter[str] = Counter()
    spelled: dict[str, Counter[str]] = defaultdict(Counter)
    for one in some:
        counted.update(set(_telling(one.words)))
        for word in _WORD.findall(one.words):
            found = terms(word)
            if len(found) == 1:
                spelled[found[0]][word.lower()] += 1
    best = [term for term, count in counted.most_common() if count > 1] or list(counted)
    best = sorted(best[:12], key=lambda term: (-counted[term], -len(term), term))
    return ", ".join(
        spelled[term].most_common(1)[0][0] if spelled[term] else term for term in best[:NAMES]
    )
