"""Tickets: opened, worked on, answered, resolved, reopened, closed. Every change leaves an event.

Every function holds the ticket's conversation and then the ticket before it looks at either, so two
agents, or an agent and a message, never act on what the other has just changed.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import structlog
from msgspec import Struct

from bot.desk import confirmation, family, rooms, stated, transcript
from bot.desk.access import (
    BOT,
    STAFF,
    Actor,
    Who,
    is_cleared,
    is_requester_of,
    may_see,
    require_part,
    require_work,
)
from bot.desk.desk import NEVER, Desk
from bot.desk.events import GUEST, WITHDRAWN, What, record
from bot.desk.indexing import index, index_more, index_new
from bot.desk.notices import Notice, tell_of
from bot.desk.origin import Origin, dumped
from bot.desk.priority import Priority, priority_of
from bot.desk.rules import FIELDS, Case, judge, systems_of
from bot.desk.status import ACTIVE, DONE, Status, check
from bot.desk.wording import as_written
from bot.errors import IllegalChange, Invalid, NotFound
from channels.message import Attachment, InboundMessage, PublicText
from nlp.intents import besides_the_wish
from nlp.understanding import Category, Fact, Level, TicketType
from store import lessons, messages
from store import tickets as kept
from store.database import Tx
from store.storms import is_parent
from store.tables import Conversation, Person, Ticket
from store.timers import cancel_timers, set_timer

TITLE_LIMIT: Final = 80
TAG: Final = re.compile(r"[\w.-]{1,40}")
LONGEST: Final = 100_000  # characters of a reply
NOTHING_SAID: Final = 1 << 62  # a matter that begins after everything said so far
JUST_WROTE: Final = timedelta(hours=1)  # they are awake, and wait
_URGENT: Final = frozenset({Priority.CRITICAL, Priority.HIGH})
REMIND: Final = "remind"
CLOSE: Final = "close"

log = structlog.get_logger()


class Proposal(Struct, frozen=True, kw_only=True):
    """What a conversation came to: the wish to have a ticket."""

    words: Sequence[str]
    facts: tuple[Fact, ...] = ()
    answers: Mapping[str, str] = {}
    category: Category = Category.OTHER
    confidence: float = 0.0
    type: TicketType = TicketType.INCIDENT
    impact: Level = Level.LOW
    urgency: Level = Level.MEDIUM
    language: str = "en"
    human: bool = False  # the requester asked for a person
    suggested: Sequence[str] = ()  # ids of articles that might solve it
    because: Mapping[str, Sequence[str]] = {}  # "category", "impact", … -> words that carried it
    guess: str = ""  # of the cause, for agents only


def get(tx: Tx, ticket_id: int) -> Ticket:
    found = tx.get(Ticket, ticket_id)
    if found is None:
        raise NotFound(f"There is no ticket {ticket_id}.")
    return found


def by_number(tx: Tx, number: str) -> Ticket:
    """The ticket called "INC-12"; the case of the letters does not matter."""
    prefix, _, digits = number.strip().upper().partition("-")
    plain = digits.isascii() and digits.isdecimal() and len(digits) < 19
    found = tx.get(Ticket, int(digits)) if plain else None
    if found is None or found.prefix != prefix:
        raise NotFound(f"There is no ticket {number[:40]}.")
    return found


def shown_title(desk: Desk, ticket: Ticket) -> str:
    """For what is read beyond the ticket itself: who that is is not known."""
    return desk.texts.label("restricted", desk.language) if ticket.restricted else ticket.title


def seen_by(actor: Actor, ticket: Ticket) -> Ticket:
    """The ticket, for whoever may see it; to all others there is none."""
    if not may_see(actor, ticket):
        raise NotFound(f"There is no ticket {ticket.number}.")
    return ticket


# Opening


def open_ticket(
    desk: Desk,
    tx: Tx,
    conversation: Conversation,
    proposal: Proposal,
    requester: Person,
    actor: Actor,
    *,
    inbox_id: int | None = None,
) -> Ticket:
    """Open a ticket for the requester, of what was said since the matter began; of the message that
    `inbox_id` is, which is not among it yet, the caller says where it belongs."""
    text = "\n".join(proposal.words)
    verdict = judge(
        desk.rules,
        Case(
            text=text,
            channel=conversation.channel,
            language=proposal.language,
            type=proposal.type,
            category=proposal.category,
            now=tx.now,
            group=requester.group,
            systems=systems_of(proposal.facts),
        ),
        desk.timezone,
    )
    guessed = _guess(proposal, requester, tx.now, desk.zone_of(requester.timezone))
    values = {field: value for field, (value, _) in guessed.items()}
    values |= {field: value for field, (value, _) in verdict.fields.items()}
    reasons = {field: why for field, (_, why) in guessed.items()} | {"queue": "by category"}
    if "queue" not in values:
        values["queue"] = desk.queue_of(values["category"])
        if service := _served(desk, proposal):
            values["queue"], reasons["queue"] = service.means, f"catalogue: {service.value}"
    reasons |= {field: f"rule: {rule}" for field, (_, rule) in verdict.fields.items()}
    decided = reasons | ({"cause": proposal.guess} if proposal.guess else {})
    ticket = tx.insert(
        Ticket(
            prefix="REQ" if values["type"] == TicketType.REQUEST else "INC",
            type=values["type"],
            category=values["category"],
            priority=values["priority"],
            status=Status.NEW,
            queue=values["queue"],
            title=title_of(proposal.words),
            description=text,
            language=proposal.language,
            channel=conversation.channel,
            conversation_id=conversation.id,
            requester_id=requester.id,
            facts=stated.dumped(proposal.facts, proposal.answers),
            decided=msgspec.json.encode(decided).decode(),
            suggested=msgspec.json.encode(proposal.suggested).decode(),
            restricted=desk.clearance.restricts(values["category"], values["type"]),
            opened_at=tx.now,
            updated_at=tx.now,
        )
    )
    conversation.ticket_id = ticket.id
    reason = "the requester asked for a person" if proposal.human else None
    came = Origin(conversation.channel, proposal.language, requester.group, requester.site)
    record(
        tx,
        ticket,
        What.OPENED,
        actor,
        old=dumped(came),
        new=ticket.number,
        why=reason,
        inbox_id=inbox_id,
    )
    for field in FIELDS:
        rule = verdict.fields.get(field)
        record(
            tx,
            ticket,
            What(field),
            BOT if rule is None else Actor(who=Who.RULE, name=rule[1]),
            old=guessed[field][0] if rule is not None and field in guessed else None,
            new=values[field],
            why=reasons[field],
            inbox_id=inbox_id,
        )
    if ticket.restricted:
        record(tx, ticket, What.RESTRICTED, BOT, new="yes", why=ticket.category)
    for tag in verdict.tags:
        kept.add_tag(tx, ticket.id, tag)
    if inbox_id is None or conversation.since_id < inbox_id:
        kept.file_messages(tx, conversation.id, conversation.since_id, ticket.id)
    index_new(desk, tx, ticket)
    log.info("ticket.opened", ticket=ticket.number, category=ticket.category, queue=ticket.queue)
    return ticket


def _guess(
    proposal: Proposal, requester: Person, now: datetime, zone: ZoneInfo
) -> dict[str, tuple[str, str]]:
    """What holds unless a rule says otherwise: field -> value and why."""
    impact, urgency, why = proposal.impact, proposal.urgency, ""
    if requester.vip and impact is Level.LOW:
        impact, why = Level.MEDIUM, ", VIP"
    due = stated.due(proposal.facts)
    if due is not None and urgency is not Level.HIGH and stated.is_today(due, now, zone):
        urgency, why = Level.HIGH, f"{why}, needed today"
    priority = priority_of(impact, urgency)

    def by(field: str) -> str:
        words = as_written(proposal.because.get(field, ()), proposal.words)
        return f" ({', '.join(f'“{word}”' for word in words)})" if words else ""

    sure = f"classifier: {proposal.confidence:.0%}"
    pressing = f"impact {impact}{by('impact')}, urgency {urgency}{by('urgency')}{why}"
    return {
        "type": (proposal.type, f"classifier{by('type')}"),
        "category": (proposal.category, f"{sure}{by('category')}"),
        "priority": (priority, pressing),
    }


def _served(desk: Desk, proposal: Proposal) -> Fact | None:
    """The first service named whose tickets a queue of its own takes."""
    return next(
        (fact for fact in proposal.facts if fact.kind == "service" and fact.means in desk.queues),
        None,
    )


_SENTENCE: Final = re.compile(r"(?<=[.!?。！？…])(?:\s+|(?<=[。！？]))|\n+")
_GREETING: Final = re.compile(
    r"^(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|"
    r"здравствуйте|привет|добрый (?:день|вечер)|доброе утро|"
    r"您好|你好|大家好|早上好|下午好)(?![a-zа-яё])[^,.!?，。！？\n]{0,20}[,.!?，。！？\s]+)+",
    re.IGNORECASE,
)


def title_of(words: Sequence[str]) -> str:
    """The first sentence that says something, without the greeting, shortened at a word."""
    for part in words:
        for sentence in _SENTENCE.split(_plain(part[:2000])):
            meat = _GREETING.sub("", sentence + " ").strip()
            if _says_something(meat) and besides_the_wish(meat):
                return _shortened(meat)
    return _shortened(" ".join(_plain(" ".join(words)[:2000]).split())) or "(no words)"


_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


def _plain(text: str) -> str:
    """Without control and direction characters, which would garble a list of titles."""
    if text.isascii():
        return _CONTROL.sub(" ", text)
    return "".join(
        letter if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cf", "Cs") else " "
        for letter in text
    )


def _says_something(sentence: str) -> bool:
    han = sum("\u3400" <= letter <= "\u9fff" for letter in sentence)
    return han >= 4 or len(re.findall(r"\w+", sentence)) >= 3


def _shortened(sentence: str) -> str:
    sentence = " ".join(sentence.split())
    if len(sentence) <= TITLE_LIMIT:
        return sentence
    cut = sentence[: TITLE_LIMIT - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[TITLE_LIMIT // 2 :] else cut) + "…"


# What requesters do


def add_message(
    desk: Desk, tx: Tx, ticket: Ticket, text: str, actor: Actor, *, inbox_id: int
) -> None:
    """The requester wrote more about it. A ticket that waited for that goes on."""
    require_part(actor, ticket)
    kept.hold(tx, ticket)
    record(tx, ticket, What.MESSAGE, actor, inbox_id=inbox_id)
    if ticket.status == Status.PENDING_USER:
        _move(desk, tx, ticket, Status.OPEN, actor, why="the requester answered", inbox_id=inbox_id)
    if text:
        index_more(desk, tx, ticket, text)


def edited(desk: Desk, tx: Tx, ticket: Ticket, message: InboundMessage, actor: Actor) -> None:
    """The requester changed what they had written, or took it back: agents may have read it before."""
    require_part(actor, ticket)
    kept.hold(tx, ticket)
    why = "taken back" if message.deleted else None
    record(tx, ticket, What.EDITED, actor, why=why)
    key = "card-deleted" if message.deleted else "card-edited"
    told = desk.texts.say(key, desk.language, who=actor.name or message.sender.address)
    if not message.deleted:
        told = f"{told}\n\n{rooms.quoted(message.text)}"
        index_more(desk, tx, ticket, message.text)
    rooms.say(desk, tx, ticket, told, key=f"{message.channel}:{message.message_id}")


def add_of_guest(tx: Tx, ticket: Ticket, guest: Actor, *, inbox_id: int) -> None:
    """Somebody else wrote in the requester's thread: the agents read it, and nothing goes on by it."""
    kept.hold(tx, ticket)
    record(tx, ticket, What.MESSAGE, guest, why=GUEST, inbox_id=inbox_id)


