"""Queries about people, their addresses, sign-ins and invitations."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from store.database import Tx
from store.tables import Identity, Invitation, Person, SignIn

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


def by_login(tx: Tx, login: str) -> Person | None:
    statement = sa.select(Person).where(Person.login == login.strip().lower())
    return tx.session.scalar(statement)


def with_roles(tx: Tx, roles: Sequence[str]) -> list[Person]:
    statement = sa.select(Person).where(Person.role.in_(roles))
    return list(tx.execute(statement.order_by(Person.name, Person.id)).scalars())


def named(tx: Tx, ids: Sequence[int]) -> dict[int, Person]:
    statement = sa.select(Person).where(Person.id.in_(set(ids)))
    return {one.id: one for one in tx.session.scalars(statement)}


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


def forget_invitations(tx: Tx, person_id: int) -> None:
    tx.execute(sa.delete(Invitation).where(Invitation.person_id == person_id))
