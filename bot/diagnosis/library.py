"""The library of causes and questions, as the files in `bot/content/questions` have it.

A file is a category. It has things ("printer"); a thing has causes, and questions whose answers speak for
some of them. `across.toml` has questions that tell whole things apart, `general.toml` those that fit many.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from bot.diagnosis.signs import Phrases

SHIPPED: Final = Path(__file__).parent.parent / "content" / "questions"
ELSE: Final = "else"  # behind a thing is none of the causes that the library knows
UNKNOWN: Final = "unknown"  # it is about no thing that the library knows
SHARE_OF_ELSE: Final = 0.15  # of a thing: the library is never sure to know them all
ACROSS: Final = "across"
GENERAL: Final = "general"
LANGUAGES: Final = ("en", "ru", "zh")


class Cause(Struct, frozen=True, kw_only=True):
    id: str
    thing: str  # empty: none that the library knows
    category: str
    name: str  # in English, for agents
    prior: float  # among the causes of its thing
    signs: tuple[str, ...] = ()  # words in any language that make it likelier
    codes: tuple[str, ...] = ()  # error codes that do
    articles: tuple[str, ...] = ()  # ids of what helps, the best first

    @property
    def is_named(self) -> bool:
        return not self.id.endswith((f":{ELSE}", f":{UNKNOWN}"))


class Thing(Struct, frozen=True, kw_only=True):
    id: str
    category: str
    named: frozenset[str]  # values of facts that name it
    words: tuple[str, ...]  # further words that do
    general: bool  # what a matter of the category is about when nothing is named


class Answer(Struct, frozen=True, kw_only=True):
    id: str
    label: Mapping[str, str]  # language -> words of the button
    said: tuple[str, ...]  # how people say it unasked, in any language


class Question(Struct, frozen=True, kw_only=True):
    id: str
    about: str  # in English, for agents: what the answer stands beside
    words: Mapping[str, str]  # language -> words; none where they are in `bot/texts`
    answers: tuple[Answer, ...] = ()
    speaks: Mapping[str, tuple[float, ...]] = {}  # cause id -> chance of each answer
    thing: str = ""  # whose question it is; empty: of several things
    worth: float = 0.0  # bits, beside what it tells of the cause: the work needs to know it
    incident: Mapping[str, float] = {}  # `worth` by category, of a general question
    request: Mapping[str, float] = {}
    chances: tuple[float, ...] = ()  # of the answers, before anything is known

    @property
    def is_general(self) -> bool:
        return not self.words


class Library(Struct, frozen=True, kw_only=True, dict=True, eq=False):
    things: Mapping[str, Thing]
    causes: Mapping[str, Cause]
    questions: Mapping[str, Question]

    @cached_property
    def articles(self) -> frozenset[str]:
        return frozenset(id for cause in self.causes.values() for id in cause.articles)

    @cached_property
    def phrases(self) -> Phrases:
        """All that is looked for in what people write."""
        return Phrases(
            phrase
            for some in (
                *(thing.words for thing in self.things.values()),
                *(cause.signs for cause in self.causes.values()),
                *(one.said for question in self.questions.values() for one in question.answers),
            )
            for phrase in some
        )

    @cached_property
    def said(self) -> Mapping[str, frozenset[str]]:
        """Question -> all phrases in which an answer to it is said unasked."""
        return {
            question.id: frozenset(phrase for one in question.answers for phrase in one.said)
            for question in self.questions.values()
        }

    @cached_property
    def of_thing(self) -> Mapping[str, tuple[Cause, ...]]:
        return {
            id: tuple(cause for cause in self.causes.values() if cause.thing == id)
            for id in self.things
        }


@cache
def shipped() -> Library:
    """What comes with the program; whether it can be used, `lint` says."""
    return read(
        {
            file.stem: tomllib.loads(file.read_text(encoding="utf-8"))
            for file in sorted(SHIPPED.glob("*.toml"))
        }
    )


def read(files: Mapping[str, Mapping[str, Any]]) -> Library:
    """File name without its ending -> what is in it. Raises KeyError where something is missing."""
    things: dict[str, Thing] = {}
    causes: dict[str, Cause] = {}
    questions: dict[str, Question] = {}
    general = {id: _question(id, told, "") for id, told in files.get(GENERAL, {}).items()}
    told_by_things: dict[str, dict[str, tuple[float, ...]]] = {id: {} for id in general}
    for category, named in files.items():
        if category in (ACROSS, GENERAL):
            continue
        causes[f"{category}:{UNKNOWN}"] = _none_known(category)
        for id, told in named.items():
            things[id] = Thing(
                id=id,
                category=category,
                named=frozenset(told.get("named", ())),
                words=tuple(told.get("words", ())),
                general=told.get("general", False),
            )
            causes |= {one.id: one for one in _causes(id, category, told["causes"])}
            for question, said in told.get("questions", {}).items():
                if question in general:
                    told_by_things[question] |= _speaks(said)
                else:
                    questions[question] = _question(question, said, id)
    for id, said in files.get(ACROSS, {}).items():
        one = _question(id, said, "")
        spread = {
            cause.id: chances
            for thing, chances in one.speaks.items()
            for cause in causes.values()
            if cause.thing == thing or cause.id == thing
        }
        unknown = {key: value for key, value in one.speaks.items() if key not in things}
        questions[id] = replace(one, speaks=spread | unknown)
    for id, one in general.items():
        questions[id] = replace(one, speaks=told_by_things[id])
    return Library(things=things, causes=causes, questions=questions)


def texts(language: str) -> Iterator[tuple[str, str]]:
    """(key, words) of all questions and answers, for the catalogue."""
    for question in shipped().questions.values():
        if question.is_general:
            continue
        yield f"ask-{question.id}", question.words[language]
        for answer in question.answers:
            yield answer_key(question, answer.id), answer.label[language]


def answer_key(question: Question, answer: str) -> str:
    """Of its label in the catalogue."""
    return f"answer-{answer}" if question.is_general else f"answer-{question.id}-{answer}"


def _none_known(category: str) -> Cause:
    return Cause(
        id=f"{category}:{UNKNOWN}", thing="", category=category, name="Not known", prior=1.0
    )


def _causes(thing: str, category: str, told: Mapping[str, Any]) -> Iterator[Cause]:
    for id, one in told.items():
        yield Cause(
            id=id,
            thing=thing,
            category=category,
            name=one["name"],
            prior=one["prior"] * (1 - SHARE_OF_ELSE),
            signs=tuple(one.get("signs", ())),
            codes=tuple(one.get("codes", ())),
            articles=tuple(one.get("articles", ())),
        )
    yield Cause(
        id=f"{thing}:{ELSE}",
        thing=thing,
        category=category,
        name="Something else",
        prior=SHARE_OF_ELSE,
    )


def _question(id: str, told: Mapping[str, Any], thing: str) -> Question:
    return Question(
        id=id,
        about=told["about"],
        words={language: told[language] for language in LANGUAGES if language in told},
        answers=tuple(_answer(one) for one in told.get("answers", ())),
        speaks=_speaks(told),
        thing=thing,
        worth=told.get("worth", 0.0),
        incident=told.get("incident", {}),
        request=told.get("request", {}),
        chances=tuple(told.get("chances", ())),
    )


def _answer(told: str | list[str]) -> Answer:
    if isinstance(told, str):
        return Answer(id=told, label={}, said=())
    id, *rest = told
    labels = dict(zip(LANGUAGES, rest, strict=False))
    return Answer(id=id, label=labels, said=tuple(rest[len(LANGUAGES) :]))


def _speaks(told: Mapping[str, Any]) -> dict[str, tuple[float, ...]]:
    return {cause: tuple(chances) for cause, chances in told.get("speaks", {}).items()}
