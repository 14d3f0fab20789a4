"""Keeping deadlines: which agreement a ticket goes by, when it is due, who is told before and after.

Nobody calls it for a change of a ticket: `refresh` is run for every ticket that a transaction changed
(`bot.desk.after`). What it finds in the events that nobody recorded yet it records, so that a warning, a
breach and a kept promise are each recorded once, whichever process looks first and however often.
"""

from collections.abc import Callable, Collection
from functools import partial
from typing import Final

import structlog

from bot.desk import alerts, promises
from bot.desk.access import CLOCK
from bot.desk.agreements import Subject, Terms
from bot.desk.desk import Desk
from bot.desk.events import What, record
from bot.desk.sla import Clocks, Mark
from bot.desk.status import ACTIVE
from store import sla as kept
from store import tickets as kept_tickets
from store.database import Store, Tx
from store.tables import Person, Ticket
from store.timers import cancel_timers, set_timer

TIMER: Final = "sla"
BATCH: Final = 50  # tickets aimed anew in one transaction
LOOKED_AT: Final = 1000
_UNFINISHED: Final = tuple(sorted(str(one) for one in ACTIVE))

log = structlog.get_logger()


def refresh(desk: Desk, tx: Tx, ticket_ids: Collection[int], why: str = "") -> dict[int, Clocks]:
    """Let these tickets be aimed, recorded, shown and woken as their events say. `why` they are aimed
    anew, where it is not a change of theirs. Their clocks, by ticket."""
    found_clocks = {}
    found = [tx.get(Ticket, id) for id in sorted(ticket_ids)]
    mine = [one for one in found if one is not None and (desk.agreements.all or one.terms)]
    if mine:
        tx.lock_all([one.conversation_id for one in mine])
    for ticket in mine:
        kept_tickets.hold(tx, ticket)
        _aim(desk, tx, ticket, why)
        clocks = promises.look(desk, tx, ticket)
        for mark in clocks.due_marks:
            _record(desk, tx, ticket, mark, clocks)
        _show(ticket, clocks)
        found_clocks[ticket.id] = clocks
        owner = f"ticket:{ticket.id}"
        if clocks.next_at is not None:
            set_timer(tx, owner, TIMER, ticket.conversation_id, clocks.next_at)
        else:
            cancel_timers(tx, owner, TIMER)
    return found_clocks


def aim_anew(desk: Desk, store: Store, stopped: Callable[[], bool] = lambda: False) -> int:
    """Let every unfinished ticket go by the configuration as it is now; how many had gone by another."""
    after = changed = 0
    while not stopped():
        some = store.read(partial(kept.aimed, statuses=_UNFINISHED, after=after, limit=LOOKED_AT))
        if not some:
            break
        after = some[-1].id
        other = [one.id for one in some if _id(_chosen(desk, one)) != one.terms]
        for first in range(0, len(other), BATCH):
            batch = other[first : first + BATCH]
            store.write(partial(_configured, desk, batch))
            changed += len(batch)
    if changed:
        log.info("sla.aimed", tickets=changed)
    return changed


def _configured(desk: Desk, ids: list[int], tx: Tx) -> None:
    refresh(desk, tx, ids, "the configuration")
    for id in ids:
        tx.changed(id)


# How


def _id(terms: Terms | None) -> str | None:
    return None if terms is None else terms.id


def _chosen(desk: Desk, one: kept.Aimed) -> Terms | None:
    return desk.agreements.terms(
        Subject(
            priority=one.priority,
            category=one.category,
            type=one.type,
            queue=one.queue,
            group=one.group,
            vip=one.vip,
        )
    )


def _aim(desk: Desk, tx: Tx, ticket: Ticket, why: str) -> None:
    if ticket.status not in ACTIVE:
        return
    person = tx.get(Person, ticket.requester_id)
    vip = person is not None and person.vip
    terms = desk.agreements.terms(
        Subject(
            priority=ticket.priority,
            category=ticket.category,
            type=ticket.type,
            queue=ticket.queue,
            group=None if person is None else person.group,
            vip=vip,
        )
    )
    if _id(terms) == ticket.terms:
        return
    if terms is not None:
        kept.keep_terms(tx, terms.id, terms.body)
    reason = ", ".join(
        part for part in (f"priority {ticket.priority}", "VIP" if vip else "", why) if part
    )
    record(
        tx,
        ticket,
        What.AGREEMENT,
        CLOCK,
        old=ticket.terms,
        new=_id(terms),
        why=reason,
        quietly=True,
    )
    ticket.terms = _id(terms)


def _record(desk: Desk, tx: Tx, ticket: Ticket, mark: Mark, clocks: Clocks) -> None:
    clock = mark.clock
    due = "" if clock.due is None else clock.due.isoformat(timespec="seconds")
    record(
        tx,
        ticket,
        mark.what,
        CLOCK,
        old=clock.name,
        new=mark.detail or due or None,
        why=due if mark.detail else None,
        quietly=True,
    )
    agreement = None if clocks.terms is None else desk.agreements.named(clocks.terms.agreement)
    if clock.is_open and mark.what is not What.MET and agreement is not None:
        alerts.tell(desk, tx, ticket, mark, agreement)


def _show(ticket: Ticket, clocks: Clocks) -> None:
    first = clocks.first_due
    ticket.due_at = None if first is None else first.due
    ticket.due_of = None if first is None else first.name
    if first is None:
        ticket.sla = None
    elif any(one.late for one in clocks.open):
        ticket.sla = "breached"
    else:
        ticket.sla = "paused" if first.due is None else "running"
