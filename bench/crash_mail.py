"""Kill the desk while mails come in by SMTP and by IMAP, and prove that each is kept and answered once.

    python -m bench.crash --messages 0 [--mails 3000] [--kills 20] [--database sqlite|URL]

Half of the people send by SMTP, each mail again until it was answered with 250, some of them twice at
once; the mails of the others are put into a mailbox of a real Dovecot. Meanwhile the process is killed
with SIGKILL and started again. No mail may be marked as seen there that is not in the store, which is
looked at whenever the process is dead. At the end every mail must be in the store as it was sent, must
have taken effect once and in the order of its thread, and every answer must lie in the local mailbox once.

A mail whose 250 got lost is kept each time that it came; those are counted and printed. One from the
IMAP folder is never kept twice: its position there is committed with it.
"""

import asyncio
import email
import hashlib
import json
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from email import policy
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from bench.killing import Progress, any_moment, kill_often, left_over, settled
from bench.running import EVERYTHING, Desk, lend
from store.files import FileStore
from tests.servers.dovecot import PASSWORD, Dovecot

ADDRESS: Final = "help@desk.localhost"
USER: Final = "crash"  # has had no mail before
THREADS: Final = (5, 1, 1)  # mails of the first person's thread, the second's, …, and again
AHEAD: Final = 40  # mails sent and not yet handled at most: so it is sent all the time
SESSIONS: Final = 16
PATIENCE: Final = 15.0  # seconds for one session
LARGE_EVERY: Final = 40  # so many mails have a file, and are too large for a row

WORDS: Final = (
    "my VPN drops every ten minutes, error 809",
    "принтер не печатает со вчерашнего дня",
    "电脑很慢，打不开文件",
    "thanks, still broken",
    "I need access to the finance folder",
    ".\r\n..and a line that begins with dots",
)
_MESSAGE_ID: Final = re.compile(rb"^Message-ID: <([^>\r\n]+)>\r$", re.MULTILINE)
# What the server puts on top: who it came from, and one folded Received.
_STAMP: Final = re.compile(
    rb"Return-Path: <[^>\r\n]*>\r\nReceived: [^\r\n]+\r\n(?:\t[^\r\n]+\r\n)+\Z"
)


@dataclass(frozen=True)
class Sent:
    id: str
    sender: str
    raw: bytes


@dataclass
class Record:
    """What the outside world saw."""

    by_smtp: dict[str, list[Sent]] = field(default_factory=lambda: defaultdict(list))  # of a person
    by_imap: dict[str, list[Sent]] = field(default_factory=lambda: defaultdict(list))
    folder: list[Sent] = field(default_factory=list)  # the mail with the UID 1, with 2, …
    sessions: Counter[str] = field(default_factory=Counter)  # that sent a mail, by its id
    seen_early: list[str] = field(default_factory=list)
    looks: int = 0
    taken: asyncio.Event = field(default_factory=asyncio.Event)  # a session has just got its 250
    moments: int = 0
    at_250: int = 0  # of them

    @property
    def all(self) -> dict[str, list[Sent]]:
        return {**self.by_smtp, **self.by_imap}

    @property
    def count(self) -> int:
        return sum(map(len, self.by_smtp.values())) + len(self.folder)

    async def moment(self) -> None:
        """To kill at: any, and every other time just after a 250, for one that is said too early is
        found out only then."""
        self.moments += 1
        if self.moments % 2:
            self.taken.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.taken.wait(), 5)
                self.at_250 += 1
        else:
            await any_moment()


def length(person: int) -> int:
    """Of their thread."""
    return THREADS[person % len(THREADS)]


