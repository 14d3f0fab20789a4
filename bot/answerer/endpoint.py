"""The far end: an OpenAI-compatible chat completion, with a time limit and a limit on what is read."""

import asyncio
from collections.abc import Sequence
from typing import Final

import aiohttp
import msgspec
from msgspec import Struct

from bot.settings import Answerer

LARGEST: Final = 256 * 1024  # bytes of a reply that are read


class NoAnswer(Exception):
    """The endpoint gave none in time, or none that can be read. The text is for the log: no content."""


class Options(Struct, frozen=True, kw_only=True):
    url: str  # up to and with "/v1"
    model: str
    key: str = ""
    timeout: float = 8.0  # seconds for the whole of a reply
    max_tokens: int = 500


def endpoint_of(chosen: Answerer) -> "Endpoint | None":
    """None when no endpoint is configured."""
    if not chosen.url:
        return None
    return Endpoint(
        Options(
            url=chosen.url,
            model=chosen.model,
            key=chosen.key.get_secret_value() if chosen.key is not None else "",
            timeout=chosen.timeout_seconds,
            max_tokens=chosen.max_tokens,
        )
    )


class Completion(Struct, frozen=True):
    text: str
    tokens: int  # as the endpoint counts them, else guessed


class _Message(Struct):
    content: str | None = None


class _Choice(Struct):
    message: _Message


class _Usage(Struct):
    total_tokens: int = 0


class _Body(Struct):
    choices: list[_Choice] = []
    usage: _Usage | None = None


_body = msgspec.json.Decoder(_Body)


class Endpoint:
    """Belongs to the loop it is first used in."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._session: aiohttp.ClientSession | None = None

    async def complete(self, messages: Sequence[dict[str, str]]) -> Completion:
        """Raises NoAnswer, and nothing else."""
        options = self._options
        asked = {
            "model": options.model,
            "messages": list(messages),
            "max_tokens": options.max_tokens,
            "temperature": 0,
            "stream": False,
            "response_format": {"type": "json_object"},
        }
        try:
            async with asyncio.timeout(options.timeout):
                raw = await self._post(asked)
        except TimeoutError:
            raise NoAnswer("no answer in time") from None
        except aiohttp.ClientError as error:
            raise NoAnswer(type(error).__name__) from None
        try:
            body = _body.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise NoAnswer("the answer is no chat completion") from None
        text = body.choices[0].message.content if body.choices else None
        if not text:
            raise NoAnswer("the answer is empty")
        counted = body.usage.total_tokens if body.usage is not None else 0
        return Completion(text, counted if counted > 0 else guessed(messages, text))

    async def _post(self, asked: object) -> bytes:
        url = f"{self._options.url.rstrip('/')}/chat/completions"
        headers = {"Content-Type": "application/json"}
        if self._options.key:
            headers["Authorization"] = f"Bearer {self._options.key}"
        body = msgspec.json.encode(asked)
        # A redirect would carry the key, and people's words, to somewhere else.
        async with self._http().post(
            url, data=body, headers=headers, allow_redirects=False
        ) as answer:
            if answer.status != 200:
                raise NoAnswer(f"status {answer.status}")
            raw = bytearray()
            async for piece in answer.content.iter_chunked(16_384):
                raw += piece
                if len(raw) > LARGEST:
                    raise NoAnswer("the answer is too long")
            return bytes(raw)

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=False)
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def guessed(messages: Sequence[dict[str, str]], text: str) -> int:
    """About three characters are a token: for endpoints that do not count, and for a budget before."""
    return (sum(len(one["content"]) for one in messages) + len(text)) // 3 + 1
