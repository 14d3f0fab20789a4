"""Whether it is fixed, says its requester, by a button."""

from bot.desk import alerts, notices, tickets
from bot.desk.access import Actor, require_part
from bot.desk.after import promised
from bot.desk.desk import Desk
from bot.desk.events import What, record
from bot.desk.status import ACTIVE, Status
from bot.errors import IllegalChange
from store import tickets as kept
from store.database import Tx
from store.tables import Conversation, Inbox, Ticket


def take(
    desk: Desk,
    tx: Tx,
    conversation: Conversation,
    row: Inbox,
    ticket: Ticket,
    fixed: bool,
    actor: Actor,
) -> None:
    """A button was pressed. Pressed again, or when it is too late, it does nothing and says so."""
    require_part(actor, ticket)
    kept.hold(tx, ticket)
    if ticket.status in ACTIVE:
        key = "settled-ticket"
    elif fixed:
        key = "fixed-thanks" if ticket.status == Status.RESOLVED else "fixed-closed"
        tickets.confirm(desk, tx, ticket, actor, inbox_id=row.id)
    else:
        try:
            refuse(desk, tx, ticket, actor, inbox_id=row.id)
            key = "fixed-not"
        except IllegalChange:
            key = "fixed-too-late"
    values: dict[str, str | int] = {"ticket": ticket.number}
    if key == "fixed-not":
        language = conversation.language or desk.language
        values["promise"] = promised(desk, tx, ticket, language)
    told = f"{row.id}.fixed"
    notices.tell(desk, tx, conversation, key, key=told, ticket_id=ticket.id, values=values)


def refuse(
    desk: Desk, tx: Tx, ticket: Ticket, actor: Actor, *, inbox_id: int, tell: bool = True
) -> None:
    """It is not: whoever solved it goes on. `tell` agents, who hear of words by themselves. Raises
    IllegalChange when that is too long ago."""
    why = "not fixed, says the requester"
    tickets.reopen(desk, tx, ticket, actor, why=why, inbox_id=inbox_id)
    record(tx, ticket, What.CONFIRMED, actor, new="no", inbox_id=inbox_id)
    if not tell:
        return
    told = desk.texts.say(
        "card-not-fixed",
        desk.language,
        ticket=ticket.number,
        title=tickets.shown_title(desk, ticket),
    )
    alerts.call(desk, tx, ticket, ("assignee", "queue"), told, key=f"not-fixed:{inbox_id}")
