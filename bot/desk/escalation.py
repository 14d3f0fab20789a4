"""A ticket's way through the levels of support: up with its package, taken, and down again with a result.

Nobody calls for what follows from a change: `refresh` runs for every ticket that a transaction changed
(`bot.desk.after`). It finds who took a ticket, what sends one up by itself, and who is to be called because
nobody takes it. When it looks again is a timer; the timer only makes it look, so a restart, an edited
calendar or a second process change nothing but the moment.

A ticket waits (`handed_at`) until somebody of its level does something with it. Half way through the time
in which they take one, the level is called; when it is used up, the ticket goes a level up; where there is
none, managers are called, again and again.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import msgspec
import structlog

from bot.desk import alerts, assigning, notes, package, progress, rooms, security, tickets, vendors
from bot.desk.access import (
    BOT,
    CLOCK,
    STAFF,
    Actor,
    Permission,
    Who,
    may,
    require_part,
    require_work,
)
from bot.desk.agreements import Kind
from bot.desk.desk import NEVER, Desk
from bot.desk.events import What, record
from bot.desk.levels import Level, Trigger
from bot.desk.notes import InternalText
from bot.desk.sla import Clocks
from bot.desk.status import ACTIVE, DONE, Status
from bot.errors import IllegalChange, Invalid
from store import escalations as kept
from store import tickets as kept_tickets
from store.database import Store, Tx
from store.knowledge import get, put
from store.tables import Escalation, Person, Ticket
from store.timers import cancel_timers, set_timer

FOLLOW: Final = "follow"
AIMED: Final = "escalation-aimed"  # by which configuration
RETURNED, SOLVED, CLIMBED = "returned", "solved", "climbed"  # outcomes
LOOK_AGAIN: Final = timedelta(hours=8)  # of working time, at what somebody works on
DOUBLED: Final = 6  # times, that the wait between two calls of managers is doubled at most
BATCH: Final = 50
_BY_HAND: Final = frozenset({Trigger.AGENT, Trigger.USER, Trigger.PROCEDURE})

log = structlog.get_logger()


# What people do


def escalate(
    desk: Desk,
    tx: Tx,
    ticket: Ticket,
    actor: Actor,
    *,
    why: Trigger | str = Trigger.AGENT,
    level: str | None = None,
    queue: str | None = None,
    note: str = "",
) -> None:
    """Hand a ticket to a higher level, with everything it needs to know; its requester is told.

    `level`: by name; None: as the trigger is configured, else the next above. `queue`: where it waits
    there; None: as the level is configured. `note`: internal words for whoever takes it.

    Raises IllegalChange for a ticket that is done or where there is nothing higher, Invalid for a level or
    queue that is not known, Forbidden.
    """
    require_part(actor, ticket)
    kept_tickets.hold(tx, ticket)
    if ticket.status in DONE:
        raise IllegalChange(f"{ticket.number} is {ticket.status}; reopen it first.")
    trigger = Trigger(why) if why in list(Trigger) else Trigger.PROCEDURE
    doer = actor if may(actor, Permission.WORK_ON_TICKETS) else BOT
    if not desk.levels:
        if ticket.status != Status.ESCALATED:
            tickets.set_status(desk, tx, ticket, Status.ESCALATED, doer, why=note or None)
        return
    if queue is not None and queue not in desk.queues:
        raise Invalid(f"There is no queue {queue}; there are {', '.join(desk.queues)}.")
    present = _present(desk, tx, ticket)
    target = _named(desk, level, present) if level else _target(desk, ticket, trigger, present)
    if target is None:
        names = ", ".join(one.name for one in desk.levels.all if one.vendor is not None)
        named = f" Name a vendor: {names}." if names else ""
        if actor.who is Who.AGENT:
            raise IllegalChange(
                f"{ticket.number} is at {ticket.level or '?'}, the highest level.{named}"
            )
        key = "follow-asked" if trigger is Trigger.USER else "follow-top"
        _call(desk, tx, ticket, ("manager",), key, why=trigger)
        return
    _hand_up(desk, tx, ticket, actor, doer, trigger, present, target, queue)
    if note.strip() and may(actor, Permission.READ_NOTES) and actor.person_id is not None:
        notes.write(desk, tx, ticket, InternalText(note), actor)


def _present(desk: Desk, tx: Tx, ticket: Ticket) -> Level | None:
    """Its level in the house: of what is with a vendor, that where it comes from."""
    level = desk.levels.of(ticket.level)
    if level is None or level.vendor is None:
        return level
    row = kept.current(tx, ticket.id)
    return desk.levels.of(None if row is None else row.old)


def _named(desk: Desk, name: str, present: Level | None) -> Level:
    found = desk.levels.named(name)
    if found is None:
        names = ", ".join(one.name for one in desk.levels.all)
        raise Invalid(f"There is no level {name[:40]}; there are {names}.")
    if present is not None and found.vendor is None and found.rank <= present.rank:
        raise IllegalChange(f"It is at {present.name} already; give it back with #return.")
    return found


def _target(desk: Desk, ticket: Ticket, trigger: Trigger, present: Level | None) -> Level | None:
    """Where it is configured to go; agents and procedures know what they say, whatever is configured."""
    found = desk.levels.target(trigger, present, ticket.category)
    if found is None and (trigger in desk.levels.rules.to or trigger is not Trigger.USER):
        return desk.levels.above(present) if trigger in _BY_HAND else None
    return found


def _hand_up(
    desk: Desk,
    tx: Tx,
    ticket: Ticket,
    actor: Actor,
    doer: Actor,
    trigger: Trigger,
    present: Level | None,
    target: Level,
    queue: str | None,
) -> None:
    old = ticket.level or (None if present is None else present.name)
    conversation = tx.lock(ticket.conversation_id)
    _end(tx, ticket, CLIMBED)
    packed = package.of(desk, tx, ticket)
    row = tx.insert(
        Escalation(
            ticket_id=ticket.id,
            at=tx.now,
            old=old,
            new=target.name,
            why=str(trigger),
            person_id=actor.person_id,
            queue=ticket.queue,
            holder_id=ticket.assignee_id,
            package=msgspec.json.encode(packed).decode(),
        )
    )
    ticket.level, ticket.handed_at, ticket.calls = target.name, tx.now, 0
    record(tx, ticket, What.ESCALATED, actor, old=old, new=target.name, why=str(trigger))
    outside = target.vendor is not None
    where = queue or target.queue_for(ticket.category, ticket.queue)
    if where in desk.queues:
        tickets.set_queue(desk, tx, ticket, where, doer)
    if not outside:
        tickets.assign(desk, tx, ticket, None, doer)
    elif ticket.assignee_id is None and actor.who is Who.AGENT:
        tickets.claim(desk, tx, ticket, actor)  # somebody of ours keeps an eye on it
    status = Status.PENDING_THIRD_PARTY if outside else Status.ESCALATED
    if ticket.status != status:
        tickets.set_status(desk, tx, ticket, status, doer, why=str(trigger))
    rooms.refresh(desk, tx, [ticket.id])  # a card for the queue, where there is none yet
    told = _head(desk, ticket, old, target, trigger)
    key = f"escalated:{row.id}"
    if ticket.restricted:  # its people read the rest on its page
        people = security.cleared(desk, tx)
        alerts.call(desk, tx, ticket, target.call, told, key=key, also=people)
    else:
        words = package.shown(desk, ticket, packed, tx.now, desk.language)
        alerts.call(desk, tx, ticket, ("queue",), f"{told}\n\n{words}", key=key)
        called = tuple(one for one in target.call if one != "queue")
        alerts.call(desk, tx, ticket, called, told, key=f"{key}.called")
    if outside:
        vendors.write(desk, tx, ticket, target, packed, key=key)
    progress.note(desk, tx, ticket, conversation)
    log.info("ticket.escalated", ticket=ticket.number, level=target.name, why=str(trigger))


def _head(desk: Desk, ticket: Ticket, old: str | None, target: Level, trigger: Trigger) -> str:
    return desk.texts.say(
        "escalated-head",
        desk.language,
        ticket=ticket.number,
        title=tickets.shown_title(desk, ticket),
        old=old or "",
        new=target.name,
        why=desk.texts.label(f"trigger-{trigger}", desk.language),
    )


def give_back(desk: Desk, tx: Tx, ticket: Ticket, actor: Actor, *, result: str = "") -> None:
    """Down to where it came from, with what was found; whoever had it there has it again, if they are
    there. `result` is kept as a note. Raises IllegalChange for what was not escalated."""
    require_work(actor, ticket)
    kept_tickets.hold(tx, ticket)
    row = kept.current(tx, ticket.id)
    if row is None or ticket.status in DONE:
        raise IllegalChange(f"{ticket.number} is not escalated.")
    holder = None if row.holder_id is None else tx.get(Person, row.holder_id)
    back = holder if holder is not None and not _is_absent(desk, tx, holder) else None
    row.ended_at, row.outcome = tx.now, RETURNED
    old, ticket.level = ticket.level, row.old
    record(tx, ticket, What.RETURNED, actor, old=old, new=row.old)
    if row.queue in desk.queues:
        tickets.set_queue(desk, tx, ticket, row.queue, actor)
    tickets.assign(desk, tx, ticket, back, actor)
    if ticket.status != Status.OPEN:
        tickets.set_status(desk, tx, ticket, Status.OPEN, actor, why="comes back")
    ticket.handed_at, ticket.calls = tx.now, 0
    if result.strip() and actor.person_id is not None:
        notes.write(desk, tx, ticket, InternalText(result), actor)
    told = desk.texts.say(
        "returned-head",
        desk.language,
        ticket=ticket.number,
        title=tickets.shown_title(desk, ticket),
        who=actor.name,
        old=old or "",
    )
    wanted = ("queue",) if back is None else ("assignee", "queue")
    alerts.call(desk, tx, ticket, wanted, told, key=f"returned:{row.id}")


def is_out(desk: Desk, tx: Tx, ticket: Ticket, agent: Person) -> None:
    """Their mailbox says that they are away: what they have not begun goes back to its queue. For how long
    they are, a program's words do not surely tell, so of nothing else."""
    kept_tickets.hold(tx, ticket)
    mine = ticket.assignee_id == agent.id and ticket.status in _WITH_US
    if desk.levels and mine and not kept.is_worked(tx, ticket.id, agent.id):
        tickets.unassign(tx, ticket, CLOCK, why="out of office")


