"""A whole desk in a thread of its own: mail goes in by SMTP, and what it says is read where it lands."""

import asyncio
import json
import smtplib
import threading
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage, Message
from email.utils import format_datetime, getaddresses
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from bench.running import lend
from bot.app import Process
from bot.desk import people, tickets, transcript, views
from bot.desk.access import Actor, Role, actor_of
from bot.settings import Settings
from channels.email.local import LocalMailbox
from store import mail, messages
from store import people as kept_people
from store.database import Tx
from store.tables import Conversation, Lane, Mail, Outbox, Person, Ticket
from tests.channels.email.outgoing import read

HELP, TEAM = "help@desk.test", "team@desk.test"
RELAY = "127.0.0.2"  # whose word on senders counts
QUEUES = ("service-desk", "network", "security", "applications")
T = TypeVar("T")
BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
WAITING = {
    "mails": "mail WHERE filed_at IS NULL",
    "conversations": "conversation WHERE ready_at IS NOT NULL",
    "letters": "outbox WHERE sent_at IS NULL AND dead_at IS NULL",
}
_COUNT = "SELECT " + ", ".join(f"(SELECT count(*) FROM {rows})" for rows in WAITING.values())
_numbers = count(1)


def until(
    found: Callable[[], T | None], what: Callable[[], str] = lambda: "", seconds: float = 60
) -> T:
    """What `found` gives, once it gives anything. Raises TimeoutError with what there is instead."""
    end = time.monotonic() + seconds
    while True:
        if result := found():
            return result
        if time.monotonic() > end:
            raise TimeoutError(what())
        time.sleep(0.01)


def letter(
    sender: str,
    subject: str,
    text: str,
    *,
    to: str = HELP,
    charset: str = "utf-8",
    answers: Message | None = None,
    **fields: str,
) -> EmailMessage:
    """A mail as a person's program writes it; an answer goes to the reply address and names the thread."""
    made = EmailMessage()
    made["From"], made["Subject"] = sender, subject
    number = next(_numbers)
    made["Date"] = format_datetime(BEGIN + timedelta(minutes=number))
    made["Message-ID"] = f"<{number}.story@{sender.rpartition('@')[2].rstrip('>')}>"
    if answers is not None:
        to = answers["Reply-To"] or answers["From"]
        made["In-Reply-To"] = answers["Message-ID"]
        made["References"] = " ".join([answers["References"] or "", answers["Message-ID"]]).strip()
    made["To"] = to
    for name, value in fields.items():
        made[name.replace("_", "-")] = value
    made.set_content(text, charset=charset)
    return made


class Mailing:
    """The far end of a mail desk: writes to it and knows what it did."""

    def __init__(self, process: Process, loop: asyncio.AbstractEventLoop) -> None:
        self.process, self._loop = process, loop
        self.store, self.url = process.store, process.url
        assert process.post is not None
        assert process.post.listening is not None
        self.post = process.post
        self.port = process.post.listening.getsockname()[1]
        self._box = LocalMailbox(process.settings.database.data_dir / "mailbox")
        self.administrator = self.person("Root", "root@desk.test", Role.ADMINISTRATOR)

    # -- what comes in

    def send(
        self,
        mail: Message | bytes,
        *recipients: str,
        sender: str | None = None,
        peer: str = "127.0.0.1",
    ) -> None:
        """By SMTP, and then all that follows from it has happened."""
        self.hand_over(mail, *recipients, sender=sender, peer=peer)
        self.settled()

    def hand_over(
        self,
        mail: Message | bytes,
        *recipients: str,
        sender: str | None = None,
        peer: str = "127.0.0.1",
    ) -> None:
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        parsed = read(raw)
        to = recipients or tuple(one for _, one in getaddresses([str(parsed["To"])]))
        return_path = getaddresses([str(parsed["From"])])[0][1] if sender is None else sender
        with smtplib.SMTP(
            "127.0.0.1", self.port, "client.test", timeout=30, source_address=(peer, 0)
        ) as client:
            client.sendmail(return_path, to, raw, ["BODY=8BITMIME"])

    def settled(self) -> None:
        """Every mail is filed, every message handled, every answer delivered or given up."""
        until(lambda: not any(self._waiting().values()), lambda: str(self._waiting()))

    def _waiting(self) -> Mapping[str, int]:
        return self.store.read(
            lambda tx: dict(zip(WAITING, tx.run(_COUNT).one(), strict=True))  # quick: asked often
        )

    # -- what goes out, where there is no relay

    def mails(self, to: str) -> list[EmailMessage]:
        """Those to this address, the oldest first."""
        files = (one.path.read_bytes() for one in reversed(self._box.newest_first()))
        return [read(raw) for raw in files if f"\r\nTo: {to}\r\n".encode() in raw]

    def answer(self, to: str) -> EmailMessage:
        """The latest mail to this address."""
        return self.mails(to)[-1]

    # -- what the desk knows

    def person(
        self, name: str, address: str, role: Role = Role.AGENT, password: str | None = None
    ) -> Actor:
        """Somebody who works at the desk, known by this address; `password` as it is kept."""

        def make(tx: Tx) -> Actor:
            person = tx.insert(
                Person(
                    name=name,
                    login=address,
                    role=str(role),
                    password=password,
                    created_at=tx.now,
                )
            )
            boss = Actor(who=actor_of(person).who, role=Role.ADMINISTRATOR)
            people.set_email(tx, person, address, boss)
            return actor_of(person)

        return self.store.write(make)

    def knows(self, address: object, name: str, network: str = "telegram") -> Actor:
        """An agent who has this address on a chat network."""
        agent = self.person(name, f"{address}@desk.test".lower())
        id = agent.person_id
        assert id is not None
        self.store.write(lambda tx: kept_people.give_address(tx, network, str(address), id))
        return agent

    def later(self, **time: float) -> None:
        """Time passes, for the desk."""
        now = self.store.clock
        self.store.clock = lambda: now() + timedelta(**time)

    def said_in(self, channel: str, conversation: str) -> list[str]:
        """The words of a conversation, what is folded among them included."""

        def look(tx: Tx) -> list[str]:
            id = messages.conversation_id(tx, channel, conversation)
            lines = [] if id is None else transcript.lines(tx, id)
            return [one.text.body or one.extra.folded or "" for one in lines]

        return self.store.read(look)

    def tickets(self, address: str) -> list[views.Whole]:
        """Of whoever writes from this address, in their order."""

        def look(tx: Tx) -> list[views.Whole]:
            told = sa.select(Ticket).join(Conversation, Conversation.id == Ticket.conversation_id)
            mine = told.where(Conversation.address == address).order_by(Ticket.id)
            return [views.whole(tx, one, self.administrator) for one in tx.session.scalars(mine)]

        return self.store.read(look)

    def ticket(self, number: str) -> views.Whole:
        return self.store.read(
            lambda tx: views.whole(tx, tickets.by_number(tx, number), self.administrator)
        )

    def raw(self, sha256: str | None) -> bytes:
        """A mail as we keep it."""
        found = self.store.read(lambda tx: mail.original(tx, sha256 or ""))
        assert found is not None
        if found.body is not None:
            return found.body
        return self.process.files.path(found.sha256).read_bytes()

    def undelivered(self) -> list[str]:
        """What is still to be sent, and why it was not."""
        waiting = sa.select(Outbox).where(Outbox.sent_at.is_(None))
        return self.store.read(
            lambda tx: [f"{one.key}: {one.problem}" for one in tx.session.scalars(waiting)]
        )

    def tried(self, to: str) -> int:
        """How often a letter to this address was tried in vain so far."""
        mine = sa.select(sa.func.sum(Outbox.attempts)).join(Lane, Lane.id == Outbox.lane_id)
        return self.store.read(
            lambda tx: int(tx.execute(mine.where(Lane.destination == to)).scalar() or 0)
        )

    def came_in(self) -> int:
        """How many mails were taken so far."""
        return self.store.read(
            lambda tx: int(tx.execute(sa.select(sa.func.count()).select_from(Mail)).scalar_one())
        )


