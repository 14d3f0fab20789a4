"""What agents do in a room: words in a card's thread, its buttons and menus, reactions.

Words go to the requester, wherever they wrote from; a line that begins with the room's mark stays inside.
"""

import re
from typing import Final

import structlog
from msgspec import structs

from bot import errands
from bot.actions import running
from bot.conversation.choices import shorten
from bot.desk import absence, notes, orders, people, rooms, walk_up
from bot.desk.access import Actor, actor_of, require_work
from bot.desk.desk import Desk, Room
from bot.desk.notes import InternalText
from bot.errors import DeskError, Invalid
from bot.inbox import Read
from channels.message import LABEL_LIMIT, Attachment, Choice, InboundMessage
from store.database import Tx
from store.tables import Conversation, Inbox, Person, Ticket

REACTION: Final = "reaction:"
NEW: Final = "/new"
AWAY: Final = "/away"
BACK: Final = "/back"
_PRESSED: Final = re.compile(r"t(\d{1,18}):([a-z]+)(?:=(.*))?")
_FOR: Final = re.compile(r"\s*(?:for|для|给|为)\s+([^:：]{1,200})[:：]\s*(.+)", re.DOTALL)

log = structlog.get_logger()


def obey(
    desk: Desk, tx: Tx, conversation: Conversation, row: Inbox, read: Read, room: Room
) -> None:
    message = read.message
    pressed = _PRESSED.fullmatch(message.chosen or "")
    id = int(pressed[1]) if pressed else rooms.ticket_in(tx, room, message.conversation)
    ticket = None if id is None else tx.get(Ticket, id)
    alone = message.chosen in (NEW, AWAY, BACK)  # what needs no ticket
    edits = message.changes is not None and not message.attachments
    if (ticket is None and not alone) or message.automatic or edits:
        return  # agents among themselves; and what was sent cannot be unsaid
    answer = _Answer(desk, tx, room, conversation, row)
    agent = people.agent_at(tx, desk.network(message.channel), message.sender.address)
    if agent is None:
        answer.say(desk.texts.say("room-stranger", desk.language))
        return
    actor = structs.replace(actor_of(agent, desk.clearance), via=message.channel)
    try:
        with tx.attempt():
            if ticket is not None:
                require_work(actor, ticket)
            if message.chosen in (AWAY, BACK):
                answer.say(_absence(desk, tx, agent, message, actor))
            elif ticket is None:
                answer.say(_walk_up(desk, tx, read, actor))
            elif pressed:
                _press(desk, tx, ticket, room, message, actor, row, pressed[2], pressed[3] or "")
            elif message.chosen is not None:
                _react(desk, tx, ticket, room, message.chosen, actor, row)
            else:
                _words(desk, tx, ticket, room, message, actor, row)
                if not _is_inside(message.text, room):
                    errands.send_for(tx, conversation, message)
    except DeskError as refusal:
        answer.say(desk.texts.say("room-refused", desk.language, why=str(refusal)))
        log.info("room.refused", agent=agent.id)
        if ticket is not None and pressed and pressed[2] in ("approve", "decline"):
            running.ask_again(desk, tx, ticket, _number(pressed[3]), key=f"{row.id}.again")


def _absence(desk: Desk, tx: Tx, agent: Person, message: InboundMessage, actor: Actor) -> str:
    """`/away 2026-12-24`, `/back`"""
    if message.chosen == BACK:
        absence.come_back(desk, tx, agent, actor)
        return desk.texts.say("room-back", desk.language, who=agent.name)
    until = absence.leave(desk, tx, agent, message.text, actor)
    zone = absence.zone_of(desk, agent)
    when = desk.texts.when(until, desk.language, zone.key, tx.now)
    return desk.texts.say("room-away", desk.language, who=agent.name, when=when)


def _number(text: str | None) -> int:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,18}", text) else 0


def records_a_walk_up(desk: Desk, tx: Tx, message: InboundMessage) -> bool:
    """Whether an agent writes in private what somebody told them face to face."""
    if message.chosen != NEW or message.place is not None or not _FOR.fullmatch(message.text):
        return False
    return people.agent_at(tx, desk.network(message.channel), message.sender.address) is not None


def is_absence(desk: Desk, tx: Tx, message: InboundMessage) -> bool:
    """Whether an agent says in private that they go or are back."""
    if message.chosen not in (AWAY, BACK) or message.place is not None:
        return False
    return people.agent_at(tx, desk.network(message.channel), message.sender.address) is not None


def take_absence(desk: Desk, tx: Tx, message: InboundMessage) -> str:
    """The answer to the agent."""
    agent = people.agent_at(tx, desk.network(message.channel), message.sender.address)
    assert agent is not None  # see `is_absence`
    try:
        with tx.attempt():
            return _absence(desk, tx, agent, message, actor_of(agent, desk.clearance))
    except DeskError as refusal:
        return desk.texts.say("room-refused", desk.language, why=str(refusal))


