"""Having it done by a program of the administrator's: one signed POST, answered by a small JSON object.

`docs/actions.md` has the protocol. The run's key goes with every call, so that the program can tell a
repeat; an answer "running" with its progress makes us ask again, with the same key, until the time is over.
"""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import aiohttp
import msgspec
from msgspec import Struct

from bot.actions.action import Hook, Outcome, Result
from channels.webhook.signature import key_of, sign

LARGEST: Final = 64 * 1024  # bytes of an answer that are read
MOST: Final = 30  # values that are kept
LONGEST: Final = 500  # characters of each, and of the message
AGAIN: Final = (1.0, 60.0)  # seconds between two calls of one run
_SECRET: Final = re.compile(r"passw|passphrase|secret|token|пароль|密码", re.IGNORECASE)
_INVISIBLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


class Call(Struct, frozen=True, kw_only=True):
    """What the program gets, as JSON."""

    run: int
    key: str  # the same for every call of a run
    attempt: int
    action: str
    arguments: Mapping[str, str]
    ticket: str | None
    person: Mapping[str, str]
    asked_by: Mapping[str, str]
    approved_by: Mapping[str, str]
    undo_of: str | None
    seconds: float  # that it may take


class _Answer(Struct):
    result: str = ""
    message: str | dict[str, str] = ""
    values: dict[str, str | int | float | bool | None] = {}
    progress: str = ""
    again: float = 5.0  # seconds


_answer: Final = msgspec.json.Decoder(_Answer)
Progress = Callable[[str], Awaitable[None]]


async def call(
    http: aiohttp.ClientSession,
    hook: Hook,
    called: Call,
    progress: Progress,
    now: Callable[[], float] = time.time,
) -> Outcome:
    """Until it is done. Never raises for what the program does; is cancelled when its time is over."""
    body = msgspec.json.encode(called)
    shown = ""
    while True:
        try:
            status, raw = await _post(http, hook, called.key, body, time.time())
        except aiohttp.ClientConnectorError:
            return Outcome(result=Result.UNREACHABLE)
        except (aiohttp.ClientError, OSError):
            # It had the call, and may have done it, when the line broke.
            return Outcome(result=Result.GARBAGE, values={"why-key": "broken"})
        if not 200 <= status < 300:
            return Outcome(
                result=Result.GARBAGE, values={"why-key": "status", "status": str(status)}
            )
        try:
            answer = _answer.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return Outcome(result=Result.GARBAGE, values={"why-key": "no-json"})
        if answer.result != "running":
            return _outcome(answer, hook)
        if answer.progress and answer.progress != shown:
            shown = answer.progress
            await progress(_clean(shown))
        await asyncio.sleep(min(max(answer.again, AGAIN[0]), AGAIN[1]))


async def _post(
    http: aiohttp.ClientSession, hook: Hook, key: str, body: bytes, now: float
) -> tuple[int, bytes]:
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        **sign(key_of(hook.secret), key, int(now), body),
    }
    async with http.post(hook.url, data=body, headers=headers, allow_redirects=False) as answer:
        raw = bytearray()
        async for piece in answer.content.iter_chunked(16_384):
            raw += piece
            if len(raw) > LARGEST:
                break  # too long to be an answer of the protocol: it will not be JSON
        return answer.status, bytes(raw)


def _outcome(answer: _Answer, hook: Hook) -> Outcome:
    if answer.result not in (Result.OK, Result.FAILED, *hook.results):
        return Outcome(result=Result.GARBAGE, values={"why-key": "not-agreed"})
    said = {"": answer.message} if isinstance(answer.message, str) else answer.message
    message = {language: _clean(words) for language, words in said.items() if words.strip()}
    return Outcome(result=answer.result, values=_kept(answer.values), message=message)


def _kept(values: Mapping[str, object]) -> dict[str, str]:
    """As text; what is named like a secret is not kept."""
    told = list(values.items())[:MOST]
    return {
        _clean(name)[:60]: "•••" if _SECRET.search(name) else _clean(_text(value))
        for name, value in told
        if value is not None
    }


def _text(value: object) -> str:
    return json.dumps(value) if isinstance(value, bool | int | float) else str(value)


def _clean(words: str) -> str:
    return _INVISIBLE.sub(" ", words).strip()[:LONGEST]