def returned(tx: Tx, ticket: Ticket, *, inbox_id: int, to: str = "the requester") -> None:
    """A mail server sent back what was said about it."""
    kept.hold(tx, ticket)
    why = f"a mail server sent back a mail to {to}"
    record(tx, ticket, What.UNDELIVERED, BOT, why=why, inbox_id=inbox_id)


def silenced(tx: Tx, ticket: Ticket, *, inbox_id: int | None = None) -> None:
    """An address was written to as often as it may be: perhaps a program answers there."""
    kept.hold(tx, ticket)
    kept.add_tag(tx, ticket.id, "bot-silenced")
    record(tx, ticket, What.SILENCED, BOT, why="too many letters to one address", inbox_id=inbox_id)


def solved_by_requester(
    desk: Desk,
    tx: Tx,
    ticket: Ticket,
    actor: Actor,
    *,
    cancelled: bool,
    inbox_id: int | None = None,
    why: str = "solved, says the requester",
) -> None:
    """Solved or no longer wanted, says the requester. What is resolved is closed by it."""
    require_part(actor, ticket)
    kept.hold(tx, ticket)
    why = WITHDRAWN if cancelled else why
    if ticket.status not in ACTIVE:
        confirm(desk, tx, ticket, actor, inbox_id=inbox_id)
    elif is_parent(tx, ticket.id):  # for all others it may go on
        record(tx, ticket, What.MESSAGE, actor, why=why, inbox_id=inbox_id)
    else:
        _move(desk, tx, ticket, Status.RESOLVED, actor, why=why, inbox_id=inbox_id)


