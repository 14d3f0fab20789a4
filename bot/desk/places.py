"""Where a requester is told of their tickets: where they prefer to be, else where they last wrote of it.

What is about a ticket is said in one conversation, `Ticket.conversation_id`. It moves with its requester,
never from a private chat into a room where others read along.
"""

from typing import Final

import msgspec

from bot.desk import people
from bot.desk.access import Actor
from bot.desk.desk import EMAIL, Desk
from bot.desk.events import What, record
from bot.desk.letters import Letters
from bot.desk.quiet import span_of
from bot.desk.status import ACTIVE
from channels.email.threads import new_thread
from store import intake
from store import people as kept_people
from store import tickets as kept
from store.database import Tx
from store.tables import Conversation, Person, Ticket
from store.timers import hand_over

PLACES: Final = 10  # networks to choose from; more fit under no message


def follow(
    desk: Desk,
    tx: Tx,
    ticket: Ticket,
    here: Conversation,
    actor: Actor,
    *,
    inbox_id: int | None = None,
) -> None:
    """Let the ticket be told of where its requester is reached, now that they are `here`."""
    there = reach(desk, tx, ticket, here)
    if there.id == ticket.conversation_id:
        return
    before = kept.hold(tx, ticket)
    there = tx.lock(there.id)
    ticket.conversation_id = there.id
    hand_over(tx, f"ticket:{ticket.id}", there.id)
    if before.ticket_id == ticket.id:
        before.taken_by = None
    if ticket.status in ACTIVE:
        there.ticket_id, there.taken_by = ticket.id, ticket.assignee_id
    if before.channel != there.channel:
        old, new = before.channel, there.channel
        record(tx, ticket, What.PLACE, actor, old=old, new=new, inbox_id=inbox_id)


def reach(desk: Desk, tx: Tx, ticket: Ticket, here: Conversation) -> Conversation:
    """The conversation in which a ticket's requester is told, who is `here` just now."""
    person = people.current(tx, ticket.requester_id)
    if person.preferred is not None and desk.network(here.channel) != person.preferred:
        preferred = _preferred(desk, tx, person, ticket, person.preferred)
        if preferred is not None:
            return preferred
    if desk.is_mute(here.channel, here.address):
        return elsewhere(desk, tx, person, ticket) or here
    if here.id == ticket.conversation_id or is_private(desk, tx, here, person):
        return here
    present = tx.get(Conversation, ticket.conversation_id)
    return here if present is None else present


def written_in(tx: Tx, person: Person) -> list[Conversation]:
    """Where they wrote, the latest first."""
    return kept_people.conversations_of(tx, person.id)


def networks(desk: Desk, tx: Tx, person: Person) -> tuple[str, ...]:
    """Where a person can be reached."""
    found = [one.channel for one in kept_people.identities(tx, person.id)]
    written = {desk.network(one.channel) for one in kept_people.conversations_of(tx, person.id)}
    mail = {EMAIL} if desk.agents_mail is not None else set()
    return tuple(one for one in dict.fromkeys(found) if one in written | mail)[:PLACES]


def prefer(desk: Desk, tx: Tx, person: Person, network: str | None, actor: Actor) -> None:
    """Where they want to be reached from now on; None, or where they are not: where they last wrote."""
    person.preferred = network if network in networks(desk, tx, person) else None
    for ticket in kept_people.tickets_of(tx, person.id) if person.preferred else ():
        if ticket.status in ACTIVE:
            follow(desk, tx, ticket, tx.lock(ticket.conversation_id), actor)


def keep_quiet(person: Person, span: str | None) -> None:
    """Raises Invalid."""
    person.quiet = None if span is None else span_of(span)


def _preferred(
    desk: Desk, tx: Tx, person: Person, ticket: Ticket, network: str
) -> Conversation | None:
    """Where they last wrote there in private; by e-mail we may begin."""
    present = tx.get(Conversation, ticket.conversation_id)
    if present is not None and desk.network(present.channel) == network:
        return present
    for one in kept_people.conversations_of(tx, person.id):
        if desk.network(one.channel) == network and is_private(desk, tx, one, person):
            return one
    if network != EMAIL:
        return None
    return begin_letter(desk, tx, person, ticket.title, seed=f"ticket {ticket.id}")


def elsewhere(desk: Desk, tx: Tx, person: Person, ticket: Ticket) -> Conversation | None:
    """Where somebody reads who cannot be written to where they are."""
    present = tx.get(Conversation, ticket.conversation_id)
    if present is not None and not desk.is_mute(present.channel, present.address):
        return present
    for one in kept_people.conversations_of(tx, person.id):
        if is_private(desk, tx, one, person) and not desk.is_mute(one.channel, one.address):
            return one
    return begin_letter(desk, tx, person, ticket.title, seed=f"ticket {ticket.id}")


def begin_letter(
    desk: Desk, tx: Tx, person: Person, title: str, *, seed: str
) -> Conversation | None:
    """A new thread by e-mail, where we write first; None when that cannot be."""
    address = people.email_of(tx, person.id)
    if desk.agents_mail is None or address is None:
        return None
    name = (desk.agents_mail.channel, new_thread(f"{seed} {address}"))
    begun = tx.lock(intake.find_or_make(tx, {name: address})[name])
    if begun.person_id is None:
        begun.person_id, begun.language = person.id, person.language or desk.language
        begun.letters = msgspec.json.encode(Letters(subject=title, ids=())).decode()
    return begun


def is_private(desk: Desk, tx: Tx, conversation: Conversation, person: Person) -> bool:
    """Whether what is said in it comes to an address of theirs, and not into a room."""
    network = desk.network(conversation.channel)
    holder = kept_people.of_address(tx, network, conversation.address)
    return holder is not None and holder.id == person.id
