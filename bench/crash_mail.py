"""Kill the desk at random instants while mail comes in by SMTP and by IMAP, and prove that none was lost.

    python -m bench.crash_mail [--mails 4000] [--writers 200] [--kills 15]

Writers hand mails over by SMTP, each again until it was acknowledged; others lie in a mailbox of a real
Dovecot. Meanwhile the process is killed with SIGKILL and started again. At the end every mail must have
been kept as it was sent, have taken effect once, and in the order of its writer; every answer must lie in
the local mailbox. An answer may lie there twice when the process died while it was handed over.
"""

import argparse
import asyncio
import random
import re
import sqlite3
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from bench.crash import WORDS, Progress, kill_often, settled
from bench.running import Desk
from bench.smtp import RECIPIENT, Client
from tests.servers.dovecot import PASSWORD, Dovecot, dovecot_running

SHARE_BY_IMAP: Final = 5  # one writer in so many
SESSIONS: Final = 16
MAILBOX: Final = "imap"
_MESSAGE_ID: Final = re.compile(rb"^message-id:\s*<([^>]+)>", re.IGNORECASE | re.MULTILINE)


def mails_of(writer: int, each: int) -> list[tuple[str, bytes]]:
    """(id, bytes), the later ones in the thread of the first."""
    found = []
    for number in range(each):
        name = f"w{writer}.{number}@crash.test"
        thread = f"In-Reply-To: <w{writer}.0@crash.test>\r\n" if number else ""
        words = f"{random.choice(WORDS)} ({writer}.{number})"
        found.append(
            (
                name,
                f"From: w{writer}@crash.test\r\nTo: {RECIPIENT}\r\nSubject: matter {writer}\r\n"
                f"Message-ID: <{name}>\r\n{thread}MIME-Version: 1.0\r\n"
                f"Content-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n".encode(),
            )
        )
    return found


async def hand_over(port: int, writer: int, raw: bytes) -> bool:
    """Whether it was acknowledged."""
    loop = asyncio.get_running_loop()
    client = None
    try:
        _, client = await loop.create_connection(Client, "127.0.0.1", port)
        await client.say(b"", b"220")
        await client.say(b"EHLO crash.test\r\n", b"250")
        await client.say(b"MAIL FROM:<w%d@crash.test>\r\n" % writer, b"250")
        await client.say(b"RCPT TO:<%s>\r\n" % RECIPIENT.encode(), b"250")
        await client.say(b"DATA\r\n", b"354")
        await client.say(raw + b".\r\n", b"250")
    except (OSError, RuntimeError):
        return False
    finally:
        if client is not None:
            client.transport.close()
    return True


async def write_by_smtp(
    port: int, writers: dict[int, list[tuple[str, bytes]]], stop_at: float
) -> int:
    """How many times a mail had to be sent again."""
    gate, again = asyncio.Semaphore(SESSIONS), 0

    async def write(writer: int) -> None:
        nonlocal again
        for _, raw in writers[writer]:
            while True:
                async with gate:
                    if await hand_over(port, writer, raw):
                        break
                again += 1
                if time.time() > stop_at:
                    raise TimeoutError("the desk did not take the mails in time")
                await asyncio.sleep(random.uniform(0.05, 0.3))

    await asyncio.gather(*map(write, writers))
    return again


def put_into_mailbox(dovecot: Dovecot, writers: dict[int, list[tuple[str, bytes]]]) -> None:
    rounds = zip(*writers.values(), strict=True)  # of every writer the first, then the second, ...
    with dovecot.reader(MAILBOX) as client:
        for turn in rounds:
            for _, raw in turn:
                client.append("INBOX", raw)


def verify(desk: Desk, sent: dict[int, list[tuple[str, bytes]]], kills: list[float]) -> list[str]:
    wrong: list[str] = []
    base = sqlite3.connect(desk.folder / "firstline.db")
    effects: dict[str, list[str]] = defaultdict(list)
    for key, name in base.execute(
        "SELECT i.conversation_id, i.platform_id FROM message m JOIN inbox i ON i.id = m.inbox_id"
        " WHERE m.author = 'requester' ORDER BY m.id"
    ):
        effects[key].append(name)
    conversation = {names[0]: names for names in effects.values()}
    for mails in sent.values():
        names = [name for name, _ in mails]
        if (taken := conversation.get(names[0], [])) != names:
            lost, twice = len(set(names) - set(taken)), len(taken) - len(set(taken))
            wrong.append(f"{names[0]}: {lost} lost, {twice} doubled, or out of order")
    kept = [body for (body,) in base.execute("SELECT body FROM mail")]
    by_id = {found[1].decode(): body for body in kept if (found := _MESSAGE_ID.search(body))}
    for name, raw in (mail for mails in sent.values() for mail in mails):
        if not by_id.get(name, b"").endswith(raw):  # below the trace of its way here
            wrong.append(f"{name} was not kept as it was sent")
    (queued,) = base.execute("SELECT count(*) FROM outbox").fetchone()
    for what, query in {
        "mails not filed": "SELECT count(*) FROM mail WHERE filed_at IS NULL",
        "messages parked": "SELECT count(*) FROM inbox WHERE parked_at IS NOT NULL",
        "answers given up": "SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL",
    }.items():
        if count := base.execute(query).fetchone()[0]:
            wrong.append(f"{count} {what}")
    base.close()
    answers = answers_of(desk)
    if len(answers) != queued:
        wrong.append(f"{queued} answers were queued, {len(answers)} different ones lie there")
    if repeated(answers) > len(kills) * 64:  # at most what was under way at once
        wrong.append(f"{repeated(answers)} answers lie there twice")
    return wrong


