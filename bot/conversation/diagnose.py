"""What a matter may be caused by, and which question would settle most of it."""

from collections.abc import Iterator
from typing import Final

from bot.conversation.choices import plain
from bot.conversation.reading import graver, is_request
from bot.conversation.state import Matter
from bot.diagnosis import reasoning
from bot.diagnosis.library import Library, Question, shipped
from bot.diagnosis.reasoning import Guess, Told
from bot.diagnosis.signs import Phrases, said
from bot.text import phrases

IMPACT: Final = {"only-me": "low", "my-team": "medium", "everyone": "high"}
REQUESTED: Final = frozenset(
    {"service-request", "consulting", "user-support", "data-recovery", "other"}
)
TOLD_BY: Final[dict[str, frozenset[str]]] = {  # general question -> kinds of facts that answer it
    "since": frozenset({"since"}),
    "affected": frozenset({"affected"}),
    "for-whom": frozenset({"affected"}),
    "error": frozenset({"error-code", "error-text"}),
    "tried": frozenset({"tried"}),
    "by-when": frozenset({"deadline"}),
}
OF_PRIORITY: Final = 0.25  # a bit about the priority, beside one about the cause
OFFERED: Final = 0.6  # of the chances: an article that so much speaks for is worth a look


def question_named(id: str) -> Question | None:
    return shipped().questions.get(id)


def best_question(matter: Matter, worth: float) -> str | None:
    """The one whose answer is worth most, if it is worth an interruption; see `worths`."""
    best = max(worths(matter), key=lambda one: one[1], default=None)
    return best[0] if best is not None and best[1] >= worth else None


def worths(matter: Matter) -> Iterator[tuple[str, float]]:
    """Every question that makes sense and has no answer yet, with what the answer is worth in bits."""
    library, told = shipped(), told_of(matter)
    known, heard = _chances(told), reasoning.heard(library, told)
    shown = frozenset(matter.articles)
    for question in library.questions.values():
        if question.id in heard or _is_known(question, matter):
            continue
        worth = _beside_the_cause(question, matter)
        if _is_of(question, matter, library) and reasoning.applies(known, question):
            worth += question.worth + reasoning.value(library, known, question, shown)
        elif not question.is_general:
            continue
        if question.id == "affected" and not is_request(matter):
            worth += OF_PRIORITY * _about_priority(question, known, matter)
        yield question.id, worth


def answer_in(id: str, words: str) -> str | None:
    """Which of its answers somebody means; none where there is none to choose from."""
    question = question_named(id)
    return read_answer(question, words) if question is not None else None


def read_answer(question: Question, words: str) -> str | None:
    """Which of the answers somebody means who has written one in their own words."""
    first = plain(words)
    labels = {plain(label): one.id for one in question.answers for label in one.label.values()}
    if repeated := max(
        (one for one in labels if _tells(one) and one in first), key=len, default=""
    ):
        return labels[repeated]
    told = {one.id: one.said for one in question.answers}
    found = Phrases(phrase for some in told.values() for phrase in some).found_in((words,))
    if (meant_by_words := said(found, told)) is not None:
        return meant_by_words
    for way, begins in (("yes", "Yes"), ("no", "No")):
        meant = [one.id for one in question.answers if one.label.get("en", "").startswith(begins)]
        if len(meant) == 1 and any(_begins(first, phrase) for phrase in phrases(way)):
            return meant[0]
    return None


def guesses(matter: Matter) -> tuple[Guess, ...]:
    return reasoning.guesses(shipped(), told_of(matter))


def article(matter: Matter) -> str | None:
    """One that the answers speak for and that was not shown yet."""
    if not matter.picked:
        return None  # nothing is known that was not known when articles were looked for
    told = told_of(matter)
    found = reasoning.article(shipped(), _chances(told), told.shown)
    return found[0] if found is not None and found[1] >= OFFERED else None


def articles() -> frozenset[str]:
    """Ids of all that the library of causes speaks of."""
    return shipped().articles


def about(key: str) -> str:
    """What an answer stands beside, for agents."""
    question = question_named(key)
    return key if question is None or question.is_general else question.about


def guess_in_words(matter: Matter) -> str:
    """For agents, in English; empty rather than a poor guess."""
    return reasoning.in_words(guesses(matter))


def told_of(matter: Matter) -> Told:
    affected = {}
    if any(fact.kind == "affected" for fact in matter.facts):
        affected = {"affected": next(id for id, one in IMPACT.items() if one == matter.impact)}
    return Told(
        words=matter.words,
        facts=tuple((fact.kind, fact.value) for fact in matter.facts),
        answers=affected | matter.picked,
        categories={**dict(matter.runners_up), matter.category: matter.confidence},
        shown=frozenset(matter.articles),
    )


def _chances(told: Told) -> reasoning.Chances:
    return reasoning.chances(shipped(), told)


def _is_of(question: Question, matter: Matter, library: Library) -> bool:
    """Whoever orders something is not asked what is broken, nor the other way round."""
    if not question.thing:
        return bool(question.speaks)
    category = library.things[question.thing].category
    return category in REQUESTED if is_request(matter) else category != "service-request"


def _is_known(question: Question, matter: Matter) -> bool:
    if question.id in matter.asked or question.id in matter.answers:
        return True
    if question.id == "tried" and matter.articles:
        return True  # they have just tried what an article says
    return any(fact.kind in TOLD_BY.get(question.id, ()) for fact in matter.facts)


def _beside_the_cause(question: Question, matter: Matter) -> float:
    worths = question.request if is_request(matter) else question.incident
    return worths.get(matter.category, worths.get("default", 0.0))


def _about_priority(question: Question, known: reasoning.Chances, matter: Matter) -> float:
    """Bits: at any urgency each impact has its own priority, so what tells of one tells of the other."""
    chances = question.chances
    if reasoning.applies(known, question):
        chances = reasoning.expected(known, question)
    impacts: dict[str, float] = {}
    for answer, chance in zip(question.answers, chances, strict=True):
        impact = graver(matter.impact, IMPACT[answer.id])
        impacts[impact] = impacts.get(impact, 0.0) + chance
    return reasoning.entropy(impacts.values())


def _tells(label: str) -> bool:
    """Long enough to be found within other words by no chance."""
    return len(label) >= (4 if label >= "\u3400" else 8)


def _begins(words: str, phrase: str) -> bool:
    if not words.startswith(phrase):
        return False
    rest = words[len(phrase) :]
    return not rest or not rest[0].isalnum() or phrase[-1] >= "\u3400"
