"""Values out of other people's JSON and forms, whatever is really in there."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def text(fields: Mapping[str, Any], name: str) -> str | None:
    """None for an empty one as well."""
    value = fields.get(name)
    return value.strip() or None if isinstance(value, str) else None


def number(fields: Mapping[str, Any], name: str) -> float | None:
    try:
        value = float(fields[name])
    except (KeyError, TypeError, ValueError):
        return None
    return value if math.isfinite(value) else None


def whole(fields: Mapping[str, Any], name: str) -> int:
    """0 for what is none, and for what no counter reaches."""
    value = number(fields, name) or 0.0
    return int(value) if abs(value) <= 2**53 else 0


def time(fields: Mapping[str, Any], name: str) -> datetime | None:
    """ISO 8601; without a zone it is UTC."""
    try:
        value = datetime.fromisoformat(fields[name])
    except (KeyError, TypeError, ValueError):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def objects(fields: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects; what else is in it is left out."""
    value = fields.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def inner(fields: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = fields.get(name)
    return value if isinstance(value, dict) else {}
