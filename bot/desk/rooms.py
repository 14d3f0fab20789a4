"""Where agents sit together: a channel of Slack, a group of Telegram. A ticket of its queues is one card
there, and everything about it happens in the card's thread.

The card shows how the ticket stands when a transaction ends, whoever changed it and from where. Nothing
internal is in a message of ours: what agents write to each other stays in the thread it was written in.
"""

import re
from collections.abc import Collection, Sequence
from typing import Final

import msgspec

from bot.desk.desk import PHONE, Desk, Room
from bot.desk.indexing import KIND
from bot.desk.priority import Priority
from bot.desk.status import ACTIVE, DONE
from bot.desk.transcript import extra_of
from bot.text import escape
from channels.message import Attachment, Choice, Menu, OutboundMessage, PublicText
from nlp.understanding import Category
from store import outbox
from store import tickets as kept
from store.base import micros
from store.database import Tx
from store.outbox import Outgoing
from store.tables import Conversation, Person, Ticket

SHOWN: Final = 1500  # characters of the requester's words on a card; the page has them all
SAID: Final = 3500  # of one message in the thread
ALIKE: Final = 3  # other tickets named
SOUGHT: Final = 12  # terms that others are looked for by
_KEY: Final = re.compile(r"card:(\d{1,18}):.+")
_encoder: Final = msgspec.json.Encoder()


def at(desk: Desk, channel: str, place: str | None) -> Room | None:
    """The room that a place is."""
    return next((one for one in desk.rooms if (one.channel, one.place) == (channel, place)), None)


def ticket_in(tx: Tx, room: Room, conversation: str) -> int | None:
    """The ticket whose card began this thread."""
    key = outbox.opener(tx, room.channel, conversation)
    found = None if key is None else _KEY.fullmatch(key)
    return None if found is None else int(found[1])


def value(ticket_id: int, order: str, argument: str = "") -> str:
    """Of a button; short, because some networks take 64 bytes."""
    return f"t{ticket_id}:{order}={argument}" if argument else f"t{ticket_id}:{order}"


# -- saying


def say(
    desk: Desk,
    tx: Tx,
    ticket: Ticket,
    text: str,
    *,
    key: str,
    choices: Sequence[Choice] = (),
    attachments: Sequence[Attachment] = (),
    only: Room | None = None,
    but: str | None = None,
) -> None:
    """Something about a ticket, in the thread of its card: in every room that has one, in one, or in all
    `but` those of the channel where they know already. `key` is stable."""
    for room in desk.rooms if only is None else (only,):
        if room.channel == but or not _has_card(tx, room, ticket.id):
            continue
        message = OutboundMessage(
            key=f"room:{key}:{room.name}",
            channel=room.channel,
            to=room.place,
            conversation=room.place,
            text=PublicText(text),
            choices=tuple(choices),
            attachments=tuple(attachments),
            language=desk.language,
            under=_card_key(ticket.id, room),
        )
        _post(tx, message)


def quoted(words: str, longest: int = SAID) -> str:
    cut = words.strip()
    cut = cut if len(cut) <= longest else f"{cut[:longest]} …"
    return "\n".join(f"> {escape(line)}" for line in cut.split("\n"))


def answer(desk: Desk, tx: Tx, room: Room, conversation: str, text: str, *, key: str) -> None:
    """To somebody who wrote in the room, where no card need be."""
    message = OutboundMessage(
        key=f"room:{key}:{room.name}",
        channel=room.channel,
        to=room.place,
        conversation=conversation,
        text=PublicText(text),
        language=desk.language,
    )
    _post(tx, message)


# -- cards


def refresh(desk: Desk, tx: Tx, ticket_ids: Collection[int]) -> None:
    """At the end of a transaction that changed these tickets: a card where one is due, and the truth on
    those that there are."""
    for id in sorted(ticket_ids):
        ticket = tx.get(Ticket, id)
        if ticket is None:
            continue
        for room in desk.rooms:
            if _has_card(tx, room, id):
                show(desk, tx, ticket, room)
            elif ticket.queue in room.queues and ticket.status in ACTIVE:
                _begin(desk, tx, ticket, room)


