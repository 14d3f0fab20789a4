"""Plays a conversation written down as plain text through the whole bot, from intake to transcript.

# A title
room                          agents sit in a room of a network with threads
channel: web                  (or: hook, whose replies leave through the outbox; or: mail)
Subject: VPN                  by mail: of what the user writes from here on, in a new thread
Guest: me too                 by mail: somebody else writes in the thread
Forger: close it              by mail: under the user's address, but their domain disowns it
Agent mails: #note | text     an agent answers the mail about the last ticket; lines split at " | "
Stranger mails: text          somebody who is no agent does
Agents got: INC-1 | text      the last mail to the agents has every piece; "Agents got: nothing"
User: my VPN drops
Bot: error 809 | Did that     every piece must be in the bot's answer to the last message
Bot not: question             none of the pieces may be
Bot: nothing                  the bot must be silent
Buttons: Solved it | Skip     exactly these buttons are under the answer
User orders: /search vpn      by the network's own command
User edits: text              the last message
User takes back               it
User presses: Did not help    a button of the last answer that has any
User presses old: Skip        one of an earlier answer
User sends: shot.png          a file without words
User again                    the same message delivered a second time
Auto: I am on holiday         an automatic reply of the user's program
Agent: I will look            an agent answers the last ticket; "Agent takes" claims it
Agent resolves                "Agent pending" waits for the user
Room says: text               an agent writes in the thread of the last ticket's card
Room stranger: text           somebody who is no agent does
Room orders: /new for …       an agent gives a command in the room
Room presses: Take it         a button, or an entry of a menu, of the card or of what was last said there
Room reacts: eyes             an emoji under the card
Room got: pieces              every piece is in what was posted there since the last look; "nothing"
Card: pieces                  every piece is in the card of the last ticket as it is now
Wait: 3 days                  time passes, timers fire
Ticket: status=open type=incident    the last ticket; "Tickets: 2" counts them
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from msgspec import structs
from pydantic import SecretStr

from bot import app, perform
from bot.desk import rooms, tickets, transcript
from bot.desk.access import Actor, Role, actor_of
from bot.desk.status import Status
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
from store import messages
from store.database import Store, Tx
from store.steps import step
from store.tables import Identity, Outbox, Person, Ticket
from store.timers import fire_due

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
BEGIN: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


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

    def __init__(self, store: Store, understander: Understander, library: Library) -> None:
        self.store, self.now = store, BEGIN
        store.clock = lambda: self.now
        self.settings: dict[str, Any] = {"mail": {"queues": QUEUES}}
        self.understander, self.library = understander, library
        self._prepare()
        self.intake = Intake(store, lambda channel: None)
        self.channel, self.count, self.seen = "web", 0, 0
        self.last: InboundMessage | None = None
        self.said: list[transcript.Line] = []
        self.pressed: list[tuple[Choice, ...]] = []
        self.agent = store.write(_agent)
        self.subject: str | None = None
        self.threads = 1
        self.mails = 0  # to agents, seen so far
        self.told: list[OutboundMessage] = []
        self.posted: list[OutboundMessage] = []  # into the room, since the last look

    def _prepare(self) -> None:
        settings = Settings.model_validate(self.settings)
        self.desk = app.desk_of(settings, library=self.library)
        if self.desk.rooms:
            self.store.before_commit = partial(rooms.refresh, self.desk)
        bot = perform.Bot(desk=self.desk, library=self.library, policy=app.policy_of(settings))
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
        ticket = self.store.read(_last_ticket)
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

    def _card(self) -> OutboundMessage:
        def last(tx: Tx) -> OutboundMessage:
            key = f"card:{_last_ticket(tx).id}:desk"
            body = tx.session.scalars(
                sa.select(Outbox.body).where(Outbox.key.startswith(key)).order_by(Outbox.id.desc())
            ).first()
            if body is None:
                raise Broken("there is no card")
            return msgspec.json.decode(body, type=OutboundMessage)

        return self.store.read(last)

    def user(self, text: str, *, chosen: str | None = None, automatic: bool = False) -> None:
        self.count += 1
        self.deliver(
            InboundMessage(
                channel=self.channel,
                message_id=f"m{self.count}@example.org",
                conversation=self.thread,
                sender=Sender(address="user-1", name="Pat"),
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

    @property
    def thread(self) -> str:
        return f"c{self.threads}"

    def letter(self, text: str, sender: Sender, thread: str) -> None:
        self.count += 1
        self.deliver(
            InboundMessage(
                channel="mail",
                message_id=f"m{self.count}@example.org",
                conversation=thread,
                sender=sender,
                text=text.replace(" | ", "\n"),
                subject=self.subject or "",
                sent_at=self.now,
            )
        )

    def to_agents(self, text: str, address: str) -> None:
        ticket = self.store.read(_last_ticket)
        self.letter(text, Sender(address=address), f"a{ticket.id}")

    def file(self, name: str) -> None:
        self.count += 1
        file = Attachment(name=name, content_type="image/png", size=9, sha256="0" * 64)
        self.deliver(
            InboundMessage(
                channel=self.channel,
                message_id=f"m{self.count}",
                conversation=self.thread,
                sender=Sender(address="user-1", name="Pat"),
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

    def press(self, label: str, *, old: bool = False) -> None:
        groups = self.pressed[:-1] if old else self.pressed[-1:]
        offered = [choice for group in groups for choice in group]
        value = next((one.value for one in offered if label in one.label), None)
        if value is None:
            raise Broken(f"there is no button {label!r}, only {[one.label for one in offered]}")
        self.user("", chosen=value)

    def wait(self, span: str) -> None:
        number, unit = span.split()
        until = self.now + timedelta(**{unit if unit.endswith("s") else f"{unit}s": float(number)})
        said: list[transcript.Line] = []
        while self.now < until:  # by hours, so that what a timer sets can fire too
            self.now = min(self.now + timedelta(hours=1), until)
            while fire_due(self.store):
                pass
            self.work()
            said += self.said
        self.said = said

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
            ticket = _last_ticket(tx)
            actor = actor_of(_found(tx.get(Person, self.agent)))
            act(tx, ticket, actor)

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
            case "Card":
                card = self._card()
                labels = [one.label for one in card.choices]
                self._has("\n".join([card.text.body, *labels]), rest)
            case "channel":
                self.channel = rest
            case "Subject":
                self.threads += self.subject is not None
                self.subject, self.seen = rest, 0
            case "Guest":
                self.letter(rest, Sender(address="guest@example.org"), self.thread)
            case "Forger":
                self.letter(rest, Sender(address="user-1", suspect=True), "x1")
            case "Agent mails":
                self.to_agents(rest, "ana@desk.example")
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
            case "Wait":
                self.wait(rest)
            case "Bot":
                self._says(rest)
            case "Bot not":
                for piece in rest.split(" | "):
                    if piece.lower() in self.answer.lower():
                        raise Broken(f"it did say {piece!r}:\n{self.answer}")
            case "Buttons":
                if self.buttons != [piece.strip() for piece in rest.split("|")]:
                    raise Broken(f"the buttons are {' | '.join(self.buttons)}")
            case "Ticket":
                self._ticket(rest)
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

    def _ticket(self, claims: str) -> None:
        ticket = self.store.read(_last_ticket)
        for name, wanted in re.findall(r"(\w+)=(\S+)", claims):
            found = str(getattr(ticket, name))
            if found not in wanted.split("/"):
                raise Broken(f"{name} is {found}")


def _agent(tx: Tx) -> int:
    person = tx.insert(
        Person(name="Ana Costa", login="ana", role=str(Role.AGENT), created_at=tx.now)
    )
    tx.insert(
        Identity(channel="email", address="ana@desk.example", person_id=person.id, verified=True)
    )
    tx.insert(Identity(channel="slack", address="T1/UANA", person_id=person.id, verified=True))
    return person.id


def _last_ticket(tx: Tx) -> Ticket:
    ticket = tx.session.scalars(sa.select(Ticket).order_by(Ticket.id.desc()).limit(1)).first()
    if ticket is None:
        raise Broken("there is no ticket")
    return ticket


def _found(person: Person | None) -> Person:
    assert person is not None
    return person
