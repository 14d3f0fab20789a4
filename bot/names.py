"""What the organisation itself teaches about names: abbreviations that its texts explain, and words that
led people to an article which does not have them. All are listed, and each can be refused.

Only articles and the public words of agents are read for abbreviations, so no requester can teach one.
A word of questions counts when several people used it and that article helped them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from bot.library import Library
from nlp.feedback import shifts
from nlp.names import OtherNames, names_in
from nlp.terms import is_common, telling, terms
from nlp.understanding import ArticleText
from store import knowledge as kept
from store.database import Tx

SAID: Final = 5_000  # words of agents that are read, the latest
AGE: Final = timedelta(days=365)  # of what helped
PEOPLE: Final = 3  # who must have asked with a word
SHARE: Final = 0.5  # of those whom something helped when they used it
TICKETS: Final = 2  # that must explain an abbreviation when no article does


class Kind(StrEnum):
    ABBREVIATION = "abbreviation"
    ASKED = "asked"  # a word of questions, and the article that answered them


class Learned(Struct, frozen=True, kw_only=True):
    kind: Kind
    name: str
    other: str  # the long form, or the id of the article
    seen: int  # in so many texts, or from so many people
    refused: bool = False


def learned(tx: Tx, library: Library) -> list[Learned]:
    """The most often seen first, the refused among them."""
    no = kept.refused(tx)
    found = [*_abbreviations(tx, library), *_asked(tx, library)]
    marked = [replace(one, refused=(one.name, one.other) in no) for one in found]
    return sorted(marked, key=lambda one: (one.kind, -one.seen, one.name))


def _abbreviations(tx: Tx, library: Library) -> Iterable[Learned]:
    articles: Counter[tuple[str, str]] = Counter()
    spelt: dict[tuple[str, str], str] = {}
    for text in library.texts():
        for one in set(names_in(text)):
            articles[one.short, one.long.casefold()] += 1
            spelt.setdefault((one.short, one.long.casefold()), one.long)
    tickets: dict[tuple[str, str], set[int]] = defaultdict(set)
    for ticket, text in kept.said_by_agents(tx, SAID):
        for one in names_in(text):
            tickets[one.short, one.long.casefold()].add(ticket)
            spelt.setdefault((one.short, one.long.casefold()), one.long)
    for key, long in spelt.items():
        if key in articles or len(tickets[key]) >= TICKETS:
            yield Learned(
                kind=Kind.ABBREVIATION,
                name=key[0],
                other=long,
                seen=articles[key] + len(tickets[key]),
            )


def _asked(tx: Tx, library: Library) -> Iterable[Learned]:
    helped = [one for one in kept.shown(tx, tx.now - AGE) if one.helped and one.inbox_id]
    words = kept.asked(tx, helped)
    people: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for one in helped:
        person, text = words.get(one.inbox_id or 0, (None, ""))
        if person is not None:
            for term in set(telling(text)):
                people[term][one.article].add(person)
    has: dict[str, frozenset[str]] = {}
    for term, by_article in people.items():
        everybody = set().union(*by_article.values())
        for article, some in by_article.items():
            if len(some) < PEOPLE or len(some) < SHARE * len(everybody):
                continue
            if article not in has:
                has[article] = frozenset(terms(" ".join(library.texts(article))))
            if has[article] and term not in has[article] and _may_lead(term):
                yield Learned(kind=Kind.ASKED, name=term, other=article, seen=len(some))


def _may_lead(term: str) -> bool:
    return not is_common(term) and not any(letter.isdigit() for letter in term)


class Knowledge(Struct, frozen=True, kw_only=True):
    """All that search goes by besides the articles as they are written."""

    articles: list[ArticleText]
    shifts: Mapping[tuple[str, str], float]
    names: OtherNames


def knowledge(tx: Tx, library: Library) -> Knowledge:
    good = [one for one in learned(tx, library) if not one.refused]
    leading: dict[str, list[str]] = defaultdict(list)
    for one in good:
        if one.kind is Kind.ASKED:
            leading[one.other].append(one.name)
    articles = [
        replace(text, keywords=(*text.keywords, *sorted(leading[text.id])))
        if text.id in leading
        else text
        for text in library.for_search()
    ]
    return Knowledge(
        articles=articles,
        shifts=shifts(kept.outcomes(tx)),
        names=OtherNames((one.name, one.other) for one in good if one.kind is Kind.ABBREVIATION),
    )
