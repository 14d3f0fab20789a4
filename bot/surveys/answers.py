"""Taking what somebody says in a survey: exactly as said, and changed while it is open.

Buttons, typed words, the page behind a link and an agent's form all end here.
"""

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from bot.desk import people, transcript
from bot.desk.access import BOT, Actor, requester, require_work
from bot.desk.desk import Desk
from bot.desk.events import What, record
from bot.errors import Invalid
from bot.surveys import followups
from bot.surveys.asking import (
    REMIND,
    UNSAID,
    choices_of,
    end,
    ends_at,
    is_open,
    rule_of,
    value,
)
from bot.surveys.links import spent_name
from bot.surveys.planning import made, owner, rule_for
from bot.surveys.rules import LOW, SCORED, Aspect, Rule, State, next_step
from channels.message import Choice, InboundMessage, PublicText
from store import surveys as kept
from store import tickets as kept_tickets
from store.database import Tx
from store.tables import Conversation, Inbox, Person, Survey, SurveyAnswer, SurveyPreference, Ticket
from store.timers import cancel_timers

LONGEST: Final = 20_000  # characters of a comment
PHONE: Final = "phone"
PAGE: Final = "page"
_PRESSED: Final = re.compile(
    r"sv:(\d{1,18}):(score|response|solving|communication|words|never|stop|welcome|comment|new)"
    r"(?::([1-5]|skip))?"
)
_OLD: Final = re.compile(r"rate:(\d{1,18}):([1-5])")  # under what was asked by earlier versions


class Press(Struct, frozen=True):
    """A button of a survey."""

    survey: int | None
    what: str
    argument: str = ""
    ticket: int | None = None  # of a button from before there were surveys


def pressed(message: InboundMessage) -> Press | None:
    chosen = message.chosen or ""
    if found := _PRESSED.fullmatch(chosen):
        return Press(int(found[1]), found[2], found[3] or "")
    if old := _OLD.fullmatch(chosen):
        return Press(None, Aspect.SCORE, old[2], int(old[1]))
    return None


class Said(Struct, frozen=True, kw_only=True):
    """All that somebody says at once."""

    scores: Mapping[str, int] = {}
    words: str = ""


# -- what every way has in common


def take(
    desk: Desk,
    tx: Tx,
    survey: Survey,
    ticket: Ticket,
    said: Said,
    actor: Actor,
    channel: str,
    *,
    inbox_id: int | None = None,
    by: int | None = None,
    complete: bool = False,
) -> None:
    """Keep it. `by`: the agent who wrote down what was said; `complete`: they want to say no more."""
    kept_tickets.hold(tx, ticket)
    known = followups.latest(kept.answers(tx, [survey.id]))
    new = {one: score for one, score in said.scores.items() if one in SCORED}
    for aspect, score in new.items():
        if aspect in known and known[aspect].score == score:
            continue
        _keep(tx, survey, aspect, score, None, channel, by)
        if aspect == Aspect.SCORE:
            why = None if by is None else "told to an agent"
            record(tx, ticket, What.RATED, actor, new=str(score), why=why, inbox_id=inbox_id)
    if said.words.strip():
        _keep(tx, survey, Aspect.WORDS, None, said.words, channel, by)
    if survey.answered_at is None and (new or said.words.strip()):
        survey.answered_at = tx.now
        cancel_timers(tx, owner(survey), REMIND)
        if by is None:
            prefer(tx, survey.person_id, "agreed", channel, only_first=True)
    survey.state = str(State.DONE if complete else State.ASKED)
    tx.flush()
    followups.notice(desk, tx, survey, ticket, complete=complete)


def _keep(
    tx: Tx,
    survey: Survey,
    aspect: str,
    score: int | None,
    words: str | None,
    channel: str,
    by: int | None,
) -> None:
    tx.insert(
        SurveyAnswer(
            survey_id=survey.id,
            aspect=str(aspect),
            score=score,
            words=None if words is None else words[:LONGEST],
            at=tx.now,
            channel=channel,
            actor_id=by,
        )
    )


def prefer(tx: Tx, person_id: int, what: str, channel: str, *, only_first: bool = False) -> None:
    """ "agreed", "declined" or "welcome": what they want about being asked at all."""
    known = kept.preference(tx, person_id)
    if known == what or (only_first and known is not None):
        return
    tx.insert(SurveyPreference(person_id=person_id, what=what, at=tx.now, channel=channel))


def decline(tx: Tx, survey: Survey, channel: str, *, for_good: bool) -> None:
    """This one, or ever again. What they have said stays said."""
    if for_good:
        prefer(tx, survey.person_id, "declined", channel)
    survey.step = None
    if survey.state == State.ASKED and not survey.anonymous:
        survey.state = str(State.DONE if survey.answered_at else State.DECLINED)
    cancel_timers(tx, owner(survey), REMIND)


