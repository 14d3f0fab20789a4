"""Whether words typed while a survey is open answer it. In doubt they do not: a new problem is never taken
for a comment. What may be either is asked about, and is a matter like any other when nobody says.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct

from bot.conversation.choices import plain
from bot.conversation.reading import TELLING_FACTS
from bot.conversation.turn import Policy
from bot.desk import people, transcript
from bot.desk.access import BOT
from bot.desk.desk import Desk
from bot.inbox import Read
from bot.surveys.answers import answering
from bot.surveys.asking import UNSAID, is_open, value
from bot.surveys.planning import owner
from bot.surveys.rules import SCORES, Aspect
from bot.text import LANGUAGES, Texts
from channels.message import Choice, PublicText
from nlp.understanding import Category, Intent, Level, Understanding
from store import people as kept_people
from store import surveys as kept
from store.database import Tx
from store.tables import Conversation, Inbox, Survey, Ticket
from store.timers import cancel_timers, set_timer

WINDOW: Final = timedelta(minutes=30)  # in which words may be a comment, in a chat
PATIENCE: Final = timedelta(minutes=5)  # for saying which of the two they are
_NUMBER: Final = re.compile(
    r"\s*([1-5１-５])(?:\s*/\s*5)?[^\S\n]*(?:[.,;:!。，；：！–—-]+(?=\s|[^\x00-\x7f]|$)|\n|$)(.*)",
    re.S,
)
_ELSEWHERE: Final = frozenset({Intent.STILL_BROKEN, Intent.HUMAN, Intent.STATUS, Intent.LANGUAGE})
_NOTHING: Final = frozenset({Intent.SKIP, Intent.NO, Intent.STOP})


class Kind(StrEnum):
    """What words are to a survey."""

    SCORE = "score"
    COMMENT = "comment"
    NOTHING = "nothing"  # skip it
    NEVER = "never"
    DOUBT = "doubt"
    MATTER = "matter"  # none of its business


class Heard(Struct, frozen=True):
    kind: Kind
    score: int = 0
    words: str = ""


class Unsaid(Struct, frozen=True):
    """Words that may be a comment or something new, until it is known which."""

    inbox: int
    read: Read


def judge(
    text: str, reading: Understanding, step: Aspect, policy: Policy, texts: Texts, *, letter: bool
) -> Heard:
    """What typed words mean while `step` is asked. Pure."""
    if step is not Aspect.WORDS or letter:
        if score := _score_in(text, texts):
            return Heard(Kind.SCORE, *score)
        if plain(text) in _labels(texts, ("survey-never",)):
            return Heard(Kind.NEVER)
        if not letter:
            nothing = reading.intent in (Intent.SKIP, Intent.STOP)
            return Heard(Kind.NOTHING if nothing else Kind.MATTER)
    if reading.intent in _ELSEWHERE:
        return Heard(Kind.MATTER)
    if reading.intent in _NOTHING or plain(text) in _labels(texts, ("survey-done",)):
        return Heard(Kind.NOTHING)
    if reading.intent is not Intent.ASK or not tells_something(reading, policy):
        return Heard(Kind.COMMENT, words=text)
    if letter or _is_grave(reading):
        return Heard(Kind.MATTER)
    return Heard(Kind.DOUBT, words=text)


def tells_something(reading: Understanding, policy: Policy) -> bool:
    """Whether an agent could begin with it. What people say about being helped has no symptom in it, and
    mostly no category."""
    if _has_symptoms(reading):
        return True
    if reading.category_confidence >= policy.category_threshold:
        return reading.category is not Category.OTHER
    return any(one.score >= policy.suggest_threshold for one in reading.suggestions)


def _has_symptoms(reading: Understanding) -> bool:
    return any(fact.kind in TELLING_FACTS for fact in reading.facts)


def _is_grave(reading: Understanding) -> bool:
    """Nothing that could wait for a question about it."""
    grave = reading.category is Category.SECURITY or Level.HIGH in (reading.impact, reading.urgency)
    return grave and _has_symptoms(reading)


def _score_in(text: str, texts: Texts) -> tuple[int, str] | None:
    """ "4", "4/5", "4 – well"; with words after it all of them are a comment, too: "4. Thank you". But not
    "5 printers are broken"."""
    for score in SCORES:
        if plain(text) in _labels(texts, (f"survey-{score}",)):
            return score, ""
    found = _NUMBER.fullmatch(text)
    return None if found is None else (int(found[1]), text if found[2].strip() else "")


def _labels(texts: Texts, keys: Iterable[str]) -> set[str]:
    return {plain(texts.label(key, language)) for key in keys for language in LANGUAGES}


# -- what follows from it


def take(desk: Desk, tx: Tx, policy: Policy, here: Conversation, row: Inbox, read: Read) -> bool:
    """Let a message answer the survey that is open here. False: it is for the conversation."""
    message = read.message
    if (
        message.chosen
        or message.changes
        or message.automatic
        or message.attachments
        or message.files
    ):
        return False
    if here.taken_by is not None or not message.text.strip():
        return False
    survey = kept.step_in(tx, here.id)
    if survey is None or survey.step is None or not is_open(desk, survey, tx.now):
        return False
    ticket = tx.get(Ticket, survey.ticket_id)
    writer = kept_people.of_address(tx, desk.network(message.channel), message.sender.address)
    asked = people.current(tx, survey.person_id)
    if ticket is None or message.sender.suspect or writer is None or writer.id != asked.id:
        return False
    letter, step = desk.by_letter(here.channel), Aspect(survey.step)
    late = survey.stepped_at is None or tx.now - survey.stepped_at > WINDOW
    if late and step is Aspect.WORDS and not letter:
        return False
    heard = judge(message.text, read.understanding, step, policy, desk.texts, letter=letter)
    if heard.kind is Kind.MATTER:
        return False
    answer = answering(desk, tx, here, row, survey, ticket, writer)
    if letter and heard.kind is Kind.SCORE and read.understanding.intent in _ELSEWHERE:
        answer.score(Aspect.SCORE, heard.score, heard.words)
        return False  # "1. It is still broken" is both
    transcript.heard(tx, here, row, message, ticket.id)
    match heard.kind:
        case Kind.SCORE:
            answer.score(Aspect.SCORE if letter else step, heard.score, heard.words)
        case Kind.COMMENT:
            answer.comment(heard.words)
        case Kind.NOTHING:
            answer.go_on(step)
        case Kind.NEVER:
            answer.stop(for_good=True)
        case Kind.DOUBT:
            _doubt(desk, tx, here, row, survey, ticket, read)
    return True


def _doubt(
    desk: Desk, tx: Tx, here: Conversation, row: Inbox, survey: Survey, ticket: Ticket, read: Read
) -> None:
    survey.unsaid = msgspec.json.encode(Unsaid(row.id, read)).decode()
    set_timer(tx, owner(survey), UNSAID, here.id, tx.now + PATIENCE)
    language = here.language or desk.language
    transcript.speak(
        desk,
        tx,
        here,
        PublicText(desk.texts.say("survey-which", language, ticket=ticket.number)),
        key=f"{row.id}.survey-which",
        actor=BOT,
        choices=(
            Choice(value(survey, "comment"), desk.texts.label("survey-comment", language)),
            Choice(value(survey, "new"), desk.texts.label("survey-new", language)),
        ),
        ticket_id=ticket.id,
        inbox_id=row.id,
    )


def unsaid(tx: Tx, survey: Survey | None) -> Unsaid | None:
    """The words that wait to be told apart, taken out: whoever asks does something with them."""
    if survey is None or survey.unsaid is None:
        return None
    found = msgspec.json.decode(survey.unsaid, type=Unsaid)
    survey.unsaid, survey.step = None, None
    cancel_timers(tx, owner(survey), UNSAID)
    return found
