"""What agents write beside words: lines such as `#priority high`, at the top of an answer.

The lines are read first and all of them; one that makes no sense means that nothing is done, and the
agent is told which and what is allowed.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from msgspec import Struct

from bot.actions import running, typed
from bot.desk import absence, escalation, notes, procedures, storms, tickets, transcript
from bot.desk import people as staff
from bot.desk.access import Actor
from bot.desk.checklist import checklists
from bot.desk.desk import Desk
from bot.desk.family import family_of
from bot.desk.notes import InternalText
from bot.desk.priority import Priority
from bot.desk.rooms import suggested
from bot.desk.status import DONE, Status
from bot.errors import Invalid
from bot.text import escape
from channels.message import Attachment, PublicText
from nlp.understanding import Category, TicketType
from store import tickets as kept
from store.database import Tx
from store.tables import Conversation, Person, Ticket

_LINE: Final = re.compile(r"\s*#([A-Za-z-]+)(?:[ \t:]+(.*?))?\s*")


class Order(Struct, frozen=True):
    name: str
    argument: str = ""


class Answer(Struct, frozen=True, kw_only=True):
    """An agent's message, read."""

    orders: tuple[Order, ...]
    words: str


def read(text: str) -> Answer:
    """Raises Invalid when a line at the top looks like an order and is none."""
    lines = text.strip().split("\n")
    orders: list[Order] = []
    while lines and (not lines[0].strip() or _LINE.fullmatch(lines[0])):
        line = lines.pop(0)
        if found := _LINE.fullmatch(line):
            orders.append(_order(found[1].lower(), (found[2] or "").strip()))
    return Answer(orders=tuple(orders), words="\n".join(lines).strip())


def _order(name: str, argument: str) -> Order:
    if name not in ORDERS:
        raise Invalid(f"#{name} is unknown. There are: {', '.join(f'#{one}' for one in ORDERS)}.")
    return Order(name, argument)


def carry_out(
    desk: Desk,
    tx: Tx,
    ticket: Ticket,
    answer: Answer,
    actor: Actor,
    *,
    key: str,
    attachments: Sequence[Attachment] = (),
) -> None:
    """All of it, or nothing: raises DeskError, and then the caller takes everything back."""
    names = {order.name for order in answer.orders}
    for order in answer.orders:
        if order.name not in ("note", *_LAST):
            ORDERS[order.name](desk, tx, ticket, order.argument, actor)
    if answer.words or attachments:
        if "note" in names:
            text = InternalText(answer.words)
            notes.write(desk, tx, ticket, text, actor, attachments=attachments)
        else:
            tickets.reply(
                desk,
                tx,
                ticket,
                PublicText(escape(answer.words)),  # no Markdown was meant
                actor,
                key=key,
                attachments=attachments,
            )
    elif "note" in names:
        raise Invalid("The note is empty: write it below the line #note.")
    for order in answer.orders:
        if order.name in _LAST:
            ORDERS[order.name](desk, tx, ticket, order.argument, actor)


Carry = Callable[[Desk, Tx, Ticket, str, Actor], None]


def _one_of(name: str, given: str, allowed: Sequence[str]) -> str:
    plain = given.lower().replace(" ", "-")
    if plain not in allowed:
        raise Invalid(f"#{name} {given}: allowed are {', '.join(allowed)}.")
    return plain


