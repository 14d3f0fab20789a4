"""From a suggestion to a phrased answer, and back into the conversation in its order.

A turn that would show articles leaves a row and a timer instead. `Phrasing.run` asks the model, writes
what may be said to the row, and moves the timer to now; if nothing comes, the timer fires at the deadline.
Either way the conversation speaks once, when the timer has become its next message. A new message overtakes
it all.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import structlog
from msgspec import Struct

from bot.answerer.endpoint import Endpoint, NoAnswer, guessed
from bot.answerer.judge import Passage, Sentence, judged, messages
from bot.conversation.effects import ShowArticles
from bot.library import EVERYONE, Article, Library
from bot.loop import POLL, Bell
from store import knowledge, phrasings
from store.database import Store, Tx
from store.phrasings import Waiting
from store.signals import PHRASING
from store.tables import Conversation
from store.tables import Phrasing as Row
from store.timers import cancel_timers, set_timer

TIMER: Final = "phrased"
SPENT: Final = "answerer-spent"  # in Meta
AT_ONCE: Final = 4  # questions at the endpoint
GRACE: Final = timedelta(seconds=1)  # between the endpoint's time limit and ours

log = structlog.get_logger()


class Spent(Struct, frozen=True):
    day: str
    tokens: int


def owner(conversation: Conversation) -> str:
    return f"conversation:{conversation.id}"


def passages_of(
    library: Library, ids: Sequence[str], language: str
) -> tuple[tuple[Article, Passage], ...]:
    """Those that requesters may read, and that are in their language: only these can be judged by."""
    found = [library.find(id, language) for id in ids]
    return tuple(
        (one, Passage(one.id, one.title, one.body))
        for one in found
        if one is not None and one.language == language and one.audience == EVERYONE
    )


def ask(
    tx: Tx,
    conversation: Conversation,
    effect: ShowArticles,
    *,
    question: str,
    words: str,
    language: str,
    within: timedelta,
) -> None:
    """Instead of showing articles now. The conversation is held by the caller."""
    deadline = tx.now + within + GRACE
    phrasings.ask(
        tx,
        Row(
            conversation_id=conversation.id,
            question=question,
            words=words,
            language=language,
            articles=msgspec.json.encode(effect.articles).decode(),
            plain=msgspec.json.encode(effect).decode(),
            deadline=deadline,
        ),
    )
    set_timer(tx, owner(conversation), TIMER, conversation.id, deadline)


def take(tx: Tx, conversation: Conversation) -> Row | None:
    """What was being phrased, to be said now one way or the other."""
    found = phrasings.of(tx, conversation.id)
    if found is not None:
        phrasings.drop(tx, conversation.id)
        cancel_timers(tx, owner(conversation), TIMER)
    return found


def plain_of(row: Row) -> ShowArticles:
    return msgspec.json.decode(row.plain, type=ShowArticles)


def sentences_of(row: Row) -> tuple[Sentence, ...]:
    return () if row.answer is None else msgspec.json.decode(row.answer, type=tuple[Sentence, ...])


class Phrasing:
    """The loop that asks. One process at a time runs it."""

    def __init__(
        self, store: Store, library: Library, endpoint: Endpoint, tokens_a_day: int, zone: ZoneInfo
    ) -> None:
        self._store, self._library, self._endpoint = store, library, endpoint
        self._tokens_a_day, self._zone = tokens_a_day, zone

    async def run(self, stop: asyncio.Event) -> None:
        bell = Bell(self._store.signals, PHRASING)
        asking: set[asyncio.Task[None]] = set()
        try:
            while not stop.is_set():
                waiting = partial(phrasings.waiting, limit=AT_ONCE - len(asking))
                for one in await self._store.aread(waiting):
                    if await self._store.awrite(partial(phrasings.taken, one=one)):
                        task = asyncio.create_task(self.phrase(one), name="phrase")
                        asking.add(task)
                        task.add_done_callback(asking.discard)
                        task.add_done_callback(lambda _: bell.ring())
                await bell.wait(POLL, stop)
        finally:
            bell.close()
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)

    async def phrase(self, one: Waiting) -> None:
        kept = await self.sentences(one)
        answer = msgspec.json.encode(kept).decode() if kept else None
        await self._store.awrite(lambda tx: _settle(tx, one, answer))

    async def sentences(self, one: Waiting) -> tuple[Sentence, ...]:
        """What may be said; none when the model does not know, fails, or may not be asked any more."""
        ids = msgspec.json.decode(one.articles, type=list[str])
        passages = [passage for _, passage in passages_of(self._library, ids, one.language)]
        asked = messages(one.words, one.language, passages)
        if await self._store.aread(self._spent) + guessed(asked, "") > self._tokens_a_day:
            log.warning("answerer.budget-used-up")
            return ()
        try:
            completion = await self._endpoint.complete(asked)
        except NoAnswer as reason:
            log.warning("answerer.failed", reason=str(reason))
            return ()
        await self._store.awrite(lambda tx: self._spend(tx, completion.tokens))
        kept = judged(completion.text, one.language, passages)
        if not kept:
            log.info("answerer.unsupported", articles=len(passages))
        return kept

    def _today(self, tx: Tx) -> str:
        return tx.now.astimezone(self._zone).date().isoformat()

    def _spent(self, tx: Tx) -> int:
        kept = knowledge.get(tx, SPENT)
        spent = msgspec.json.decode(kept, type=Spent) if kept else None
        return spent.tokens if spent is not None and spent.day == self._today(tx) else 0

    def _spend(self, tx: Tx, tokens: int) -> None:
        spent = Spent(self._today(tx), self._spent(tx) + tokens)
        knowledge.put(tx, SPENT, msgspec.json.encode(spent).decode())


def _settle(tx: Tx, one: Waiting, answer: str | None) -> None:
    """Let the timer fire now, if the conversation still waits for it."""
    conversation = tx.lock(one.conversation_id)
    if phrasings.answered(tx, one, answer, tx.now):
        set_timer(tx, owner(conversation), TIMER, conversation.id, tx.now)