def record_walk_up(desk: Desk, tx: Tx, read: Read) -> str:
    """The answer to the agent."""
    message = read.message
    agent = people.agent_at(tx, desk.network(message.channel), message.sender.address)
    assert agent is not None  # see `records_a_walk_up`
    try:
        with tx.attempt():
            return _walk_up(
                desk,
                tx,
                read,
                structs.replace(actor_of(agent, desk.clearance), via=message.channel),
            )
    except DeskError as refusal:
        return desk.texts.say("room-refused", desk.language, why=str(refusal))


class _Answer:
    """One line to whoever wrote, where they wrote."""

    def __init__(
        self, desk: Desk, tx: Tx, room: Room, conversation: Conversation, row: Inbox
    ) -> None:
        self._desk, self._tx, self._room = desk, tx, room
        self._conversation, self._row = conversation, row

    def say(self, text: str) -> None:
        rooms.answer(
            self._desk, self._tx, self._room, self._conversation.key, text, key=str(self._row.id)
        )


def _is_inside(text: str, room: Room) -> bool:
    lines = [line for line in text.split("\n") if line.strip()]
    return bool(lines) and all(line.lstrip().startswith(room.mark) for line in lines)


def _words(
    desk: Desk,
    tx: Tx,
    ticket: Ticket,
    room: Room,
    message: InboundMessage,
    actor: Actor,
    row: Inbox,
) -> None:
    lines = message.text.split("\n")
    inside = [line.lstrip() for line in lines if line.lstrip().startswith(room.mark)]
    outside = "\n".join(line for line in lines if not line.lstrip().startswith(room.mark))
    files: tuple[Attachment, ...] = message.attachments
    if inside:
        words = "\n".join(line.removeprefix(room.mark).strip() for line in inside)
        mine, files = (files, ()) if _is_inside(message.text, room) else ((), files)
        notes.write(desk, tx, ticket, InternalText(words), actor, attachments=mine)
    if not outside.strip() and not files:
        return
    holder = ticket.assignee_id
    order = orders.read(outside)
    orders.carry_out(desk, tx, ticket, order, actor, key=f"room:{row.id}", attachments=files)
    if order.words and holder not in (None, actor.person_id):
        other = tx.get(Person, holder)
        told = desk.texts.say("room-also", desk.language, who="" if other is None else other.name)
        rooms.say(desk, tx, ticket, told, key=f"{row.id}.also")


def _react(
    desk: Desk, tx: Tx, ticket: Ticket, room: Room, chosen: str, actor: Actor, row: Inbox
) -> None:
    """An emoji that the administrator gave a meaning; all others are only what they look like."""
    order = room.reactions.get(chosen.removeprefix(REACTION))
    if order is not None and chosen.startswith(REACTION):
        answer = orders.read(f"#{order}")
        orders.carry_out(desk, tx, ticket, answer, actor, key=f"room:{row.id}")


def _press(
    desk: Desk,
    tx: Tx,
    ticket: Ticket,
    room: Room,
    message: InboundMessage,
    actor: Actor,
    row: Inbox,
    name: str,
    argument: str,
) -> None:
    filled = "\n".join(message.answers.values()).strip()
    match name:
        case "card" | "menu":
            rooms.show(desk, tx, ticket, room, menu=argument or None)
            return
        case "note" if filled:
            notes.write(desk, tx, ticket, InternalText(filled), actor)
            return
        case "note":
            told = desk.texts.say("room-how-note", desk.language, mark=room.mark)
            rooms.say(desk, tx, ticket, told, key=str(row.id), only=room)
            return
        case "ask" | "canned" | "article" | "sop" | "tick" if not argument:
            _offer(desk, tx, ticket, room, row, name)
            return
    order = orders.Order(name, argument or filled)
    if order.name not in orders.ORDERS:
        raise Invalid("This button is not known any more.")
    answer = orders.Answer(orders=(order,), words="")
    orders.carry_out(desk, tx, ticket, answer, actor, key=f"room:{row.id}")


def _offer(desk: Desk, tx: Tx, ticket: Ticket, room: Room, row: Inbox, name: str) -> None:
    """What there is to choose from, in the thread."""
    found = orders.OFFERS[name](desk, tx, ticket)
    choices = tuple(
        Choice(rooms.value(ticket.id, name, key), shorten(label, LABEL_LIMIT))
        for key, label in found
    )
    key = f"room-{name}" if choices else f"room-no-{name}"
    told = desk.texts.say(key, desk.language)
    rooms.say(desk, tx, ticket, told, key=str(row.id), choices=choices, only=room)


def _walk_up(desk: Desk, tx: Tx, read: Read, actor: Actor) -> str:
    """`/new for ana@example.com: no picture in room 5`"""
    found = _FOR.fullmatch(read.message.text)
    if found is None:
        raise Invalid("Write for whom and what: /new for ana@example.com: no picture in room 5.")
    person = walk_up.sought(tx, found[1], actor)
    ticket = walk_up.open_for(desk, tx, person, found[2].strip(), read.understanding, actor)
    return desk.texts.say("room-opened", desk.language, ticket=ticket.number, who=person.name)
