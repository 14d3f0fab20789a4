"""Reading what is POSTed to us, never more than we want."""

import asyncio
from typing import Final

from starlette.requests import ClientDisconnect, Request

SLOWEST: Final = 30  # seconds for a whole body


async def read_body(request: Request, limit: int) -> bytes | None:
    """The whole body; None when it is over `limit` bytes, announced or not, or never came to its end."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > limit:
        return None
    parts: list[bytes] = []
    length = 0
    try:
        async with asyncio.timeout(SLOWEST):
            async for part in request.stream():
                length += len(part)
                if length > limit:
                    return None
                parts.append(part)
    except (ClientDisconnect, TimeoutError):
        return None
    return b"".join(parts)
