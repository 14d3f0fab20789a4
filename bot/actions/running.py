"""The life of a run: asked for, proven, approved, queued, running, ended; each a change of its row.

All of it happens in transactions; what takes time is done by `bot.actions.runner`. Whoever waits is woken
by a row in the conversation's inbox, once for each run.

Lock order: conversation, then ticket, then run.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import msgspec
import structlog
from msgspec import Struct

from bot.actions import asking
from bot.actions.action import (
    Action,
    Approval,
    Link,
    Outcome,
    Result,
    Starter,
    masked,
    read_arguments,
)
from bot.actions.run import State, Step, arguments_of, in_short, outcome_of, steps_of, words_of
from bot.conversation.turn import EndedRun
from bot.desk import agents, linking, people, rooms, tickets, transcript
from bot.desk.access import BOT, CLOCK, Actor, Permission, Role, Who, may
from bot.desk.desk import EMAIL, Desk
from bot.desk.events import What, record
from bot.errors import DeskError, Forbidden, IllegalChange, NotFound
from bot.text import escape
from channels.message import Choice, PublicText
from store import actions as kept
from store import intake
from store import people as kept_people
from store import tickets as kept_tickets
from store.database import Tx
from store.signals import ACTIONS
from store.tables import ActionRun, Conversation, Person, Ticket
from store.timers import CLOCK as CLOCK_CHANNEL
from store.timers import Fired

ENDED: Final = "action-ended"  # kind of the fired timer that wakes a conversation
BEGINNINGS: Final = 3  # of a run that may be repeated, when processes die over it
HOUR: Final = timedelta(hours=1)
STALE: Final = (
    HOUR  # queued so long, as when the desk was away, a run is not what is wanted any more
)
AN_HOUR: Final = 30  # runs that somebody who is no agent gets
HISTORY: Final = 50  # steps that are kept
LONGEST_PROGRESS: Final = 200  # characters

log = structlog.get_logger()
_encode: Final = msgspec.json.Encoder().encode


class Order(Struct, frozen=True, kw_only=True):
    """All that is needed to do it, outside any transaction."""

    run: int
    attempt: int
    key: str
    action: Action
    arguments: Mapping[str, str]  # with the secret ones
    ticket: str | None
    person: Mapping[str, str]  # whom it is for: name, email, external_id, as far as known
    asked_by: Mapping[str, str]
    approved_by: Mapping[str, str]
    undo_of: str | None  # the key of the run that it takes back


# -- asking for a run


def action_of(desk: Desk, name: str) -> Action:
    """Raises NotFound."""
    found = desk.actions.get(name)
    if found is None:
        there = ", ".join(desk.actions) or "none"
        raise NotFound(f"There is no action {name[:60]}. There are: {there}.")
    return found


def startable(desk: Desk, actor: Actor) -> list[Action]:
    """Those that somebody may start."""
    return [one for one in desk.actions.values() if _starters(actor) & one.starters]


def begin(
    desk: Desk,
    tx: Tx,
    name: str,
    arguments: Mapping[str, str | int],
    *,
    actor: Actor,
    conversation_id: int | None = None,
    ticket_id: int | None = None,
    undo_of: int | None = None,
) -> int:
    """Ask for an action; returns the number of the run, which waits for proof or approval first where the
    action says so. A procedure asks as `BOT`. Its end wakes the conversation, if one is given.

    Raises NotFound for an unknown action, Invalid for a bad argument, Forbidden for a target outside the
    allow-list, for somebody who may not, and when nobody can be asked for proof.
    """
    try:
        return _begin(desk, tx, name, arguments, actor, conversation_id, ticket_id, undo_of)
    except DeskError as refusal:  # nothing of it is in the database
        by, why = actor.person_id, type(refusal).__name__
        log.warning("action.refused", action=name[:60], who=str(actor.who), person=by, why=why)
        raise


def _begin(
    desk: Desk,
    tx: Tx,
    name: str,
    arguments: Mapping[str, str | int],
    actor: Actor,
    conversation_id: int | None,
    ticket_id: int | None,
    undo_of: int | None,
) -> int:
    action = action_of(desk, name)
    ticket, conversation = _about(tx, actor, ticket_id, conversation_id)
    person = _subject(tx, actor, ticket, conversation)
    _require_starter(desk, tx, action, actor, person)
    given = _with_own(tx, action, arguments, actor, person)
    read = read_arguments(action, given, desk.targets)
    hidden = {
        one.name: read[one.name] for one in action.parameters if one.secret and one.name in read
    }
    run = tx.insert(
        ActionRun(
            key=secrets.token_urlsafe(18),
            name=action.name,
            arguments=_encode(masked(action, read)).decode(),
            sealed=_encode(hidden).decode() if hidden else None,
            conversation_id=None if conversation is None else conversation.id,
            ticket_id=None if ticket is None else ticket.id,
            person_id=None if person is None else person.id,
            asked_by=actor.person_id,
            who=str(actor.who),
            via=actor.via,
            asked_at=tx.now,
            state=State.QUEUED,
            undo_of=undo_of,
            history="[]",
        )
    )
    _note(tx, run, "asked", actor)
    _record(tx, run, What.ACTION_ASKED, actor, why=in_short(run))
    if action.proof:
        _ask_proof(desk, tx, run, action, person, conversation, ticket)
    else:
        _go_on(desk, tx, run, action)
    return run.id


_UNDONE: Final = (Result.OK, Result.UNCERTAIN, Result.TIMED_OUT, Result.GARBAGE)


def can_undo(tx: Tx, run: ActionRun, action: Action) -> bool:
    """Whether it did something, perhaps, and is not taken back yet."""
    if action.undo is None or run.state != State.ENDED or run.result not in _UNDONE:
        return False
    before = kept.undo_of(tx, run.id)
    return before is None or (before.state == State.ENDED and before.result != Result.OK)


def undo(desk: Desk, tx: Tx, run_id: int, actor: Actor) -> int:
    """Ask for what takes a run back; returns its number. Raises as `begin` does, and IllegalChange."""
    run = get(tx, run_id)
    action = action_of(desk, run.name)
    if action.undo is None:
        raise IllegalChange(f"{action.name} cannot be taken back.")
    if run.state != State.ENDED or run.result not in _UNDONE:
        raise IllegalChange(f"Run {run.id} did nothing that could be taken back.")
    if not can_undo(tx, run, action):
        before = kept.undo_of(tx, run.id)
        by = "" if before is None else f": by run {before.id}"
        raise IllegalChange(f"Run {run.id} is being taken back, or was{by}.")
    wanted = {one.name for one in action_of(desk, action.undo).parameters if not one.secret}
    arguments = {name: value for name, value in arguments_of(run).items() if name in wanted}
    return begin(
        desk,
        tx,
        action.undo,
        arguments,
        actor=actor,
        conversation_id=run.conversation_id,
        ticket_id=run.ticket_id,
        undo_of=run.id,
    )


def _about(
    tx: Tx, actor: Actor, ticket_id: int | None, conversation_id: int | None
) -> tuple[Ticket | None, Conversation | None]:
    ticket = None if ticket_id is None else tickets.seen_by(actor, tickets.get(tx, ticket_id))
    own = None if ticket is None else ticket.conversation_id
    where = conversation_id or own
    conversation = None if where is None else _lock(tx, where, own)[where]
    if ticket is not None:
        kept_tickets.hold(tx, ticket)
    return ticket, conversation


def _lock(tx: Tx, *conversations: int | None) -> dict[int, Conversation]:
    return tx.lock_all(sorted({one for one in conversations if one is not None}))


def _subject(
    tx: Tx, actor: Actor, ticket: Ticket | None, conversation: Conversation | None
) -> Person | None:
    """Whom it is for."""
    id = actor.person_id
    if conversation is not None and conversation.person_id is not None:
        id = conversation.person_id
    if ticket is not None:
        id = ticket.requester_id
    return None if id is None else people.current(tx, id)


_BELOW: Final[Mapping[Role, frozenset[Starter]]] = {
    Role.ADMINISTRATOR: frozenset({Starter.ADMIN, Starter.MANAGER, Starter.AGENT}),
    Role.MANAGER: frozenset({Starter.MANAGER, Starter.AGENT}),
    Role.AGENT: frozenset({Starter.AGENT}),
    Role.REQUESTER: frozenset({Starter.EMPLOYEE}),
}


def _starters(actor: Actor) -> frozenset[Starter]:
    if actor.who in (Who.BOT, Who.CLOCK, Who.RULE):
        return frozenset({Starter.SOP})
    return _BELOW[actor.role]


def _is_staff(actor: Actor) -> bool:
    return actor.who is Who.AGENT and actor.role is not Role.REQUESTER


def _require_starter(
    desk: Desk, tx: Tx, action: Action, actor: Actor, person: Person | None
) -> None:
    if not _starters(actor) & action.starters:
        allowed = ", ".join(one for one in Starter if one in action.starters)
        name = actor.name or "This person"
        raise Forbidden(f"{name} may not start {action.name}. It may be started by: {allowed}.")
    if _is_staff(actor) or person is None:
        return
    if actor.who is Who.REQUESTER and actor.person_id != person.id:
        raise Forbidden("That is not your ticket.")
    if kept.counted(tx, tuple(State), person.id, tx.now - HOUR) >= AN_HOUR:
        raise Forbidden("That was tried very often within the hour. Please wait a little.")


def _with_own(
    tx: Tx, action: Action, given: Mapping[str, str | int], actor: Actor, person: Person | None
) -> Mapping[str, str | int]:
    """Who is no agent may do to nobody's account but their own what is marked so."""
    if _is_staff(actor):
        return given
    filled = dict(given)
    for one in action.parameters:
        if not one.own:
            continue
        own = _own_names(tx, person)
        if not own:
            raise Forbidden("We do not know an account of yours for sure. An agent will help you.")
        value = str(filled.get(one.name) or own[0])
        if value.lower() not in own:
            raise Forbidden(f"“{value[:60]}” is not known to be your own account.")
        filled[one.name] = value
    return filled


