"""What goes along when a ticket is escalated: everything that whoever takes it would otherwise ask for.

Made of what the desk knows already, so that nobody has to write it. It holds the requester's words and what
happened, never what agents noted among themselves: it leaves the house when it goes to a vendor.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct

from bot.desk import promises, stated
from bot.desk.checklist import checklists
from bot.desk.desk import Desk
from bot.desk.events import What
from bot.desk.transcript import extra_of
from bot.text import escape
from channels.message import Attachment
from nlp.secrets import masked
from store import escalations
from store import tickets as kept
from store.database import Tx
from store.tables import Message, Ticket, TicketEvent

LATEST: Final = 12  # lines of the timeline
QUOTED: Final = 1500  # characters of the requester's words
BLOCK: Final = "```"  # before and after a log
LOGGED: Final = 1000  # characters of a log
_TELLING: Final = frozenset(
    {
        *(What.OPENED, What.STATUS, What.REOPENED, What.ASSIGNEE, What.MESSAGE, What.REPLY),
        *(What.PRIORITY, What.CATEGORY, What.QUEUE, What.ESCALATED, What.RETURNED, What.BREACHED),
        *(What.LINKED, What.CALLED, What.REMINDED),
    }
)


class Step(Struct, frozen=True):
    """Something that happened."""

    at: datetime
    what: str  # bot.desk.events.What
    by: str  # who: as an event says it
    old: str | None = None
    new: str | None = None


class Due(Struct, frozen=True):
    """A clock that is open."""

    kind: str  # bot.desk.agreements.Kind
    due: datetime | None  # None: it is paused
    left: timedelta  # of working time
    late: bool


class Package(Struct, frozen=True, kw_only=True):
    words: str  # the requester's own
    facts: tuple[tuple[str, str], ...]  # (kind, value), the kind as it is kept
    tried: tuple[str, ...]  # what the requester tried, and what it did
    articles: tuple[str, ...]  # titles of what did not help
    steps: tuple[Step, ...]
    logs: tuple[str, ...]  # what was said in blocks of code, and error texts
    files: tuple[Attachment, ...]
    clocks: tuple[Due, ...]
    guess: str = ""  # of the cause
    procedures: tuple[str, ...] = ()  # steps of SOPs, with what was answered
    actions: tuple[str, ...] = ()  # that were run, with their results


def of(desk: Desk, tx: Tx, ticket: Ticket) -> Package:
    said = kept.messages(tx, ticket.id)
    facts, events = stated.stated(ticket), kept.events(tx, ticket.id)
    failed = escalations.failed(
        tx, ticket.conversation_id, escalations.first_message(tx, ticket.id)
    )
    others = {one.value for one in facts if one.kind != "what"}
    named = [one for one in facts if one.kind == "what" and one.value in others]  # said already
    decided = msgspec.json.decode(ticket.decided, type=dict[str, str])
    return Package(
        words=masked("".join(ticket.description.split(BLOCK)[::2]).strip()),
        facts=tuple(
            (one.kind, masked(one.value))
            for one in facts
            if one.kind not in stated.UNSHOWN and one.kind != "tried" and one not in named
        ),
        tried=tuple(_tried(desk, one) for one in facts if one.kind == "tried"),
        articles=tuple(one.title for one in failed),
        steps=steps_of(events),
        logs=tuple(masked(one) for one in _logs(said)),
        files=tuple(
            msgspec.structs.replace(file, name=masked(file.name))
            for one in said
            for file in extra_of(one.extra).attachments
        ),
        clocks=tuple(
            Due(str(one.kind), one.due, one.left or timedelta(), one.late is not None)
            for one in promises.look(desk, tx, ticket).open
        ),
        guess=decided.get("cause", ""),
        procedures=tuple(
            masked(f"{walk.title}: {one.text} – {one.answer}")
            for walk in checklists(tx, ticket)[::-1]
            for one in walk.items
            if one.answer
        ),
        actions=tuple(_run(one) for one in events if one.what == What.ACTION_ENDED),
    )


def _run(event: TicketEvent) -> str:
    """In the words of the action where it has any."""
    return masked(event.why or f"{event.old}: {event.new}")


def steps_of(events: Sequence[TicketEvent]) -> tuple[Step, ...]:
    """The latest that tell something, oldest first; what was set as it was opened is told by the card."""
    opened = events[0].at if events else None
    told = [
        Step(one.at, one.what, one.who, one.old, one.new)
        for one in events
        if one.what in _TELLING and (one.at != opened or one.what == What.OPENED)
    ]
    return tuple(told[-LATEST:])


def _tried(desk: Desk, one: stated.Stated) -> str:
    if one.means and desk.texts.has(f"outcome-{one.means}"):
        return f"{masked(one.value)} ({desk.texts.label(f'outcome-{one.means}', desk.language)})"
    return masked(one.value)


def _logs(said: Sequence[Message]) -> list[str]:
    """Blocks of code in what was written."""
    found = []
    for one in said:
        if one.author != "requester":
            continue
        parts = one.body.split(BLOCK)
        found += [part.strip()[:LOGGED] for part in parts[1::2] if part.strip()]
    return found


# In words


def shown(desk: Desk, ticket: Ticket, package: Package, now: datetime, language: str) -> str:
    """As one message, in Markdown."""

    def say(key: str, **values: str | int) -> str:
        return desk.texts.say(key, language, **values)

    def listed(key: str, lines: Sequence[str]) -> str:
        return "\n".join([say(key), *(f"- {escape(one)}" for one in lines)]) if lines else ""

    parts = [
        _quoted(package.words),
        listed(
            "package-facts",
            [
                f"{stated.named(desk.texts, kind, language)}: {value}"
                for kind, value in package.facts
            ],
        ),
        listed("package-tried", package.tried),
        listed("package-articles", package.articles),
        listed("package-procedures", package.procedures),
        listed("package-actions", package.actions),
        say("card-guess", guess=package.guess) if package.guess else "",
        listed("package-steps", [_step(desk, one, now, language) for one in package.steps]),
        "\n\n".join([say("package-logs"), *(_code(one) for one in package.logs)])
        if package.logs
        else "",
        listed("package-files", [one.name for one in package.files]),
        listed("package-clocks", [_due(desk, one, language) for one in package.clocks]),
    ]
    return "\n\n".join(part for part in parts if part)


def _quoted(words: str) -> str:
    cut = words.strip()
    cut = cut if len(cut) <= QUOTED else f"{cut[:QUOTED]} …"
    return "\n".join(f"> {escape(line)}" for line in cut.split("\n"))


def _code(text: str) -> str:
    return "\n".join(f"> {escape(line)}" for line in text.split("\n"))


def _step(desk: Desk, one: Step, now: datetime, language: str) -> str:
    at = desk.texts.lasting(one.at, language, desk.timezone.key)
    what = desk.texts.label(f"step-{one.what}", language)
    by = desk.texts.label(f"by-{one.by}", language)
    untold = one.what in (What.ASSIGNEE, What.OPENED)
    told = (
        (one.old,) if one.what == What.BREACHED else (one.old, one.new)
    )  # its moment is that of the line
    values = [] if untold else [part for part in told if part]
    change = " → ".join(_value(desk, one.what, part, language) for part in values)
    return f"{at}: {what} ({by}){f': {change}' if change else ''}"


def _value(desk: Desk, what: str, value: str, language: str) -> str:
    if what == What.BREACHED:
        clock = f"sla-{value.partition(' ')[0]}"
        return desk.texts.label(clock, language) if desk.texts.has(clock) else value
    prefix = {
        What.STATUS: "agents-status",
        What.REOPENED: "agents-status",
        What.PRIORITY: "priority",
        What.CATEGORY: "category",
    }.get(What(what))
    return desk.texts.label(f"{prefix}-{value}", language) if prefix else value


def _due(desk: Desk, one: Due, language: str) -> str:
    label = desk.texts.label(f"sla-{one.kind}", language)
    left = desk.texts.working(one.left, language)
    if one.due is None:
        return f"{label}: {desk.texts.label('sla-paused', language, left=left)}"
    when = desk.texts.lasting(one.due, language, desk.timezone.key)
    if one.late:
        return f"{label}: {desk.texts.label('sla-late', language, when=when)}"
    return f"{label}: {desk.texts.label('package-left', language, when=when, left=left)}"
