"""Telling agents of a ticket by e-mail: a new one to its queue, news of it to whoever has it.

All mails about one ticket are one thread. Nothing internal is in them: mail leaves the house.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct

from bot.desk import people, rooms, silence, stated
from bot.desk.desk import EMAIL, AgentsMail, Desk
from bot.text import escape
from channels.email.threads import agents_thread
from channels.message import Attachment, InboundMessage, OutboundMessage, PublicText
from store.database import Tx
from store.outbox import Outgoing
from store.tables import Conversation, Person, Ticket

LONGEST: Final = 20_000  # characters of what somebody wrote; the page has it all


class News(Struct, frozen=True):
    """Something to tell agents that has no words of the requester with it."""

    key: str  # of the text catalogue


OPENED: Final = News("agents-opened")
CALLED: Final = News("agents-called")


def hear(desk: Desk, tx: Tx, ticket: Ticket, news: News | InboundMessage, *, key: str) -> None:
    """`key` is stable: the same news, were it told again, has the same."""
    _tell_rooms(desk, tx, ticket, news, key)
    mail = desk.agents_mail
    if mail is None:
        return
    addresses = [one for one in _who(tx, mail, ticket) if _may_tell(desk, tx, mail, ticket, one)]
    if not addresses:
        return
    files: Sequence[Attachment] = ()
    if ticket.restricted:  # mail leaves the house, and is read by whoever has the address
        told = desk.texts.say("agents-restricted", desk.language, ticket=ticket.number)
        text = f"{told}\n\n{_footer(desk, ticket, mail)}"
    elif isinstance(news, News):
        text = _of_ticket(desk, tx, ticket, news, mail)
    else:
        text, files = _of_message(desk, tx, ticket, news, mail), news.attachments
    for address in addresses:
        tell(desk, tx, ticket, address, text, key=f"{key}.{address}", attachments=files)


def _tell_rooms(desk: Desk, tx: Tx, ticket: Ticket, news: News | InboundMessage, key: str) -> None:
    """In the thread of the card, which itself tells of a new ticket."""
    if not desk.rooms or news is OPENED:
        return
    if isinstance(news, News):
        text = desk.texts.say("card-called", desk.language)
        rooms.say(desk, tx, ticket, text, key=key)
        return
    who = _writer(desk, tx, ticket, news)
    network = desk.texts.network(desk.network(news.channel), desk.language)
    told = desk.texts.say("card-heard", desk.language, who=who, channel=network)
    text = f"{told}\n\n{rooms.quoted(news.text)}" if news.text.strip() else told
    rooms.say(desk, tx, ticket, text, key=key, attachments=news.attachments)


def tell(
    desk: Desk,
    tx: Tx,
    ticket: Ticket,
    address: str,
    text: str,
    *,
    key: str,
    attachments: Sequence[Attachment] = (),
) -> None:
    """Write to one agent in the ticket's thread."""
    mail = desk.agents_mail
    if mail is None:
        return
    message = OutboundMessage(
        key=f"agents:{key}",
        channel=mail.channel,
        to=address,
        conversation=agents_thread(ticket.id),
        text=PublicText(text),
        attachments=tuple(attachments),
        language=desk.language,
        subject=f"[{ticket.number}]" if ticket.restricted else f"[{ticket.number}] {ticket.title}",
    )
    tx.post(
        Outgoing(
            channel=mail.channel,
            destination=address,
            key=message.key,
            body=msgspec.json.encode(message).decode(),
        )
    )


def tell_of(desk: Desk, tx: Tx, ticket: Ticket, address: str, text: str, *, key: str) -> None:
    """News that nobody wrote, with the way to the ticket under it; not more of them than is good."""
    mail = desk.agents_mail
    if mail is not None and _may_tell(desk, tx, mail, ticket, address):
        told = f"{text}\n\n{_footer(desk, ticket, mail)}"
        tell(desk, tx, ticket, address, told, key=key)


