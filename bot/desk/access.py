"""Who may do what. Asked in the desk's functions, where every door arrives."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from bot.errors import Forbidden
from store.tables import Person


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    MANAGER = "manager"
    AGENT = "agent"
    REQUESTER = "requester"


class Permission(StrEnum):
    WORK_ON_TICKETS = "work on tickets"  # see, answer, change them and their notes
    SEE_FIGURES = "see figures"
    MANAGE_PEOPLE = "manage people"
    OPERATE = "operate"  # outbox, parked messages, knowledge import


PERMISSIONS: Final = {
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.MANAGER: frozenset({Permission.WORK_ON_TICKETS, Permission.SEE_FIGURES}),
    Role.AGENT: frozenset({Permission.WORK_ON_TICKETS}),
    Role.REQUESTER: frozenset[Permission](),
}
STAFF: Final = frozenset({Role.ADMINISTRATOR, Role.MANAGER, Role.AGENT})


class Actor(Struct, frozen=True, kw_only=True):
    """Who does something: a person, or the bot, the clock, a rule of the administrator."""

    who: str  # "agent", "requester", "bot", "clock", "rule": kept with every event
    person_id: int | None = None
    name: str = ""
    role: Role | None = None  # None: one of ours, who may do what its code does


BOT: Final = Actor(who="bot")
CLOCK: Final = Actor(who="clock")


def actor_of(person: Person) -> Actor:
    role = Role(person.role)
    who = "agent" if role in STAFF else "requester"
    return Actor(who=who, person_id=person.id, name=person.name, role=role)


def may(actor: Actor, permission: Permission) -> bool:
    return actor.role is None or permission in PERMISSIONS[actor.role]


def require(actor: Actor, permission: Permission) -> None:
    if not may(actor, permission):
        raise Forbidden(f"You may not {permission}. Ask an administrator of the desk.")
