"""A desk in a fresh SQLite database, with people, conversations and a time of its own."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

import nlp
from bot import text
from bot.desk import tickets
from bot.desk.access import BOT, Actor, Role, actor_of
from bot.desk.after import follow_up
from bot.desk.clock import ticket_timer
from bot.desk.desk import Desk
from bot.desk.rules import Rule
from bot.desk.tickets import Proposal
from nlp.understanding import Category
from store import open_store
from store.base import Base
from store.database import Store, Tx
from store.tables import Conversation, Person, Ticket, Timer
from store.timers import Fired

T = TypeVar("T")


class Texts(text.Texts):
    """Says the key with its values."""

    def __init__(self) -> None:
        super().__init__({})

    def say(self, key: str, language: str, **values: str | int) -> str:
        told = ", ".join(f"{name}={value}" for name, value in sorted(values.items()))
        return f"{key} [{language}] {told}"

    label = say

    def when(self, moment: datetime, language: str, timezone: str, now: datetime) -> str:
        return moment.astimezone(ZoneInfo(timezone)).isoformat()


class Search:
    """The contract of `store.search`, in memory."""

    def __init__(self) -> None:
        self.public: dict[int, set[str]] = {}
        self.internal: dict[int, set[str]] = {}

    def put(
        self,
        tx: Tx,
        kind: str,
        id: int,
        public_terms: Sequence[str],
        internal_terms: Sequence[str] = (),
    ) -> None:
        self.public[id], self.internal[id] = set(public_terms), set(internal_terms)

    def add(self, tx: Tx, kind: str, id: int, public_terms: Sequence[str]) -> None:
        self.public[id] |= set(public_terms)

    def find(
        self,
        tx: Tx,
        kind: str,
        terms: Sequence[str],
        limit: int = 50,
        offset: int = 0,
        *,
        internal: bool = False,
    ) -> list[int]:
        found = (
            id
            for id, public in self.public.items()
            if set(terms) <= (public | self.internal[id] if internal else public)
        )
        return sorted(found, reverse=True)[offset : offset + limit]


class House:
    """The desk under test."""

    def __init__(self, store: Store, search: Search) -> None:
        self.store, self.search = store, search
        self.numbers = count(1)
        self.now = datetime(2026, 3, 2, 9, tzinfo=UTC)
        store.clock = lambda: self.now
        self.desk = self.furnished()
        store.before_commit = lambda tx, ids: follow_up(self.desk, tx, ids)

    def furnished(self, *rules: Rule, **choices: Any) -> Desk:
        return Desk(
            texts=Texts(),
            search=self.search,
            terms=nlp.terms,
            pulled=lambda channel: channel == "web",
            rules=rules,
            queues=("service-desk", "network", "security", "applications"),
            **choices,
        )

    def write(self, work: Callable[[Tx], T]) -> T:
        return self.store.write(work)

    def read(self, work: Callable[[Tx], T]) -> T:
        return self.store.read(work)

    def person(self, name: str, role: Role = Role.AGENT, **more: Any) -> Actor:
        row = Person(name=name, role=str(role), created_at=self.now, **more)
        return self.write(lambda tx: actor_of(tx.insert(row)))

    def row(self, actor: Actor) -> Person:
        found = self.read(lambda tx: tx.get(Person, actor.person_id))
        assert found is not None
        return found

    def conversation(self, person: Actor, channel: str = "web") -> int:
        row = Conversation(
            channel=channel,
            key=f"c{next(self.numbers)}",
            address=person.name,
            created_at=self.now,
            language="en",
            person_id=person.person_id,
        )
        return self.write(lambda tx: tx.insert(row).id)

    def ticket(
        self,
        person: Actor,
        words: str = "My VPN drops every ten minutes.",
        *,
        channel: str = "web",
        desk: Desk | None = None,
        **more: Any,
    ) -> int:
        conversation = self.conversation(person, channel)
        usual = {"category": Category.NETWORK, "confidence": 0.83}
        proposal = Proposal(words=(words,), **usual | more)

        def work(tx: Tx) -> int:
            requester = tx.get(Person, person.person_id)
            assert requester is not None
            held = tx.lock(conversation)
            return tickets.open_ticket(
                desk or self.desk, tx, held, proposal, requester, BOT, inbox_id=1
            ).id

        return self.write(work)

    def on(self, ticket: int, work: Callable[[Tx, Ticket], T]) -> T:
        """Do something with a ticket in a transaction."""
        return self.write(lambda tx: work(tx, tickets.get(tx, ticket)))

    def look(self, ticket: int) -> Ticket:
        return self.read(lambda tx: tickets.get(tx, ticket))

    def talk(self, ticket: int) -> Conversation:
        found = self.read(lambda tx: tx.get(Conversation, tickets.get(tx, ticket).conversation_id))
        assert found is not None
        return found

    def all(self, table: type[Base]) -> list[Any]:
        return self.read(lambda tx: list(tx.session.scalars(sa.select(table))))

    def pass_time(self, **span: float) -> None:
        """Time goes by, and the timers that come due do their work, one by one."""
        until = self.now + timedelta(**span)
        while True:
            due = [one for one in self.all(Timer) if one.due_at <= until]
            if not due:
                break
            first = min(due, key=lambda one: one.due_at)
            self.now = max(self.now, first.due_at)
            self.write(partial(self._fire, timer=first))
        self.now = until

    def _fire(self, tx: Tx, timer: Timer) -> None:
        gone = tx.get(Timer, (timer.owner, timer.kind))
        tx.session.delete(gone)
        tx.flush()
        fired = Fired(
            owner=timer.owner, kind=timer.kind, due_at=timer.due_at, payload=timer.payload
        )
        ticket_timer(self.desk, tx, tx.lock(timer.conversation_id), fired)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    store = open_store(f"sqlite:///{tmp_path / 'desk.db'}")
    yield House(store, Search())
    store.close()


@pytest.fixture
def requester(house: House) -> Actor:
    return house.person("Rita", Role.REQUESTER)


@pytest.fixture
def agent(house: House) -> Actor:
    return house.person("Anton")
