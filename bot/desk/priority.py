"""Priority from impact (how many suffer) and urgency (how badly), as ITIL's matrix has it."""

from enum import StrEnum
from typing import Final

from nlp.understanding import Level


class Priority(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFORMATIONAL = "informational"


_HIGH, _MEDIUM, _LOW = Level.HIGH, Level.MEDIUM, Level.LOW

# (impact, urgency)
MATRIX: Final = {
    (_HIGH, _HIGH): Priority.CRITICAL,
    (_HIGH, _MEDIUM): Priority.HIGH,
    (_HIGH, _LOW): Priority.MEDIUM,
    (_MEDIUM, _HIGH): Priority.HIGH,
    (_MEDIUM, _MEDIUM): Priority.MEDIUM,
    (_MEDIUM, _LOW): Priority.LOW,
    (_LOW, _HIGH): Priority.MEDIUM,
    (_LOW, _MEDIUM): Priority.LOW,
    (_LOW, _LOW): Priority.INFORMATIONAL,
}


def priority_of(impact: Level, urgency: Level) -> Priority:
    return MATRIX[impact, urgency]
