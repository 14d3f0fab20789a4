"""What a call can be: the figures above which somebody mixed up units, or means harm."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from channels.phone.call import Segment
from channels.phone.post import Refused

LONGEST_CALL: Final = 24 * 3600  # seconds
MOST_SEGMENTS: Final = 20_000


def check_times(started: datetime | None, ended: datetime | None) -> None:
    if started is None or ended is None:
        return
    if ended < started:
        raise Refused("the call ended before it started")
    if (ended - started).total_seconds() > LONGEST_CALL:
        raise Refused("the call takes more than 24 hours")


def check_segments(segments: Sequence[Segment]) -> None:
    if len(segments) > MOST_SEGMENTS:
        raise Refused(f"a call has at most {MOST_SEGMENTS} segments")
    for number, segment in enumerate(segments):
        start, end = segment.start or 0.0, segment.end
        if start < 0 or (end is not None and end < start):
            raise Refused(f"segment {number} ends before it starts")
        if max(start, end or 0.0) > LONGEST_CALL:
            raise Refused(
                f"segment {number} is more than 24 hours into the call; times are seconds, not milliseconds"
            )
