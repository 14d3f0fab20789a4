"""Asking for what is missing before a ticket is opened: few questions, none twice, all skippable.

Which questions make sense depends on the matter: somebody who wants a second monitor is not asked for
an error code. What was said already, in whatever message, is not asked; one answer may settle several.
"""

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from bot.conversation.choices import Action, choice, plain
from bot.conversation.effects import Say
from bot.conversation.flows.opening import is_request, open_ticket
from bot.conversation.reading import intends, only_files, says_nothing, with_more
from bot.conversation.reading import words as words_of
from bot.conversation.state import Clarifying, Matter
from bot.conversation.turn import Decision, Turn
from bot.text import Texts
from channels.message import Choice
from nlp.understanding import Intent

ABOUT: Final = "about"  # what is it about at all: a file without words, "I want a person"

INCIDENT: Final[Mapping[str, tuple[str, ...]]] = {
    "hardware": ("what", "since", "tried"),
    "software": ("what", "error", "since", "affected"),
    "network": ("what", "error", "since", "affected"),
    "security": ("what", "since", "affected"),
    "user-support": ("what", "error", "since"),
    "data-recovery": ("what", "since", "tried"),
    "performance": ("what", "since", "affected"),
    "consulting": ("what", "purpose", "by-when"),
    "other": ("what", "since", "affected"),
}
REQUEST: Final = ("what", "purpose", "by-when", "for-whom")

TOLD_BY: Final[Mapping[str, frozenset[str]]] = {  # question key -> kinds of facts that answer it
    "what": frozenset({"what"}),
    "since": frozenset({"since"}),
    "affected": frozenset({"affected"}),
    "for-whom": frozenset({"affected"}),
    "error": frozenset({"error-code", "error-text"}),
    "tried": frozenset({"tried"}),
}
ANSWERS: Final[Mapping[str, tuple[str, ...]]] = {  # question key -> answers worth a button
    "since": ("today", "this-week", "longer"),
    "affected": ("only-me", "my-team", "everyone"),
    "for-whom": ("for-me", "for-other"),
    "by-when": ("in-days", "in-weeks", "no-hurry"),
}
IMPACT: Final = {"only-me": "low", "my-team": "medium", "everyone": "high"}
WELL_DESCRIBED: Final = (
    25  # signs without spaces: about five words, or a full Chinese sentence by weight
)


def begin(matter: Matter, turn: Turn, later: tuple[Matter, ...] = ()) -> Decision:
    """The next question that makes sense, or the ticket when there is none left."""
    asking = next_question(matter, turn)
    if asking is None:
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
            label = turn.texts.label(f"answer-{argument}", turn.language)
            matter = _answered(matter, state.asking, label)
            if impact := IMPACT.get(argument):
                matter = replace(matter, impact=max_impact(matter.impact, impact))
            return _go_on(state, matter, turn)
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
    return _go_on(state, _answered(with_more(matter, turn), state.asking, words_of(turn)), turn)


def ask_again(state: Clarifying, turn: Turn) -> Decision:
    """The pending question once more, with buttons that both count: after an interruption."""
    say = Say(
        key=_question_key(state.asking, state.matter),
        choices=choices(state, turn.texts, turn.language),
    )
    return Decision(state, (say,))


def choices(state: Clarifying, texts: Texts, language: str) -> tuple[Choice, ...]:
    answers = [
        choice(state.question, Action.ANSWER, texts.label(f"answer-{answer}", language), answer)
        for answer in ANSWERS.get(state.asking, ())
    ]
    if not state.human:
        answers.append(choice(state.question, Action.SKIP, texts.label("choice-skip", language)))
    human = choice(state.question, Action.HUMAN, texts.label("choice-human", language))
    return (*answers, human)


def next_question(matter: Matter, turn: Turn) -> str | None:
    limit = min(turn.policy.questions, 1) if matter.angry else turn.policy.questions
    if len(matter.asked) >= limit:
        return None
    plan = REQUEST if is_request(matter) else INCIDENT.get(matter.category, INCIDENT["other"])
    return next((key for key in plan if not _is_known(key, matter, turn)), None)


def missing(matter: Matter, turn: Turn) -> tuple[str, ...]:
    """The texts of all questions that make sense, for asking them at once."""
    keys: list[str] = []
    while (asking := next_question(matter, turn)) is not None:
        keys.append(_question_key(asking, matter))
        matter = replace(matter, asked=(*matter.asked, asking))
    return tuple(keys)


def max_impact(one: str, other: str) -> str:
    return max(one, other, key=("low", "medium", "high").index)


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


def _question(state: Clarifying, turn: Turn) -> Say:
    key = _question_key(state.asking, state.matter)
    return Say(key=key, choices=choices(state, turn.texts, turn.language))


def _question_key(asking: str, matter: Matter) -> str:
    if asking == "what" and is_request(matter):
        return "ask-what-request"
    return f"ask-{asking}"


def _answered(matter: Matter, key: str, answer: str) -> Matter:
    return replace(matter, answers={**matter.answers, key: answer})


def _is_known(key: str, matter: Matter, turn: Turn) -> bool:
    if key in matter.asked or key in matter.answers:
        return True
    if any(fact.kind in TOLD_BY.get(key, ()) for fact in matter.facts):
        return True
    if key == "tried":
        return bool(matter.articles)  # they have just tried what an article says
    return key == "what" and _is_well_described(matter, turn)


def _is_well_described(matter: Matter, turn: Turn) -> bool:
    """A known category and a sentence or two; Chinese says as much in a third of the signs."""
    text = "".join(plain(part).replace(" ", "") for part in matter.words)
    weight = sum(3 if sign >= "\u2e80" else 1 for sign in text)
    known = matter.confidence >= turn.policy.category_threshold
    return weight >= (WELL_DESCRIBED if known else 4 * WELL_DESCRIBED)
