"""Asking which ticket is meant, and carrying out for it what was wished."""

from typing import Final

from msgspec.structs import replace

from bot.conversation import filing
from bot.conversation.choices import Action, choice
from bot.conversation.effects import (
    AddToTicket,
    CallHuman,
    Effect,
    NewMatter,
    Reopen,
    Say,
    SolvedByRequester,
)
from bot.conversation.filing import JUST_NOW, find, is_open, is_past_reopening
from bot.conversation.flows import suggest
from bot.conversation.flows.opening import open_ticket
from bot.conversation.reading import matter_of, mentioned, understood, with_more
from bot.conversation.state import IDLE, Choosing, Idle, Wish
from bot.conversation.turn import Decision, TicketBrief, Turn
from channels.message import Choice

MOST: Final = 5  # tickets to choose from; whoever has more can name the number


def begin(tickets: tuple[int, ...], turn: Turn, wish: Wish = Wish.ADD) -> Decision:
    state = Choosing(
        question=turn.question, matter=matter_of(turn), tickets=tickets[:MOST], wish=wish
    )
    asked = ask_again(state, turn)
    # The words wait here; wherever they go, they go from this message on.
    return replace(asked, effects=(NewMatter(), *asked.effects))


def resume(state: Choosing, turn: Turn, action: Action | None, argument: str) -> Decision:
    match action:
        case Action.TICKET:
            return settle(state, int(argument), turn)
        case Action.NEW:
            return suggest.offer(state.matter, turn)
        case Action.LEAVE:
            return Decision(IDLE, (Say(key="left-open"),))
        case _:
            pass
    named = [ticket for ticket in mentioned(turn) if find(ticket, turn)]
    if len(named) == 1:
        return settle(state, named[0], turn)
    if state.wish is not Wish.ADD:
        # They talk on instead of choosing: nothing is closed by a guess.
        return file_message(turn)
    state = replace(state, matter=with_more(state.matter, turn))
    if (ticket := filing.file(turn).ticket) and understood(turn).category_confidence:
        return settle(state, ticket, turn)
    # Asked once is enough: it goes to the likeliest, and saying which lets them correct it.
    return settle(state, state.tickets[0], turn)


def settle(state: Choosing, ticket: int, turn: Turn) -> Decision:
    """Do for the ticket what the person wished."""
    match state.wish:
        case Wish.ADD:
            return add(ticket, turn, since_matter=True)
        case Wish.SOLVED | Wish.CANCELLED:
            return finish(ticket, turn, state.wish)


def finish(ticket: int, turn: Turn, wish: Wish) -> Decision:
    cancelled = wish is Wish.CANCELLED
    say = Say(
        key="closed-cancelled" if cancelled else "closed-by-you",
        values={"ticket": number(ticket, turn)},
    )
    return Decision(IDLE, (SolvedByRequester(ticket, cancelled), say, NewMatter()))


def file_message(turn: Turn) -> Decision:
    """To the ticket it belongs to, after asking where that is unclear; else it is a new matter."""
    filed = filing.file(turn)
    if filed.ticket is not None and _needs_no_asking(filed.ticket, turn):
        return add(filed.ticket, turn)
    if filed.tickets:
        return begin(filed.tickets, turn)
    return suggest.begin(turn)


def add(ticket: int, turn: Turn, *, since_matter: bool = False) -> Decision:
    """Attach the message; say so once, not after every line somebody writes."""
    brief = find(ticket, turn)
    if brief is not None and not is_open(brief):
        return reopen(brief, turn, since_matter=since_matter)
    attach: Effect = AddToTicket(ticket, since_matter)
    told = isinstance(turn.state, Idle) and turn.state.added == ticket
    if told and brief is not None and turn.now - brief.updated_at <= JUST_NOW:
        return Decision(turn.state, (attach,))
    waited = brief is not None and brief.waits_for_requester
    say = Say(key="added-pending" if waited else "added", values={"ticket": number(ticket, turn)})
    return Decision(Idle(added=ticket), (attach, say))


def reopen(
    ticket: TicketBrief, turn: Turn, *, since_matter: bool = False, asked: bool = False
) -> Decision:
    """Within the window the ticket goes on; after it a new one that names the old. `asked`: whether it is
    fixed was just asked."""
    if is_past_reopening(ticket, turn):
        matter = matter_of(turn)
        matter = replace(
            matter,
            words=(ticket.title, *matter.words),
            answers={"earlier": ticket.number},
            category=ticket.category,
            confidence=1.0,
        )
        following = suggest.offer(matter, turn)
        say = Say(key="too-late-to-reopen", values={"ticket": ticket.number})
        return replace(following, effects=(NewMatter(), say, *following.effects))
    effects = (
        Reopen(ticket.id, asked),
        AddToTicket(ticket.id, since_matter),
        Say(key="fixed-not" if asked else "reopened", values={"ticket": ticket.number}),
    )
    return Decision(Idle(added=ticket.id), effects)


def call_human(state: Choosing, turn: Turn) -> Decision:
    """A person will sort it out: with the words as a ticket of their own, or on the ticket meant."""
    if state.wish is Wish.ADD:
        return open_ticket(with_more(state.matter, turn), human=True)
    say = Say(key="human-called", values={"ticket": number(state.tickets[0], turn)})
    return Decision(IDLE, (AddToTicket(state.tickets[0]), CallHuman(state.tickets[0]), say))


def ask_again(state: Choosing, turn: Turn) -> Decision:
    key = {Wish.ADD: "which-ticket", Wish.SOLVED: "which-solved", Wish.CANCELLED: "which-cancelled"}
    return Decision(state, (Say(key=key[state.wish], choices=choices(state, turn)),))


def choices(state: Choosing, turn: Turn) -> tuple[Choice, ...]:
    def label(ticket: int) -> str:
        brief = find(ticket, turn)
        return f"{brief.number} {brief.title}" if brief else number(ticket, turn)

    tickets = [
        choice(state.question, Action.TICKET, label(ticket), str(ticket))
        for ticket in state.tickets
    ]
    last = Action.NEW if state.wish is Wish.ADD else Action.LEAVE
    return (
        *tickets,
        choice(state.question, last, turn.texts.label(f"choice-{last}", turn.language)),
        choice(state.question, Action.HUMAN, turn.texts.label("choice-human", turn.language)),
    )


def number(ticket: int, turn: Turn) -> str:
    brief = find(ticket, turn)
    return brief.number if brief else f"#{ticket}"


def _needs_no_asking(ticket: int, turn: Turn) -> bool:
    """An open ticket, or a resolved one that was named: reopening by a likeness would be a guess."""
    brief = find(ticket, turn)
    return brief is not None and (is_open(brief) or ticket in mentioned(turn))
