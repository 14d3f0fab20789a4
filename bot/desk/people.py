"""People: requesters as they write, agents as they are invited, and signing in.

A person is made for every address that writes. When the network vouches for an e-mail address or a
telephone number of theirs that is known to be somebody's, they are that person; all other proof that
two are one is in `bot.desk.linking`.

The browser and the links hold a random token; the database knows only its hash, so a copy of the
database opens no door. Hashing a password is slow on purpose: it is done outside the transaction.
"""

import hashlib
import re
import secrets
from contextlib import suppress
from datetime import timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import argon2
from msgspec import Struct

from bot.desk.access import BOT, STAFF, Actor, Permission, Role, require
from bot.desk.desk import EMAIL, PHONE
from bot.desk.status import ACTIVE
from bot.errors import Forbidden, Invalid, NotFound
from channels.message import Sender
from store import escalations, sla
from store import people as kept
from store.database import Tx
from store.tables import Identity, Invitation, Person, PersonEvent, SignIn, Ticket

SHORTEST_PASSWORD: Final = 10  # characters
LONGEST_PASSWORD: Final = 200  # more is no password but work for the hash
LONGEST_NAME: Final = 100
TICKETS: Final = 50  # of a person, shown on their page
INVITATION: Final = timedelta(days=7)
SEEN_AGAIN: Final = timedelta(minutes=5)  # a sign of life is written no more often than this

_ADDRESS: Final = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@[^\s@<>\"(),:;\[\]\\]{1,255}")

_hasher = argon2.PasswordHasher()  # argon2id, 64 MiB


@cache
def _nobody() -> str:
    """What an unknown login is checked against, so that it takes as long as a known one."""
    return _hasher.hash(secrets.token_hex())


def of_sender(tx: Tx, network: str, sender: Sender) -> Person:
    """The person behind an address of a network; made when it is new, and always for a suspect one:
    whoever writes under somebody's address is not therefore that person."""
    name = (sender.name or "").strip()[:LONGEST_NAME]
    if sender.suspect:
        return tx.insert(Person(name=f"{sender.address} (unverified)", created_at=tx.now))
    found = kept.of_address(tx, network, sender.address)
    if found is None:
        found = _at_first_contact(tx, network, sender, name)
    if name and not found.name:
        found.name = name
    if sender.timezone is not None and found.timezone is None:
        with suppress(Invalid):
            found.timezone = zone_named(sender.timezone)
    return found


def _at_first_contact(tx: Tx, network: str, sender: Sender, name: str) -> Person:
    """Whom the network vouches for is nobody new; from what it says, later channels know them."""
    given = ((EMAIL, (sender.email or "").lower()), (PHONE, sender.phone or ""))
    known = [(where, address) for where, address in given if address and sender.verified]
    for where, address in known:
        person = kept.verified(tx, where, address)
        if person is not None and person.active:
            kept.give_address(tx, network, sender.address, person.id)
            why = f"the network vouches for {address}"
            note(tx, person, "linked", f"{network} {sender.address}", BOT, why)
            return person
    person = kept.make_for_address(tx, network, sender.address, name, verified=sender.verified)
    for where, address in known:
        kept.give_address(tx, where, address, person.id)
    return person


class Record(Struct, frozen=True, kw_only=True):
    """All that the desk knows of a person. Only agents get it."""

    person: Person
    manager: str
    identities: tuple[Identity, ...]
    tickets: tuple[Ticket, ...]  # the newest first
    events: tuple[PersonEvent, ...]  # the latest first
    names: dict[int, str]  # of the people in the events


def record_of(tx: Tx, person_id: int, actor: Actor) -> Record:
    """Raises NotFound."""
    require(actor, Permission.WORK_ON_TICKETS)
    person = current(tx, person_id)
    events = kept.events_of(tx, person.id)
    mine = [one for one in kept.tickets_of(tx, person.id) if actor.cleared or not one.restricted]
    concerned = [person.manager_id, *(one.actor_id for one in events)]
    named = kept.named(tx, [one for one in concerned if one is not None])
    manager = named.get(person.manager_id or 0)
    return Record(
        person=person,
        manager="" if manager is None else manager.name,
        identities=tuple(kept.identities(tx, person.id)),
        tickets=tuple(mine[::-1][:TICKETS]),
        events=tuple(events),
        names={one.id: one.name for one in named.values()},
    )


def current(tx: Tx, person_id: int) -> Person:
    """A person by an id that may be from before they turned out to be somebody known."""
    found = get(tx, person_id)
    return found if found.merged_into is None else current(tx, found.merged_into)


def note(tx: Tx, person: Person, what: str, about: str, actor: Actor, why: str | None) -> None:
    """What was decided about a person's addresses, for whoever asks later."""
    tx.append(
        PersonEvent,
        person_id=person.id,
        at=tx.now,
        who=str(actor.who),
        actor_id=actor.person_id,
        what=what,
        about=about[:300],
        why=why,
    )


