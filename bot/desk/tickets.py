"""Tickets: opened, worked on, answered, resolved, reopened. Every change leaves an event.

Permission first, then the rule, then the change. Whoever speaks to the requester holds the conversation.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import structlog
from msgspec import Struct

from bot.desk import transcript
from bot.desk.access import BOT, STAFF, Actor, Permission, require
from bot.desk.desk import Desk
from bot.desk.notices import tell
from bot.desk.priority import Priority, priority_of
from bot.desk.rules import Case, judge
from bot.desk.status import ACTIVE, Status, check
from bot.errors import IllegalChange, Invalid, NotFound
from channels.message import Attachment, PublicText
from nlp.understanding import Category, Fact, Level, TicketType
from store import search
from store import tickets as kept
from store.database import Tx
from store.tables import Conversation, Person, Ticket, TicketEvent
from store.timers import cancel_timers, set_timer

TITLE_LIMIT: Final = 80
TAG: Final = re.compile(r"[\w.-]{1,40}")
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


def get(tx: Tx, ticket_id: int) -> Ticket:
    found = tx.get(Ticket, ticket_id)
    if found is None:
        raise NotFound(f"There is no ticket {ticket_id}.")
    return found


def by_number(tx: Tx, number: str) -> Ticket:
    """The ticket called "INC-12"; the case of the letters does not matter."""
    prefix, _, digits = number.strip().upper().partition("-")
    found = tx.get(Ticket, int(digits)) if digits.isdecimal() and len(digits) < 19 else None
    if found is None or found.prefix != prefix:
        raise NotFound(f"There is no ticket {number}.")
    return found


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
    """Open a ticket for the requester with what was said since the matter began."""
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
            systems=frozenset(f.value.lower() for f in proposal.facts if f.kind == "application"),
        ),
        desk.timezone,
    )
    guessed = {
        "type": str(proposal.type),
        "category": str(proposal.category),
        "priority": str(_priority(proposal, requester)),
    }
    chosen = {field: value for field, (value, _) in verdict.fields.items()}
    decided = guessed | chosen
    category = decided["category"]
    queue = chosen.get("queue") or desk.queue_of(category)
    why = {
        field: f"rule: {rule}" for field, (_, rule) in verdict.fields.items()
    }
    why.setdefault("category", f"classifier: {proposal.confidence:.0%}")
    why.setdefault("priority", f"impact {proposal.impact}, urgency {proposal.urgency}")
    ticket = tx.insert(
        Ticket(
            prefix="REQ" if decided["type"] == TicketType.REQUEST else "INC",
            type=decided["type"],
            category=category,
            priority=decided["priority"],
            status=Status.NEW,
            queue=queue,
            title=title_of(proposal.words),
            description=text,
            language=proposal.language,
            channel=conversation.channel,
            conversation_id=conversation.id,
            requester_id=requester.id,
            facts=msgspec.json.encode(_all_facts(proposal)).decode(),
            decided=msgspec.json.encode(why).decode(),
            opened_at=tx.now,
            updated_at=tx.now,
        )
    )
    conversation.ticket_id = ticket.id
    reason = "the requester asked for a person" if proposal.human else None
    record(tx, ticket, "opened", BOT if actor.who == "bot" else actor, new=ticket.number,
           why=reason, inbox_id=inbox_id)
    for field, (value, rule) in verdict.fields.items():
        ruled = Actor(who="rule", name=rule)
        record(tx, ticket, field, ruled, old=guessed.get(field), new=value, why=f"rule: {rule}",
               inbox_id=inbox_id)
    for tag in verdict.tags:
        kept.add_tag(tx, ticket.id, tag)
    kept.file_messages(tx, conversation.id, conversation.since_id, ticket.id)
    _index(desk, tx, ticket)
    log.info("ticket.opened", ticket=ticket.number, category=category, queue=queue)
    return ticket


def _priority(proposal: Proposal, requester: Person) -> Priority:
    impact = proposal.impact
    if requester.vip and impact is Level.LOW:
        impact = Level.MEDIUM
    return priority_of(impact, proposal.urgency)


def _all_facts(proposal: Proposal) -> list[tuple[str, str]]:
    """(kind, value) pairs, the answers to questions among them, each once, in order."""
    facts = [(fact.kind, fact.value) for fact in proposal.facts]
    return list(dict.fromkeys([*facts, *proposal.answers.items()]))


def title_of(words: Sequence[str]) -> str:
    """The first sentence that says something, shortened at a word."""
    text = " ".join(" ".join(words).split())
    sentences = [part for part in re.split(r"(?<=[.!?。！？])\s*", text) if part]
    best = next((part for part in sentences if len(part) >= 15), text) or "(no words)"
    if len(best) <= TITLE_LIMIT:
        return best
    cut = best[: TITLE_LIMIT - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[40:] else cut) + "…"


def record(
    tx: Tx,
    ticket: Ticket,
    what: str,
    actor: Actor,
    *,
    old: str | None = None,
    new: str | None = None,
    why: str | None = None,
    inbox_id: int | None = None,
) -> None:
    """Who changed what, from what to what, and why. Never holds the words of a note."""
    ticket.updated_at = tx.now
    tx.append(
        TicketEvent,
        ticket_id=ticket.id,
        at=tx.now,
        who=actor.who,
        person_id=actor.person_id,
        what=what,
        old=old,
        new=new,
        why=why,
        inbox_id=inbox_id,
    )
    tx.changed(ticket.id)


# What requesters do


def add_message(
    desk: Desk, tx: Tx, ticket: Ticket, text: str, actor: Actor, *, inbox_id: int
) -> None:
    """The requester wrote more about it. A ticket that waited for that goes on."""
    if ticket.status == Status.PENDING_USER:
        _move(desk, tx, ticket, Status.OPEN, actor, why="the requester answered", inbox_id=inbox_id)
    record(tx, ticket, "message", actor, inbox_id=inbox_id)
    _index(desk, tx, ticket, text)


def reopen(
    desk: Desk, tx: Tx, ticket: Ticket, actor: Actor, *, why: str, inbox_id: int | None = None
) -> None:
    """Resolved or lately closed, but not solved. Raises IllegalChange when it is too long ago."""
    if actor.who == "agent":
        require(actor, Permission.WORK_ON_TICKETS)
    elif ticket.requester_id != actor.person_id:
        raise NotFound(f"There is no ticket {ticket.number}.")
    done = ticket.resolved_at or ticket.updated_at
    if tx.now - done > desk.reopen_within:
        raise IllegalChange(f"{ticket.number} was solved too long ago to be reopened.")
    _move(desk, tx, ticket, Status.OPEN, actor, why=why, what="reopened", inbox_id=inbox_id)


def solved_by_requester(
    desk: Desk, tx: Tx, ticket: Ticket, actor: Actor, *, cancelled: bool, inbox_id: int
) -> None:
    if ticket.requester_id != actor.person_id:
        raise NotFound(f"There is no ticket {ticket.number}.")
    why = "withdrawn by the requester" if cancelled else "solved, says the requester"
    if ticket.status not in (Status.RESOLVED, Status.CLOSED):
        _move(desk, tx, ticket, Status.RESOLVED, actor, why=why, inbox_id=inbox_id)


def call_human(tx: Tx, ticket: Ticket, actor: Actor, *, inbox_id: int) -> None:
    kept.add_tag(tx, ticket.id, "wants-a-person")
    record(tx, ticket, "wants a person", actor, inbox_id=inbox_id)


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
    """Answer the requester, who reads it where he wrote. The conversation is the agent's from now on."""
    require(actor, Permission.WORK_ON_TICKETS)
    if not text.body.strip() and not attachments:
        raise Invalid("The answer is empty.")
    conversation = tx.lock(ticket.conversation_id)
    transcript.speak(
        desk, tx, conversation, text, key=f"agent:{ticket.id}:{key}", actor=actor,
        attachments=attachments, ticket_id=ticket.id,
    )
    conversation.taken_by = actor.person_id
    conversation.ticket_id = ticket.id
    if ticket.responded_at is None:
        ticket.responded_at = tx.now
    if ticket.assignee_id is None:
        _assign(tx, ticket, actor.person_id, actor)
    if ticket.status == Status.NEW:
        _move(desk, tx, ticket, Status.OPEN, actor, why="answered")
    record(tx, ticket, "reply", actor)
    _index(desk, tx, ticket, text.body)


