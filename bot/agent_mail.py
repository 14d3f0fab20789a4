"""An agent's e-mail about a ticket: orders at the top, and words that go to the requester."""

import structlog
from msgspec import structs

from bot.desk import agents, escalation, orders, people, silence, tickets
from bot.desk.access import actor_of
from bot.desk.desk import Desk
from bot.errors import DeskError
from bot.text import escape
from channels.email.threads import ticket_of
from channels.message import InboundMessage
from store.database import Tx
from store.tables import Conversation, Inbox, Person

log = structlog.get_logger()


def is_for_agents(desk: Desk, conversation: Conversation) -> bool:
    """Whether it is the thread in which agents are told of a ticket."""
    return desk.by_letter(conversation.channel) and ticket_of(conversation.key) is not None


def obey(
    desk: Desk, tx: Tx, conversation: Conversation, row: Inbox, message: InboundMessage
) -> None:
    """Who is no agent, or not surely one, never gets here with anything but an automatic mail: the
    mailroom looks before it files (`bot.mailroom`); here it is looked again, for what changed since."""
    ticket = tickets.get(tx, ticket_of(conversation.key) or 0)
    if message.returned:
        tickets.returned(tx, ticket, inbox_id=row.id, to="an agent")
        return
    network, sender = desk.network(message.channel), message.sender
    agent = None if sender.suspect else people.agent_at(tx, network, sender.address)
    if agent is not None and message.automatic:
        escalation.is_out(desk, tx, ticket, agent)
    if agent is None or message.automatic:
        log.info("agent-mail.ignored", ticket=ticket.number, automatic=message.automatic)
        return
    try:
        with tx.attempt():
            answer = orders.read(message.text)
            orders.carry_out(
                desk,
                tx,
                ticket,
                answer,
                structs.replace(actor_of(agent, desk.clearance), via=message.channel),
                key=f"mail:{row.id}",
                attachments=message.attachments,
            )
    except DeskError as refusal:
        _refuse(desk, tx, conversation, agent, message, row, str(refusal))


def _refuse(
    desk: Desk,
    tx: Tx,
    conversation: Conversation,
    agent: Person,
    message: InboundMessage,
    row: Inbox,
    refusal: str,
) -> None:
    """Nothing was done: say why, and give the words back, so that they need not be typed again."""
    ticket = tickets.get(tx, ticket_of(conversation.key) or 0)
    told = desk.texts.say("agents-refused", desk.language, ticket=ticket.number, why=refusal)
    words = "\n".join(f"> {escape(line)}" for line in message.text.split("\n"))
    address = message.sender.address
    if silence.may_write(desk, tx, message.channel, address, ticket, inbox_id=row.id):
        agents.tell(desk, tx, ticket, address, f"{told}\n\n{words}", key=f"{row.id}.refused")
    log.info("agent-mail.refused", ticket=ticket.number, agent=agent.id)
