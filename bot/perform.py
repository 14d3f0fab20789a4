"""One turn: load what the bot needs to know, let it decide, carry the decision out.

Runs inside the store's step: everything here is one transaction with the message it answers.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

import msgspec
import structlog
from msgspec import Struct

from bot import agent_mail, agent_room, calls, errands, vendor_mail
from bot.actions import heard, running
from bot.answerer import phrasing
from bot.answerer.judge import Sentence
from bot.conversation import diagnose
from bot.conversation import state as states
from bot.conversation.choices import Action, choice
from bot.conversation.decide import answered_in, decide
from bot.conversation.effects import (
    AddToTicket,
    CallHuman,
    ChangeTicket,
    DeclineLink,
    Effect,
    EndSop,
    EscalateTicket,
    KeepPlace,
    KeepQuiet,
    LinkPeople,
    NewMatter,
    OpenTicket,
    Prefer,
    Raise,
    RecordUse,
    Reopen,
    Say,
    SendCode,
    SetLanguage,
    ShowArticles,
    ShowStatus,
    SolvedByRequester,
    StartCheck,
    StartSop,
    Tell,
    TellCode,
    Use,
    Wake,
)
from bot.conversation.flows import wishes
from bot.conversation.turn import ArticleBrief, Decision, EndedRun, Policy, Proof, Run, Turn
from bot.desk import (
    agents,
    confirmation,
    escalation,
    linking,
    people,
    places,
    procedures,
    progress,
    rooms,
    silence,
    tickets,
    transcript,
    verdict,
    views,
)
from bot.desk.access import BOT, Actor, requester
from bot.desk.after import promised
from bot.desk.checklist import place_of
from bot.desk.clock import ticket_timer
from bot.desk.desk import Desk, Room
from bot.desk.levels import Trigger
from bot.desk.notices import status_line, tell
from bot.desk.status import ACTIVE
from bot.errors import DeskError
from bot.inbox import Read
from bot.library import EVERYONE, Article, Library
from bot.masking import without_secrets
from bot.sop.model import End, Kind
from bot.sop.parse import known
from bot.surveys import answers, asking, hearing, planning
from bot.text import escape
from bot.throttle import Flood
from channels.message import Choice, InboundMessage, PublicText
from nlp.facts import dated
from nlp.terms import telling
from nlp.understanding import Category, Level, TicketType, Understanding
from store import surveys as kept_surveys
from store import tickets as kept
from store.database import Tx
from store.tables import ArticleUse, Conversation, Inbox, Person, Phrasing, SopRun, Survey, Ticket
from store.timers import Fired, cancel_timers, set_timer

WAKE: Final = "wake"
CLOSING: Final = ("closed-by-you", "closed-cancelled")  # untrue of an incident, which goes on
OLDEST: Final = timedelta(days=7)  # that a message may be, to be told from a wrong clock

log = structlog.get_logger()


class Bot(Struct, frozen=True, kw_only=True):
    """What a turn needs besides the transaction."""

    desk: Desk
    library: Library
    policy: Policy
    flood: Flood | None = None
    phrase_within: timedelta | None = None  # asks a language model, and waits so long for it
    helped: Callable[[Use], None] = lambda use: None  # for the metrics


def perform(bot: Bot, tx: Tx, conversation: Conversation, row: Inbox, read: Read | Fired) -> None:
    """Let one accepted row take effect. The conversation is held by the caller."""
    if isinstance(read, Fired) and read.kind == calls.TIMER:
        calls.settle(bot.desk, tx, conversation)
    elif isinstance(read, Fired) and read.kind == asking.UNSAID:
        survey = tx.get(Survey, int(read.owner.removeprefix(planning.OWNER)))
        _take_up(bot, tx, conversation, hearing.unsaid(tx, survey))
    elif isinstance(read, Fired) and read.kind == phrasing.TIMER:
        _Performance(bot, tx, conversation, row).take_phrasing()
    elif isinstance(read, Fired) and read.kind == procedures.TIMER:
        if procedures.awaits(tx, conversation, read.payload):
            _Performance(bot, tx, conversation, row).take_turn(read)
    elif isinstance(read, Fired) and read.kind not in (WAKE, running.ENDED):
        ticket_timer(bot.desk, tx, conversation, read)
    elif isinstance(read, Read) and agent_mail.is_for_agents(bot.desk, conversation):
        agent_mail.obey(bot.desk, tx, conversation, row, read.as_written.message)
    elif isinstance(read, Read) and vendor_mail.is_from_vendor(bot.desk, conversation):
        vendor_mail.take(bot.desk, tx, conversation, row, read.message)
    elif isinstance(read, Read) and (room := _room(bot.desk, read.message)) is not None:
        agent_room.obey(bot.desk, tx, conversation, row, read.as_written, room)
    elif isinstance(read, Read) and agent_room.is_absence(bot.desk, tx, read.message):
        _Performance(bot, tx, conversation, row).take_absence(read)
    elif isinstance(read, Read) and agent_room.records_a_walk_up(bot.desk, tx, read.message):
        _Performance(bot, tx, conversation, row).take_walk_up(read)
    elif isinstance(read, Read) and calls.is_update(read.message):
        calls.take(bot.desk, tx, conversation, row, read.message)
    elif isinstance(read, Read) and read.message.changes is not None:
        _Performance(bot, tx, conversation, row).take_change(read.message)
    elif isinstance(read, Read) and heard.is_about_proof(tx, conversation, read.as_written.message):
        _Performance(bot, tx, conversation, row).take_proof(read)
    elif isinstance(read, Read) and (wanted := heard.order_in(read.message)) is not None:
        _Performance(bot, tx, conversation, row).take_order(read, wanted)
    elif isinstance(read, Read) and (
        word := heard.word_in(tx, bot.desk, conversation, read.message)
    ):
        _Performance(bot, tx, conversation, row).take_word(read.message, *word)
    elif isinstance(read, Read) and (said := confirmation.pressed(read.message)) is not None:
        _Performance(bot, tx, conversation, row).take_verdict(read.message, *said)
    elif isinstance(read, Read) and (button := answers.pressed(read.message)) is not None:
        _Performance(bot, tx, conversation, row).take_press(read.message, button)
    elif isinstance(read, Read) and _answers_a_survey(bot, tx, conversation, row, read):
        return
    else:
        _Performance(bot, tx, conversation, row).take_turn(read)


def _answers_a_survey(bot: Bot, tx: Tx, conversation: Conversation, row: Inbox, read: Read) -> bool:
    """Words that were left open whether they are a comment are a matter once more is written."""
    waits = conversation.state is not None and not bot.desk.by_letter(conversation.channel)
    if waits or not bot.desk.surveys.rules:
        return False
    _take_up(bot, tx, conversation, hearing.unsaid(tx, kept_surveys.step_in(tx, conversation.id)))
    return hearing.take(bot.desk, tx, bot.policy, conversation, row, read)


def _take_up(bot: Bot, tx: Tx, conversation: Conversation, unsaid: hearing.Unsaid | None) -> None:
    """Let words that turned out to be no comment take effect as they would have done."""
    row = None if unsaid is None else tx.get(Inbox, unsaid.inbox)
    if unsaid is not None and row is not None:
        _Performance(bot, tx, conversation, row).take_turn(unsaid.read, known=True)


def _room(desk: Desk, message: InboundMessage) -> Room | None:
    return rooms.at(desk, message.channel, message.place)


def apologize(bot: Bot, tx: Tx, conversation: Conversation, row: Inbox) -> None:
    """A row could not be handled and is put aside. It is a message all the same: open a ticket with
    its words, so that a person reads it."""
    if row.kind != "message":
        return
    message = without_secrets(msgspec.json.decode(row.body, type=InboundMessage))
    person = people.of_sender(tx, bot.desk.network(message.channel), message.sender)
    conversation.person_id = conversation.person_id or person.id
    conversation.state = None
    conversation.since_id = row.id
    proposal = tickets.Proposal(
        words=(message.text,), language=conversation.language or bot.desk.language
    )
    ticket = tickets.open_ticket(bot.desk, tx, conversation, proposal, person, BOT, inbox_id=row.id)
    transcript.heard(tx, conversation, row, message, ticket.id)
    tell(
        bot.desk,
        tx,
        conversation,
        "parked",
        key=f"{row.id}.parked",
        ticket_id=ticket.id,
        values={"ticket": ticket.number},
    )


class _Performance:
    """One turn in the making."""

    def __init__(self, bot: Bot, tx: Tx, conversation: Conversation, row: Inbox) -> None:
        self.bot, self.desk, self.tx = bot, bot.desk, tx
        self.conversation, self.row = conversation, row
        self.said: list[str] = []
        self.choices: tuple[Choice, ...] = ()
        self.ticket: Ticket | None = None  # opened or acted on in this turn
        self.promises: dict[tuple[int, str], str] = {}
        self.about: int | None = None  # the ticket that the message belongs to
        self.state: states.State = states.IDLE  # after the decision
        self.heard: InboundMessage | None = None
        self.unkept: InboundMessage | None = None  # the same, until it is in the transcript
        self.known = False  # whether it was there before, belonging nowhere
        self.chances: dict[str, float] = {}  # of the articles that may help with the message
        self.run: SopRun | None = None  # the SOP that is walked through

    def take_turn(self, read: Read | Fired, *, known: bool = False) -> None:
        """`known`: it was heard before, and belongs nowhere yet."""
        conversation, tx = self.conversation, self.tx
        message = read.message if isinstance(read, Read) else None
        understanding = read.understanding if isinstance(read, Read) else None
        if message is not None and self._is_a_flood():
            message = msgspec.structs.replace(message, automatic=True)
        self.heard = self.unkept = message
        self.known = known
        if known and message is not None:
            transcript.refile(tx, message, None)
        if isinstance(read, Read):
            some = (read.understanding, *read.parts)
            self.chances = {one.article: one.score for it in some for one in it.suggestions}
        self.sealed = read.sealed if isinstance(read, Read) else None
        begins = conversation.person_id is None
        self.person = self._person(message)
        self.guest = None if begins else self._guest(message)
        if message is not None and message.sender.phone and self.guest is None:
            self._become(linking.vouched(tx, self.person, message.sender))
        if conversation.language is None:
            conversation.language = (
                (message and message.language) or self.person.language or self.desk.language
            )
        ended = None
        if isinstance(read, Fired) and read.kind == running.ENDED:
            run, language = running.run_of(read), conversation.language
            ended = running.ended_of(self.desk, tx, run, language)
            if ended is not None and ended.ticket is not None:
                self.ticket = tickets.get(tx, ended.ticket)
        before = states.load(conversation.state)
        if isinstance(before, states.Walking) or isinstance(read, Fired):
            self.run = self._run_under_way()
        if isinstance(before, states.Walking) and self.run is not None:
            self.ticket = tickets.get(tx, self.run.ticket_id)  # what is said is said about it
        if isinstance(before, states.Walking) and self.run is None:
            before = states.Idle(added=conversation.ticket_id)
        parts = read.parts if isinstance(read, Read) else ()
        if message is not None and understanding is not None:
            understanding, *rest = (self._dated(one, message) for one in (understanding, *parts))
            parts = tuple(rest)
        turn = Turn(
            message=message and errands.with_names(message),
            ended=ended,
            understanding=understanding,
            parts=parts,
            terms=frozenset(telling(message.text)) if message else frozenset(),
            state=before,
            language=conversation.language,
            tickets=views.briefs(self.desk, tx, self.person.id),
            current=conversation.ticket_id,
            by_letter=self._by_letter,
            call=message is not None and calls.is_one(message),
            guest=self.guest is not None,
            taken=conversation.taken_by is not None,
            asked=confirmation.asked_last(tx, conversation),
            proof=self._proof(before),
            book=self.desk.sops(),
            run=self._walk(read, ended),
            actions=frozenset(self.desk.actions),
            reached=self._reached(message),
            greeted=conversation.handled_id > 0,
            question=f"q{self.row.id}",
            now=tx.now,
            texts=self.desk.texts,
            policy=self.bot.policy,
        )
        articles = self._articles(_named(before, understanding, parts), answered_in(turn))
        decision = decide(msgspec.structs.replace(turn, articles=articles))
        if not isinstance(before, states.Idle) and isinstance(decision.state, states.Idle):
            cancel_timers(tx, self._owner, WAKE)
        if conversation.since_id == 0:
            conversation.since_id = self.row.id
        self.about = next((e.ticket for e in decision.effects if isinstance(e, AddToTicket)), None)
        if self._belongs_to_the_walk(before, decision):
            assert self.run is not None
            self.about = self.about or self.run.ticket_id
        if self.sealed is not None and turn.proof is None and not self.sealed.automatic:
            self._say(Say(key="secret-hidden"))
        self.state = decision.state
        self._overtake(before)
        for effect in decision.effects:
            self._do(effect)
        self._keep_to_the_walk(decision.state)
        self._hear()
        if message is not None:
            errands.send_for(tx, conversation, message)
            if message.returned and conversation.ticket_id is not None:
                ticket = tickets.get(tx, conversation.ticket_id)
                tickets.returned(tx, ticket, inbox_id=self.row.id)
        self._answer()
        conversation.state = states.dump(decision.state)
        log.debug("turn", rule=decision.reason, state=type(decision.state).__name__)

    def take_phrasing(self) -> None:
        """The model has answered, or it is too late for it."""
        self.heard = None
        self.person = self._person(None)
        self.state = states.load(self.conversation.state)
        row = phrasing.take(self.tx, self.conversation)
        if row is None or self.conversation.taken_by is not None or not self._awaits(row):
            return
        plain = phrasing.plain_of(row)
        if sentences := phrasing.sentences_of(row):
            self._tell_phrased(plain, sentences)
        else:
            self._show_plainly(plain)
        self._answer(can_wait=False)

    def _dated(self, understanding: Understanding, message: InboundMessage) -> Understanding:
        """With the moments that it names, in the sender's zone. What a network claims about the time is
        believed as far as it can be true."""
        said = min(message.sent_at, self.row.received_at)
        if self.row.received_at - said > OLDEST:
            said = self.row.received_at
        zone = self.desk.zone_of(self.person.timezone)
        facts = dated(understanding.facts, said, zone)
        return msgspec.structs.replace(understanding, facts=facts)

    def take_change(self, message: InboundMessage) -> None:
        """Recorded, and never answered."""
        self.person = self._person(message)
        changed = transcript.change(self.tx, self.conversation, message)
        if changed is None or changed.ticket_id is None:
            return
        ticket = tickets.get(self.tx, changed.ticket_id)
        if message.attachments:
            agents.hear(self.desk, self.tx, ticket, message, key=f"{self.row.id}.file")
        elif message.folded is None:
            tickets.edited(self.desk, self.tx, ticket, message, self._actor)

    def _is_a_flood(self) -> bool:
        """So much in a minute is no conversation: it is kept like what programs write. Web chat is slowed
        down before, and letters have a budget of their own."""
        conversation, flood = self.conversation, self.bot.flood
        if flood is None or self._by_letter or self.desk.pulled(conversation.channel):
            return False
        name, now = str(conversation.id), self.row.received_at
        if not flood.takes_part(name, now):
            return False
        if flood.is_to_be_told(name, now):
            log.warning("conversation.flood", conversation=conversation.id)
            tell(self.desk, self.tx, conversation, "too-many", key=f"{self.row.id}.flood")
        return True

    def take_walk_up(self, read: Read) -> None:
        """An agent's own conversation, in which they are told what became of it."""
        self.person = self._person(read.message)
        transcript.heard(self.tx, self.conversation, self.row, read.message)
        self._answer_agent(agent_room.record_walk_up(self.desk, self.tx, read))

    def take_absence(self, read: Read) -> None:
        self.person = self._person(read.message)
        transcript.heard(self.tx, self.conversation, self.row, read.message)
        self._answer_agent(agent_room.take_absence(self.desk, self.tx, read.message))

    def _answer_agent(self, answer: str) -> None:
        transcript.speak(
            self.desk,
            self.tx,
            self.conversation,
            PublicText(answer),
            key=f"{self.row.id}.reply",
            actor=BOT,
            inbox_id=self.row.id,
        )

    def take_verdict(self, message: InboundMessage, ticket_id: int, fixed: bool) -> None:
        """Beside whatever is being talked about. In a room anybody could press it."""
        desk, tx, conversation = self.desk, self.tx, self.conversation
        self.person = self._person(message)
        ticket = tx.get(Ticket, ticket_id)
        writer = self.person
        if message.sender.address != conversation.address:
            writer = people.of_sender(tx, desk.network(message.channel), message.sender)
        mine = ticket is not None and ticket.requester_id == people.current(tx, writer.id).id
        guest = None if writer.id == self.person.id else writer
        about = ticket.id if ticket is not None and mine else None
        transcript.heard(tx, conversation, self.row, message, about, guest)
        if ticket is not None and mine:
            verdict.take(desk, tx, conversation, self.row, ticket, fixed, requester(writer))
        else:
            tell(desk, tx, conversation, "fixed-others", key=f"{self.row.id}.fixed")

    def take_press(self, message: InboundMessage, button: answers.Press) -> None:
        """Of a survey, beside whatever is being talked about."""
        self.person = self._person(message)
        desk, tx, conversation = self.desk, self.tx, self.conversation
        survey = None if button.survey is None else tx.get(Survey, button.survey)
        if survey is None or button.what not in ("comment", "new"):
            answers.press(desk, tx, conversation, self.row, message, button)
            return
        unsaid = hearing.unsaid(tx, survey)
        transcript.heard(tx, conversation, self.row, message, survey.ticket_id)
        if unsaid is None or button.what == "new":
            _take_up(self.bot, tx, conversation, unsaid)
            return
        ticket = tickets.get(tx, survey.ticket_id)
        answer = answers.answering(desk, tx, conversation, self.row, survey, ticket, self.person)
        answer.comment(unsaid.read.message.text)

    def take_proof(self, read: Read) -> None:
        """A code that a run waits for. Nothing else that is being talked about is changed by it."""
        self.person = self._person(read.message)
        message = read.as_written.message
        transcript.heard(
            self.tx, self.conversation, self.row, read.message, None, self._guest(message)
        )
        heard.take_code(self.desk, self.tx, self.conversation, self.row, message)

    def take_order(self, read: Read, action: str) -> None:
        """Something to be done for the requester by themselves; in a room anybody could press it."""
        message = read.message
        self.person = self._person(message)
        guest = self._guest(message)
        if guest is not None or message.place is not None:
            self.take_turn(read)
            return
        if self.conversation.language is None:
            self.conversation.language = self.person.language or self.desk.language
        transcript.heard(self.tx, self.conversation, self.row, message)
        heard.take_order(self.desk, self.tx, self.conversation, self.row, action, self.person)

    def take_word(self, message: InboundMessage, run: int, approved: bool) -> None:
        """An approver's, where they were asked."""
        self.person = self._person(message)
        transcript.heard(self.tx, self.conversation, self.row, message)
        heard.take_word(self.desk, self.tx, self.conversation, self.row, run, approved, self.person)

    @property
    def _owner(self) -> str:
        return f"conversation:{self.conversation.id}"

    @property
    def _actor(self) -> Actor:
        return requester(self.person)

    def _person(self, message: InboundMessage | None) -> Person:
        known = self.conversation.person_id
        person = self.tx.get(Person, known) if known is not None else None
        if person is not None and person.merged_into is not None:
            self._become(people.current(self.tx, person.id))
            return self.person
        if person is None:
            if message is None:
                raise LookupError(f"conversation {self.conversation.id} has no person")
            network = self.desk.network(message.channel)
            person = people.of_sender(self.tx, network, message.sender)
            self.conversation.person_id = person.id
        return person

    def _become(self, person: Person) -> None:
        self.person, self.conversation.person_id = person, person.id

    def _proof(self, before: states.State) -> Proof | None:
        """Of a code in the message, if it is surely the person's. Anybody may write in somebody's name
        by letter, so there a code that its asker knows proves something only for a proven sender."""
        message = self.heard
        if message is None or message.place is not None or self.guest is not None:
            return None
        if message.automatic or message.sender.suspect:
            return None
        words, command = (self.sealed or message).text.strip(), message.chosen
        if command is None and words.startswith("/"):
            command, _, words = words.partition(" ")
        if command not in (None, "/start", "/link"):
            return None
        awaited = command is not None or isinstance(before, states.Linking)
        sure = message.sender.verified or not self._by_letter
        return linking.judge(self.tx, self.person, words, awaited=awaited, sure=sure)

    def _reached(self, message: InboundMessage | None) -> states.Reached | None:
        if not wishes.is_wanted(message):
            return None
        networks = places.networks(self.desk, self.tx, self.person)
        return states.Reached(
            networks=networks, preferred=self.person.preferred, quiet=self.person.quiet
        )

    @property
    def _by_letter(self) -> bool:
        return self.desk.by_letter(self.conversation.channel)

    def _guest(self, message: InboundMessage | None) -> Person | None:
        """Who writes in the thread, if that is not the requester."""
        if message is None or not self._by_letter:
            return None
        if message.sender.address == self.conversation.address and not message.sender.suspect:
            return None
        writer = people.of_sender(self.tx, self.desk.network(message.channel), message.sender)
        return None if writer.id == self.person.id else writer

    def _articles(self, ids: list[str], language: str) -> Mapping[str, ArticleBrief]:
        found = ((id, self.bot.library.find(id, language)) for id in dict.fromkeys(ids))
        return {
            id: ArticleBrief(id, article.title, len(article.body))
            for id, article in found
            if article is not None and article.audience == EVERYONE
        }

    # -- carrying out

    def _answer(self, *, can_wait: bool | None = None) -> None:
        """What is said in one turn is one message, its buttons those of the last text."""
        if self.said and self._may_speak():
            transcript.speak(
                self.desk,
                self.tx,
                self.conversation,
                PublicText("\n\n".join(self.said)),
                key=f"{self.row.id}.reply",
                actor=BOT,
                choices=self.choices,
                ticket_id=None if self.ticket is None else self.ticket.id,
                inbox_id=self.row.id,
                can_wait=self.heard is None if can_wait is None else can_wait,
            )

    def _may_speak(self) -> bool:
        """A program at the other end would answer for ever: letters to one address are counted."""
        if not self._by_letter:
            return True
        conversation = self.conversation
        about = conversation.ticket_id
        return silence.may_write(
            self.desk,
            self.tx,
            conversation.channel,
            conversation.address,
            None if about is None else tickets.get(self.tx, about),
            inbox_id=self.row.id,
        )

    def _do(self, effect: Effect) -> None:
        tx, conversation = self.tx, self.conversation
        match effect:
            case Say():
                self._say(effect)
            case ShowArticles():
                self._show(effect)
            case RecordUse():
                language = conversation.language or self.desk.language
                article = self.bot.library.find(effect.article, language)
                tx.append(
                    ArticleUse,
                    article=effect.article,
                    language=language,
                    what=str(effect.use),
                    at=tx.now,
                    conversation_id=conversation.id,
                    shown_in=None if article is None else article.language,
                    chance=self.chances.get(effect.article),
                    inbox_id=self.row.id,
                )
                self.bot.helped(effect.use)
            case OpenTicket():
                self._open(effect)
            case AddToTicket():
                self._add(effect)
            case Reopen():
                self.ticket = tickets.get(tx, effect.ticket)
                if effect.asked:
                    verdict.refuse(
                        self.desk, tx, self.ticket, self._actor, inbox_id=self.row.id, tell=False
                    )
                else:
                    tickets.reopen(
                        self.desk,
                        tx,
                        self.ticket,
                        self._actor,
                        why="the requester says it is not solved",
                        inbox_id=self.row.id,
                    )
                conversation.ticket_id = effect.ticket
                self._follow(self.ticket)
            case SolvedByRequester():
                self.ticket = tickets.get(tx, effect.ticket)
                tickets.solved_by_requester(
                    self.desk,
                    tx,
                    self.ticket,
                    self._actor,
                    cancelled=effect.cancelled,
                    inbox_id=self.row.id,
                )
            case CallHuman():
                self.ticket = tickets.get(tx, effect.ticket)
                tickets.call_human(tx, self.ticket, self._actor, inbox_id=self.row.id)
                agents.hear(self.desk, tx, self.ticket, agents.CALLED, key=f"{self.row.id}.called")
            case Raise():
                self._raise(effect)
            case ShowStatus():
                self._status(effect)
            case NewMatter():
                conversation.since_id = self.row.id
            case SetLanguage():
                conversation.language = effect.language
            case Wake():
                due = tx.now + effect.after
                set_timer(tx, self._owner, WAKE, conversation.id, due)
            case SendCode():
                self._send_code(effect.address)
            case TellCode():
                self._tell_code()
            case LinkPeople():
                self._link(effect.token)
            case DeclineLink():
                linking.decline(tx, effect.token)
            case Tell():
                self._speak(effect.text, effect.choices)
            case (
                StartSop()
                | KeepPlace()
                | ChangeTicket()
                | EscalateTicket()
                | StartCheck()
                | EndSop()
            ):
                self._proceed(effect)
            case Prefer():
                places.prefer(self.desk, tx, self.person, effect.network, self._actor)
                self._speak(self._words("settings-kept", {}))
            case KeepQuiet():
                self._keep_quiet(effect.span)

    def _raise(self, effect: Raise) -> None:
        """To a higher level, and say where it is now."""
        self.ticket = ticket = tickets.get(self.tx, effect.ticket)
        language = self.conversation.language or self.desk.language
        level, key = ticket.level, "escalated-already"
        if not escalation.waits_above(self.tx, ticket):
            escalation.escalate(self.desk, self.tx, ticket, self._actor, why=Trigger.USER)
            key = "escalated-no-more" if ticket.level == level else "escalated-by-user"
        told = progress.where(self.desk, self.tx, ticket, language)
        said = self.desk.texts.say(key, language, ticket=ticket.number)
        self._speak(progress.joined((said, told)))
        progress.has_heard(self.desk, ticket)

    def _follow(self, ticket: Ticket) -> None:
        places.follow(
            self.desk, self.tx, ticket, self.conversation, self._actor, inbox_id=self.row.id
        )

    # -- SOPs

    def _run_under_way(self) -> SopRun | None:
        """None, too, when its ticket was done meanwhile: then it is over."""
        run = procedures.active(self.tx, self.conversation)
        if run is None:
            return None
        ticket = tickets.get(self.tx, run.ticket_id)
        if ticket.status in ACTIVE:
            return run
        procedures.end(self.desk, self.tx, run, ticket, End.TAKEN, BOT)
        return None

    def _walk(self, read: Read | Fired, ended: EndedRun | None) -> Run | None:
        if self.run is None:
            return None
        place = place_of(self.run)
        result = None
        if isinstance(read, Fired) and read.kind == procedures.TIMER:
            result = procedures.result_of(read.payload)
        elif ended is not None and place is not None and self.run.check_id == ended.run:
            result = ended.result
        return Run(
            sop=known(self.run.text),
            place=place,
            ticket=self.run.ticket_id,
            number=tickets.get(self.tx, self.run.ticket_id).number,
            result=result,
        )

    def _belongs_to_the_walk(self, before: states.State, decision: Decision) -> bool:
        """Whether the message is about the ticket of the SOP, and no other matter."""
        if self.run is None or not isinstance(before, states.Walking):
            return False
        later = decision.state.later if isinstance(decision.state, states.Walking) else before.later
        opens = any(isinstance(effect, OpenTicket) for effect in decision.effects)
        return later == before.later and not opens

    def _keep_to_the_walk(self, after: states.State) -> None:
        """What is said next is about its ticket; a walk that nobody waits for is over."""
        if self.run is None or self.run.ended_at is not None:
            return
        if isinstance(after, states.Walking):
            self.conversation.ticket_id = self.run.ticket_id
        elif self.run.place is not None:
            ticket = tickets.get(self.tx, self.run.ticket_id)
            procedures.end(self.desk, self.tx, self.run, ticket, End.SILENT, self._actor)

    def _proceed(
        self,
        effect: StartSop | KeepPlace | ChangeTicket | EscalateTicket | StartCheck | EndSop,
    ) -> None:
        desk, tx = self.desk, self.tx
        if isinstance(effect, StartSop):
            if effect.ticket is not None:
                self.ticket = tickets.get(tx, effect.ticket)
            sop = desk.sops().find(effect.sop, effect.language)
            assert self.ticket is not None  # opened before it, or named
            assert sop is not None  # the decision had it of the same book
            self.run = procedures.start(tx, self.ticket, self.conversation.id, sop, self._actor)
            return
        if self.run is None:
            return
        run, ticket = self.run, tickets.get(tx, self.run.ticket_id)
        self.ticket = ticket
        match effect:
            case KeepPlace():
                waits = known(run.text).steps.get(effect.left)
                checked = waits is not None and waits.kind is Kind.CHECK and effect.answer != "back"
                actor = BOT if checked else self._actor
                procedures.keep(
                    desk, tx, run, ticket, effect.place, effect.left, effect.answer, actor
                )
            case ChangeTicket():
                procedures.change(desk, tx, ticket, effect.fields)
            case EscalateTicket():
                procedures.escalate(
                    desk, tx, ticket, queue=effect.queue, level=effect.level, why=effect.why
                )
            case StartCheck():
                procedures.check(desk, tx, run, ticket, effect.action, effect.arguments)
            case EndSop():
                procedures.end(desk, tx, run, ticket, effect.end, self._actor)

    # -- about the person

    def _send_code(self, address: str) -> None:
        told = linking.send_code(
            self.desk,
            self.tx,
            self.person,
            address,
            self._network,
            self.conversation.language or self.desk.language,
            key=str(self.row.id),
        )
        self._speak(self._words(told, {"address": address.lower()}))

    def _tell_code(self) -> None:
        made = linking.tell_code(self.desk, self.tx, self.person, self._network)
        if made is None:
            self._speak(self._words("link-too-many", {}))
            return
        code, links = made
        links = [f"<{one}>" for one in links]
        self._speak("\n\n".join((self._words("link-code", {"code": code}), *links)))

    def _link(self, token: str) -> None:
        try:
            with self.tx.attempt():
                person = linking.accept(self.tx, token, self.person, inbox_id=self.row.id)
        except DeskError:
            self._speak(self._words("link-refused", {}))
            return
        self._become(person)
        self._speak(self._words("linked", {}))

    def _keep_quiet(self, span: str | None) -> None:
        try:
            places.keep_quiet(self.person, span)
        except DeskError:
            self._speak(self._words("settings-no-span", {}))
            return
        self._speak(self._words("settings-kept", {}))

    @property
    def _network(self) -> str:
        return self.desk.network(self.conversation.channel)

    def _speak(self, words: str, choices: tuple[Choice, ...] = ()) -> None:
        self.said.append(words)
        self.choices = choices

    def _words(self, key: str, values: Mapping[str, str | int]) -> str:
        language = self.conversation.language or self.desk.language
        known: dict[str, str | int] = dict(values)
        if self.ticket is not None:
            known.setdefault("ticket", self.ticket.number)
            if "promise" not in known and self.desk.texts.names(key, "promise"):
                known["promise"] = self._promise(self.ticket, language)
        return self.desk.texts.say(key, language, **known)

    def _promise(self, ticket: Ticket, language: str) -> str:
        asked = (ticket.id, language)
        if asked not in self.promises:
            self._hear()  # what was said and sent goes along with a ticket that goes up
            self.promises[asked] = promised(self.desk, self.tx, ticket, language)
        return self.promises[asked]

    def _hear(self) -> None:
        """Keep what was said, once, where it belongs."""
        message, self.unkept = self.unkept, None
        if message is not None and self.known:
            transcript.refile(self.tx, message, self.about)
        elif message is not None:
            transcript.heard(self.tx, self.conversation, self.row, message, self.about, self.guest)

    def _add(self, effect: AddToTicket) -> None:
        self.ticket = tickets.get(self.tx, effect.ticket)
        if effect.since_matter and self.conversation.since_id < self.row.id:
            kept.file_messages(
                self.tx, self.conversation.id, self.conversation.since_id, effect.ticket
            )
        if self.heard is not None and self.heard.automatic:
            return
        if self.guest is not None:
            tickets.add_of_guest(self.tx, self.ticket, requester(self.guest), inbox_id=self.row.id)
            self._tell_agents(self.ticket)
            return
        words = self.heard.text if self.heard is not None else ""
        tickets.add_message(
            self.desk, self.tx, self.ticket, words, self._actor, inbox_id=self.row.id
        )
        self.conversation.ticket_id = effect.ticket
        self._follow(self.ticket)
        self._tell_agents(self.ticket)

    def _tell_agents(self, ticket: Ticket) -> None:
        if self.heard is not None:
            agents.hear(
                self.desk, self.tx, ticket, self.heard, key=f"{self.row.id}.heard.{ticket.id}"
            )

    def _say(self, effect: Say) -> None:
        if effect.key in CLOSING and self.ticket is not None and self.ticket.status in ACTIVE:
            effect = msgspec.structs.replace(effect, key="goes-on-for-others")
        link = f"\n\n<{effect.link}>" if effect.link else ""
        self._speak(f"{self._words(effect.key, effect.values)}{link}", effect.choices)

    def _show(self, effect: ShowArticles) -> None:
        """At once, or when a model has had its time to phrase the answer."""
        within, state, message = self.bot.phrase_within, self.state, self.heard
        language = self.conversation.language or self.desk.language
        asked_in_words = message is not None and message.chosen is None and not self._by_letter
        if (
            within is None
            or not asked_in_words
            or not isinstance(state, states.Suggesting)
            or not phrasing.passages_of(self.bot.library, effect.articles, language)
        ):
            self._show_plainly(effect)
            return
        phrasing.ask(
            self.tx,
            self.conversation,
            effect,
            question=state.question,
            words="\n".join(state.matter.words),
            language=language,
            within=within,
        )

    def _awaits(self, row: Phrasing) -> bool:
        return isinstance(self.state, states.Suggesting) and self.state.question == row.question

    def _overtake(self, before: states.State) -> None:
        """Who writes on before the model has answered gets the plain suggestion, before what follows."""
        row = None if self.bot.phrase_within is None else phrasing.take(self.tx, self.conversation)
        if row is None or not isinstance(before, states.Suggesting):
            return
        if self.conversation.taken_by is None and before.question == row.question:
            self._show_plainly(phrasing.plain_of(row))

    def _tell_phrased(self, plain: ShowArticles, sentences: Sequence[Sentence]) -> None:
        """Each sentence with the number of its source, then the sources, then what may be said about it."""
        language = self.conversation.language or self.desk.language
        found = phrasing.passages_of(self.bot.library, plain.articles, language)
        used = sorted({one.source for one in sentences if one.source < len(found)})
        if not used:  # the articles were taken away meanwhile
            self._show_plainly(plain)
            return
        lines = [
            f"{escape(one.text)} [{used.index(one.source) + 1}]"
            for one in sentences
            if one.source in used
        ]
        sources = [
            f"[{number}] {escape(found[place][0].title)}" for number, place in enumerate(used, 1)
        ]
        first = found[used[0]][0]
        reading = choice(
            self.state.question if isinstance(self.state, states.Suggesting) else "",
            Action.SHOW,
            self.desk.texts.label("choice-show", language, title=first.title),
            str(plain.articles.index(first.id)),
        )
        shown = {one.value for one in plain.choices}
        choices = plain.choices if reading.value in shown else (*plain.choices, reading)
        parts = (
            self._words("phrased", {}),
            "\n\n".join(lines),
            self._words("phrased-sources", {}) + "\n" + "\n".join(sources),
            self._words("articles-question", {}),
        )
        self._speak("\n\n".join(parts), choices)

    def _show_plainly(self, effect: ShowArticles) -> None:
        language = self.conversation.language or self.desk.language
        found = [self.bot.library.find(id, language) for id in effect.articles]
        articles = [one for one in found if one is not None]
        parts = self._foreign(articles[:1] if effect.in_full else articles, language)
        if effect.in_full:
            first, *others = articles
            parts.append(f"{self._words('articles-one', {'title': first.title})}\n\n{first.body}")
            if others:
                parts.append(self._words("articles-also", {}))
        else:
            others = articles
            parts.append(self._words("articles-many", {"count": len(articles)}))
        if others:
            parts.append("\n".join(f"- {escape(one.title)}" for one in others))
        if effect.choices:
            parts.append(self._words("articles-question", {}))
        if effect.sop:
            parts.append(self._words("sop-or-together", {}))
        self._speak("\n\n".join(parts), effect.choices)

    def _foreign(self, articles: Sequence[Article], language: str) -> list[str]:
        """That there is nothing in the language of the conversation, when all is in another."""
        if not articles or any(one.language == language for one in articles):
            return []
        return [self._words(f"articles-in-{articles[0].language}", {})]

    def _open(self, effect: OpenTicket) -> None:
        matter = effect.matter
        self.ticket = tickets.open_ticket(
            self.desk,
            self.tx,
            self.conversation,
            tickets.Proposal(
                words=matter.words,
                facts=matter.facts,
                answers={diagnose.about(key): told for key, told in matter.answers.items()},
                category=Category(matter.category),
                confidence=matter.confidence,
                because=matter.because,
                guess=diagnose.guess_in_words(matter),
                type=TicketType(matter.type),
                impact=Level(matter.impact),
                urgency=Level(matter.urgency),
                language=self.conversation.language or self.desk.language,
                human=effect.human,
                suggested=tuple(dict.fromkeys((*matter.articles, *matter.candidates))),
            ),
            self.person,
            BOT,
            inbox_id=self.row.id,
        )
        if self.heard is not None and self.heard.sender.suspect:
            tickets.tag(self.tx, self.ticket, "unverified-sender")
        self._follow(self.ticket)
        self.about = self.about or self.ticket.id
        agents.hear(self.desk, self.tx, self.ticket, agents.OPENED, key=f"{self.ticket.id}.opened")

    def _status(self, effect: ShowStatus) -> None:
        language = self.conversation.language or self.desk.language
        lines = []
        for id in effect.tickets:
            ticket = tickets.get(self.tx, id)
            lines.append(
                status_line(
                    self.desk,
                    language,
                    self.tx.now,
                    number=ticket.number,
                    title=ticket.title,
                    status=ticket.status,
                    updated_at=ticket.updated_at,
                    person=self.person,
                    promise=progress.where(self.desk, self.tx, ticket, language),
                )
            )
        self._speak("\n\n".join(lines) if lines else self._words("status-none", {}))


def _named(
    state: states.State, understanding: Understanding | None, parts: Sequence[Understanding]
) -> list[str]:
    """Articles that the turn may speak of."""
    read = [understanding, *parts] if understanding is not None else []
    ids = [suggestion.article for one in read for suggestion in one.suggestions]
    if isinstance(state, states.Suggesting):
        ids += [*state.shown, *state.matter.candidates]
    if isinstance(state, states.Advised):
        ids += state.shown
    elif not isinstance(state, states.Idle | states.Walking | states.Personal):
        ids += state.matter.candidates
    if isinstance(state, states.Suggesting | states.Clarifying):
        ids += diagnose.articles()
    for matter in getattr(state, "later", ()):
        ids += matter.candidates
    return ids
