"""`firstline mail explain`: which rule decided what about a mail."""

import argparse
import os
import secrets
from pathlib import Path

from bot import settings
from bot.post import desks_of, mail_key, relays_of
from channels.email.inbound import Reading, platform_id, read_mail
from channels.email.ports import Envelope
from channels.email.threads import ticket_of
from store.errors import StoreError
from store.opening import open_store


def run(arguments: argparse.Namespace) -> int:
    chosen = settings.load(arguments.config, os.environ)
    raw = Path(arguments.file).read_bytes()
    key, known = _key(chosen)
    desks = desks_of(chosen, key)
    desk = desks[arguments.mailbox] if arguments.mailbox in desks else next(iter(desks.values()))
    envelope = Envelope(source="file", mail_from=None, recipients=())
    reading = read_mail(raw, envelope, desk, relays_of(chosen))
    for name, words in _told(reading, known).items():
        print(f"{name:<10} {words}")
    return 0


def _key(chosen: settings.Settings) -> tuple[bytes, bool]:
    """The key of the desk, if it has one: only with it can a token be told from a forged one."""
    try:
        store = open_store(chosen.database.address, create=False)
    except StoreError:
        return secrets.token_bytes(32), False
    try:
        return store.write(mail_key), True
    finally:
        store.close()


def _told(reading: Reading, known: bool) -> dict[str, str]:
    mail, placed, judged = reading.mail, reading.placed, reading.judgement
    agents = ticket_of(placed.thread)
    where = f"agents, ticket {agents}" if agents is not None else placed.thread
    proof = "proven by our token" if placed.proven else "by what the mail says"
    if not known:
        proof += "; without a database no token can be checked"
    kinds = [
        word
        for word, is_it in (("bounce", judged.is_bounce), ("automatic", judged.is_auto))
        if is_it
    ]
    standing = "verified" if reading.trust.verified else "neither verified nor suspect"
    return {
        "from": mail.from_.address or "(nobody)",
        "id": platform_id(reading),
        "thread": f"{where}: rule {placed.rule}, {proof}",
        "trust": f"{'suspect' if reading.trust.suspect else standing}: rule {reading.trust.rule}",
        "loop": f"{', '.join(kinds) or 'written by a person'}: rule {judged.rule}",
        "reply": (
            f"rule {reading.cut.rule}: {_lines(reading.cut.reply)} new,"
            f" {_lines(reading.cut.quoted)} quoted, {_lines(reading.cut.signature)} signature"
        ),
        "repaired": ", ".join(mail.problems) or "nothing",
    }


def _lines(text: str) -> str:
    count = len(text.split("\n")) if text else 0
    return "1 line" if count == 1 else f"{count} lines"
