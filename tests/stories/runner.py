"""Plays a conversation written down as plain text through the whole bot, from intake to transcript.

# A title
room                          agents sit in a room of a network with threads
channel: web                  (or: hook, whose replies leave through the outbox; or: mail)
Set: level.L1.who = ["ana"]   a line of the configuration
As: boris mail                who writes and is told from here on, and where; at first it is pat on the web
Subject: VPN                  by mail: of what the user writes from here on, in a new thread
Letter: Hello | it is 2       what the user writes, in several lines
Guest: me too                 by mail: somebody else writes in the thread
Forger: close it              by mail: under the user's address, but their domain disowns it
Agent mails: #note | text     an agent answers the mail about the last ticket; lines split at " | "
Agent auto: text              the mailbox of the agent answers by itself
Stranger mails: text          somebody who is no agent does
Agents got: INC-1 | text      the last mail to the agents has every piece; "Agents got: nothing"
User: my VPN drops
Bot: error 809 | Did that     every piece must be in the bot's answer to the last message
Bot not: question             none of the pieces may be
Bot: nothing                  the bot must be silent
Messages: 1                   so many were told them since they were last looked at
Buttons: Solved it | Skip     exactly these buttons are under the answer
User orders: /search vpn      by the network's own command
User edits: text              the last message
User takes back               it
User presses: Did not help    a button of the last answer that has any
User presses old: Skip        one of an earlier answer
Stranger presses: Yes         somebody else in the same conversation does
User sends: shot.png          a file without words
User again                    the same message delivered a second time
Auto: I am on holiday         an automatic reply of the user's program
Agent: I will look            an agent answers the last ticket; "Agent takes" claims it
Agent resolves                "Agent pending" waits for the user
Agent is: wei                 who the agent is from here on, by sign-in name; at first it is ana
Room says: text               an agent writes in the thread of the last ticket's card
Room stranger: text           somebody who is no agent does
Room orders: /new for …       an agent gives a command in the room
Room presses: Take it         a button, or an entry of a menu, of the card or of what was last said there
Room reacts: eyes             an emoji under the card
Room got: pieces              every piece is in what was posted there since the last look; "nothing"
Room got not: pieces          none of the pieces is
Card: pieces                  every piece is in the card of the last ticket as it is now
Decided: pieces               every piece is in what the last ticket says of its cause and who decided
Never said: pieces            none of the pieces was told to the user, whenever and wherever
Agent orders: #escalate L2    an agent's lines about the last ticket, split at " | "
User is VIP
User is in: Asia/Shanghai     their time zone
About: INC-1                  what agents do, and "Ticket", are about it from here on; "last": the last
vendor                        there is a vendor, "acme", who is written to
Vendor got: pieces            every piece is in what the vendor was sent
Vendor mails: text            the vendor answers about the last ticket
actions                       programs do things for the desk
User is known: pat@corp.example    an address of theirs, which is proven
Manager: max@corp.example     the user's manager, who has this address, is asked there
Manager writes: approve 1     in answer to that
Begins: ping host=127.0.0.1   a procedure begins an action in the user's conversation
Begins for the ticket: ping … and of their last ticket
Refused: pieces               ... and is refused
Code                          the user types in the code that was sent; "Code wrong" another one
Code in words: it is          ... with these words before it
Code of: Eve                  somebody else types it in
Run: state=queued result=ok   the last run; "Run ends: ok | message" lets it end so
Letter: pieces                every piece is in the last letter that was sent to an address of theirs
Wait: 3 days                  time passes, timers fire
Ticket: status=open type=incident    the last ticket; "Tickets: 2" counts them
"""

import asyncio
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from math import ceil
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from msgspec import structs
from pydantic import SecretStr

from bot import app, perform
from bot.actions import running
from bot.actions.action import Outcome
from bot.actions.run import OPEN
from bot.desk import orders, tickets, transcript, views
from bot.desk.access import BOT, Actor, Role, actor_of
from bot.desk.after import follow_up
from bot.desk.status import Status
from bot.errors import DeskError
from bot.inbox import Intake, Reader
from bot.library import Library
from bot.settings import Settings
from channels.message import (
    Attachment,
    Choice,
    InboundMessage,
    OutboundMessage,
    PublicText,
    Sender,
)
from nlp import Understander
from store import actions as kept_actions
from store import messages
from store import people as kept_people
from store.database import Store, Tx
from store.steps import step
from store.tables import ActionRun, Identity, Outbox, Person, Ticket
from store.timers import fire_due, next_due

