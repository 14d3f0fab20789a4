"""Passwords, signed-in browsers and one-time links.

The cookie and the links carry a random token; the database knows only its hash, so a copy of the
database opens no door. Everything is found by key, and gone at once when its row is deleted.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from threading import BoundedSemaphore

import argon2
import sqlalchemy as sa

from store.database import Tx
from store.tables import Invitation, Person, SignIn

SHORTEST = 10  # characters of a password
LONGEST = 1000  # more is no password but work for the hash
TOUCHED = timedelta(minutes=5)  # how old the last sign of life may get before it is written anew
LINK_LASTS = timedelta(days=3)

_hasher = argon2.PasswordHasher()
_hashing = BoundedSemaphore(2)  # each takes 64 MB
_NOBODY = _hasher.hash(secrets.token_urlsafe())  # so that an unknown login takes as long


def hashed(password: str) -> str:
    with _hashing:
        return _hasher.hash(password)


def is_right(password: str, kept: str | None) -> bool:
    if len(password) > LONGEST:
        return False
    with _hashing:
        try:
            return _hasher.verify(kept or _NOBODY, password) and kept is not None
        except argon2.exceptions.VerificationError:
            return False


def find(tx: Tx, token: str) -> tuple[SignIn, Person] | None:
    """Who holds this cookie."""
    row = tx.get(SignIn, _digest(token)) if token else None
    if row is None or row.expires_at <= tx.now:
        return None
    person = tx.get(Person, row.person_id)
    return (row, person) if person is not None and person.active else None


def open_signin(tx: Tx, person_id: int, hours: int, client: str) -> str:
    """The token for the cookie."""
    tx.execute(sa.delete(SignIn).where(SignIn.expires_at <= tx.now))
    token = secrets.token_urlsafe(32)
    tx.insert(
        SignIn(
            id=_digest(token),
            person_id=person_id,
            created_at=tx.now,
            seen_at=tx.now,
            expires_at=tx.now + timedelta(hours=hours),
            client=client[:200],
        )
    )
    return token


def is_due(row: SignIn, now: datetime) -> bool:
    return now - row.seen_at >= TOUCHED


def touch(tx: Tx, signin: str, hours: int) -> None:
    row = tx.get(SignIn, signin)
    if row is not None:
        row.seen_at, row.expires_at = tx.now, tx.now + timedelta(hours=hours)


def of_person(tx: Tx, person_id: int) -> list[SignIn]:
    return list(
        tx.session.scalars(
            sa.select(SignIn)
            .where(SignIn.person_id == person_id, SignIn.expires_at > tx.now)
            .order_by(SignIn.seen_at.desc())
        )
    )


def revoke(tx: Tx, person_id: int, signin: str | None = None, *, but: str | None = None) -> int:
    """End one sign-in of a person, or all of them (but one); returns how many."""
    which = [SignIn.person_id == person_id]
    if signin is not None:
        which.append(SignIn.id == signin)
    if but is not None:
        which.append(SignIn.id != but)
    return int(tx.execute(sa.delete(SignIn).where(*which)).rowcount)


def invite(tx: Tx, person_id: int) -> str:
    """The token of a one-time link to set a password; earlier links of that person end."""
    tx.execute(
        sa.delete(Invitation).where(
            sa.or_(Invitation.person_id == person_id, Invitation.expires_at <= tx.now)
        )
    )
    token = secrets.token_urlsafe(24)
    tx.insert(
        Invitation(id=_digest(token), person_id=person_id, expires_at=tx.now + LINK_LASTS)
    )
    return token


def invited(tx: Tx, token: str) -> Person | None:
    row = tx.get(Invitation, _digest(token))
    if row is None or row.expires_at <= tx.now:
        return None
    person = tx.get(Person, row.person_id)
    return person if person is not None and person.active else None


def close_link(tx: Tx, token: str) -> bool:
    """False: somebody else has just used it."""
    gone = tx.execute(sa.delete(Invitation).where(Invitation.id == _digest(token)))
    return bool(gone.rowcount)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
