"""People: requesters as they write, agents as they are invited, and signing in.

A person is made for every address that writes. Only an address vouched for by its network gives an
identity on another channel; that is a later feature's work, and until then everyone is who wrote.
"""

import hashlib
import secrets
from datetime import timedelta
from functools import cache
from typing import Final

import argon2

from bot.desk.access import STAFF, Actor, Permission, Role, require
from bot.errors import Forbidden, Invalid, NotFound
from channels.message import Sender
from store import people as kept
from store.database import Tx
from store.tables import Identity, Invitation, Person, SignIn

SHORTEST_PASSWORD: Final = 10  # characters
LONGEST_PASSWORD: Final = 200
INVITATION: Final = timedelta(days=7)

_hasher = argon2.PasswordHasher()  # argon2id, 64 MiB


@cache
def _nobody() -> str:
    """What an unknown login is checked against, so that it takes as long as a known one."""
    return _hasher.hash(secrets.token_hex())


def of_sender(tx: Tx, channel: str, sender: Sender) -> Person:
    """The person behind an address; made when it is new."""
    found = kept.of_address(tx, channel, sender.address)
    if found is None:
        found = tx.insert(Person(name=sender.name or "", created_at=tx.now))
        identity = Identity(
            channel=channel,
            address=sender.address,
            person_id=found.id,
            verified=sender.verified,
        )
        tx.insert(identity)
    elif sender.name and not found.name:
        found.name = sender.name
    return found


def get(tx: Tx, person_id: int) -> Person:
    found = tx.get(Person, person_id)
    if found is None:
        raise NotFound("There is no such person.")
    return found


# Invitations and passwords


def digest(token: str) -> str:
    """What is kept of a token: whoever reads the database cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def first_invitation(tx: Tx) -> str | None:
    """The token of a link that makes the first administrator; None when there is one."""
    if kept.can_sign_in_as(tx, Role.ADMINISTRATOR):
        return None
    waiting = next(iter(kept.with_roles(tx, [Role.ADMINISTRATOR])), None)
    person = waiting or tx.insert(Person(role=Role.ADMINISTRATOR, created_at=tx.now))
    return _invitation(tx, person)


def invite(tx: Tx, name: str, role: Role, actor: Actor) -> str:
    """The token of a link with which somebody becomes an agent."""
    require(actor, Permission.MANAGE_PEOPLE)
    if role not in STAFF:
        raise Invalid("Only agents, managers and administrators are invited.")
    if not name.strip():
        raise Invalid("Who is invited needs a name.")
    person = tx.insert(Person(name=name.strip()[:100], role=role, created_at=tx.now))
    return _invitation(tx, person)


def _invitation(tx: Tx, person: Person) -> str:
    kept.forget_invitations(tx, person.id)
    token = secrets.token_urlsafe(32)
    tx.insert(
        Invitation(id=digest(token), person_id=person.id, expires_at=tx.now + INVITATION)
    )
    return token


def invited(tx: Tx, token: str) -> Person:
    """Raises NotFound when the link was used, has expired, or never was one."""
    found = tx.get(Invitation, digest(token))
    if found is None or found.expires_at < tx.now:
        raise NotFound("This link is no longer valid. Ask an administrator for a new one.")
    return get(tx, found.person_id)


def hashed(password: str) -> str:
    """Slow on purpose: call it outside the transaction. Raises Invalid with what is missing."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Invalid(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
    return _hasher.hash(password)


def accept_invitation(tx: Tx, token: str, name: str, login: str, password_hash: str) -> Person:
    """Take up an invitation: the link is used up."""
    person = invited(tx, token)
    login = login.strip().lower()
    if not 2 <= len(login) <= 100:
        raise Invalid("A sign-in name has 2 to 100 characters.")
    taken = kept.by_login(tx, login)
    if taken is not None and taken.id != person.id:
        raise Invalid(f"The sign-in name {login} is taken.")
    person.name = name.strip()[:100] or person.name or login
    person.login, person.password = login, password_hash
    tx.flush()
    kept.forget_invitations(tx, person.id)
    kept.forget_sign_ins(tx, person.id)
    return person


def is_right(password_hash: str | None, password: str) -> bool:
    """Slow on purpose: call it outside the transaction."""
    try:
        return _hasher.verify(password_hash or _nobody(), password) and password_hash is not None
    except argon2.exceptions.VerificationError:
        return False
    except argon2.exceptions.InvalidHashError:
        return False


# Sign-ins


def sign_in(tx: Tx, person: Person, client: str, lasting: timedelta) -> str:
    """The token for the cookie. The password was checked before."""
    if not person.active or person.role not in STAFF:
        raise Forbidden("You may not sign in here.")
    kept.forget_expired(tx)
    token = secrets.token_urlsafe(32)
    tx.insert(
        SignIn(
            id=digest(token),
            person_id=person.id,
            created_at=tx.now,
            seen_at=tx.now,
            expires_at=tx.now + lasting,
            client=client[:200],
        )
    )
    return token


def signed_in(tx: Tx, token: str) -> Person | None:
    found = tx.get(SignIn, digest(token))
    if found is None or found.expires_at < tx.now:
        return None
    person = tx.get(Person, found.person_id)
    return person if person is not None and person.active and person.role in STAFF else None


def sign_out(tx: Tx, token_digest: str, actor: Actor) -> None:
    """End one sign-in: one's own, or anybody's for an administrator."""
    found = tx.get(SignIn, token_digest)
    if found is None:
        return
    if found.person_id != actor.person_id:
        require(actor, Permission.MANAGE_PEOPLE)
    tx.session.delete(found)


def deactivate(tx: Tx, person: Person, actor: Actor) -> None:
    require(actor, Permission.MANAGE_PEOPLE)
    if person.id == actor.person_id:
        raise Invalid("You cannot deactivate yourself.")
    person.active = False
    kept.forget_sign_ins(tx, person.id)


def activate(tx: Tx, person: Person, actor: Actor) -> None:
    require(actor, Permission.MANAGE_PEOPLE)
    person.active = True


def set_role(tx: Tx, person: Person, role: Role, actor: Actor) -> None:
    require(actor, Permission.MANAGE_PEOPLE)
    if person.id == actor.person_id:
        raise Invalid("You cannot change your own role.")
    person.role = role
