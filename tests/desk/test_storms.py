"""An incident and its parts: linked, told, solved together, parted; what is refused stays refused."""

from datetime import timedelta

import msgspec
import pytest

from bot.desk import family, storms, tickets
from bot.desk.access import Actor, Role
from bot.desk.family import CAUSE, SAME, Why, family_of
from bot.desk.status import Status
from bot.errors import Forbidden, IllegalChange, Invalid
from channels.message import OutboundMessage
from store.tables import Conversation, Message, Outbox, Person, Ticket, TicketEvent, Timer
from tests.desk.conftest import House

WHY = Why(names=("vpn", "809"), people=5, minutes=12, usual=0.3)


@pytest.fixture
def people(house: House) -> list[Actor]:
    return [house.person(name, Role.REQUESTER) for name in ("Rita", "Sam", "Tom")]


@pytest.fixture
def three(house: House, people: list[Actor]) -> list[int]:
    """Tickets of three people on three channels."""
    return [
        house.ticket(person, f"vpn is down for {person.name}", channel=channel)
        for person, channel in zip(people, ("web", "hook", "chat"), strict=True)
    ]


def said(house: House, ticket: int) -> list[str]:
    """What the bot told its requester."""
    here = house.look(ticket).conversation_id
    return [one.body for one in house.all(Message) if one.conversation_id == here]


def events(house: House, ticket: int) -> list[str]:
    return [one.what for one in house.all(TicketEvent) if one.ticket_id == ticket]


def propose(house: House, ticket: int, other: int, kind: str = CAUSE) -> bool:
    return house.write(
        lambda tx: storms.propose(
            house.desk, tx, tickets.get(tx, ticket), tickets.get(tx, other), kind, WHY
        )
    )


def link(house: House, ticket: int, parent: int, agent: Actor) -> None:
    house.write(
        lambda tx: storms.link(
            house.desk, tx, tickets.get(tx, ticket), tickets.get(tx, parent), agent
        )
    )


def part(house: House, ticket: int, other: int, agent: Actor) -> None:
    house.write(
        lambda tx: storms.part(
            house.desk, tx, tickets.get(tx, ticket), tickets.get(tx, other), agent
        )
    )


def test_one_press_links_all_and_each_hears_where_they_are(
    house: House, three: list[int], agent: Actor
) -> None:
    parent, *others = three
    assert all(propose(house, one, parent) for one in others)
    assert not propose(house, others[0], parent)  # once is enough
    house.on(parent, lambda tx, it: storms.link_all(house.desk, tx, it, agent))
    assert [house.look(one).parent_id for one in others] == [parent, parent]
    for one in others:
        assert any("incident-known [en] count=" in text for text in said(house, one))
        assert any("incident-goes-along" in text for text in said(house, one))
    assert not any("incident" in text for text in said(house, parent))
    pushed = [msgspec.json.decode(one.body, type=OutboundMessage) for one in house.all(Outbox)]
    assert {one.channel for one in pushed if "incident-known" in one.text.body} == {"hook", "chat"}
    assert "likened" in events(house, others[0])
    assert "linked" in events(house, others[0])
    assert events(house, parent).count("linked") == 2


def test_the_incident_solved_is_solved_for_all(
    house: House, three: list[int], agent: Actor
) -> None:
    parent, *others = three
    for one in others:
        link(house, one, parent, agent)
    house.on(parent, lambda tx, it: tickets.resolve(house.desk, tx, it, agent))
    house.pass_time(minutes=1)
    for one in others:
        assert house.look(one).status == Status.RESOLVED
        assert any("ticket-resolved" in text for text in said(house, one))


def test_what_is_known_is_told_to_all_in_their_language(
    house: House, three: list[int], agent: Actor
) -> None:
    parent, *others = three
    for one in others:
        link(house, one, parent, agent)

    def work(tx: object, it: Ticket) -> None:
        tx.get(Conversation, tickets.get(tx, others[0]).conversation_id).language = "ru"
        known = {"en": "We restart the gateway.", "ru": "Перезапускаем шлюз."}
        storms.set_known(house.desk, tx, it, known, timedelta(minutes=30), agent)

    house.on(parent, work)
    house.pass_time(minutes=1)
    assert "Перезапускаем шлюз" in said(house, others[0])[-1]
    assert "2026-03-02T09:30" in said(house, others[0])[-1]
    assert "We restart the gateway" in said(house, others[1])[-1]
    count = len(said(house, others[0]))
    house.pass_time(hours=2)  # nobody is told the same twice
    assert len(said(house, others[0])) == count


def test_news_can_wait_until_quiet_hours_are_over(
    house: House, three: list[int], agent: Actor, people: list[Actor]
) -> None:
    parent, other, _ = three
    house.write(lambda tx: setattr(tx.get(Person, people[1].person_id), "quiet", "08:00-12:00"))
    link(house, other, parent, agent)
    (row,) = [one for one in house.all(Outbox) if "incident-known" in one.body]
    assert row.not_before is not None
    assert row.not_before.hour == 12