def _own_names(tx: Tx, person: Person | None) -> list[str]:
    """Verified addresses, and the name in the directory."""
    if person is None:
        return []
    mails = [
        one.address.lower()
        for one in kept_people.identities(tx, person.id)
        if one.channel == EMAIL and one.verified
    ]
    return mails + ([person.external_id.lower()] if person.external_id else [])


# -- proof


def _ask_proof(
    desk: Desk,
    tx: Tx,
    run: ActionRun,
    action: Action,
    person: Person | None,
    conversation: Conversation | None,
    ticket: Ticket | None,
) -> None:
    if person is None or conversation is None:
        raise Forbidden(f"{action.name} needs proof of whom it is for: start it on their ticket.")
    sent = asking.send_code(desk, tx, person, conversation, action, key=f"run:{run.id}")
    run.state, run.code, run.sent_to = State.WAITING_PROOF, people.digest(sent.code), sent.network
    run.deadline = tx.now + linking.LASTS
    _note(tx, run, "proof asked for", BOT, sent.network)
    language = conversation.language or desk.language
    said = desk.texts.say(
        "proof-asked",
        language,
        action=action.called(language),
        network=desk.texts.network(sent.network, language),
        minutes=int(linking.LASTS.total_seconds() // 60),
    )
    _speak(desk, tx, run, conversation, said, "proof")


def proven(desk: Desk, tx: Tx, run: ActionRun) -> None:
    """The right code came from the right person in time."""
    _note(tx, run, "proven", BOT, run.sent_to or "")
    _record(tx, run, What.ACTION_PROVEN, BOT, why=run.sent_to)
    run.code = None
    _go_on(desk, tx, run, action_of(desk, run.name))


def mistyped(desk: Desk, tx: Tx, run: ActionRun) -> int:
    """A wrong code; returns how many tries are left. After the last the run is refused."""
    run.tries += 1
    _note(tx, run, "wrong code", BOT)
    left = linking.TRIES - run.tries
    if left <= 0:
        refuse(desk, tx, run, "code-wrong", BOT)
    return left


# -- approval


def _go_on(desk: Desk, tx: Tx, run: ActionRun, action: Action) -> None:
    """Proven, or nothing to prove."""
    if action.approval is Approval.NONE:
        _queue(desk, tx, run, action)
        return
    run.state = State.WAITING_APPROVAL
    run.deadline, run.remind_at = tx.now + desk.approve_within, tx.now + desk.remind_approver
    person = None if run.person_id is None else people.current(tx, run.person_id)
    manager = None
    if action.approval is Approval.MANAGER and person is not None and person.manager_id is not None:
        manager = people.current(tx, person.manager_id)
        if not manager.active or manager.id in (run.asked_by, run.person_id):
            manager = None
    if manager is not None and asking.can_reach(desk, tx, manager):
        run.approver_id = manager.id
    _ask_approval(desk, tx, run, action, again=False)
    who = "agents" if run.approver_id is None else _name(tx, run.approver_id)
    _note(tx, run, "approval asked for", BOT, who)
    if _tells(run, action) and run.conversation_id is not None:
        conversation = tx.lock(run.conversation_id)
        language = conversation.language or desk.language
        said = desk.texts.say("action-waits", language, action=action.called(language))
        _speak(desk, tx, run, conversation, said, "waits")


def _ask_approval(desk: Desk, tx: Tx, run: ActionRun, action: Action, *, again: bool) -> None:
    key = f"run:{run.id}:{'remind' if again else 'approve'}"
    if run.approver_id is not None:
        approver, asker = people.current(tx, run.approver_id), _asker(desk, tx, run)
        asking.ask_manager(desk, tx, approver, run, action, asker, key=key, again=again)
    else:
        told = _question(desk, tx, run)
        _tell_agents(desk, tx, run, told, key, choices=approval_choices(desk, run))


def ask_again(desk: Desk, tx: Tx, ticket: Ticket, run_id: int, key: str) -> None:
    """With new buttons in the rooms: those of before are gone once somebody has pressed one."""
    run = tx.get(ActionRun, run_id)
    if run is None or run.ticket_id != ticket.id or run.state != State.WAITING_APPROVAL:
        return
    if run.approver_id is None:
        choices = approval_choices(desk, run)
        rooms.say(desk, tx, ticket, _question(desk, tx, run), key=key, choices=choices)


def _question(desk: Desk, tx: Tx, run: ActionRun) -> str:
    told = desk.texts.say(
        "approve-agents" if run.ticket_id is not None else "approve-on-page",
        desk.language,
        who=_asker(desk, tx, run),
        action=in_short(run),
        run=run.id,
    )
    return told if run.ticket_id is not None else f"{told}\n\n<{desk.url()}/desk/actions>"


def approval_choices(desk: Desk, run: ActionRun) -> tuple[Choice, ...]:
    """For a room."""
    if run.ticket_id is None:
        return ()
    return tuple(
        Choice(
            rooms.value(run.ticket_id, order, str(run.id)),
            desk.texts.label(f"run-{order}", desk.language),
        )
        for order in ("approve", "decline")
    )


def decide(desk: Desk, tx: Tx, run_id: int, why: str, actor: Actor, *, approved: bool) -> None:
    """An approver's word. Raises NotFound, Forbidden, and IllegalChange when it is settled."""
    run = held(tx, run_id)
    if run.state != State.WAITING_APPROVAL:
        raise IllegalChange(f"Run {run.id} does not wait for approval (any more).")
    action = action_of(desk, run.name)
    _require_approver(tx, run, action, actor)
    run.approved_by = actor.person_id
    run.remind_at = None
    _note(tx, run, "approved" if approved else "declined", actor, why)
    _record(
        tx,
        run,
        What.ACTION_DECIDED,
        actor,
        new="approved" if approved else "declined",
        why=why or None,
    )
    if approved:
        _queue(desk, tx, run, action)
    else:
        refuse(desk, tx, run, "declined", actor)


def _require_approver(tx: Tx, run: ActionRun, action: Action, actor: Actor) -> None:
    if actor.person_id is not None and actor.person_id in (run.asked_by, run.person_id):
        raise Forbidden("Nobody approves what they asked for, or what is for themselves.")
    if run.approver_id is not None:
        if actor.person_id != people.current(tx, run.approver_id).id:
            raise Forbidden(f"Run {run.id} is for {_name(tx, run.approver_id)} to decide.")
        return
    if run.ticket_id is not None:
        tickets.seen_by(actor, tickets.get(tx, run.ticket_id))
    if action.approval is Approval.MANAGER:
        if not may(actor, Permission.SEE_FIGURES):
            raise Forbidden(f"Run {run.id} is for a manager of the desk to decide.")
    elif not (_is_staff(actor) and may(actor, Permission.WORK_ON_TICKETS)):
        raise Forbidden(f"Run {run.id} is for an agent to decide.")


def _tells(run: ActionRun, action: Action) -> bool:
    """Whoever asked for it themselves hears of it in any case."""
    return action.tell or run.who == Who.REQUESTER


# -- what the clock does


def look_after(desk: Desk, tx: Tx, run_id: int) -> None:
    """Of a run that waits: it is too late for it, or somebody is to be reminded."""
    run = held(tx, run_id)
    if run.state not in (State.WAITING_PROOF, State.WAITING_APPROVAL):
        return
    action = desk.actions.get(run.name)
    if run.deadline is not None and run.deadline <= tx.now:
        why = "code-too-late" if run.state == State.WAITING_PROOF else "not-approved"
        refuse(desk, tx, run, why, CLOCK)
    elif run.remind_at is not None and run.remind_at <= tx.now:
        run.remind_at = None
        if run.state == State.WAITING_APPROVAL and action is not None:
            if run.approver_id is not None and not people.current(tx, run.approver_id).active:
                run.approver_id = None  # they have left: somebody of the desk decides
            _note(tx, run, "reminded", CLOCK)
            _ask_approval(desk, tx, run, action, again=True)


def resume(desk: Desk, tx: Tx, run_id: int) -> None:
    """Of a run that a process died over. What may be repeated is; what may have been done is told."""
    run = held(tx, run_id)
    if run.state != State.RUNNING:
        return
    action = desk.actions.get(run.name)
    if action is not None and action.repeatable and run.attempts < BEGINNINGS:
        run.state, run.deadline = State.QUEUED, tx.now + STALE
        _note(tx, run, "interrupted, and begun again", BOT)
        tx.signal(ACTIONS, run.id)
    elif action is not None and action.repeatable:
        _end(desk, tx, run, Outcome(result=Result.FAILED, values={"why-key": "interrupted"}), BOT)
    else:
        _end(desk, tx, run, Outcome(result=Result.UNCERTAIN), BOT)


# -- doing it


def _queue(desk: Desk, tx: Tx, run: ActionRun, action: Action) -> None:
    run.state, run.deadline, run.remind_at, run.code = State.QUEUED, tx.now + STALE, None, None
    _note(tx, run, "queued", BOT)
    tx.signal(ACTIONS, run.id)
    if run.ticket_id is not None:
        tx.changed(run.ticket_id)
    if _tells(run, action) and run.conversation_id is not None:
        conversation = tx.lock(run.conversation_id)
        language = conversation.language or desk.language
        said = desk.texts.say("action-begun", language, action=action.called(language))
        _speak(desk, tx, run, conversation, said, "begun")


def take(desk: Desk, tx: Tx, run_id: int) -> Order | None:
    """Begin a queued run. None when it is not queued any more, or cannot be begun, which ends it."""
    run = held(tx, run_id)
    if run.state != State.QUEUED:
        return None
    if run.deadline is not None and run.deadline <= tx.now:
        refuse(desk, tx, run, "stale", CLOCK)
        return None
    action = desk.actions.get(run.name)
    if action is None:
        outcome = Outcome(result=Result.FAILED, values={"why-key": "not-configured"})
        _end(desk, tx, run, outcome, BOT)
        return None
    arguments = arguments_of(run)
    if run.sealed is not None:
        arguments |= msgspec.json.decode(run.sealed, type=dict[str, str])
    try:
        read = read_arguments(action, arguments, desk.targets)  # the list may be another by now
    except DeskError as refusal:
        _end(desk, tx, run, Outcome(result=Result.REFUSED, values={"why": str(refusal)}), BOT)
        return None
    run.state, run.started_at, run.attempts = State.RUNNING, tx.now, run.attempts + 1
    run.deadline = tx.now + action.limit
    _note(tx, run, "begun", BOT)
    ticket = None if run.ticket_id is None else tx.get(Ticket, run.ticket_id)
    if ticket is not None:
        tx.changed(ticket.id)
    undone = None if run.undo_of is None else tx.get(ActionRun, run.undo_of)
    return Order(
        run=run.id,
        attempt=run.attempts,
        key=run.key,
        action=action,
        arguments=read,
        ticket=None if ticket is None else ticket.number,
        person=_known(tx, run.person_id),
        asked_by=_known(tx, run.asked_by),
        approved_by=_known(tx, run.approved_by),
        undo_of=None if undone is None else undone.key,
    )


def progress(tx: Tx, run_id: int, attempt: int, words: str) -> None:
    run = held(tx, run_id)
    if run.state == State.RUNNING and run.attempts == attempt:
        run.progress = words[:LONGEST_PROGRESS]
        if run.ticket_id is not None:
            tx.changed(run.ticket_id)


def settle(desk: Desk, tx: Tx, run_id: int, attempt: int, outcome: Outcome) -> None:
    """What came of one attempt. An answer to an attempt that was given up changes nothing."""
    run = held(tx, run_id)
    if run.state != State.RUNNING or run.attempts != attempt:
        return
    action = desk.actions.get(run.name)
    if action is not None and outcome.result not in action.results:
        outcome = Outcome(result=Result.GARBAGE, values={"why-key": "not-agreed"})
    _end(desk, tx, run, outcome, BOT)


def refuse(desk: Desk, tx: Tx, run: ActionRun, why: str, actor: Actor) -> None:
    """Instead of beginning it; `why` is a key of the texts `run-why-…`."""
    _end(desk, tx, run, Outcome(result=Result.REFUSED, values={"why-key": why}), actor)


def _end(desk: Desk, tx: Tx, run: ActionRun, outcome: Outcome, actor: Actor) -> None:
    run.state, run.ended_at, run.result = State.ENDED, tx.now, outcome.result
    run.outcome = _encode(outcome).decode()
    run.words = words_of(desk, run, desk.language)
    run.sealed = run.code = run.deadline = run.remind_at = run.progress = None
    _note(tx, run, f"ended: {outcome.result}", actor)
    _record(tx, run, What.ACTION_ENDED, actor, new=outcome.result, why=run.words)
    asked_by_mail = desk.agents_mail is not None and run.via == desk.agents_mail.channel
    key = f"run:{run.id}:ended"
    _tell_agents(desk, tx, run, escape(run.words), key, in_rooms_only=not asked_by_mail)
    if outcome.result == Result.REFUSED and outcome.values.get("why-key") in _ALARMING:
        told = desk.texts.say("run-alarm", desk.language, words=run.words, run=run.id)
        _tell_agents(desk, tx, run, told, f"run:{run.id}:alarm", by_mail_only=True)
    if run.conversation_id is not None:
        _wake(tx, run.id, run.conversation_id)


_ALARMING: Final = ("somebody-else", "code-wrong", "code-too-late")


def _wake(tx: Tx, run_id: int, conversation_id: int) -> None:
    fired = Fired(owner=f"run:{run_id}", kind=ENDED, due_at=tx.now)
    body = _encode(fired).decode()
    intake.keep(tx, [(conversation_id, CLOCK_CHANNEL, f"run:{run_id}:ended", "timer", body)])


# -- looking


def get(tx: Tx, run_id: int) -> ActionRun:
    """Raises NotFound."""
    found = tx.get(ActionRun, run_id)
    if found is None:
        raise NotFound(f"There is no run {run_id}.")
    return found


def run_of(fired: Fired) -> int:
    """Which run woke a conversation."""
    return int(fired.owner.removeprefix("run:"))


def ended_of(desk: Desk, tx: Tx, run_id: int, language: str) -> EndedRun | None:
    """What the conversation is told of a run."""
    run = tx.get(ActionRun, run_id)
    outcome = None if run is None else outcome_of(run)
    if run is None or outcome is None:
        return None
    action = desk.actions.get(run.name)
    words, link = words_of(desk, run, language), ""
    if action is not None and isinstance(action.how, Link) and outcome.result == Result.OK:
        link = outcome.values["url"]
        words = desk.texts.label("action-link", language, action=action.called(language))
    return EndedRun(
        run=run.id,
        name=run.name,
        ticket=run.ticket_id,
        result=outcome.result,
        words=words,
        link=link,
        values={**arguments_of(run), **outcome.values},
        tell=action is not None and _tells(run, action),
    )


def _known(tx: Tx, person_id: int | None) -> dict[str, str]:
    if person_id is None:
        return {}
    person = people.current(tx, person_id)
    known = {
        "name": person.name,
        "email": people.email_of(tx, person.id) or "",
        "external_id": person.external_id or "",
    }
    return {name: value for name, value in known.items() if value}


def _name(tx: Tx, person_id: int) -> str:
    return people.current(tx, person_id).name or f"#{person_id}"


def _asker(desk: Desk, tx: Tx, run: ActionRun) -> str:
    """Who asked; of a procedure, for whom it runs."""
    id = run.asked_by or run.person_id
    name = "" if id is None else people.current(tx, id).name
    return name or desk.texts.label("agents-nobody", desk.language)


def held(tx: Tx, run_id: int) -> ActionRun:
    """The run, with its conversation and ticket before it."""
    run = get(tx, run_id)
    ticket = None if run.ticket_id is None else tx.get(Ticket, run.ticket_id)
    _lock(tx, run.conversation_id, None if ticket is None else ticket.conversation_id)
    if ticket is not None:
        kept_tickets.hold(tx, ticket)
    found = kept.hold(tx, run_id)
    assert found is not None  # rows are never deleted
    return found


def _note(tx: Tx, run: ActionRun, what: str, actor: Actor, why: str = "") -> None:
    steps = [*steps_of(run), Step(tx.now, what, actor.name, why)]
    run.history = _encode([steps[0], *steps[1:][-HISTORY:]]).decode()


def _record(
    tx: Tx,
    run: ActionRun,
    what: What,
    actor: Actor,
    *,
    new: str | None = None,
    why: str | None = None,
) -> None:
    ticket = None if run.ticket_id is None else tx.get(Ticket, run.ticket_id)
    if ticket is not None:
        record(tx, ticket, what, actor, old=f"{run.name} {run.id}", new=new, why=why)


def _speak(
    desk: Desk, tx: Tx, run: ActionRun, conversation: Conversation, words: str, name: str
) -> None:
    transcript.speak(
        desk,
        tx,
        conversation,
        PublicText(words),
        key=f"run:{run.id}:{name}",
        actor=BOT,
        ticket_id=run.ticket_id,
    )


def _tell_agents(
    desk: Desk,
    tx: Tx,
    run: ActionRun,
    words: str,
    key: str,
    *,
    choices: Sequence[Choice] = (),
    in_rooms_only: bool = False,
    by_mail_only: bool = False,
) -> None:
    """In the thread of the ticket's card and by mail; without a ticket, in the rooms themselves."""
    ticket = None if run.ticket_id is None else tx.get(Ticket, run.ticket_id)
    if ticket is None:
        for room in () if in_rooms_only else desk.rooms:
            rooms.answer(desk, tx, room, room.place, words, key=key)
        return
    if not by_mail_only:
        rooms.say(desk, tx, ticket, words, key=key, choices=choices)
    if not in_rooms_only:
        agents.tell_all(desk, tx, ticket, words, key=key)
