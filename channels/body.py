"""Reading what is POSTed to us, never more than we want."""

import asyncio
from typing import Final

from starlette.types import Receive, Scope

SLOWEST: Final = 30  # seconds for a whole body


def header(scope: Scope, name: bytes) -> str:
    """A header of a request, `name` in lower case; "" when it is missing."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value, "latin-1")
    return ""


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes | None:
    """The whole body; None when it is over `limit` bytes, announced or not, or never came to its end."""
    announced = header(scope, b"content-length") or "0"
    if not announced.isdecimal() or int(announced) > limit:
        return None
    patience = _Patience()
    body = b""
    try:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            part: bytes = message.get("body", b"")
            body += part
            if len(body) > limit:
                return None
            if not message.get("more_body", False):
                return body
    except asyncio.CancelledError:
        if patience.is_over():
            return None
        raise
    finally:
        patience.end()


class _Patience:
    """Cancels the task after a while. `asyncio.timeout` costs three times as much, and this is in the way
    of every message."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self._task, self._over = asyncio.tasks.current_task(loop), False
        self._timer = loop.call_later(SLOWEST, self._give_up)

    def _give_up(self) -> None:
        self._over = True
        if self._task is not None:
            self._task.cancel()

    def is_over(self) -> bool:
        """Whether it was we who cancelled, and nobody else."""
        return self._over and self._task is not None and self._task.uncancel() == 0

    def end(self) -> None:
        self._timer.cancel()