def confirm(desk: Desk, tx: Tx, ticket: Ticket, actor: Actor, *, inbox_id: int | None) -> None:
    """What is resolved is fixed, says the requester, and closed."""
    require_part(actor, ticket)
    kept.hold(tx, ticket)
    if ticket.status == Status.RESOLVED:
        record(tx, ticket, What.CONFIRMED, actor, new="yes", inbox_id=inbox_id)
        why = "confirmed by the requester"
        _move(desk, tx, ticket, Status.CLOSED, actor, why=why, inbox_id=inbox_id)


def call_human(tx: Tx, ticket: Ticket, actor: Actor, *, inbox_id: int) -> None:
    """The requester wants a person now: agents find the ticket by its tag."""
    require_part(actor, ticket)
    kept.hold(tx, ticket)
    kept.add_tag(tx, ticket.id, "wants-a-person")
    record(tx, ticket, What.CALLED, actor, inbox_id=inbox_id)


def tag(tx: Tx, ticket: Ticket, name: str) -> None:
    """A mark that the desk itself sets."""
    kept.add_tag(tx, ticket.id, name)


def undelivered(desk: Desk, tx: Tx, conversation_id: int) -> None:
    """Something said in the conversation will not reach the requester: the ticket's agents must know."""
    conversation = tx.get(Conversation, conversation_id)
    if conversation is None or conversation.ticket_id is None:
        return
    ticket = get(tx, conversation.ticket_id)
    kept.hold(tx, ticket)
    record(tx, ticket, What.UNDELIVERED, BOT, why="the channel did not take the message")
    network = desk.texts.network(desk.network(conversation.channel), desk.language)
    told = desk.texts.say("card-undelivered", desk.language, channel=network)
    rooms.say(desk, tx, ticket, told, key=tx.fresh(f"undelivered:{ticket.id}"))


