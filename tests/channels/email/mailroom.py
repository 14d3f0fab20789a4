"""A mailroom in memory: what is kept can be waited for, and keeping can be made to fail or to hang."""

import asyncio

from msgspec import Struct

from channels.email.ports import Envelope, Position


class Kept(Struct, frozen=True):
    mailbox: str
    raw: bytes
    envelope: Envelope
    position: Position | None

    @property
    def subject(self) -> str:
        line = next(line for line in self.raw.splitlines() if line.startswith(b"Subject: "))
        return line.removeprefix(b"Subject: ").decode()


class MemoryMailroom:
    def __init__(self, **mailboxes: str) -> None:
        self._addresses = {address: mailbox for mailbox, address in mailboxes.items()}
        self.kept: list[Kept] = []
        self.positions: dict[str, str] = {}
        self.failure: Exception | None = None  # of every `keep`
        self.failed = asyncio.Event()
        self.open = asyncio.Event()  # while it is not set, `keep` hangs
        self.open.set()
        self.asked = asyncio.Event()  # somebody has begun to keep
        self._changed = asyncio.Condition()

    def accepts(self, recipient: str) -> str | None:
        local, at, domain = recipient.lower().partition("@")
        return self._addresses.get(local.partition("+")[0] + at + domain)

    async def keep(
        self, mailbox: str, raw: bytes, envelope: Envelope, position: Position | None = None
    ) -> None:
        self.asked.set()
        await self.open.wait()
        if self.failure is not None:
            self.failed.set()
            raise self.failure
        self.kept.append(Kept(mailbox, raw, envelope, position))
        if position is not None:
            await self.reached(position)
        async with self._changed:
            self._changed.notify_all()

    async def position(self, source: str) -> str | None:
        return self.positions.get(source)

    async def reached(self, position: Position) -> None:
        self.positions[position.source] = position.value
        async with self._changed:
            self._changed.notify_all()

    async def arrived(self, count: int, seconds: float = 30) -> list[Kept]:
        """Once so many mails are kept."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: len(self.kept) >= count)
        return self.kept

    async def placed(self, seconds: float = 30) -> None:
        """Once there is a position."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: bool(self.positions))
