"""Somebody was not content: their agent's manager hears of it, with their words, and it stays open until it
was looked into."""

from datetime import timedelta
from typing import Final

from bot.desk import alerts, rooms
from bot.desk.access import Actor, Permission, require
from bot.desk.desk import Desk
from bot.desk.tickets import shown_title
from bot.errors import Invalid, NotFound
from bot.surveys.planning import owner
from bot.surveys.rules import LOW, SCORED, Aspect
from store import surveys as kept
from store.database import Tx
from store.tables import Survey, SurveyAnswer, SurveyFollowUp, Ticket
from store.timers import cancel_timers, set_timer

PATIENCE: Final = timedelta(minutes=30)  # in which they may still say why
TOLD: Final = "survey-told"
AGAIN: Final = timedelta(days=3)  # after which nobody looking into it is told of once more
LONGEST: Final = 4000  # characters of a note


def latest(answers: list[SurveyAnswer]) -> dict[str, SurveyAnswer]:
    """Of each aspect the one that counts."""
    return {one.aspect: one for one in answers}


def notice(desk: Desk, tx: Tx, survey: Survey, ticket: Ticket, *, complete: bool) -> None:
    """After an answer: a low score is told when they have said why, or have had the time to."""
    scores = [
        one.score
        for aspect, one in latest(kept.answers(tx, [survey.id])).items()
        if aspect in SCORED and one.score is not None
    ]
    found = tx.get(SurveyFollowUp, survey.id)
    if not scores or min(scores) > LOW:
        if found is not None and found.told_at is None:  # they have thought better of it
            tx.session.delete(found)
            cancel_timers(tx, owner(survey), TOLD)
        return
    if found is None:
        found = tx.insert(SurveyFollowUp(survey_id=survey.id, score=min(scores), at=tx.now))
    found.score = min(scores)
    if complete:
        tell(desk, tx, survey, ticket)
    elif found.told_at is None:
        set_timer(tx, owner(survey), TOLD, ticket.conversation_id, tx.now + PATIENCE)


def tell(desk: Desk, tx: Tx, survey: Survey, ticket: Ticket) -> None:
    """Tell it, and again while nobody has looked into it."""
    found = tx.get(SurveyFollowUp, survey.id)
    if found is None or found.handled_at is not None:
        return
    language = desk.language
    answers = kept.answers(tx, [survey.id])
    scores = [
        f"{desk.texts.say(f'survey-aspect-{aspect}', language)}: {one.score}"
        for aspect, one in latest(answers).items()
        if aspect in SCORED and one.score is not None
    ]
    words = [one.words for one in answers if one.aspect == Aspect.WORDS and one.words]
    if ticket.restricted:  # a manager need not be one of its people
        words = []
    key = "survey-low" if found.told_at is None else "survey-low-still"
    head = desk.texts.say(key, language, ticket=ticket.number, title=shown_title(desk, ticket))
    parts = [head, "\n".join(f"- {one}" for one in scores), *map(rooms.quoted, words)]
    if desk.url():
        parts.append(f"<{desk.url()}/desk/surveys#follow-ups>")
    found.told_at = tx.now
    set_timer(tx, owner(survey), TOLD, ticket.conversation_id, tx.now + AGAIN)
    alerts.call(
        desk,
        tx,
        ticket,
        ("manager",),
        "\n\n".join(parts),
        key=tx.fresh(f"survey-low:{survey.id}"),
    )


def handle(tx: Tx, survey_id: int, note: str, actor: Actor) -> None:
    """It was looked into; `note` says what came of it."""
    require(actor, Permission.SEE_FIGURES)
    found = tx.get(SurveyFollowUp, survey_id)
    survey = tx.get(Survey, survey_id)
    if found is None or survey is None:
        raise NotFound("There is no such follow-up.")
    if not note.strip():
        raise Invalid("Say in a few words what came of it.")
    if len(note) > LONGEST:
        raise Invalid(f"The note has more than {LONGEST} characters.")
    if found.handled_at is None:
        found.handled_at, found.person_id, found.note = tx.now, actor.person_id, note.strip()
        cancel_timers(tx, owner(survey), TOLD)
