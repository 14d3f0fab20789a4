"""What people ask and no article answers: like questions together, the most frequent first, each with the
draft of an article from what agents answered.

A draft is for a person to edit: of the agents' public words only, without greetings, names, addresses,
numbers and secrets, and never published by itself.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final

from msgspec import Struct

import nlp
from bot.knowledge import markdown
from nlp.facts import facts_in
from nlp.secrets import masked
from nlp.terms import is_common, telling, terms
from store import knowledge as kept
from store import people
from store.database import Tx
from store.knowledge import Question

AGE: Final = timedelta(days=90)
MOST: Final = 1_500  # tickets that are compared, the latest
ALIKE: Final = 0.4  # of what a question shares with itself
NEAR: Final = 25  # others that one is compared with
SMALLEST: Final = 2  # questions that make a gap
LONGEST: Final = 600  # characters of a question
ANSWERS: Final = 3  # of agents in a draft
SHORTEST: Final = 40  # characters of an answer that may solve something
KEYWORDS: Final = 6

_GREETING: Final = re.compile(
    r"(?:hello|hi|hey|dear|good (?:morning|day|afternoon)|здравствуйте|привет|добрый день|уважаем\w{2,4}"
    r"|您好|你好)\b.{0,60}|(?:kind regards|best regards|regards|thanks|thank you|cheers"
    r"|с уважением|спасибо|祝好|谢谢)\b.{0,60}",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_PERSONAL: Final = frozenset(
    ["phone", "ip", "mac", "host", "asset", "ticket", "user", "serial", "room", "contact"]
)


class Gap(Struct, frozen=True, kw_only=True):
    language: str
    title: str  # the question that is most like the others
    category: str
    tickets: tuple[str, ...]
    ids: tuple[int, ...]
    people: int
    offered: int  # for so many an article was offered, which did not help


class Draft(Struct, frozen=True, kw_only=True):
    id: str
    language: str
    title: str
    category: str
    keywords: tuple[str, ...]
    body: str  # empty when no agent has written a solution yet
    sources: tuple[str, ...]


def gaps(tx: Tx, most: int = MOST) -> list[Gap]:
    questions = kept.questions(tx, tx.now - AGE, most)
    by_language: dict[str, list[Question]] = {}
    for one in questions:
        by_language.setdefault(one.language, []).append(one)
    found = [
        _gap(some) for language in by_language.values() for some in _alike(language)
        if len(some) >= SMALLEST
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-len(one.tickets), -one.people, one.title))


def find(tx: Tx, ticket: int, most: int = MOST) -> Gap | None:
    """The gap that a ticket is in."""
    return next((one for one in gaps(tx, most) if ticket in one.ids), None)


def _alike(questions: Sequence[Question]) -> list[list[Question]]:
    """Groups around the questions that most others are like; each question is in one."""
    index = nlp.index()
    index.index({str(n): (one.text[:LONGEST], "") for n, one in enumerate(questions)})
    near: list[list[int]] = []
    for number, one in enumerate(questions):
        found = index.search(one.text[:LONGEST], NEAR)
        own = next((score for id, score in found if id == str(number)), 0.0)
        near.append([int(id) for id, score in found if own and score >= ALIKE * own])
    taken: set[int] = set()
    groups = []
    for leader in sorted(range(len(questions)), key=lambda n: (-len(near[n]), n)):
        if leader in taken:
            continue
        group = [leader, *(n for n in near[leader] if n not in taken and n != leader)]
        taken.update(group)
        groups.append([questions[n] for n in group])
    return groups


def _gap(some: Sequence[Question]) -> Gap:
    return Gap(
        language=some[0].language,
        title=some[0].title,
        category=Counter(one.category for one in some).most_common(1)[0][0],
        tickets=tuple(one.number for one in some),
        ids=tuple(one.id for one in some),
        people=len({one.requester_id for one in some}),
        offered=sum(one.offered for one in some),
    )


def draft(tx: Tx, gap: Gap) -> Draft:
    questions = [one for one in kept.questions(tx, tx.now - AGE, MOST * 4) if one.id in gap.ids]
    answers = kept.answers(tx, [one.id for one in questions if one.solved])
    known = people.named(tx, [one.requester_id for one in questions])
    names = {part for person in known.values() for part in (person.name or "").split()}
    number = {one.id: one.number for one in questions}
    bodies, sources = [], []
    for ticket, text in _best(answers):
        if clean := cleaned(text, names):
            bodies.append(clean)
            sources.append(number[ticket])
    return Draft(
        id=_id(gap),
        language=gap.language,
        title=cleaned(gap.title, names)[:80],
        category=gap.category,
        keywords=_keywords(questions, names),
        body="\n\n".join(bodies),
        sources=tuple(sources),
    )


def _best(answers: Mapping[int, Sequence[str]]) -> list[tuple[int, str]]:
    """The longest answer of each ticket; those first that share most with the others."""
    longest = {
        ticket: best
        for ticket, some in answers.items()
        if len(best := max(some, key=len)) >= SHORTEST
    }
    bags = {ticket: set(telling(text)) for ticket, text in longest.items()}
    often = Counter(term for bag in bags.values() for term in bag)
    ranked = sorted(
        longest, key=lambda ticket: (-sum(often[term] - 1 for term in bags[ticket]), ticket)
    )
    chosen: list[int] = []
    for ticket in ranked:
        new = bags[ticket] - {term for other in chosen for term in bags[other]}
        if len(new) > len(bags[ticket]) / 3:
            chosen.append(ticket)
    return [(ticket, longest[ticket]) for ticket in chosen[:ANSWERS]]


def cleaned(text: str, names: Collection[str] = ()) -> str:
    """Without what belongs to one person: greetings, names, addresses, numbers, secrets."""
    text = _ADDRESS.sub("…", masked(text))
    for fact in sorted(facts_in(text), key=lambda one: -one.start):
        if fact.kind in _PERSONAL:
            text = f"{text[: fact.start]}…{text[fact.end :]}"
    for name in names:
        if len(name) > 1:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", text)
    lines = [line.rstrip() for line in text.split("\n")]
    return "\n".join(line for line in lines if not _GREETING.fullmatch(line.strip())).strip()


def _keywords(questions: Sequence[Question], names: Collection[str]) -> tuple[str, ...]:
    """The words of the questions that several of them have, as they are written."""
    hidden = {name.casefold() for name in names}
    often: Counter[str] = Counter()
    for one in questions:
        for word in set(re.findall(r"[^\W\d_]{3,30}", one.text[:LONGEST].lower())):
            stems = terms(word)
            if stems and word not in hidden and not all(map(is_common, stems)):
                often[word] += 1
    return tuple(word for word, times in often.most_common(KEYWORDS) if times >= SMALLEST)


def _id(gap: Gap) -> str:
    latin = re.findall(r"[a-z0-9]+", gap.title.lower())[:5]
    return "-".join(latin) or f"gap-{min(gap.ids)}"


def as_markdown(one: Draft) -> str:
    """As a file of the knowledge folder would have it."""
    return markdown(one.id, one.language, one.title, one.category, one.keywords, one.body)