def waits_above(tx: Tx, ticket: Ticket) -> bool:
    """Whether its requester had it sent up, and nobody has taken it there yet."""
    row = kept.current(tx, ticket.id)
    return row is not None and row.why == Trigger.USER and row.taken_at is None


def waits_to_be_taken(tx: Tx, ticket: Ticket) -> bool:
    """Whether it was sent up by anything, and nobody has taken it there yet."""
    row = kept.current(tx, ticket.id)
    return row is not None and row.taken_at is None


# What follows from changes


def refresh(
    desk: Desk, tx: Tx, ticket_ids: Collection[int], clocks: Mapping[int, Clocks]
) -> list[int]:
    """Let these tickets be taken, sent up, followed and woken as they stand now. Those whose deadlines may
    be others thereby."""
    moved = []
    found = [tx.get(Ticket, id) for id in sorted(ticket_ids)]
    mine = [one for one in found if one is not None]
    if not (desk.levels or desk.clearance.categories or desk.merge_within != NEVER):
        return []
    if mine:
        tx.lock_all([one.conversation_id for one in mine])
    for ticket in mine:
        kept_tickets.hold(tx, ticket)
        before = (ticket.queue, ticket.status)
        security.judge(desk, tx, ticket)
        if not desk.levels:
            pass
        elif ticket.status in DONE:
            _done(desk, tx, ticket)
        else:
            _look(desk, tx, ticket, clocks.get(ticket.id))
        if before != (ticket.queue, ticket.status):
            moved.append(ticket.id)
        progress.note(desk, tx, ticket, tx.lock(ticket.conversation_id))
    return moved


