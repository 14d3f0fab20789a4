"""Updates, asked for or brought: each is confirmed to Telegram after what it says was committed.

`get_updates` confirms all updates below its offset, so the offset stays below the first that is not kept
yet; those above it that are kept come again, and are passed over. A webhook confirms by its 200.
"""

import asyncio
import hmac
import itertools
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from telegram import BotCommand, Update, User
from telegram.error import Conflict

from channels.body import header, read_body
from channels.channel import DeliveryError, Receive, TryLater, Unavailable, Undeliverable
from channels.telegram.albums import Album, Albums, Part, album_of
from channels.telegram.calls import Calls
from channels.telegram.inbound import COMMANDS, Heard, Reader
from channels.telegram.options import Mode, Options

log = structlog.get_logger()

AT_ONCE: Final = 0.2  # seconds
LONGEST_BODY: Final = 1024 * 1024  # bytes; updates carry no files
Hear = Callable[[Heard, Receive], Awaitable[None]]


class Listening:
    def __init__(self, name: str, options: Options, calls: Calls, hear: Hear) -> None:
        self._name, self._options, self._calls, self._hear = name, options, calls, hear
        self._reader: Reader | None = None
        self._albums = Albums(options.album_wait, self._folder(options))
        self._filing: asyncio.Task[None] | None = None

    @staticmethod
    def _folder(options: Options) -> Path | None:
        if options.mode is Mode.POLLING:
            return None
        if options.folder is None or not options.webhook_url or not options.webhook_secret:
            raise ValueError("a Telegram webhook needs webhook_url, webhook_secret and a folder")
        options.folder.mkdir(parents=True, exist_ok=True)
        return options.folder

    async def listen(self, receive: Receive) -> None:
        await self._persist(self._begin)
        if self._options.mode is Mode.POLLING:
            await self._poll(receive)
        self._file_later(receive)
        await asyncio.Event().wait()  # Telegram calls

    async def _begin(self) -> None:
        bot, options = self._calls.bot, self._options
        await self._know()
        if options.mode is Mode.POLLING:
            await self._calls.ask(lambda: bot.delete_webhook())
        else:
            await self._calls.ask(
                lambda: bot.set_webhook(
                    options.webhook_url,
                    secret_token=options.webhook_secret,
                    max_connections=options.webhook_connections,
                    allowed_updates=options.allowed_updates,
                )
            )
        for language, commands in options.commands.items():
            try:
                await self._calls.ask(partial(self._tell_commands, language, commands))
            except Undeliverable as refusal:  # they work without being listed
                log.warning("telegram.no-commands", channel=self._name, reason=str(refusal))
        log.info("telegram.ready", channel=self._name, mode=options.mode.value)

    async def _tell_commands(self, language: str, commands: Sequence[tuple[str, str]]) -> None:
        await self._calls.bot.set_my_commands(
            [BotCommand(name, description) for name, description in commands],
            language_code=None if language == "en" else language,  # English for all others
        )

    async def _know(self) -> Reader:
        if self._reader is None:
            me: User = await self._calls.ask(self._calls.bot.get_me)
            named = {name for row in self._options.commands.values() for name, _ in row}
            self._reader = Reader(
                channel=self._name,
                me=me,
                rooms=self._options.rooms,
                commands=COMMANDS | named,
            )
        return self._reader

    async def _persist(self, work: Callable[[], Awaitable[None]]) -> None:
        """Until it succeeds: one slow answer at the start must not be the end."""
        for failures in itertools.count():
            try:
                await work()
            except DeliveryError as error:
                log.warning("telegram.not-ready", channel=self._name, reason=str(error))
                await asyncio.sleep(_after(error) or self._pause(failures))
            else:
                return

    def _pause(self, failures: int) -> float:
        return self._options.retry_pause * float(min(1 << failures, 16))

    # -- asked for

    async def _poll(self, receive: Receive) -> None:
        offset: int | None = None
        done: set[int] = set()  # kept, but above the offset
        failures = 0
        while True:
            asked_at = time.monotonic()
            try:
                batch = await self._ask(offset)
            except DeliveryError as error:
                if failures == 0:
                    log.warning("telegram.no-updates", channel=self._name, reason=str(error))
                await asyncio.sleep(_after(error) or self._pause(failures))
                failures += 1
                continue
            if not batch and not self._albums and time.monotonic() < asked_at + AT_ONCE:
                await asyncio.sleep(AT_ONCE)  # it does not keep a question waiting
            fresh = [update for update in batch if update["update_id"] not in done]
            kept = await self._keep(sorted(fresh, key=lambda one: one["update_id"]), receive)
            done |= kept
            if batch:
                ids = {update["update_id"] for update in batch}
                offset = min(ids - done, default=max(ids) + 1)
                done = {id for id in done if id >= offset}
            stuck = bool(fresh) and not kept and not self._albums
            failures = failures + 1 if stuck else 0
            if self._albums and not batch:
                await self._file(receive)  # somebody else confirmed its parts
            elif self._albums:
                await asyncio.sleep(self._options.album_wait / 4)
            elif stuck:
                await asyncio.sleep(self._pause(failures - 1))

    async def _ask(self, offset: int | None) -> list[Part]:
        wait = 0.0 if self._albums else self._options.poll_timeout
        bot, kinds = self._calls.bot, self._options.allowed_updates
        try:
            return await self._calls.ask(lambda: bot.updates(offset, wait, kinds))
        except TryLater as later:
            if not isinstance(later.__cause__, Conflict):
                raise
            if "webhook" in later.__cause__.message:
                await self._calls.ask(lambda: bot.delete_webhook())
            raise TryLater("another program asks for this bot's updates, or did") from later

    async def _keep(self, updates: Sequence[Part], receive: Receive) -> set[int]:
        """The ids of those that were committed. A chat's go in order, different chats at the same time."""
        chats: dict[str, list[Part]] = {}
        for update in updates:
            chats.setdefault(_chat(update), []).append(update)
        kept = await asyncio.gather(*(self._keep_chat(some, receive) for some in chats.values()))
        return {id for ids in kept for id in ids}

    async def _keep_chat(self, updates: Sequence[Part], receive: Receive) -> set[int]:
        for update in updates:
            if album_of(update) is not None:
                self._albums.add(update)
        kept: set[int] = set()
        for album in self._albums.whole():
            if album.chat == _chat(updates[0]) and await self._take(album.parts.values(), receive):
                self._albums.done(album)
                kept |= set(album.parts)
        for update in updates:
            if update["update_id"] in kept:
                continue
            if album_of(update) is not None or not await self._take([update], receive):
                break  # what follows waits for it, to keep the order
            kept.add(update["update_id"])
        return kept

    async def _take(self, updates: Iterable[Part], receive: Receive) -> bool:
        """Whether it is committed, or is nothing to be kept."""
        reader = await self._know()
        try:
            read = [Update.de_json(update, self._calls.bot) for update in updates]
            heard = reader.read(read)
        except Exception:  # what we cannot read now we cannot read the next time
            log.exception("telegram.unreadable", channel=self._name)
            return True
        if heard is None:
            return True
        try:
            await self._hear(heard, receive)
        except Unavailable:
            return False
        return True

    # -- brought

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        if self._options.mode is Mode.POLLING:
            return []
        secret = self._options.webhook_secret.encode()

        async def post(request: Request) -> Response:
            given = header(request.scope, b"x-telegram-bot-api-secret-token")
            if not hmac.compare_digest(given.encode("latin-1"), secret):
                return Response(status_code=401)
            body = await read_body(request.scope, request.receive, LONGEST_BODY)
            try:
                update = msgspec.json.decode(body or b"")
                kept = await self._brought(update, receive)
            except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError):
                return Response(status_code=400)
            except DeliveryError:
                kept = False
            return Response(status_code=200 if kept else 503)

        path = self._options.webhook_path or f"/channels/{self._name}/updates"
        return [Route(path, post, methods=["POST"])]

    async def _brought(self, update: Part, receive: Receive) -> bool:
        if album_of(update) is not None:
            await asyncio.to_thread(self._albums.add, update)
            self._file_later(receive)
            return True
        while self._albums.waits_in(_chat(update)):  # said after the album, so kept after it
            self._file_later(receive)
            await asyncio.sleep(self._options.album_wait / 4)
        return await self._take([update], receive)

    def _file_later(self, receive: Receive) -> None:
        if self._albums and (self._filing is None or self._filing.done()):
            self._filing = asyncio.create_task(self._file(receive), name="telegram albums")

    async def _file(self, receive: Receive) -> None:
        failures = 0
        while self._albums:
            await asyncio.sleep(self._options.album_wait / 4)
            for album in self._albums.whole():
                if await self._file_one(album, receive):
                    failures = 0
                else:
                    await asyncio.sleep(self._pause(failures))
                    failures += 1

    async def _file_one(self, album: Album, receive: Receive) -> bool:
        parts = [album.parts[id] for id in sorted(album.parts)]
        with suppress(DeliveryError):
            if await self._take(parts, receive):
                self._albums.done(album)
                return True
        return False

    async def close(self) -> None:
        if self._filing is not None:
            self._filing.cancel()


def _after(error: DeliveryError) -> float | None:
    return error.after if isinstance(error, TryLater) else None


def _chat(update: Part) -> str:
    """Whose order it belongs to."""
    for name, body in update.items():
        if name != "update_id":
            chat = body.get("chat") or (body.get("message") or {}).get("chat") or body.get("from")
            return str((chat or {}).get("id", ""))
    return ""