def mail(person: str, number: int) -> Sent:
    """The later ones name the first of their thread, as an answer to oneself does."""
    id = f"{person}.{number}@example.org"
    head = (
        f"From: Person <{person}@example.org>\r\nTo: {ADDRESS}\r\nSubject: It is {person} again\r\n"
        f"Message-ID: <{id}>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    )
    if number:
        head += f"References: <{person}.0@example.org>\r\n"
    words = f"{random.choice(WORDS)} ({person}-{number})\r\n"
    text = (
        'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
        + words
    )
    if random.randrange(LARGE_EVERY):
        return Sent(id, person, (head + text).encode())
    file = (
        f"Content-Type: application/pdf; name={person}-{number}.pdf\r\n\r\n"
        + "0123456789\r\n" * 8000
    )
    body = f"--part\r\n{text}\r\n--part\r\n{file}\r\n--part--\r\n"
    return Sent(
        id, person, (head + "Content-Type: multipart/mixed; boundary=part\r\n\r\n" + body).encode()
    )


async def push(port: int, sent: Sent, taken: asyncio.Event) -> bool:
    """One session with one mail; whether it was answered with 250, which sets `taken`."""
    data = sent.raw.replace(b"\r\n.", b"\r\n..") + b".\r\n"
    talk = (
        (b"", b"220"),
        (b"EHLO crash.test\r\n", b"250"),
        (f"MAIL FROM:<{sent.sender}@example.org>\r\n".encode(), b"250"),
        (f"RCPT TO:<{ADDRESS}>\r\n".encode(), b"250"),
        (b"DATA\r\n", b"354"),
        (data, b"250"),
    )
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                for words, expected in talk:
                    writer.write(words)
                    while (line := await reader.readuntil(b"\r\n"))[3:4] == b"-":
                        pass
                    if line.startswith(b"5"):
                        raise SystemExit(f"{words[:20]!r}: {line!r}")
                    if not line.startswith(expected):
                        return False
                taken.set()
            finally:
                writer.close()
    except (OSError, EOFError, TimeoutError):
        return False
    return True


async def send_all(
    record: Record, desk: Desk, dovecot: Dovecot, people: int, progress: Progress, stop_at: float
) -> None:
    gate = asyncio.Semaphore(SESSIONS)
    loop = asyncio.get_running_loop()

    async def until_taken(sent: Sent) -> None:
        while True:
            copies = 1 + (random.random() < 0.1)
            record.sessions[sent.id] += copies
            if any(
                await asyncio.gather(
                    *(push(desk.smtp_port, sent, record.taken) for _ in range(copies))
                )
            ):
                return
            if time.time() > stop_at:
                raise SystemExit("the desk did not take the mails in time")
            await asyncio.sleep(random.uniform(0.05, 0.3))

    with dovecot.reader(USER) as folder, ThreadPoolExecutor(1) as alone:

        def append(sent: Sent) -> None:
            folder.append("INBOX", sent.raw)
            record.folder.append(sent)

        async def talk(number: int) -> None:
            person = f"p{number:04d}"
            for n in range(length(number)):
                async with gate:
                    while record.count - progress.handled > AHEAD and time.time() < stop_at:
                        await asyncio.sleep(0.05)
                    sent = mail(person, n)
                    if number % 2:
                        await until_taken(sent)
                        record.by_smtp[person].append(sent)
                    else:
                        await loop.run_in_executor(alone, append, sent)
                        record.by_imap[person].append(sent)

        await asyncio.gather(*(talk(number) for number in range(people)))


def look(record: Record, dovecot: Dovecot, engine: sa.Engine) -> None:
    """What is marked as seen must be in the store."""
    with dovecot.reader(USER) as folder:
        folder.select_folder("INBOX", readonly=True)
        seen = [
            record.folder[uid - 1] for uid in folder.search("SEEN") if uid <= len(record.folder)
        ]
    with engine.connect() as connection:
        kept = set(connection.exec_driver_sql("SELECT sha256 FROM mail").scalars())
    record.looks += 1
    record.seen_early += [one.id for one in seen if hashlib.sha256(one.raw).hexdigest() not in kept]


def verify(engine: sa.Engine, desk: Desk, record: Record) -> tuple[list[str], int]:
    """Every way in which a promise was broken; how many mails are kept more than once."""
    with engine.connect() as connection:
        wrong, again = _kept(connection, desk, record)
        wrong += _taken(connection, record) + _answered(connection, desk, record)
        wrong += left_over(connection)
    if record.seen_early:
        wrong.append(f"{len(record.seen_early)} mails were seen before they were kept")
    return wrong, again


def _kept(connection: sa.Connection, desk: Desk, record: Record) -> tuple[list[str], int]:
    """The raw mails: nothing missing, nothing altered, and none twice that need not be."""
    wrong: list[str] = []
    files = FileStore(desk.folder / "files")
    copies: Counter[tuple[str, str]] = Counter()
    sent = {one.id: one for mails in record.all.values() for one in mails}
    for sha256, size, body, envelope in connection.exec_driver_sql(
        "SELECT sha256, size, body, envelope FROM mail ORDER BY id"
    ):
        raw = body if body is not None else files.path(sha256).read_bytes()
        found = _MESSAGE_ID.search(raw)
        id, source = found[1].decode() if found else "", json.loads(envelope)["source"]
        copies[id, source] += 1
        if hashlib.sha256(raw).hexdigest() != sha256 or len(raw) != size:
            wrong.append(f"{id}: its bytes are not those of its hash")
        if id not in sent or not raw.endswith(sent[id].raw):
            wrong.append(f"{id}: not as it was sent")
            continue
        added = raw.removesuffix(sent[id].raw)
        if added if source == "imap" else not _STAMP.match(added):
            wrong.append(f"{id}: something was added to it")
    again = 0
    for source, mails in (("smtp", record.by_smtp), ("imap", record.by_imap)):
        for one in (one for some in mails.values() for one in some):
            count = copies.pop((one.id, source), 0)
            again += count > 1
            if not 1 <= count <= max(record.sessions[one.id], 1):
                wrong.append(f"{one.id}: kept {count} times")
    wrong += [f"{id}: kept by {source}, whence it did not come" for id, source in copies]
    return wrong, again


def _taken(connection: sa.Connection, record: Record) -> list[str]:
    """The messages: each mail one, in the order of its thread."""
    effects: dict[str, list[str]] = defaultdict(list)
    threads: dict[str, set[str]] = defaultdict(set)
    for thread, id in connection.exec_driver_sql(
        "SELECT c.key, i.platform_id FROM message m JOIN inbox i ON i.id = m.inbox_id"
        " JOIN conversation c ON c.id = m.conversation_id"
        " WHERE m.author = 'requester' ORDER BY m.id"
    ):
        person = id.partition(".")[0]
        effects[person].append(id)
        threads[person].add(thread)
    wrong = []
    for person, mails in record.all.items():
        sent = [one.id for one in mails]
        if effects[person] != sent:
            missing = set(sent) - set(effects[person])
            twice = len(effects[person]) - len(set(effects[person]))
            wrong.append(f"{person}: {len(missing)} lost, {twice} doubled, or out of order")
        if len(threads[person]) != 1:
            wrong.append(f"{person}: in {len(threads[person])} threads")
    return wrong


def _answered(connection: sa.Connection, desk: Desk, record: Record) -> list[str]:
    """The letters: each that was to be sent lies in the local mailbox once; every thread has its answer.

    What is added to an open ticket is not answered each time."""
    wrong = []
    queued = Counter(
        connection.exec_driver_sql(
            "SELECT i.platform_id FROM outbox o JOIN message m ON m.key = o.key"
            " JOIN inbox i ON i.id = m.inbox_id"
        ).scalars()
    )
    letters = [
        email.message_from_bytes(file.read_bytes(), policy=policy.default)
        for file in (desk.folder / "mailbox" / "new").iterdir()
    ]
    answers = Counter(str(one["In-Reply-To"] or "").strip("<>") for one in letters)
    if answers != queued:
        different = (answers - queued) + (queued - answers)
        wrong.append(f"{different.total()} letters too many or too few: {[*different][:5]}")
    for mails in record.all.values():
        if answers[mails[0].id] != 1:
            wrong.append(f"{mails[0].id}: answered {answers[mails[0].id]} times")
    if len({str(one["Message-ID"]) for one in letters}) != len(letters):
        wrong.append("a letter lies in the local mailbox twice")
    return wrong


def _configuration(dovecot: Dovecot, folder: Path) -> str:
    """The mailbox that SMTP and IMAP both fill."""
    password = folder / "password"
    password.write_text(PASSWORD)
    return (
        f'[mail]\nletters_per_hour = 1000000\n[mail.mailbox.mail]\naddress = "{ADDRESS}"\n'
        f'[mail.mailbox.mail.imap]\nhost = "{dovecot.host}"\nport = {dovecot.port}\n'
        f'security = "plain"\nuser = "{USER}"\npassword = "file:{password}"\n'
    )


async def crash_mail(
    mails: int, kills: int, database: str, dovecot: Dovecot, models: Path | None = None
) -> dict[str, Any]:
    """Run it; the result's "wrong" is empty when every promise was kept. `models` spares the training."""
    began = time.time()
    roles = (EVERYTHING,) if database == "sqlite" else ("intake", "worker,outbox,timers")
    people = mails * len(THREADS) // sum(THREADS)
    total = sum(map(length, range(people)))
    stop_at = time.time() + 120 + mails / 10 + 5 * kills
    with tempfile.TemporaryDirectory(prefix="firstline-crash-") as name:
        if models is not None:
            lend(models, Path(name))
        desk = Desk(Path(name), database, roles, _configuration(dovecot, Path(name)))
        record = Record()
        await desk.start()
        await desk.serving()
        engine = sa.create_engine(desk.database.replace("postgresql://", "postgresql+psycopg://"))
        progress = Progress(engine)
        watcher = asyncio.create_task(progress.watch())
        killed: list[float] = []
        killer = asyncio.create_task(
            kill_often(
                *(desk, killed, kills, progress, total, range(len(roles)), record.moment),
                lambda: look(record, dovecot, engine),
            )
        )
        try:
            await send_all(record, desk, dovecot, people, progress, stop_at)
            while not killer.done() and time.time() < stop_at:
                await asyncio.sleep(0.1)
            while progress.handled < total and time.time() < stop_at:
                await asyncio.sleep(0.1)
            await settled(engine, max(60.0, mails / 50))
            watcher.cancel()
            await desk.steady()
            codes = await desk.stop()
            look(record, dovecot, engine)
            wrong, again = verify(engine, desk, record)
            with dovecot.reader(USER) as folder:
                folder.select_folder("INBOX", readonly=True)
                if unseen := len(folder.search("UNSEEN")):
                    wrong.append(f"{unseen} mails are kept and not marked as seen")
            if len(killed) < kills:
                wrong.append(f"only {len(killed)} of {kills} kills happened")
            if any(codes):
                wrong.append(f"orderly shutdown gave {codes}")
            if wrong:
                wrong.append(desk.log()[-3000:])
            letters = len(list((desk.folder / "mailbox" / "new").iterdir()))
        finally:
            watcher.cancel()
            killer.cancel()
            desk.abandon()
            engine.dispose()
        return {
            "database": engine.dialect.name,
            "mails by SMTP": sum(map(len, record.by_smtp.values())),
            "sessions tried for them": record.sessions.total(),
            "mails by IMAP": len(record.folder),
            "kept more than once": again,
            "kills": len(killed),
            "of them just after a 250": record.at_250,
            "looks at what is seen": record.looks,
            "letters": letters,
            "seconds": round(time.time() - began),
            "wrong": wrong,
        }
