"""Calls to the Bot API: at Telegram's pace, and with its refusals in our terms."""

import logging
import math
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from channels.channel import TryLater, Undeliverable
from channels.telegram.http import NEVER_SENT, Http
from channels.telegram.options import Options
from channels.telegram.pace import Pace

log = structlog.get_logger()
logging.getLogger("telegram").setLevel(logging.CRITICAL)  # what matters is raised as well

os.environ.setdefault("PTB_TIMEDELTA", "true")  # else it warns at every pause that is asked for

T = TypeVar("T")


class Unsure(TryLater):
    """It was sent, and nobody knows whether it was done."""


class Refused(Undeliverable):
    """A 400; `because` are Telegram's words."""

    def __init__(self, because: str) -> None:
        super().__init__(f"Telegram refuses it: {because}")
        self.because = because

    def says(self, *words: str) -> bool:
        return any(word in self.because.casefold() for word in words)


class UpdatesBot(Bot):
    async def updates(
        self, offset: int | None, wait: float, kinds: tuple[str, ...]
    ) -> list[dict[str, Any]]:
        """As they come: one that cannot be read must not stop those that can."""
        asked = {"offset": offset, "timeout": math.ceil(wait), "allowed_updates": list(kinds)}
        given = {name: value for name, value in asked.items() if value is not None}
        answer: list[dict[str, Any]] = await self._post(
            "getUpdates", given, read_timeout=wait + 10.0
        )
        return answer


class Calls:
    def __init__(self, name: str, options: Options) -> None:
        self._name, self._options = name, options
        url = options.api_url.rstrip("/")
        self.bot = UpdatesBot(
            options.token,
            base_url=f"{url}/bot",
            base_file_url=f"{url}/file/bot",
            request=self._http(64),
            get_updates_request=self._http(2),
        )
        self.moved: dict[str, str] = {}  # groups that have become supergroups, as far as we saw
        self._pace = Pace(options.limits)
        self._refused_at: float | None = None

    def _http(self, connections: int) -> Http:
        options = self._options
        return Http(
            connections,
            connect=options.connect_timeout,
            read=options.read_timeout,
            upload=options.upload_timeout,
        )

    async def send(self, chat: str, request: Callable[[], Awaitable[T]]) -> T:
        """A call that counts: a message or an edit."""
        return await self._call(request, chat)

    async def ask(self, request: Callable[[], Awaitable[T]]) -> T:
        return await self._call(request, None)

    async def _call(self, request: Callable[[], Awaitable[T]], chat: str | None) -> T:
        async with AsyncExitStack() as stack:
            if chat is not None:
                await stack.enter_async_context(self._pace.turn(chat))
            try:
                answer = await request()
            except TelegramError as error:
                raise self._in_our_terms(error, chat) from error
            except (TypeError, KeyError, ValueError, OverflowError, OSError) as error:
                raise Unsure("Telegram's answer cannot be read") from error
        self._accepted()
        return answer

    def _in_our_terms(self, error: TelegramError, chat: str | None) -> TryLater | Undeliverable:
        match error:
            case RetryAfter():
                return TryLater("Telegram asks for a pause", after=_seconds(error))
            case ChatMigrated():
                if chat is not None:
                    self.moved[chat] = str(error.new_chat_id)
                log.warning(
                    "telegram.group-moved", channel=self._name, old=chat, new=error.new_chat_id
                )
                return TryLater("the group has become a supergroup", after=0)
            case InvalidToken():
                return self.token_refused()
            case Forbidden():
                return Undeliverable(f"Telegram refuses it: {error.message}")
            case BadRequest():
                return Refused(error.message)
            case NetworkError() if "too large" in error.message.casefold():
                return Undeliverable("the file is larger than Telegram takes")
            case NetworkError() if not isinstance(error.__cause__, NEVER_SENT):
                return Unsure(f"no answer from Telegram ({type(error).__name__})")
        return TryLater("Telegram cannot be reached", whole_channel=isinstance(error, NetworkError))

    def token_refused(self) -> TryLater:
        if self._refused_at is None:
            log.error(
                "telegram.token-refused",
                channel=self._name,
                hint="the token was revoked or is wrong: put the new one into the configuration",
            )
        self._refused_at = time.monotonic()
        pause = self._options.refused_pause
        return TryLater("Telegram refuses the token", after=pause, whole_channel=True)

    def _accepted(self) -> None:
        if self._refused_at is not None:
            log.info("telegram.token-accepted", channel=self._name)
        self._refused_at = None

    async def close(self) -> None:
        for request in self.bot._request:
            await request.shutdown()


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
