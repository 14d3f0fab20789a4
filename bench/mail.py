"""From a mail to an answered ticket, everything included, against Roundup's mail gateway on the same mails.

python -m bench.mail [--mails 2000] [--roundup FOLDER]

Roundup (its own virtual environment in FOLDER, made when it is not there) takes an mbox by
`roundup-mailgw`: classic template, SQLite, the senders known as users. Ours takes the same mbox by
`firstline mail import` into a running desk; the clock stops when every ticket is open and every answer
lies in the local mailbox. Both in turn, three times.
"""

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from bench import figures
from bench.running import Desk
from store.opening import open_store
from store.tables import Ticket

WANTED: Final = 5.0  # times Roundup's rate
ROUNDS: Final = 3
VERSION: Final = "2.6.0"
ROUNDUP: Final = Path(".cache/roundup")
TROUBLES: Final = (
    ("VPN drops", "my VPN drops every ten minutes since this morning, error 809."),
    ("Printer on floor 3", "The printer on the third floor does not print. I restarted it twice."),
    ("Outlook will not open", "Outlook shows a white window and closes. It worked yesterday."),
    ("Password expired", "I cannot sign in any more, it says that my password has expired."),
    ("Second monitor", "I would like a second monitor for my desk in room 214, please."),
    ("Laptop is slow", "My laptop is very slow, opening a file takes five minutes."),
    ("Suspicious mail", "I got a mail that asks for my password. I have not clicked anything."),
    (
        "Deleted folder",
        "I deleted the folder Budget 2026 on the share by mistake. Please restore it.",
    ),
)


def mails(count: int, seed: int) -> bytes:
    """An mbox of mails of about 1 KB, each with its own id and words, and from somebody else: what one
    person writes about the same again goes to the ticket that is open."""
    pick = random.Random(seed)
    parts = []
    for number in range(count):
        subject, words = pick.choice(TROUBLES)
        body = f"Hello,\n\n{words}\nMy device is PC-{pick.randrange(9999):04}.\n\nBest regards\n"
        parts.append(
            f"From user{seed}.{number}@example.org Mon Nov 23 10:00:00 2026\n"
            f"From: User {number} <user{seed}.{number}@example.org>\n"
            f"To: help@desk.localhost\nSubject: {subject} ({seed}.{number})\n"
            f"Message-ID: <{seed}.{number}@example.org>\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n"
            'MIME-Version: 1.0\nContent-Type: text/plain; charset="utf-8"\n'
            f"Received: {'x' * 300}\n\n{body}\n"
        )
    return "".join(parts).encode()


# -- Roundup


class Unavailable(Exception):
    """There is no Roundup to be had here; the text says why."""


def roundup(folder: Path) -> Path:
    """Its commands. Raises Unavailable: it needs the network once."""
    commands = folder / "bin"
    if not (commands / "roundup-mailgw").exists():
        install: list[str | Path] = [commands / "pip", "install", "--quiet", f"roundup=={VERSION}"]
        try:
            venv.create(folder, with_pip=True)
            subprocess.run(install, check=True, stderr=subprocess.PIPE)
        except subprocess.CalledProcessError as error:
            last = (error.stderr or error.stdout or b"").decode(errors="replace").splitlines()[-1:]
            raise Unavailable(f"it cannot be installed ({''.join(last)})") from error
    return commands


def tracker(commands: Path, home: Path, users: int) -> None:
    admin = [commands / "roundup-admin", "-i", str(home)]
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([*admin, "install", "classic", "sqlite"], **quiet)  # type: ignore[call-overload]
    config = home / "config.ini"
    text = config.read_text()
    for old, new in (
        ("#web = NO DEFAULT", "web = http://localhost/"),
        ("#domain = NO DEFAULT", "domain = desk.localhost"),
        ("#host = NO DEFAULT", "host = localhost"),
    ):
        text = text.replace(old, new)
    config.write_text(text + "\n")
    subprocess.run([*admin, "initialise", "secret"], **quiet)  # type: ignore[call-overload]
    script = "\n".join(
        f"create user username=user{turn}.{n} address=user{turn}.{n}@example.org roles=User,Email"
        for turn in range(ROUNDS)
        for n in range(users)
    )
    subprocess.run(admin, input=script.encode(), **quiet)  # type: ignore[call-overload]


def roundup_rate(commands: Path, home: Path, box: Path, count: int) -> float:
    began = time.perf_counter()
    # SENDMAILDEBUG: what it would send goes to a file, as ours goes to the local mailbox.
    subprocess.run(
        [commands / "roundup-mailgw", str(home), "mailbox", str(box)],
        check=True,
        env={**os.environ, "SENDMAILDEBUG": str(home / "sent")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return count / (time.perf_counter() - began)


# -- ours


async def our_rate(desk: Desk, box: Path, before: int, count: int) -> float:
    began = time.perf_counter()
    importing = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "--config", str(desk.config), "mail", "import", str(box)),
        stdout=asyncio.subprocess.DEVNULL,
        env=desk.environ,
    )
    sent = desk.folder / "mailbox" / "new"
    while not sent.is_dir() or len(os.listdir(sent)) < before + count:
        await asyncio.sleep(0.05)
        if time.perf_counter() - began > 60:
            raise TimeoutError(desk.log()[-3000:])
    took = time.perf_counter() - began
    await importing.wait()
    return count / took


def tickets(desk: Desk) -> int:
    store = open_store(desk.database)
    try:
        found = store.read(lambda tx: tx.session.scalar(sa.select(sa.func.count(Ticket.id))))
    finally:
        store.close()
    return int(found or 0)


async def measure(count: int, folder: Path) -> bool:
    commands = roundup(folder)
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as place:
        home = Path(place)
        few = max(100, count // 5)
        tracker(commands, home / "tracker", few)
        (home / "desk").mkdir()
        desk = Desk(home / "desk", "sqlite")
        await desk.start()
        try:
            await desk.serving()
            ours, limit = [], []
            for turn in range(ROUNDS):
                box = home / f"{turn}.mbox"
                content = mails(count, turn)
                box.write_bytes(content)
                theirs = home / "theirs.mbox"
                theirs.write_bytes(mails(few, turn))
                limit.append(roundup_rate(commands, home / "tracker", theirs, few))
                ours.append(await our_rate(desk, box, turn * count, count))
            if tickets(desk) != ROUNDS * count:
                raise RuntimeError(f"{tickets(desk)} tickets of {ROUNDS * count} mails")
            name = "mail to answered ticket, against Roundup"
            return figures.ratio(name, ours, limit, WANTED)
        finally:
            desk.abandon()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--roundup", type=Path, default=ROUNDUP)
    options = parser.parse_args()
    try:
        sys.exit(not asyncio.run(measure(options.mails, options.roundup)))
    except Unavailable as reason:
        sys.exit(f"Roundup: {reason}")


if __name__ == "__main__":
    main()