def test_parted_again_with_one_press(house: House, three: list[int], agent: Actor) -> None:
    parent, other, _ = three
    propose(house, other, parent)
    link(house, other, parent, agent)
    part(house, other, parent, agent)
    assert house.look(other).parent_id is None
    assert house.look(other).status == Status.NEW
    assert "ticket-apart" in said(house, other)[-1]
    assert not propose(house, other, parent)  # what an agent refused is not proposed again
    assert not propose(house, parent, other)
    house.on(parent, lambda tx, it: tickets.resolve(house.desk, tx, it, agent))
    house.pass_time(minutes=1)
    assert house.look(other).status == Status.NEW


def test_what_was_solved_with_a_false_incident_goes_on(
    house: House, three: list[int], agent: Actor
) -> None:
    parent, other, _ = three
    link(house, other, parent, agent)
    house.on(parent, lambda tx, it: tickets.resolve(house.desk, tx, it, agent))
    house.pass_time(minutes=1)
    part(house, parent, other, agent)  # from either side
    assert house.look(other).status == Status.OPEN
    assert house.look(parent).status == Status.RESOLVED


def test_a_refused_likeness_is_gone_for_good(house: House, three: list[int], agent: Actor) -> None:
    parent, other, _ = three
    propose(house, other, parent)
    part(house, other, parent, agent)
    assert house.on(other, family_of).likely == ()
    assert house.on(parent, family_of).candidates == ()
    assert "parted" in events(house, other)
    assert not said(house, other)  # nobody was told of it


def test_one_person_twice_is_merged_as_ever(
    house: House, people: list[Actor], agent: Actor
) -> None:
    first = house.ticket(people[0], "vpn is down", channel="web")
    second = house.ticket(people[0], "vpn is down!", channel="hook")
    child = house.ticket(people[1], "no vpn", channel="chat")
    link(house, child, second, agent)
    propose(house, second, first, SAME)
    (found,) = house.on(second, family_of).likely
    assert (found.kind, found.ticket.id) == (SAME, first)
    assert house.on(first, family_of).candidates[0].kind == SAME
    house.on(
        second,
        lambda tx, it: tickets.merge(house.desk, tx, it, tickets.get(tx, first), agent),
    )
    assert house.look(child).parent_id == first  # its parts go with it
    assert house.on(first, family_of).candidates == ()


def test_its_requester_alone_does_not_end_it_for_others(
    house: House, three: list[int], agent: Actor, people: list[Actor]
) -> None:
    parent, other, _ = three
    link(house, other, parent, agent)
    house.on(
        parent,
        lambda tx, it: tickets.solved_by_requester(
            house.desk, tx, it, people[0], cancelled=False, inbox_id=1
        ),
    )
    assert house.look(parent).status == Status.NEW
    house.on(
        other,
        lambda tx, it: tickets.solved_by_requester(
            house.desk, tx, it, people[1], cancelled=False, inbox_id=1
        ),
    )
    assert house.look(other).status == Status.RESOLVED


def test_silence_closes_an_incident_only_once_it_is_solved(
    house: House, three: list[int], agent: Actor
) -> None:
    parent, other, _ = three
    link(house, other, parent, agent)

    def move(to: Status) -> None:
        house.on(parent, lambda tx, it: tickets.set_status(house.desk, tx, it, to, agent))

    move(Status.PENDING_USER)
    house.pass_time(days=30)
    assert house.look(parent).status == Status.PENDING_USER
    move(Status.RESOLVED)
    house.pass_time(days=30)
    assert house.look(parent).status == Status.CLOSED


def test_no_parts_of_parts(
    house: House, three: list[int], agent: Actor, people: list[Actor]
) -> None:
    first, second, third = three
    link(house, second, first, agent)
    with pytest.raises(IllegalChange):
        link(house, third, second, agent)
    with pytest.raises(IllegalChange):
        link(house, first, third, agent)
    with pytest.raises(Invalid):
        link(house, third, third, agent)
    with pytest.raises(Forbidden):
        link(house, third, first, people[2])
    assert house.look(third).parent_id is None
    assert not propose(house, second, third)


def test_who_is_told_of_an_incident_at_once_is_told_once(
    house: House, three: list[int], agent: Actor, people: list[Actor]
) -> None:
    parent, other, _ = three
    link(house, other, parent, agent)
    conversation = house.conversation(house.person("Uma", Role.REQUESTER), "hook")

    def answer() -> bool:
        return house.write(
            lambda tx: storms.answer(house.desk, tx, tickets.get(tx, parent), tx.lock(conversation))
        )

    assert answer()
    assert not answer()


def test_agents_are_told_when_the_promised_word_is_due(
    house: House, three: list[int], agent: Actor
) -> None:
    parent, other, _ = three
    link(house, other, parent, agent)
    timers = [one.kind for one in house.all(Timer) if one.owner == f"ticket:{parent}"]
    assert family.WORD in timers
    house.pass_time(hours=2)  # no rooms here: it only must not fail
    assert house.look(parent).status == Status.NEW