def claim(desk: Desk, tx: Tx, ticket: Ticket, actor: Actor) -> None:
    require(actor, Permission.WORK_ON_TICKETS)
    conversation = tx.lock(ticket.conversation_id)
    conversation.taken_by = actor.person_id
    conversation.ticket_id = ticket.id
    _assign(tx, ticket, actor.person_id, actor)
    if ticket.status == Status.NEW:
        _move(desk, tx, ticket, Status.OPEN, actor, why="claimed")


def assign(desk: Desk, tx: Tx, ticket: Ticket, person: Person | None, actor: Actor) -> None:
    """To an agent, or to nobody: then the bot may speak in the conversation again."""
    require(actor, Permission.WORK_ON_TICKETS)
    if person is not None and (not person.active or person.role not in STAFF):
        raise Invalid(f"{person.name} does not work on tickets.")
    conversation = tx.lock(ticket.conversation_id)
    conversation.taken_by = None if person is None else person.id
    _assign(tx, ticket, None if person is None else person.id, actor)


def set_status(desk: Desk, tx: Tx, ticket: Ticket, status: Status, actor: Actor) -> None:
    require(actor, Permission.WORK_ON_TICKETS)
    if status is Status.RESOLVED:
        resolve(desk, tx, ticket, actor, key=f"{tx.now:%s%f}")
    elif status is Status.OPEN and ticket.status in (Status.RESOLVED, Status.CLOSED):
        reopen(desk, tx, ticket, actor, why="by an agent")
    else:
        _move(desk, tx, ticket, status, actor)


