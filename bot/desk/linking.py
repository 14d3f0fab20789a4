"""Whose an address is: proof that two are one person's, and what follows from it.

Proof is a code. Sent to an address, it is given back where it was asked for: who can read it there has
both. To a network where nobody can be written to first it is told to the asker and typed in there; then
whoever types it sees who asks, and has to agree. So does whoever types in, at the address it was sent to,
a code that somebody else asked for, or opens its link. Nothing said tells whether an address is known.

An agent may decide it, too, and a network may vouch for it (`people.of_sender`). Who works at the desk is
joined with nobody but by an administrator: their addresses open doors.
"""

import re
import secrets
from datetime import timedelta
from typing import Final

import msgspec
import structlog

from bot.conversation.turn import Proof, Verdict
from bot.desk import people
from bot.desk.access import BOT, STAFF, Actor, Permission, requester, require
from bot.desk.desk import EMAIL, PHONE, Desk
from bot.desk.events import What, record
from bot.errors import Forbidden, Invalid, NotFound
from channels.email.threads import new_thread
from channels.message import OutboundMessage, PublicText, Sender
from store import mail
from store import people as kept
from store.database import Tx
from store.outbox import Outgoing
from store.tables import Identity, LinkToken, Person, Ticket

LASTS: Final = timedelta(minutes=15)  # a code
SENT_DIGITS: Final = 8  # of which few may be tried
TOLD_DIGITS: Final = 12  # of one that anybody may try, everywhere
TRIES: Final = 5  # at a code that was sent
HOUR: Final = timedelta(hours=1)
ASKED: Final = 5  # codes an hour that one person gets
SENT: Final = 3  # ... that are sent to one address
IN_ALL: Final = 200  # ... that leave the house: nobody sends letters to strangers through us
GUESSED: Final = 20  # wrong codes an hour from one person
LONGEST_NAME: Final = 40  # of an asker, in a letter to somebody who may not know them

_DIGITS: Final = re.compile(r"\d[\d\s-]{4,20}\d")
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32}")
_COUNTED: Final = "linking"  # what `count_reply` counts these under

log = structlog.get_logger()


# -- asking


def send_code(
    desk: Desk, tx: Tx, asker: Person, address: str, network: str, language: str, key: str
) -> str:
    """Write to an e-mail address; returns the text to say, the same whoever has the address.

    `network`: where they ask; `key`: stable, of the message that asked."""
    letters = desk.agents_mail
    if letters is None:
        return "link-no-mail"
    address = people.mail_address(address)
    if any((one.channel, one.address) == (EMAIL, address) for one in _proven(tx, asker)):
        return "link-own"
    if not _may_ask(tx, asker):
        return "link-too-many"
    code, token = _made(tx, asker, network, EMAIL, address)
    to_them = mail.count_reply(tx, _COUNTED, f"to:{address}", HOUR)
    if to_them > SENT or mail.count_reply(tx, _COUNTED, "all", HOUR) > IN_ALL:
        log.warning("link.silenced")
        return "link-sent"
    words = desk.texts.say(
        "link-letter",
        language,
        who=(asker.name or desk.texts.label("agents-nobody", language))[:LONGEST_NAME],
        network=desk.texts.network(network, language),
        code=code,
    )
    opened = desk.texts.say("link-letter-opened", language)
    message = OutboundMessage(
        key=f"link:{key}",
        channel=letters.channel,
        to=address,
        conversation=new_thread(token),
        text=PublicText(f"{words}\n\n{opened}\n\n<{desk.url()}/desk/link/{token}>"),
        language=language,
        subject=desk.texts.label("link-subject", language),
    )
    tx.post(
        Outgoing(
            channel=letters.channel,
            destination=address,
            key=message.key,
            body=msgspec.json.encode(message).decode(),
        )
    )
    return "link-sent"


def tell_code(desk: Desk, tx: Tx, asker: Person, network: str) -> tuple[str, list[str]] | None:
    """The code to type in elsewhere, and the links that do so. None: too many were asked for."""
    if not _may_ask(tx, asker):
        return None
    code, token = _made(tx, asker, network, None, None)
    links = [link.format(token=token) for name, link in desk.start_links.items() if name != network]
    return f"{code[:4]} {code[4:8]} {code[8:]}", links


def new_code(tx: Tx, asker: Person, address: str) -> str | None:
    """Digits to be sent to an address of theirs, for another proof than that it is. None: too many were."""
    if not _may_ask(tx, asker):
        return None
    to_them = mail.count_reply(tx, _COUNTED, f"to:{address}", HOUR)
    if to_them > ASKED or mail.count_reply(tx, _COUNTED, "all", HOUR) > IN_ALL:
        log.warning("link.silenced")
        return None
    return f"{secrets.randbelow(10**SENT_DIGITS):0{SENT_DIGITS}}"