def mail_address(address: str) -> str:
    """Raises Invalid."""
    address = address.strip().lower()
    if not _ADDRESS.fullmatch(address):
        raise Invalid(f"“{address[:100]}” is no e-mail address.")
    return address


def address_on(network: str, address: str) -> str:
    """An address as its network writes it. Raises Invalid."""
    if network == EMAIL:
        return mail_address(address)
    if network == PHONE:
        return number_of(address)
    if not address.strip():
        raise Invalid("Which address?")
    return address.strip()


def zone_named(name: str) -> str:
    """Raises Invalid for what is no time zone."""
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, KeyError):
        raise Invalid(f"“{name[:40]}” is no time zone such as Europe/Berlin.") from None


def number_of(text: str, region: str | None = None) -> str:
    """A telephone number as E.164 writes it; `region`: the country ("DE") of one without its code.

    Raises Invalid."""
    import phonenumbers  # takes a while to load, and most turns need none

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        number = None
    # An extension, which can be called from within only, is nobody's in the world.
    whole = phonenumbers.ValidationResult.IS_POSSIBLE
    if number is None or phonenumbers.is_possible_number_with_reason(number) != whole:
        raise Invalid(f"“{text[:40]}” is no telephone number such as +49 30 123456.")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def agent_at(tx: Tx, network: str, address: str) -> Person | None:
    """The agent that an administrator said has this address."""
    found = kept.of_address(tx, network, address)
    return found if found is not None and found.active and found.role in STAFF else None


def email_of(tx: Tx, person_id: int) -> str | None:
    return kept.address_of(tx, EMAIL, person_id)


def set_email(tx: Tx, person: Person, address: str, actor: Actor) -> None:
    """Where an agent reads of tickets and answers from; empty for nowhere."""
    require(actor, Permission.MANAGE_PEOPLE)
    address = mail_address(address) if address.strip() else ""
    holder = kept.of_address(tx, EMAIL, address)
    if holder is not None and holder.id != person.id and holder.role in STAFF:
        raise Invalid(f"{address} is the address of {holder.name}.")
    kept.set_address(tx, EMAIL, person.id, address)


def get(tx: Tx, person_id: int) -> Person:
    found = tx.get(Person, person_id)
    if found is None:
        raise NotFound("There is no such person.")
    return found


def change(
    tx: Tx, person: Person, actor: Actor, *, name: str, group: str | None, vip: bool
) -> None:
    """What rules and priorities look at."""
    require(actor, Permission.MANAGE_PEOPLE)
    person.name = name.strip()[:LONGEST_NAME]
    set_standing(tx, person, (group or "").strip() or None, vip)


def set_standing(tx: Tx, person: Person, group: str | None, vip: bool) -> None:
    """Agreements are chosen by it: the deadlines of their tickets are aimed anew."""
    if (person.group, person.vip) != (group, vip):
        person.group, person.vip = group, vip
        for ticket_id in sla.active_of(tx, person.id, sorted(ACTIVE)):
            tx.changed(ticket_id)


# Invitations and passwords


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def first_invitation(tx: Tx) -> str | None:
    """The token of a link that makes the first administrator; None when there is one."""
    tx.alone("first administrator")
    if kept.can_sign_in_as(tx, Role.ADMINISTRATOR):
        return None
    waiting = next(iter(kept.with_roles(tx, [Role.ADMINISTRATOR])), None)
    person = waiting or tx.insert(Person(role=str(Role.ADMINISTRATOR), created_at=tx.now))
    return _invitation(tx, person)


def invite(tx: Tx, name: str, role: Role, actor: Actor) -> str:
    """The token of a link with which somebody becomes an agent."""
    require(actor, Permission.MANAGE_PEOPLE)
    if role not in STAFF:
        raise Invalid("Only agents, managers and administrators are invited.")
    if not name.strip():
        raise Invalid("Who is invited needs a name.")
    person = tx.insert(Person(name=name.strip()[:LONGEST_NAME], role=str(role), created_at=tx.now))
    return _invitation(tx, person)


def invite_again(tx: Tx, person: Person, actor: Actor) -> str:
    """For whoever lost the link or the password; the old password works until the new one is set."""
    require(actor, Permission.MANAGE_PEOPLE)
    if not person.active or person.role not in STAFF:
        raise Invalid(f"{person.name or 'This person'} does not work at the desk.")
    return _invitation(tx, person)


def _invitation(tx: Tx, person: Person) -> str:
    kept.forget_invitations(tx, person.id)
    token = secrets.token_urlsafe(32)
    tx.insert(Invitation(id=digest(token), person_id=person.id, expires_at=tx.now + INVITATION))
    return token


def invited(tx: Tx, token: str) -> Person:
    """Raises NotFound when the link was used, has expired, or never was one."""
    found = tx.get(Invitation, digest(token))
    person = None if found is None else tx.get(Person, found.person_id)
    if found is None or found.expires_at <= tx.now or person is None or not person.active:
        raise NotFound("This link is no longer valid. Ask an administrator for a new one.")
    return person


