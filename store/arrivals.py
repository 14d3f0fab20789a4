"""When tickets came, for forecasts: counted by hour in a zone, language and channel."""

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from store.database import Tx
from store.tables import Ticket


def by_hour(
    tx: Tx, since: datetime, until: datetime, zone: ZoneInfo
) -> Counter[tuple[datetime, str, str]]:
    """(beginning of the hour, language, channel) -> tickets opened then."""
    rows = tx.execute(
        sa.select(Ticket.opened_at, Ticket.language, Ticket.channel).where(
            Ticket.opened_at >= since, Ticket.opened_at < until
        )
    )
    return Counter(
        (at.astimezone(zone).replace(minute=0, second=0, microsecond=0), language, channel)
        for at, language, channel in rows
    )