class Chat:
    """Somebody at the web chat of a desk."""

    def __init__(self, desk: Mailing) -> None:
        self._desk, self._api = desk, f"{desk.url}/channels/web"
        self._token = ""
        self._token = self._call("session", {})["token"]

    def say(self, text: str, chosen: str | None = None) -> None:
        self._call("messages", {"id": f"message-{next(_numbers)}", "text": text, "chosen": chosen})
        self._desk.settled()

    def press(self, label: str) -> None:
        choices = [choice for line in self.lines() for choice in line["choices"]]
        self.say("", next(one["value"] for one in reversed(choices) if one["label"] == label))

    def lines(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._call("messages")["lines"]
        return found

    def _call(self, path: str, body: object = None) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self._api}/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            found: dict[str, Any] = json.load(answer)
        return found


def settings_of(folder: Path, models: Path, **given: Any) -> Settings:
    """`given`: of [mail], but for the names of whole sections in `sections`."""
    folder.mkdir(parents=True, exist_ok=True)
    lend(models, folder)
    sections = given.pop("sections", {})
    mail: dict[str, Any] = {
        "mailbox": {"mail": {"address": HELP}},
        "smtp": {"port": 0, "hostname": "mx.desk.test"},
        "queues": {queue: [TEAM] for queue in QUEUES},
        "trusted_servers": ["mx.desk.test"],
        "trusted_relays": [f"{RELAY}/32"],
    }
    usual = {"database": {"data_dir": str(folder)}, "web": {"port": 0}, "mail": mail | given}
    return Settings.model_validate(usual | sections)


@contextmanager
def desk_running(folder: Path, models: Path, **given: Any) -> Iterator[Mailing]:
    """In a thread of its own. `given`: see `settings_of`."""
    chosen = settings_of(folder, models, **given)
    started: Future[tuple[Process, asyncio.AbstractEventLoop]] = Future()

    async def live() -> None:
        loop = asyncio.get_running_loop()
        await Process(chosen, ready=lambda process: started.set_result((process, loop))).run()

    def run() -> None:
        try:
            asyncio.run(live())
        except BaseException as problem:
            if started.done():
                raise
            started.set_exception(problem)

    thread = threading.Thread(target=run, name="desk")
    thread.start()
    process, loop = started.result(180)
    try:
        yield Mailing(process, loop)
    finally:
        loop.call_soon_threadsafe(process.stop.set)
        thread.join(30)


@asynccontextmanager
async def desk_beside(folder: Path, models: Path, **given: Any) -> AsyncIterator[Mailing]:
    """In the loop of whoever asks, beside the networks it talks to. `given`: see `settings_of`."""
    chosen = await asyncio.to_thread(settings_of, folder, models, **given)
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    process = Process(chosen, ready=ready.set_result)
    running = asyncio.create_task(process.run())
    await asyncio.wait((running, ready), return_when=asyncio.FIRST_COMPLETED, timeout=180)
    try:
        if ready.done():
            yield Mailing(process, loop)
    finally:
        process.stop.set()
        await running
