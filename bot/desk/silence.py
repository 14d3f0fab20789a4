"""When a program may be at the other end: so many letters an hour, then silence and a word to people."""

from datetime import timedelta
from typing import Final

import structlog

from bot.desk import tickets
from bot.desk.desk import Desk
from store import mail
from store.database import Tx
from store.tables import Ticket

HOUR: Final = timedelta(hours=1)

log = structlog.get_logger()


def may_write(
    desk: Desk,
    tx: Tx,
    channel: str,
    correspondent: str,
    ticket: Ticket | None,
    *,
    inbox_id: int | None = None,
) -> bool:
    """Counts the letter that would be written; the first one too many is told of, at the ticket too.

    Two programs that answer each other would go on for ever, whatever either says of itself."""
    most = desk.letters_an_hour
    count = mail.count_reply(tx, channel, correspondent, HOUR)
    if count == most + 1:
        number = None if ticket is None else ticket.number
        log.warning("mail.silenced", channel=channel, letters=most, ticket=number)
        tx.after_commit(desk.silenced)
        if ticket is not None:
            tickets.silenced(tx, ticket, inbox_id=inbox_id)
    return count <= most
