"""Where agents sit together: a channel of Slack, a group of Telegram. A ticket of its queues is one card
there, and everything about it happens in the card's thread.

The card shows how the ticket stands when a transaction ends, whoever changed it and from where. Nothing
internal is in a message of ours: what agents write to each other stays in the thread it was written in.
"""

import re
from collections.abc import Collection, Sequence
from typing import Final

import msgspec

from bot.actions.run import under_way
from bot.desk import promises, stated
from bot.desk.checklist import Checklist, checklists
from bot.desk.desk import PHONE, Desk, Room
from bot.desk.family import CAUSE, SAME, Family, Match, family_of
from bot.desk.indexing import KIND
from bot.desk.priority import Priority
from bot.desk.status import ACTIVE, DONE
from bot.desk.transcript import extra_of
from bot.text import escape
from channels.message import Attachment, Choice, Menu, OutboundMessage, PublicText
from nlp.understanding import Category
from store import outbox
from store import tickets as kept
from store.database import Tx
from store.outbox import Outgoing
from store.tables import Conversation, Person, Ticket

SHOWN: Final = 1500  # characters of the requester's words on a card; the page has them all
SAID: Final = 3500  # of one message in the thread
ALIKE: Final = 3  # other tickets named
NUMBERED: Final = 10  # tickets of an incident
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
        if not _may_show(desk, ticket, room):
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
            if not _may_show(desk, ticket, room):
                continue
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


def _may_show(desk: Desk, ticket: Ticket, room: Room) -> bool:
    return not ticket.restricted or room.name in desk.clearance.rooms


def withdraw(desk: Desk, tx: Tx, ticket: Ticket) -> None:
    """It is restricted now: where not everybody may see it, nothing is left of the card."""
    for room in desk.rooms:
        if _may_show(desk, ticket, room) or not _has_card(tx, room, ticket.id):
            continue
        key = _card_key(ticket.id, room)
        message = OutboundMessage(
            key=tx.fresh(f"{key}:restricted"),
            channel=room.channel,
            to=room.place,
            conversation=room.place,
            text=PublicText(_say(desk, "card-restricted", ticket=ticket.number)),
            language=desk.language,
            subject=ticket.number,
            replaces=key,
        )
        tx.repost(_outgoing(message), instead_of=f"{key}:")


def show(desk: Desk, tx: Tx, ticket: Ticket, room: Room, *, menu: str | None = None) -> None:
    """The card as it is now, or with the choices of a menu; edits that still wait need not be sent."""
    if not _may_show(desk, ticket, room):
        return
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
    family = family_of(tx, ticket)
    walk = next(iter(checklists(tx, ticket)), None)
    return OutboundMessage(
        key=key if opens_thread else tx.fresh(key),
        channel=room.channel,
        to=room.place,
        conversation=room.place,
        text=PublicText(_text(desk, tx, ticket, room, family, walk)),
        choices=_options(desk, ticket, menu)
        if menu is not None
        else _buttons(desk, ticket, family, walk),
        menus=menus,
        language=desk.language,
        subject=f"{ticket.number} {ticket.title}",
        opens_thread=opens_thread,
        replaces=None if opens_thread else key,
    )


def _text(
    desk: Desk, tx: Tx, ticket: Ticket, room: Room, family: Family, walk: Checklist | None
) -> str:
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
        _level(desk, ticket),
        _who(desk, tx, ticket),
        quoted(ticket.description, SHOWN),
        _facts(desk, tx, ticket),
        "\n".join(f"- {escape(line)}" for line in under_way(desk, tx, ticket)),
        *_related(desk, family),
        _sop(desk, walk),
        _reasons(desk, ticket),
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


def _facts(desk: Desk, tx: Tx, ticket: Ticket) -> str:
    told = stated.shown(desk.texts, ticket, desk.language, desk.timezone, tx.now)
    return "\n".join(f"- {escape(kind)}: {escape(found)}" for kind, found in told)


def _sop(desk: Desk, latest: Checklist | None) -> str:
    """How far the latest walk through an SOP has got."""
    if latest is None:
        return ""
    told: dict[str, str | int] = {"title": latest.title, "count": latest.done}
    if latest.outcome is not None:
        end = _label(desk, f"sop-end-{latest.outcome}")
        line = _say(desk, "card-sop-over", end=end, **told)
    else:
        now = next((one.text for one in latest.items if one.state == "now"), "…")
        line = _say(desk, "card-sop-now", step=now, **told)
    lines = (f"- ✓ {one.number}. {escape(one.text)} ({escape(one.by)})" for one in latest.ticked)
    return "\n".join([line, *lines])


