"""`firstline doctor`: is everything as it should be, and if not, what to do."""

import argparse
import asyncio
import os
import shutil
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import aiohttp

from bot import knowledge, networks, post, settings
from bot.actions import icmp
from bot.app import desk_of, sops_of
from bot.cli.common import Commands
from bot.desk.access import STAFF, is_cleared
from bot.desk.silence import HOUR
from bot.errors import DeskError
from bot.escalation_settings import clearance_of
from bot.settings import ConfigError, Settings
from bot.shelf import SHIPPED
from channels.email import imap, relay
from store import integrity, mail, open_store, outbox, people
from store.errors import StoreError

LOW_DISK: Final = 500 * 1024 * 1024

Finding = tuple[bool, str]


def add(commands: Commands) -> None:
    doctor = commands.add_parser("doctor", help="check everything and say what to do")
    doctor.set_defaults(run=_doctor)


def _doctor(arguments: argparse.Namespace) -> int:
    try:
        chosen = settings.load(arguments.config, os.environ)
    except ConfigError as error:
        print(f"✗ configuration\n{error}")
        return 1
    print("✓ configuration")
    healthy = True
    checks: tuple[tuple[str, Callable[[Settings], Iterator[Finding]]], ...] = (
        ("data folder", _folder),
        ("database", database),
        ("levels", _levels),
        ("clock", _clock),
        ("knowledge base", _knowledge),
        ("SOPs", _sops),
        ("web", _web),
        ("channels", _channels),
        ("mail", _mail),
        ("actions", _actions),
    )
    for name, check in checks:
        for good, words in check(chosen):
            healthy &= good
            print(f"{'✓' if good else '✗'} {name}: {words}")
    return 0 if healthy else 1


def _folder(chosen: Settings) -> Iterator[Finding]:
    folder = chosen.database.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        yield False, f"{folder} cannot be written ({error.strerror}); give firstline access to it"
        return
    free = shutil.disk_usage(folder).free
    yield free > LOW_DISK, f"{folder}, {free // 2**20} MB free"


def database(chosen: Settings) -> Iterator[Finding]:
    try:
        store = open_store(chosen.database.address)
    except StoreError as error:
        yield False, str(error)
        return
    try:
        problems = integrity.problems(store)
        for problem in problems:
            yield False, problem
        dead = len(store.read(outbox.dead))
        kind = "PostgreSQL" if store.is_postgres else "SQLite"
        if not problems:
            yield True, f"{kind}, sound"
        if dead:
            yield False, f"{dead} messages were given up; see: firstline outbox list"
        most = chosen.mail.letters_per_hour
        if silent := store.read(lambda tx: mail.silenced(tx, most, HOUR)):
            told = f"{silent} addresses get no more mail for now ({most} an hour)"
            yield False, f"{told}: does a program answer there? See tickets with bot-silenced"
    except StoreError as error:
        yield False, str(error)
    finally:
        store.close()


def _levels(chosen: Settings) -> Iterator[Finding]:
    """Whether there is somebody for every level, and for what is restricted."""
    try:
        store = open_store(chosen.database.address)
    except StoreError:
        return  # told already
    try:
        staff = store.read(lambda tx: people.with_roles(tx, sorted(STAFF)))
    except StoreError as error:
        yield False, str(error)
        return
    finally:
        store.close()
    working = [one for one in staff if one.active]
    logins = {one.login for one in working}
    lacking = [
        f"{name}: nobody signs in as {', '.join(given.who)}; invite them on /desk/people"
        for name, given in chosen.level.items()
        if working and given.who and not logins & {one.lower() for one in given.who}
    ]
    clearance = clearance_of(chosen)
    if working and clearance.categories and not any(is_cleared(o, clearance) for o in working):
        lacking.append("nobody may see restricted tickets; see [security]")
    yield from ((False, words) for words in lacking)
    if not lacking:
        yield True, f"{', '.join(chosen.level)}, {len(working)} people"


def _clock(chosen: Settings) -> Iterator[Finding]:
    now = datetime.now(UTC)
    if now.year < 2026:
        yield False, f"it is not {now:%Y}; set the clock (for example with systemd-timesyncd)"
        return
    yield True, f"{now:%Y-%m-%d %H:%M:%S} UTC, desk in {chosen.desk.timezone}"