def _done(desk: Desk, tx: Tx, ticket: Ticket) -> None:
    cancel_timers(tx, f"ticket:{ticket.id}", FOLLOW)
    if ticket.handed_at is not None:
        ticket.handed_at = None
    if ticket.follow_at is not None:
        ticket.follow_at = None
    row = _end(tx, ticket, SOLVED)
    if row is not None and row.holder_id is not None and row.holder_id != ticket.assignee_id:
        told = desk.texts.say(
            "solved-above",
            desk.language,
            ticket=ticket.number,
            title=tickets.shown_title(desk, ticket),
            level=row.new,
        )
        alerts.call(desk, tx, ticket, (), told, key=f"solved:{row.id}", also=[row.holder_id])


def _end(tx: Tx, ticket: Ticket, outcome: str) -> Escalation | None:
    row = kept.current(tx, ticket.id)
    if row is not None:
        row.ended_at, row.outcome = tx.now, outcome
    return row


def _look(desk: Desk, tx: Tx, ticket: Ticket, clocks: Clocks | None) -> None:
    if ticket.level is None and desk.levels.first is not None:
        ticket.level = desk.levels.first.name
    _hand(desk, tx, ticket)
    rows = kept.of(tx, ticket.id)
    _revive(ticket, rows)
    before = {one.why for one in rows}
    for trigger in _triggers(desk, tx, ticket, clocks, before):
        present = desk.levels.of(ticket.level)
        if desk.levels.target(trigger, present, ticket.category) is not None:
            escalate(desk, tx, ticket, CLOCK if trigger is Trigger.CLOCK else BOT, why=trigger)
            before.add(trigger)
            break
    _call_when_due(desk, tx, ticket)
    if desk.assigns and ticket.assignee_id is None and ticket.status in _WITH_US:
        assigning.give(desk, tx, ticket)
    _wake(desk, tx, ticket, None if Trigger.CLOCK in before else clocks)


