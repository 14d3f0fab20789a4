"""Queries about escalations, and about who is busy with what."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

import sqlalchemy as sa

from store.base import from_micros, micros
from store.database import Tx
from store.tables import Article, ArticleUse, Escalation, Person, Ticket

NOTHING: Final = 1 << 62


def of(tx: Tx, ticket_id: int) -> list[Escalation]:
    """All of a ticket's, the latest first."""
    tx.flush()
    ids = tx.run(_OF, (ticket_id,)).scalars().all()  # most tickets have none
    return [one for id in ids if (one := tx.get(Escalation, id)) is not None]


_OF: Final = "SELECT id FROM escalation WHERE ticket_id = ? ORDER BY id DESC"


def current(tx: Tx, ticket_id: int) -> Escalation | None:
    """The one that has not ended."""
    return next((one for one in of(tx, ticket_id) if one.ended_at is None), None)


_TOUCHED = (
    "SELECT 1 FROM ticket_event WHERE ticket_id = ? AND at >= ? AND who = 'agent'"
    " AND (person_id = ? OR (what = 'assignee' AND new = ?)) LIMIT 1"
)


def is_touched(tx: Tx, ticket_id: int, person_id: int, since: datetime) -> bool:
    """Whether somebody did anything with it since, or a colleague gave it to them."""
    tx.flush()
    asked = (ticket_id, micros(since), person_id, str(person_id))
    return tx.run(_TOUCHED, asked).first() is not None


_WORKED: Final = (
    "SELECT 1 FROM ticket_event WHERE ticket_id = ? AND person_id = ? AND who = 'agent'"
    " AND what IN ('reply', 'note') LIMIT 1"
)


def is_worked(tx: Tx, ticket_id: int, person_id: int) -> bool:
    """Whether somebody has answered or noted anything: it would be lost on others."""
    tx.flush()
    return tx.run(_WORKED, (ticket_id, person_id)).first() is not None


def times(tx: Tx, ticket_id: int, what: str) -> int:
    """How often something happened to a ticket."""
    tx.flush()
    asked = "SELECT count(*) FROM ticket_event WHERE ticket_id = ? AND what = ?"
    return int(tx.run(asked, (ticket_id, what)).scalar_one())


def stand_alone(tx: Tx, ticket_id: int) -> None:
    """Let a ticket be part of nothing and nothing be part of it, and have it look like none."""
    tx.flush()
    tx.run("UPDATE ticket SET parent_id = NULL WHERE parent_id = ?", (ticket_id,))
    tx.run(
        "UPDATE likeness SET settled = 'refused' WHERE ticket_id = ? OR other_id = ?",
        (ticket_id, ticket_id),
    )


def restricted(tx: Tx, ids: Sequence[int]) -> frozenset[int]:
    """Those of these tickets that only some may see."""
    if not ids:
        return frozenset()
    statement = sa.select(Ticket.id).where(Ticket.id.in_(ids), Ticket.restricted)
    return frozenset(tx.execute(statement).scalars())


def parts(tx: Tx, ticket_id: int) -> int:
    tx.flush()
    return int(tx.run("SELECT count(*) FROM ticket WHERE parent_id = ?", (ticket_id,)).scalar_one())


def first_message(tx: Tx, ticket_id: int) -> int:
    """The inbox row that the matter began with; beyond all where there is none."""
    tx.flush()
    found = tx.run("SELECT min(inbox_id) FROM message WHERE ticket_id = ?", (ticket_id,)).scalar()
    return NOTHING if found is None else int(found)


class Failed(NamedTuple):
    """An article that did not help."""

    article: str
    title: str
    at: datetime


_FAILED: Final = (
    "SELECT 1 FROM article_use WHERE conversation_id = ? AND what = 'not-helped' LIMIT 1"
)


