"""The mail server, spoken to by smtplib, by bare sockets for what no client would do, and by Postfix."""

import asyncio
import base64
import contextlib
import os
import smtplib
import ssl
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from channels.channel import Unavailable
from channels.email.ports import Full
from channels.email.smtp import Check, Options, SmtpServer
from tests.channels.email.mailroom import MemoryMailroom
from tests.servers.certificate import write_certificate
from tests.servers.postfix import Postfix

MAIL = b"From: Ann <ann@else.test>\r\nTo: help@desk.test\r\nSubject: printer\r\n\r\nIt burns.\r\n"
ANN, HELP, SALES = "ann@else.test", "help@desk.test", "sales@desk.test"


def a_mailroom() -> MemoryMailroom:
    return MemoryMailroom(help=HELP, sales=SALES)


@asynccontextmanager
async def running(
    mailroom: MemoryMailroom,
    check: Check | None = None,
    clock: Callable[[], float] = lambda: 0.0,
    **options: Any,
) -> AsyncIterator[SmtpServer]:
    given = {"hostname": "desk.test", "port": 0, **options}
    server = SmtpServer(Options(**given), mailroom, check, clock=clock)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


class Talk:
    """A bare connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.greeting = ""

    async def reply(self) -> str:
        """The last line of the next reply; "" when they have hung up."""
        while True:
            line = await asyncio.wait_for(self.reader.readline(), 30)
            if line[3:4] != b"-":
                return line.decode().strip()

    async def say(self, words: str | bytes) -> str:
        self.writer.write(words.encode() + b"\r\n" if isinstance(words, str) else words)
        return await self.reply()

    async def begin(self, *recipients: str, sender: str = ANN) -> str:
        """Up to DATA."""
        await self.say("EHLO client.test")
        assert (await self.say(f"MAIL FROM:<{sender}>")).startswith("250")
        for recipient in recipients or (HELP,):
            assert (await self.say(f"RCPT TO:<{recipient}>")).startswith("250")
        return await self.say("DATA")

    async def over(self) -> None:
        self.writer.close()
        await self.writer.wait_closed()


@asynccontextmanager
async def talking(server: SmtpServer) -> AsyncIterator[Talk]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    talk = Talk(reader, writer)
    try:
        talk.greeting = await talk.reply()
        yield talk
    finally:
        writer.close()


def send(
    server: SmtpServer,
    raw: bytes = MAIL,
    recipients: tuple[str, ...] = (HELP,),
    sender: str = ANN,
    login: tuple[str, str] | None = None,
    starttls: bool = False,
) -> None:
    with smtplib.SMTP("127.0.0.1", server.port, "client.test", timeout=30) as client:
        if starttls:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            client.starttls(context=context)
        if login:
            client.login(*login)
        client.sendmail(sender, list(recipients), raw)


# -- what is kept


async def test_a_mail_is_kept_as_it_came_under_our_own_fields() -> None:
    mailroom = a_mailroom()
    async with running(mailroom) as server:
        await asyncio.to_thread(send, server)
    [kept] = mailroom.kept
    assert kept.mailbox == "help"
    head, rest = kept.raw[: -len(MAIL)].decode(), kept.raw[-len(MAIL) :]
    assert rest == MAIL
    assert head.startswith(
        "Return-Path: <ann@else.test>\r\nReceived: from client.test ([127.0.0.1])"
    )
    assert " by desk.test with ESMTP id " in head.replace("\r\n\t", " ")
    envelope = kept.envelope
    assert (envelope.source, envelope.mail_from, envelope.recipients) == ("smtp", ANN, (HELP,))
    assert (envelope.peer, envelope.helo, envelope.tls) == ("127.0.0.1", "client.test", False)


async def test_one_mail_to_two_mailboxes_is_kept_in_each() -> None:
    mailroom = a_mailroom()
    recipients = ("HELP+a1.b2@Desk.Test", SALES, HELP)
    async with running(mailroom) as server:
        await asyncio.to_thread(send, server, recipients=recipients)
    assert [(kept.mailbox, kept.envelope.recipients) for kept in mailroom.kept] == [
        ("help", ("HELP+a1.b2@Desk.Test", HELP)),
        ("sales", (SALES,)),
    ]
    assert mailroom.kept[0].raw == mailroom.kept[1].raw


async def test_forged_control_fields_are_taken_out_and_nothing_else() -> None:
    forged = (
        b"Return-Path: <root@desk.test>\r\nX-Firstline-Agent: yes\r\n folded\r\nSubject: a\r\n"
        b"x-firstline-ticket : 7\r\nX-Other: X-Firstline-Not: me\r\nRETURN-PATH:<>\r\n\r\n"
        b"X-Firstline-Body: stays\r\n"
    )
    mailroom = a_mailroom()
    async with running(mailroom) as server:
        await asyncio.to_thread(send, server, forged)
    assert mailroom.kept[0].raw.endswith(
        b"\r\nSubject: a\r\nX-Other: X-Firstline-Not: me\r\n\r\nX-Firstline-Body: stays\r\n"
    )
    assert mailroom.kept[0].raw.lower().count(b"return-path") == 1


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\r\n"])
async def test_a_control_field_behind_an_odd_line_end_is_seen(end: bytes) -> None:
    mailroom = a_mailroom()
    async with running(mailroom) as server, talking(server) as talk:
        await talk.begin()
        await talk.say(b"Subject: a" + end + b"X-Firstline-Agent: yes\r\n\r\nwords\r\n.\r\n")
    assert b"X-Firstline" not in mailroom.kept[0].raw


async def test_a_control_field_after_a_megabyte_of_head_is_seen() -> None:
    head = b"Subject: " + b"a" * 70 + b"\r\n" + (b"X-Long: " + b"b" * 900 + b"\r\n") * 1200
    mailroom = a_mailroom()
    async with running(mailroom) as server:
        await asyncio.to_thread(
            send, server, head + b"X-Firstline-Agent: yes\r\nTo: me\r\n\r\nwords\r\n"
        )
    assert mailroom.kept[0].raw.endswith(b"b\r\nTo: me\r\n\r\nwords\r\n")


async def test_null_return_path_is_known() -> None:
    mailroom = a_mailroom()
    async with running(mailroom) as server:
        await asyncio.to_thread(send, server, sender="")
    assert mailroom.kept[0].envelope.mail_from == ""
    assert mailroom.kept[0].raw.startswith(b"Return-Path: <>\r\n")


async def test_addresses_and_mail_may_be_in_any_script() -> None:
    raw = "Subject: принтер\r\n\r\n打印机\r\n".encode()
    mailroom = MemoryMailroom(help="помощь@desk.test")
    async with running(mailroom) as server, talking(server) as talk:
        await talk.say("EHLO client.test")
        assert (
            await talk.say("MAIL FROM:<аня@пример.test> SMTPUTF8 BODY=8BITMIME") == "250 2.1.0 OK"
        )
        assert await talk.say("RCPT TO:<помощь@desk.test>") == "250 2.1.5 OK"
        await talk.say("DATA")
        assert (await talk.say(raw + b".\r\n")).startswith("250")
    assert mailroom.kept[0].raw.endswith(raw)
    assert mailroom.kept[0].envelope.mail_from == "аня@пример.test"
    assert b"with UTF8SMTP id" in mailroom.kept[0].raw


# -- the end of a mail


@pytest.mark.parametrize(
    "inside",
    [b"a\n.\nb", b"a\r.\rb", b"a\n.\r\nb", b"a\r\n.\nb", b"a\r\n.\rb", b"a\r.\r\nb", b"a\n.\rb"],
)
async def test_nothing_but_the_whole_end_mark_ends_a_mail(inside: bytes) -> None:
    smuggled = inside + b"\r\nMAIL FROM:<root@desk.test>\r\n"
    mailroom = a_mailroom()
    async with running(mailroom) as server, talking(server) as talk:
        await talk.begin()
        assert (await talk.say(b"Subject: x\r\n\r\n" + smuggled + b".\r\n")).startswith("250")
        assert (await talk.say("QUIT")).startswith("221")
    [kept] = mailroom.kept
    # A line that begins with a single dot loses it (RFC 5321 § 4.5.2).
    assert kept.raw.endswith(b"\r\n\r\n" + smuggled.replace(b"\r\n.", b"\r\n"))


@pytest.mark.parametrize("size", [0, 3, 65_535, 65_536, 65_537, 65_540, 131_070, 200_001])
async def test_leading_dots_come_through_wherever_a_packet_ends(size: int) -> None:
    lines = [b".", b"..", b"." + b"x" * size, b"", b".\r", b"end"]
    mailroom = a_mailroom()
    async with running(mailroom) as server, talking(server) as talk:
        await talk.begin()
        for line in lines:
            talk.writer.write(b"." + line if line.startswith(b".") else line)
            await talk.writer.drain()
            talk.writer.write(b"\r")
            await talk.writer.drain()
            talk.writer.write(b"\n")
        assert (await talk.say(b".\r\n")).startswith("250")
    raw = mailroom.kept[0].raw
    assert raw.endswith(b"\r\n" + b"\r\n".join(lines) + b"\r\n")


async def test_dots_are_right_at_every_place_of_a_read() -> None:
    # Lines of three bytes, so that the border between two reads falls on each place of one.
    body = b"".join(b".%d\r\n" % (number % 10) for number in range(60_000))
    for shift in range(5):
        mailroom = a_mailroom()
        raw = b"x" * shift + b"\r\n" + body
        async with running(mailroom) as server:
            await asyncio.to_thread(send, server, raw)
        assert mailroom.kept[0].raw.endswith(raw)


async def test_an_empty_mail_is_a_mail() -> None:
    mailroom = a_mailroom()
    async with running(mailroom) as server, talking(server) as talk:
        await talk.begin()
        assert (await talk.say(b".\r\n")).startswith("250")
    assert mailroom.kept[0].raw.endswith(b"\r\n")


async def test_everything_at_once_is_answered_in_order() -> None:
    mailroom = a_mailroom()
    async with running(mailroom) as server, talking(server) as talk:
        words = b"EHLO c\r\n"
        for number in range(3):
            words += b"MAIL FROM:<a@b.c>\r\nRCPT TO:<help@desk.test>\r\nRCPT TO:<no@desk.test>\r\n"
            words += b"DATA\r\nSubject: %d\r\n\r\n.\r\n" % number
        talk.writer.write(words + b"QUIT\r\n")
        replies = [await talk.reply() for _ in range(16)]
    assert [reply[:3] for reply in replies] == [
        "250",
        *(["250", "250", "550", "354", "250"] * 3),
    ]
    assert [kept.subject for kept in mailroom.kept] == ["0", "1", "2"]


async def test_who_hangs_up_their_half_after_the_last_word_is_still_answered() -> None:
    mailroom = a_mailroom()
    async with running(mailroom) as server, talking(server) as talk:
        await talk.begin()
        talk.writer.write(MAIL + b".\r\n")
        talk.writer.write_eof()
        assert (await talk.reply()).startswith("250")
        assert await talk.reply() == ""
    assert len(mailroom.kept) == 1


async def test_a_connection_lost_in_data_keeps_nothing() -> None:
    mailroom = a_mailroom()
    async with running(mailroom) as server:
        for last in (b"", b"\r\n", b"\r\n.", b"\r\n.\r"):
            async with talking(server) as talk:
                await talk.begin()
                talk.writer.write(b"Subject: x\r\n\r\nhalf a wor" + last)
                await talk.over()
        while server.sessions:
            await asyncio.wait([session.task for session in server.sessions if session.task])
    assert mailroom.kept == []


# -- sizes


async def test_a_size_said_beforehand_is_refused_at_once() -> None:
    async with running(a_mailroom(), max_size=1000) as server, talking(server) as talk:
        talk.writer.write(b"EHLO c\r\n")
        lines = []
        while not (line := await talk.reader.readline()).startswith(b"250 "):
            lines.append(line)
        assert b"250-SIZE 1000\r\n" in lines
        assert (await talk.say("MAIL FROM:<a@b.c> SIZE=1001")).startswith("552 5.3.4")
        assert (await talk.say("MAIL FROM:<a@b.c> SIZE=1000")).startswith("250")


async def test_a_mail_that_grows_past_the_limit_is_refused_and_the_session_goes_on() -> None:
    mailroom = a_mailroom()
    async with running(mailroom, max_size=1000) as server, talking(server) as talk:
        await talk.begin()
        assert (await talk.say(b"x" * 1500 + b"\r\n.\r\n")).startswith("552 5.3.4")
        await talk.begin()
        assert (await talk.say(MAIL + b".\r\n")).startswith("250")
    assert len(mailroom.kept) == 1


async def test_a_mail_without_end_is_not_listened_to_for_ever() -> None:
    mailroom = a_mailroom()
    async with running(mailroom, max_size=1000) as server, talking(server) as talk:
        await talk.begin()
        talk.writer.write(b"x" * 200_000)
        assert (await talk.reply()).startswith("552")
        with contextlib.suppress(ConnectionResetError):  # not all we sent was read
            assert await talk.reply() == ""
    assert mailroom.kept == []


async def test_a_line_of_two_megabytes_is_kept() -> None:
    raw = b"Subject: long\r\n\r\n" + b"x" * 2_000_000 + b"\r\n"
    mailroom = a_mailroom()
    async with running(mailroom) as server, talking(server) as talk:
        await talk.begin()
        assert (await talk.say(raw + b".\r\n")).startswith("250")
    assert mailroom.kept[0].raw.endswith(raw)


async def test_a_large_mail_costs_about_twice_its_size() -> None:
    raw = b"Subject: large\r\n\r\n" + (b"y" * 76 + b"\r\n") * 320_000
    mailroom = a_mailroom()
    async with running(mailroom) as server, talking(server) as talk:
        await talk.begin()
        tracemalloc.start()
        for start in range(0, len(raw), 1 << 18):
            talk.writer.write(raw[start : start + (1 << 18)])
            await talk.writer.drain()
        assert (await talk.say(b".\r\n")).startswith("250")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert mailroom.kept[0].raw.endswith(raw)
    assert peak < 2.3 * len(raw)


# -- recipients


@pytest.mark.parametrize(
    "recipient",
    [
        "<user@elsewhere.test>",
        "<user%elsewhere.test@desk.test>",
        "<help%desk.test@elsewhere.test>",
        "<@desk.test:user@elsewhere.test>",
        "<@desk.test,@b.test:help@desk.test>",
        '<"user@elsewhere.test"@desk.test>',
        '<"help"@desk.test>',
        "<elsewhere.test!user>",
        "<elsewhere.test!user@desk.test>",
        "<user@elsewhere.test@desk.test>",
        "<help@desk.test@elsewhere.test>",
        "<help@desk.test>,<user@elsewhere.test>",
        "<help@desk.test,user@elsewhere.test>",
        "<help @desk.test>",
        "<help\\@desk.test>",
        "<(a)help@desk.test>",
        "<help@[127.0.0.1]>",
        "<>",
        "<user>",
        "help@desk.test\x00",
        "<help\x01@desk.test>",
        f"<{'a' * 600}@desk.test>",
    ],
)
async def test_only_plain_addresses_of_ours_are_taken(recipient: str) -> None:
    check: Check = lambda login, password: True  # noqa: E731
    async with running(a_mailroom(), check) as server, talking(server) as talk:
        await talk.say("EHLO client.test")
        for authenticated in (False, True):
            if authenticated:
                plain = base64.b64encode(b"\0ann\0pass").decode()
                assert (await talk.say(f"AUTH PLAIN {plain}")).startswith("235")
            await talk.say(f"MAIL FROM:<{HELP}>")
            assert (await talk.say(f"RCPT TO:{recipient}"))[:3] in {"550", "553", "501"}
            assert (await talk.say("DATA")).startswith("554")
            await talk.say("RSET")


async def test_an_unknown_recipient_is_said_to_be_unknown() -> None:
    async with running(a_mailroom()) as server, talking(server) as talk:
        await talk.say("EHLO c")
        await talk.say("MAIL FROM:<a@b.c>")
        assert (await talk.say("RCPT TO:<nobody@desk.test>")).startswith("550 5.1.1")


async def test_ten_thousand_recipients_cost_little_and_too_many_are_told_to_come_again() -> None:
    mailroom = MemoryMailroom(**{f"m{n}": f"u{n}@desk.test" for n in range(10_000)})
    async with running(mailroom, max_recipients=50) as server, talking(server) as talk:
        await talk.say("EHLO c")
        talk.writer.write(b"MAIL FROM:<a@b.c>\r\n")
        talk.writer.write(b"".join(b"RCPT TO:<u%d@desk.test>\r\n" % n for n in range(10_000)))
        await talk.reply()
        replies = [await talk.reply() for _ in range(10_000)]
        assert replies[:50] == ["250 2.1.5 OK"] * 50
        assert set(replies[50:]) == {"452 4.5.3 too many recipients"}
        await talk.say("DATA")
        assert (await talk.say(MAIL + b".\r\n")).startswith("250")
    assert len(mailroom.kept) == 50


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("VRFY help", "252"),
        ("EXPN all", "252"),
        ("BDAT 10 LAST", "500"),
        ("HELP", "214"),
        ("MAIL FROM:<a@b.c> RET=FULL", "555"),
        ("MAIL FROM:<a@b.c> BODY=BINARYMIME", "501"),
        ("MAIL FROM:<a@b.c> SIZE=x", "501"),
        ("MAIL FROM:<a@b.c> SIZE=" + "9" * 500, "501"),
        ("MAIL FROM:<a\x00@b.c>", "553"),
        ("MAIL a@b.c", "501"),
        ("MAIL", "501"),
        ("RCPT TO:<help@desk.test>", "503"),
        ("DATA", "503"),
        ("STARTTLS", "454"),
        ("AUTH PLAIN AGEAYg==", "502"),
        ("X" * 20_000, "500"),
        ("X" * 200_000, "500"),
        ("NÖÖP", "500"),
        ("", "500"),
        ("MAIL FROM:<@a,@b:ann@c.test>", "250"),
        ('MAIL FROM:<"ann a"@c.test>', "250"),
        ("MAIL FROM:<\udcff@c.test>", "553"),
    ],
)
async def test_a_command_is_answered_by_its_code(said: str, reply: str) -> None:
    async with running(a_mailroom()) as server, talking(server) as talk:
        await talk.say("EHLO c")
        assert (await talk.say(said.encode("utf-8", "surrogateescape") + b"\r\n")).startswith(reply)


async def test_nothing_tells_what_program_we_are() -> None:
    async with running(a_mailroom()) as server, talking(server) as talk:
        assert talk.greeting == "220 desk.test ESMTP"
        talk.writer.write(b"EHLO c\r\nHELP\r\nFOO\r\nQUIT\r\n")
        said = (await talk.reader.read()).lower()
    assert b"python" not in said
    assert b"aiosmtpd" not in said
    assert b"chunking" not in said
    assert b"auth" not in said
    assert b"starttls" not in said


async def test_too_many_errors_end_the_session() -> None:
    async with running(a_mailroom()) as server, talking(server) as talk:
        for _ in range(9):
            assert (await talk.say("FOO")).startswith("500")
        assert (await talk.say("FOO")).startswith("421 4.7.0")
        assert await talk.reply() == ""


# -- when it cannot be kept


@pytest.mark.parametrize(
    ("failure", "reply"),
    [
        (Unavailable("the database is away"), "451 4.3.0"),
        (Full("the disk is full"), "452 4.3.1"),
        (RuntimeError("a secret"), "451 4.3.0"),
    ],
)
async def test_what_cannot_be_kept_is_not_acknowledged(failure: Exception, reply: str) -> None:
    mailroom = a_mailroom()
    mailroom.failure = failure
    async with running(mailroom) as server, talking(server) as talk:
        await talk.begin()
        said = await talk.say(MAIL + b".\r\n")
        assert said.startswith(reply)
        assert "secret" not in said
        mailroom.failure = None
        await talk.begin()
        assert (await talk.say(MAIL + b".\r\n")).startswith("250")
    assert len(mailroom.kept) == 1


async def test_nothing_is_said_before_it_is_kept() -> None:
    mailroom = a_mailroom()
    mailroom.open.clear()
    async with running(mailroom) as server, talking(server) as talk:
        await talk.begin()
        talk.writer.write(MAIL + b".\r\nNOOP\r\n")
        reply = asyncio.create_task(talk.reply())
        await asyncio.wait_for(mailroom.asked.wait(), 30)
        assert not reply.done()
        mailroom.open.set()
        assert (await reply).startswith("250 2.0.0 kept as ")


# -- limits of a source


async def test_a_source_has_so_many_connections_at_once() -> None:
    async with (
        running(a_mailroom(), exempt=(), source_connections=2) as server,
        talking(server) as one,
        talking(server) as two,
    ):
        assert one.greeting.startswith("220")
        assert two.greeting.startswith("220")
        async with talking(server) as three:
            assert three.greeting.startswith("421 4.7.0")
            assert await three.reply() == ""
        await one.say("QUIT")
        assert await one.reply() == ""
        async with talking(server) as four:
            assert four.greeting.startswith("220")


async def test_all_together_have_so_many_connections_at_once() -> None:
    async with (
        running(a_mailroom(), exempt=(), max_connections=1) as server,
        talking(server) as one,
        talking(server) as two,
    ):
        assert one.greeting.startswith("220")
        assert two.greeting.startswith("421 4.3.2")


async def test_a_source_has_so_many_mails_a_minute() -> None:
    now = 1000.0
    mailroom = a_mailroom()
    async with (
        running(mailroom, clock=lambda: now, exempt=(), source_mails=2) as server,
        talking(server) as talk,
    ):
        for _ in range(2):
            await talk.begin()
            await talk.say(MAIL + b".\r\n")
        assert (await talk.say("MAIL FROM:<a@b.c>")).startswith("450 4.7.1")
        now += 61
        assert (await talk.say("MAIL FROM:<a@b.c>")).startswith("250")


async def test_an_exempt_source_has_no_limits() -> None:
    async with (
        running(a_mailroom(), source_connections=1, source_mails=1) as server,
        talking(server) as one,
        talking(server) as two,
    ):
        for talk in (one, two):
            await talk.begin()
            assert (await talk.say(MAIL + b".\r\n")).startswith("250")


# -- time


async def test_who_says_nothing_is_sent_away() -> None:
    async with running(a_mailroom(), timeout=0.2) as server, talking(server) as talk:
        assert (await talk.reply()).startswith("421 4.4.2")
        assert await talk.reply() == ""


async def test_who_stops_in_the_middle_of_a_mail_is_sent_away_and_nothing_kept() -> None:
    mailroom = a_mailroom()
    async with running(mailroom, timeout=1.0) as server, talking(server) as talk:
        await talk.begin()
        talk.writer.write(b"Subject: x\r\n\r\nhalf")
        assert (await talk.reply()).startswith("421 4.4.2")
    assert mailroom.kept == []


async def test_stopping_sends_the_idle_away_and_lets_a_mail_be_finished() -> None:
    mailroom = a_mailroom()
    async with running(mailroom) as server, talking(server) as idle, talking(server) as busy:
        await idle.say("EHLO c")
        await busy.begin()
        port = server.port
        stopping = asyncio.create_task(server.stop())
        assert (await idle.reply()).startswith("421 4.3.2")
        assert (await busy.say(MAIL + b".\r\n")).startswith("250")
        assert (await busy.reply()).startswith("421 4.3.2")
        await stopping
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
    assert len(mailroom.kept) == 1


async def test_stopping_does_not_wait_for_ever() -> None:
    mailroom = a_mailroom()
    async with running(mailroom, grace=0.1) as server, talking(server) as talk:
        await talk.begin()
        talk.writer.write(b"Subject: never ends\r\n")
        await asyncio.wait_for(server.stop(), 30)
        assert await talk.reader.read() == b""
    assert mailroom.kept == []


# -- TLS and AUTH


async def test_mail_comes_by_tls() -> None:
    mailroom = a_mailroom()
    async with running(mailroom, self_signed=True, require_tls=True) as server:
        await asyncio.to_thread(send, server, MAIL + b"x" * 300_000 + b"\r\n", starttls=True)
    [kept] = mailroom.kept
    assert kept.envelope.tls
    assert b"with ESMTPS id" in kept.raw


async def test_mail_comes_by_tls_on_the_plain_loop_as_on_uvloop() -> None:
    import uvloop

    async def once() -> bool:
        mailroom = a_mailroom()
        async with running(mailroom, self_signed=True) as server:
            await asyncio.to_thread(send, server, starttls=True)
        return mailroom.kept[0].envelope.tls

    assert await asyncio.to_thread(lambda: uvloop.run(once()))
    assert await once()


async def test_a_renewed_certificate_is_shown_and_a_broken_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "certificate.pem"
    write_certificate(path)

    def shown(server: SmtpServer) -> bytes | None:
        with smtplib.SMTP("127.0.0.1", server.port, timeout=30) as client:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            client.starttls(context=context)
            assert isinstance(client.sock, ssl.SSLSocket)
            return client.sock.getpeercert(binary_form=True)

    async with running(a_mailroom(), certificate=path) as server:
        first = await asyncio.to_thread(shown, server)
        write_certificate(path)
        os.utime(path, (1, 1))
        second = await asyncio.to_thread(shown, server)
        path.write_text("nothing of the kind")
        third = await asyncio.to_thread(shown, server)
    assert first != second == third
    with pytest.raises(OSError, match="PEM"):
        SmtpServer(Options(hostname="desk.test", certificate=path), a_mailroom())


async def test_nothing_is_taken_without_tls_where_it_is_required() -> None:
    async with (
        running(a_mailroom(), self_signed=True, require_tls=True) as server,
        talking(server) as talk,
    ):
        await talk.say("EHLO c")
        assert (await talk.say("MAIL FROM:<a@b.c>")).startswith("530 5.7.0")
        assert (await talk.say("AUTH PLAIN AGEAYg==")).startswith("530 5.7.0")


async def test_what_is_said_before_tls_is_forgotten() -> None:
    mailroom = a_mailroom()
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    async with running(mailroom, self_signed=True) as server, talking(server) as talk:
        await talk.say("EHLO c")
        assert (await talk.say(b"STARTTLS\r\nMAIL FROM:<eve@else.test>\r\n")).startswith("220")
        await talk.writer.start_tls(context)
        assert (await talk.say("RCPT TO:<help@desk.test>")).startswith("503")
        assert (await talk.say("MAIL FROM:<ann@else.test>")).startswith("503 5.5.1 say EHLO")
        await talk.begin()


async def test_a_handshake_that_fails_ends_the_session_only() -> None:
    mailroom = a_mailroom()
    async with running(mailroom, self_signed=True) as server:
        async with talking(server) as talk:
            assert (await talk.say("STARTTLS")).startswith("220")
            talk.writer.write(b"this is no TLS at all\r\n")
            await asyncio.wait_for(talk.reader.read(), 30)
        await asyncio.to_thread(send, server)
    assert len(mailroom.kept) == 1


async def test_a_good_login_is_known() -> None:
    mailroom = a_mailroom()
    check: Check = lambda login, password: (login, password) == ("ann", "pass")  # noqa: E731
    async with running(mailroom, check, self_signed=True) as server:
        await asyncio.to_thread(send, server, login=("ann", "pass"), starttls=True)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            await asyncio.to_thread(send, server, login=("ann", "wrong"))
    assert mailroom.kept[0].envelope.login == "ann"
    assert b"with ESMTPSA id" in mailroom.kept[0].raw


async def test_where_a_login_is_wanted_nobody_writes_without() -> None:
    mailroom = a_mailroom()
    check: Check = lambda login, password: password == "pass"  # noqa: E731
    async with running(mailroom, check, require_login=True) as server:
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            await asyncio.to_thread(send, server)
        assert refused.value.smtp_code == 530
        await asyncio.to_thread(send, server, login=("ann", "pass"))
    assert len(mailroom.kept) == 1


async def test_login_asks_for_one_thing_after_the_other() -> None:
    check: Check = lambda login, password: (login, password) == ("ann", "pass")  # noqa: E731
    async with running(a_mailroom(), check) as server, talking(server) as talk:
        await talk.say("EHLO c")
        assert (await talk.say("auth login")).startswith("334")
        assert (await talk.say(base64.b64encode(b"ann").decode())).startswith("334")
        assert (await talk.say(base64.b64encode(b"pass").decode())).startswith("235")
        assert (await talk.say("AUTH PLAIN AGEAYg==")).startswith("503")


async def test_who_guesses_passwords_is_sent_away_and_stays_away() -> None:
    wrong = "AUTH PLAIN " + base64.b64encode(b"\0ann\0guess").decode()
    check: Check = lambda login, password: False  # noqa: E731
    async with running(a_mailroom(), check, exempt=()) as server:
        async with talking(server) as talk:
            await talk.say("EHLO c")
            for _ in range(9):
                assert (await talk.say(wrong)).startswith("535")
            assert (await talk.say(wrong)).startswith("421")
        async with talking(server) as talk:
            await talk.say("EHLO c")
            assert (await talk.say(wrong)).startswith("421 4.7.0")


# -- Postfix


@asynccontextmanager
async def behind(postfix: Postfix, mailroom: MemoryMailroom, **options: Any) -> AsyncIterator[None]:
    async with running(mailroom, port=postfix.relay, **options):
        yield


@pytest.mark.mail
async def test_postfix_delivers_by_tls_what_it_was_given(postfix: Postfix) -> None:
    raw = (
        b"Subject: "
        + "\u6253\u5370\u673a".encode()
        + b"\r\n\r\n.dot\r\n..dots\r\n"
        + b"z" * 5000
        + b"\r\n"
    )
    mailroom = a_mailroom()
    async with behind(postfix, mailroom, self_signed=True):
        await asyncio.to_thread(postfix.send, "ann@sender.test", [HELP, SALES], raw)
        kept = await mailroom.arrived(2)
    assert {one.mailbox for one in kept} == {"help", "sales"}
    assert all(one.envelope.tls for one in kept)
    assert b"\r\n.dot\r\n..dots\r\n" in kept[0].raw


@pytest.mark.mail
async def test_postfix_keeps_what_we_could_not_and_brings_it_again(postfix: Postfix) -> None:
    mailroom = a_mailroom()
    mailroom.failure = Unavailable("the database is away")
    async with behind(postfix, mailroom):
        await asyncio.to_thread(postfix.send, "ann@sender.test", [HELP], MAIL)
        await asyncio.wait_for(mailroom.failed.wait(), 30)
        await asyncio.to_thread(postfix.deferred, "451 4.3.0")
        mailroom.failure = None
        await asyncio.to_thread(postfix.try_again)
        [kept] = await mailroom.arrived(1)
    assert kept.subject == "printer"


@pytest.mark.mail
async def test_postfix_tells_the_sender_of_an_unknown_recipient(postfix: Postfix) -> None:
    mailroom = a_mailroom()
    async with behind(postfix, mailroom):
        await asyncio.to_thread(postfix.send, SALES, ["nobody@desk.test"], MAIL)
        [bounce] = await mailroom.arrived(1)
    assert bounce.mailbox == "sales"
    assert bounce.envelope.mail_from == ""
    assert b"550 5.1.1" in bounce.raw
