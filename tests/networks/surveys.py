"""Surveys in tests with a real clock: whatever the hour, and without waiting."""

from typing import Any, Final

AT_ONCE: Final[dict[str, Any]] = {
    "surveys": {"quiet": ""},
    "survey": {"standard": {"delay_minutes": 0}},
}
