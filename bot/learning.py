"""What agents correct becomes what the desk knows: lessons at once, training afterwards.

A lesson is derived from the events of tickets, which are only ever added: so it is audited, survives a
restart, and ends when an agent sets the ticket back or an administrator forgets it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from bot.desk import tickets
from bot.desk.access import Actor, Permission, require
from bot.desk.events import What, record
from bot.errors import NotFound
from nlp import Lesson
from store import lessons as kept
from store.database import Tx

LONGEST: Final = 2_000  # characters of a lesson's text


class Correction(Struct, frozen=True, kw_only=True):
    """The last word of an agent on one field of one ticket, where the desk had thought otherwise."""

    id: int  # of the event
    ticket_id: int
    number: str
    language: str
    text: str
    person_id: int
    field: str  # "category" or "type"
    thought: str  # what the desk had decided
    said: str
    confidence: float  # with which it had
    forgotten: bool


class Judged(Struct, frozen=True, kw_only=True):
    """A solved ticket: what an agent left it as, and what the desk had thought."""

    id: int
    category: str
    thought: str
    confidence: float
    language: str
    resolved_at: datetime


def corrections(tx: Tx) -> list[Correction]:
    """Oldest first, the forgotten ones among them."""
    return last_words(kept.changes(tx))


def last_words(changes: Iterable[kept.Change]) -> list[Correction]:
    thought: dict[tuple[int, str], tuple[str | None, str | None]] = {}
    said: dict[tuple[int, str], kept.Change] = {}
    forgotten: set[str | None] = set()
    for one in changes:
        if one.what == What.FORGOTTEN:
            forgotten.add(one.old)
            continue
        key = (one.ticket_id, one.what)
        if one.person_id is not None:
            thought.setdefault(key, (one.old, one.why))
            said[key] = one
    return [
        Correction(
            id=one.id,
            ticket_id=one.ticket_id,
            number=f"{one.prefix}-{one.ticket_id}",
            language=one.language,
            text=one.text[:LONGEST],
            person_id=one.person_id or 0,
            field=one.what,
            thought=thought[key][0] or "",
            said=one.new or "",
            confidence=_confidence(thought[key][1]),
            forgotten=str(one.id) in forgotten,
        )
        for key, one in sorted(said.items(), key=lambda item: item[1].id)
        if one.new != thought[key][0]
    ]


def judged(tx: Tx) -> list[Judged]:
    """Oldest first. What agents left as it was counts as right."""
    corrected = {one.ticket_id: one for one in corrections(tx) if one.field == What.CATEGORY}
    found = []
    for one in kept.solved(tx):
        wrong = corrected.get(one.id)
        decided = msgspec.json.decode(one.decided, type=dict[str, str])
        found.append(
            Judged(
                id=one.id,
                category=one.category,
                thought=one.category if wrong is None else wrong.thought,
                confidence=_confidence(decided.get("category"))
                if wrong is None
                else wrong.confidence,
                language=one.language,
                resolved_at=one.resolved_at,
            )
        )
    return found


def _confidence(why: str | None) -> float:
    """What was decided by a rule or a person is sure; see `bot.desk.tickets`."""
    share = (why or "").removeprefix("classifier: ").partition("%")[0]
    return int(share) / 100 if share.isdecimal() else 1.0


def lessons(tx: Tx) -> list[Lesson]:
    return [lesson_of(one) for one in corrections(tx) if not one.forgotten]


def lesson_of(one: Correction) -> Lesson:
    return Lesson(
        id=one.id,
        text=one.text,
        teacher=one.person_id,
        category=one.said if one.field == What.CATEGORY else None,
        type=one.said if one.field == What.TYPE else None,
    )


def forget(tx: Tx, id: int, actor: Actor) -> Correction:
    """The ticket stays as it is; it teaches nothing any more. Raises NotFound."""
    require(actor, Permission.WORK_ON_TICKETS)
    found = _of_id(corrections(tx), id)
    if not found.forgotten:
        record(tx, tickets.get(tx, found.ticket_id), What.FORGOTTEN, actor, old=str(id))
        kept.changed(tx)
    return found


def _of_id(some: Sequence[Correction], id: int) -> Correction:
    for one in some:
        if one.id == id:
            return one
    raise NotFound(f"There is no correction {id}; `firstline learning list` shows them.")
