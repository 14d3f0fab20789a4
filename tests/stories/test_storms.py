"""A storm from its first report to its end: five people, three languages and three channels, one cause."""

import asyncio
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bot.desk import storms, tickets
from bot.desk.access import Actor, actor_of
from bot.desk.family import family_of
from bot.library import Library
from bot.storms import Watch
from channels.message import InboundMessage, OutboundMessage, Sender
from nlp import Understander
from store import messages, open_store
from store.database import Tx
from store.tables import Likeness, Message, Outbox, Person, Ticket, TicketEvent
from tests.stories.runner import ROOM, Stage

REPORTS = (
    ("ana", "web", "I want a person: the VPN does not connect since nine, error 809"),
    ("boris", "hook", "Позовите человека: VPN не подключается, ошибка 809, из дома не попасть"),
    ("chen", "mail", "我要人工服务：在家连不上VPN，报错809"),
    ("dora", "web", "Get me a human please, vpn is down here too, it says 809 and gives up"),
    ("emil", "hook", "Нужен оператор! впн лёг, ошибка 809, работать не могу"),
)


class Desk(Stage):
    """A stage with many requesters, and the watch."""

    def watches(self) -> None:
        self.watch = Watch(self.store, self.desk, self.understander.understand)
        self.watch.prepare()

    def writes(self, who: str, channel: str, text: str) -> None:
        self.now += timedelta(minutes=2)
        self.count += 1
        message = InboundMessage(
            channel=channel,
            message_id=f"s{self.count}@example.org",
            conversation=f"of {who}",
            sender=Sender(address=f"{who}@example.org", name=who.title()),
            text=text,
            subject=text[:40] if channel == "mail" else None,
            sent_at=self.now,
        )
        asyncio.run(self.intake.receive(message))
        self.work()
        while self.watch.look():
            pass

    def heard(self, who: str, channel: str) -> str:
        """All that the bot told somebody."""

        def work(tx: Tx) -> str:
            id = messages.conversation_id(tx, channel, f"of {who}")
            rows = tx.session.scalars(
                sa.select(Message.body).where(
                    Message.conversation_id == id, Message.author == "bot"
                )
            )
            return "\n".join(rows)

        return self.store.read(work)

    def tickets(self) -> list[Ticket]:
        return self.store.read(
            lambda tx: list(tx.session.scalars(sa.select(Ticket).order_by(Ticket.id)))
        )

    @property
    def actor(self) -> Actor:
        def work(tx: Tx) -> Actor:
            person = tx.get(Person, self.agent)
            assert person is not None
            return actor_of(person)

        return self.store.read(work)


@pytest.fixture
def desk(tmp_path: Path, understander: Understander, library: Library) -> Desk:
    stage = Desk(open_store(f"sqlite:///{tmp_path}/s.db"), understander, library)
    stage.settings["room"] = {"desk": ROOM}
    stage.settings["slack"] = {"bot_token": SecretStr("xoxb"), "app_token": SecretStr("xapp")}
    stage._prepare()
    stage.watches()
    return stage