def reopen(
    desk: Desk, tx: Tx, ticket: Ticket, actor: Actor, *, why: str, inbox_id: int | None = None
) -> None:
    """Resolved or lately closed, but not solved. Raises IllegalChange when it is too long ago."""
    require_part(actor, ticket)
    kept.hold(tx, ticket)
    if ticket.status not in DONE:
        raise IllegalChange(f"{ticket.number} is {ticket.status}; only what is done is reopened.")
    done = ticket.closed_at or ticket.resolved_at or ticket.updated_at
    if tx.now - done > desk.reopen_within:
        days = desk.reopen_within.days
        raise IllegalChange(
            f"{ticket.number} was done more than {days} days ago and stays so; open a new ticket."
        )
    old, ticket.status = ticket.status, str(Status.OPEN)
    ticket.resolved_at = ticket.closed_at = None
    ticket.handed_at, ticket.calls = tx.now, 0  # whoever fixed it has to see that it is back
    _set_clocks(desk, tx, ticket)
    record(tx, ticket, What.REOPENED, actor, old=old, new=Status.OPEN, why=why, inbox_id=inbox_id)


# What agents do


def reply(
    desk: Desk,
    tx: Tx,
    ticket: Ticket,
    text: PublicText,
    actor: Actor,
    *,
    key: str,
    attachments: Sequence[Attachment] = (),
) -> None:
    """Answer the requester, who reads it where they wrote. The conversation is the agent's from now on.

    `key` is the form's own: sent twice, the answer is given once.
    """
    require_work(actor, ticket)
    if not text.body.strip() and not attachments:
        raise Invalid("The answer is empty.")
    if len(text.body) > LONGEST:
        raise Invalid(f"The answer has more than {LONGEST} characters.")
    conversation = kept.hold(tx, ticket)
    key = f"agent:{ticket.id}:{key}"
    if messages.is_known(tx, key):
        return
    if ticket.status == Status.CLOSED:
        raise IllegalChange(f"{ticket.number} is closed; reopen it to answer.")
    if desk.is_mute(conversation.channel, conversation.address):
        raise Invalid(f"The requester can only be called: {conversation.address}.")
    transcript.speak(
        desk,
        tx,
        conversation,
        text,
        key=key,
        actor=actor,
        attachments=attachments,
        ticket_id=ticket.id,
        can_wait=not _is_awaited(tx, ticket),
    )
    if ticket.responded_at is None:
        ticket.responded_at = tx.now
    record(tx, ticket, What.REPLY, actor)
    told = desk.texts.say("card-answered", desk.language, who=actor.name)
    rooms.say(
        desk,
        tx,
        ticket,
        f"{told}\n\n{rooms.quoted(text.body)}",
        key=key,
        attachments=attachments,
        but=actor.via,
    )
    if ticket.assignee_id is None:
        _assign(tx, ticket, actor.person_id, actor)
    if ticket.status == Status.NEW:
        _move(desk, tx, ticket, Status.OPEN, actor, why="answered")
    elif ticket.status in _TIMED:
        _set_clocks(desk, tx, ticket)  # the silence begins anew
    _take(conversation, ticket, actor.person_id)
    index_more(desk, tx, ticket, text.body)