def _revive(ticket: Ticket, rows: Sequence[Escalation]) -> None:
    """What is opened again goes on where it was solved, and can come back from there."""
    last = next(iter(rows), None)
    if last is not None and last.outcome == SOLVED and last.new == ticket.level:
        last.ended_at = last.outcome = None


_WITH_US: Final = frozenset({Status.NEW, Status.OPEN, Status.ESCALATED})


def _hand(desk: Desk, tx: Tx, ticket: Ticket) -> None:
    """Whether it waits to be taken, and who took it."""
    holder = None if ticket.assignee_id is None else tx.get(Person, ticket.assignee_id)
    if holder is not None and _is_gone(desk, tx, ticket, holder):
        tickets.unassign(tx, ticket, CLOCK, why=_gone_because(holder))
        holder = None
    if holder is None:
        if ticket.handed_at is None:
            ticket.handed_at, ticket.calls = tx.now, 0
        return
    since = ticket.handed_at
    if since is not None and kept.is_touched(tx, ticket.id, holder.id, since):
        _accept(desk, tx, ticket, holder)


def _is_absent(desk: Desk, tx: Tx, person: Person) -> bool:
    if not person.active or person.role not in STAFF:
        return True
    return desk.roster.is_absent(person.login, person.away_until, tx.now)