def hashed(password: str) -> str:
    """Slow: not inside a transaction. Raises Invalid with what is missing."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Invalid(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
    return _hasher.hash(password)


def accept_invitation(tx: Tx, token: str, name: str, login: str, password_hash: str) -> Person:
    """Take up an invitation: the link is used up, and whoever was signed in no longer is."""
    person = invited(tx, token)
    login = login.strip().lower()
    if not 2 <= len(login) <= LONGEST_NAME:
        raise Invalid(f"A sign-in name has 2 to {LONGEST_NAME} characters.")
    taken = kept.by_login(tx, login)
    if taken is not None and taken.id != person.id:
        raise Invalid(f"The sign-in name {login} is taken.")
    person.name = name.strip()[:LONGEST_NAME] or person.name or login
    person.login = login
    _set_password(tx, person, password_hash)
    return person


def set_password(
    tx: Tx, person: Person, password_hash: str, actor: Actor, *, but: str = ""
) -> None:
    """One's own, the old one having been checked. All sign-ins end but the one with that token."""
    if person.id != actor.person_id:
        raise Forbidden("Only they themselves choose somebody's password; send them a link.")
    _set_password(tx, person, password_hash, but)


def _set_password(tx: Tx, person: Person, password_hash: str, but: str = "") -> None:
    person.password = password_hash
    kept.forget_invitations(tx, person.id)
    kept.forget_sign_ins(tx, person.id, digest(but))


def is_right(password_hash: str | None, password: str) -> bool:
    """Slow: not inside a transaction. Takes as long when nobody has that login."""
    try:
        right = _hasher.verify(password_hash or _nobody(), password[: LONGEST_PASSWORD + 1])
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
    return right and password_hash is not None


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
    """Who holds this cookie."""
    found = tx.get(SignIn, digest(token)) if token else None
    if found is None or found.expires_at <= tx.now:
        return None
    person = tx.get(Person, found.person_id)
    return person if person is not None and person.active and person.role in STAFF else None


def is_stale(tx: Tx, token: str) -> bool:
    """Whether the last sign of life is old enough to be written anew, with `seen`."""
    found = tx.get(SignIn, digest(token))
    return found is not None and tx.now - found.seen_at >= SEEN_AGAIN


def seen(tx: Tx, token: str, lasting: timedelta) -> None:
    """A sign of life: the sign-in lasts that long from now."""
    found = tx.get(SignIn, digest(token))
    if found is not None and found.expires_at > tx.now:
        found.seen_at, found.expires_at = tx.now, tx.now + lasting


def sign_out(tx: Tx, token_digest: str, actor: Actor) -> None:
    """End one sign-in: one's own, or anybody's for an administrator."""
    found = tx.get(SignIn, token_digest)
    if found is None:
        return
    if found.person_id != actor.person_id:
        require(actor, Permission.MANAGE_PEOPLE)
    tx.session.delete(found)


def sign_out_everywhere(tx: Tx, person: Person, actor: Actor, *, but: str = "") -> None:
    """End all sign-ins of a person, except the one with the digest `but`."""
    if person.id != actor.person_id:
        require(actor, Permission.MANAGE_PEOPLE)
    kept.forget_sign_ins(tx, person.id, but)


def sign_ins(tx: Tx, person: Person, actor: Actor) -> list[SignIn]:
    """The latest seen first."""
    if person.id != actor.person_id:
        require(actor, Permission.MANAGE_PEOPLE)
    return kept.sign_ins(tx, person.id, tx.now)


# Agents


def agents(tx: Tx, actor: Actor) -> list[Person]:
    """All who work at the desk or did, by name."""
    require(actor, Permission.WORK_ON_TICKETS)
    return kept.with_roles(tx, sorted(STAFF))


def deactivate(tx: Tx, person: Person, actor: Actor) -> None:
    """Their tickets go back to the queues."""
    require(actor, Permission.MANAGE_PEOPLE)
    if person.id == actor.person_id:
        raise Invalid("You cannot deactivate yourself.")
    person.active = False
    look_at_tickets(tx, person)
    kept.forget_sign_ins(tx, person.id)
    kept.forget_invitations(tx, person.id)


def look_at_tickets(tx: Tx, person: Person) -> None:
    """Of an agent whose standing has changed: they may have to go to others."""
    for ticket_id in escalations.held(tx, person.id, sorted(ACTIVE)):
        tx.changed(ticket_id)


def activate(tx: Tx, person: Person, actor: Actor) -> None:
    require(actor, Permission.MANAGE_PEOPLE)
    person.active = True


def set_role(tx: Tx, person: Person, role: Role, actor: Actor) -> None:
    require(actor, Permission.MANAGE_PEOPLE)
    if person.id == actor.person_id:
        raise Invalid("You cannot change your own role.")
    person.role = str(role)
    if role not in STAFF:
        look_at_tickets(tx, person)
        kept.forget_sign_ins(tx, person.id)