def _is_awaited(tx: Tx, ticket: Ticket) -> bool:
    """Whether its requester wants the answer now, whatever the hour."""
    if ticket.priority in _URGENT:
        return True
    heard = messages.last_heard(tx, ticket.conversation_id)
    return heard is not None and tx.now - heard <= JUST_WROTE


def claim(desk: Desk, tx: Tx, ticket: Ticket, actor: Actor) -> None:
    """Make it one's own. Raises IllegalChange when a colleague was faster."""
    require_work(actor, ticket)
    conversation = kept.hold(tx, ticket)
    if ticket.assignee_id not in (None, actor.person_id):
        holder = tx.get(Person, ticket.assignee_id)
        name = holder.name if holder is not None else "somebody else"
        raise IllegalChange(f"{name} already has {ticket.number}.")
    if ticket.assignee_id == actor.person_id and ticket.handed_at is not None:
        record(tx, ticket, What.ACCEPTED, actor, new=ticket.level)  # it was given to them
    _assign(tx, ticket, actor.person_id, actor)
    _take(conversation, ticket, actor.person_id)
    if ticket.status == Status.NEW:
        _move(desk, tx, ticket, Status.OPEN, actor, why="claimed")


def assign(desk: Desk, tx: Tx, ticket: Ticket, person: Person | None, actor: Actor) -> None:
    """To an agent, or to nobody: then the bot may speak in the conversation again."""
    require_work(actor, ticket)
    if person is not None and (not person.active or person.role not in STAFF):
        raise Invalid(f"{person.name or 'This person'} does not work on tickets.")
    _check_cleared(desk, ticket, person)
    conversation = kept.hold(tx, ticket)
    _assign(tx, ticket, None if person is None else person.id, actor)
    _take(conversation, ticket, None if person is None else person.id)
    if person is not None and ticket.status == Status.NEW:
        _move(desk, tx, ticket, Status.OPEN, actor, why="assigned")