def _reasons(desk: Desk, ticket: Ticket) -> str:
    """What is guessed to be behind it, and the words that carried each decision."""
    decided = msgspec.json.decode(ticket.decided, type=dict[str, str])
    guess = decided.pop("cause", "")
    parts = [_say(desk, "card-guess", guess=guess)] if guess else []
    lines = [f"- {escape(field)}: {escape(why)}" for field, why in decided.items()]
    return "\n\n".join([*parts, "\n".join([_say(desk, "card-decided"), *lines])])


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
    if promised := promises.lines(desk, tx, ticket):
        parts.append("\n".join(f"- {escape(line)}" for line in promised))
    return parts


def _related(desk: Desk, family: Family) -> list[str]:
    """Of what it is part, what is part of it, and what may be."""
    parts = []
    if family.parent is not None:
        parts.append(_named(desk, "card-part", family.parent))
    parts += [_match(desk, one) for one in family.likely]
    if family.children:
        numbers = ", ".join(one.number for one in family.children[:NUMBERED])
        parts.append(_say(desk, "card-parts", count=len(family.children), numbers=numbers))
    waiting = [one.ticket.number for one in family.candidates if one.kind == CAUSE]
    if waiting:
        numbers = ", ".join(waiting[:NUMBERED])
        parts.append(_say(desk, "card-more-parts", count=len(waiting), numbers=numbers))
    return parts


def _match(desk: Desk, match: Match) -> str:
    if match.kind == SAME:
        return _named(desk, "card-same", match.ticket)
    why, said = match.why, [_named(desk, "card-likely", match.ticket)]
    if why.names:
        said.append(_say(desk, "card-likely-about", names=", ".join(why.names)))
    if why.people:
        told: dict[str, str | int] = {"count": why.people, "minutes": why.minutes}
        said.append(_say(desk, "card-likely-why", usual=f"{why.usual:.1f}", **told))
    return " ".join(said)


def _named(desk: Desk, key: str, ticket: Ticket) -> str:
    return _say(desk, key, ticket=ticket.number, title=ticket.title)


def suggested(ticket: Ticket) -> list[str]:
    """Ids of articles."""
    return msgspec.json.decode(ticket.suggested, type=list[str])


def _alike(desk: Desk, tx: Tx, ticket: Ticket) -> list[Ticket]:
    """Other open ones that share its words."""
    terms = desk.terms(ticket.title)[:SOUGHT]
    ids = desk.search.find(tx, KIND, terms, ALIKE * 4) if terms else ()
    found = [tx.get(Ticket, id) for id in ids if id != ticket.id]
    return [
        one for one in found if one is not None and one.status in ACTIVE and not one.restricted
    ][:ALIKE]


def _buttons(
    desk: Desk, ticket: Ticket, family: Family, walk: Checklist | None
) -> tuple[Choice, ...]:
    if ticket.status in DONE:
        names = ["reopen"] if ticket.merged_into is None else []
    else:
        waits = ticket.assignee_id is None or (bool(desk.levels) and ticket.handed_at is not None)
        names = ["claim"] if waits else []
        names += ["ask", "article"] if ticket.assignee_id is None else ["release", "ask", "article"]
        names += ["canned"] if desk.replies else []
        names += ["sop"] if desk.sops().sops else []
        names += ["tick"] if walk is not None and walk.open else []
        # A caller has nothing in writing.
        names += ["summary"] if desk.network(ticket.channel) == PHONE else []
        names += ["note", "resolve", "escalate"]
        names += ["return"] if _is_up(desk, ticket) else []
    usual = tuple(
        Choice(value(ticket.id, name), _label(desk, f"card-{name}"), form=_FORMS.get(name))
        for name in names
    )
    return (*_joins(desk, ticket, family), *usual)


def _is_up(desk: Desk, ticket: Ticket) -> bool:
    return bool(desk.levels) and desk.levels.of(ticket.level) != desk.levels.first


def _level(desk: Desk, ticket: Ticket) -> str:
    """Where it is above the first level, and whether somebody there has it."""
    if not _is_up(desk, ticket) or ticket.status in DONE:
        return ""
    since = "level-taken" if ticket.handed_at is None else "level-waits"
    return _say(desk, "card-level", level=ticket.level or "", since=_label(desk, since))


def _joins(desk: Desk, ticket: Ticket, family: Family) -> list[Choice]:
    """What is decided with one press about what it may be part of, and taken back with one."""
    found = []
    for one in family.likely[:1]:
        number = one.ticket.number
        order = "merge" if one.kind == SAME else "parent"
        label = desk.texts.label(f"card-{order}", desk.language, ticket=number)
        found.append(Choice(value(ticket.id, order, number), label))
        found.append(Choice(value(ticket.id, "apart", number), _label(desk, "card-apart")))
    waiting = [one for one in family.candidates if one.kind == CAUSE]
    if waiting:
        label = desk.texts.label("card-link-all", desk.language, count=len(waiting))
        found.append(Choice(value(ticket.id, "child", "all"), label))
    if family.parent is not None:
        number = family.parent.number
        label = desk.texts.label("card-unlink", desk.language, ticket=number)
        found.append(Choice(value(ticket.id, "apart", number), label))
    return found


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
