"""A desk with actions, on both databases, and whatever they are done to: servers of the test's own."""

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Any, TypeVar

import msgspec
import pytest
import sqlalchemy as sa

from bot import app
from bot.actions import running
from bot.actions.diagnostics import Tools
from bot.actions.run import State
from bot.actions.runner import Runner
from bot.desk import tickets
from bot.desk.access import BOT, Actor, Role, actor_of
from bot.desk.after import follow_up
from bot.desk.tickets import Proposal
from bot.settings import Settings
from channels.message import OutboundMessage
from store.base import Base
from store.database import Store, Tx
from store.tables import ActionRun, Conversation, Identity, Inbox, Outbox, Person, TicketEvent
from tests.store import conftest as stores
from tests.store.conftest import Clock

T = TypeVar("T")
store, clock, ready_url, template = stores.store, stores.clock, stores.ready_url, stores.template
SECRET = "a-secret-of-the-test"


class House:
    """The desk under test."""

    def __init__(self, store: Store, clock: Clock, **settings: Any) -> None:
        self.store, self.clock = store, clock
        self.numbers = count(1)
        self.configure(**settings)
        store.before_commit = lambda tx, ids: follow_up(self.desk, tx, ids)

    def configure(self, **settings: Any) -> None:
        given = {
            "mail": {"queues": {"service-desk": ["team@desk.example"]}},
            "actions": {"targets": ["127.0.0.1", "localhost", "::1"]},
            **settings,
        }
        self.settings = Settings.model_validate(given)
        self.desk = app.desk_of(self.settings)

    def person(self, name: str, role: Role = Role.AGENT, **more: Any) -> Actor:
        row = Person(name=name, role=str(role), created_at=self.clock.now, **more)
        return self.store.write(lambda tx: actor_of(tx.insert(row)))

    def address(self, person: Actor, network: str, address: str) -> None:
        row = Identity(channel=network, address=address, person_id=person.person_id, verified=True)
        self.store.write(lambda tx: tx.insert(row))

    def conversation(self, person: Actor, channel: str = "web", address: str = "") -> int:
        row = Conversation(
            channel=channel,
            key=f"c{next(self.numbers)}",
            address=address or person.name,
            created_at=self.clock.now,
            language="en",
            person_id=person.person_id,
        )
        return self.store.write(lambda tx: tx.insert(row).id)

    def ticket(self, person: Actor, conversation: int | None = None) -> int:
        where = conversation or self.conversation(person)

        def work(tx: Tx) -> int:
            requester = tx.get(Person, person.person_id)
            assert requester is not None
            proposal = Proposal(words=("My VPN drops every ten minutes.",))
            return tickets.open_ticket(
                self.desk, tx, tx.lock(where), proposal, requester, BOT, inbox_id=1
            ).id

        return self.store.write(work)

    def begin(self, name: str, arguments: dict[str, Any], **more: Any) -> int:
        more.setdefault("actor", BOT)
        return self.store.write(lambda tx: running.begin(self.desk, tx, name, arguments, **more))

    def run(self, id: int) -> ActionRun:
        return self.store.read(lambda tx: running.get(tx, id))

    def all(self, table: type[Base]) -> list[Any]:
        return self.store.read(lambda tx: list(tx.session.scalars(sa.select(table))))

    def woken(self) -> list[str]:
        """Which runs woke a conversation."""
        return [row.platform_id for row in self.all(Inbox) if row.kind == "timer"]

    def events(self) -> list[tuple[str, str | None]]:
        return [(e.what, e.new) for e in self.all(TicketEvent) if e.what.startswith("action")]

    def posted(self) -> list[OutboundMessage]:
        return [msgspec.json.decode(row.body, type=OutboundMessage) for row in self.all(Outbox)]

    def runner(self, **more: Any) -> Runner:
        tools = Tools(targets=self.desk.targets, **more)
        return Runner(self.store, self.desk, tools, at_once=4)

    async def work(
        self, runner: Runner | None = None, *, until: Callable[[], bool] | None = None
    ) -> None:
        """Let the loop run until everything has ended, or something else holds."""
        stop = asyncio.Event()
        loop = asyncio.create_task((runner or self.runner()).run(stop))
        done = until or (lambda: not self.open())
        async with asyncio.timeout(30):
            while not await asyncio.to_thread(done):
                if loop.done():
                    await loop
                await asyncio.sleep(0.01)
        stop.set()
        await loop

    def open(self) -> list[ActionRun]:
        return [one for one in self.all(ActionRun) if one.state in (State.QUEUED, State.RUNNING)]


@pytest.fixture
def house(store: Store, clock: Clock) -> House:
    return House(store, clock)


@pytest.fixture
def requester(house: House) -> Actor:
    return house.person("Rita", Role.REQUESTER)


@pytest.fixture
def agent(house: House) -> Actor:
    return house.person("Anton")
