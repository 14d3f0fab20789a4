"""Reading what is POSTed to us, never more than we want."""

import asyncio
from typing import Final

from starlette.requests import Request

SLOWEST: Final = 30  # seconds for a whole body


async def read_body(request: Request, limit: int) -> bytes | None:
    """The whole body; None when it is over `limit` bytes, announced or not, or never came to its end."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > limit:
        return None
    body = b""
    try:
        async with asyncio.timeout(SLOWEST):
            while True:
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    return None
                body += bytes(message.get("body", b""))
                if len(body) > limit:
                    return None
                if not message.get("more_body", False):
                    return body
    except TimeoutError:
        return None
