"""Whose browser it is: from the cookie to the person, and the sign of life that keeps a sign-in open."""

from dataclasses import dataclass
from datetime import timedelta

from bot.desk import people
from store.database import Tx
from store.tables import Person, SignIn

TOUCHED = timedelta(minutes=5)  # how old the last sign of life may get before it is written anew


@dataclass(frozen=True, slots=True)
class SignedIn:
    id: str  # of the sign-in, not the cookie's token
    person: Person
    is_due: bool  # a sign of life should be written


def find(tx: Tx, token: str) -> SignedIn | None:
    person = people.signed_in(tx, token) if token else None
    if person is None:
        return None
    id = people.digest(token)
    row = tx.get(SignIn, id)
    due = row is not None and tx.now - row.seen_at >= TOUCHED
    return SignedIn(id, person, due)


def touch(tx: Tx, id: str, lasting: timedelta) -> None:
    row = tx.get(SignIn, id)
    if row is not None:  # else it was ended in this moment
        row.seen_at, row.expires_at = tx.now, tx.now + lasting