def resolve(
    desk: Desk, tx: Tx, ticket: Ticket, actor: Actor, *, key: str, why: str | None = None
) -> None:
    """Solved, the desk believes: the requester is told and may say no for some days."""
    require(actor, Permission.WORK_ON_TICKETS)
    conversation = tx.lock(ticket.conversation_id)
    _move(desk, tx, ticket, Status.RESOLVED, actor, why=why)
    days = desk.close_after.days
    tell(desk, tx, conversation, "ticket-resolved", key=f"resolved:{ticket.id}:{key}",
         ticket_id=ticket.id, values={"ticket": ticket.number, "count": days})


def set_type(desk: Desk, tx: Tx, ticket: Ticket, type: TicketType, actor: Actor) -> None:
    _set(tx, ticket, "type", type, actor)


def set_category(desk: Desk, tx: Tx, ticket: Ticket, category: Category, actor: Actor) -> None:
    _set(tx, ticket, "category", category, actor)


def set_priority(desk: Desk, tx: Tx, ticket: Ticket, priority: Priority, actor: Actor) -> None:
    _set(tx, ticket, "priority", priority, actor)


def set_queue(desk: Desk, tx: Tx, ticket: Ticket, queue: str, actor: Actor) -> None:
    if queue not in desk.queues:
        raise Invalid(f"There is no queue {queue}; there are {', '.join(desk.queues)}.")
    _set(tx, ticket, "queue", queue, actor)


def set_title(desk: Desk, tx: Tx, ticket: Ticket, title: str, actor: Actor) -> None:
    title = " ".join(title.split())
    if not 1 <= len(title) <= 200:
        raise Invalid("A title has 1 to 200 characters.")
    _set(tx, ticket, "title", title, actor)
    _index(desk, tx, ticket)


def add_tag(tx: Tx, ticket: Ticket, tag: str, actor: Actor) -> None:
    require(actor, Permission.WORK_ON_TICKETS)
    tag = tag.strip().lower()
    if not TAG.fullmatch(tag):
        raise Invalid("A tag has 1 to 40 letters, digits, dots or hyphens.")
    if kept.add_tag(tx, ticket.id, tag):
        record(tx, ticket, "tag", actor, new=tag)


