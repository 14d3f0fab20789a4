"""Answers of a quarter, with one part of the desk that is known to be slow."""

import random
from datetime import timedelta

from bot.surveys.rules import Aspect
from store.database import Tx
from store.tables import Survey, SurveyAnswer, SurveyFollowUp
from tests.web.demo import Office

SLOW = (
    "I waited three days for an answer",
    "waited much too long, days",
    "ждал ответа три дня",
    "等了三天才有人回复",
)
KIND = ("very friendly", "friendly and quick, thank you", "всё отлично", "很好，谢谢")
QUEUES = ("service-desk", "network", "applications", "security")


def answered(
    tx: Tx, ticket: int, person: int, chance: random.Random, *, queue: str, days: int
) -> None:
    """One survey of so many days ago; three of four are answered."""
    slow = queue == "network"
    at = tx.now - timedelta(days=days)
    says = chance.random() < 0.75
    response = chance.choice((1, 2, 2, 3)) if slow else chance.choice((4, 5, 5))
    overall = max(1, min(5, response + chance.choice((0, 0, 1))))
    survey = tx.insert(
        Survey(
            name="standard",
            ticket_id=ticket,
            person_id=person,
            channel=chance.choice(("slack", "telegram", "web", "email")),
            category="network" if slow else chance.choice(("software", "hardware")),
            queue=queue,
            language=chance.choice(("en", "ru", "zh")),
            anonymous=False,
            state="done" if says else "asked",
            planned_at=at,
            asked_at=at,
            answered_at=at if says else None,
        )
    )
    if not says:
        return
    scores = {
        Aspect.SCORE: overall,
        Aspect.RESPONSE: response,
        Aspect.SOLVING: chance.choice((4, 5)),
        Aspect.COMMUNICATION: chance.choice((3, 4, 5)),
    }
    for aspect, score in scores.items():
        tx.insert(
            SurveyAnswer(
                survey_id=survey.id, aspect=str(aspect), score=score, at=at, channel=survey.channel
            )
        )
    if chance.random() < 0.4:
        words = chance.choice(SLOW if slow else KIND)
        tx.insert(
            SurveyAnswer(
                survey_id=survey.id, aspect="words", words=words, at=at, channel=survey.channel
            )
        )
    if overall == 1:
        tx.insert(SurveyFollowUp(survey_id=survey.id, score=1, at=at, told_at=at))


def a_quarter(office: Office, count: int = 160) -> None:
    chance = random.Random(7)
    tickets = [office.ticket(f"Pat {n}", "My VPN drops every ten minutes") for n in range(count)]

    def fill(tx: Tx) -> None:
        for n, ticket in enumerate(tickets):
            queue = QUEUES[n % 3] if n % 40 else "security"
            answered(tx, ticket, n + 2, chance, queue=queue, days=n * 89 // count)

    office.store.write(fill)
