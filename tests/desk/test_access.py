from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest

from bot.desk import notes, people, tickets, views
from bot.desk.access import BOT, CLOCK, PERMISSIONS, Actor, Permission, Role, Who, may, requester
from bot.desk.notes import InternalText
from bot.desk.priority import MATRIX, Priority, priority_of
from bot.desk.status import Status
from bot.errors import Forbidden, NotFound
from channels.message import PublicText
from nlp.understanding import Category, Level, TicketType
from tests.desk.conftest import House

WORK = Permission.WORK_ON_TICKETS
NOTES = Permission.READ_NOTES
PEOPLE = Permission.MANAGE_PEOPLE

# What needs which permission: every door there is
DOORS: dict[str, tuple[Permission, Callable[..., Any]]] = {
    "reply": (WORK, lambda h, tx, it, a: tickets.reply(h, tx, it, PublicText("x"), a, key="k")),
    "claim": (WORK, lambda h, tx, it, a: tickets.claim(h, tx, it, a)),
    "assign": (WORK, lambda h, tx, it, a: tickets.assign(h, tx, it, None, a)),
    "release": (WORK, lambda h, tx, it, a: tickets.release(h, tx, it, a)),
    "status": (WORK, lambda h, tx, it, a: tickets.set_status(h, tx, it, Status.OPEN, a)),
    "resolve": (WORK, lambda h, tx, it, a: tickets.resolve(h, tx, it, a)),
    "type": (WORK, lambda h, tx, it, a: tickets.set_type(h, tx, it, TicketType.REQUEST, a)),
    "category": (WORK, lambda h, tx, it, a: tickets.set_category(h, tx, it, Category.OTHER, a)),
    "priority": (WORK, lambda h, tx, it, a: tickets.set_priority(h, tx, it, Priority.LOW, a)),
    "queue": (WORK, lambda h, tx, it, a: tickets.set_queue(h, tx, it, "security", a)),
    "title": (WORK, lambda h, tx, it, a: tickets.set_title(h, tx, it, "x", a)),
    "tag": (WORK, lambda h, tx, it, a: tickets.add_tag(tx, it, "x", a)),
    "untag": (WORK, lambda h, tx, it, a: tickets.remove_tag(tx, it, "x", a)),
    "remind": (WORK, lambda h, tx, it, a: tickets.remind(h, tx, it, a)),
    "close": (WORK, lambda h, tx, it, a: tickets.close_silent(h, tx, it, a)),
    "list": (WORK, lambda h, tx, it, a: views.listing(h, tx, views.Asked(), a)),
    "counts": (WORK, lambda h, tx, it, a: views.counts(h, tx, a)),
    "agents": (WORK, lambda h, tx, it, a: people.agents(tx, a)),
    "note": (NOTES, lambda h, tx, it, a: notes.write(h, tx, it, InternalText("x"), a)),
    "notes": (NOTES, lambda h, tx, it, a: notes.of(tx, it, a)),
    "reveal": (NOTES, lambda h, tx, it, a: InternalText("x").reveal(a)),
    "invite": (PEOPLE, lambda h, tx, it, a: people.invite(tx, "x", Role.AGENT, a)),
    "role": (PEOPLE, lambda h, tx, it, a: people.set_role(tx, _other(tx), Role.MANAGER, a)),
    "deactivate": (PEOPLE, lambda h, tx, it, a: people.deactivate(tx, _other(tx), a)),
    "activate": (PEOPLE, lambda h, tx, it, a: people.activate(tx, _other(tx), a)),
    "again": (PEOPLE, lambda h, tx, it, a: people.invite_again(tx, _other(tx), a)),
    "sign-ins": (PEOPLE, lambda h, tx, it, a: people.sign_ins(tx, _other(tx), a)),
    "sign out": (PEOPLE, lambda h, tx, it, a: people.sign_out_everywhere(tx, _other(tx), a)),
}


def _other(tx: Any) -> Any:
    return people.get(tx, 1)


@pytest.mark.parametrize("role", [*Role, Who.BOT, Who.CLOCK])
def test_every_door_opens_to_whoever_has_the_permission_and_to_nobody_else(
    house: House, role: Role | Who
) -> None:
    house.person("Olga")  # the other
    owner = house.person("Rita", Role.REQUESTER)
    itself = {Who.BOT: BOT, Who.CLOCK: CLOCK}
    actor = itself[role] if isinstance(role, Who) else house.person("Me", role)
    for name, (permission, door) in DOORS.items():
        ticket = house.ticket(owner)
        allowed = may(actor, permission)
        with nullcontext() if allowed else pytest.raises(Forbidden, match=r"\.$"):
            house.on(ticket, lambda tx, it: door(house.desk, tx, it, actor))  # noqa: B023
            assert allowed, name


def test_the_roles_hold_what_they_should() -> None:
    assert PERMISSIONS[Role.REQUESTER] == frozenset()
    assert PERMISSIONS[Role.AGENT] == {WORK, NOTES, Permission.LINK_PEOPLE}
    assert PERMISSIONS[Role.MANAGER] - PERMISSIONS[Role.AGENT] == {
        Permission.SEE_FIGURES,
        Permission.PUBLISH,
    }
    assert PERMISSIONS[Role.ADMINISTRATOR] == set(Permission)


def test_what_acts_by_itself_reads_no_notes() -> None:
    for actor in (BOT, CLOCK, Actor(who=Who.RULE, name="a rule")):
        assert may(actor, WORK)
        assert not any(may(actor, one) for one in Permission if one is not WORK)


def test_an_agent_who_writes_to_the_desk_is_only_a_requester_there(
    house: House, agent: Actor
) -> None:
    assert not may(requester(house.row(agent)), WORK)


def test_requesters_see_their_own_tickets_and_do_not_learn_of_others(house: House) -> None:
    rita, stan = house.person("Rita", Role.REQUESTER), house.person("Stan", Role.REQUESTER)
    ticket = house.ticket(rita)
    seen = house.on(ticket, lambda tx, it: views.public(tx, it, rita))
    assert seen.number == "INC-1"
    with pytest.raises(NotFound):
        house.on(ticket, lambda tx, it: views.public(tx, it, stan))
    with pytest.raises(Forbidden):
        house.on(ticket, lambda tx, it: views.whole(tx, it, rita))


def test_priority_rises_with_impact_and_with_urgency() -> None:
    rank = list(Priority)
    grades = [Level.LOW, Level.MEDIUM, Level.HIGH]
    assert set(MATRIX.values()) == set(Priority)
    for level in grades:
        for less, more in ((Level.LOW, Level.MEDIUM), (Level.MEDIUM, Level.HIGH)):
            assert rank.index(priority_of(more, level)) < rank.index(priority_of(less, level))
            assert rank.index(priority_of(level, more)) < rank.index(priority_of(level, less))