def remove_tag(tx: Tx, ticket: Ticket, tag: str, actor: Actor) -> None:
    require(actor, Permission.WORK_ON_TICKETS)
    if kept.remove_tag(tx, ticket.id, tag):
        record(tx, ticket, "tag", actor, old=tag)


def watch(tx: Tx, ticket: Ticket, person: Person, actor: Actor) -> None:
    require(actor, Permission.WORK_ON_TICKETS)
    if kept.watch(tx, ticket.id, person.id):
        record(tx, ticket, "watcher", actor, new=person.name)


# What the clock does


def remind(desk: Desk, tx: Tx, ticket: Ticket, conversation: Conversation, actor: Actor) -> None:
    if ticket.status == Status.PENDING_USER:
        tell(desk, tx, conversation, "ticket-reminder", key=f"remind:{ticket.id}:{tx.now:%s%f}",
             ticket_id=ticket.id, values={"ticket": ticket.number})
        record(tx, ticket, "reminded", actor)


def close_resolved(
    desk: Desk, tx: Tx, ticket: Ticket, conversation: Conversation, actor: Actor
) -> None:
    if ticket.status == Status.RESOLVED:
        _move(desk, tx, ticket, Status.CLOSED, actor, why="nobody objected")
        tell(desk, tx, conversation, "ticket-closed", key=f"closed:{ticket.id}:{tx.now:%s%f}",
             ticket_id=ticket.id, values={"ticket": ticket.number})


# How


def _set(tx: Tx, ticket: Ticket, field: str, value: str, actor: Actor) -> None:
    require(actor, Permission.WORK_ON_TICKETS)
    old = getattr(ticket, field)
    if old == value:
        return
    setattr(ticket, field, str(value))
    decided = msgspec.json.decode(ticket.decided, type=dict[str, str])
    ticket.decided = msgspec.json.encode(decided | {field: f"{actor.who}: {actor.name}"}).decode()
    record(tx, ticket, field, actor, old=old, new=str(value))


def _assign(tx: Tx, ticket: Ticket, person_id: int | None, actor: Actor) -> None:
    if ticket.assignee_id == person_id:
        return
    old, ticket.assignee_id = ticket.assignee_id, person_id
    record(tx, ticket, "assignee", actor, old=_text(old), new=_text(person_id))


def _text(person_id: int | None) -> str | None:
    return None if person_id is None else str(person_id)


def _move(
    desk: Desk,
    tx: Tx,
    ticket: Ticket,
    to: Status,
    actor: Actor,
    *,
    why: str | None = None,
    what: str = "status",
    inbox_id: int | None = None,
) -> None:
    old = Status(ticket.status)
    check(ticket.number, old, to)
    ticket.status = to
    owner = f"ticket:{ticket.id}"
    cancel_timers(tx, owner, REMIND, CLOSE)
    conversation_id = ticket.conversation_id
    if to is Status.RESOLVED:
        ticket.resolved_at = tx.now
        set_timer(tx, owner, CLOSE, conversation_id, tx.now + desk.close_after)
        conversation = tx.lock(conversation_id)
        if conversation.ticket_id == ticket.id:
            conversation.taken_by = None  # the next matter is the bot's again
    elif to is Status.CLOSED:
        ticket.closed_at = tx.now
    else:
        if old not in ACTIVE:
            ticket.resolved_at = ticket.closed_at = None
        if to is Status.PENDING_USER:
            set_timer(tx, owner, REMIND, conversation_id, tx.now + desk.remind_after)
    record(tx, ticket, what, actor, old=old, new=to, why=why, inbox_id=inbox_id)


def _index(desk: Desk, tx: Tx, ticket: Ticket, more: str = "") -> None:
    """Let full-text search find the ticket by what is said in it."""
    text = f"{ticket.number} {ticket.title}\n{ticket.description}\n{more}"
    search.add(tx, ticket.id, desk.terms(text))
