"""Reading a mailbox, of a real Dovecot: what a server may do to us, and what we must not lose by it."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.typing import EventDict

from channels.channel import Unavailable
from channels.email.imap import First, ImapSource, Options, Security, Then
from tests.channels.email.mailroom import MemoryMailroom
from tests.servers.dovecot import PASSWORD, Dovecot, dovecot_running
from tests.servers.dovecot import Unavailable as NoDovecot

pytestmark = pytest.mark.mail

_users = count(1)


@pytest.fixture
def user() -> str:
    """A mailbox nobody has used."""
    return f"desk{next(_users)}@mail.test"


@pytest.fixture
def mailroom() -> MemoryMailroom:
    return MemoryMailroom()


class Log:
    """What the administrator is told."""

    def __init__(self) -> None:
        self.entries: list[EventDict] = []
        self._changed = asyncio.Event()

    def __call__(self, logger: Any, method: str, event: EventDict) -> EventDict:
        self.entries.append(dict(event))
        self._changed.set()
        raise structlog.DropEvent

    def reasons(self) -> list[str]:
        return [entry["reason"] for entry in self.entries if entry["event"] == "imap.trouble"]

    async def told(self, event: str, reason: str | None = None, seconds: float = 30) -> EventDict:
        """The first entry of that name, and for that reason."""
        async with asyncio.timeout(seconds):
            while True:
                for entry in self.entries:
                    if entry["event"] == event and reason in {None, entry.get("reason")}:
                        return entry
                self._changed.clear()
                await self._changed.wait()


@pytest.fixture
def log() -> Iterator[Log]:
    seen = Log()
    before = structlog.get_config()["processors"]
    structlog.configure(processors=[seen])
    yield seen
    structlog.configure(processors=before)


def mail(subject: str, body: str = "It burns.", more: str = "") -> bytes:
    return f"From: ann@else.test\r\nSubject: {subject}\r\n{more}\r\n{body}\r\n".encode()


@asynccontextmanager
async def reading(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom, **options: Any
) -> AsyncIterator[ImapSource]:
    source = a_source(dovecot, user, mailroom, **options)
    listening = asyncio.create_task(source.listen())
    try:
        yield source
    finally:
        listening.cancel()
        await asyncio.wait([listening], timeout=30)
        assert listening.done()


def a_source(dovecot: Dovecot, user: str, mailroom: MemoryMailroom, **options: Any) -> ImapSource:
    given = {
        "mailbox": "help",
        "host": dovecot.host,
        "port": dovecot.port,
        "security": Security.PLAIN,
        "user": user,
        "password": PASSWORD,
        "longest_pause": 0.2,
        "timeout": 20.0,
        **options,
    }
    token = given.pop("token", None)
    return ImapSource(Options(**given), mailroom, token)


def flags(dovecot: Dovecot, user: str, folder: str = "INBOX") -> dict[str, bool]:
    """Of every mail by its subject: is it seen?"""
    with dovecot.reader(user) as client:
        client.select_folder(folder, readonly=True)
        found = client.fetch(client.search(), ["FLAGS", "BODY.PEEK[HEADER.FIELDS (SUBJECT)]"])
    return {
        one[b"BODY[HEADER.FIELDS (SUBJECT)]"].decode().strip().removeprefix("Subject: "): (
            rb"\Seen" in one[b"FLAGS"]
        )
        for one in found.values()
    }


async def until(what: Any, expected: Any, seconds: float = 30) -> None:
    """What somebody else sees in the mailbox: the server has no event for it, so it is asked again."""
    async with asyncio.timeout(seconds):
        while await asyncio.to_thread(what) != expected:
            pass


# -- what is taken


async def test_mails_that_wait_and_mails_that_come_are_kept_in_their_order(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom
) -> None:
    for number in range(3):
        dovecot.deliver(user, mail(str(number)))
    async with reading(dovecot, user, mailroom):
        await mailroom.arrived(3)
        for number in range(3, 6):
            await asyncio.to_thread(dovecot.deliver, user, mail(str(number)))
            await mailroom.arrived(number + 1)
        await until(lambda: set(flags(dovecot, user).values()), {True})
    assert [kept.subject for kept in mailroom.kept] == list("012345")
    assert {kept.mailbox for kept in mailroom.kept} == {"help"}
    assert mailroom.kept[3].envelope.source == "imap"
    assert mailroom.kept[3].envelope.mail_from is None
    assert mailroom.kept[3].position is not None
    assert mailroom.kept[3].raw == mail("3")


async def test_a_mail_is_marked_only_once_it_is_kept(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom
) -> None:
    dovecot.deliver(user, mail("a"))
    mailroom.open.clear()
    async with reading(dovecot, user, mailroom):
        await asyncio.wait_for(mailroom.asked.wait(), 30)
        assert await asyncio.to_thread(flags, dovecot, user) == {"a": False}
        mailroom.open.set()
        await mailroom.arrived(1)
        await until(lambda: flags(dovecot, user), {"a": True})


async def test_at_the_first_start_the_unseen_are_taken(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom
) -> None:
    for subject in "abcd":
        dovecot.deliver(user, mail(subject))
    with dovecot.reader(user) as client:
        client.select_folder("INBOX")
        client.add_flags([2, 4], [rb"\Seen"])
    async with reading(dovecot, user, mailroom):
        await mailroom.arrived(2)
        await mailroom.placed()
        await asyncio.to_thread(dovecot.deliver, user, mail("e"))
        await mailroom.arrived(3)
    assert [kept.subject for kept in mailroom.kept] == ["a", "c", "e"]


async def test_a_stop_amid_the_first_mails_takes_the_rest_next_time_and_no_seen_ones(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom
) -> None:
    for subject in "abcd":
        dovecot.deliver(user, mail(subject))
    with dovecot.reader(user) as client:
        client.select_folder("INBOX")
        client.add_flags([2], [rb"\Seen"])
    async with reading(dovecot, user, mailroom):
        await mailroom.arrived(1)
        mailroom.open.clear()
        await until(lambda: flags(dovecot, user)["a"], True)
    mailroom.open.set()
    async with reading(dovecot, user, mailroom):
        await mailroom.placed()
    assert [kept.subject for kept in mailroom.kept] == ["a", "c", "d"]


async def test_from_now_on_takes_none_that_were_there_also_after_a_restart(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom
) -> None:
    dovecot.deliver(user, mail("before"))
    async with reading(dovecot, user, mailroom, first=First.NOW):
        await mailroom.placed()
    dovecot.deliver(user, mail("while we were down"))
    async with reading(dovecot, user, mailroom, first=First.NOW):
        await mailroom.arrived(1)
    assert [kept.subject for kept in mailroom.kept] == ["while we were down"]


async def test_all_takes_the_seen_too(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom
) -> None:
    for subject in "ab":
        dovecot.deliver(user, mail(subject))
    with dovecot.reader(user) as client:
        client.select_folder("INBOX")
        client.add_flags([1, 2], [rb"\Seen"])
    async with reading(dovecot, user, mailroom, first=First.ALL):
        await mailroom.arrived(2)
    assert [kept.subject for kept in mailroom.kept] == ["a", "b"]


async def test_a_mail_that_was_kept_as_we_died_is_marked_at_the_next_start(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom
) -> None:
    dovecot.deliver(user, mail("not ours"))
    async with reading(dovecot, user, mailroom, first=First.NOW):
        await mailroom.placed()
        await asyncio.to_thread(dovecot.deliver, user, mail("a"))
        await until(lambda: flags(dovecot, user), {"not ours": False, "a": True})
    with dovecot.reader(user) as client:  # as if we had not got to it
        client.select_folder("INBOX")
        client.remove_flags([2], [rb"\Seen"])
    async with reading(dovecot, user, mailroom, first=First.NOW):
        await until(lambda: flags(dovecot, user), {"not ours": False, "a": True})
    assert [kept.subject for kept in mailroom.kept] == ["a"]


async def test_nothing_is_taken_twice_after_a_restart(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom
) -> None:
    dovecot.deliver(user, mail("a"))
    async with reading(dovecot, user, mailroom):
        await mailroom.arrived(1)
    dovecot.deliver(user, mail("b"))
    async with reading(dovecot, user, mailroom):
        await mailroom.arrived(2)
    assert [kept.subject for kept in mailroom.kept] == ["a", "b"]


async def test_our_control_fields_are_taken_out(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom
) -> None:
    more = "X-Firstline-Agent: yes\r\nReturn-Path: <>\r\n"
    dovecot.deliver(user, mail("a", "X-Firstline: in the body", more))
    async with reading(dovecot, user, mailroom):
        [kept] = await mailroom.arrived(1)
    assert kept.raw == mail("a", "X-Firstline: in the body", "Return-Path: <>\r\n")


async def test_a_mail_of_25_megabytes_comes_whole(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom
) -> None:
    raw = mail("large", ("y" * 76 + "\r\n") * 320_000)
    dovecot.deliver(user, raw)
    async with reading(dovecot, user, mailroom):
        [kept] = await mailroom.arrived(1)
    assert kept.raw == raw


async def test_of_a_mail_that_is_too_big_the_head_is_kept_with_a_word_about_it(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom, log: Log
) -> None:
    more = 'Message-ID: <1@x>\r\nContent-Type: multipart/mixed;\r\n boundary="x"\r\n'
    dovecot.deliver(user, mail("big", "z" * 5000, more))
    dovecot.deliver(user, mail("small"))
    async with reading(dovecot, user, mailroom, max_size=2000, then=Then.DELETE):
        big, small = await mailroom.arrived(2)
        await until(lambda: flags(dovecot, user), {"big": False})
    assert (
        b"Subject: big\r\nMessage-ID: <1@x>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain"
        in big.raw
    )
    assert b"multipart" not in big.raw
    assert b"zzz" not in big.raw
    assert b"5,1" in big.raw.partition(b"\r\n\r\n")[2]
    assert small.subject == "small"
    assert (await log.told("imap.too_big"))["uid"] == 1


@pytest.mark.parametrize("idle", [True, False])
async def test_a_kept_mail_is_deleted_or_moved(idle: bool, mailroom: MemoryMailroom) -> None:
    """Also where the server has no MOVE."""
    with _another(idle=idle) as server:
        for then, left in ((Then.DELETE, {}), (Then.MOVE, {"a": False})):
            user = f"{then}@mail.test"
            with server.reader(user) as client:
                client.create_folder("Taken")
            server.deliver(user, mail("a"))
            async with reading(server, user, mailroom, then=then, move_to="Taken", poll=0.05):
                await until(lambda u=user: flags(server, u), {})
                await until(lambda u=user: flags(server, u, "Taken"), left)
    assert [kept.subject for kept in mailroom.kept] == ["a", "a"]


async def test_where_a_mail_cannot_be_moved_to_it_is_told_and_the_others_come_in(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom, log: Log
) -> None:
    for subject in "ab":
        dovecot.deliver(user, mail(subject))
    async with reading(dovecot, user, mailroom, then=Then.MOVE, move_to="Nowhere"):
        await mailroom.arrived(2)
        assert (await log.told("imap.not_marked"))["uid"] == 1
        await mailroom.placed()
    assert [kept.subject for kept in mailroom.kept] == ["a", "b"]
    assert log.reasons() == []


# -- what goes wrong


async def test_a_server_without_idle_is_asked_now_and_then(mailroom: MemoryMailroom) -> None:
    with _another(idle=False) as server:
        async with reading(server, "desk@mail.test", mailroom, poll=0.05):
            await mailroom.placed()
            await asyncio.to_thread(server.deliver, "desk@mail.test", mail("a"))
            await mailroom.arrived(1)
            await asyncio.to_thread(server.deliver, "desk@mail.test", mail("b"))
            await mailroom.arrived(2)
    assert [kept.subject for kept in mailroom.kept] == ["a", "b"]


async def test_idle_is_said_again_before_anybody_forgets_us(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom, log: Log
) -> None:
    async with reading(dovecot, user, mailroom, idle=0.02):
        for number in range(30):
            await asyncio.to_thread(dovecot.deliver, user, mail(str(number)))
        await mailroom.arrived(30)
    assert [kept.subject for kept in mailroom.kept] == [str(number) for number in range(30)]
    assert log.reasons() == []


async def test_mails_between_two_looks_are_not_left_until_the_next(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom
) -> None:
    """The word of a new mail may come in one packet with the answer to IDLE."""
    async with reading(dovecot, user, mailroom):
        await mailroom.placed()
        with dovecot.reader(user) as client:
            for number in range(60):
                await asyncio.to_thread(client.append, "INBOX", mail(str(number)))
        await mailroom.arrived(60, 30)


async def test_a_mail_told_of_while_another_is_taken_does_not_wait(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom
) -> None:
    """The server tells of it with the answer to marking the other, and IDLE does not tell it again."""
    async with reading(dovecot, user, mailroom):
        await mailroom.placed()
        mailroom.open.clear()
        await asyncio.to_thread(dovecot.deliver, user, mail("a"))
        await asyncio.wait_for(mailroom.asked.wait(), 30)
        await asyncio.to_thread(dovecot.deliver, user, mail("b"))
        mailroom.open.set()
        await mailroom.arrived(2)


async def test_a_lost_connection_is_made_again_and_nothing_missed(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom, log: Log
) -> None:
    async with reading(dovecot, user, mailroom):
        await mailroom.placed()
        for number in range(3):
            await asyncio.to_thread(dovecot.cut_off, user)
            await asyncio.to_thread(dovecot.deliver, user, mail(str(number)))
            await mailroom.arrived(number + 1)
        await log.told("imap.back")
    assert [kept.subject for kept in mailroom.kept] == ["0", "1", "2"]
    assert set(log.reasons()) == {"the connection was lost"}


async def test_a_server_that_is_away_is_told_of_once_and_come_back_to(
    user: str, mailroom: MemoryMailroom, log: Log
) -> None:
    with _another() as server:
        async with reading(server, user, mailroom):
            await mailroom.placed()
            with server.stopped():
                await log.told("imap.trouble", "the server refuses connections")
            server.deliver(user, mail("a"))
            await mailroom.arrived(1)
            await log.told("imap.back")
    reasons = log.reasons()
    assert len(reasons) == len(set(reasons)) <= 2
    assert reasons[-1] == "the server refuses connections"
    assert user not in str(log.entries)
    assert PASSWORD not in str(log.entries)


async def test_new_numbers_are_started_over_with(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom, log: Log
) -> None:
    for subject in "ab":
        dovecot.deliver(user, mail(subject))
    async with reading(dovecot, user, mailroom):
        await mailroom.arrived(2)
        await until(lambda: set(flags(dovecot, user).values()), {True})
    before = dict(mailroom.positions)
    dovecot.admin("mailbox", "update", "-u", user, "--uid-validity", "4711", "INBOX")
    dovecot.deliver(user, mail("c"))
    async with reading(dovecot, user, mailroom):
        await mailroom.arrived(5)
        await asyncio.to_thread(dovecot.deliver, user, mail("d"))
        await mailroom.arrived(6)
    assert [kept.subject for kept in mailroom.kept] == ["a", "b", "a", "b", "c", "d"]
    assert mailroom.positions != before
    assert next(iter(mailroom.positions.values())).startswith("4711:")
    assert (await log.told("imap.folder_renumbered"))["channel"] == "help"


async def test_a_folder_that_vanishes_is_told_of_and_read_once_it_is_back(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom, log: Log
) -> None:
    with dovecot.reader(user) as client:
        client.create_folder("Support")
        async with reading(dovecot, user, mailroom, folder="Support"):
            await mailroom.placed()
            client.append("Support", mail("a"))
            await mailroom.arrived(1)
            client.delete_folder("Support")
            await asyncio.to_thread(dovecot.cut_off, user)
            await log.told("imap.trouble", "the folder is not there or may not be opened")
            await asyncio.to_thread(dovecot.admin, "mailbox", "create", "-u", user, "Support")
            await asyncio.to_thread(dovecot.deliver, user, mail("b"), "Support")
            await mailroom.arrived(2)
    assert [kept.subject for kept in mailroom.kept] == ["a", "b"]


async def test_what_cannot_be_kept_is_brought_again_and_not_marked(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom, log: Log
) -> None:
    mailroom.failure = Unavailable("the disk is full")
    for subject in "ab":
        dovecot.deliver(user, mail(subject))
    async with reading(dovecot, user, mailroom):
        await log.told("imap.trouble")
        assert await asyncio.to_thread(flags, dovecot, user) == {"a": False, "b": False}
        mailroom.failure = None
        await mailroom.arrived(2)
    assert [kept.subject for kept in mailroom.kept] == ["a", "b"]
    assert log.reasons() == ["a mail could not be kept; it is tried again"]


async def test_a_mail_that_cannot_be_fetched_does_not_hold_up_the_others(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom, log: Log
) -> None:
    for subject in "ab":
        dovecot.deliver(user, mail(subject))
    with dovecot.reader(user) as client:  # it knows their sizes from now on
        client.select_folder("INBOX")
        client.fetch([1, 2], ["RFC822.SIZE"])
    dovecot.spoil(user, b"Subject: a")
    async with reading(dovecot, user, mailroom):
        note, good = await mailroom.arrived(2)
    assert b"UID 1." in note.raw
    assert good.subject == "b"
    assert (await log.told("imap.unreadable"))["uid"] == 1


async def test_stopping_interrupts_whatever_it_waits_for(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom
) -> None:
    source = a_source(dovecot, user, mailroom, idle=600)
    listening = asyncio.create_task(source.listen())
    await mailroom.placed()
    listening.cancel()
    await asyncio.wait([listening], timeout=30)
    assert listening.cancelled()
    for thread in threading.enumerate():
        if thread.name.startswith("imap"):
            await asyncio.to_thread(thread.join, 30)
            assert not thread.is_alive()


# -- security


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_mail_comes_by_tls(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom, security: Security
) -> None:
    port = dovecot.tls_port if security is Security.TLS else dovecot.port
    known = {"security": security, "port": port, "ca": dovecot.certificate}
    async with reading(dovecot, user, mailroom, **known):
        await mailroom.placed()
        await asyncio.to_thread(dovecot.deliver, user, mail("a"))
        await mailroom.arrived(1)
        await asyncio.to_thread(dovecot.cut_off, user)
        await asyncio.to_thread(dovecot.deliver, user, mail("b"))
        await mailroom.arrived(2)


async def test_a_certificate_nobody_vouches_for_is_not_good_enough(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom, log: Log
) -> None:
    tls = {"security": Security.TLS, "port": dovecot.tls_port}
    async with reading(dovecot, user, mailroom, **tls):
        trouble = await log.told("imap.trouble")
    assert trouble["reason"].startswith("the server's certificate is not good: ")


async def test_a_wrong_password_is_told_of(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom, log: Log
) -> None:
    async with reading(dovecot, user, mailroom, password="guess"):
        trouble = await log.told("imap.trouble")
    assert trouble["reason"] == "the server refuses the login"
    assert "guess" not in str(log.entries)


async def test_mail_comes_with_a_token_from_a_file(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text(dovecot.token(user) + "\n")
    dovecot.deliver(user, mail("a"))
    async with reading(dovecot, user, mailroom, token_file=file):
        await mailroom.arrived(1)


async def test_mail_comes_with_a_token_from_a_command(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom
) -> None:
    command = (sys.executable, "-c", f"print({dovecot.token(user)!r})")
    dovecot.deliver(user, mail("a"))
    async with reading(dovecot, user, mailroom, token_command=command):
        await mailroom.arrived(1)


async def test_an_expired_token_is_fetched_afresh(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom, log: Log
) -> None:
    tokens = iter([dovecot.token(user, valid=-60), dovecot.token(user)])
    dovecot.deliver(user, mail("a"))
    async with reading(dovecot, user, mailroom, token=lambda: next(tokens)):
        await mailroom.arrived(1)
    assert log.reasons() == []


async def test_a_token_that_stays_expired_is_told_of_clearly(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom, log: Log
) -> None:
    tokens = [dovecot.token(user, valid=-60)]
    dovecot.deliver(user, mail("a"))
    async with reading(dovecot, user, mailroom, token=lambda: tokens[0]):
        trouble = await log.told("imap.trouble")
        assert trouble["reason"] == "the server refuses the OAuth token, also a fresh one"
        assert tokens[0] not in str(log.entries)
        tokens[0] = dovecot.token(user)
        await mailroom.arrived(1)


async def test_a_token_that_is_not_to_be_had_is_told_of(
    dovecot: Dovecot, user: str, mailroom: MemoryMailroom, log: Log, tmp_path: Path
) -> None:
    async with reading(dovecot, user, mailroom, token_file=tmp_path / "none"):
        trouble = await log.told("imap.trouble")
    assert trouble["reason"] == "no OAuth token to be had (FileNotFoundError)"


def _another(*, idle: bool = True) -> Any:
    try:
        return dovecot_running(idle=idle)
    except NoDovecot as reason:
        pytest.skip(f"no Dovecot: {reason}")
