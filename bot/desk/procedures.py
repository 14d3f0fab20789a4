"""SOPs on tickets: begun, every step and answer kept, what steps do to the ticket, and how it ended.

What is asked next is decided elsewhere (`bot.sop.walk`); here it becomes rows and events. An event has the
names of steps and choices; words that somebody wrote are in the run and among the messages.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import structlog

from bot.actions import running
from bot.conversation.state import Walking, load
from bot.desk import escalation, progress, rooms, tickets
from bot.desk.access import BOT, Actor, require_work
from bot.desk.checklist import checklists, place_of
from bot.desk.desk import Desk
from bot.desk.events import What, record
from bot.desk.levels import Trigger
from bot.desk.priority import Priority
from bot.desk.status import ACTIVE, Status
from bot.errors import DeskError, IllegalChange, Invalid
from bot.sop.model import End, Kind, Sop, Wanted
from bot.sop.parse import known
from bot.sop.walk import Place
from nlp.understanding import Category, TicketType
from store import sops as kept_runs
from store import tickets as kept
from store.database import Tx
from store.tables import Conversation, SopRun, Ticket
from store.timers import set_timer

TIMER: Final = "sop"  # an agent's start, or the end of a check: the conversation goes on with it
_encoder: Final = msgspec.json.Encoder()

log = structlog.get_logger()


# -- the run


def start(tx: Tx, ticket: Ticket, conversation_id: int, sop: Sop, actor: Actor) -> SopRun:
    """The conversation is held by the caller."""
    kept.hold(tx, ticket)
    if (going := kept_runs.active(tx, conversation_id)) is not None:
        going.ended_at, going.outcome = tx.now, str(End.SILENT)  # it was lost with its message
    run = tx.insert(
        SopRun(
            ticket_id=ticket.id,
            conversation_id=conversation_id,
            sop=sop.id,
            language=str(sop.language),
            version=sop.version,
            text=sop.source,
            started_at=tx.now,
        )
    )
    new = f"{sop.id} {sop.version}"
    record(tx, ticket, What.SOP_STARTED, actor, new=new, why=sop.title)
    return run


def order(desk: Desk, tx: Tx, ticket: Ticket, name: str, actor: Actor) -> None:
    """An agent has the bot go through an SOP with the requester. The bot begins at its next turn.

    Raises Invalid for an unknown name, IllegalChange when it cannot begin now.
    """
    require_work(actor, ticket)
    conversation = kept.hold(tx, ticket)
    sop = desk.sops().find(name.strip().lower(), conversation.language or ticket.language)
    if sop is None:
        names = ", ".join(desk.sops().ids) or "none"
        raise Invalid(f"#sop {name[:40]}: there is no such SOP; there are {names}.")
    if ticket.status not in ACTIVE:
        raise IllegalChange(f"{ticket.number} is {ticket.status}; reopen it to go through an SOP.")
    if desk.is_mute(conversation.channel, conversation.address):
        raise Invalid(f"The requester can only be called: {conversation.address}.")
    going = kept_runs.active(tx, conversation.id)
    waits = going is not None and going.place is None
    if going is not None and (waits or isinstance(load(conversation.state), Walking)):
        title = known(going.text).title
        raise IllegalChange(f"The requester is in the middle of “{title}”.")
    start(tx, ticket, conversation.id, sop, actor)
    conversation.ticket_id, conversation.taken_by = ticket.id, None
    set_timer(tx, f"conversation:{conversation.id}", TIMER, conversation.id, tx.now)


def tick(tx: Tx, ticket: Ticket, given: str, actor: Actor, *, done: bool = True) -> None:
    """An agent has done a step of the latest walk by hand; or, `done` being false, has not after all.

    `given`: its number in the SOP or its name.

    Raises Invalid when there is no such step, IllegalChange when the requester has answered it.
    """
    require_work(actor, ticket)
    kept.hold(tx, ticket)
    order = "#tick" if done else "#untick"
    lists = checklists(tx, ticket)
    if not lists:
        raise Invalid(f"{order}: {ticket.number} has no checklist; #sop begins one.")
    latest = lists[0]
    wanted = given.strip().lower().rstrip(".")
    item = next((one for one in latest.items if wanted in (one.id, str(one.number))), None)
    if item is None:
        offered = latest.open if done else latest.ticked
        names = "; ".join(f"{one.number} {one.text}" for one in offered) or "none"
        raise Invalid(f"{order} {given[:40]}: say which step of {latest.id}: {names}.")
    if item.state == "done":
        raise IllegalChange(f"The requester has answered step {item.number} ({item.id}).")
    if (item.state == "ticked") is done:
        return
    if done:
        record(tx, ticket, What.SOP_TICKED, actor, new=item.id, why=latest.id)
    else:
        record(tx, ticket, What.SOP_UNTICKED, actor, old=item.id, why=latest.id)


def keep(
    desk: Desk,
    tx: Tx,
    run: SopRun,
    ticket: Ticket,
    place: Place,
    left: str,
    answer: str,
    actor: Actor,
) -> None:
    """Where the walk is now, and what was answered at the step that was left."""
    kept.hold(tx, ticket)
    run.place = _encoder.encode(place).decode()
    if not left:
        return
    if ticket.status == Status.PENDING_USER:
        why = "the requester answered"
        tickets.set_status(desk, tx, ticket, Status.OPEN, BOT, why=why)
    said = _in_events(known(run.text), left, answer)
    record(tx, ticket, What.SOP_STEP, actor, old=left, new=said, why=run.sop)


def _in_events(sop: Sop, left: str, answer: str) -> str:
    step = sop.steps[left]
    if not answer:
        return "skipped"
    if step.kind is Kind.ASK and step.wanted in (Wanted.TEXT, Wanted.FILE) and answer != "back":
        return str(step.wanted)
    return answer


def end(desk: Desk, tx: Tx, run: SopRun, ticket: Ticket, ended: End, actor: Actor) -> None:
    """Solved resolves the ticket; whatever else, people go on with it."""
    conversation = kept.hold(tx, ticket)
    run.ended_at, run.outcome = tx.now, str(ended)
    place = place_of(run)
    step = None if place is None else place.step
    record(tx, ticket, What.SOP_ENDED, actor, old=step, new=str(ended), why=run.sop)
    if ended is End.SOLVED:
        why = f"solved with SOP {run.sop}, says the requester"
        tickets.solved_by_requester(desk, tx, ticket, actor, cancelled=False, why=why)
    elif ticket.assignee_id is not None and ticket.status in ACTIVE:
        conversation.taken_by = ticket.assignee_id
    label = desk.texts.label(f"sop-end-{ended}", desk.language)
    told = desk.texts.say("card-sop-ended", desk.language, title=known(run.text).title, end=label)
    rooms.say(desk, tx, ticket, told, key=f"sop-{run.id}-ended")


def awaits(tx: Tx, conversation: Conversation, payload: str) -> bool:
    """Whether what a timer brings is still waited for: to begin, or the end of a check."""
    run = kept_runs.active(tx, conversation.id)
    if run is None:
        return False
    place = place_of(run)
    if not payload:
        return place is None
    id, step, _ = payload.split(":", 2)
    return place is not None and (str(run.id), place.step) == (id, step)


def result_of(payload: str) -> str | None:
    return payload.split(":", 2)[2] if payload else None


# -- what steps do


def change(desk: Desk, tx: Tx, ticket: Ticket, fields: Mapping[str, str]) -> None:
    """What a step sets. What this desk has not, a queue of another, changes nothing."""
    for name, value in fields.items():
        try:
            with tx.attempt():
                _change(desk, tx, ticket, name, value)
        except (DeskError, ValueError):
            log.warning("sop.not-set", ticket=ticket.number, field=name)


def _change(desk: Desk, tx: Tx, ticket: Ticket, name: str, value: str) -> None:
    match name:
        case "priority":
            tickets.set_priority(desk, tx, ticket, Priority(value), BOT)
        case "category":
            tickets.set_category(desk, tx, ticket, Category(value), BOT)
        case "type":
            tickets.set_type(desk, tx, ticket, TicketType(value), BOT)
        case "queue":
            tickets.set_queue(desk, tx, ticket, value, BOT)
        case "title":
            tickets.set_title(desk, tx, ticket, tickets.title_of([value]), BOT)
        case "tag":
            tickets.add_tag(tx, ticket, value, BOT)


def escalate(
    desk: Desk, tx: Tx, ticket: Ticket, *, queue: str | None, level: str | None, why: str
) -> None:
    """To the level named, or the next; what this desk has not is left to its own rules. The requester is
    told by the walk itself."""
    if queue is not None and not desk.levels:
        change(desk, tx, ticket, {"queue": queue})
    where = queue if queue in desk.queues else None
    if level is None and escalation.waits_to_be_taken(tx, ticket):  # those meant have it already
        change(desk, tx, ticket, {"queue": where} if where else {})
        progress.known(desk, tx, ticket)
        return
    for to in dict.fromkeys((level, None)):
        try:
            with tx.attempt():
                escalation.escalate(
                    desk, tx, ticket, BOT, why=Trigger.PROCEDURE, level=to, queue=where, note=why
                )
            break
        except DeskError as refusal:
            problem = type(refusal).__name__
            log.warning("sop.not-escalated", ticket=ticket.number, level=to, problem=problem)
    progress.known(desk, tx, ticket)


def check(
    desk: Desk, tx: Tx, run: SopRun, ticket: Ticket, action: str, arguments: Mapping[str, str]
) -> None:
    """Have an action run; its end comes back to the conversation."""
    try:
        with tx.attempt():
            run.check_id = running.begin(
                desk,
                tx,
                action,
                arguments,
                actor=BOT,
                conversation_id=run.conversation_id,
                ticket_id=ticket.id,
            )
    except DeskError as refusal:
        log.warning("sop.not-checked", action=action, problem=type(refusal).__name__)
        come_back(tx, run, "refused")


def come_back(tx: Tx, run: SopRun, result: str) -> None:
    """Let the conversation go on with the result of the check that it waits for."""
    place = place_of(run)
    assert place is not None  # it waits there
    owner, payload = f"conversation:{run.conversation_id}", f"{run.id}:{place.step}:{result}"
    set_timer(tx, owner, TIMER, run.conversation_id, tx.now, payload)


# -- what agents see


def offered(desk: Desk, language: str, category: str = "") -> Sequence[tuple[str, str]]:
    """What an agent may start: id and title; first what is about the category."""
    book = desk.sops()

    def is_of_another(one: tuple[str, str]) -> bool:
        sop = book.find(one[0], language)
        return sop is None or sop.category != category

    return sorted(book.titles(language), key=is_of_another)


def active(tx: Tx, conversation: Conversation) -> SopRun | None:
    return kept_runs.active(tx, conversation.id)
