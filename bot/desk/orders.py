"""What agents write beside words: lines such as `#priority high`, at the top of an answer.

The lines are read first and all of them; one that makes no sense means that nothing is done, and the
agent is told which and what is allowed.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from bot.desk import notes, tickets
from bot.desk import people as staff
from bot.desk.access import Actor
from bot.desk.desk import Desk
from bot.desk.notes import InternalText
from bot.desk.priority import Priority
from bot.desk.status import DONE, Status
from bot.errors import Invalid
from bot.text import escape
from channels.message import Attachment, PublicText
from nlp.understanding import Category, TicketType
from store.database import Tx
from store.tables import Person, Ticket

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
}
_LAST: Final = ("resolve", "close", "pending", "status")  # after the words that explain it
