"""The sums: how likely each cause is after what was told, and how much a question would settle.

Naive Bayes: what is told counts as if each piece came by itself. A cause that a question says nothing about
answers it as the others do on average, so no answer makes it likelier or less likely by itself.
Everything here is pure; bits are of information.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import lru_cache
from math import log2
from typing import Final

from msgspec import Struct

from bot.diagnosis.library import Cause, Library, Question
from bot.diagnosis.signs import said

Chances = Mapping[str, float]  # cause id -> its chance; together 1

FLOOR: Final = 0.02  # of a category that the classifier did not think of
NAMED: Final = 20.0  # weight of a thing whose name was said
GENERAL: Final = 1.0  # of one that is meant when none is named
UNNAMED: Final = 0.05
NOTHING_KNOWN: Final = 0.5  # of there being no thing that the library knows
SIGN: Final = 3.0  # how much likelier a sign makes its cause
SIGNS: Final = 2  # of one cause that count: a third says the same again
CODE: Final = 6.0
APPLIES: Final = 0.6  # of the chances: a question about less may be about a thing they do not have
HALF: Final = 0.5  # a bit about the category or the article, beside the bit about the cause
NOTABLE: Final = 1.15  # how much likelier a piece must make a cause to be named as its evidence
LIKELY: Final = 0.3  # a cause below it is no guess to write down
SHOWN: Final = 2  # causes in a guess
PIECES: Final = 4  # of evidence


class Told(Struct, frozen=True, kw_only=True):
    """All that is known of a matter."""

    words: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()  # kind and value
    answers: Mapping[str, str] = {}  # question id -> answer id
    categories: Mapping[str, float] = {}  # with their chances, as far as the classifier has told
    shown: frozenset[str] = frozenset()  # articles that did not help


@lru_cache(maxsize=64)  # asked about several times while a message is handled
def _found(library: "Library", words: tuple[str, ...]) -> frozenset[str]:
    return library.phrases.found_in(words)


class Piece(Struct, frozen=True):
    """One thing that speaks for or against causes, and how it is told to agents."""

    words: str
    weights: Mapping[str, float]  # cause id -> how likely it is where that is the cause
    default: float = 1.0  # of causes that are not in it

    def of(self, cause: str) -> float:
        return self.weights.get(cause, self.default)


class Guess(Struct, frozen=True):
    """A cause, its chance, and what made it likely, the strongest first."""

    cause: Cause
    chance: float
    because: tuple[str, ...]


def normalised(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {id: weight / total for id, weight in weights.items()}


def entropy(chances: Iterable[float]) -> float:
    return -sum(chance * log2(chance) for chance in chances if chance > 0)


# What is likely


def prior(library: Library, told: Told) -> dict[str, float]:
    """Of each cause, by category and by the things that are named."""
    found_phrases, values = _found(library, told.words), {value for _, value in told.facts}
    named = {
        id
        for id, thing in library.things.items()
        if thing.named & values or not found_phrases.isdisjoint(thing.words)
    }
    weights: dict[str, dict[str, float]] = {}
    for id, thing in library.things.items():
        # "The program Outlook" is about Outlook: what is meant when nothing is named stands back.
        meant = id in named and not (
            thing.general
            and any(
                library.things[other].category == thing.category
                and not library.things[other].general
                for other in named
            )
        )
        weight = NAMED if meant else GENERAL if thing.general else UNNAMED
        weights.setdefault(thing.category, {})[id] = weight
    left = max(0.0, 1 - sum(told.categories.values()))
    others = max(1, sum(category not in told.categories for category in weights))
    found = {}
    for category, things in weights.items():
        chance = max(told.categories.get(category, left / others), FLOOR)
        whole = sum(things.values()) + NOTHING_KNOWN
        for cause in library.causes.values():
            if cause.category == category:
                weight = things.get(cause.thing, NOTHING_KNOWN)
                found[cause.id] = chance * weight / whole * cause.prior
    return normalised(found)


def pieces(library: Library, told: Told) -> list[Piece]:
    """What was said and answered, as far as it says something of causes."""
    found_phrases = _found(library, told.words)
    codes = {value.lower() for kind, value in told.facts if kind == "error-code"}
    found = []
    signs: dict[str, set[str]] = {}
    count: dict[str, int] = {}
    for cause in library.causes.values():
        for phrase in cause.signs:
            if phrase in found_phrases and count.get(cause.id, 0) < SIGNS:
                count[cause.id] = count.get(cause.id, 0) + 1
                signs.setdefault(phrase, set()).add(cause.id)
        for code in cause.codes:
            if code.lower() in codes:
                found.append(Piece(f"error {code}", {cause.id: CODE}))
    found += [Piece(f"“{phrase}”", dict.fromkeys(ids, SIGN)) for phrase, ids in signs.items()]
    for id, answer in heard(library, told).items():
        question = library.questions[id]
        place = next((n for n, one in enumerate(question.answers) if one.id == answer), None)
        if place is None or not question.speaks:
            continue
        likelihoods = {cause: chances[place] for cause, chances in question.speaks.items()}
        label = question.answers[place].label.get("en") or answer.replace("-", " ")
        found.append(Piece(f"{question.about}: {label}", likelihoods, default=-1.0))
    return found


def heard(library: Library, told: Told) -> dict[str, str]:
    """Question -> answer: those given, and those in what was said unasked."""
    phrases = _found(library, told.words)
    found = {}
    for question in library.questions.values():
        if question.id in told.answers:
            found[question.id] = told.answers[question.id]
        elif not phrases.isdisjoint(library.said[question.id]):
            answer = said(phrases, {one.id: one.said for one in question.answers})
            if answer is not None:
                found[question.id] = answer
    return found


def chances(library: Library, told: Told) -> dict[str, float]:
    """Of each cause, after all that was told."""
    found = prior(library, told)
    for piece in pieces(library, told):
        found = _after(found, piece)
    return found


def after(known: Chances, question: Question, answer: int) -> dict[str, float]:
    """The chances once the question has got that answer."""
    likelihoods = {cause: chances[answer] for cause, chances in question.speaks.items()}
    return _after(known, Piece("", likelihoods, default=-1.0))


def _after(known: Chances, piece: Piece) -> dict[str, float]:
    default = _default(known, piece)
    weighed = {id: chance * piece.weights.get(id, default) for id, chance in known.items()}
    # What was told may be impossible for every cause: then it says nothing.
    return normalised(weighed) if sum(weighed.values()) > 0 else dict(known)


def _default(known: Chances, piece: Piece) -> float:
    """Below zero it stands for the average of the causes that the piece is about."""
    if piece.default >= 0:
        return piece.default
    mass = sum(known.get(id, 0.0) for id in piece.weights)
    if mass <= 0:
        return 1.0
    return sum(known.get(id, 0.0) * weight for id, weight in piece.weights.items()) / mass


# What a question would settle


def applies(known: Chances, question: Question) -> bool:
    return sum(known.get(id, 0.0) for id in question.speaks) >= APPLIES


def expected(known: Chances, question: Question) -> tuple[float, ...]:
    """The chance of each answer."""
    mass = sum(known.get(id, 0.0) for id in question.speaks)
    if mass <= 0:
        return tuple(1 / len(question.answers) for _ in question.answers)
    return tuple(
        sum(known.get(id, 0.0) * chances[n] for id, chances in question.speaks.items()) / mass
        for n in range(len(question.answers))
    )


def gain(known: Chances, question: Question, of: Callable[[str], Hashable] = str) -> float:
    """The expected information, in bits, about what `of` makes of the cause."""
    if not question.answers or not question.speaks:
        return 0.0
    whole = expected(known, question)
    parts: dict[Hashable, list[float]] = {}
    for id, likely in question.speaks.items():
        if chance := known.get(id, 0.0):
            sums = parts.setdefault(of(id), [0.0] * len(whole))
            for n, answer in enumerate(likely):
                sums[n] += chance * answer
    if of is not str:  # a cause it says nothing about may be in one part with others
        for id, chance in known.items():
            if id not in question.speaks and (joined := parts.get(of(id))) is not None:
                for n, answer in enumerate(whole):
                    joined[n] += chance * answer
    masses = [(sum(sums), sums) for sums in parts.values()]
    left = sum(mass * entropy(one / mass for one in sums) for mass, sums in masses if mass > 0)
    untouched = max(0.0, 1 - sum(mass for mass, _ in masses))
    return max(0.0, (1 - untouched) * entropy(whole) - left)


def value(library: Library, known: Chances, question: Question, shown: frozenset[str]) -> float:
    """What an answer is worth to those who solve it: bits about the cause, and half as many again about
    the category that it goes to and the article that may solve it at once."""
    causes = library.causes

    def article(id: str) -> str | None:
        return next((one for one in causes[id].articles if one not in shown), None)

    settled = gain(known, question)
    settled += HALF * gain(known, question, lambda id: causes[id].category)
    return settled + HALF * gain(known, question, article)


# What to write down


def guesses(library: Library, told: Told) -> tuple[Guess, ...]:
    """The causes likely enough to be written down, the likeliest first; none rather than a poor one."""
    known, told_pieces = prior(library, told), pieces(library, told)
    lifts: dict[str, list[tuple[float, str]]] = {}
    for piece in told_pieces:
        default = _default(known, piece)
        average = sum(chance * piece.weights.get(id, default) for id, chance in known.items())
        for id in piece.weights:
            if average > 0 and (lift := piece.weights[id] / average) >= NOTABLE:
                lifts.setdefault(id, []).append((lift, piece.words))
        known = _after(known, piece)
    best = sorted((id for id in known if library.causes[id].is_named), key=lambda id: -known[id])[
        :SHOWN
    ]
    if not best or known[best[0]] < LIKELY:
        return ()
    return tuple(
        Guess(
            library.causes[id],
            known[id],
            tuple(
                words for _, words in sorted(lifts.get(id, ()), key=lambda one: -one[0])[:PIECES]
            ),
        )
        for id in best
        if known[id] >= LIKELY / 2
    )


def in_words(guesses: Iterable[Guess]) -> str:
    """For agents, in English; empty when there is no guess."""
    lines = []
    for guess in guesses:
        because = f", because: {'; '.join(guess.because)}" if guess.because else ""
        lines.append(f"{guess.cause.name} ({guess.chance:.0%}{because})")
    return " or: ".join(lines)


def article(library: Library, known: Chances, shown: frozenset[str]) -> tuple[str, float] | None:
    """The article that most of the chances speak for, of those not shown yet, and its share."""
    shares: dict[str, float] = {}
    for id, chance in known.items():
        for one in library.causes[id].articles[:1]:
            if one not in shown:
                shares[one] = shares.get(one, 0.0) + chance
    return max(shares.items(), key=lambda one: one[1], default=None)
