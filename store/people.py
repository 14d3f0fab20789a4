"""Queries about people, their addresses, what proves them, sign-ins and invitations."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from store.database import Tx
from store.tables import (
    ActionRun,
    Conversation,
    Escalation,
    File,
    Identity,
    Improvement,
    Invitation,
    LinkToken,
    Message,
    Note,
    Person,
    PersonEvent,
    RefusedName,
    SignIn,
    Survey,
    SurveyAnswer,
    SurveyFollowUp,
    SurveyPreference,
    Ticket,
    TicketEvent,
    Watcher,
)

_IDENTITY = "SELECT person_id FROM identity WHERE channel = ? AND address = ?"
_IDENTIFY = (
    "INSERT INTO identity (channel, address, person_id, verified) VALUES (?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING"
)


def of_address(tx: Tx, channel: str, address: str) -> Person | None:
    found = tx.run(_IDENTITY, (channel, address)).first()
    return None if found is None else tx.get(Person, found[0])


def make_for_address(tx: Tx, channel: str, address: str, name: str, *, verified: bool) -> Person:
    """A new person behind an address; whoever is behind it, when another process was faster."""
    person = tx.insert(Person(name=name, created_at=tx.now))
    if tx.run(_IDENTIFY, (channel, address, person.id, verified)).rowcount:
        return person
    tx.session.delete(person)
    tx.flush()
    found = of_address(tx, channel, address)
    assert found is not None  # the conflict was with it
    return found


def address_of(tx: Tx, channel: str, person_id: int) -> str | None:
    statement = sa.select(Identity.address).where(
        Identity.channel == channel, Identity.person_id == person_id, Identity.verified
    )
    found: str | None = tx.execute(statement.order_by(Identity.address).limit(1)).scalar()
    return found


def set_address(tx: Tx, channel: str, person_id: int, address: str) -> None:
    """The one address of a person on a channel, taken from whoever had it; empty for none."""
    mine = sa.and_(Identity.channel == channel, Identity.person_id == person_id)
    theirs = sa.and_(Identity.channel == channel, Identity.address == address)
    tx.execute(sa.delete(Identity).where(sa.or_(mine, theirs)))
    if address:
        tx.run(_IDENTIFY, (channel, address, person_id, True))


def verified(tx: Tx, channel: str, address: str) -> Person | None:
    """Who is proven to have an address."""
    found = tx.get(Identity, (channel, address))
    return None if found is None or not found.verified else tx.get(Person, found.person_id)


def give_address(tx: Tx, channel: str, address: str, person_id: int) -> bool:
    """A further proven address of a person; False when somebody else has it."""
    found = tx.get(Identity, (channel, address))
    if found is None:
        tx.insert(Identity(channel=channel, address=address, person_id=person_id, verified=True))
    elif found.person_id == person_id:
        found.verified = True
    return found is None or found.person_id == person_id


def identities(tx: Tx, person_id: int) -> list[Identity]:
    statement = sa.select(Identity).where(Identity.person_id == person_id)
    return list(tx.execute(statement.order_by(Identity.channel, Identity.address)).scalars())


def by_external_id(tx: Tx, external_id: str) -> Person | None:
    tx.flush()
    return tx.session.scalar(sa.select(Person).where(Person.external_id == external_id))


def of_directory(tx: Tx) -> list[Person]:
    """All that a directory brought and that are still here."""
    statement = sa.select(Person).where(Person.external_id.is_not(None), Person.active)
    return list(tx.execute(statement.order_by(Person.id)).scalars())


def find(tx: Tx, text: str, limit: int) -> list[Person]:
    """By a piece of the name, the login or an address; all when empty. The newest first."""
    statement = sa.select(Person).where(Person.merged_into.is_(None))
    if text:
        addressed = sa.select(Identity.person_id).where(
            Identity.address.icontains(text, autoescape=True)
        )
        statement = statement.where(
            sa.or_(
                Person.name.icontains(text, autoescape=True),
                Person.login == text.lower(),
                Person.id.in_(addressed),
            )
        )
    return list(tx.execute(statement.order_by(Person.id.desc()).limit(limit)).scalars())


def by_address_or_name(tx: Tx, given: str) -> list[Person]:
    """Those with that address on some network; else those of that name, or login."""
    lower = given.lower()
    by_address = sa.select(Identity.person_id).where(
        sa.func.lower(Identity.address) == lower, Identity.verified
    )
    found = list(tx.execute(sa.select(Person).where(Person.id.in_(by_address))).scalars())
    if found:
        return found
    # SQLite lowers only English letters.
    spelled = Person.name.in_({given, given.title()})
    named = sa.or_(sa.func.lower(Person.name) == lower, spelled, Person.login == lower)
    statement = sa.select(Person).where(named, Person.merged_into.is_(None)).limit(20)
    return list(tx.execute(statement).scalars())


def conversations_of(tx: Tx, person_id: int, limit: int = 50) -> list[Conversation]:
    """The one that something was last accepted in first."""
    statement = sa.select(Conversation).where(Conversation.person_id == person_id)
    rows = tx.execute(statement.order_by(Conversation.handled_id.desc()).limit(limit))
    return list(rows.scalars())


def move_conversation(tx: Tx, conversation_id: int, person_id: int) -> list[Ticket]:
    """To another person, with the tickets whose requester is told in it; returns those."""
    statement = sa.select(Ticket).where(Ticket.conversation_id == conversation_id)
    found = list(tx.execute(statement).scalars())
    tx.execute(
        sa.update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(person_id=person_id, taken_by=None, ticket_id=None)
    )
    for ticket in found:
        ticket.requester_id = person_id
    return found


def tickets_of(tx: Tx, person_id: int) -> list[Ticket]:
    statement = sa.select(Ticket).where(Ticket.requester_id == person_id)
    return list(tx.execute(statement.order_by(Ticket.id)).scalars())


_ABSORBED = (  # conversations first: who holds one and opens a ticket in it has finished by then
    Conversation.person_id,
    Conversation.taken_by,
    Identity.person_id,
    Ticket.requester_id,
    Ticket.assignee_id,
    TicketEvent.person_id,
    Message.person_id,
    Note.person_id,
    Person.manager_id,
    PersonEvent.person_id,
    PersonEvent.actor_id,
    RefusedName.person_id,
    ActionRun.person_id,
    ActionRun.asked_by,
    ActionRun.approver_id,
    ActionRun.approved_by,
    Escalation.person_id,
    Escalation.holder_id,
    Escalation.taken_by,
    Survey.person_id,
    Survey.assignee_id,
    SurveyAnswer.actor_id,
    SurveyPreference.person_id,
    SurveyFollowUp.person_id,
    Improvement.owner_id,
)


def absorb(tx: Tx, survivor: Person, gone: Person) -> None:
    """Let everything that is `gone`'s be the survivor's, and remember where it went."""
    for column in _ABSORBED:
        tx.execute(
            sa.update(column.class_).where(column == gone.id).values({column.key: survivor.id})
        )
    tx.run(
        "INSERT INTO ticket_watcher (ticket_id, person_id)"
        " SELECT ticket_id, CAST(? AS bigint) FROM ticket_watcher WHERE person_id = ?"
        " ON CONFLICT DO NOTHING",
        (survivor.id, gone.id),
    )
    tx.execute(sa.delete(Watcher).where(Watcher.person_id == gone.id))
    owned = sa.update(File).where(File.owner == f"person:{gone.id}")
    tx.execute(owned.values(owner=f"person:{survivor.id}"))
    forget_sign_ins(tx, gone.id)
    forget_invitations(tx, gone.id)
    tx.execute(sa.delete(LinkToken).where(LinkToken.person_id == gone.id))
    gone.active, gone.merged_into = False, survivor.id
    gone.external_id = gone.login = gone.password = None
    tx.flush()


def events_of(tx: Tx, person_id: int, limit: int = 100) -> list[PersonEvent]:
    """The latest first."""
    statement = sa.select(PersonEvent).where(PersonEvent.person_id == person_id)
    return list(tx.execute(statement.order_by(PersonEvent.id.desc()).limit(limit)).scalars())


def tokens_of(tx: Tx, person_id: int) -> list[LinkToken]:
    """What a person asked for and may still use; the latest first."""
    statement = sa.select(LinkToken).where(
        LinkToken.person_id == person_id, LinkToken.expires_at > tx.now
    )
    return list(tx.execute(statement.order_by(LinkToken.expires_at.desc())).scalars())


def token_of_code(tx: Tx, code: str) -> LinkToken | None:
    statement = sa.select(LinkToken).where(LinkToken.code == code, LinkToken.expires_at > tx.now)
    return tx.execute(statement.limit(1)).scalars().first()  # type: ignore[no-any-return]


def by_login(tx: Tx, login: str) -> Person | None:
    statement = sa.select(Person).where(Person.login == login.strip().lower())
    return tx.session.scalar(statement)


def with_roles(tx: Tx, roles: Sequence[str]) -> list[Person]:
    statement = sa.select(Person).where(Person.role.in_(roles))
    return list(tx.execute(statement.order_by(Person.name, Person.id)).scalars())


def named(tx: Tx, ids: Sequence[int]) -> dict[int, Person]:
    statement = sa.select(Person).where(Person.id.in_(set(ids)))
    return {one.id: one for one in tx.session.scalars(statement)}


def with_role(tx: Tx, role: str) -> list[int]:
    """Who is active in it."""
    statement = sa.select(Person.id).where(Person.role == role, Person.active)
    return list(tx.execute(statement.order_by(Person.id)).scalars())


def can_sign_in_as(tx: Tx, role: str) -> bool:
    """Whether somebody active has that role and a password."""
    statement = sa.select(Person.id).where(
        Person.role == role, Person.password.is_not(None), Person.active
    )
    return tx.session.scalar(statement.limit(1)) is not None


def sign_ins(tx: Tx, person_id: int, now: datetime) -> list[SignIn]:
    statement = sa.select(SignIn).where(SignIn.person_id == person_id, SignIn.expires_at > now)
    return list(tx.execute(statement.order_by(SignIn.seen_at.desc())).scalars())


def forget_sign_ins(tx: Tx, person_id: int, but: str = "") -> None:
    tx.execute(sa.delete(SignIn).where(SignIn.person_id == person_id, SignIn.id != but))


def forget_expired(tx: Tx) -> None:
    tx.execute(sa.delete(SignIn).where(SignIn.expires_at < tx.now))
    tx.execute(sa.delete(Invitation).where(Invitation.expires_at < tx.now))


def forget_stale_tokens(tx: Tx) -> None:
    tx.execute(sa.delete(LinkToken).where(LinkToken.expires_at < tx.now))


def forget_invitations(tx: Tx, person_id: int) -> None:
    tx.execute(sa.delete(Invitation).where(Invitation.person_id == person_id))