def tell_all(desk: Desk, tx: Tx, ticket: Ticket, text: str, *, key: str) -> None:
    """`tell_of` to whoever has the ticket, else to its queue."""
    if ticket.restricted:
        text = desk.texts.say("agents-restricted", desk.language, ticket=ticket.number)
    for address in () if desk.agents_mail is None else _who(tx, desk.agents_mail, ticket):
        tell_of(desk, tx, ticket, address, text, key=f"{key}.{address}")


def _who(tx: Tx, mail: AgentsMail, ticket: Ticket) -> tuple[str, ...]:
    """The assignee, who may be on holiday only if someone else was assigned; else the queue."""
    if ticket.assignee_id is not None:
        holder = tx.get(Person, ticket.assignee_id)
        address = people.email_of(tx, ticket.assignee_id)
        if holder is not None and holder.active and address is not None:
            return (address,)
    return mail.queues.get(ticket.queue, ())


def _may_tell(desk: Desk, tx: Tx, mail: AgentsMail, ticket: Ticket, address: str) -> bool:
    """Programs may sit at both ends. Counted by ticket, for there may be many new ones an hour; but
    whoever is told of tickets and opens them, too, may be a program that opens one more for each."""
    conversation = tx.get(Conversation, ticket.conversation_id)
    if conversation is None or not desk.by_letter(conversation.channel):
        return True
    requester = conversation.address
    of_queues = any(requester in addresses for addresses in mail.queues.values())
    told = of_queues or people.agent_at(tx, EMAIL, requester) is not None
    correspondent = f"{address} {requester if told else ticket.number}"
    return silence.may_write(desk, tx, mail.channel, correspondent, ticket)


def _of_ticket(desk: Desk, tx: Tx, ticket: Ticket, news: News, mail: AgentsMail) -> str:
    language = desk.language
    told = stated.shown(desk.texts, ticket, language, desk.timezone, tx.now)
    known = "\n".join(f"- {escape(kind)}: {escape(value)}" for kind, value in told)
    guess = msgspec.json.decode(ticket.decided, type=dict[str, str]).get("cause")
    parts = [
        desk.texts.say(
            news.key,
            language,
            ticket=ticket.number,
            who=_name(desk, tx, ticket),
            category=ticket.category,
            priority=ticket.priority,
            queue=ticket.queue,
        ),
        _quoted(ticket.description),
        known,
        desk.texts.say("card-guess", language, guess=guess) if guess else "",
        _footer(desk, ticket, mail),
    ]
    return "\n\n".join(part for part in parts if part)


def _of_message(
    desk: Desk, tx: Tx, ticket: Ticket, message: InboundMessage, mail: AgentsMail
) -> str:
    who = _writer(desk, tx, ticket, message)
    told = desk.texts.say("agents-message", desk.language, ticket=ticket.number, who=who)
    return "\n\n".join((told, _quoted(message.text), _footer(desk, ticket, mail)))


def _writer(desk: Desk, tx: Tx, ticket: Ticket, message: InboundMessage) -> str:
    who = _name(desk, tx, ticket)
    if message.sender.address != who and desk.by_letter(message.channel):
        return message.sender.name or message.sender.address
    return who


def _footer(desk: Desk, ticket: Ticket, mail: AgentsMail) -> str:
    page = f"{desk.url()}/desk/tickets/{ticket.number}"
    return f"---\n\n{desk.texts.say('agents-footer', desk.language)}\n\n<{page}>"


def _quoted(words: str) -> str:
    cut = words if len(words) <= LONGEST else f"{words[:LONGEST]} …"
    return "\n".join(f"> {escape(line)}" for line in cut.strip().split("\n"))


def _name(desk: Desk, tx: Tx, ticket: Ticket) -> str:
    person = tx.get(Person, ticket.requester_id)
    if person is not None and person.name:
        return person.name
    conversation = tx.get(Conversation, ticket.conversation_id)
    if conversation is not None and desk.by_letter(conversation.channel):
        return conversation.address
    return desk.texts.label("agents-nobody", desk.language)
