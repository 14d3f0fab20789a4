"""Exchanges of more than one message: one module each, and here how an answer reaches its own."""

from msgspec.structs import replace

from bot.conversation.choices import Pick, pressed, typed
from bot.conversation.flows import choose, clarify, letters, link, suggest, walking, wishes
from bot.conversation.reading import matter_of
from bot.conversation.state import (
    Advised,
    Choosing,
    Clarifying,
    Confirming,
    Idle,
    Inviting,
    Linking,
    Setting,
    Suggesting,
    Walking,
)
from bot.conversation.turn import Decision, Turn
from bot.text import LANGUAGES
from channels.message import Choice


def resume(turn: Turn) -> Decision:
    """Give the answer to the flow that asked."""
    pick = picked(turn)
    action, argument = (pick.action, pick.argument) if pick else (None, "")
    state = turn.state
    match state:
        case Suggesting():
            return suggest.resume(state, turn, action, argument)
        case Inviting():
            return walking.resume_invited(state, turn, action)
        case Walking():
            return walking.resume(state, turn, action, argument)
        case Advised():
            return letters.resume(state, turn, action, argument)
        case Clarifying() if state.asking == clarify.ABOUT and not state.human and pick is None:
            return _told_at_last(state, turn)
        case Clarifying():
            return clarify.resume(state, turn, action, argument)
        case Choosing():
            return choose.resume(state, turn, action, argument)
        case Linking():
            return link.resume(state, turn, action)
        case Confirming():
            return link.confirm(state, turn, action)
        case Setting():
            return wishes.resume(state, turn, action, argument)
        case Idle():
            return Decision(state)


def ask_again(turn: Turn) -> Decision:
    """Show what is being asked, in the language of the turn."""
    state = turn.state
    match state:
        case Suggesting():
            return suggest.show_again(state, turn)
        case Inviting():
            return walking.ask_invited_again(state, turn)
        case Walking():
            return walking.show_again(state, turn)
        case Advised():
            return Decision(state)
        case Clarifying():
            return clarify.ask_again(state, turn)
        case Choosing():
            return choose.ask_again(state, turn)
        case Linking():
            return link.ask_again(state, turn)
        case Confirming():
            return link.confirm_again(state, turn)
        case Setting():
            return wishes.ask_again(state, turn)
        case Idle():
            return Decision(state)


def picked(turn: Turn) -> Pick | None:
    """The option of the present question that was pressed or typed."""
    if turn.message is None:
        return None
    if turn.message.chosen is not None:
        return pressed(turn.message.chosen, choices(turn))
    if isinstance(turn.state, Idle):
        return None
    languages = (turn.language, *(other for other in LANGUAGES if other != turn.language))
    offered = [choices(replace(turn, language=each)) for each in languages]
    if isinstance(turn.state, Walking):
        return walking.typed_in(offered, turn)
    return typed(turn.message.text, offered)


def choices(turn: Turn) -> tuple[Choice, ...]:
    state = turn.state
    match state:
        case Suggesting():
            return suggest.choices(state, turn)
        case Inviting():
            return walking.invited_choices(state, turn)
        case Walking():
            return walking.choices(state, turn)
        case Advised():
            return letters.choices(state, turn)
        case Clarifying():
            return clarify.choices(state, turn.texts, turn.language)
        case Choosing():
            return choose.choices(state, turn)
        case Linking():
            return link.choices(state, turn)
        case Confirming():
            return link.confirm_choices(state, turn)
        case Setting():
            return wishes.choices(state, turn)
        case Idle():
            return ()


def _told_at_last(state: Clarifying, turn: Turn) -> Decision:
    """After a file without words: now there are words, so it begins like any other matter."""
    told = matter_of(turn)
    matter = replace(
        told,
        words=(*state.matter.words, *told.words),
        asked=state.matter.asked,
        angry=told.angry or state.matter.angry,
    )
    return suggest.offer(matter, turn, state.later)