def _check_cleared(desk: Desk, ticket: Ticket, person: Person | None) -> None:
    if person is not None and ticket.restricted and not is_cleared(person, desk.clearance):
        raise Invalid(f"{person.name} may not see {ticket.number}, which is restricted.")


def unassign(tx: Tx, ticket: Ticket, actor: Actor, *, why: str) -> None:
    """Whoever had it is not there."""
    require_work(actor, ticket)
    conversation = kept.hold(tx, ticket)
    _assign(tx, ticket, None, actor, why)
    _take(conversation, ticket, None)


def release(desk: Desk, tx: Tx, ticket: Ticket, actor: Actor) -> None:
    """Give it back to its queue, and the conversation to the bot."""
    assign(desk, tx, ticket, None, actor)


def set_status(
    desk: Desk, tx: Tx, ticket: Ticket, status: Status, actor: Actor, *, why: str | None = None
) -> None:
    """By menu. Raises IllegalChange, which names what is allowed."""
    require_work(actor, ticket)
    conversation = kept.hold(tx, ticket)
    if status is Status.OPEN and ticket.status in DONE:
        reopen(desk, tx, ticket, actor, why=why or "by an agent")
        return
    _move(desk, tx, ticket, status, actor, why=why)
    if status is Status.RESOLVED and not is_requester_of(actor, ticket):
        confirmation.ask(desk, tx, ticket, conversation)
        family.let_know(tx, ticket, family.OVER)


def resolve(desk: Desk, tx: Tx, ticket: Ticket, actor: Actor, *, why: str | None = None) -> None:
    """Solved, the desk believes: the requester is told and may say no for some days."""
    set_status(desk, tx, ticket, Status.RESOLVED, actor, why=why)


def close(desk: Desk, tx: Tx, ticket: Ticket, actor: Actor, *, why: str | None = None) -> None:
    """What is resolved, for good but for the reopen window."""
    set_status(desk, tx, ticket, Status.CLOSED, actor, why=why)


def merge(desk: Desk, tx: Tx, ticket: Ticket, into: Ticket, actor: Actor) -> None:
    """The same matter twice: one ticket goes on as part of the other, with all that was said.

    Raises Invalid for tickets of two people: one of them would read the other's words.
    """
    require_work(actor, ticket)
    if ticket.id == into.id:
        raise Invalid(f"{ticket.number} is that ticket.")
    require_work(actor, into)
    if ticket.requester_id != into.requester_id:
        raise Invalid(f"{ticket.number} and {into.number} are of two people, and stay two tickets.")
    for one in sorted((ticket, into), key=lambda one: one.conversation_id):
        conversation = kept.hold(tx, one)
    if into.status in DONE:
        raise IllegalChange(f"{into.number} is {into.status}; reopen it to go on there.")
    kept.absorb(tx, into.id, ticket.id)
    ticket.merged_into = into.id
    record(tx, ticket, What.MERGED, actor, old=ticket.number, new=into.number)
    record(tx, into, What.MERGED, actor, old=ticket.number, new=into.number)
    for status in (Status.RESOLVED, Status.CLOSED):
        if ticket.status in ACTIVE or (
            status is Status.CLOSED and ticket.status == Status.RESOLVED
        ):
            _move(desk, tx, ticket, status, actor, why=f"goes on as {into.number}")
    conversation = kept.hold(tx, ticket)
    conversation.ticket_id = into.id
    tell_of(desk, tx, ticket, conversation, Notice.MERGED, other=into.number)
    index(desk, tx, into)