# -- in a chat


def press(
    desk: Desk, tx: Tx, here: Conversation, row: Inbox, message: InboundMessage, button: Press
) -> None:
    """Beside whatever is being talked about: nothing that is pending there is changed by it."""
    writer = people.of_sender(tx, desk.network(message.channel), message.sender)
    survey = _found(desk, tx, button, writer)
    ticket = None if survey is None else tx.get(Ticket, survey.ticket_id)
    if survey is None or ticket is None or people.current(tx, survey.person_id).id != writer.id:
        transcript.heard(tx, here, row, message)
        _tell(desk, tx, here, row, "survey-not-yours")
        return
    transcript.heard(tx, here, row, message, ticket.id)
    _Answering(desk, tx, here, row, survey, ticket, writer).press(button)


def _found(desk: Desk, tx: Tx, button: Press, writer: Person) -> Survey | None:
    if button.survey is not None:
        return tx.get(Survey, button.survey)
    ticket = tx.get(Ticket, button.ticket)
    if ticket is None or ticket.requester_id != writer.id:
        return None
    found = kept.of_ticket(tx, ticket.id)
    if found is not None and found.asked_at is not None:
        return found
    done = ticket.resolved_at or ticket.updated_at
    survey = found or tx.insert(made(desk, ticket, Rule(name="standard"), State.ASKED, tx.now))
    cancel_timers(tx, owner(survey))
    survey.state, survey.asked_at, survey.anonymous = str(State.ASKED), done, False
    survey.conversation_id = ticket.conversation_id
    return survey


class _Answering:
    """One message that answers a survey."""

    def __init__(
        self,
        desk: Desk,
        tx: Tx,
        here: Conversation,
        row: Inbox,
        survey: Survey,
        ticket: Ticket,
        writer: Person,
    ) -> None:
        self.desk, self.tx, self.here, self.row = desk, tx, here, row
        self.survey, self.ticket, self.writer = survey, ticket, writer
        self.rule = rule_of(desk, survey)
        self.language = here.language or desk.language
        self.letter = desk.by_letter(here.channel)

    def press(self, button: Press) -> None:
        survey = self.survey
        if button.what in ("never", "stop"):
            self.stop(for_good=button.what == "never")
        elif button.what == "welcome":
            prefer(self.tx, survey.person_id, "welcome", self.here.channel)
            self.say("survey-welcome-told")
        elif not is_open(self.desk, survey, self.tx.now) or survey.anonymous:
            self.say_closed()
        elif button.argument == "skip":
            self.go_on(Aspect(button.what))
        elif button.argument:
            self.score(Aspect(button.what), int(button.argument))

    def score(self, aspect: Aspect, score: int, words: str = "") -> None:
        """The answer to what is asked, or another to what was."""
        before = followups.latest(kept.answers(self.tx, [self.survey.id])).get(aspect)
        asked = self.survey.step or (Aspect.SCORE if self.survey.answered_at is None else None)
        follows = next_step(self.rule, aspect, self._answered) if asked == aspect else None
        last = asked == aspect and follows is None
        over = last or bool(words) or (asked is None and before is not None)
        self.take(Said(scores={aspect: score}, words=words), complete=over)
        busy = self.here.state is not None
        if self.letter:
            self.survey.step = None if words else self.survey.step
        elif asked == aspect and not busy:
            self.ask(follows)
        elif before is None:  # in the middle of something else nothing more is asked
            self.survey.step = None if busy else self.survey.step
            self.say("survey-noted", score=score)
        elif before.score == score:
            self.say("survey-already", score=score)
        else:
            self.say("survey-changed", score=score)

    def comment(self, words: str) -> None:
        self.take(Said(words=words), complete=True)
        self.survey.step, self.survey.unsaid = None, None
        cancel_timers(self.tx, owner(self.survey), UNSAID)
        if not self.letter:
            self.thank()

    def go_on(self, aspect: Aspect) -> None:
        """A question is skipped; one that is no longer asked changes nothing."""
        if self.survey.step != aspect:
            return
        follows = next_step(self.rule, aspect, self._answered)
        if follows is None:
            self.finish()
        self.ask(follows)

    def finish(self) -> None:
        if self.survey.answered_at is not None:
            self.take(Said(), complete=True)
        else:
            self.survey.state = str(State.DECLINED)

    def stop(self, *, for_good: bool) -> None:
        answered = self.survey.answered_at is not None
        decline(self.tx, self.survey, self.here.channel, for_good=for_good)
        if answered:
            followups.notice(self.desk, self.tx, self.survey, self.ticket, complete=True)
        if for_good:
            again = self.desk.texts.label("survey-welcome", self.language)
            self.say("survey-declined", choices=(Choice(value(self.survey, "welcome"), again),))
        else:
            self.say("survey-stopped")

    def take(self, said: Said, *, complete: bool) -> None:
        take(
            self.desk,
            self.tx,
            self.survey,
            self.ticket,
            said,
            requester(self.writer),
            self.desk.network(self.here.channel),
            inbox_id=self.row.id,
            complete=complete,
        )

    def ask(self, step: Aspect | None) -> None:
        self.survey.step = None if step is None else str(step)
        self.survey.stepped_at = self.tx.now
        if step is None:
            self.thank()
        else:
            choices = choices_of(self.desk, self.survey, self.language, step)
            self.say(f"survey-{step}", choices=choices)

    def thank(self) -> None:
        scored = followups.latest(kept.answers(self.tx, [self.survey.id])).get(Aspect.SCORE)
        low = scored is not None and (scored.score or 0) <= LOW
        self.say("survey-sorry" if low else "survey-thanks", ticket=self.ticket.number)

    def say_closed(self) -> None:
        end(self.tx, self.survey)
        closed = ends_at(self.desk, self.survey)
        zone = self.writer.timezone or self.desk.timezone.key
        when = "" if closed is None else self.desk.texts.lasting(closed, self.language, zone)
        self.say("survey-closed", ticket=self.ticket.number, when=when)

    def say(self, key: str, *, choices: tuple[Choice, ...] = (), **values: str | int) -> None:
        _tell(self.desk, self.tx, self.here, self.row, key, choices, self.ticket.id, **values)

    @property
    def _answered(self) -> set[str]:
        return set(followups.latest(kept.answers(self.tx, [self.survey.id])))


