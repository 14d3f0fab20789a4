"""What a call was about, once it is over. Nobody is on the line any more, so nothing is asked: it goes to
the ticket it belongs to, or opens one for each thing that the caller wanted."""

from bot.conversation import filing
from bot.conversation.effects import AddToTicket, Effect, NewMatter, OpenTicket, Reopen
from bot.conversation.reading import matters_of, words
from bot.conversation.state import IDLE
from bot.conversation.turn import Decision, Turn


def begin(turn: Turn) -> Decision:
    if not words(turn):
        return Decision(IDLE)  # it is known that they rang
    known = filing.find(filing.file(turn).ticket, turn)
    if known is None:
        opened = (OpenTicket(matter=matter) for matter in matters_of(turn))
        return Decision(IDLE, (NewMatter(), *opened))
    again: tuple[Effect, ...] = () if filing.is_open(known) else (Reopen(known.id),)
    return Decision(IDLE, (*again, AddToTicket(known.id)))
