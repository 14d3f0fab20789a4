"""What agents correct becomes a lesson, and stops being one."""

import pytest

from bot import learning
from bot.desk import tickets
from bot.desk.access import Actor, Role
from bot.desk.status import Status
from bot.errors import NotFound
from nlp.understanding import Category, TicketType
from store import lessons
from tests.desk.conftest import House


@pytest.fixture
def agent(house: House) -> Actor:
    return house.person("Ana")


@pytest.fixture
def pat(house: House) -> Actor:
    return house.person("Pat", Role.REQUESTER)


def test_a_correction_is_a_lesson_until_it_is_set_back(
    house: House, agent: Actor, pat: Actor
) -> None:
    ticket = house.ticket(pat, "the label printer prints blanks")

    def correct(to: Category) -> None:
        house.on(ticket, lambda tx, it: tickets.set_category(house.desk, tx, it, to, agent))

    before = house.read(lessons.version)
    correct(Category.HARDWARE)
    assert house.read(lessons.version) != before
    (lesson,) = house.read(learning.lessons)
    assert (lesson.category, lesson.type) == ("hardware", None)
    assert "blanks" in lesson.text
    correct(Category.SOFTWARE)
    (lesson,) = house.read(learning.lessons)
    assert lesson.category == "software"
    correct(Category.NETWORK)
    assert house.read(learning.lessons) == []


def test_type_and_category_are_two_lessons_and_each_can_be_forgotten(
    house: House, agent: Actor, pat: Actor
) -> None:
    ticket = house.ticket(pat, "I need a mouse")
    house.on(ticket, lambda tx, it: tickets.set_category(house.desk, tx, it, Category.OTHER, agent))
    is_ = TicketType(house.look(ticket).type)
    other = TicketType.REQUEST if is_ is TicketType.INCIDENT else TicketType.INCIDENT
    house.on(ticket, lambda tx, it: tickets.set_type(house.desk, tx, it, other, agent))
    first, second = house.read(learning.corrections)
    assert [first.field, second.field] == ["category", "type"]
    for _ in range(2):  # once more changes nothing
        house.write(lambda tx: learning.forget(tx, first.id, agent))
    assert [one.id for one in house.read(learning.lessons)] == [second.id]
    assert [one.forgotten for one in house.read(learning.corrections)] == [True, False]
    with pytest.raises(NotFound):
        house.write(lambda tx: learning.forget(tx, 10_000, agent))


def test_solved_tickets_are_judged_by_what_agents_left_them_as(
    house: House, agent: Actor, pat: Actor
) -> None:
    right, wrong = house.ticket(pat, "one"), house.ticket(pat, "two")
    house.on(wrong, lambda tx, it: tickets.set_category(house.desk, tx, it, Category.OTHER, agent))
    for ticket in (right, wrong):
        house.on(ticket, lambda tx, it: tickets.claim(house.desk, tx, it, agent))
        house.on(
            ticket, lambda tx, it: tickets.set_status(house.desk, tx, it, Status.RESOLVED, agent)
        )
    first, second = house.read(learning.judged)
    assert (first.thought, first.category, first.confidence) == ("network", "network", 0.83)
    assert (second.thought, second.category, second.confidence) == ("network", "other", 0.83)
