"""What happens when a timer of a ticket, or of the survey about it, comes due. What it is about is read
again: the timer is only a hint."""

from bot.desk import deadlines, escalation, family, progress, storms, tickets
from bot.desk.access import CLOCK
from bot.desk.desk import Desk
from bot.surveys import asking, planning
from store.database import Tx
from store.tables import Conversation, Ticket
from store.timers import Fired


def ticket_timer(desk: Desk, tx: Tx, conversation: Conversation, fired: Fired) -> None:
    if fired.owner.startswith(planning.OWNER):
        asking.fired(desk, tx, fired)
        return
    ticket = tx.get(Ticket, int(fired.owner.removeprefix("ticket:")))
    if ticket is None:
        return
    if fired.kind in (deadlines.TIMER, escalation.FOLLOW):
        tx.changed(ticket.id)  # what has come due is found at the end of the transaction
    if ticket.conversation_id != conversation.id:
        return
    if fired.kind == tickets.REMIND:
        tickets.remind(desk, tx, ticket, CLOCK)
    elif fired.kind == tickets.CLOSE:
        tickets.close_silent(desk, tx, ticket, CLOCK)
    elif fired.kind == progress.PROGRESS:
        progress.tell(desk, tx, ticket, conversation, fired)
    elif fired.kind == family.OVER:
        storms.over(desk, tx, ticket)
    elif fired.kind == family.NEWS:
        storms.news(desk, tx, ticket, conversation)
    elif fired.kind == family.WORD:
        storms.word_is_due(desk, tx, ticket)
