"""What happens twice while the clock stands still, or was put back, is told twice: no two have one key."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from bot.desk import alerts, notes, orders, storms, tickets
from bot.desk.access import Actor, Role
from bot.desk.agreements import Agreement, Kind, Scope
from bot.desk.calendar import Calendar
from bot.desk.desk import Desk, Room
from bot.desk.events import What
from bot.desk.notes import InternalText
from bot.desk.priority import Priority
from bot.desk.sla import Clock, Mark, State
from bot.text import Texts
from channels.message import OutboundMessage
from store.database import Tx
from store.tables import Message, Outbox, Ticket
from tests.desk.conftest import House

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ROOM = Room(name="all", channel="slack", place="C1", queues=("network",))
PROMISE = Agreement(
    name="usual",
    scope=Scope(),
    calendar=Calendar(name="always", zone="UTC", week=()),
    targets={},
    tell_at_breach=("queue",),
)
LATE = Mark(
    Clock(
        kind=Kind.RESOLUTION,
        turn=1,
        state=State.RUNNING,
        began=NOON,
        used=timedelta(hours=1),
        target=timedelta(hours=1),
        due=NOON,
        late=NOON,
        ended=None,
        steps=(),
        marks=frozenset(),
    ),
    What.BREACHED,
)


@pytest.fixture
def house(house: House) -> House:
    """With a room where its tickets have cards."""
    house.desk = msgspec.structs.replace(house.furnished(rooms=(ROOM,)), texts=Texts.load())
    return house


def to_room(house: House) -> list[OutboundMessage]:
    """What is still to be delivered there, in its order."""
    waiting = (one.body for one in house.all(Outbox) if one.sent_at is None)
    found = [msgspec.json.decode(body, type=OutboundMessage) for body in waiting]
    return [one for one in found if one.channel == ROOM.channel]


Happening = Callable[[Desk, Tx, Ticket, Actor], object]
HAPPENINGS: dict[str, Happening] = {
    "a note": lambda desk, tx, it, who: notes.write(desk, tx, it, InternalText("hm"), who),
    "a deadline": lambda desk, tx, it, who: alerts.tell(desk, tx, it, LATE, PROMISE),
    "a failed delivery": lambda desk, tx, it, who: tickets.undelivered(
        desk, tx, it.conversation_id
    ),
}


@pytest.mark.parametrize("what", HAPPENINGS)
@pytest.mark.parametrize("each", [1, 2], ids=["in two transactions", "in one"])
def test_agents_read_of_both(
    house: House, requester: Actor, agent: Actor, what: str, each: int
) -> None:
    id = house.ticket(requester, channel="chat")
    before = [one.key for one in to_room(house)]
    happens = HAPPENINGS[what]
    for _ in range(2 // each):
        house.on(id, lambda tx, it: [happens(house.desk, tx, it, agent) for _ in range(each)])
    one, other = [it for it in to_room(house) if not it.replaces and it.key not in before]
    assert one.text == other.text


@pytest.mark.parametrize("ahead", [0, -3600])
def test_a_card_shows_the_last_of_its_changes(
    house: House, requester: Actor, agent: Actor, ahead: int
) -> None:
    """Also when the clock was put back to where it was."""
    id, began = house.ticket(requester), house.now

    def set_priority(priority: Priority) -> str:
        house.on(id, lambda tx, it: tickets.set_priority(house.desk, tx, it, priority, agent))
        [shown] = [one for one in to_room(house) if one.replaces]
        return shown.text.body

    first = set_priority(Priority.CRITICAL)
    house.now = began + timedelta(seconds=ahead)
    assert set_priority(Priority.LOW) != first
    house.now = began
    assert set_priority(Priority.CRITICAL) == first


def test_an_order_given_twice_is_carried_out_twice(
    house: House, requester: Actor, agent: Actor
) -> None:
    id, ask = house.ticket(requester), orders.read("#ask since")

    def ask_it(key: str) -> None:
        house.on(id, lambda tx, it: orders.carry_out(house.desk, tx, it, ask, agent, key=key))

    ask_it("first")
    ask_it("second")
    assert len([one for one in house.all(Message) if one.author == "agent"]) == 2


def test_news_of_an_incident_are_told_each_time(house: House, agent: Actor) -> None:
    parent, other = (
        house.ticket(house.person(name, Role.REQUESTER), "vpn is down", channel="chat")
        for name in ("Rita", "Sam")
    )
    house.on(other, lambda tx, it: storms.link(house.desk, tx, it, tickets.get(tx, parent), agent))

    def last_told(known: str) -> str:
        house.on(
            parent, lambda tx, it: storms.set_known(house.desk, tx, it, {"en": known}, None, agent)
        )
        talk = house.talk(other).id
        house.on(other, lambda tx, it: storms.news(house.desk, tx, it, tx.lock(talk)))
        return str(house.all(Message)[-1].body)

    assert "We look into it." in last_told("We look into it.")
    assert "It is the router." in last_told("It is the router.")