def _note(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    """Says that the words below are one; nothing by itself."""


def _priority(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    value = Priority(_one_of("priority", argument, [str(one) for one in Priority]))
    tickets.set_priority(desk, tx, ticket, value, actor)


def _category(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    value = Category(_one_of("category", argument, [str(one) for one in Category]))
    tickets.set_category(desk, tx, ticket, value, actor)


def _type(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    value = TicketType(_one_of("type", argument, [str(one) for one in TicketType]))
    tickets.set_type(desk, tx, ticket, value, actor)


def _queue(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    tickets.set_queue(desk, tx, ticket, argument, actor)


def _assign(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    if argument.lower() in ("", "me"):
        tickets.claim(desk, tx, ticket, actor)
    elif argument.lower() in ("none", "nobody"):
        tickets.release(desk, tx, ticket, actor)
    else:
        tickets.assign(desk, tx, ticket, _agent(tx, argument, actor), actor)


def _agent(tx: Tx, given: str, actor: Actor) -> Person:
    wanted = given.lower().removeprefix("@")
    working = [one for one in staff.agents(tx, actor) if one.active]
    found = [one for one in working if wanted in ((one.login or "").lower(), one.name.lower())]
    if len(found) != 1:
        names = ", ".join(one.login or one.name for one in working)
        raise Invalid(f"#assign {given}: allowed are me, nobody, {names}.")
    return found[0]


def _release(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    tickets.release(desk, tx, ticket, actor)


def _status(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    value = Status(_one_of("status", argument, [str(one) for one in Status]))
    tickets.set_status(desk, tx, ticket, value, actor)


def _pending(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    tickets.set_status(desk, tx, ticket, Status.PENDING_USER, actor, why=argument or None)


def _resolve(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    tickets.resolve(desk, tx, ticket, actor, why=argument or None)


def _close(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    if ticket.status not in DONE:
        tickets.resolve(desk, tx, ticket, actor, why=argument or None)
    tickets.close(desk, tx, ticket, actor, why=argument or None)


def _reopen(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    tickets.reopen(desk, tx, ticket, actor, why=argument or "by an agent")


def _tag(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    for one in argument.replace(",", " ").split():
        tickets.add_tag(tx, ticket, one, actor)


def _untag(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    for one in argument.replace(",", " ").split():
        tickets.remove_tag(tx, ticket, one, actor)


def _title(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    tickets.set_title(desk, tx, ticket, argument, actor)


def _escalate(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    """`L2 it needs a new switch`: a level, where it is not the next, and words for whoever takes it."""
    first, _, rest = argument.partition(" ")
    level = desk.levels.named(first.rstrip(":,"))
    escalation.escalate(
        desk,
        tx,
        ticket,
        actor,
        level=None if level is None else level.name,
        note=argument if level is None else rest.strip(),
    )


def _return(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    """Back to where it was escalated from, with what was found."""
    escalation.give_back(desk, tx, ticket, actor, result=argument)


def _away(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    """The agent themselves, whatever the ticket."""
    absence.leave(desk, tx, _me(tx, actor), argument, actor)


def _back(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    absence.come_back(desk, tx, _me(tx, actor), actor)


def _me(tx: Tx, actor: Actor) -> Person:
    found = None if actor.person_id is None else tx.get(Person, actor.person_id)
    if found is None:
        raise Invalid("Only a person can be away.")
    return found


def _merge(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    tickets.merge(desk, tx, ticket, tickets.by_number(tx, argument), actor)


def _parent(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    if argument.lower() in ("none", "no"):
        if ticket.parent_id is None:
            raise Invalid(f"{ticket.number} is part of no other.")
        storms.part(desk, tx, ticket, tickets.get(tx, ticket.parent_id), actor)
    else:
        storms.link(desk, tx, ticket, tickets.by_number(tx, argument), actor)


def _child(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    names = argument.replace(",", " ").split()
    if names in ([], ["all"]):
        if storms.link_all(desk, tx, ticket, actor) == 0:
            raise Invalid(f"Nothing looks like {ticket.number}; name a ticket: #child INC-2.")
        return
    for one in names:
        storms.link(desk, tx, tickets.by_number(tx, one), ticket, actor)


def _apart(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    for one in argument.replace(",", " ").split():
        storms.part(desk, tx, ticket, tickets.by_number(tx, one), actor)


_KNOWN: Final = re.compile(r"(?:(\d{1,5})\s+)?(?:([a-z]{2})\s*[:：]\s*)?(.*)")


def _known(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    """`60 ru: text`: minutes until there is more, and the language, where it is not the desk's."""
    found = _KNOWN.fullmatch(argument)
    if found is None or not found[3]:
        raise Invalid(
            "#known: say what requesters are told, such as #known 60 en: It is back at ten."
        )
    language = found[2] or desk.language
    known = {**family_of(tx, ticket).known, language: found[3]}
    wait = None if found[1] is None else timedelta(minutes=int(found[1]))
    storms.set_known(desk, tx, ticket, known, wait, actor)


def _split(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    tickets.split(desk, tx, ticket, argument, actor)


def _ask(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    """One of the desk's own questions, in the requester's language."""
    question = _one_of("ask", argument, QUESTIONS)
    words = desk.texts.label(f"ask-{question}", _language(tx, ticket))
    _send(desk, tx, ticket, PublicText(words), f"ask-{question}", actor)
    if ticket.status == Status.OPEN:
        tickets.set_status(desk, tx, ticket, Status.PENDING_USER, actor, why="a question was asked")


def _canned(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    if argument not in desk.replies:
        names = ", ".join(desk.replies) or "none"
        raise Invalid(f"#canned {argument}: there are {names}.")
    forms = desk.replies[argument]
    words = forms.get(_language(tx, ticket)) or next(iter(forms.values()))
    _send(desk, tx, ticket, PublicText(words), f"canned-{argument}", actor)


def _article(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    found = desk.article(argument, _language(tx, ticket))
    if found is None:
        known = ", ".join(suggested(ticket)) or "none is suggested here"
        raise Invalid(f"#article {argument}: there is no such article ({known}).")
    words = PublicText(f"**{escape(found.title)}**\n\n{found.body}")
    _send(desk, tx, ticket, words, f"article-{argument}", actor)


def _sop(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    procedures.order(desk, tx, ticket, argument, actor)


def _tick(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    """`3 4` or names of steps: done by hand."""
    for one in argument.replace(",", " ").split() or [""]:
        procedures.tick(tx, ticket, one, actor)


def _untick(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    for one in argument.replace(",", " ").split() or [""]:
        procedures.tick(tx, ticket, one, actor, done=False)


def _summary(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    """What became of a call, to be read by the caller."""
    language = _language(tx, ticket)
    words = desk.texts.say("call-summary", language, ticket=ticket.number, title=ticket.title)
    _send(desk, tx, ticket, PublicText(words), "summary", actor)


def _run(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    if not argument:
        names = ", ".join(one.name for one in running.startable(desk, actor)) or "none"
        raise Invalid(
            f"#run: say which, such as #run ping host=mail.example.com. There are {names}."
        )
    name, given = typed.read(argument)
    running.begin(desk, tx, name, given, actor=actor, ticket_id=ticket.id)


def _approve(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    running.decide(desk, tx, *_of_here(tx, ticket, "approve", argument), actor, approved=True)


def _decline(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    running.decide(desk, tx, *_of_here(tx, ticket, "decline", argument), actor, approved=False)


def _undo(desk: Desk, tx: Tx, ticket: Ticket, argument: str, actor: Actor) -> None:
    run, _ = _of_here(tx, ticket, "undo", argument)
    running.undo(desk, tx, run, actor)


def _of_here(tx: Tx, ticket: Ticket, order: str, argument: str) -> tuple[int, str]:
    """(run of this ticket, what is said about it)"""
    number, _, why = argument.partition(" ")
    if not re.fullmatch(r"[0-9]{1,18}", number):
        raise Invalid(f"#{order}: say which run, such as #{order} 12.")
    if running.get(tx, int(number)).ticket_id != ticket.id:
        raise Invalid(f"#{order} {number}: that run is not about {ticket.number}.")
    return int(number), why.strip()


def _send(desk: Desk, tx: Tx, ticket: Ticket, words: PublicText, name: str, actor: Actor) -> None:
    key = transcript.fresh(tx, kept.hold(tx, ticket), name)
    tickets.reply(desk, tx, ticket, words, actor, key=key)


def _language(tx: Tx, ticket: Ticket) -> str:
    conversation = tx.get(Conversation, ticket.conversation_id)
    return (conversation and conversation.language) or ticket.language


QUESTIONS: Final = ("what", "since", "affected", "error", "tried", "by-when")


def _questions(desk: Desk, tx: Tx, ticket: Ticket) -> list[tuple[str, str]]:
    return [(one, desk.texts.label(f"ask-{one}", desk.language)) for one in QUESTIONS]


def _replies(desk: Desk, tx: Tx, ticket: Ticket) -> list[tuple[str, str]]:
    return [(one, one) for one in desk.replies]


def _sops(desk: Desk, tx: Tx, ticket: Ticket) -> list[tuple[str, str]]:
    return list(procedures.offered(desk, desk.language, ticket.category))


def _steps(desk: Desk, tx: Tx, ticket: Ticket) -> list[tuple[str, str]]:
    lists = checklists(tx, ticket)
    return [(one.id, f"{one.number}. {one.text}") for one in lists[0].open] if lists else []


def _articles(desk: Desk, tx: Tx, ticket: Ticket) -> list[tuple[str, str]]:
    found = [(id, desk.article(id, ticket.language)) for id in suggested(ticket)]
    return [(id, one.title) for id, one in found if one is not None]


# What an order may be given, where somebody is to choose: (argument, label).
OFFERS: Final[Mapping[str, Callable[[Desk, Tx, Ticket], list[tuple[str, str]]]]] = {
    "ask": _questions,
    "canned": _replies,
    "article": _articles,
    "sop": _sops,
    "tick": _steps,
}

ORDERS: Final[Mapping[str, Carry]] = {
    "note": _note,
    "resolve": _resolve,
    "close": _close,
    "reopen": _reopen,
    "pending": _pending,
    "status": _status,
    "priority": _priority,
    "category": _category,
    "type": _type,
    "queue": _queue,
    "assign": _assign,
    "claim": _assign,
    "release": _release,
    "tag": _tag,
    "untag": _untag,
    "title": _title,
    "ask": _ask,
    "canned": _canned,
    "article": _article,
    "sop": _sop,
    "tick": _tick,
    "untick": _untick,
    "summary": _summary,
    "merge": _merge,
    "split": _split,
    "parent": _parent,
    "child": _child,
    "apart": _apart,
    "known": _known,
    "escalate": _escalate,
    "return": _return,
    "away": _away,
    "back": _back,
    "run": _run,
    "approve": _approve,
    "decline": _decline,
    "undo": _undo,
}
_LAST: Final = (
    "resolve",
    "close",
    "pending",
    "status",
    "escalate",
    "return",
    "merge",
)  # after the words that explain it
