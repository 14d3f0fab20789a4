"""What waits for the bot, and the two ways it gets there: it asks, or it is called."""

import asyncio
import json
import random
import time
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import aiohttp

from tests.platforms.telegram.errors import Refusal

if TYPE_CHECKING:
    from tests.platforms.clock import Clock

Update = dict[str, Any]
NOT_UNLESS_ASKED = {"chat_member", "message_reaction", "message_reaction_count"}
KEPT = 24 * 3600  # seconds


class Updates:
    def __init__(self, clock: "Clock") -> None:
        self.redelivery = 0.05  # seconds until a webhook is called again; Telegram waits longer
        self.shuffled: random.Random | None = None  # batches come in any order
        self.twice: set[int] = set()  # update ids that come once more after they were confirmed
        self.webhook: dict[str, Any] = {}
        self.last_error: tuple[int, str] | None = None
        self.refused_with: list[int] = []  # what the webhook answered but 2xx
        self.answered_in: list[float] = []  # seconds that the webhook took for each 2xx
        self.waiting: list[tuple[float, str, Update]] = []  # when, whose queue, what
        self._clock, self._changed = clock, asyncio.Condition()
        self._next_id = random.Random(7).randrange(100_000_000, 900_000_000)
        self._allowed: set[str] | None = None
        self._poll = 0
        self._couriers: dict[str, asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(40)

    async def add(self, kind: str, payload: dict[str, Any]) -> None:
        wanted = kind in self._allowed if self._allowed else kind not in NOT_UNLESS_ASKED
        if not wanted:
            return
        update = json.loads(json.dumps({"update_id": self._next_id, kind: payload}))
        self._next_id += 1
        chat = payload.get("chat") or payload.get("message", {}).get("chat") or payload["from"]
        self.waiting.append((self._clock.now(), str(chat["id"]), update))
        self._send_out()
        async with self._changed:
            self._changed.notify_all()

    async def confirmed(self) -> None:
        """Until the bot has taken all there is."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self.waiting)

    def allow(self, kinds: list[str] | None) -> None:
        if kinds is not None:
            self._allowed = set(kinds) or None

    async def get(self, offset: int | None, limit: int, patience: float) -> list[Update]:
        if self.webhook:
            raise Refusal(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._poll += 1
        mine = self._poll
        async with self._changed:
            self._changed.notify_all()  # sends away who asked before
            self._forget(offset)
            with suppress(TimeoutError):
                async with asyncio.timeout(patience or 0.001):
                    await self._changed.wait_for(lambda: self.waiting or self._poll != mine)
        if self._poll != mine:
            raise Refusal(
                409,
                "Conflict: terminated by other getUpdates request; "
                "make sure that only one bot instance is running",
            )
        batch = [update for _, _, update in self.waiting[: max(1, min(limit, 100))]]
        if self.shuffled:
            self.shuffled.shuffle(batch)
        return batch

    def _forget(self, offset: int | None) -> None:
        since = self._clock.now() - KEPT
        self.waiting = [one for one in self.waiting if one[0] > since]
        if offset is not None and offset < 0:
            self.waiting = self.waiting[offset:]
        elif offset is not None:
            self.waiting = [
                one
                for one in self.waiting
                if one[2]["update_id"] >= offset or self._once_more(one[2]["update_id"])
            ]
        self._changed.notify_all()

    def _once_more(self, id: int) -> bool:
        again = id in self.twice
        self.twice.discard(id)
        return again

    # -- called

    async def call_at(self, webhook: dict[str, Any]) -> None:
        self.webhook = webhook
        self._room = asyncio.Semaphore(webhook.get("max_connections") or 40)
        async with self._changed:
            self._changed.notify_all()
        self._send_out()

    def drop(self) -> None:
        self.waiting.clear()

    def _send_out(self) -> None:
        """One chat's updates go one after another, those of different chats at the same time."""
        if not self.webhook:
            return
        for queue in {queue for _, queue, _ in self.waiting}:
            if queue not in self._couriers:
                self._couriers[queue] = asyncio.create_task(self._carry(queue))

    async def _carry(self, queue: str) -> None:
        pauses: dict[int, float] = defaultdict(lambda: self.redelivery)
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(60)) as http:
                while self.webhook and (one := self._first_of(queue)):
                    id = one[2]["update_id"]
                    async with self._room:
                        taken = await self._call(http, one[2])
                    if not taken:
                        await asyncio.sleep(pauses[id])
                        pauses[id] = min(pauses[id] * 2, self.redelivery * 64)
                    elif not self._once_more(id):
                        self.waiting.remove(one)
                        async with self._changed:
                            self._changed.notify_all()
        finally:
            del self._couriers[queue]
        self._send_out()  # something may have come while the session closed

    def _first_of(self, queue: str) -> tuple[float, str, Update] | None:
        return next((one for one in self.waiting if one[1] == queue), None)

    async def _call(self, http: aiohttp.ClientSession, update: Update) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token") or ""}
        began = time.perf_counter()
        try:
            async with http.post(self.webhook["url"], json=update, headers=headers) as answer:
                if 200 <= answer.status < 300:
                    self.answered_in.append(time.perf_counter() - began)
                    return True
                self.refused_with.append(answer.status)
                problem = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            problem = f"Connection failed ({type(error).__name__})"
        self.last_error = (int(self._clock.now()), problem)
        return False

    async def stop(self) -> None:
        self.webhook = {}
        couriers = list(self._couriers.values())
        for courier in couriers:
            courier.cancel()
        await asyncio.gather(*couriers, return_exceptions=True)
