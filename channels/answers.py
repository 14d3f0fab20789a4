"""What the status of somebody's answer means for what we asked of them."""

from typing import Final

import aiohttp

from channels.channel import TryLater, Undeliverable

LATER: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


def refuse_unless_ok(answer: aiohttp.ClientResponse, code: object = None) -> None:
    """Raises TryLater or Undeliverable."""
    said = f"it answered {answer.status}"
    if isinstance(code, int):
        said += f" with code {code}"
    if answer.status in LATER:
        raise TryLater(said, after=_seconds(answer))
    if not 200 <= answer.status < 300:
        raise Undeliverable(said)


def _seconds(answer: aiohttp.ClientResponse) -> float | None:
    given = answer.headers.get("retry-after", "")
    return min(float(given), 3600.0) if given.isascii() and given.isdecimal() else None
