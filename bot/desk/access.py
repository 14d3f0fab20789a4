"""Who may do what. Asked in the desk's functions, where every door arrives."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct

from bot.errors import Forbidden
from store.tables import Person, Ticket


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    MANAGER = "manager"
    AGENT = "agent"
    REQUESTER = "requester"


class Permission(StrEnum):
    """In words that follow "is not allowed to"."""

    WORK_ON_TICKETS = "work on tickets"  # see, answer and change everybody's
    READ_NOTES = "read or write internal notes"
    LINK_PEOPLE = "decide whose an address is"
    SEE_FIGURES = "see figures"
    PUBLISH = "publish articles"
    MANAGE_PEOPLE = "manage people"
    OPERATE = "operate the desk"  # outbox, parked messages, knowledge import


_AGENT: Final = frozenset(
    {Permission.WORK_ON_TICKETS, Permission.READ_NOTES, Permission.LINK_PEOPLE}
)
PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.MANAGER: _AGENT | {Permission.SEE_FIGURES, Permission.PUBLISH},
    Role.AGENT: _AGENT,
    Role.REQUESTER: frozenset(),
}
STAFF: Final = frozenset({Role.ADMINISTRATOR, Role.MANAGER, Role.AGENT})


class Who(StrEnum):
    """What kind of actor it was: kept with every event."""

    AGENT = "agent"
    REQUESTER = "requester"
    BOT = "bot"
    CLOCK = "clock"
    RULE = "rule"


_OURSELVES: Final = frozenset({Who.BOT, Who.CLOCK, Who.RULE})
# What acts by itself speaks to requesters, so it never gets to see a note.
_BY_ITSELF: Final = frozenset({Permission.WORK_ON_TICKETS})


class Actor(Struct, frozen=True, kw_only=True):
    """Who does something: a person, or the bot, the clock, a rule of the administrator."""

    who: Who
    person_id: int | None = None
    name: str = ""
    role: Role = Role.REQUESTER  # of a person
    via: str | None = None  # the channel they do it from; None: the pages
    cleared: bool = False  # sees restricted tickets, too


BOT: Final = Actor(who=Who.BOT, name="the bot", cleared=True)
CLOCK: Final = Actor(who=Who.CLOCK, name="the clock", cleared=True)


class Clearance(Struct, frozen=True, kw_only=True):
    """Which tickets are restricted, and who may see those."""

    categories: frozenset[str] = frozenset()  # none: none is restricted by itself
    types: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset({Role.ADMINISTRATOR, Role.MANAGER})
    logins: frozenset[str] = frozenset()
    rooms: frozenset[str] = frozenset()  # whose members all may see them

    def restricts(self, category: str, type: str) -> bool:
        return category in self.categories and type in self.types


def is_cleared(person: Person, clearance: Clearance) -> bool:
    return person.active and (
        person.role in clearance.roles or (person.login or "") in clearance.logins
    )


def actor_of(person: Person, clearance: Clearance | None = None) -> Actor:
    """Without a `clearance` they see no restricted ticket."""
    role = Role(person.role)
    who = Who.AGENT if role in STAFF else Who.REQUESTER
    cleared = clearance is not None and role in STAFF and is_cleared(person, clearance)
    return Actor(who=who, person_id=person.id, name=person.name, role=role, cleared=cleared)


def requester(person: Person) -> Actor:
    """Whoever writes to the desk; an agent, too, is only a requester there."""
    return Actor(who=Who.REQUESTER, person_id=person.id, name=person.name)


def may(actor: Actor, permission: Permission) -> bool:
    granted = _BY_ITSELF if actor.who in _OURSELVES else PERMISSIONS[actor.role]
    return permission in granted


def require(actor: Actor, permission: Permission) -> None:
    """Raises Forbidden."""
    if not may(actor, permission):
        name = actor.name or "This person"
        raise Forbidden(f"{name} is not allowed to {permission}. Ask an administrator of the desk.")


def is_requester_of(actor: Actor, ticket: Ticket) -> bool:
    return actor.person_id is not None and actor.person_id == ticket.requester_id


def may_work(actor: Actor, ticket: Ticket) -> bool:
    """Whether somebody may see all of a ticket, and change it."""
    return may(actor, Permission.WORK_ON_TICKETS) and (actor.cleared or not ticket.restricted)


def may_see(actor: Actor, ticket: Ticket) -> bool:
    return is_requester_of(actor, ticket) or may_work(actor, ticket)


def require_work(actor: Actor, ticket: Ticket) -> None:
    """For what agents do to a ticket. Raises Forbidden."""
    require(actor, Permission.WORK_ON_TICKETS)
    if not may_work(actor, ticket):
        raise Forbidden(
            f"{ticket.number} is restricted: only those see it who look after security. "
            "Ask a manager of the desk."
        )


def require_part(actor: Actor, ticket: Ticket) -> None:
    """For what a requester, too, may do to a ticket of their own. Raises Forbidden."""
    if not is_requester_of(actor, ticket):
        require_work(actor, ticket)
