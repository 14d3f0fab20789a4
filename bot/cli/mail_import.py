"""`firstline mail import`: mails from a file or a folder, as if they had just come in."""

import argparse
import hashlib
import os
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from bot import settings
from bot.cli.common import opened
from bot.errors import Invalid
from bot.mail_files import Archive, Found
from channels.email.ports import Envelope
from store import mail
from store.database import Store, Tx
from store.files import FileStore
from store.mail import IN_ROW, Letter

BATCH: Final = 200  # mails of one commit
WIDTH: Final = 30  # of the progress bar


def run(arguments: argparse.Namespace) -> int:
    """Broken off, it goes on where it was: the position is part of each commit."""
    path = Path(arguments.path).absolute()
    archive, source = Archive(path), f"import:{path}"
    chosen = settings.load(arguments.config, os.environ)
    mailbox = arguments.mailbox or next(iter(chosen.mail.mailbox), "")
    if mailbox not in chosen.mail.mailbox:
        names = ", ".join(chosen.mail.mailbox) or "none"
        raise Invalid(f"There is no mailbox {mailbox}; there are: {names}.")
    disk = FileStore(chosen.database.files)
    with opened(arguments) as store:
        position = store.read(lambda tx: mail.position(tx, source))
        bar, count = Bar(archive.size), 0
        mails = archive.after(position)
        while some := list(islice(mails, BATCH)):
            _keep(store, disk, mailbox, source, some)
            count += len(some)
            bar.show(archive.progress(some[-1].position), count)
    bar.end()
    told = "" if position is None else " (those before were imported already)"
    print(f"{count} mails imported{told}. A running desk files and answers them.")
    return 0


def _keep(store: Store, disk: FileStore, mailbox: str, source: str, some: list[Found]) -> None:
    letters = [_letter(disk, mailbox, one.raw) for one in some]

    def work(tx: Tx) -> None:
        mail.keep(tx, letters)
        mail.set_position(tx, source, some[-1].position)

    store.write(work)


def _letter(disk: FileStore, mailbox: str, raw: bytes) -> Letter:
    envelope = Envelope(source="import", mail_from=None, recipients=())
    large = len(raw) > IN_ROW
    if large:
        with disk.incoming(len(raw)) as incoming:
            incoming.write(raw)
            incoming.keep()
    return Letter(
        mailbox=mailbox,
        sha256=hashlib.sha256(raw).hexdigest(),
        size=len(raw),
        body=None if large else raw,
        envelope=msgspec.json.encode(envelope).decode(),
    )


class Bar:
    """On the terminal only: in a file it would be rubbish."""

    def __init__(self, size: int) -> None:
        self._size, self._began = max(1, size), time.monotonic()

    def show(self, done: int, count: int) -> None:
        if not sys.stderr.isatty():
            return
        share = min(1.0, done / self._size)
        passed = time.monotonic() - self._began
        left = f", {passed / share - passed:.0f} s left" if share > 0.02 else ""
        filled = "█" * round(share * WIDTH)
        sys.stderr.write(f"\r{filled:░<{WIDTH}} {share:4.0%}  {count} mails{left}   ")
        sys.stderr.flush()

    def end(self) -> None:
        if sys.stderr.isatty():
            sys.stderr.write("\n")