def _is_gone(desk: Desk, tx: Tx, ticket: Ticket, holder: Person) -> bool:
    """For good; or for a while, with what they have not begun."""
    if not holder.active or holder.role not in STAFF:
        return True
    if not _is_absent(desk, tx, holder) or ticket.status not in _WITH_US:
        return False
    return not kept.is_worked(tx, ticket.id, holder.id)


def _gone_because(holder: Person) -> str:
    return "away" if holder.active and holder.role in STAFF else "works here no more"


def _accept(desk: Desk, tx: Tx, ticket: Ticket, holder: Person) -> None:
    ticket.handed_at, ticket.calls = None, 0
    row = kept.current(tx, ticket.id)
    if row is None or row.taken_at is not None:
        return
    level = desk.levels.named(row.new)
    if level is not None and level.vendor is not None:
        return
    row.taken_at, row.taken_by = tx.now, holder.id
    taker = Actor(who=Who.AGENT, person_id=holder.id, name=holder.name)
    record(tx, ticket, What.ACCEPTED, taker, new=row.new)
    if ticket.status == Status.ESCALATED:
        tickets.set_status(desk, tx, ticket, Status.OPEN, CLOCK, why="taken")
    if row.holder_id is not None and row.holder_id != holder.id:
        told = desk.texts.say(
            "taken-above",
            desk.language,
            ticket=ticket.number,
            title=tickets.shown_title(desk, ticket),
            who=holder.name,
            level=row.new,
        )
        alerts.call(desk, tx, ticket, (), told, key=f"taken:{row.id}", also=[row.holder_id])


def _triggers(
    desk: Desk, tx: Tx, ticket: Ticket, clocks: Clocks | None, before: Collection[str]
) -> Iterator[Trigger]:
    """What sends it up now and has not `before`; the gravest first. Each does so once."""
    rules = desk.levels.rules
    if ticket.status not in _WITH_US or ticket.parent_id is not None:
        return
    for trigger, holds in _CHECKS.items():
        if trigger in rules.to and trigger not in before and holds(desk, tx, ticket, clocks):
            yield trigger


def _cannot(desk: Desk, tx: Tx, ticket: Ticket, clocks: Clocks | None) -> bool:
    level = desk.levels.of(ticket.level)
    if level is None or not level.deals_with(ticket.category):
        return level is not None
    hands = [hand for login in level.who if (hand := desk.roster.hand(login)) is not None]
    above = desk.levels.above(level)
    if not hands or above is None or any(ticket.language in one.languages for one in hands):
        return False
    others = [hand for login in above.who if (hand := desk.roster.hand(login)) is not None]
    return any(ticket.language in one.languages for one in others)


def _is_vip(desk: Desk, tx: Tx, ticket: Ticket, clocks: Clocks | None) -> bool:
    person = tx.get(Person, ticket.requester_id)
    wanted = desk.levels.rules.vip_priorities
    return person is not None and person.vip and ticket.priority in wanted


def _is_used(desk: Desk, tx: Tx, ticket: Ticket, clocks: Clocks | None) -> bool:
    clock = None if clocks is None else clocks.of(Kind.RESOLUTION)
    if clock is None or clock.target is None or not clock.is_open:
        return False
    return clock.used >= clock.target * desk.levels.rules.clock_at / 100


def _has_failed(desk: Desk, tx: Tx, ticket: Ticket, clocks: Clocks | None) -> bool:
    first = kept.first_message(tx, ticket.id)
    return len(kept.failed(tx, ticket.conversation_id, first)) >= desk.levels.rules.articles


_CHECKS: Final[Mapping[Trigger, Callable[[Desk, Tx, Ticket, Clocks | None], bool]]] = {
    Trigger.SECURITY: lambda desk, tx, ticket, clocks: ticket.category == "security",
    Trigger.STORM: lambda desk, tx, ticket, clocks: (
        kept.parts(tx, ticket.id) >= desk.levels.rules.storm_size
    ),
    Trigger.VIP: _is_vip,
    Trigger.REOPENED: lambda desk, tx, ticket, clocks: (
        kept.times(tx, ticket.id, What.REOPENED) >= desk.levels.rules.reopened
    ),
    Trigger.CAPABILITY: _cannot,
    Trigger.ARTICLE: _has_failed,
    Trigger.CLOCK: _is_used,
}