QUEUES: Final = {
    queue: ["team@desk.example"]
    for queue in ("service-desk", "network", "security", "applications")
}
ROOM: Final = {
    "channel": "slack",
    "place": "T1/C1",
    "queues": ["service-desk", "network", "security", "applications"],
    "reactions": {"eyes": "claim", "fire": "priority critical"},
}
REPLIES: Final = [{"name": "restart", "text": {"en": "Please restart it.", "ru": "Перезагрузите."}}]
HOOK: Final = {"url": "http://127.0.0.1:9/", "secret": SecretStr("x")}
_LOGIN: Final = [{"name": "login", "kind": "login"}]
ACTIONS: Final = {
    "reset-password": HOOK,
    "create-account": HOOK,
    "unlock": HOOK,
    "allow-vpn": {
        **HOOK,
        "parameters": _LOGIN,
        "approval": "agent",
        "undo": "forbid-vpn",
        "tell": True,
    },
    "forbid-vpn": {**HOOK, "parameters": _LOGIN},
}
ACME: Final = {"rank": 9, "vendor": {"address": "support@acme.example", "contract": "C-1234"}}
MAILBOX: Final = {"enabled": True, "mailbox": {"mail": {"address": "help@desk.example"}}}
BEGIN: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


SEAT: Final = ("name", "address", "channel", "threads", "subject", "seen", "said", "pressed")


class Broken(AssertionError):
    """A story that does not hold: which line, and what was said instead."""


@dataclass(frozen=True)
class Story:
    title: str
    lines: tuple[tuple[int, str], ...]  # number in the file, text


