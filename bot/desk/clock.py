"""What happens when a ticket's timer comes due. The ticket is read again: the timer is only a hint."""

from bot.desk import tickets
from bot.desk.access import CLOCK
from bot.desk.desk import Desk
from store.database import Tx
from store.tables import Conversation, Ticket
from store.timers import Fired


def ticket_timer(desk: Desk, tx: Tx, conversation: Conversation, fired: Fired) -> None:
    ticket = tx.get(Ticket, int(fired.owner.removeprefix("ticket:")))
    if ticket is None or ticket.conversation_id != conversation.id:
        return
    if fired.kind == tickets.REMIND:
        tickets.remind(desk, tx, ticket, CLOCK)
    elif fired.kind == tickets.CLOSE:
        tickets.close_silent(desk, tx, ticket, CLOCK)
