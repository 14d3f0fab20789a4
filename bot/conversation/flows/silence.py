"""What happens when nothing happens: the person stopped answering.

Whoever was being asked questions has told a problem and waits for help: a ticket is opened with what is
known, and they are told. Words that waited for "which ticket?" go to the likeliest one.

Whoever got an article and said nothing has most likely solved it, or is trying. A ticket for each of
them would drown the agents, dropping it would lose a problem. So they are asked once, gently; after
that the question rests: it is not repeated, but "did not help" still finds everything that was said,
even days later. What is urgent, or told in anger, does not rest: it becomes a ticket.
"""

from msgspec.structs import replace

from bot.conversation.effects import Say
from bot.conversation.flows import choose, suggest, walking
from bot.conversation.flows.opening import open_ticket
from bot.conversation.state import (
    IDLE,
    Advised,
    Choosing,
    Clarifying,
    Confirming,
    Idle,
    Inviting,
    Linking,
    Matter,
    Setting,
    Suggesting,
    Walking,
    Wish,
)
from bot.conversation.turn import Decision, Turn


def resume(turn: Turn) -> Decision:
    state = turn.state
    match state:
        case Idle() | Advised():
            return Decision(state)
        case Linking() | Confirming() | Setting():
            return Decision(IDLE)
        case Clarifying():
            return open_ticket(state.matter, state.later, human=state.human, unasked=True)
        case Choosing():
            if state.wish is Wish.ADD:
                return choose.settle(state, state.tickets[0], turn)
            return Decision(IDLE, (Say(key="left-open"),))
        case Inviting():
            return walking.open_unasked(state)
        case Walking():
            return walking.unanswered(state, turn)
        case Suggesting():
            return _unanswered(state, turn)


def rests(state: object) -> bool:
    if isinstance(state, Walking):
        return walking.rests(state)
    return isinstance(state, Suggesting) and state.reminders >= suggest.RESTS


def _unanswered(state: Suggesting, turn: Turn) -> Decision:
    if rests(state):
        return Decision(state)
    if state.reminders and _cannot_rest(state.matter):
        return open_ticket(state.matter, state.later, unasked=True)
    state = replace(state, reminders=state.reminders + 1)
    if not rests(state):
        return suggest.ask_again(state, turn)
    if state.later:
        # The other problem need not wait for the answer about this one.
        return Decision(IDLE, (Say(key="rests"),), later=state.later)
    return Decision(state, (Say(key="rests", choices=suggest.choices(state, turn)),))


def _cannot_rest(matter: Matter) -> bool:
    grave = matter.urgency == "high" or matter.impact == "high"
    return grave or matter.angry or matter.category == "security"
