"""Asking a requester how it went, reminding them once, and leaving it when the time is over.

Everything here is set off by a timer, and looks again at what has become of the ticket and of the person.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

import msgspec
import structlog

from bot.desk import people, places, transcript
from bot.desk.access import BOT
from bot.desk.desk import Desk
from bot.surveys import followups, planning
from bot.surveys.links import token_of
from bot.surveys.planning import ASK, OWNER, ask_at, owner, skip
from bot.surveys.rules import DIMENSIONS, OPEN, SCORES, Aspect, Rule, State, crowds, wakes_at
from bot.text import escape
from channels.message import Choice, PublicText
from store import surveys as kept
from store.database import Tx
from store.tables import Conversation, Person, Survey, Ticket
from store.timers import Fired, cancel_timers, set_timer

REMIND: Final = "survey-remind"
END: Final = "survey-end"
TOLD: Final = "survey-told"
UNSAID: Final = "survey-unsaid"  # handled where messages are: see `bot.perform`
LATER: Final = timedelta(minutes=30)  # until it is looked again whether they are free, at first
DONE: Final = ("resolved", "closed")

log = structlog.get_logger()


def fired(desk: Desk, tx: Tx, timer: Fired) -> None:
    survey = tx.get(Survey, int(timer.owner.removeprefix(OWNER)))
    ticket = None if survey is None else tx.get(Ticket, survey.ticket_id)
    if survey is None or ticket is None:
        return
    if timer.kind == ASK:
        _ask(desk, tx, survey, ticket)
    elif timer.kind == REMIND:
        _remind(desk, tx, survey, ticket)
    elif timer.kind == END:
        end(tx, survey)
    elif timer.kind == TOLD:
        followups.tell(desk, tx, survey, ticket)


def value(survey: Survey, what: str, argument: str | int = "") -> str:
    """Of a button; short, because some networks take 64 bytes."""
    return f"sv:{survey.id}:{what}:{argument}" if argument != "" else f"sv:{survey.id}:{what}"


def rule_of(desk: Desk, survey: Survey) -> Rule:
    """By which it was planned; one that is no longer configured ends as usual."""
    return desk.surveys.named(survey.name) or Rule(name=survey.name, anonymous=survey.anonymous)


def ends_at(desk: Desk, survey: Survey) -> datetime | None:
    return None if survey.asked_at is None else survey.asked_at + rule_of(desk, survey).expires


def is_open(desk: Desk, survey: Survey, now: datetime) -> bool:
    """Whether an answer is taken. Who said "not now" may still think better of it."""
    ends = ends_at(desk, survey)
    return survey.state in {*OPEN, State.DECLINED} and ends is not None and now < ends


def end(tx: Tx, survey: Survey) -> None:
    """No answer is taken any more."""
    survey.step = None
    if survey.state == State.ASKED:
        survey.state = str(State.DONE if survey.answered_at else State.EXPIRED)
    cancel_timers(tx, owner(survey), REMIND)


# -- asking


def _ask(desk: Desk, tx: Tx, survey: Survey, ticket: Ticket) -> None:
    if survey.state not in (State.PLANNED, State.GATHERED):
        return
    if planning.is_confirming(tx, ticket):
        return  # that it is closed, or open again, sets the time anew
    rule = desk.surveys.named(survey.name)
    person = people.current(tx, ticket.requester_id)
    tx.alone(f"{OWNER}{person.id}")  # two tickets of theirs may come due in one moment
    released = survey.crowd is not None
    if why := _unwanted(desk, tx, survey, ticket, person, rule, released):
        skip(tx, survey, why)
        return
    assert rule is not None
    wait = _wait(desk, tx, survey, ticket, person)
    if wait is not None:
        if wait > survey.planned_at + rule.expires:
            skip(tx, survey, "no time to ask at")
        else:
            ask_at(tx, survey, ticket.conversation_id, wait)
        return
    if rule.anonymous and not released:
        _gather(desk, tx, survey, rule)
        return
    here = _place(desk, tx, survey, ticket, person)
    if here is None:
        skip(tx, survey, "no private place to ask at")
        return
    _begin(desk, tx, survey, ticket, person, here, rule)


def _unwanted(
    desk: Desk,
    tx: Tx,
    survey: Survey,
    ticket: Ticket,
    person: Person,
    rule: Rule | None,
    released: bool,
) -> str | None:
    """Why they are not to be asked."""
    if rule is None:
        return "no longer configured"
    if ticket.status not in DONE or ticket.merged_into is not None:
        return "reopened"
    if rule.after == "closed" and ticket.status != "closed":
        return "reopened"
    if not person.active:
        return "gone"
    if kept.preference(tx, person.id) == "declined":
        return "declined before"
    last = None if released else kept.last_asked(tx, person.id)
    if last is not None and tx.now - last < desk.surveys.rest:
        return "asked lately"
    if tx.now > survey.planned_at + rule.expires:
        return "too late"
    return None


def _wait(desk: Desk, tx: Tx, survey: Survey, ticket: Ticket, person: Person) -> datetime | None:
    """Until when, if now is no good moment: at night, or in the middle of something
    else."""
    loud = _loud(desk, person, tx.now)
    if loud is None:
        return datetime.max.replace(tzinfo=tx.now.tzinfo)
    if loud > tx.now:
        return loud
    here = tx.get(Conversation, ticket.conversation_id)
    busy = here is not None and (here.state is not None or here.taken_by is not None)
    if busy and here is not None and not desk.by_letter(here.channel):
        return tx.now + LATER + (tx.now - survey.planned_at) / 4
    return None


def _loud(desk: Desk, person: Person, now: datetime) -> datetime | None:
    return wakes_at((desk.surveys.quiet, person.quiet), desk.zone_of(person.timezone), now)


def _place(
    desk: Desk, tx: Tx, survey: Survey, ticket: Ticket, person: Person
) -> Conversation | None:
    """Where they are told of the ticket, if nobody else reads there. By letter in a thread of its own, so
    that what is answered is an answer to this."""
    here = tx.lock(ticket.conversation_id)
    if desk.by_letter(here.channel):
        return _letter(desk, tx, survey, ticket, person) or here
    if not desk.is_mute(here.channel, here.address) and places.is_private(desk, tx, here, person):
        return here
    for one in places.written_in(tx, person):
        chats = not desk.by_letter(one.channel) and not desk.is_mute(one.channel, one.address)
        if chats and places.is_private(desk, tx, one, person):
            return tx.lock(one.id)
    return _letter(desk, tx, survey, ticket, person)


def _letter(
    desk: Desk, tx: Tx, survey: Survey, ticket: Ticket, person: Person
) -> Conversation | None:
    language = person.language or ticket.language
    subject = f"{desk.texts.label('survey-subject', language)} [{ticket.number}]"
    begun = places.begin_letter(desk, tx, person, subject, seed=f"survey {survey.id}")
    if begun is not None:
        begun.ticket_id, begun.language = ticket.id, language
    return begun


def _begin(
    desk: Desk,
    tx: Tx,
    survey: Survey,
    ticket: Ticket,
    person: Person,
    here: Conversation,
    rule: Rule,
) -> None:
    survey.state, survey.person_id = str(State.ASKED), person.id
    survey.conversation_id = here.id
    if not rule.anonymous:
        survey.channel = desk.network(here.channel)
    survey.asked_at = survey.asked_at or tx.now
    survey.language = here.language or ticket.language
    first = kept.preference(tx, person.id) is None
    _say(desk, tx, survey, ticket, here, "survey-ask-first" if first else "survey-ask")
    if rule.remind is not None:
        set_timer(tx, owner(survey), REMIND, here.id, survey.asked_at + rule.remind)
    set_timer(tx, owner(survey), END, here.id, survey.asked_at + rule.expires)
    log.info("survey.asked", rule=rule.name, channel=here.channel)


def _remind(desk: Desk, tx: Tx, survey: Survey, ticket: Ticket) -> None:
    """Once, whoever has not answered; everybody where it must not be known who has."""
    if survey.state != State.ASKED or survey.answered_at or survey.reminded_at:
        return
    person = people.current(tx, survey.person_id)
    loud, ends = _loud(desk, person, tx.now), ends_at(desk, survey)
    if not person.active or kept.preference(tx, person.id) == "declined":
        return
    if loud is None or ends is None or loud >= ends or survey.conversation_id is None:
        return
    if loud > tx.now:
        set_timer(tx, owner(survey), REMIND, survey.conversation_id, loud)
        return
    if ticket.status not in DONE:  # it has turned out not to be solved: no time for questions
        return
    here = tx.lock(survey.conversation_id)
    survey.reminded_at = tx.now
    _say(desk, tx, survey, ticket, here, "survey-remind")


def _say(desk: Desk, tx: Tx, survey: Survey, ticket: Ticket, here: Conversation, key: str) -> None:
    language = here.language or desk.language
    say: Callable[..., str] = desk.texts.say
    parts = [say(key, language, ticket=ticket.number, title=ticket.title)]
    choices: tuple[Choice, ...] = ()
    url = f"{desk.url()}/desk/survey/{token_of(tx, survey.id)}" if desk.url() else ""
    letter = desk.by_letter(here.channel)
    if survey.anonymous:
        parts = [say(f"{key}-anonymous", language, ticket=ticket.number, count=desk.surveys.crowd)]
        parts.append(f"<{url}>")
        if not letter:
            choices = (_choice(desk, survey, language, "never", "survey-never"),)
    elif letter:
        if url:
            labels = [(one, desk.texts.label(f"survey-{one}", language)) for one in SCORES]
            links = [f"- [{escape(label)}]({url}?score={quote(str(one))})" for one, label in labels]
            parts.append("\n".join(links))
        parts.append(say("survey-by-mail", language))
        if url:
            never = escape(desk.texts.label("survey-never", language))
            parts.append(f"[{never}]({url}?never=1)")
    else:
        choices = (
            *(_score(desk, survey, language, Aspect.SCORE, one) for one in SCORES),
            _choice(desk, survey, language, "stop", "survey-stop"),
            _choice(desk, survey, language, "never", "survey-never"),
        )
    transcript.speak(
        desk,
        tx,
        here,
        PublicText("\n\n".join(parts)),
        key=f"{owner(survey)}:{key}",
        actor=BOT,
        choices=choices,
        ticket_id=ticket.id,
    )
    if not survey.anonymous:
        survey.step, survey.stepped_at = str(Aspect.SCORE), tx.now


def _choice(desk: Desk, survey: Survey, language: str, what: str, label: str) -> Choice:
    return Choice(value(survey, what), desk.texts.label(label, language))


def _score(desk: Desk, survey: Survey, language: str, aspect: Aspect, score: int) -> Choice:
    return Choice(value(survey, aspect, score), desk.texts.label(f"survey-{score}", language))


def choices_of(desk: Desk, survey: Survey, language: str, aspect: Aspect) -> tuple[Choice, ...]:
    """Under a later question."""
    if aspect is Aspect.WORDS:
        return (Choice(value(survey, aspect, "skip"), desk.texts.label("survey-done", language)),)
    skip_it = Choice(value(survey, aspect, "skip"), desk.texts.label("survey-skip", language))
    return (*(_score(desk, survey, language, aspect, one) for one in SCORES), skip_it)


# -- anonymous ones


def _gather(desk: Desk, tx: Tx, survey: Survey, rule: Rule) -> None:
    """Wait until so many are asked that nobody can be told by their answer, then ask all who wait."""
    survey.state = str(State.GATHERED)
    tx.flush()
    tx.alone(f"{OWNER}{rule.name}")
    waiting: dict[int, Survey] = {}
    for one in kept.gathered(tx, rule.name):
        ticket = tx.get(Ticket, one.ticket_id)
        if one.crowd is not None or ticket is None:
            continue
        person = people.current(tx, ticket.requester_id)
        why = _unwanted(desk, tx, one, ticket, person, rule, released=False)
        if why is not None:
            skip(tx, one, why)
        elif person.id in waiting:
            skip(tx, one, "asked lately")
        else:
            waiting[person.id] = one
    company = [] if not waiting else _company(tx, rule)
    if len(waiting) + len(company) < desk.surveys.crowd:
        return
    some = list(waiting.values())
    told = [{name: getattr(one, name) for name in DIMENSIONS} for one in (*some, *company)]
    for one, properties in zip(some, crowds(told, desk.surveys.crowd), strict=False):
        one.crowd = msgspec.json.encode(properties).decode()
        one.asked_at = tx.now  # nobody is asked about another ticket from now on
        ticket = tx.get(Ticket, one.ticket_id)
        assert ticket is not None
        ask_at(tx, one, ticket.conversation_id, tx.now)


def _company(tx: Tx, rule: Rule) -> list[Survey]:
    """Who was asked before, and is counted in the same month and may still answer: an answer that comes now
    may be theirs as well."""
    month = tx.now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    since = max(month, tx.now - rule.expires)
    return [one for one in kept.asked_since(tx, rule.name, since) if one.anonymous]