def _may_ask(tx: Tx, asker: Person) -> bool:
    kept.forget_stale_tokens(tx)
    return mail.count_reply(tx, _COUNTED, f"by:{asker.id}", HOUR) <= ASKED


def _made(
    tx: Tx, asker: Person, network: str, channel: str | None, address: str | None
) -> tuple[str, str]:
    digits = SENT_DIGITS if address else TOLD_DIGITS
    code = f"{secrets.randbelow(10**digits):0{digits}}"
    token = secrets.token_urlsafe(24)
    tx.insert(
        LinkToken(
            id=people.digest(token),
            code=people.digest(code),
            person_id=asker.id,
            channel=channel,
            address=address,
            asked_from=network,
            expires_at=tx.now + LASTS,
            tries=0,
        )
    )
    return code, token


# -- proving


def judge(tx: Tx, person: Person, text: str, *, awaited: bool, sure: bool) -> Proof | None:
    """What the words of a person prove, if they are a code or a link's token. A wrong one counts.

    `awaited`: they were asked for it; else what is no code of ours is none at all: None. `sure`: it is
    certain who writes; else a code proves something only if nobody else can have read it."""
    text = text.strip()
    digits = re.sub(r"\D", "", text) if _DIGITS.fullmatch(text) else ""
    if len(digits) in (SENT_DIGITS, TOLD_DIGITS):
        found = kept.token_of_code(tx, people.digest(digits))
    elif _TOKEN.fullmatch(text):
        found = _live(tx, people.digest(text))
    elif digits and awaited:
        found = None
    else:
        return None
    guesses = f"guesses:{person.id}"
    if found is None or (verdict := _verdict(tx, person, found, sure)) is None:
        if mail.count_reply(tx, _COUNTED, guesses, HOUR) <= GUESSED:
            _count_wrong(tx, person)
        return Proof(Verdict.WRONG) if awaited else None
    if mail.replies(tx, _COUNTED, guesses, HOUR) > GUESSED:
        return Proof(Verdict.WRONG)
    asker = people.current(tx, found.person_id)
    return Proof(verdict, found.id, asker.name[:LONGEST_NAME], found.asked_from)


def _verdict(tx: Tx, person: Person, found: LinkToken, sure: bool) -> Verdict | None:
    if found.person_id == person.id:
        return None if found.address is None else Verdict.PROVEN
    theirs = {(one.channel, one.address) for one in kept.identities(tx, person.id)}
    asked = sure if found.address is None else (found.channel, found.address) in theirs
    return Verdict.ASKED if asked else None


def _count_wrong(tx: Tx, person: Person) -> None:
    for one in kept.tokens_of(tx, person.id):
        one.tries += 1
        if one.tries >= TRIES:
            tx.session.delete(one)
    tx.flush()


def asked_by(tx: Tx, token: str) -> Proof:
    """What the link in a letter is about. Raises NotFound."""
    found = _live(tx, people.digest(token))
    if found is None or found.address is None:
        raise NotFound("This link is no longer valid.")
    asker = people.current(tx, found.person_id)
    return Proof(Verdict.ASKED, found.id, asker.name[:LONGEST_NAME], found.asked_from)


def _live(tx: Tx, id: str) -> LinkToken | None:
    found = tx.get(LinkToken, id)
    return found if found is not None and found.expires_at > tx.now else None


def accept(tx: Tx, id: str, agreed: Person | None = None, *, inbox_id: int | None = None) -> Person:
    """Carry out what a proof showed: `agreed` is who wrote elsewhere than the asker did, None: whoever
    can read what comes to the address. The token is used up.

    Raises NotFound when it is too late, Forbidden for those who work at the desk."""
    token = _live(tx, id)
    if token is None:
        raise NotFound("This code is no longer valid.")
    asker = people.current(tx, token.person_id)
    channel, address = token.channel, token.address
    tx.session.delete(token)
    tx.flush()
    other = agreed
    if other is None or other.id == asker.id:
        assert channel is not None  # else the asker proves nothing
        assert address is not None
        other = kept.of_address(tx, channel, address) or asker
    for one in (asker, other):
        if one.role in STAFF or not one.active:
            raise Forbidden("An administrator of the desk links these addresses.")
    actor = requester(asker)
    survivor = merge(tx, asker, other, actor, why="proven by a code", inbox_id=inbox_id)
    if channel is not None and address is not None:
        _give(tx, survivor, channel, address, actor, "proven by a code")
    return survivor


def decline(tx: Tx, id: str) -> None:
    token = tx.get(LinkToken, id)
    if token is not None:
        tx.session.delete(token)


