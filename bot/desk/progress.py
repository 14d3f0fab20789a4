"""What requesters hear of their ticket's way: it is taken, it went to specialists, it waits for them.

Told at the moments that matter and never twice. What falls together is told together: a change only sets a
timer (`Desk.merge_within`), and when it fires the ticket is told of as it stands then. Whoever an agent has
written to meanwhile knows already; whoever is part of an incident hears of that.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from bot.desk import promises, transcript
from bot.desk.access import BOT
from bot.desk.desk import DEFAULT_QUEUES, NEVER, Desk
from bot.desk.levels import Level, Trigger
from bot.desk.quiet import ends_at
from bot.desk.status import DONE, Status
from channels.message import PublicText
from store import escalations, messages, sops, storms
from store.base import from_micros, micros
from store.database import Tx
from store.tables import Conversation, Person, Ticket
from store.timers import Fired, cancel_timers, is_set, set_timer

PROGRESS: Final = "progress"
TAKEN, ABOVE, LATE, VENDOR, WAITS = "taken", "escalated", "late", "vendor", "waits"
BY_LETTER: Final = 10  # times longer is waited: a letter is worth reading once
WALKED: Final = timedelta(minutes=30)  # whoever is asked step by step is not told so long
ASKED_BEFORE: Final = timedelta(minutes=15)  # an answer so shortly before is the question itself
QUOTED: Final = 500  # characters of the question


def note(desk: Desk, tx: Tx, ticket: Ticket, conversation: Conversation) -> None:
    """After any change: have it told soon, unless it is nothing new."""
    if desk.merge_within == NEVER:
        return
    owner = f"ticket:{ticket.id}"
    if ticket.status in DONE:
        cancel_timers(tx, owner, PROGRESS)
        if ticket.told is not None:
            ticket.told = None
        return
    state = _state(desk, ticket)
    if ticket.told == ABOVE and state.startswith(ABOVE):
        ticket.told = state  # earlier versions did not keep which level they were told of
    if not state or state == ticket.told:
        cancel_timers(tx, owner, PROGRESS)
    elif not is_set(tx, owner, PROGRESS):
        by_letter = desk.by_letter(conversation.channel)
        wait = desk.merge_within * (BY_LETTER if by_letter else 1)
        began = str(micros(tx.now))
        set_timer(tx, owner, PROGRESS, ticket.conversation_id, tx.now + wait, began)


def tell(desk: Desk, tx: Tx, ticket: Ticket, conversation: Conversation, fired: Fired) -> None:
    """The time has come: how it stands now, in one message."""
    state = _state(desk, ticket)
    if ticket.status in DONE or not state or state == ticket.told:
        return
    began = from_micros(int(fired.payload)) if fired.payload.isdecimal() else fired.due_at
    person = tx.get(Person, ticket.requester_id)
    later = _quiet_until(desk, person, tx.now) or _walked_until(tx, conversation, began)
    if later is not None:
        set_timer(tx, f"ticket:{ticket.id}", PROGRESS, conversation.id, later, fired.payload)
        return
    before, ticket.told = ticket.told, state
    if ticket.parent_id is not None or _knows(tx, ticket, state, began):
        return
    words = _words(desk, tx, ticket, conversation, person, state, before)
    transcript.speak(
        desk,
        tx,
        conversation,
        PublicText(words),
        key=transcript.fresh(tx, conversation, f"progress:{ticket.id}"),
        actor=BOT,
        ticket_id=ticket.id,
        can_wait=True,
    )


def known(desk: Desk, tx: Tx, ticket: Ticket) -> None:
    """The requester is being told how it stands by whoever changes it: that is not told once more."""
    ticket.told = _state(desk, ticket) or ticket.told
    cancel_timers(tx, f"ticket:{ticket.id}", PROGRESS)


def where(desk: Desk, tx: Tx, ticket: Ticket, language: str) -> str:
    """Who has it now and what happens by when, for a requester who asks; empty: nothing is promised."""
    if ticket.status in DONE or ticket.status == Status.PENDING_USER:
        return ""
    if ticket.parent_id is not None:
        return joined(
            (desk.texts.say("where-incident", language), *_news(desk, tx, ticket, language))
        )
    level = desk.levels.of(ticket.level)
    holder = None if ticket.assignee_id is None else tx.get(Person, ticket.assignee_id)
    who = "" if holder is None or ticket.handed_at is not None else first_name(holder)
    answer = promises.answer(desk, tx, ticket, language, who)
    if level is None:
        return answer
    is_up = level != desk.levels.first
    if level.vendor is not None:
        return joined((desk.texts.say("where-vendor", language), answer))
    if who:
        key = "where-taken-above" if is_up else "where-taken"
        named = called(desk, level, ticket, language)
        return joined((desk.texts.say(key, language, who=who, level=named), answer))
    return above(desk, tx, ticket, language) or answer


def above(desk: Desk, tx: Tx, ticket: Ticket, language: str) -> str:
    """That it waits for specialists, and until when; empty: it does not."""
    level, state = desk.levels.of(ticket.level), _state(desk, ticket)
    if not state.startswith((ABOVE, LATE)):
        return ""
    holder = None if ticket.assignee_id is None else tx.get(Person, ticket.assignee_id)
    told = desk.texts.say(
        "where-above" if holder is None else "where-given",
        language,
        who="" if holder is None else first_name(holder),
        level=called(desk, level, ticket, language),
    )
    if state.startswith(LATE):
        return joined((told, desk.texts.say("where-late", language)))
    return joined((told, _expected(desk, tx, ticket, level, language)))


def _news(desk: Desk, tx: Tx, ticket: Ticket, language: str) -> list[str]:
    """When those of an incident hear more."""
    row = None if ticket.parent_id is None else storms.incident(tx, ticket.parent_id)
    if row is None or row.next_word_at is None or row.next_word_at <= tx.now:
        return []
    person = tx.get(Person, ticket.requester_id)
    when = promises.when(desk, person, row.next_word_at, language, tx.now)
    return [desk.texts.say("incident-next", language, when=when)]


def called(desk: Desk, level: Level | None, ticket: Ticket, language: str) -> str:
    """A level as requesters read of it: "our network specialists"."""
    if level is None:
        return ""
    if name := level.called.get(language):
        return name
    if level == desk.levels.first:
        return desk.texts.label("level-first", language)
    key = f"specialists-{_field(ticket)}"
    return desk.texts.label(key if desk.texts.has(key) else "specialists", language)


def _field(ticket: Ticket) -> str:
    """The category whose specialists have it; empty where the queue is that of others: better no name than
    a wrong one."""
    fitting = [category for category, queue in DEFAULT_QUEUES.items() if queue == ticket.queue]
    return ticket.category if not fitting or ticket.category in fitting else ""


def first_name(person: Person) -> str:
    return person.name.split()[0] if person.name.strip() else f"#{person.id}"


def joined(parts: Iterable[str]) -> str:
    """Sentences in a row; Chinese ones stand without a space between."""
    told = " ".join(part for part in parts if part)
    return told.replace("。 ", "。").replace(" \n\n", "\n\n")


def has_heard(desk: Desk, ticket: Ticket) -> None:
    """They were told just now how it stands."""
    ticket.told = _state(desk, ticket) or None


# How


def _state(desk: Desk, ticket: Ticket) -> str:
    """Equal as long as there is nothing new to tell; empty: there is nothing yet."""
    if ticket.status == Status.PENDING_USER:
        return WAITS
    level = desk.levels.of(ticket.level)
    if level is not None and level.vendor is not None:
        return f"{VENDOR}:{level.name}"
    if ticket.assignee_id is not None and ticket.handed_at is None:
        return f"{TAKEN}:{ticket.assignee_id}"
    if level is not None and level != desk.levels.first:
        is_late = ticket.handed_at is not None and ticket.calls >= 2  # at the highest level
        return f"{LATE if is_late else ABOVE}:{level.name}"
    return ""


def _knows(tx: Tx, ticket: Ticket, state: str, began: datetime) -> bool:
    """Whether an agent has written what this is about."""
    if state.startswith((ABOVE, LATE, VENDOR)):
        return False
    said = messages.last_of_agents(tx, ticket.id)
    since = began - ASKED_BEFORE if state == WAITS else began
    return said is not None and said.at >= since


def _words(
    desk: Desk,
    tx: Tx,
    ticket: Ticket,
    conversation: Conversation,
    person: Person | None,
    state: str,
    before: str | None,
) -> str:
    language = conversation.language or desk.language
    level = desk.levels.of(ticket.level)
    kind = state.partition(":")[0]
    holder = None if ticket.assignee_id is None else tx.get(Person, ticket.assignee_id)
    if kind == TAKEN:
        is_up = level is not None and level != desk.levels.first
        kind = "taken-above" if is_up else "taken"
    told = []
    if kind == ABOVE and before is not None and before.startswith(ABOVE):
        kind = "further"
        row = escalations.current(tx, ticket.id)
        if row is not None and row.why == Trigger.UNCLAIMED:
            told.append(desk.texts.say("progress-sorry", language))
    told.append(
        desk.texts.say(
            f"progress-{kind}",
            language,
            ticket=ticket.number,
            title=ticket.title,
            who="" if holder is None else first_name(holder),
            level=called(desk, level, ticket, language),
        )
    )
    if kind in (ABOVE, "further"):
        told.append(_expected(desk, tx, ticket, level, language))
    if holder is not None and kind in ("taken", "taken-above"):
        told.append(promises.answer(desk, tx, ticket, language, first_name(holder)))
    if kind == WAITS and (said := messages.last_of_agents(tx, ticket.id)) is not None:
        quoted = " ".join(said.body.split())
        cut = quoted if len(quoted) <= QUOTED else f"{quoted[:QUOTED]} …"
        told.append(f"\n\n> {cut}")
    return joined(told)


def _expected(desk: Desk, tx: Tx, ticket: Ticket, level: Level | None, language: str) -> str:
    """By when the level has taken it."""
    take = None if level is None else level.take_time(ticket.priority)
    if level is None or take is None or ticket.handed_at is None:
        return ""
    by = level.by(ticket.handed_at, take)
    if by <= tx.now:
        return ""  # it is late, and was called for
    person = tx.get(Person, ticket.requester_id)
    when = promises.when(desk, person, by, language, tx.now)
    return desk.texts.say("progress-by", language, when=when)


def _walked_until(tx: Tx, conversation: Conversation, began: datetime) -> datetime | None:
    """In the middle of an SOP they read its steps; its end tells where the ticket is."""
    until = began + WALKED
    walks = until > tx.now and sops.active(tx, conversation.id) is not None
    return until if walks else None


def _quiet_until(desk: Desk, person: Person | None, now: datetime) -> datetime | None:
    if person is None or person.quiet is None:
        return None
    return ends_at(person.quiet, desk.zone_of(person.timezone), now)
