"""What the web chat and the terminal read: the transcript, followed as it grows, and their files."""

import asyncio
import secrets
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from bot.desk import files as kept
from bot.desk import transcript
from bot.desk.files import Files
from bot.errors import Invalid
from bot.hub import Hub
from bot.hub import Reader as Page
from bot.settings import Settings
from bot.text import LANGUAGES, Texts
from bot.throttle import Throttle
from channels import web
from channels.channel import Unavailable
from channels.message import Attachment
from channels.web.pages import Look
from store import messages
from store.database import Store, Tx
from store.errors import StoreError
from store.tables import Meta

SESSION_KEY: Final = "chat-key"
MINUTE: Final = timedelta(minutes=1)


def session_key(tx: Tx) -> bytes:
    """What signs the sessions: the same for all processes and after every restart."""
    tx.alone(SESSION_KEY)
    row = tx.get(Meta, SESSION_KEY)
    if row is None:
        row = tx.insert(Meta(key=SESSION_KEY, value=secrets.token_hex(32)))
    return bytes.fromhex(row.value)


def look(settings: Settings, texts: Texts) -> Look:
    labels = {
        language: texts.labels(language, "web-") | {"greeting": texts.label("greeting", language)}
        for language in LANGUAGES
    }
    return Look(
        title=settings.desk.name,
        language=settings.desk.language,
        labels=labels,
        max_file=settings.files.max_bytes,
        max_text=settings.chat.max_text,
        embed_origins=settings.chat.embed_origins,
    )


class Transcripts:
    """`channels.web.Transcripts` of one channel. Belongs to the loop it was made in."""

    def __init__(
        self,
        channel: str,
        store: Store,
        hub: Hub,
        files: Files,
        texts: Texts,
        per_minute: int,
        stop: asyncio.Event,
    ) -> None:
        self._channel, self._store, self._hub = channel, store, hub
        self._files, self._texts, self._stop = files, texts, stop
        self._throttle = Throttle(per_minute, MINUTE)

    @property
    def closing(self) -> bool:
        return self._stop.is_set()

    @asynccontextmanager
    async def reading(self, conversation: str) -> AsyncIterator["Reading | None"]:
        id = await self._store.aread(
            lambda tx: messages.conversation_id(tx, self._channel, conversation)
        )
        if id is None:
            yield None
            return
        async with self._hub.reading(id) as page:
            yield Reading(self._store, id, page)

    def must_wait(self, conversation: str) -> float | None:
        wait = self._throttle.take(conversation, self._store.clock())
        return None if wait is None else wait.total_seconds()

    async def keep(
        self, conversation: str, chunks: AsyncIterable[bytes], name: str, announced: int | None
    ) -> tuple[str, Attachment]:
        try:
            name = self._files.accepted(name)
        except Invalid:
            raise web.Refused("file-type-refused", name=kept.safe_name(name)) from None
        try:
            file = await self._files.receive(chunks, name, announced)
            id = await self._store.awrite(
                lambda tx: kept.register(tx, file, self._owner(conversation))
            )
        except Invalid:
            limit = f"{self._files.limits.max_bytes / 1_000_000:.0f} MB"
            raise web.Refused("file-too-big", name=name, limit=limit) from None
        except StoreError as error:
            raise Unavailable(str(error)) from error
        return id, file

    async def kept(self, conversation: str, ids: Sequence[str]) -> tuple[Attachment, ...]:
        try:
            return await self._store.aread(
                lambda tx: kept.of_owner(tx, list(ids), self._owner(conversation))
            )
        except StoreError as error:
            raise Unavailable(str(error)) from error

    def _owner(self, conversation: str) -> str:
        return f"{self._channel}:{conversation}"

    async def file(self, conversation: str, sha256: str) -> tuple[Path, Attachment] | None:
        def find(tx: Tx) -> Attachment | None:
            id = messages.conversation_id(tx, self._channel, conversation)
            rows = [] if id is None else messages.mentioning(tx, id, sha256)
            said = (file for row in rows for file in transcript.line_of(row).extra.attachments)
            return next((file for file in said if file.sha256 == sha256), None)

        found = await self._store.aread(find)
        return None if found is None else (self._files.path(found.sha256), found)

    def say(self, key: str, language: str, **values: str | int) -> str:
        return self._texts.label(key, language, **values)


class Reading:
    """One page that follows one conversation."""

    def __init__(self, store: Store, conversation_id: int, page: Page) -> None:
        self._store, self._id, self._page = store, conversation_id, page

    async def look(self, after: int) -> web.View:
        return await self._store.aread(lambda tx: self._look(tx, after))

    def _look(self, tx: Tx, after: int) -> web.View:
        # First whether something waits: what is answered in between is then read below.
        busy = messages.waiting(tx, self._id)
        return web.View(
            tuple(_line(one) for one in transcript.lines(tx, self._id, after)),
            busy,
        )

    async def wait(self) -> None:
        await self._page.wait()


def _line(line: transcript.Line) -> web.Line:
    own = line.author == "requester"
    return web.Line(
        id=line.id,
        author=line.author,
        name=line.extra.author,
        at=line.at,
        text=line.text.body,
        # The channel put the conversation before the page's own id.
        message_id=line.key.rpartition(".")[2] if own else None,
        choices=line.extra.choices,
        attachments=line.extra.attachments,
    )
