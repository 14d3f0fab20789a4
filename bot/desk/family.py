"""What a ticket has to do with others: the incident that it is part of, its parts, what looks like it.

News of an incident reach each of its tickets in a turn of its own conversation. So a hundred requesters are
told one by one, where and when they want to be told, and nothing holds a hundred conversations at once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from bot.desk.status import ACTIVE
from store import storms as kept
from store.database import Tx
from store.tables import Incident, Likeness, Ticket
from store.timers import set_timer

CAUSE: Final = "cause"  # kinds of likeness
SAME: Final = "same"

OVER: Final = "incident-over"  # it is resolved
NEWS: Final = "incident-news"  # there is more to tell
WORD: Final = "incident-word"  # of the incident itself: somebody waits for news


def let_know(tx: Tx, ticket: Ticket, kind: str) -> None:
    """Wake every ticket that is part of it. Only a timer is written, which takes effect later with its
    conversation held: so these need not be held here, in whatever order."""
    for child in kept.children(tx, ticket.id):
        set_timer(tx, f"ticket:{child.id}", kind, child.conversation_id, tx.now)


class Why(Struct, frozen=True, kw_only=True):
    """What speaks for one cause."""

    names: tuple[str, ...] = ()  # what it seems to be about
    people: int = 0  # so many wrote of it
    minutes: int = 0  # within that time
    usual: float = 0.0  # as many usually do


class Match(Struct, frozen=True):
    """A likeness that nobody has decided on, with the other ticket."""

    ticket: Ticket
    kind: str
    why: Why


class Family(Struct, frozen=True, kw_only=True):
    """All that a ticket has to do with others."""

    parent: Ticket | None
    children: tuple[Ticket, ...]
    likely: tuple[Match, ...]  # what it may be part of
    candidates: tuple[Match, ...]  # what may be part of it
    known: Mapping[str, str]  # what requesters are told, by language
    next_word_at: datetime | None


def family_of(tx: Tx, ticket: Ticket) -> Family:
    row = kept.incident(tx, ticket.id)
    parent = None if ticket.parent_id is None else tx.get(Ticket, ticket.parent_id)
    likely, candidates = kept.likenesses(tx, ticket.id), kept.thought_like(tx, ticket.id)
    is_open = ticket.status in ACTIVE
    return Family(
        parent=parent,
        children=tuple(kept.children(tx, ticket.id)),
        likely=_matches(tx, likely, "other_id") if is_open and parent is None else (),
        candidates=_matches(tx, candidates, "ticket_id") if is_open else (),
        known=known_of(row),
        next_word_at=None if row is None else row.next_word_at,
    )


def _matches(tx: Tx, found: Sequence[Likeness], other: str) -> tuple[Match, ...]:
    """Those whose other ticket is still to be decided on."""
    matches = []
    for one in found:
        ticket = tx.get(Ticket, getattr(one, other))
        waits = ticket is not None and ticket.status in ACTIVE
        if ticket is not None and waits and (other == "other_id" or ticket.parent_id is None):
            matches.append(Match(ticket, one.kind, msgspec.json.decode(one.why, type=Why)))
    return tuple(matches)


def known_of(row: Incident | None) -> dict[str, str]:
    return {} if row is None else msgspec.json.decode(row.known, type=dict[str, str])
