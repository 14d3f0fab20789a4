"""Telling agents that a clock runs out, or has: to whom the agreement says.

In private where they chat with the desk, else by mail. What has no reader of its own - nobody is assigned,
no manager is known - goes to the queue, so that it is not lost.
"""

from collections.abc import Iterable, Iterator

import msgspec
from msgspec import Struct

from bot.desk import agents, people, rooms
from bot.desk.access import STAFF
from bot.desk.agreements import Agreement
from bot.desk.desk import Desk
from bot.desk.events import What
from bot.desk.sla import Mark
from channels.message import OutboundMessage, PublicText
from store import people as kept
from store.database import Tx
from store.outbox import Outgoing
from store.tables import Person, Ticket


class Reader(Struct, frozen=True):
    """One place where it is read."""

    channel: str | None = None  # of a private chat
    address: str = ""  # there, or of mail; empty: the threads of the ticket's card


CARDS = Reader()


def tell(desk: Desk, tx: Tx, ticket: Ticket, mark: Mark, agreement: Agreement) -> None:
    """Once each, however many ways lead to somebody."""
    early = mark.what is What.WARNED
    wanted = agreement.tell_before if early else agreement.tell_at_breach
    text = _text(desk, tx, ticket, mark)
    key = tx.fresh(f"sla:{ticket.id}:{mark.clock.name}:{mark.what}:{mark.detail}")
    call(desk, tx, ticket, wanted, text, key=key)


def call(
    desk: Desk,
    tx: Tx,
    ticket: Ticket,
    wanted: Iterable[str],
    text: str,
    *,
    key: str,
    also: Iterable[int] = (),
) -> bool:
    """Tell whom it concerns: "assignee", "manager", "queue", "on-call", a login, or an address, and the
    people `also`. False when nobody is there to read it. `key` is stable."""
    people = _of_people(desk, tx, ticket, also) if also else iter(())
    readers = dict.fromkeys((*_readers(desk, tx, ticket, wanted), *people))
    for reader in readers:
        if reader == CARDS:
            rooms.say(desk, tx, ticket, text, key=key)
        elif reader.channel is None:
            agents.tell_of(desk, tx, ticket, reader.address, text, key=f"{key}.{reader.address}")
        else:
            _chat(desk, tx, ticket, reader.channel, reader.address, text, key=key)
    return bool(readers)


def _readers(desk: Desk, tx: Tx, ticket: Ticket, wanted: Iterable[str]) -> Iterator[Reader]:
    for one in wanted:
        if one == "assignee":
            yield from _of_people(desk, tx, ticket, [ticket.assignee_id])
        elif one == "manager":
            yield from _of_people(desk, tx, ticket, _managers(tx, ticket))
        elif one == "queue":
            yield from _of_queue(desk, ticket)
        elif one == "on-call":
            for id in _on_call(desk, tx, ticket):
                if (reader := _of_person(desk, tx, id)) is not None:
                    yield reader
        elif "@" in one:
            yield Reader(address=one)
        elif (person := kept.by_login(tx, one)) is not None:
            yield from _of_people(desk, tx, ticket, [person.id])


def _of_people(desk: Desk, tx: Tx, ticket: Ticket, ids: Iterable[int | None]) -> Iterator[Reader]:
    nobody = True
    for id in ids:
        reader = None if id is None else _of_person(desk, tx, id)
        if reader is not None:
            nobody = False
            yield reader
    if nobody:
        yield from _of_queue(desk, ticket)


def _of_person(desk: Desk, tx: Tx, id: int) -> Reader | None:
    person = tx.get(Person, id)
    if person is None or not person.active:
        return None
    for one in kept.identities(tx, id):
        if one.channel in desk.chats and one.verified:
            return Reader(one.channel, one.address)
    address = people.email_of(tx, id)
    return None if address is None or desk.agents_mail is None else Reader(address=address)


def _managers(tx: Tx, ticket: Ticket) -> list[int]:
    """The assignee's own, else everybody who manages the desk."""
    holder = None if ticket.assignee_id is None else tx.get(Person, ticket.assignee_id)
    if holder is not None and holder.manager_id is not None:
        return [holder.manager_id]
    return kept.with_role(tx, "manager")


def _on_call(desk: Desk, tx: Tx, ticket: Ticket) -> list[int]:
    """Of those who take the tickets of its level; of all, where none of them is."""
    staff = [one for one in kept.with_roles(tx, sorted(STAFF)) if one.active]
    calling = [one for one in staff if desk.roster.is_on_call(one.login, one.away_until, tx.now)]
    level = desk.levels.of(ticket.level)
    mine = [one.id for one in calling if level is not None and one.login in level.who]
    return mine or [one.id for one in calling]


def _of_queue(desk: Desk, ticket: Ticket) -> Iterator[Reader]:
    """Its rooms; where it has none, its addresses."""
    if any(ticket.queue in room.queues for room in desk.rooms):
        yield CARDS
    elif desk.agents_mail is not None:
        for address in desk.agents_mail.queues.get(ticket.queue, ()):
            yield Reader(address=address)


def _text(desk: Desk, tx: Tx, ticket: Ticket, mark: Mark) -> str:
    clock, language = mark.clock, desk.language
    due = clock.due or tx.now
    holder = None if ticket.assignee_id is None else tx.get(Person, ticket.assignee_id)
    return desk.texts.say(
        "sla-told-before" if mark.what is What.WARNED else "sla-told-late",
        language,
        ticket=ticket.number,
        title=desk.texts.label("restricted", language) if ticket.restricted else ticket.title,
        clock=desk.texts.label(f"sla-{clock.kind}", language),
        when=desk.texts.when(due, language, desk.timezone.key, tx.now),
        priority=desk.texts.label(f"priority-{ticket.priority}", language),
        queue=ticket.queue,
        holder=desk.texts.label("card-nobody", language) if holder is None else holder.name,
    )


def _chat(
    desk: Desk, tx: Tx, ticket: Ticket, channel: str, address: str, text: str, *, key: str
) -> None:
    page = f"{desk.url()}/desk/tickets/{ticket.number}" if desk.url() else ""
    message = OutboundMessage(
        key=f"{key}.{channel}.{address}",
        channel=channel,
        to=address,
        conversation=address,
        text=PublicText(f"{text}\n\n<{page}>" if page else text),
        language=desk.language,
    )
    body = msgspec.json.encode(message).decode()
    tx.post(Outgoing(channel=channel, destination=address, key=message.key, body=body))
