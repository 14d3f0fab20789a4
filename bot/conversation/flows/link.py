"""Showing that another address is theirs, too: a code goes there, and comes back.

What a code proves was found out before the turn (`Turn.proof`); here is only what is said and asked.
"""

import re
from typing import Final

from bot.conversation.choices import Action, choice
from bot.conversation.effects import DeclineLink, LinkPeople, Say, SendCode, TellCode
from bot.conversation.reading import commands
from bot.conversation.state import IDLE, Confirming, Linking
from bot.conversation.turn import Decision, Proof, Turn, Verdict
from channels.message import Choice, InboundMessage

_ADDRESS: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]+(?:\.[\w-]+)+")


def is_wanted(message: InboundMessage | None) -> bool:
    return commands(message, "/link")


def address_in(turn: Turn) -> str | None:
    found = _ADDRESS.search(turn.message.text) if turn.message is not None else None
    return None if found is None else found[0]


def begin(turn: Turn) -> Decision:
    """The address may have been named with the wish."""
    address = address_in(turn)
    state = Linking(question=turn.question)
    if address is not None:
        return Decision(state, (SendCode(address),))
    return ask_again(state, turn)


def resume(state: Linking, turn: Turn, action: Action | None) -> Decision:
    address = address_in(turn)
    match action:
        case Action.CHAT:
            return Decision(state, (TellCode(),))
        case Action.LEAVE:
            return Decision(IDLE, (Say(key="stopped"),))
        case _ if address is not None:
            return Decision(state, (SendCode(address),))
        case _:
            return ask_again(state, turn)


def ask_again(state: Linking, turn: Turn) -> Decision:
    return Decision(state, (Say(key="link-which", choices=choices(state, turn)),))


def choices(state: Linking, turn: Turn) -> tuple[Choice, ...]:
    return (
        choice(state.question, Action.CHAT, turn.texts.label("choice-chat", turn.language)),
        choice(state.question, Action.LEAVE, turn.texts.label("choice-stop", turn.language)),
    )


def take_code(proof: Proof, turn: Turn) -> Decision:
    """At once where it was asked for; elsewhere whoever has it sees first who asks."""
    match proof.verdict:
        case Verdict.PROVEN:
            return Decision(IDLE, (LinkPeople(proof.token),))
        case Verdict.ASKED:
            asked = Confirming(
                question=turn.question, token=proof.token, who=proof.who, network=proof.network
            )
            return confirm_again(asked, turn)
        case Verdict.WRONG:
            return Decision(turn.state, (Say(key="link-wrong"),))


def confirm(state: Confirming, turn: Turn, action: Action | None) -> Decision:
    match action:
        case Action.LINK:
            return Decision(IDLE, (LinkPeople(state.token),))
        case Action.LEAVE:
            return Decision(IDLE, (DeclineLink(state.token), Say(key="link-declined")))
        case _:
            return confirm_again(state, turn)


def confirm_again(state: Confirming, turn: Turn) -> Decision:
    nobody = turn.texts.label("agents-nobody", turn.language)
    network = turn.texts.network(state.network, turn.language)
    values = {"who": state.who or nobody, "network": network}
    say = Say(key="link-confirm", values=values, choices=confirm_choices(state, turn))
    return Decision(state, (say,))


def confirm_choices(state: Confirming, turn: Turn) -> tuple[Choice, ...]:
    return (
        choice(state.question, Action.LINK, turn.texts.label("choice-link", turn.language)),
        choice(state.question, Action.LEAVE, turn.texts.label("choice-no-link", turn.language)),
    )
