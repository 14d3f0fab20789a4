"""A desk with many people, tickets and a clock of its own, whose surveys are answered or not."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

import nlp
from bot.desk import linking, people, tickets
from bot.desk.access import BOT, Actor, actor_of
from bot.desk.after import follow_up
from bot.desk.clock import ticket_timer
from bot.desk.desk import AgentsMail, Desk
from bot.surveys.rules import Surveys
from bot.text import Texts
from channels.message import Sender
from nlp.understanding import Category
from store.base import Base
from store.database import Store, Tx
from store.tables import Conversation, Identity, Message, Person, Survey, Ticket, Timer
from store.timers import Fired
from tests.desk.conftest import Search

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Town:
    def __init__(self, store: Store, surveys: Surveys) -> None:
        self.store, self.now, self.count = store, BEGIN, 0
        store.clock = lambda: self.now
        self.desk = Desk(
            texts=Texts.load({}),
            search=Search(),
            terms=nlp.terms,
            pulled=lambda channel: channel == "web",
            network=lambda channel: "email" if channel == "mail" else channel,
            agents_mail=AgentsMail(channel="mail", queues={}),
            url=lambda: "https://desk.example",
            queues=("service-desk", "network"),
            surveys=surveys,
        )
        store.before_commit = partial(follow_up, self.desk)
        boss = Person(name="Root", role="administrator", created_at=self.now)
        self.boss: Actor = store.write(lambda tx: actor_of(tx.insert(boss)))

    def person(self, channel: str, address: str, **more: Any) -> int:
        """Somebody who writes from there, for the first time or again."""

        def work(tx: Tx) -> int:
            found = people.of_sender(tx, channel, Sender(address=address, name=address))
            for name, value in more.items():
                setattr(found, name, value)
            identity = tx.get(Identity, (channel, address))
            assert identity is not None
            identity.verified = True
            return found.id

        return self.store.write(work)

    def open(self, channel: str, address: str, category: Category = Category.NETWORK) -> int:
        self.count += 1
        network = self.desk.network(channel)
        id = self.person(network, address)

        def work(tx: Tx) -> int:
            row = Conversation(
                channel=channel,
                key=f"c{self.count}",
                address=address,
                created_at=tx.now,
                language="en",
                person_id=id,
            )
            held = tx.lock(tx.insert(row).id)
            who = people.current(tx, id)
            held.person_id = who.id
            proposal = tickets.Proposal(words=("My VPN drops",), category=category, confidence=0.9)
            return tickets.open_ticket(self.desk, tx, held, proposal, who, BOT).id

        return self.store.write(work)

    def solve(self, ticket: int) -> None:
        """And the requester agrees."""

        def work(tx: Tx) -> None:
            found = tickets.get(tx, ticket)
            if found.status not in ("resolved", "closed"):
                tickets.resolve(self.desk, tx, found, self.boss)
                tickets.close(self.desk, tx, found, self.boss)

        self.store.write(work)

    def reopen(self, ticket: int) -> None:
        def work(tx: Tx) -> None:
            found = tickets.get(tx, ticket)
            if found.status in ("resolved", "closed") and self.now - (
                found.closed_at or found.updated_at
            ) < timedelta(days=14):
                tickets.reopen(self.desk, tx, found, self.boss, why="it is back")

        self.store.write(work)

    def merge(self, one: int, other: int) -> None:
        def work(tx: Tx) -> None:
            a, b = people.current(tx, one), people.current(tx, other)
            if a.id != b.id:
                linking.merge(tx, a, b, BOT, why="proven")

        self.store.write(work)

    def wait(self, **span: float) -> None:
        """The timers that come due do their work, one by one, each at its time."""
        until = self.now + timedelta(**span)
        while True:
            due = [one for one in self.all(Timer) if one.due_at <= until]
            if not due:
                break
            first = min(due, key=lambda one: (one.due_at, one.owner, one.kind))
            self.now = max(self.now, first.due_at)
            self.store.write(partial(self._fire, timer=first))
        self.now = until

    def _fire(self, tx: Tx, timer: Timer) -> None:
        gone = tx.get(Timer, (timer.owner, timer.kind))
        tx.session.delete(gone)
        tx.flush()
        fired = Fired(owner=timer.owner, kind=timer.kind, due_at=timer.due_at)
        ticket_timer(self.desk, tx, tx.lock(timer.conversation_id), fired)

    def all(self, table: type[Base]) -> Sequence[Any]:
        return self.store.read(lambda tx: list(tx.session.scalars(sa.select(table))))

    def surveys(self) -> Sequence[Survey]:
        return self.all(Survey)

    def said(self, ticket: int) -> list[Message]:
        """What the bot said about surveys of a ticket."""
        return [
            one
            for one in self.all(Message)
            if one.ticket_id == ticket and one.key.startswith("survey:")
        ]

    def requester(self, ticket: int) -> int:
        return self.store.read(lambda tx: people.current(tx, self._of(tx, ticket)).id)

    def _of(self, tx: Tx, ticket: int) -> int:
        found = tx.get(Ticket, ticket)
        assert found is not None
        return found.requester_id