def test_from_the_first_report_to_the_end(desk: Desk) -> None:
    for who, channel, text in REPORTS:
        desk.writes(who, channel, text)
    first, *others = desk.tickets()
    assert len(others) == 4
    family = desk.store.read(lambda tx: family_of(tx, tx.get(Ticket, first.id)))
    assert {one.ticket.id for one in family.candidates} == {one.id for one in others}
    assert "809" in family.candidates[0].why.names
    assert "incident" not in desk.heard("boris", "hook")

    # One press on the card of the first.
    desk.store.write(
        lambda tx: storms.link_all(desk.desk, tx, tickets.get(tx, first.id), desk.actor)
    )
    desk.work()
    assert "уже знаем" in desk.heard("boris", "hook")
    assert "4 коллеги" in desk.heard("boris", "hook")
    assert "正在处理" in desk.heard("chen", "mail")
    assert "We know about this" in desk.heard("dora", "web")

    # Who writes now hears so at once, and is proposed.
    desk.writes("fay", "web", "I need a human, my VPN fails with error 809")
    assert "We know about this" in desk.heard("fay", "web")
    family = desk.store.read(lambda tx: family_of(tx, tx.get(Ticket, first.id)))
    assert len(family.candidates) == 1

    # What agents write is told to those who are part of it.
    desk.store.write(
        lambda tx: storms.set_known(
            desk.desk, tx, tickets.get(tx, first.id),
            {"en": "The gateway is being restarted.", "ru": "Перезапускаем шлюз."},
            timedelta(hours=1), desk.actor,
        )
    )  # fmt: skip
    desk.wait("1 hour")
    assert "Перезапускаем шлюз" in desk.heard("emil", "hook")
    assert "being restarted" in desk.heard("dora", "web")

    # One of them turns out to be something else.
    emil = others[-1].id
    desk.store.write(
        lambda tx: storms.part(
            desk.desk, tx, tickets.get(tx, emil), tickets.get(tx, first.id), desk.actor
        )
    )
    assert "отдельно" in desk.heard("emil", "hook")
    desk.writes("emil", "hook", "впн всё ещё не работает, ошибка 809")
    found = desk.store.read(lambda tx: list(tx.session.scalars(sa.select(Likeness))))
    assert [one.settled for one in found if one.ticket_id == emil] == ["refused"]

    # The end of the incident is the end for all others, each on their own channel.
    desk.store.write(
        lambda tx: tickets.resolve(desk.desk, tx, tickets.get(tx, first.id), desk.actor)
    )
    desk.wait("1 hour")
    states = {one.id: one.status for one in desk.tickets()}
    assert states[emil] != "resolved"
    assert {states[one.id] for one in others[:-1]} == {"resolved"}
    assert "решена" in desk.heard("boris", "hook")
    assert "解决" in desk.heard("chen", "mail")
    sent = desk.store.read(lambda tx: list(tx.session.scalars(sa.select(Outbox.body))))
    pushed = [msgspec.json.decode(one, type=OutboundMessage) for one in sent]
    assert {one.channel for one in pushed if one.to == "chen@example.org"} == {"mail"}
    events = desk.store.read(
        lambda tx: [
            one.what
            for one in tx.session.scalars(
                sa.select(TicketEvent).where(TicketEvent.ticket_id == emil)
            )
        ]
    )
    assert {"likened", "linked", "parted"} <= set(events)


def test_the_watch_goes_on_after_a_restart(desk: Desk) -> None:
    for who, channel, text in REPORTS[:2]:
        desk.writes(who, channel, text)
    assert desk.store.read(lambda tx: list(tx.session.scalars(sa.select(Likeness)))) == []
    desk.watches()  # another process takes over
    for who, channel, text in REPORTS[2:]:
        desk.writes(who, channel, text)
    found = desk.store.read(lambda tx: list(tx.session.scalars(sa.select(Likeness))))
    assert {one.other_id for one in found} == {desk.tickets()[0].id}
    assert len(found) == 4
    desk.watches()
    desk.watch.look()
    again = desk.store.read(lambda tx: list(tx.session.scalars(sa.select(Likeness))))
    assert len(again) == 4


def test_the_same_person_on_two_channels_is_one_merge(desk: Desk) -> None:
    desk.writes("gil", "web", "I want a person: Outlook crashes when I open the shared calendar")
    desk.writes(
        "gil", "hook", "I want a person: Outlook crashes when I open the shared calendar again"
    )
    first, second = desk.tickets()
    # The directory knows that both addresses are Gil's.
    desk.store.write(
        lambda tx: setattr(tx.get(Ticket, second.id), "requester_id", first.requester_id)
    )
    desk.watch._after = 0
    desk.watch._seen = {}
    desk.watch.look()
    (found,) = desk.store.read(lambda tx: list(tx.session.scalars(sa.select(Likeness))))
    assert (found.ticket_id, found.other_id, found.kind) == (second.id, first.id, "same")