def vouched(tx: Tx, person: Person, sender: Sender) -> Person:
    """Who a known person is, now that the network vouches for a telephone number of theirs."""
    if not sender.verified or sender.phone is None:
        return person
    why = "the network vouches for the number"
    other = kept.verified(tx, PHONE, sender.phone)
    if other is None:
        _give(tx, person, PHONE, sender.phone, BOT, why)
        return person
    if STAFF & {person.role, other.role} or not other.active:
        return person
    return merge(tx, person, other, BOT, why=why)


# -- deciding


def link(tx: Tx, person: Person, channel: str, address: str, actor: Actor, *, why: str) -> Person:
    """An agent's decision that an address is a person's: with it comes whoever had it."""
    _decide(actor, why)
    address = people.address_on(channel, address)
    other = kept.of_address(tx, channel, address)
    for one in (person, other):
        if one is not None and one.role in STAFF:
            require(actor, Permission.MANAGE_PEOPLE)
    if other is not None:
        person = merge(tx, person, other, actor, why=why)
    _give(tx, person, channel, address, actor, why)
    return person


def unlink(
    desk: Desk, tx: Tx, person: Person, channel: str, address: str, actor: Actor, *, why: str
) -> Person:
    """An agent's decision that it is not: the address becomes a person of its own, and takes along its
    conversations and the tickets that are told of in them. Returns that person."""
    _decide(actor, why)
    if person.role in STAFF:
        require(actor, Permission.MANAGE_PEOPLE)
    held = kept.identities(tx, person.id)
    identity = tx.get(Identity, (channel, address))
    if identity is None or identity.person_id != person.id:
        raise NotFound("They have no such address.")
    if len(held) == 1:
        raise Invalid("It is their only address.")
    other = tx.insert(Person(created_at=tx.now, language=person.language))
    identity.person_id, identity.verified = other.id, False
    for conversation in kept.conversations_of(tx, person.id, limit=1000):
        if desk.network(conversation.channel) == channel and conversation.address == address:
            tx.lock(conversation.id)
            for ticket in kept.move_conversation(tx, conversation.id, other.id):
                _recorded(tx, ticket.id, person, other, actor, why)
    for one in (person, other):
        people.note(tx, one, "unlinked", f"{channel} {address}", actor, why)
    return other


def _decide(actor: Actor, why: str) -> None:
    require(actor, Permission.LINK_PEOPLE)
    if not why.strip():
        raise Invalid("Say how it is known whose the address is.")


def merge(
    tx: Tx, one: Person, other: Person, actor: Actor, *, why: str, inbox_id: int | None = None
) -> Person:
    """Make one person of two; returns who they are from now on. Nothing when they are one already.

    Raises Invalid for two that both work here, or that the directory knows as two."""
    one, other = people.current(tx, one.id), people.current(tx, other.id)
    if one.id == other.id:
        return one
    survivor, gone = sorted((one, other), key=_rank)
    if gone.role in STAFF:
        raise Invalid("Both work at the desk; they stay two.")
    if survivor.external_id and gone.external_id:
        raise Invalid("The directory knows them as two people.")
    for field in ("name", "language", "site", "timezone", "preferred", "quiet"):
        setattr(survivor, field, getattr(survivor, field) or getattr(gone, field))
    people.set_standing(tx, survivor, survivor.group or gone.group, bool(survivor.vip or gone.vip))
    external_id = survivor.external_id or gone.external_id
    survivor.manager_id = survivor.manager_id or gone.manager_id
    moved = [ticket.id for ticket in kept.tickets_of(tx, gone.id)]
    kept.absorb(tx, survivor, gone)
    survivor.external_id = external_id
    for ticket_id in moved:
        _recorded(tx, ticket_id, gone, survivor, actor, why, inbox_id)
    people.note(tx, survivor, "merged", f"{gone.name} #{gone.id}".strip(), actor, why)
    log.info("people.merged", person=survivor.id, gone=gone.id)
    return survivor


def _rank(person: Person) -> tuple[bool, bool, int]:
    """Whose page the others' things go to: first who works here, then whom the directory knows."""
    return person.role not in STAFF, person.external_id is None, person.id


def _recorded(
    tx: Tx,
    ticket_id: int,
    old: Person,
    new: Person,
    actor: Actor,
    why: str,
    inbox_id: int | None = None,
) -> None:
    ticket = tx.get(Ticket, ticket_id)
    assert ticket is not None
    record(
        tx,
        ticket,
        What.REQUESTER,
        actor,
        old=str(old.id),
        new=str(new.id),
        why=why,
        inbox_id=inbox_id,
    )


def _give(tx: Tx, person: Person, channel: str, address: str, actor: Actor, why: str) -> None:
    known = tx.get(Identity, (channel, address))
    if known is not None and known.verified and known.person_id == person.id:
        return
    kept.give_address(tx, channel, address, person.id)
    people.note(tx, person, "linked", f"{channel} {address}", actor, why)


def _proven(tx: Tx, person: Person) -> list[Identity]:
    return [one for one in kept.identities(tx, person.id) if one.verified]
