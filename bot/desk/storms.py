"""Many tickets of one cause: proposed by the desk, linked and parted by agents, told of together.

One of the tickets is the incident, the others become part of it. Whoever wrote one is told what is known,
what is new, and that it is solved, in their own language where they are reached. What an agent says is not
the same is never proposed again.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import msgspec

from bot.desk import family, promises, rooms, tickets, transcript
from bot.desk.access import BOT, CLOCK, Actor, Permission, require, require_work
from bot.desk.desk import Desk
from bot.desk.events import What, record
from bot.desk.family import CAUSE, Why, family_of, known_of
from bot.desk.notices import Notice, tell_of
from bot.desk.status import ACTIVE, DONE, Status
from bot.errors import IllegalChange, Invalid
from bot.text import LANGUAGES, escape
from channels.message import PublicText
from store import messages
from store import storms as kept
from store import tickets as kept_tickets
from store.base import micros
from store.database import Tx
from store.tables import Conversation, Incident, Likeness, Person, Ticket
from store.timers import cancel_timers, set_timer

LINKED: Final = "linked"
REFUSED: Final = "refused"
LONGEST: Final = 2_000  # characters of what is known
LONGEST_WAIT: Final = timedelta(days=30)
LATER: Final = timedelta(microseconds=1)

# What the desk thinks


def propose(
    desk: Desk, tx: Tx, ticket: Ticket, other: Ticket, kind: str, why: Why, actor: Actor = BOT
) -> bool:
    """Let agents decide whether a ticket is part of another; False when they did already, or nothing is
    open any more."""
    require(actor, Permission.WORK_ON_TICKETS)
    _hold(tx, ticket, other)
    if ticket.id == other.id or not {ticket.status, other.status} <= ACTIVE:
        return False
    if ticket.parent_id is not None or other.parent_id is not None:
        return False
    if ticket.restricted or other.restricted:
        return False
    row = tx.get(Likeness, (ticket.id, other.id)) or tx.get(Likeness, (other.id, ticket.id))
    if row is not None:
        return False
    words = msgspec.json.encode(why).decode()
    tx.insert(Likeness(ticket_id=ticket.id, other_id=other.id, kind=kind, why=words, at=tx.now))
    record(tx, ticket, What.LIKENED, actor, new=other.number, why=_told(why))
    tx.changed(other.id)
    return True


def _told(why: Why) -> str | None:
    if not why.people:
        return None
    about = f" ({', '.join(why.names)})" if why.names else ""
    return f"{why.people} people in {why.minutes} min, usually {why.usual:.1f}{about}"


def answer(desk: Desk, tx: Tx, parent: Ticket, conversation: Conversation) -> bool:
    """Tell somebody who just wrote of what agents already know to be an incident; once."""
    row = kept.incident(tx, parent.id)
    key = f"known:{parent.id}:{conversation.id}"
    if row is None or parent.status not in ACTIVE or not _may_tell(desk, tx, conversation, key):
        return False
    ticket = None if conversation.ticket_id is None else tx.get(Ticket, conversation.ticket_id)
    about = ticket if ticket is not None and ticket.status in ACTIVE else None
    _tell(desk, tx, parent, row, conversation, about, key=key)
    return True


# What agents do


def link(desk: Desk, tx: Tx, ticket: Ticket, parent: Ticket, actor: Actor) -> None:
    """Make a ticket part of an incident; its requester is told what is known of it.

    Raises IllegalChange when one of them is part of another already, or done.
    """
    require(actor, Permission.WORK_ON_TICKETS)
    _hold(tx, ticket, parent)
    _link(desk, tx, [ticket], parent, actor)


def link_all(desk: Desk, tx: Tx, parent: Ticket, actor: Actor) -> int:
    """All that may be part of it, with one press. How many those were."""
    require(actor, Permission.WORK_ON_TICKETS)
    found = [one.ticket for one in family_of(tx, parent).candidates if one.kind == CAUSE]
    _hold(tx, parent, *found)
    _link(desk, tx, found, parent, actor)
    return len(found)


def _link(desk: Desk, tx: Tx, some: Sequence[Ticket], parent: Ticket, actor: Actor) -> None:
    new = [one for one in some if one.parent_id != parent.id]
    for ticket in new:
        _check(tx, ticket, parent, actor)
    row = _incident(desk, tx, parent)
    for ticket in new:
        ticket.parent_id = parent.id
        _settle(tx, ticket, parent, LINKED)
        record(tx, ticket, What.LINKED, actor, new=parent.number)
        record(tx, parent, What.LINKED, actor, old=ticket.number)
    for ticket in new:  # now that it is known how many they are
        conversation = tx.lock(ticket.conversation_id)
        key = f"known:{parent.id}:{conversation.id}"
        if _may_tell(desk, tx, conversation, key):
            _tell(desk, tx, parent, row, conversation, ticket, key=key)


def _check(tx: Tx, ticket: Ticket, parent: Ticket, actor: Actor) -> None:
    for one in (ticket, parent):
        require_work(actor, one)
        if one.restricted:
            raise IllegalChange(f"{one.number} is restricted, and stays by itself.")
    if ticket.id == parent.id:
        raise Invalid(f"{ticket.number} is that ticket.")
    for one in (ticket, parent):
        if one.parent_id is not None:
            whole = tickets.get(tx, one.parent_id).number
            raise IllegalChange(f"{one.number} is part of {whole}; part it from there first.")
        if one.status in DONE:
            raise IllegalChange(f"{one.number} is {one.status}; reopen it first.")
    if kept.is_parent(tx, ticket.id):
        raise IllegalChange(f"Others are part of {ticket.number}: link {parent.number} to it.")


def part(desk: Desk, tx: Tx, ticket: Ticket, other: Ticket, actor: Actor) -> None:
    """They are not the same: a ticket of an incident is one of its own again, and goes on if it was
    resolved with it; what was only proposed is never proposed again."""
    require_work(actor, ticket)
    require_work(actor, other)
    _hold(tx, ticket, other)
    if other.parent_id == ticket.id:
        ticket, other = other, ticket
    _settle(tx, ticket, other, REFUSED)
    tx.changed(other.id)
    if ticket.parent_id != other.id:
        record(tx, ticket, What.PARTED, actor, old=other.number, why="not the same")
        return
    ticket.parent_id = None
    cancel_timers(tx, f"ticket:{ticket.id}", family.OVER, family.NEWS)
    record(tx, ticket, What.PARTED, actor, old=other.number)
    record(tx, other, What.PARTED, actor, old=ticket.number)
    if ticket.status == Status.RESOLVED and other.status in DONE:
        tickets.reopen(desk, tx, ticket, actor, why=f"it is not part of {other.number}")
    if ticket.status in ACTIVE:
        conversation = tx.lock(ticket.conversation_id)
        tell_of(desk, tx, ticket, conversation, Notice.APART)


def set_known(
    desk: Desk,
    tx: Tx,
    parent: Ticket,
    known: Mapping[str, str],
    next_word: timedelta | None,
    actor: Actor,
) -> None:
    """What requesters are told of an incident, by language; those who are part of it hear it now.

    `next_word`: when they hear more; None: as the administrator set."""
    require(actor, Permission.WORK_ON_TICKETS)
    _hold(tx, parent)
    if parent.status in DONE or parent.parent_id is not None:
        raise IllegalChange(f"{parent.number} is no open incident.")
    words = {language: text.strip() for language, text in known.items() if text.strip()}
    for language, text in words.items():
        if language not in LANGUAGES:
            raise Invalid(f"{language}: the languages are {', '.join(LANGUAGES)}.")
        if len(text) > LONGEST:
            raise Invalid(f"What is known has more than {LONGEST} characters.")
    wait = desk.next_word if next_word is None else next_word
    if not timedelta() <= wait <= LONGEST_WAIT:
        raise Invalid("The next word comes within 30 days.")
    row = _incident(desk, tx, parent)
    row.known = msgspec.json.encode(words).decode()
    row.told_at = max(tx.now, row.told_at + LATER)  # `news` tells each change by its time
    _promise(tx, parent, row, wait)
    record(tx, parent, What.KNOWN, actor)
    family.let_know(tx, parent, family.NEWS)


def _incident(desk: Desk, tx: Tx, parent: Ticket) -> Incident:
    row = kept.incident(tx, parent.id)
    if row is None:
        row = tx.insert(Incident(ticket_id=parent.id, told_at=tx.now, next_word_at=None))
        _promise(tx, parent, row, desk.next_word)
    return row


def _promise(tx: Tx, parent: Ticket, row: Incident, wait: timedelta) -> None:
    row.next_word_at = tx.now + wait if wait else None
    if row.next_word_at is None:
        cancel_timers(tx, f"ticket:{parent.id}", family.WORD)
    else:
        owner = f"ticket:{parent.id}"
        set_timer(tx, owner, family.WORD, parent.conversation_id, row.next_word_at)


def _settle(tx: Tx, ticket: Ticket, other: Ticket, settled: str) -> None:
    row = tx.get(Likeness, (ticket.id, other.id)) or tx.get(Likeness, (other.id, ticket.id))
    if row is None:
        why = msgspec.json.encode(Why()).decode()
        row = tx.insert(
            Likeness(ticket_id=ticket.id, other_id=other.id, kind=CAUSE, why=why, at=tx.now)
        )
    row.settled = settled


def _hold(tx: Tx, *some: Ticket) -> None:
    for one in sorted(some, key=lambda one: one.conversation_id):
        kept_tickets.hold(tx, one)


# What the clock does


def over(desk: Desk, tx: Tx, ticket: Ticket) -> None:
    """The incident that it is part of is solved."""
    kept_tickets.hold(tx, ticket)
    parent = None if ticket.parent_id is None else tx.get(Ticket, ticket.parent_id)
    if parent is not None and parent.status in DONE and ticket.status in ACTIVE:
        tickets.resolve(desk, tx, ticket, CLOCK, why=f"solved with {parent.number}")


def news(desk: Desk, tx: Tx, ticket: Ticket, conversation: Conversation) -> None:
    kept_tickets.hold(tx, ticket)
    parent = None if ticket.parent_id is None else tx.get(Ticket, ticket.parent_id)
    row = None if parent is None else kept.incident(tx, parent.id)
    if parent is None or row is None or parent.status in DONE or ticket.status in DONE:
        return
    key = f"news:{parent.id}:{conversation.id}:{micros(row.told_at)}"
    if _may_tell(desk, tx, conversation, key):
        _tell(desk, tx, parent, row, conversation, ticket, key=key, again=True)


def word_is_due(desk: Desk, tx: Tx, parent: Ticket) -> None:
    """Requesters were promised news about now, and none was written."""
    row = kept.incident(tx, parent.id)
    if row is None or row.next_word_at is None or row.next_word_at > tx.now:
        return
    if parent.status in ACTIVE:
        told = desk.texts.say("card-word-due", desk.language, ticket=parent.number)
        rooms.say(desk, tx, parent, told, key=tx.fresh(f"word:{parent.id}"))


# How


def _may_tell(desk: Desk, tx: Tx, conversation: Conversation, key: str) -> bool:
    """Once, and where there is somebody to read it."""
    is_mute = desk.is_mute(conversation.channel, conversation.address)
    return not is_mute and not messages.is_known(tx, key)


def _tell(
    desk: Desk,
    tx: Tx,
    parent: Ticket,
    row: Incident,
    conversation: Conversation,
    ticket: Ticket | None,
    *,
    key: str,
    again: bool = False,
) -> None:
    """What is known, in the language of a conversation. `again`: it is news to somebody who knows."""
    language = conversation.language or desk.language
    texts = desk.texts
    me = conversation.person_id
    people = {parent.requester_id, *(one.requester_id for one in kept.children(tx, parent.id))}
    count = len(people - {me})
    if again and ticket is not None:
        said = [texts.say("incident-news", language, ticket=ticket.number, title=ticket.title)]
    elif count:
        said = [texts.say("incident-known", language, count=count)]
    else:
        said = [texts.say("incident-known-first", language)]
    known = known_of(row)
    spoken = next((one for one in (language, desk.language, *known) if one in known), None)
    if spoken is not None:
        if spoken != language:
            said.append(texts.say(f"incident-in-{spoken}", language))
        said.append(escape(known[spoken]))
    if row.next_word_at is not None and row.next_word_at > tx.now:
        person = None if me is None else tx.get(Person, me)
        when = promises.when(desk, person, row.next_word_at, language, tx.now)
        said.append(texts.say("incident-next", language, when=when))
    if ticket is not None and not again:
        said.append(texts.say("incident-goes-along", language, ticket=ticket.number))
    transcript.speak(
        desk,
        tx,
        conversation,
        PublicText("\n\n".join(said)),
        key=key,
        actor=BOT,
        ticket_id=None if ticket is None else ticket.id,
        can_wait=True,
    )
