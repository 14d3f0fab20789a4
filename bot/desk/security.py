"""The restricted path: tickets that only some may see, from the moment they are found to be such.

What says so is the administrator's `Clearance`, or the tag `restricted`, which agents set. A restricted
ticket is part of no incident, has no card but in rooms of its people, and is nobody's who may not see it.
"""

from typing import Final

from bot.desk import rooms, tickets
from bot.desk.access import BOT, STAFF, is_cleared
from bot.desk.desk import Desk
from bot.desk.events import What, record
from store import escalations as kept
from store import people
from store import tickets as kept_tickets
from store.database import Tx
from store.tables import Person, Ticket

TAG: Final = "restricted"


def judge(desk: Desk, tx: Tx, ticket: Ticket) -> None:
    """After any change: whether it is restricted, and what follows where that is new."""
    wanted = _is_wanted(desk, tx, ticket)
    if wanted == ticket.restricted:
        return
    ticket.restricted = wanted
    record(tx, ticket, What.RESTRICTED, BOT, new="yes" if wanted else "no", why=ticket.category)
    if not wanted:
        return
    holder = None if ticket.assignee_id is None else tx.get(Person, ticket.assignee_id)
    if holder is not None and not is_cleared(holder, desk.clearance):
        tickets.unassign(tx, ticket, BOT, why="restricted")
    for id in kept_tickets.watchers(tx, ticket.id):
        watcher = tx.get(Person, id)
        if watcher is None or not is_cleared(watcher, desk.clearance):
            kept_tickets.unwatch(tx, ticket.id, id)
    kept.stand_alone(tx, ticket.id)
    if ticket.parent_id is not None:
        ticket.parent_id = None
    rooms.withdraw(desk, tx, ticket)


def _is_wanted(desk: Desk, tx: Tx, ticket: Ticket) -> bool:
    clearance = desk.clearance
    if not clearance.categories:
        return False
    tagged = kept_tickets.has_tag(tx, ticket.id, TAG)
    return tagged or clearance.restricts(ticket.category, ticket.type)


def cleared(desk: Desk, tx: Tx) -> list[int]:
    """Who may see restricted tickets."""
    staff = people.with_roles(tx, sorted(STAFF))
    return [one.id for one in staff if is_cleared(one, desk.clearance)]
