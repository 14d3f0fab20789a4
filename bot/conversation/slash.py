"""What people order by their network's own commands: `/new`, `/search vpn`. Everything can be said in plain
words as well; a command leaves no doubt."""

from collections.abc import Callable, Mapping
from typing import Final

from msgspec.structs import replace

from bot.conversation import commands
from bot.conversation.effects import Effect, NewMatter, OpenTicket, Say, ShowArticles
from bot.conversation.filing import open_tickets
from bot.conversation.flows import suggest
from bot.conversation.reading import is_command, understood, words
from bot.conversation.state import IDLE, Clarifying, Inviting, Suggesting
from bot.conversation.turn import Decision, Turn


def is_given(turn: Turn) -> bool:
    return turn.message is not None and is_command(turn.message)


def obey(turn: Turn) -> Decision:
    assert turn.message is not None  # the rule asked
    assert turn.message.chosen is not None
    return COMMANDS.get(turn.message.chosen, _help)(turn)


def _new(turn: Turn) -> Decision:
    """Another matter, whatever was being talked about: a half-told one becomes a ticket, unsaid."""
    state = turn.state
    half_told: tuple[Effect, ...] = ()
    if isinstance(state, Suggesting | Clarifying | Inviting):
        half_told = tuple(OpenTicket(matter=matter) for matter in (state.matter, *state.later))
    if not words(turn):
        following = Decision(IDLE, (NewMatter(), Say(key="command-new")))
    else:
        following = suggest.begin(replace(turn, state=IDLE))
    return replace(following, effects=(*half_told, *following.effects))


def _tickets(turn: Turn) -> Decision:
    return commands.status_of(tuple(ticket.id for ticket in open_tickets(turn)), turn)


def _search(turn: Turn) -> Decision:
    """Only looking: nothing is asked, and nothing is opened when nobody answers."""
    if not words(turn):
        return Decision(turn.state, (Say(key="command-search"),))
    found = tuple(
        one.article for one in understood(turn).suggestions if one.article in turn.articles
    )
    if not found:
        return Decision(turn.state, (Say(key="search-none", values={"words": words(turn)[:80]}),))
    shown = ShowArticles(articles=found, in_full=True, choices=())
    return Decision(turn.state, (shown,))


def _help(turn: Turn) -> Decision:
    return Decision(turn.state, (Say(key="greeting"), Say(key="command-help")))


COMMANDS: Final[Mapping[str, Callable[[Turn], Decision]]] = {
    "/new": _new,
    "/status": commands.status,
    "/tickets": _tickets,
    "/search": _search,
    "/help": _help,
    "/start": _help,
}
