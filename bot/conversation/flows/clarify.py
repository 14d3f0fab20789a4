"""Asking for what is missing before a ticket is opened: few questions, none twice, all skippable.

Asked is what would settle most, of the library of questions; see `bot.conversation.diagnose`. What was said
already, in whatever message, is not asked; one answer may settle several.
"""

from typing import Final

from msgspec.structs import replace

from bot.conversation import diagnose
from bot.conversation.choices import Action, choice, plain
from bot.conversation.effects import Say
from bot.conversation.flows import articles
from bot.conversation.flows.opening import open_ticket
from bot.conversation.reading import (
    graver,
    intends,
    is_request,
    only_files,
    says_nothing,
    with_more,
)
from bot.conversation.reading import words as words_of
from bot.conversation.state import Clarifying, Matter
from bot.conversation.turn import Decision, Turn
from bot.diagnosis.library import answer_key
from bot.text import Texts
from channels.message import Choice
from nlp.understanding import Intent

ABOUT: Final = "about"  # what is it about at all: a file without words, "I want a person"

WHAT: Final = "what"  # before it is known, no other question can be chosen
WELL_DESCRIBED: Final = (
    25  # signs without spaces: about five words, or a full Chinese sentence by weight
)


def begin(matter: Matter, turn: Turn, later: tuple[Matter, ...] = ()) -> Decision:
    """The question that settles most; the article that the answers speak for; or else the ticket."""
    asking = next_question(matter, turn)
    if asking is None:
        found = diagnose.article(matter)
        if found is not None and found in turn.articles and not matter.angry:
            return articles.suggest((found,), matter, turn, later)
        return open_ticket(matter, later)
    return _ask(asking, matter, turn, later)


def ask_about(matter: Matter, turn: Turn, opening: Say, *, human: bool = False) -> Decision:
    """Nothing was told yet. Without questions allowed, a ticket with nothing in it must do."""
    if turn.policy.questions < 1:
        return open_ticket(matter, human=human)
    asked = replace(matter, asked=(*matter.asked, ABOUT))
    state = Clarifying(question=turn.question, matter=asked, asking=ABOUT, human=human)
    opening = replace(opening, choices=choices(state, turn.texts, turn.language))
    return Decision(state, (opening,))


def resume(state: Clarifying, turn: Turn, action: Action | None, argument: str) -> Decision:
    """The answer, in whatever form. `about` that was answered is a matter to suggest for: see flows."""
    matter = state.matter
    match action:
        case Action.SKIP:
            return _go_on(state, matter, turn)
        case Action.ANSWER:
            return _go_on(state, _picked(matter, state.asking, argument, turn), turn)
        case _:
            pass
    if intends(turn, Intent.SKIP):
        return _go_on(state, matter, turn)
    if only_files(turn):
        # A screenshot often is the error text: take it as the answer.
        names = ", ".join(file.name for file in turn.message.attachments) if turn.message else ""
        return _go_on(state, _answered(matter, state.asking, names), turn)
    if says_nothing(turn) and not words_of(turn):
        return ask_again(state, turn)
    matter, words = with_more(matter, turn), words_of(turn)
    if (meant := diagnose.answer_in(state.asking, words)) is not None:
        matter = _picked(matter, state.asking, meant, turn)
    return _go_on(state, _answered(matter, state.asking, words), turn)


def ask_again(state: Clarifying, turn: Turn) -> Decision:
    """The pending question once more, with buttons that both count: after an interruption."""
    say = Say(
        key=_question_key(state.asking, state.matter),
        choices=choices(state, turn.texts, turn.language),
    )
    return Decision(state, (say,))


def choices(state: Clarifying, texts: Texts, language: str) -> tuple[Choice, ...]:
    answers = []
    if (question := diagnose.question_named(state.asking)) is not None:
        answers = [
            choice(
                state.question,
                Action.ANSWER,
                texts.label(answer_key(question, answer.id), language),
                answer.id,
            )
            for answer in question.answers
        ]
    if not state.human:
        answers.append(choice(state.question, Action.SKIP, texts.label("choice-skip", language)))
    human = choice(state.question, Action.HUMAN, texts.label("choice-human", language))
    return (*answers, human)


def next_question(matter: Matter, turn: Turn) -> str | None:
    limit = min(turn.policy.questions, 1) if matter.angry else turn.policy.questions
    if len(matter.asked) >= limit:
        return None
    if not _is_told_what(matter, turn):
        return WHAT
    return diagnose.best_question(matter, turn.policy.question_worth)


def missing(matter: Matter, turn: Turn) -> tuple[str, ...]:
    """The texts of all questions that make sense, for asking them at once."""
    keys: list[str] = []
    while (asking := next_question(matter, turn)) is not None:
        keys.append(_question_key(asking, matter))
        matter = replace(matter, asked=(*matter.asked, asking))
    return tuple(keys)


def _go_on(state: Clarifying, matter: Matter, turn: Turn) -> Decision:
    if state.human:
        return open_ticket(matter, state.later, human=True)
    return begin(matter, turn, state.later)


def _ask(key: str, matter: Matter, turn: Turn, later: tuple[Matter, ...]) -> Decision:
    matter = replace(matter, asked=(*matter.asked, key))
    state = Clarifying(question=turn.question, matter=matter, asking=key, later=later)
    say = Say(
        key=_question_key(state.asking, state.matter),
        choices=choices(state, turn.texts, turn.language),
    )
    return Decision(state, (say,))


def _question_key(asking: str, matter: Matter) -> str:
    if asking == WHAT and is_request(matter):
        return "ask-what-request"
    return f"ask-{asking}"


def _answered(matter: Matter, key: str, answer: str) -> Matter:
    return replace(matter, answers={**matter.answers, key: answer})


def _picked(matter: Matter, key: str, answer: str, turn: Turn) -> Matter:
    question = diagnose.question_named(key)
    assert question is not None  # only such questions have answers to pick
    label = turn.texts.label(answer_key(question, answer), turn.language)
    matter = replace(_answered(matter, key, label), picked={**matter.picked, key: answer})
    impact = graver(matter.impact, diagnose.IMPACT.get(answer, matter.impact))
    if impact == matter.impact:
        return matter
    return replace(matter, impact=impact, because={**matter.because, "impact": (label,)})


def _is_told_what(matter: Matter, turn: Turn) -> bool:
    if WHAT in matter.asked or WHAT in matter.answers:
        return True
    return any(fact.kind == WHAT for fact in matter.facts) or _is_well_described(matter, turn)


def _is_well_described(matter: Matter, turn: Turn) -> bool:
    """A known category and a sentence or two; Chinese says as much in a third of the signs."""
    text = "".join(plain(part).replace(" ", "") for part in matter.words)
    weight = sum(3 if sign >= "\u2e80" else 1 for sign in text)
    known = matter.confidence >= turn.policy.category_threshold
    return weight >= (WELL_DESCRIBED if known else 4 * WELL_DESCRIBED)