def failed(tx: Tx, conversation_id: int, since_inbox_id: int) -> list[Failed]:
    """Articles that did not help in a conversation since one of its messages; each once."""
    tx.flush()
    if tx.run(_FAILED, (conversation_id,)).first() is None:
        return []
    statement = (
        sa.select(ArticleUse.article, sa.func.max(Article.title), sa.func.min(ArticleUse.at))
        .outerjoin(
            Article,
            sa.and_(
                Article.id == ArticleUse.article,
                Article.language == sa.func.coalesce(ArticleUse.shown_in, ArticleUse.language),
            ),
        )
        .where(
            ArticleUse.conversation_id == conversation_id,
            ArticleUse.what == "not-helped",
            ArticleUse.inbox_id >= since_inbox_id,
        )
        .group_by(ArticleUse.article)
        .order_by(sa.func.min(ArticleUse.at), ArticleUse.article)
    )
    return [Failed(row[0], row[1] or row[0], row[2]) for row in tx.execute(statement)]


_LOADS = (
    "SELECT assignee_id, priority, count(*) FROM ticket WHERE assignee_id IS NOT NULL"
    " AND status IN ({}) GROUP BY assignee_id, priority"
)


def loads(tx: Tx, statuses: Sequence[str]) -> dict[int, dict[str, int]]:
    """person -> priority -> tickets that they have in these states"""
    tx.flush()
    found: dict[int, dict[str, int]] = {}
    rows = tx.run(_LOADS.format(", ".join("?" * len(statuses))), tuple(statuses))
    for person, priority, count in rows:
        found.setdefault(person, {})[priority] = count
    return found


def given(tx: Tx, since: datetime) -> dict[int, datetime]:
    """person -> when they were last given a ticket by the desk itself"""
    tx.flush()
    rows = tx.run(
        "SELECT new, max(at) FROM ticket_event WHERE what = 'assignee' AND who IN ('bot', 'clock')"
        " AND new IS NOT NULL AND at >= ? GROUP BY new",
        (micros(since),),
    )
    return {int(person): from_micros(at) for person, at in rows}


class Presence(NamedTuple):
    login: str | None
    role: str
    away_until: datetime | None


def presences(tx: Tx, roles: Sequence[str]) -> list[Presence]:
    """Of those who are active in these roles."""
    tx.flush()
    marks = ", ".join("?" * len(roles))
    rows = tx.run(_PRESENCES.format(marks), tuple(roles))
    return [
        Presence(login, role, None if until is None else from_micros(until))
        for login, role, until in rows
    ]


_PRESENCES: Final = "SELECT login, role, away_until FROM person WHERE active AND role IN ({})"


def staff(tx: Tx, roles: Sequence[str]) -> list[Person]:
    """Who is active in these roles."""
    statement = sa.select(Person).where(Person.role.in_(roles), Person.active)
    return list(tx.execute(statement.order_by(Person.id)).scalars())


def held(tx: Tx, person_id: int, statuses: Sequence[str]) -> list[int]:
    """Tickets that somebody has."""
    statement = sa.select(Ticket.id).where(
        Ticket.assignee_id == person_id, Ticket.status.in_(statuses)
    )
    return list(tx.execute(statement.order_by(Ticket.id)).scalars())


def of_leavers(tx: Tx, statuses: Sequence[str], limit: int) -> list[int]:
    """Tickets of people who are not active any more."""
    statement = (
        sa.select(Ticket.id)
        .join(Person, Person.id == Ticket.assignee_id)
        .where(Ticket.status.in_(statuses), Person.active.is_(False))
    )
    return list(tx.execute(statement.order_by(Ticket.id).limit(limit)).scalars())


def active(tx: Tx, statuses: Sequence[str], after: int, limit: int) -> list[int]:
    """Tickets in these states, by number."""
    statement = sa.select(Ticket.id).where(Ticket.status.in_(statuses), Ticket.id > after)
    return list(tx.execute(statement.order_by(Ticket.id).limit(limit)).scalars())
