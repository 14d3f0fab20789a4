"""Who is calling, for the agent who answers: shown while the telephone rings."""

from typing import Final

import msgspec

from bot.desk import people
from bot.desk.desk import PHONE, Desk
from bot.desk.notices import status_line
from bot.desk.status import ACTIVE
from bot.text import escape
from channels.message import OutboundMessage, PublicText, Sender
from store import escalations, messages
from store import people as kept
from store import tickets as kept_tickets
from store.database import Tx
from store.outbox import Outgoing
from store.tables import Conversation, Person

TICKETS: Final = 5
CONTACTS: Final = 3


def show(desk: Desk, tx: Tx, conversation: Conversation, caller: Sender, agent: str) -> None:
    """Once to every place set up for it, and to the agent whose telephone it is, if that is known."""
    places = [*desk.screen_pops, *_chats_of(desk, tx, agent)]
    if not places:
        return
    text = PublicText(_text(desk, tx, caller))
    for channel, place in places:
        key = f"pop:{conversation.id}:{channel}:{place}"
        if tx.is_posted(key):
            continue
        message = OutboundMessage(
            key=key,
            channel=channel,
            to=place,
            conversation=place,
            text=text,
            language=desk.language,
        )
        body = msgspec.json.encode(message).decode()
        tx.post(Outgoing(channel=channel, destination=place, key=key, body=body))


def _chats_of(desk: Desk, tx: Tx, agent: str) -> list[tuple[str, str]]:
    """Where an agent is reached at once. `agent`: what the telephone system calls them."""
    found = people.agent_at(tx, PHONE, agent) if agent else None
    if found is None:
        return []
    return [
        (one.channel, one.address)
        for one in kept.identities(tx, found.id)
        if one.channel in desk.chats
    ]


def _text(desk: Desk, tx: Tx, caller: Sender) -> str:
    person = _known(tx, caller)
    number = caller.phone or caller.address.partition(":")[2] or caller.address
    if caller.address.startswith(("unknown:", "withheld:")):
        number = desk.texts.label("call-nobody", desk.language)
    if person is None:
        return desk.texts.say("pop-stranger", desk.language, number=number)
    about = ["VIP"] if person.vip else []
    about += [one for one in (person.group, person.site) if one]
    parts = [
        desk.texts.say("pop-known", desk.language, who=person.name or number, number=number),
        escape(", ".join(about)),
        _tickets(desk, tx, person),
        _contacts(desk, tx, person),
    ]
    if desk.url():
        parts.append(f"<{desk.url()}/desk/people/{person.id}>")
    return "\n\n".join(part for part in parts if part)


def _known(tx: Tx, caller: Sender) -> Person | None:
    found = kept.of_address(tx, PHONE, caller.address)
    return None if found is None else people.current(tx, found.id)


def _tickets(desk: Desk, tx: Tx, person: Person) -> str:
    found = kept_tickets.of_requester(tx, person.id, sorted(ACTIVE), tx.now, TICKETS)
    hidden = escalations.restricted(tx, [one.id for one in found])  # a room reads it
    mine = [one for one in found if one.id not in hidden]
    if not mine:
        return desk.texts.say("pop-no-tickets", desk.language)
    return "\n\n".join(
        status_line(
            desk,
            desk.language,
            tx.now,
            number=f"{one.prefix}-{one.id}",
            title=one.title,
            status=one.status,
            updated_at=one.updated_at,
        )
        for one in mine
    )


def _contacts(desk: Desk, tx: Tx, person: Person) -> str:
    lines = []
    for one in kept.conversations_of(tx, person.id, limit=CONTACTS):
        at = messages.last_heard(tx, one.id)
        if at is not None:
            when = desk.texts.when(at, desk.language, desk.timezone.key, tx.now)
            network = desk.texts.network(desk.network(one.channel), desk.language)
            lines.append(f"- {escape(network)}: {escape(when)}")
    if not lines:
        return ""
    return "\n".join([desk.texts.say("pop-contacts", desk.language), *lines])