def stories_of(text: str) -> list[Story]:
    found: list[tuple[str, list[tuple[int, str]]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("# "):
            found.append((line[2:].strip(), []))
        elif line.strip():
            found[-1][1].append((number, line.strip()))
    return [Story(title, tuple(lines)) for title, lines in found]


class Stage:
    """The whole bot but for its network, with a clock that only the story moves."""

    phrase_within: timedelta | None = None

    def __init__(self, store: Store, understander: Understander, library: Library) -> None:
        self.store, self.now = store, BEGIN
        store.clock = lambda: self.now
        self.settings: dict[str, Any] = {"mail": {"queues": QUEUES}}
        self.understander, self.library = understander, library
        self._prepare()
        self.intake = Intake(store, lambda channel: None)
        self.name, self.address = "pat", "user-1"  # who writes
        self.channel, self.count, self.seen = "web", 0, 0
        self.last: InboundMessage | None = None
        self.said: list[transcript.Line] = []
        self.pressed: list[tuple[Choice, ...]] = []
        self.agent = store.write(_agent)
        self.subject: str | None = None
        self.threads = 1
        self.others: dict[str, dict[str, Any]] = {}  # by name, as they left
        self.about: int | None = None  # id of the ticket that agents work on; None: the last
        self.mails = 0  # to agents, seen so far
        self.told: list[OutboundMessage] = []
        self.refusal = ""
        self.posted: list[OutboundMessage] = []  # into the room, since the last look

    def _prepare(self) -> None:
        settings = Settings.model_validate(self.settings)
        self.desk = app.desk_of(settings, library=self.library)
        self.store.before_commit = partial(follow_up, self.desk)
        bot = perform.Bot(
            desk=self.desk,
            library=self.library,
            policy=app.policy_of(settings),
            phrase_within=self.phrase_within,
        )
        self.reader = Reader(
            self.understander.understand,
            partial(perform.perform, bot),
            partial(perform.apologize, bot),
        )

    # -- what happens

    def in_room(
        self, text: str, *, chosen: str | None = None, address: str = "T1/UANA", thread: bool = True
    ) -> None:
        """Somebody writes in the room; `thread`: in that of the last card."""
        ticket = self.store.read(self._ticket)
        self.count += 1
        card = f"T1/C1/card:{ticket.id}:desk"
        self.posted = []
        self.deliver(
            InboundMessage(
                channel="slack",
                message_id=f"r{self.count}",
                conversation=card if thread else f"T1/C1/{self.count}",
                place="T1/C1",
                sender=Sender(address=address),
                text=text.replace(" | ", "\n"),
                chosen=chosen,
                sent_at=self.now,
            )
        )

    def press_in_room(self, label: str) -> None:
        shown = [*self.posted[::-1], self._card()]
        offered = [
            choice
            for one in shown
            for choice in (*one.choices, *(c for menu in one.menus for c in menu.choices))
        ]
        value = next((one.value for one in offered if label in one.label), None)
        if value is None:
            raise Broken(f"there is no {label!r} there, only {[one.label for one in offered]}")
        self.in_room("", chosen=value)

    def _deliver(self, tx: Tx) -> list[OutboundMessage]:
        """The network takes what is for the room, and calls each by its key."""
        rows = tx.session.scalars(
            sa.select(Outbox).where(Outbox.sent_at.is_(None)).order_by(Outbox.id)
        ).all()
        sent = []
        for row in rows:
            message = msgspec.json.decode(row.body, type=OutboundMessage)
            if message.channel == "slack":
                row.sent_at, row.platform_id = tx.now, row.key
                row.thread = f"slack T1/C1/{row.key}" if message.opens_thread else None
                sent.append(message)
        return sent

    def _ticket(self, tx: Tx) -> Ticket:
        """That which agents work on."""
        wanted = sa.select(Ticket).order_by(Ticket.id.desc()).limit(1)
        if self.about is not None:
            wanted = wanted.where(Ticket.id == self.about)
        ticket = tx.session.scalars(wanted).first()
        if ticket is None:
            raise Broken("there is no ticket")
        return ticket

    def _card(self) -> OutboundMessage:
        def last(tx: Tx) -> OutboundMessage:
            key = f"card:{self._ticket(tx).id}:desk"
            body = tx.session.scalars(
                sa.select(Outbox.body).where(Outbox.key.startswith(key)).order_by(Outbox.id.desc())
            ).first()
            if body is None:
                raise Broken("there is no card")
            return msgspec.json.decode(body, type=OutboundMessage)

        return self.store.read(last)

    def user(
        self,
        text: str,
        *,
        chosen: str | None = None,
        automatic: bool = False,
        address: str | None = None,
    ) -> None:
        self.count += 1
        self.deliver(
            InboundMessage(
                channel=self.channel,
                message_id=f"m{self.count}@example.org",
                conversation=self.thread,
                sender=Sender(address=address or self.address, name=self.name.title()),
                text=text,
                chosen=chosen,
                automatic=automatic,
                subject=self.subject,
                sent_at=self.now,
            )
        )

    def change(self, *, text: str = "", deleted: bool = False) -> None:
        assert self.last is not None
        first = self.last
        self.count += 1
        id = f"m{self.count}"
        self.posted = []
        self.deliver(
            structs.replace(
                first, message_id=id, text=text, changes=first.message_id, deleted=deleted
            )
        )
        self.last = first

    def sit(self, name: str, channel: str) -> None:
        """Somebody else writes; what they were told meanwhile is new to them."""
        self.others[self.name] = {one: getattr(self, one) for one in SEAT}
        fresh = {"name": name, "address": f"{name}@example.org", "channel": channel or "web"}
        fresh |= {"threads": 1, "subject": None, "seen": 0, "said": [], "pressed": []}
        vars(self).update(self.others.get(name, fresh))
        self.work()

    @property
    def thread(self) -> str:
        return f"c{self.threads}" if self.name == "pat" else f"c{self.threads} of {self.name}"

    def letter(self, text: str, sender: Sender, thread: str, *, automatic: bool = False) -> None:
        self.count += 1
        self.deliver(
            InboundMessage(
                channel="mail",
                message_id=f"m{self.count}@example.org",
                conversation=thread,
                sender=sender,
                text=text.replace(" | ", "\n"),
                subject=self.subject or "",
                automatic=automatic,
                sent_at=self.now,
            )
        )

    def to_agents(self, text: str, address: str, *, automatic: bool = False) -> None:
        ticket = self.store.read(self._ticket)
        self.letter(text, Sender(address=address), f"a{ticket.id}", automatic=automatic)

    def file(self, name: str) -> None:
        self.count += 1
        file = Attachment(name=name, content_type="image/png", size=9, sha256="0" * 64)
        self.deliver(
            InboundMessage(
                channel=self.channel,
                message_id=f"m{self.count}",
                conversation=self.thread,
                sender=Sender(address=self.address, name=self.name.title()),
                text="",
                attachments=(file,),
                sent_at=self.now,
            )
        )

    def deliver(self, message: InboundMessage) -> None:
        self.now += timedelta(seconds=20)
        self.last = message
        asyncio.run(self.intake.receive(message))
        self.work()

    def press(self, label: str, *, old: bool = False, address: str | None = None) -> None:
        groups = self.pressed[:-1] if old else self.pressed[-1:]
        offered = [choice for group in groups for choice in group]
        value = next((one.value for one in offered if label in one.label), None)
        if value is None:
            raise Broken(f"there is no button {label!r}, only {[one.label for one in offered]}")
        self.user("", chosen=value, address=address)

    def wait(self, span: str) -> None:
        number, unit = span.split()
        until = self.now + timedelta(**{unit if unit.endswith("s") else f"{unit}s": float(number)})
        said: list[transcript.Line] = []
        while self.now < until:  # by hours, so that what a timer sets can fire too
            self.now = min(self.now + timedelta(hours=self._idle_hours()), until)
            for id in self.store.read(partial(kept_actions.due, states=OPEN)):
                self.store.write(partial(self._look_after, id))
            while fire_due(self.store):
                pass
            self.work()
            said += self.said
        self.said = said

    def _idle_hours(self) -> int:
        """Until something is due, at least one."""
        if self.desk.rooms or self.store.read(partial(kept_actions.due, states=OPEN)):
            return 1
        due = self.store.read(next_due)
        return 10_000 if due is None else max(1, ceil((due - self.now) / timedelta(hours=1)))

    def _look_after(self, id: int, tx: Tx) -> None:
        running.look_after(self.desk, tx, id)

    def work(self) -> None:
        while step(self.store, self.reader):
            pass
        if self.desk.rooms:
            self.posted += self.store.write(self._deliver)
        self.said = self.store.read(self._new_lines)
        if self.said:
            self.seen = self.said[-1].id
        self.told = self.store.read(self._new_mails)
        self.pressed += [line.extra.choices for line in self.said if line.extra.choices]

    def _new_lines(self, tx: Tx) -> list[transcript.Line]:
        id = messages.conversation_id(tx, self.channel, self.thread)
        if id is None:
            return []
        return transcript.lines(tx, id, self.seen)

    def _all_told(self, tx: Tx) -> str:
        id = messages.conversation_id(tx, self.channel, self.thread)
        lines = [] if id is None else transcript.lines(tx, id, 0)
        public = views.public(tx, self._ticket(tx), BOT)
        return "\n".join(
            [*(line.text.body for line in lines if line.author != "requester"), repr(public)]
        )

    def _new_mails(self, tx: Tx) -> list[OutboundMessage]:
        """To the agents, since the last look."""
        rows = tx.session.scalars(
            sa.select(Outbox).where(Outbox.id > self.mails).order_by(Outbox.id)
        ).all()
        self.mails = rows[-1].id if rows else self.mails
        sent = [msgspec.json.decode(row.body, type=OutboundMessage) for row in rows]
        return [one for one in sent if one.conversation.startswith("a")]

    def as_agent(self, act: Callable[[Tx, Ticket, Actor], None]) -> None:
        self.now += timedelta(minutes=1)

        def work(tx: Tx) -> None:
            ticket = self._ticket(tx)
            actor = actor_of(_found(tx.get(Person, self.agent)), self.desk.clearance)
            act(tx, ticket, actor)

        self.store.write(work)
        self.work()

    # -- actions

    def _known(self, tx: Tx, address: str) -> None:
        tx.run(
            "UPDATE identity SET verified = ? WHERE channel = ? AND address = ?",
            (True, self.desk.network(self.channel), self.address),
        )
        kept_people.give_address(tx, "email", address, self._user(tx).id)

    def _user(self, tx: Tx) -> Person:
        return _found(kept_people.of_address(tx, self.desk.network(self.channel), self.address))

    def _managed(self, tx: Tx, address: str) -> None:
        manager = tx.insert(Person(name="Max", created_at=tx.now, language=self._language(tx)))
        kept_people.give_address(tx, "email", address, manager.id)
        self._user(tx).manager_id = manager.id

    def _language(self, tx: Tx) -> str | None:
        return tx.lock(self._here(tx)).language

    def _here(self, tx: Tx) -> int:
        return messages.conversation_id(tx, self.channel, self.thread) or 0

    def begin(self, words: str, ticket: int | None = None) -> None:
        name, *given = words.split()
        arguments = dict(one.split("=", 1) for one in given)
        self.refusal = ""

        def work(tx: Tx) -> None:
            places = {"conversation_id": self._here(tx), "ticket_id": ticket}
            running.begin(self.desk, tx, name, arguments, actor=BOT, **places)

        try:
            self.store.write(work)
        except DeskError as refusal:
            self.refusal = str(refusal)
        self.work()

    def letters(self) -> list[OutboundMessage]:
        rows = self.store.read(lambda tx: list(tx.session.scalars(sa.select(Outbox))))
        return [msgspec.json.decode(row.body, type=OutboundMessage) for row in rows]

    def code(self) -> str:
        found = [re.search(r"\b\d{8}\b", one.text.body) for one in self.letters()]
        return [one[0] for one in found if one is not None][-1]

    def another(self, name: str, text: str) -> None:
        """In a conversation of their own, or in the same room."""
        self.count += 1
        self.deliver(
            InboundMessage(
                channel=self.channel,
                message_id=f"m{self.count}",
                conversation=self.thread,
                sender=Sender(address=name),
                text=text,
                sent_at=self.now,
            )
        )

    def manager(self, text: str) -> None:
        letter = self.letters()[-1]
        self.count += 1
        self.deliver(
            InboundMessage(
                channel=letter.channel,
                message_id=f"m{self.count}@corp.example",
                conversation=letter.conversation,
                sender=Sender(address=letter.to),
                text=text,
                sent_at=self.now,
            )
        )

    def _run(self, claims: str) -> None:
        run = self.store.read(_last_run)
        for name, wanted in re.findall(r"(\w+)=(\S+)", claims):
            if str(getattr(run, name)) != wanted:
                raise Broken(f"{name} is {getattr(run, name)}")

    def end_run(self, result: str, message: str = "") -> None:
        self.now += timedelta(seconds=20)
        run = self.store.read(_last_run)
        said = {"": message} if message else {}

        def work(tx: Tx) -> None:
            order = running.take(self.desk, tx, run.id)
            if order is None:
                raise Broken(f"the run is {run.state}")
            outcome = Outcome(result=result, message=said)
            running.settle(self.desk, tx, run.id, order.attempt, outcome)

        self.store.write(work)
        self.work()

    # -- what is seen

    @property
    def answer(self) -> str:
        return "\n".join(line.text.body for line in self.said if line.author == "bot")

    @property
    def buttons(self) -> list[str]:
        return [c.label for line in self.said[-1:] for c in line.extra.choices]

    def play(self, story: Story) -> None:
        for number, line in story.lines:
            try:
                self._line(line)
            except Broken as problem:
                raise Broken(f"{story.title}, line {number}: {line}\n{problem}") from None

    def _line(self, line: str) -> None:
        verb, colon, rest = line.partition(":")
        rest = rest.strip()
        match verb if colon else line:
            case "room":
                self.settings["room"] = {"desk": ROOM}
                self.settings["slack"] = {
                    name: SecretStr("x") for name in ("bot_token", "app_token")
                }
                self.settings["replies"] = REPLIES
                self._prepare()
            case "Room says":
                self.in_room(rest)
            case "Room stranger":
                self.in_room(rest, address="T1/UEVE")
            case "Room orders":
                command, _, text = rest.partition(" ")
                self.in_room(text, chosen=command, thread=False)
            case "Room presses":
                self.press_in_room(rest)
            case "Room reacts":
                self.in_room("", chosen=f"reaction:{rest}")
            case "Room got":
                found = "\n".join(one.text.body for one in self.posted if one.replaces is None)
                self._has(found, rest)
            case "Room got not":
                found = "\n".join(one.text.body for one in self.posted if one.replaces is None)
                for piece in rest.split(" | "):
                    if piece.lower() in found.lower():
                        raise Broken(f"there was {piece!r}:\n{found}")
            case "Card":
                card = self._card()
                labels = [one.label for one in card.choices]
                self._has("\n".join([card.text.body, *labels]), rest)
            case "Decided":
                self._has(self.store.read(self._ticket).decided, rest)
            case "Never said":
                for piece in rest.split(" | "):
                    if piece.lower() in self.store.read(self._all_told).lower():
                        raise Broken(f"{piece!r} was told")
            case "Set":
                _merge(self.settings, tomllib.loads(rest))
                self._prepare()
            case "As":
                name, _, channel = rest.partition(" ")
                self.sit(name, channel)
            case "About":
                self.about = None if rest == "last" else int(rest.rpartition("-")[2])
            case "channel":
                self.channel = rest
            case "Subject":
                self.threads += self.subject is not None
                self.subject, self.seen = rest, 0
            case "Letter":
                self.user(rest.replace(" | ", "\n"))
            case "Guest":
                self.letter(rest, Sender(address="guest@example.org"), self.thread)
            case "Forger":
                self.letter(rest, Sender(address=self.address, suspect=True), "x1")
            case "Agent mails":
                self.to_agents(rest, "ana@desk.example")
            case "Agent auto":
                self.to_agents(rest, "ana@desk.example", automatic=True)
            case "Stranger mails":
                self.to_agents(rest, "eve@elsewhere.example")
            case "Agents got":
                self._told(rest)
            case "User":
                self.user(rest)
            case "User edits":
                self.change(text=rest)
            case "User takes back":
                self.change(deleted=True)
            case "User orders":
                command, _, text = rest.partition(" ")
                self.user(text, chosen=command)
            case "User presses":
                self.press(rest)
            case "Stranger presses":
                self.press(rest, address="eve")
            case "User presses old":
                self.press(rest, old=True)
            case "User sends":
                self.file(rest)
            case "User again" if self.last is not None:
                self.deliver(self.last)
            case "Auto":
                self.user(rest, automatic=True)
            case "Agent":
                self.as_agent(
                    lambda tx, ticket, actor: tickets.reply(
                        self.desk, tx, ticket, PublicText(rest), actor, key=f"a{self.now}"
                    )
                )
            case "Agent takes":
                self.as_agent(lambda tx, t, actor: tickets.claim(self.desk, tx, t, actor))
            case "Agent resolves":
                self.as_agent(partial(self._status, Status.RESOLVED))
            case "Agent pending":
                self.as_agent(partial(self._status, Status.PENDING_USER))
            case "Agent orders":
                self.as_agent(partial(self._order, rest.replace(" | ", "\n")))
            case "Agent is":
                self.agent = self.store.write(partial(_agent, login=rest))
            case "User is in":
                self.store.write(lambda tx: setattr(self._user(tx), "timezone", rest))
            case "User is VIP":
                self.store.write(self._important)
            case "vendor":
                self.settings |= {"level": {"acme": ACME}}
                self.settings["mail"] = {**self.settings["mail"], **MAILBOX}
                self._prepare()
            case "Vendor got":
                letters = [one for one in self.letters() if one.to == ACME["vendor"]["address"]]
                self._has("\n".join(f"{one.subject}\n{one.text.body}" for one in letters), rest)
            case "Vendor mails":
                sender = Sender(address="support@acme.example")
                self.letter(rest, sender, f"v{self.store.read(self._ticket).id}")
            case "actions":
                self.settings |= {"action": ACTIONS, "actions": {"targets": ["127.0.0.1"]}}
                self._prepare()
            case "User is known":
                self.store.write(partial(self._known, address=rest))
            case "Manager":
                self.store.write(partial(self._managed, address=rest))
            case "Manager writes":
                self.manager(rest)
            case "Begins":
                self.begin(rest)
            case "Begins for the ticket":
                self.begin(rest, self.store.read(self._ticket).id)
            case "Refused":
                self._has(self.refusal, rest)
            case "Code":
                self.user(self.code())
            case "Code wrong":
                self.user(f"{(int(self.code()) + 1) % 10**8:08}")
            case "Code in words":
                code = self.code()
                self.user(f"{rest} {code[:4]} {code[4:]}")
            case "Code of":
                self.another(rest, self.code())
            case "Run":
                self._run(rest)
            case "Run ends":
                self.end_run(*rest.split(" | "))
            case "Letter":
                self._has(self.letters()[-1].text.body, rest)
            case "Wait":
                self.wait(rest)
            case "Bot":
                self._says(rest)
            case "Bot not":
                for piece in rest.split(" | "):
                    if piece.lower() in self.answer.lower():
                        raise Broken(f"it did say {piece!r}:\n{self.answer}")
            case "Messages":
                count = sum(line.author == "bot" for line in self.said)
                if count != int(rest):
                    raise Broken(f"there are {count}:\n{self.answer}")
            case "Buttons":
                if self.buttons != [piece.strip() for piece in rest.split("|")]:
                    raise Broken(f"the buttons are {' | '.join(self.buttons)}")
            case "Ticket":
                self._claimed(rest)
            case "Tickets":
                count = self.store.read(
                    lambda tx: tx.session.scalar(sa.select(sa.func.count()).select_from(Ticket))
                )
                if count != int(rest):
                    raise Broken(f"there are {count}")
            case "Outbox":
                count = self.store.read(
                    lambda tx: tx.session.scalar(sa.select(sa.func.count()).select_from(Outbox))
                )
                if count != int(rest):
                    raise Broken(f"there are {count}")
            case _:
                raise Broken("nobody knows what that line means")

    def _status(self, status: Status, tx: Tx, ticket: Ticket, actor: Actor) -> None:
        tickets.set_status(self.desk, tx, ticket, status, actor)

    def _order(self, text: str, tx: Tx, ticket: Ticket, actor: Actor) -> None:
        orders.carry_out(self.desk, tx, ticket, orders.read(text), actor, key=f"o{self.now}")

    def _important(self, tx: Tx) -> None:
        self._user(tx).vip = True

    def _has(self, found: str, pieces: str) -> None:
        if pieces == "nothing":
            if found:
                raise Broken(f"there was:\n{found}")
            return
        for piece in pieces.split(" | "):
            if piece.strip().lower() not in found.lower():
                raise Broken(f"{piece.strip()!r} is not in:\n{found or '(silence)'}")

    def _says(self, pieces: str) -> None:
        if pieces == "nothing":
            if self.answer:
                raise Broken(f"it said:\n{self.answer}")
            return
        for piece in pieces.split(" | "):
            if piece.strip().lower() not in self.answer.lower():
                raise Broken(f"{piece.strip()!r} is not in:\n{self.answer or '(silence)'}")

    def _told(self, pieces: str) -> None:
        if pieces == "nothing":
            if self.told:
                raise Broken(f"they got:\n{self.told[-1].text.body}")
            return
        text = f"{self.told[-1].subject}\n{self.told[-1].text.body}" if self.told else "(nothing)"
        for piece in pieces.split(" | "):
            if piece.strip().lower() not in text.lower():
                raise Broken(f"{piece.strip()!r} is not in:\n{text}")

    def _claimed(self, claims: str) -> None:
        ticket = self.store.read(self._ticket)
        for name, wanted in re.findall(r"(\w+)=(\S+)", claims):
            found = str(getattr(ticket, name))
            if found not in wanted.split("/"):
                raise Broken(f"{name} is {found}")


def _agent(tx: Tx, login: str = "ana") -> int:
    if (known := kept_people.by_login(tx, login)) is not None:
        return known.id
    name = "Ana Costa" if login == "ana" else login.title()
    person = tx.insert(Person(name=name, login=login, role=str(Role.AGENT), created_at=tx.now))
    for channel, address in (("email", f"{login}@desk.example"), ("slack", f"T1/U{login.upper()}")):
        tx.insert(Identity(channel=channel, address=address, person_id=person.id, verified=True))
    return person.id


def _merge(known: dict[str, Any], new: dict[str, Any]) -> None:
    for name, value in new.items():
        if isinstance(value, dict) and isinstance(known.get(name), dict):
            _merge(known[name], value)
        else:
            known[name] = value


def _last_run(tx: Tx) -> ActionRun:
    run = tx.session.scalars(sa.select(ActionRun).order_by(ActionRun.id.desc()).limit(1)).first()
    if run is None:
        raise Broken("there is no run")
    return run


def _found(person: Person | None) -> Person:
    assert person is not None
    return person