def answering(
    desk: Desk,
    tx: Tx,
    here: Conversation,
    row: Inbox,
    survey: Survey,
    ticket: Ticket,
    writer: Person,
) -> _Answering:
    return _Answering(desk, tx, here, row, survey, ticket, writer)


def _tell(
    desk: Desk,
    tx: Tx,
    here: Conversation,
    row: Inbox,
    key: str,
    choices: tuple[Choice, ...] = (),
    ticket_id: int | None = None,
    **values: str | int,
) -> None:
    words = desk.texts.say(key, here.language or desk.language, **values)
    transcript.speak(
        desk,
        tx,
        here,
        PublicText(words),
        key=f"{row.id}.{key}",
        actor=BOT,
        choices=choices,
        ticket_id=ticket_id,
        inbox_id=row.id,
    )


# -- on the page behind a link


def take_from_page(desk: Desk, tx: Tx, survey: Survey, said: Said) -> None:
    """Whoever holds the link speaks for who was invited. The survey is open, and not anonymous."""
    ticket = tx.get(Ticket, survey.ticket_id)
    assert ticket is not None
    person = people.current(tx, survey.person_id)
    take(desk, tx, survey, ticket, said, requester(person), PAGE, complete=True)
    survey.step = None


def take_anonymously(tx: Tx, survey: Survey, told: dict[str, str], said: Said, key: bytes) -> bool:
    """Counted where nothing leads back to who said it; False when the link was used before. Nothing that
    names the invitation is written."""
    assert survey.asked_at is not None
    if not kept.spend(tx, spent_name(key, survey.id)):
        return False
    month = f"{survey.asked_at:%Y-%m}"
    scores = {one: score for one, score in said.scores.items() if one in SCORED}
    kept.count(tx, survey.name, month, told, scores)
    if said.words.strip():
        kept.add_comment(tx, survey.name, month, said.words[:LONGEST])
    return True


# -- by an agent


def take_by_phone(desk: Desk, tx: Tx, ticket: Ticket, said: Said, actor: Actor) -> None:
    """What a caller says, as an agent writes it down; it is marked as theirs."""
    require_work(actor, ticket)
    if not said.scores and not said.words.strip():
        raise Invalid("Nothing was chosen or written, so nothing was kept.")
    kept_tickets.hold(tx, ticket)
    survey = kept.of_ticket(tx, ticket.id)
    if survey is None:
        rule = rule_for(desk, tx, ticket) or Rule(name="standard")
        survey = tx.insert(made(desk, ticket, rule, State.PLANNED, tx.now))
    if survey.anonymous:
        raise Invalid("This survey is anonymous, so nobody answers it to an agent.")
    if survey.asked_at is None:  # asked by the agent, now
        cancel_timers(tx, owner(survey))
        survey.asked_at, survey.channel = tx.now, PHONE
    elif not is_open(desk, survey, tx.now):
        raise Invalid("This survey is closed.")
    survey.step, survey.why = None, None
    take(desk, tx, survey, ticket, said, actor, PHONE, by=actor.person_id, complete=True)
