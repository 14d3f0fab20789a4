"""One turn: load what the bot needs to know, let it decide, carry the decision out.

Runs inside the store's step: everything here is one transaction with the message it answers.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec
import structlog
from msgspec import Struct

from bot import agent_mail, agent_room, calls, errands
from bot.conversation import state as states
from bot.conversation.decide import answered_in, decide
from bot.conversation.effects import (
    AddToTicket,
    CallHuman,
    DeclineLink,
    Effect,
    KeepQuiet,
    LinkPeople,
    NewMatter,
    OpenTicket,
    Prefer,
    RecordUse,
    Reopen,
    Say,
    SendCode,
    SetLanguage,
    ShowArticles,
    ShowStatus,
    SolvedByRequester,
    TellCode,
    Use,
    Wake,
)
from bot.conversation.flows import wishes
from bot.conversation.turn import ArticleBrief, Policy, Proof, Turn
from bot.desk import (
    agents,
    linking,
    people,
    places,
    rooms,
    silence,
    surveys,
    tickets,
    transcript,
    views,
)
from bot.desk.access import BOT, Actor, requester
from bot.desk.clock import ticket_timer
from bot.desk.desk import Desk, Room
from bot.desk.notices import status_line, tell
from bot.errors import DeskError
from bot.inbox import Read
from bot.library import Library
from bot.masking import without_secrets
from bot.text import escape
from bot.throttle import Flood
from channels.message import Choice, InboundMessage, PublicText
from nlp.terms import telling
from nlp.understanding import Category, Level, TicketType, Understanding
from store import tickets as kept
from store.database import Tx
from store.tables import ArticleUse, Conversation, Inbox, Person, Ticket
from store.timers import Fired, cancel_timers, set_timer

WAKE: Final = "wake"

log = structlog.get_logger()


class Bot(Struct, frozen=True, kw_only=True):
    """What a turn needs besides the transaction."""

    desk: Desk
    library: Library
    policy: Policy
    flood: Flood | None = None
    helped: Callable[[Use], None] = lambda use: None  # for the metrics


def perform(bot: Bot, tx: Tx, conversation: Conversation, row: Inbox, read: Read | Fired) -> None:
    """Let one accepted row take effect. The conversation is held by the caller."""
    if isinstance(read, Fired) and read.kind == calls.TIMER:
        calls.settle(bot.desk, tx, conversation)
    elif isinstance(read, Fired) and read.kind != WAKE:
        ticket_timer(bot.desk, tx, conversation, read)
    elif isinstance(read, Read) and agent_mail.is_for_agents(bot.desk, conversation):
        agent_mail.obey(bot.desk, tx, conversation, row, read.as_written.message)
    elif isinstance(read, Read) and (room := _room(bot.desk, read.message)) is not None:
        agent_room.obey(bot.desk, tx, conversation, row, read.as_written, room)
    elif isinstance(read, Read) and agent_room.records_a_walk_up(bot.desk, tx, read.message):
        _Performance(bot, tx, conversation, row).take_walk_up(read)
    elif isinstance(read, Read) and calls.is_update(read.message):
        calls.take(bot.desk, tx, conversation, row, read.message)
    elif isinstance(read, Read) and read.message.changes is not None:
        _Performance(bot, tx, conversation, row).take_change(read.message)
    elif isinstance(read, Read) and (rating := surveys.pressed(read.message)) is not None:
        _Performance(bot, tx, conversation, row).take_rating(read.message, *rating)
    else:
        _Performance(bot, tx, conversation, row).take_turn(read)


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

    def take_turn(self, read: Read | Fired) -> None:
        conversation, tx = self.conversation, self.tx
        message = read.message if isinstance(read, Read) else None
        understanding = read.understanding if isinstance(read, Read) else None
        if message is not None and self._is_a_flood():
            message = msgspec.structs.replace(message, automatic=True)
        self.heard = message
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
        before = states.load(conversation.state)
        parts = read.parts if isinstance(read, Read) else ()
        turn = Turn(
            message=message and errands.with_names(message),
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
            proof=self._proof(before),
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
        if self.sealed is not None and turn.proof is None and not self.sealed.automatic:
            self._say(Say(key="secret-hidden"))
        for effect in decision.effects:
            self._do(effect)
        if message is not None:
            transcript.heard(tx, conversation, self.row, message, self.about, self.guest)
            errands.send_for(tx, conversation, message)
            if message.returned and conversation.ticket_id is not None:
                ticket = tickets.get(tx, conversation.ticket_id)
                tickets.returned(tx, ticket, inbox_id=self.row.id)
        self._answer()
        conversation.state = states.dump(decision.state)
        log.debug("turn", rule=decision.reason, state=type(decision.state).__name__)

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
        answer = agent_room.record_walk_up(self.desk, self.tx, read)
        transcript.speak(
            self.desk,
            self.tx,
            self.conversation,
            PublicText(answer),
            key=f"{self.row.id}.reply",
            actor=BOT,
            inbox_id=self.row.id,
        )

    def take_rating(self, message: InboundMessage, ticket_id: int, score: int) -> None:
        """Beside whatever is being talked about: nothing that is pending is changed by it."""
        self.person = self._person(message)
        ticket = tickets.seen_by(self._actor, tickets.get(self.tx, ticket_id))
        transcript.heard(self.tx, self.conversation, self.row, message, ticket.id)
        surveys.rate(self.desk, self.tx, self.conversation, self.row, ticket, score, self._actor)

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
            if article
        }

    # -- carrying out

    def _answer(self) -> None:
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
                can_wait=self.heard is None,
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
                tx.append(
                    ArticleUse,
                    article=effect.article,
                    language=conversation.language or self.desk.language,
                    what=str(effect.use),
                    at=tx.now,
                    conversation_id=conversation.id,
                )
                self.bot.helped(effect.use)
            case OpenTicket():
                self._open(effect)
            case AddToTicket():
                self._add(effect)
            case Reopen():
                self.ticket = tickets.get(tx, effect.ticket)
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
            case Prefer():
                places.prefer(self.desk, tx, self.person, effect.network, self._actor)
                self._speak(self._words("settings-kept", {}))
            case KeepQuiet():
                self._keep_quiet(effect.span)

    def _follow(self, ticket: Ticket) -> None:
        places.follow(
            self.desk, self.tx, ticket, self.conversation, self._actor, inbox_id=self.row.id
        )

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
            if "promise" not in known:
                known["promise"] = self._promise(self.ticket, language)
        return self.desk.texts.say(key, language, **known)

    def _promise(self, ticket: Ticket, language: str) -> str:
        """What happens next, and when."""
        asked = (ticket.id, language)
        if asked not in self.promises:
            self.promises[asked] = self._promised(ticket, language)
        return self.promises[asked]

    def _promised(self, ticket: Ticket, language: str) -> str:
        texts, within = self.desk.texts, self.desk.answer_within.get(ticket.priority)
        promise = texts.label("promise-soon", language)
        if within is not None:
            due = ticket.opened_at + within
            when = texts.when(due, language, self.desk.timezone.key, self.tx.now)
            promise = texts.label("promise-by", language, when=when)
        if hours := self.desk.hours.get(language):
            promise = f"{promise} {texts.label('promise-hours', language, hours=hours)}"
        return promise

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
        self._speak(self._words(effect.key, effect.values), effect.choices)

    def _show(self, effect: ShowArticles) -> None:
        language = self.conversation.language or self.desk.language
        found = [self.bot.library.find(id, language) for id in effect.articles]
        articles = [one for one in found if one is not None]
        if effect.in_full:
            first, *others = articles
            parts = [f"{self._words('articles-one', {'title': first.title})}\n\n{first.body}"]
            if others:
                parts.append(self._words("articles-also", {}))
        else:
            others = articles
            parts = [self._words("articles-many", {"count": len(articles)})]
        if others:
            parts.append("\n".join(f"- {escape(one.title)}" for one in others))
        if effect.choices:
            parts.append(self._words("articles-question", {}))
        self._speak("\n\n".join(parts), effect.choices)

    def _open(self, effect: OpenTicket) -> None:
        matter = effect.matter
        self.ticket = tickets.open_ticket(
            self.desk,
            self.tx,
            self.conversation,
            tickets.Proposal(
                words=matter.words,
                facts=matter.facts,
                answers=matter.answers,
                category=Category(matter.category),
                confidence=matter.confidence,
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
    elif not isinstance(state, states.Idle | states.Personal):
        ids += state.matter.candidates
    for matter in getattr(state, "later", ()):
        ids += matter.candidates
    return ids
