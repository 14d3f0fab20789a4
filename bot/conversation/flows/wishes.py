"""Where people want to be reached, and when they want to be left alone."""

import re
from typing import Final

from bot.conversation.choices import Action, choice
from bot.conversation.effects import KeepQuiet, Prefer, Say
from bot.conversation.reading import commands
from bot.conversation.state import IDLE, Reached, Setting
from bot.conversation.turn import Decision, Turn
from channels.message import Choice, InboundMessage

USUAL: Final = "22:00-07:00"
_SPAN: Final = re.compile(r"\s*\d{1,2}(?::\d\d)?\s*[-–—]\s*\d{1,2}(?::\d\d)?\s*")


def is_wanted(message: InboundMessage | None) -> bool:
    return commands(message, "/settings")


def span_in(turn: Turn) -> str | None:
    found = _SPAN.fullmatch(turn.message.text) if turn.message is not None else None
    return None if found is None else found[0].strip()


def begin(turn: Turn) -> Decision:
    reached = turn.reached or Reached()
    return ask_again(Setting(question=turn.question, reached=reached), turn)


def resume(state: Setting, turn: Turn, action: Action | None, argument: str) -> Decision:
    match action:
        case Action.PREFER:
            return Decision(IDLE, (Prefer(argument or None),))
        case Action.QUIET:
            return Decision(IDLE, (KeepQuiet(argument or None),))
        case Action.LEAVE:
            return Decision(IDLE, (Say(key="left-as-is"),))
        case _ if (span := span_in(turn)) is not None:
            return Decision(IDLE, (KeepQuiet(span),))
        case _:
            return ask_again(state, turn)


def ask_again(state: Setting, turn: Turn) -> Decision:
    def label(key: str) -> str:
        return turn.texts.label(key, turn.language)

    reached = state.reached
    where = label("settings-last-wrote")
    if reached.preferred:
        where = turn.texts.network(reached.preferred, turn.language)
    values = {"where": where, "quiet": reached.quiet or label("settings-no-quiet")}
    return Decision(state, (Say(key="settings", values=values, choices=choices(state, turn)),))


def choices(state: Setting, turn: Turn) -> tuple[Choice, ...]:
    def label(key: str, **values: str) -> str:
        return turn.texts.label(key, turn.language, **values)

    reached, offered = state.reached, []
    for one in reached.networks if len(reached.networks) > 1 else ():
        if one != reached.preferred:
            named = label("choice-prefer", network=turn.texts.network(one, turn.language))
            offered.append(choice(state.question, Action.PREFER, named, one))
    if reached.preferred:
        offered.append(choice(state.question, Action.PREFER, label("choice-last-wrote")))
    if reached.quiet:
        offered.append(choice(state.question, Action.QUIET, label("choice-no-quiet")))
    else:
        quiet = label("choice-quiet", hours=USUAL)
        offered.append(choice(state.question, Action.QUIET, quiet, USUAL))
    return (*offered, choice(state.question, Action.LEAVE, label("choice-as-is")))