def split(desk: Desk, tx: Tx, ticket: Ticket, words: str, actor: Actor) -> Ticket:
    """Another matter that was told of in the same ticket gets one of its own."""
    require_work(actor, ticket)
    if not words.strip():
        raise Invalid("Say in words what the new ticket is about.")
    conversation = kept.hold(tx, ticket)
    requester = tx.get(Person, ticket.requester_id)
    assert requester is not None
    current, taken = conversation.ticket_id, conversation.taken_by
    since, conversation.since_id = conversation.since_id, NOTHING_SAID
    proposal = Proposal(
        words=(words,), category=Category(ticket.category), language=ticket.language
    )
    new = open_ticket(desk, tx, conversation, proposal, requester, actor)
    conversation.since_id, conversation.ticket_id = since, current
    conversation.taken_by = taken
    record(tx, ticket, What.SPLIT, actor, new=new.number)
    tell_of(desk, tx, new, conversation, Notice.SPLIT, other=ticket.number)
    return new


def set_type(desk: Desk, tx: Tx, ticket: Ticket, type: TicketType, actor: Actor) -> None:
    _set(tx, ticket, What.TYPE, type, actor)
    lessons.changed(tx)


def set_category(desk: Desk, tx: Tx, ticket: Ticket, category: Category, actor: Actor) -> None:
    _set(tx, ticket, What.CATEGORY, category, actor)
    lessons.changed(tx)


def set_priority(desk: Desk, tx: Tx, ticket: Ticket, priority: Priority, actor: Actor) -> None:
    _set(tx, ticket, What.PRIORITY, priority, actor)


def set_queue(desk: Desk, tx: Tx, ticket: Ticket, queue: str, actor: Actor) -> None:
    if queue not in desk.queues:
        raise Invalid(f"There is no queue {queue}; there are {', '.join(desk.queues)}.")
    _set(tx, ticket, What.QUEUE, queue, actor)


def set_title(desk: Desk, tx: Tx, ticket: Ticket, title: str, actor: Actor) -> None:
    """The requester reads it, too."""
    title = " ".join(_plain(title).split())
    if not 1 <= len(title) <= 200:
        raise Invalid("A title has 1 to 200 characters.")
    _set(tx, ticket, What.TITLE, title, actor)
    index(desk, tx, ticket)


def add_tag(tx: Tx, ticket: Ticket, tag: str, actor: Actor) -> None:
    require_work(actor, ticket)
    tag = tag.strip().lower()
    if not TAG.fullmatch(tag):
        raise Invalid("A tag has 1 to 40 letters, digits, dots or hyphens.")
    kept.hold(tx, ticket)
    if kept.add_tag(tx, ticket.id, tag):
        record(tx, ticket, What.TAG, actor, new=tag)


def remove_tag(tx: Tx, ticket: Ticket, tag: str, actor: Actor) -> None:
    require_work(actor, ticket)
    kept.hold(tx, ticket)
    if kept.remove_tag(tx, ticket.id, tag):
        record(tx, ticket, What.TAG, actor, old=tag)


def watch(tx: Tx, ticket: Ticket, person: Person, actor: Actor) -> None:
    require_work(actor, ticket)
    if not person.active or person.role not in STAFF:
        raise Invalid(f"{person.name or 'This person'} does not work on tickets.")
    kept.hold(tx, ticket)
    if kept.watch(tx, ticket.id, person.id):
        record(tx, ticket, What.WATCHER, actor, new=str(person.id))


def unwatch(tx: Tx, ticket: Ticket, person: Person, actor: Actor) -> None:
    require_work(actor, ticket)
    kept.hold(tx, ticket)
    if kept.unwatch(tx, ticket.id, person.id):
        record(tx, ticket, What.WATCHER, actor, old=str(person.id))


# What the clock does