def answers_of(desk: Desk) -> Counter[bytes]:
    found: Counter[bytes] = Counter()
    for file in (desk.folder / "mailbox" / "new").iterdir():
        name = _MESSAGE_ID.search(file.read_bytes())
        found[name[1] if name else file.name.encode()] += 1
    return found


def repeated(answers: Counter[bytes]) -> int:
    return answers.total() - len(answers)


def unseen(dovecot: Dovecot) -> int:
    with dovecot.reader(MAILBOX) as client:
        client.select_folder("INBOX", readonly=True)
        return len(client.search("UNSEEN"))


async def filed(engine: sa.Engine, total: int, seconds: float) -> None:
    deadline = time.time() + seconds
    query = "SELECT count(*) FROM message WHERE author = 'requester'"
    while time.time() < deadline:
        with engine.connect() as connection:
            if connection.exec_driver_sql(query).scalar_one() >= total:
                return
        await asyncio.sleep(0.2)


async def crash(
    dovecot: Dovecot, mails: int, writers: int, kills: int, models: Path | None = None
) -> dict[str, Any]:
    """Run it; the result's "wrong" is empty when every promise was kept. `models` spares the training."""
    began, each = time.time(), mails // writers
    sent = {writer: mails_of(writer, each) for writer in range(writers)}
    by_imap = {writer: sent[writer] for writer in sent if writer % SHARE_BY_IMAP == 0}
    by_smtp = {writer: sent[writer] for writer in sent if writer not in by_imap}
    total, stop_at = writers * each, time.time() + 60 + mails / 10
    with tempfile.TemporaryDirectory(prefix="firstline-crash-") as name:
        folder = Path(name)
        if models is not None:
            (folder / "models").symlink_to(models)
        (folder / "password").write_text(PASSWORD)
        desk = Desk(
            folder,
            "sqlite",
            more="[mail]\nletters_per_hour = 1000000\n"
            f'[mail.mailbox.mail]\naddress = "{RECIPIENT}"\n'
            f'[mail.mailbox.{MAILBOX}]\naddress = "{MAILBOX}@desk.localhost"\n'
            f'[mail.mailbox.{MAILBOX}.imap]\nhost = "{dovecot.host}"\nport = {dovecot.port}\n'
            f'security = "plain"\nuser = "{MAILBOX}"\npassword = "file:password"\n',
        )
        await desk.start()
        await desk.serving()
        engine = sa.create_engine(desk.database)
        progress = Progress(engine)
        watcher = asyncio.create_task(progress.watch())
        killed: list[float] = []
        killer = asyncio.create_task(kill_often(desk, killed, kills, progress, total))
        try:
            again, _ = await asyncio.gather(
                write_by_smtp(desk.smtp_port, by_smtp, stop_at),
                asyncio.to_thread(put_into_mailbox, dovecot, by_imap),
            )
            while not killer.done() and time.time() < stop_at:
                await asyncio.sleep(0.1)
            await filed(engine, total, max(60.0, mails / 20))
            await settled(engine, max(60.0, mails / 50))
            watcher.cancel()
            await desk.steady()
            left = await asyncio.to_thread(unseen, dovecot)
            codes = await desk.stop()
            wrong = verify(desk, sent, killed)
            if left:
                wrong.append(f"{left} mails in the mailbox are not marked as read")
            if len(killed) < kills:
                wrong.append(f"only {len(killed)} of {kills} kills happened")
            if any(codes):
                wrong.append(f"orderly shutdown gave {codes}")
            if wrong:
                wrong.append(desk.log()[-3000:])
            answers = answers_of(desk)
        finally:
            watcher.cancel()
            killer.cancel()
            desk.abandon()
            engine.dispose()
    return {
        "mails by SMTP": len(by_smtp) * each,
        "mails by IMAP": len(by_imap) * each,
        "sent again for want of a 250": again,
        "kills": len(killed),
        "answers": len(answers),
        "answers repeated after a kill": repeated(answers),
        "seconds": round(time.time() - began),
        "wrong": wrong,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mails", type=int, default=4000)
    parser.add_argument("--writers", type=int, default=200)
    parser.add_argument("--kills", type=int, default=15)
    options = parser.parse_args()
    with dovecot_running() as dovecot:
        result = asyncio.run(crash(dovecot, options.mails, options.writers, options.kills))
    wrong = result.pop("wrong")
    for name, value in result.items():
        print(f"{name:32} {value}")
    for line in wrong:
        print("WRONG:", line)
    print("nothing lost" if not wrong else f"{len(wrong)} promises broken")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