# Following up


def _call_when_due(desk: Desk, tx: Tx, ticket: Ticket) -> None:
    """Until what is due now is done: after a long stand-still several steps may be."""
    for _ in range(len(desk.levels.all) + DOUBLED):
        if ticket.follow_at is None or ticket.follow_at > tx.now:
            due = _next(desk, tx, ticket)
            if due is None or due > tx.now:
                return
        _follow(desk, tx, ticket)
        ticket.follow_at = None


def _follow(desk: Desk, tx: Tx, ticket: Ticket) -> None:
    """What is due for this ticket now."""
    level = desk.levels.of(ticket.level)
    if level is None:
        return
    if ticket.handed_at is None or ticket.status == Status.PENDING_THIRD_PARTY:
        _look_after(desk, tx, ticket, level)
        return
    due = _next(desk, tx, ticket)
    if due is None or due > tx.now:
        return  # it was taken, or is due later than it was
    ticket.calls += 1
    if ticket.calls == 1 and not _nobody_there(desk, tx, level):
        _call(desk, tx, ticket, level.call or ("queue",), "follow-soon")
    elif _goes_up(desk, ticket):
        escalate(desk, tx, ticket, CLOCK, why=Trigger.UNCLAIMED)
    else:
        ticket.calls = max(ticket.calls, 2)
        _call(desk, tx, ticket, ("manager", *level.call), "follow-top")
        while (due := _next(desk, tx, ticket)) is not None and due <= tx.now:
            ticket.calls += 1  # one call for all that were missed while nobody looked


def _goes_up(desk: Desk, ticket: Ticket) -> bool:
    present = desk.levels.of(ticket.level)
    return desk.levels.target(Trigger.UNCLAIMED, present, ticket.category) is not None


def _look_after(desk: Desk, tx: Tx, ticket: Ticket, level: Level) -> None:
    """What somebody works on, or waits for others."""
    holder = None if ticket.assignee_id is None else tx.get(Person, ticket.assignee_id)
    if ticket.status == Status.PENDING_THIRD_PARTY:
        _call(desk, tx, ticket, ("assignee", *level.call), "follow-third-party")
    elif holder is not None and _is_absent(desk, tx, holder):
        if ticket.calls == 0:  # once for each absence
            ticket.calls = 1
            _call(desk, tx, ticket, ("queue", "manager"), "follow-absent", holder=holder.name)
    else:
        ticket.calls = 0


def _nobody_there(desk: Desk, tx: Tx, level: Level) -> bool:
    """Whether all who could take it are away: then nobody need be waited for."""
    staff = assigning.presences_of(tx, level)
    is_absent = desk.roster.is_absent
    return bool(staff) and all(is_absent(one.login, one.away_until, tx.now) for one in staff)


def _call(
    desk: Desk, tx: Tx, ticket: Ticket, wanted: tuple[str, ...], key: str, **more: str
) -> None:
    told = desk.texts.say(
        key,
        desk.language,
        ticket=ticket.number,
        title=tickets.shown_title(desk, ticket),
        level=ticket.level or "",
        queue=ticket.queue,
        **({"holder": ""} | more),
    )
    record(tx, ticket, What.FOLLOWED, CLOCK, new=key, why=", ".join(wanted), quietly=True)
    name = tx.fresh(f"{key}:{ticket.id}:{ticket.calls}")
    alerts.call(desk, tx, ticket, dict.fromkeys(wanted), told, key=name)