def remind(desk: Desk, tx: Tx, ticket: Ticket, actor: Actor) -> None:
    """The requester was asked something and is silent."""
    require_work(actor, ticket)
    conversation = kept.hold(tx, ticket)
    if ticket.status == Status.PENDING_USER:
        tell_of(desk, tx, ticket, conversation, Notice.REMINDER)
        record(tx, ticket, What.REMINDED, actor)


def close_silent(desk: Desk, tx: Tx, ticket: Ticket, actor: Actor) -> None:
    """Nobody objected to the solution, or the requester never answered."""
    require_work(actor, ticket)
    conversation = kept.hold(tx, ticket)
    if ticket.status == Status.PENDING_USER and is_parent(tx, ticket.id):
        return  # others wait for it to be solved
    if ticket.status == Status.PENDING_USER:
        _move(desk, tx, ticket, Status.RESOLVED, actor, why="the requester did not answer")
        _move(desk, tx, ticket, Status.CLOSED, actor, why="the requester did not answer")
        tell_of(desk, tx, ticket, conversation, Notice.CLOSED)
    elif ticket.status == Status.RESOLVED:
        _move(desk, tx, ticket, Status.CLOSED, actor, why="nobody objected")


# How


def _set(tx: Tx, ticket: Ticket, field: What, value: str, actor: Actor) -> None:
    require_work(actor, ticket)
    kept.hold(tx, ticket)
    old = getattr(ticket, field)
    if old == value:
        return
    setattr(ticket, field, str(value))
    decided = msgspec.json.decode(ticket.decided, type=dict[str, str])
    ticket.decided = msgspec.json.encode(decided | {field: f"{actor.who}: {actor.name}"}).decode()
    record(tx, ticket, field, actor, old=old, new=str(value), why=decided.get(field))


def _assign(
    tx: Tx, ticket: Ticket, person_id: int | None, actor: Actor, why: str | None = None
) -> None:
    if ticket.assignee_id == person_id:
        return
    old, ticket.assignee_id = ticket.assignee_id, person_id
    record(tx, ticket, What.ASSIGNEE, actor, old=_text(old), new=_text(person_id), why=why)


def _text(person_id: int | None) -> str | None:
    return None if person_id is None else str(person_id)


def _take(conversation: Conversation, ticket: Ticket, person_id: int | None) -> None:
    """The conversation is the agent's, or the bot's again. A solved matter takes it from nobody."""
    if ticket.status in ACTIVE:
        conversation.ticket_id = ticket.id
        conversation.taken_by = person_id


def _move(
    desk: Desk,
    tx: Tx,
    ticket: Ticket,
    to: Status,
    actor: Actor,
    *,
    why: str | None = None,
    inbox_id: int | None = None,
) -> None:
    old = Status(ticket.status)
    check(ticket.number, old, to)
    ticket.status = str(to)
    if to is Status.RESOLVED:
        ticket.resolved_at = tx.now
        conversation = tx.lock(ticket.conversation_id)
        if conversation.ticket_id == ticket.id:
            conversation.taken_by = None  # the next matter is the bot's again
    elif to is Status.CLOSED:
        ticket.closed_at = tx.now
    if old in _TIMED or to in _TIMED:
        _set_clocks(desk, tx, ticket)
    record(tx, ticket, What.STATUS, actor, old=old, new=to, why=why, inbox_id=inbox_id)


# What happens after so much silence in a status
_TIMED: Final[Mapping[str, tuple[str, ...]]] = {
    Status.PENDING_USER: (REMIND, CLOSE),
    Status.RESOLVED: (CLOSE,),
}


def _set_clocks(desk: Desk, tx: Tx, ticket: Ticket) -> None:
    owner = f"ticket:{ticket.id}"
    cancel_timers(tx, owner, REMIND, CLOSE)
    after: dict[str, timedelta] = {REMIND: desk.remind_after, CLOSE: desk.close_after}
    for kind in _TIMED.get(ticket.status, ()):
        if after[kind] != NEVER:
            set_timer(tx, owner, kind, ticket.conversation_id, tx.now + after[kind])
