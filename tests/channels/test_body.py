"""A body that never comes to its end holds nobody up for ever."""

import asyncio
from typing import Any

import pytest

from channels import body
from channels.body import read_body

SCOPE: dict[str, Any] = {"headers": [(b"content-length", b"10")]}


async def never() -> Any:
    await asyncio.Event().wait()


async def test_a_sender_who_stalls_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "SLOWEST", 0.01)
    assert await read_body(SCOPE, never, 100) is None
    await asyncio.sleep(0)  # raises if the task were still being cancelled


async def test_whoever_cancels_the_reading_is_heard() -> None:
    reading = asyncio.create_task(read_body(SCOPE, never, 100))
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading


async def test_a_body_may_come_in_pieces() -> None:
    pieces: list[dict[str, Any]] = [{"body": b"cd"}, {"body": b"ab", "more_body": True}]

    async def receive() -> Any:
        return {"type": "http.request", **pieces.pop()}

    assert await read_body(SCOPE, receive, 10) == b"abcd"
