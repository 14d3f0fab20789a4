"""What surveys say about the desk in a time, put together from the tables for a page or a terminal."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from msgspec import Struct

from bot.desk.access import Actor, Permission, may_see, require
from bot.errors import Invalid, NotFound
from bot.surveys import analysis
from bot.surveys.analysis import Driver, Estimate, Response, Scores
from bot.surveys.followups import latest
from bot.surveys.rules import DIMENSIONS, SCORED, Aspect
from bot.surveys.themes import Comment, Theme, themes
from store import people
from store import surveys as kept
from store.database import Tx
from store.tables import Improvement, SurveyAnswer, Ticket

GROUPS: Final = (*DIMENSIONS, "month")
BEFORE: Final = timedelta(days=90)  # a measure is compared with
LONGEST: Final = 2000  # characters of an action


class Line(Struct, frozen=True, kw_only=True):
    """Of the improvement plan."""

    id: int
    aspect: str
    dimension: str
    value: str
    action: str
    owner: str
    owner_id: int | None
    due: date
    done_at: datetime | None
    late: bool
    before: int  # answers to compare with
    after: int  # ... and since it was done
    effect: Estimate | None  # how much higher the aspect is since


class Report(Struct, frozen=True, kw_only=True):
    since: datetime
    until: datetime
    least: int  # answers below which nothing is shown of a group
    all: Scores
    groups: Mapping[str, Mapping[str, Scores]]  # dimension -> value -> scores
    drivers: tuple[Driver, ...]
    themes: tuple[Theme, ...]
    skipped: Mapping[str, int]  # why -> how many were planned and not asked
    plan: tuple[Line, ...]


def report(tx: Tx, since: datetime, until: datetime, least: int, actor: Actor) -> Report:
    """Of what was asked in [since, until). Words of tickets that the actor may not see are left out."""
    require(actor, Permission.SEE_FIGURES)
    if since >= until:
        raise Invalid("The report would end before it begins.")
    named = _named(tx, since, until, actor)
    months = sorted({one.month for one in named})
    counted = _anonymous(tx, months)
    return Report(
        since=since,
        until=until,
        least=least,
        all=analysis.scores_of([*named, *counted.get("all", ())], least),
        groups={
            one: analysis.by(
                [*named, *counted.get("all" if one == "month" else one, ())], one, least
            )
            for one in GROUPS
        },
        drivers=tuple(analysis.drivers(named, least)),
        themes=tuple(themes(_comments(tx, named, months, least, counted))),
        skipped=kept.skipped(tx, since, until),
        plan=tuple(plan(tx, actor)),
    )


def _named(tx: Tx, since: datetime, until: datetime, actor: Actor) -> list[Response]:
    """Everybody who was asked; of anonymous ones no more than that."""
    asked = kept.asked(tx, since, until)
    answers: dict[int, list[SurveyAnswer]] = {}
    for one in kept.answers(tx, [row.survey.id for row in asked if not row.survey.anonymous]):
        answers.setdefault(one.survey_id, []).append(one)
    found = []
    for survey, number in asked:
        said = answers.get(survey.id, [])
        ticket = tx.get(Ticket, survey.ticket_id)
        assert survey.asked_at is not None
        found.append(
            Response(
                number=number,
                month=f"{survey.asked_at:%Y-%m}",
                category=survey.category,
                queue=survey.queue,
                channel=survey.channel,
                language=survey.language,
                scores={
                    aspect: row.score
                    for aspect, row in latest(said).items()
                    if aspect in SCORED and row.score is not None
                },
                words=tuple(row.words for row in said if row.words),
                answered=bool(said),
                at=survey.asked_at,
                is_mine=ticket is not None and may_see(actor, ticket),
            )
        )
    return found


def _anonymous(tx: Tx, months: Sequence[str]) -> dict[str, list[Response]]:
    """Dimension -> its answers. Which score of one aspect goes with which of another nobody knows."""
    found: dict[str, list[Response]] = {}
    empty = dict.fromkeys(DIMENSIONS, "")
    for row in kept.tallies(tx, months):
        properties = empty if row.dimension == "all" else {**empty, row.dimension: row.value}
        one = Response(
            month=row.month,
            scores={row.aspect: row.score},
            answered=row.aspect == Aspect.SCORE,
            asked=False,
            category=properties["category"],
            queue=properties["queue"],
            channel=properties["channel"],
            language=properties["language"],
        )
        found.setdefault(row.dimension, []).extend([one] * row.count)
    return found


def _comments(
    tx: Tx,
    named: Sequence[Response],
    months: Sequence[str],
    least: int,
    counted: Mapping[str, Sequence[Response]],
) -> list[Comment]:
    found = [
        Comment(
            number=one.number,
            words=words,
            language=one.language,
            score=one.scores.get(Aspect.SCORE),
        )
        for one in named
        if one.is_mine
        for words in one.words
    ]
    if sum(one.answered for one in counted.get("all", ())) >= least:
        found += [Comment(number="", words=one.words) for one in kept.comments(tx, months)]
    return found


# -- the improvement plan


def plan(tx: Tx, actor: Actor) -> list[Line]:
    """What is still to be done first; of what was done also what came of it."""
    require(actor, Permission.SEE_FIGURES)
    rows = kept.improvements(tx)
    done = [one.done_at for one in rows if one.done_at is not None]
    responses = _named(tx, min(done) - BEFORE, tx.now + BEFORE, actor) if done else []
    names = people.named(tx, [one.owner_id for one in rows if one.owner_id is not None])
    found = []
    for row in rows:
        before, after, effect = 0, 0, None
        if (at := row.done_at) is not None:
            near = [one for one in responses if one.at is not None and one.at >= at - BEFORE]
            before, after, effect = analysis.effect(
                near, row.aspect, row.dimension, row.value, _earlier(at)
            )
        owner = names.get(row.owner_id or 0)
        found.append(
            Line(
                id=row.id,
                aspect=row.aspect,
                dimension=row.dimension,
                value=row.value,
                action=row.action,
                owner="" if owner is None else owner.name,
                owner_id=row.owner_id,
                due=row.due,
                done_at=row.done_at,
                late=row.done_at is None and row.due < tx.now.date(),
                before=before,
                after=after,
                effect=effect,
            )
        )
    return found


def _earlier(moment: datetime) -> Callable[[Response], bool]:
    return lambda one: one.at is not None and one.at < moment


def improve(
    tx: Tx,
    *,
    aspect: str,
    dimension: str,
    value: str,
    action: str,
    owner_id: int | None,
    due: date,
    actor: Actor,
) -> Improvement:
    """A new line of the plan."""
    require(actor, Permission.SEE_FIGURES)
    if aspect not in SCORED:
        raise Invalid(f"An improvement is about one of {', '.join(SCORED)}.")
    if dimension not in ("all", *DIMENSIONS):
        raise Invalid(f"It is for all, or for one of {', '.join(DIMENSIONS)}.")
    if (dimension == "all") != (value == ""):
        raise Invalid("Say for which part of the desk it is, or that it is for all.")
    return tx.insert(
        Improvement(
            aspect=aspect,
            dimension=dimension,
            value=value,
            action=_action(action),
            owner_id=owner_id,
            due=due,
            made_at=tx.now,
        )
    )


def change(tx: Tx, id: int, actor: Actor, *, action: str, owner_id: int | None, due: date) -> None:
    require(actor, Permission.SEE_FIGURES)
    row = _line(tx, id)
    row.action, row.owner_id, row.due = _action(action), owner_id, due


def done(tx: Tx, id: int, actor: Actor, *, undo: bool = False) -> None:
    """From now on its effect is measured."""
    require(actor, Permission.SEE_FIGURES)
    row = _line(tx, id)
    row.done_at = None if undo else (row.done_at or tx.now)


def drop(tx: Tx, id: int, actor: Actor) -> None:
    require(actor, Permission.SEE_FIGURES)
    _line(tx, id).dropped_at = tx.now


def _line(tx: Tx, id: int) -> Improvement:
    row = tx.get(Improvement, id)
    if row is None or row.dropped_at is not None:
        raise NotFound("There is no such line in the plan.")
    return row


def _action(words: str) -> str:
    words = words.strip()
    if not words:
        raise Invalid("Say what is to be done.")
    if len(words) > LONGEST:
        raise Invalid(f"An action has at most {LONGEST} characters.")
    return words