def _next(desk: Desk, tx: Tx, ticket: Ticket) -> datetime | None:
    """When somebody is to be called for a ticket that waits to be taken; None: it does not wait."""
    level = desk.levels.of(ticket.level)
    since = ticket.handed_at
    if level is None or since is None or ticket.status not in _WITH_US:
        return None
    if ticket.parent_id is not None:  # the incident that it is part of is followed
        return None
    take = level.take_time(ticket.priority)
    if take is None:
        return None
    if ticket.calls == 0:
        return tx.now if _nobody_there(desk, tx, level) else level.by(since, take / 2)
    if ticket.calls == 1:
        return (
            tx.now
            if _goes_up(desk, ticket) and _nobody_there(desk, tx, level)
            else level.by(since, take)
        )
    doubled = min(ticket.calls - 1, DOUBLED)
    return level.by(since, take * 2**doubled * max(1, ticket.calls - DOUBLED))


def _wake(desk: Desk, tx: Tx, ticket: Ticket, clocks: Clocks | None) -> None:
    """Set the timer for when there is more to do; `clocks`: those that may still send it up. Only silence
    counts: what somebody works on is looked at again so long after its last change."""
    owner = f"ticket:{ticket.id}"
    level = desk.levels.of(ticket.level)
    asked = ticket.status == Status.PENDING_USER and (desk.remind_after or desk.close_after)
    if level is None or asked:  # which has timers of its own
        cancel_timers(tx, owner, FOLLOW)
        ticket.follow_at = None
        return
    follow_at = _next(desk, tx, ticket)
    if follow_at is None:
        length = LOOK_AGAIN
        if ticket.status == Status.PENDING_THIRD_PARTY:
            length = level.take_time(ticket.priority) or LOOK_AGAIN
        follow_at = level.by(tx.now, length)
    if ticket.follow_at != follow_at:
        ticket.follow_at = follow_at
    moment = min((follow_at, *_clock_due(desk, clocks)))
    set_timer(tx, owner, FOLLOW, ticket.conversation_id, max(moment, tx.now))


def _clock_due(desk: Desk, clocks: Clocks | None) -> list[datetime]:
    """When so much of the time to resolve it will be used that it goes up."""
    rules = desk.levels.rules
    clock = None if clocks is None else clocks.of(Kind.RESOLUTION)
    if clock is None or clocks is None or clocks.terms is None or clock.target is None:
        return []
    if clock.due is None or clock.late is not None or Trigger.CLOCK not in rules.to:
        return []
    left = clock.target * rules.clock_at / 100 - clock.used
    if left <= timedelta():
        return []
    moment = clocks.terms.calendar.add(clocks.at, left)
    return [] if moment is None else [moment]


def aim_anew(desk: Desk, store: Store, stopped: Callable[[], bool] = lambda: False) -> int:
    """Look at every unfinished ticket by the configuration as it is now, where that is another than at the
    last start: levels, hours and days off may have been edited while the desk stood still. How many were
    looked at."""
    after = seen = 0
    chosen = (desk.levels, desk.roster.hands, desk.clearance)
    body = msgspec.json.encode(chosen, enc_hook=str, order="deterministic")
    name = hashlib.sha256(body).hexdigest()
    if store.read(lambda tx: get(tx, AIMED)) == name:
        return 0
    statuses = sorted(map(str, ACTIVE))
    while not stopped():
        ids = store.read(partial(kept.active, statuses=statuses, after=after, limit=BATCH))
        if not ids:
            break
        after = ids[-1]
        store.write(partial(_touch, ids))
        seen += len(ids)
    if not stopped():
        store.write(lambda tx: put(tx, AIMED, name))
    return seen


def take_from_leavers(desk: Desk, store: Store) -> None:
    """What commands of the terminal, which run without the desk, left with people who are gone."""
    if desk.levels:
        ids = store.read(partial(kept.of_leavers, statuses=sorted(map(str, ACTIVE)), limit=BATCH))
        if ids:
            store.write(partial(_touch, ids))


def _touch(ids: Collection[int], tx: Tx) -> None:
    for id in ids:
        tx.changed(id)