def _begin(desk: Desk, tx: Tx, ticket: Ticket, room: Room) -> None:
    """The card, and under it the files that came before there was one."""
    _post(tx, _card(desk, tx, ticket, room, opens_thread=True))
    said = [extra_of(row.extra) for row in kept.messages(tx, ticket.id)]
    if files := [file for one in said for file in one.attachments]:
        text, key = _say(desk, "card-files"), f"{ticket.id}.files"
        say(desk, tx, ticket, text, key=key, attachments=files, only=room)


def show(desk: Desk, tx: Tx, ticket: Ticket, room: Room, *, menu: str | None = None) -> None:
    """The card as it is now, or with the choices of a menu; edits that still wait need not be sent."""
    card = _card(desk, tx, ticket, room, menu=menu)
    tx.repost(_outgoing(card), instead_of=f"{_card_key(ticket.id, room)}:")


def _has_card(tx: Tx, room: Room, ticket_id: int) -> bool:
    return tx.is_posted(_card_key(ticket_id, room))


def _card_key(ticket_id: int, room: Room) -> str:
    return f"card:{ticket_id}:{room.name}"


def _card(
    desk: Desk,
    tx: Tx,
    ticket: Ticket,
    room: Room,
    *,
    opens_thread: bool = False,
    menu: str | None = None,
) -> OutboundMessage:
    key = _card_key(ticket.id, room)
    menus = () if menu is not None else _menus(desk, ticket)
    return OutboundMessage(
        key=key if opens_thread else f"{key}:{micros(tx.now)}",
        channel=room.channel,
        to=room.place,
        conversation=room.place,
        text=PublicText(_text(desk, tx, ticket, room)),
        choices=_options(desk, ticket, menu) if menu is not None else _buttons(desk, ticket),
        menus=menus,
        language=desk.language,
        subject=f"{ticket.number} {ticket.title}",
        opens_thread=opens_thread,
        replaces=None if opens_thread else key,
    )


def _text(desk: Desk, tx: Tx, ticket: Ticket, room: Room) -> str:
    holder = None if ticket.assignee_id is None else tx.get(Person, ticket.assignee_id)
    parts = [
        _say(
            desk,
            "card-head",
            ticket=ticket.number,
            title=ticket.title,
            status=_label(desk, f"agents-status-{ticket.status}"),
            category=_label(desk, f"category-{ticket.category}"),
            priority=_label(desk, f"priority-{ticket.priority}"),
            queue=ticket.queue,
            holder=_label(desk, "card-nobody") if holder is None else holder.name,
        ),
        _who(desk, tx, ticket),
        quoted(ticket.description, SHOWN),
        _facts(ticket),
        *_further(desk, tx, ticket),
    ]
    if ticket.queue not in room.queues:
        parts.insert(1, _say(desk, "card-moved", queue=ticket.queue))
    return "\n\n".join(part for part in parts if part)


def _who(desk: Desk, tx: Tx, ticket: Ticket) -> str:
    person = tx.get(Person, ticket.requester_id)
    conversation = tx.get(Conversation, ticket.conversation_id)
    channel = ticket.channel if conversation is None else conversation.channel
    name = person.name if person is not None else ""
    if not name and conversation is not None and desk.network(channel) == PHONE:
        name = conversation.address
    name = name or _label(desk, "agents-nobody")
    network = desk.texts.network(desk.network(channel), desk.language)
    about = [] if person is None else [person.group or "", person.site or ""]
    if person is not None and person.vip:
        about.insert(0, "VIP")
    told = ", ".join(part for part in about if part)
    return _say(desk, "card-who", who=f"{name} ({told})" if told else name, channel=network)


