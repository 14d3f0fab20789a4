"""Somebody stands at the desk, or an agent at somebody's desk: a ticket on their behalf."""

from bot.desk import notices, people, places, tickets
from bot.desk.access import Actor, Permission, require
from bot.desk.desk import Desk
from bot.diagnosis import reasoning
from bot.diagnosis.library import shipped
from bot.diagnosis.reasoning import Told
from bot.errors import Invalid
from nlp.understanding import Understanding
from store import people as kept
from store.base import micros
from store.database import Tx
from store.tables import Conversation, Person, Ticket


def sought(tx: Tx, given: str, actor: Actor) -> Person:
    """Whoever is meant by an address on any network, or by a name that only one has. Raises Invalid."""
    require(actor, Permission.WORK_ON_TICKETS)
    found = kept.by_address_or_name(tx, given.strip().removeprefix("@"))
    if len(found) == 1:
        return people.current(tx, found[0].id)
    if not found:
        raise Invalid(f"Nobody known is called {given[:80]} or has that address.")
    raise Invalid(f"{len(found)} people are called {given[:80]}; give an address instead.")


def open_for(
    desk: Desk, tx: Tx, person: Person, words: str, read: Understanding, actor: Actor
) -> Ticket:
    """Its requester is told where they last wrote, or by e-mail. Raises Invalid when that is nowhere."""
    require(actor, Permission.WORK_ON_TICKETS)
    conversation = _conversation(desk, tx, person, words)
    current = conversation.ticket_id
    since, conversation.since_id = conversation.since_id, tickets.NOTHING_SAID
    proposal = tickets.Proposal(
        words=(words,),
        facts=read.facts,
        category=read.category,
        confidence=read.category_confidence,
        type=read.type,
        impact=read.impact,
        urgency=read.urgency,
        language=conversation.language or desk.language,
        suggested=tuple(one.article for one in read.suggestions),
        because=read.carried,
        guess=reasoning.in_words(reasoning.guesses(shipped(), _told(words, read))),
    )
    ticket = tickets.open_ticket(desk, tx, conversation, proposal, person, actor)
    conversation.since_id = since
    conversation.ticket_id = ticket.id if current is None else current
    notices.tell_of(desk, tx, ticket, conversation, notices.Notice.ON_BEHALF, who=actor.name)
    return ticket


def _told(words: str, read: Understanding) -> Told:
    likely = {str(category): chance for category, chance in read.runners_up}
    return Told(
        words=(words,),
        facts=tuple((fact.kind, fact.value) for fact in read.facts),
        categories={**likely, str(read.category): read.category_confidence},
    )


def _conversation(desk: Desk, tx: Tx, person: Person, words: str) -> Conversation:
    for one in kept.conversations_of(tx, person.id, limit=1):
        return tx.lock(one.id)
    title = tickets.title_of((words,))
    begun = places.begin_letter(
        desk, tx, person, title, seed=f"walk-up {person.id} {micros(tx.now)}"
    )
    if begun is None:
        raise Invalid(f"{person.name or 'This person'} cannot be reached: no address is known.")
    return begun
