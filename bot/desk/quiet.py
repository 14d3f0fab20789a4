"""Quiet hours: when somebody wants to be left alone, and till when what can wait is held back.

Times of day are read off the clock on the person's wall, so they stay what they are when clocks change.
"""

import re
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.errors import Invalid

_SPAN: Final = re.compile(
    r"([01]?\d|2[0-3])(?::([0-5]\d))?\s*[-–—]\s*([01]?\d|2[0-3])(?::([0-5]\d))?"
)


def span_of(text: str) -> str:
    """ "22-7" as "22:00-07:00". Raises Invalid."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise Invalid(f"“{text[:40]}” are no two times of day such as 22:00-07:00.")
    hours = [int(one or 0) for one in found.groups()]
    begin, end = time(hours[0], hours[1]), time(hours[2], hours[3])
    if begin == end:
        raise Invalid("Quiet hours begin and end at different times.")
    return f"{begin:%H:%M}-{end:%H:%M}"


def ends_at(span: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the quiet that it is now is over, aware in UTC; None: it is not quiet."""
    begin, end = (time.fromisoformat(one) for one in span.split("-"))
    here = now.astimezone(zone)
    wall = here.time()
    over_night = begin > end
    if not (wall >= begin or wall < end if over_night else begin <= wall < end):
        return None
    day = here.date() + timedelta(days=over_night and wall >= begin)
    # In the hour that comes twice the second is as quiet as the first.
    over = datetime.combine(day, end, tzinfo=zone).replace(
        fold=here.fold if day == here.date() else 0
    )
    return over.astimezone(now.tzinfo)