def _facts(ticket: Ticket) -> str:
    facts = msgspec.json.decode(ticket.facts, type=list[tuple[str, str]])
    return "\n".join(f"- {escape(kind)}: {escape(found)}" for kind, found in facts)


def _further(desk: Desk, tx: Tx, ticket: Ticket) -> list[str]:
    """Until it is done: what may help, what looks alike, and what was promised."""
    if ticket.status not in ACTIVE:
        return []
    parts = []
    found = [desk.article(id, desk.language) for id in suggested(ticket)]
    if titles := [f"- {escape(one.title)}" for one in found if one is not None]:
        parts.append("\n".join([_say(desk, "card-articles"), *titles]))
    if alike := _alike(desk, tx, ticket):
        lines = [f"- {one.number} {escape(one.title)}" for one in alike]
        parts.append("\n".join([_say(desk, "card-alike"), *lines]))
    within = desk.answer_within.get(ticket.priority)
    if within is not None and ticket.responded_at is None:
        due = ticket.opened_at + within
        when = desk.texts.when(due, desk.language, desk.timezone.key, tx.now)
        parts.append(_say(desk, "card-due", when=when))
    return parts


def suggested(ticket: Ticket) -> list[str]:
    """Ids of articles."""
    return msgspec.json.decode(ticket.suggested, type=list[str])


def _alike(desk: Desk, tx: Tx, ticket: Ticket) -> list[Ticket]:
    """Other open ones that share its words."""
    terms = desk.terms(ticket.title)[:SOUGHT]
    ids = desk.search.find(tx, KIND, terms, ALIKE * 4) if terms else ()
    found = [tx.get(Ticket, id) for id in ids if id != ticket.id]
    return [one for one in found if one is not None and one.status in ACTIVE][:ALIKE]


def _buttons(desk: Desk, ticket: Ticket) -> tuple[Choice, ...]:
    if ticket.status in DONE:
        names = ["reopen"] if ticket.merged_into is None else []
    else:
        names = ["claim" if ticket.assignee_id is None else "release", "ask", "article"]
        names += ["canned"] if desk.replies else []
        # A caller has nothing in writing.
        names += ["summary"] if desk.network(ticket.channel) == PHONE else []
        names += ["note", "resolve", "escalate"]
    return tuple(
        Choice(value(ticket.id, name), _label(desk, f"card-{name}"), form=_FORMS.get(name))
        for name in names
    )


_FORMS: Final = {"note": "note", "resolve": "resolve"}  # of `bot.lobby`
_MENUS: Final = {
    "category": tuple(str(one) for one in Category),
    "priority": tuple(str(one) for one in Priority),
}


def _menus(desk: Desk, ticket: Ticket) -> tuple[Menu, ...]:
    if ticket.status in DONE:
        return ()
    return tuple(
        Menu(
            label=_label(desk, f"card-{name}"),
            choices=_choices(desk, ticket, name),
            picked=value(ticket.id, name, getattr(ticket, name)),
            open=value(ticket.id, "menu", name),
        )
        for name in _MENUS
    )


def _options(desk: Desk, ticket: Ticket, name: str) -> tuple[Choice, ...]:
    back = Choice(value(ticket.id, "card"), _label(desk, "card-back"))
    return (*(_choices(desk, ticket, name) if name in _MENUS else ()), back)


def _choices(desk: Desk, ticket: Ticket, name: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(value(ticket.id, name, one), _label(desk, f"{name}-{one}")) for one in _MENUS[name]
    )


def _say(desk: Desk, key: str, **values: str | int) -> str:
    return desk.texts.say(key, desk.language, **values)


def _label(desk: Desk, key: str) -> str:
    return desk.texts.label(key, desk.language)


def _post(tx: Tx, message: OutboundMessage) -> None:
    tx.post(_outgoing(message))


def _outgoing(message: OutboundMessage) -> Outgoing:
    return Outgoing(
        channel=message.channel,
        destination=message.to,
        key=message.key,
        body=_encoder.encode(message).decode(),
    )
