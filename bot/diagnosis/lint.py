"""What is wrong with a library of questions: asked at every start, before a user meets it."""

from collections.abc import Collection, Iterator
from typing import Final

from bot.diagnosis import reasoning
from bot.diagnosis.library import LANGUAGES, Cause, Library, Question
from nlp.understanding import Category

LONGEST: Final = 60  # characters of a button
FEWEST, MOST = 2, 5  # answers
EXACT: Final = 0.001


class BadLibrary(Exception):
    """The library of questions cannot be used; a line for each mistake."""


def check(library: Library, articles: Collection[str]) -> None:
    """Raises BadLibrary with everything that is wrong."""
    if mistakes := list(mistakes_in(library, articles)):
        raise BadLibrary("\n".join(mistakes))


def mistakes_in(library: Library, articles: Collection[str]) -> Iterator[str]:
    """`articles` are the ids of those that exist."""
    categories = {str(one) for one in Category}
    for thing in library.things.values():
        if thing.category not in categories:
            yield f"{thing.id}: there is no category {thing.category}"
        total = sum(cause.prior for cause in library.of_thing[thing.id])
        if abs(total - 1) > EXACT:
            yield f"{thing.id}: the priors of its causes do not sum to 1"
    for cause in library.causes.values():
        if cause.prior <= 0:
            yield f"{cause.id}: a cause that cannot be has no place"
        for article in cause.articles:
            if article not in articles:
                yield f"{cause.id}: there is no article {article}"
        if cause.is_named and not _can_be_found(library, cause):
            yield f"{cause.id}: no answers make it the likeliest"
    for question in library.questions.values():
        yield from _mistakes(library, question)


def _mistakes(library: Library, question: Question) -> Iterator[str]:
    at = question.id
    if not question.is_general:
        for language in LANGUAGES:
            if not question.words.get(language, "").strip():
                yield f"{at}: no words in {language}"
            for answer in question.answers:
                label = answer.label.get(language, "")
                if not label.strip():
                    yield f"{at}, {answer.id}: no words in {language}"
                if len(label) > LONGEST:
                    yield f"{at}, {answer.id}: more than {LONGEST} characters in {language}"
    if (question.answers or not question.is_general) and not (
        FEWEST <= len(question.answers) <= MOST
    ):
        yield f"{at}: {FEWEST} to {MOST} answers are expected"
    if len({answer.id for answer in question.answers}) < len(question.answers):
        yield f"{at}: two answers have one id"
    if not question.is_general and not question.speaks:
        yield f"{at}: its answers speak for nothing"
    for cause, chances in question.speaks.items():
        if cause not in library.causes:
            yield f"{at}: there is no cause {cause}"
        if len(chances) != len(question.answers):
            yield f"{at}: {cause} needs a chance for each answer"
        if abs(sum(chances) - 1) > EXACT or min(chances, default=0) < 0:
            yield f"{at}: the chances of {cause} do not sum to 1"
    for category in (*question.incident, *question.request):
        if category != "default" and category not in {str(one) for one in Category}:
            yield f"{at}: there is no category {category}"


def _can_be_found(library: Library, cause: Cause) -> bool:
    """Whether whoever has it, and answers as such people mostly do, would be understood."""
    known = reasoning.normalised({one.id: one.prior for one in library.of_thing[cause.thing]})
    for question in library.questions.values():
        chances = question.speaks.get(cause.id)
        if chances is not None and question.thing in ("", cause.thing):
            try:
                known = reasoning.after(known, question, chances.index(max(chances)))
            except IndexError:
                return True  # said above
    return all(known[cause.id] > chance for id, chance in known.items() if id != cause.id)
