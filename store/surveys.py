"""Queries about surveys."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from store.database import Tx
from store.tables import (
    Improvement,
    Person,
    Survey,
    SurveyAnswer,
    SurveyComment,
    SurveyFollowUp,
    SurveyPreference,
    SurveySpent,
    SurveyTally,
    Ticket,
)

ALL = ("all", "")  # the dimension that every answer has


def of_ticket(tx: Tx, ticket_id: int) -> Survey | None:
    statement = sa.select(Survey).where(Survey.ticket_id == ticket_id)
    return tx.execute(statement).scalars().first()  # type: ignore[no-any-return]


def step_in(tx: Tx, conversation_id: int) -> Survey | None:
    """The survey whose question was asked last in a conversation, and is not over."""
    # Asked with every message: all else is written together at the end of the step.
    if any(isinstance(one, Survey) for one in tx.session.dirty):
        tx.session.flush()
    statement = sa.select(Survey).where(
        Survey.conversation_id == conversation_id, Survey.step.is_not(None)
    )
    return tx.session.scalars(statement.order_by(Survey.stepped_at.desc()).limit(1)).first()


def last_asked(tx: Tx, person_id: int) -> datetime | None:
    statement = sa.select(sa.func.max(Survey.asked_at)).where(Survey.person_id == person_id)
    found: datetime | None = tx.execute(statement).scalar()
    return found


def gathered(tx: Tx, name: str) -> list[Survey]:
    """Those that wait to be asked together, the longest waiting first."""
    statement = sa.select(Survey).where(Survey.name == name, Survey.state == "gathered")
    return list(tx.execute(statement.order_by(Survey.id)).scalars())


def asked_since(tx: Tx, name: str, since: datetime) -> list[Survey]:
    """Those of a name that were asked since then."""
    statement = sa.select(Survey).where(Survey.name == name, Survey.asked_at >= since)
    return list(tx.execute(statement.order_by(Survey.id)).scalars())


def answers(tx: Tx, survey_ids: Iterable[int]) -> list[SurveyAnswer]:
    statement = sa.select(SurveyAnswer).where(SurveyAnswer.survey_id.in_(list(survey_ids)))
    return list(tx.execute(statement.order_by(SurveyAnswer.id)).scalars())


def preference(tx: Tx, person_id: int) -> str | None:
    """What was said last about being asked at all; but who declined under one of their addresses is
    not overruled by what they had agreed to under another."""
    statement = sa.select(SurveyPreference.what).where(SurveyPreference.person_id == person_id)
    said = list(tx.execute(statement.order_by(SurveyPreference.at, SurveyPreference.id)).scalars())
    weighty = [one for one in said if one != "agreed"]
    return weighty[-1] if weighty else (said[-1] if said else None)


# -- anonymous ones


def is_spent(tx: Tx, id: str) -> bool:
    return tx.get(SurveySpent, id) is not None


def spend(tx: Tx, id: str) -> bool:
    """False when it was spent already."""
    statement = "INSERT INTO survey_spent (id) VALUES (?) ON CONFLICT DO NOTHING"
    return bool(tx.run(statement, (id,)).rowcount)


_COUNT = (
    "INSERT INTO survey_tally (name, month, dimension, value, aspect, score, count)"
    " VALUES (?, ?, ?, ?, ?, ?, 1) ON CONFLICT (name, month, dimension, value, aspect, score)"
    " DO UPDATE SET count = survey_tally.count + 1"
)


def count(tx: Tx, name: str, month: str, told: dict[str, str], scores: dict[str, int]) -> None:
    for dimension, value in (ALL, *sorted(told.items())):
        for aspect, score in sorted(scores.items()):
            tx.run(_COUNT, (name, month, dimension, value, aspect, score))


def add_comment(tx: Tx, name: str, month: str, words: str) -> None:
    """In an order of chance among those of the month: what was said last stands nowhere in particular."""
    tx.alone(f"survey-comments:{name}:{month}")
    where = (SurveyComment.name == name, SurveyComment.month == month)
    texts = [*tx.execute(sa.select(SurveyComment.words).where(*where)).scalars(), words]
    tx.execute(sa.delete(SurveyComment).where(*where).execution_options(synchronize_session=False))
    secrets.SystemRandom().shuffle(texts)
    tx.run(
        "INSERT INTO survey_comment (id, name, month, words) VALUES (?, ?, ?, ?)",
        [(secrets.token_hex(8), name, month, text) for text in texts],
    )


def tallies(tx: Tx, months: Sequence[str]) -> list[SurveyTally]:
    return list(tx.execute(sa.select(SurveyTally).where(SurveyTally.month.in_(months))).scalars())


def comments(tx: Tx, months: Sequence[str]) -> list[SurveyComment]:
    statement = sa.select(SurveyComment).where(SurveyComment.month.in_(months))
    return list(tx.execute(statement.order_by(SurveyComment.id)).scalars())


# -- what managers look at


class Asked(NamedTuple):
    survey: Survey
    number: str


def asked(tx: Tx, since: datetime, until: datetime) -> list[Asked]:
    """Those that were asked in [since, until), or answered on the telephone then; the oldest first."""
    statement = (
        sa.select(Survey, Ticket.prefix)
        .join(Ticket, Ticket.id == Survey.ticket_id)
        .where(Survey.asked_at >= since, Survey.asked_at < until)
        .order_by(Survey.asked_at, Survey.id)
    )
    return [Asked(row[0], f"{row[1]}-{row[0].ticket_id}") for row in tx.execute(statement)]


def skipped(tx: Tx, since: datetime, until: datetime) -> dict[str, int]:
    """Why so many were not asked that were planned then."""
    statement = (
        sa.select(Survey.why, sa.func.count())
        .where(Survey.state == "skipped", Survey.planned_at >= since, Survey.planned_at < until)
        .group_by(Survey.why)
    )
    return {row[0] or "": row[1] for row in tx.execute(statement)}


class LowScore(NamedTuple):
    follow_up: SurveyFollowUp
    survey: Survey
    ticket: Ticket
    person: Person | None


def follow_ups(tx: Tx, *, handled: bool, limit: int = 50) -> list[LowScore]:
    """The oldest open ones first; or those handled, the latest first."""
    done = SurveyFollowUp.handled_at
    statement = (
        sa.select(SurveyFollowUp, Survey, Ticket, Person)
        .join(Survey, Survey.id == SurveyFollowUp.survey_id)
        .join(Ticket, Ticket.id == Survey.ticket_id)
        .outerjoin(Person, Person.id == Survey.person_id)
        .where(done.is_not(None) if handled else done.is_(None))
        .order_by(done.desc() if handled else SurveyFollowUp.at)
        .limit(limit)
    )
    return [LowScore(*row) for row in tx.execute(statement)]


def improvements(tx: Tx) -> list[Improvement]:
    """What is still to be done first, by when it is due."""
    order = (Improvement.done_at.is_not(None), Improvement.due, Improvement.id)
    statement = sa.select(Improvement).where(Improvement.dropped_at.is_(None)).order_by(*order)
    return list(tx.execute(statement).scalars())