def _knowledge(chosen: Settings) -> Iterator[Finding]:
    folder = Path(chosen.knowledge.folder or SHIPPED)
    articles, problems = knowledge.read_folder(folder)
    broken = sum(problem.fatal for problem in problems)
    advice = "; see: firstline kb lint" if broken else ""
    yield bool(articles) and not broken, f"{len(articles)} articles, {broken} broken{advice}"


def _sops(chosen: Settings) -> Iterator[Finding]:
    found, flaws = sops_of(chosen, desk_of(chosen))
    broken = sum(flaw.fatal for flaw in flaws)
    advice = "; see: firstline sop lint" if broken else ""
    yield not broken, f"{len(found.sops)} good, {broken} mistakes{advice}"


def _web(chosen: Settings) -> Iterator[Finding]:
    yield _port(chosen.web.host, chosen.web.port, "[web]")


def _port(host: str, port: int, section: str) -> Finding:
    place = f"{host}:{port}"
    with socket.socket() as probe:
        probe.settimeout(2)
        if probe.connect_ex((host, port)) == 0:
            return True, f"{place} answers (firstline is running, or another program is there)"
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
        return True, f"{place} is free"
    except OSError as error:
        return False, f"{place} cannot be used ({error.strerror}); change {section} host or port"


def _channels(chosen: Settings) -> Iterator[Finding]:
    for name, options in chosen.webhook.items():
        problem = asyncio.run(_reach(options.deliver_url))
        yield problem is None, f"{name}: {problem or 'its deliver_url answers'}"
    for what, channel in networks.unreachable(chosen).items():
        yield False, f"{what}: {channel} is not set up, so nothing appears there"
    for name, problem in asyncio.run(networks.probe(chosen)):
        yield problem is None, f"{name}: {problem or 'knows the bot'}"


def _mail(chosen: Settings) -> Iterator[Finding]:
    if not chosen.mail.enabled:
        yield True, "off ([mail] enabled)"
        return
    smtp = chosen.mail.smtp
    if smtp.enabled:
        yield _port(smtp.host, smtp.port, "[mail.smtp]")
        if smtp.certificate is not None:
            yield _certificate(smtp.certificate, smtp.key)
    for name, box in chosen.mail.mailbox.items():
        if box.imap is not None:
            problem = imap.ImapSource.probe(post.imap_options(name, box.imap))
            words = problem or f"{box.imap.folder} can be read"
            yield problem is None, f"{name}, IMAP at {box.imap.host}: {words}"
    yield asyncio.run(_relay(chosen))
    try:
        if post.signer_of(chosen) is not None:
            yield True, f"signed with DKIM for {chosen.mail.relay.dkim_domain}"
    except DeskError as error:
        yield False, str(error)


def _certificate(file: Path, key: Path | None) -> Finding:
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(file, key)
    except OSError as error:
        return False, f"{file} cannot be used for STARTTLS ({error.strerror or 'no good PEM'})"
    return True, f"STARTTLS with {file}"


async def _relay(chosen: Settings) -> Finding:
    name = chosen.mail.relay.host
    if not name:
        return True, "no relay: what is sent lies in the local mailbox, at /mailbox on the web port"
    out = relay.Relay(post.relay_options(chosen))
    problem = await out.probe()
    await out.close()
    return problem is None, f"relay {name}: {problem or 'takes our mail'}"


def _actions(chosen: Settings) -> Iterator[Finding]:
    listed = len(chosen.actions.targets)
    if listed and not icmp.is_possible():
        how = "allow it (sysctl net.ipv4.ping_group_range) or install the program ping"
        yield False, f"this machine may not ping; {how}"
    yield True, f"{listed} targets for diagnostics, {len(chosen.action)} actions of yours"
    for name, options in chosen.action.items():
        if options.url:
            problem = asyncio.run(_reach(options.url, "url"))
            yield problem is None, f"{name}: {problem or 'its url answers'}"


async def _reach(url: str, what: str = "deliver_url") -> str | None:
    """Whether anything answers there; what it says to a bare OPTIONS does not matter."""
    timeout = aiohttp.ClientTimeout(total=5)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as http, http.options(url):
            return None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return f"its {what} does not answer ({type(error).__name__}); is that program running?"
