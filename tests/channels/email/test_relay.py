"""The way to a relay: a real server on loopback that takes mails, refuses them, falls silent, hangs up."""

import asyncio
import base64
import datetime
import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from channels.channel import DeliveryError, TryLater, Undeliverable
from channels.email.relay import Options, Relay, Security
from tests.channels.email.outgoing import mail, read
from tests.servers.ports import free_ports

FROM, TO = "help@desk.example", "ana@example.org"
SECRET = "s3cret-word"


class Desk:
    """What the relay does with mails; `answers` are its refusals, by command."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.sessions: list[Session] = []
        self.answers: dict[str, str] = {}
        self.hang: set[str] = set()  # commands that get no answer
        self.drop: set[str] = set()  # commands after which the connection is closed
        self.servers: list[SMTP] = []
        self.unknown = "(nothing)"  # what it does not offer
        self.gone = asyncio.Event()  # a connection has ended

    async def _say(self, command: str, fine: str) -> str:
        if command in self.hang:
            await asyncio.get_running_loop().create_future()
        if command in self.drop:
            for server in self.servers:
                if server.transport is not None:
                    server.transport.close()
        return self.answers.pop(command, fine)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, name: str, lines: list[str]
    ) -> list[str]:
        self.sessions.append(session)
        session.host_name = name
        return [line for line in lines if self.unknown not in line]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, sender: str, options: list[str]
    ) -> str:
        said = await self._say("MAIL", "250 OK")
        if said.startswith("250"):
            envelope.mail_from = sender
            envelope.mail_options.extend(options)
        return said

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, to: str, options: list[str]
    ) -> str:
        said = await self._say("RCPT", "250 OK")
        if said.startswith("250"):
            envelope.rcpt_tos.append(to)
        return said

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        said = await self._say("DATA", "250 2.0.0 queued")
        if said.startswith("250") and "DATA" not in self.drop:
            self.taken.append(envelope)
        return said


@asynccontextmanager
async def serving(
    desk: Desk, tls: ssl.SSLContext | None = None, **settings: Any
) -> AsyncIterator[int]:
    class Server(SMTP):
        def connection_lost(self, error: Exception | None) -> None:
            super().connection_lost(error)
            desk.gone.set()

    def protocol() -> SMTP:
        desk.servers.append(Server(desk, enable_SMTPUTF8=True, hostname="relay.test", **settings))
        return desk.servers[-1]

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for one in desk.servers:
            if one.transport is not None:
                one.transport.close()
            if one._handler_coroutine is not None:
                one._handler_coroutine.cancel()


@asynccontextmanager
async def saying(script: Callable[[asyncio.StreamWriter], None]) -> AsyncIterator[int]:
    """A server that speaks first and never listens."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script(writer)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def relay(port: int, **options: Any) -> AsyncIterator[Relay]:
    given: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": port,
        "security": Security.PLAIN,
        "timeout": 30.0,
    }
    found = Relay(Options(**(given | options)))
    yield found
    await found.close()


async def refusal(relay: Relay, to: str = TO) -> DeliveryError:
    with pytest.raises(DeliveryError) as raised:
        await relay.send(mail(to=to), FROM, [to])
    said = str(raised.value)
    assert to not in said
    assert FROM not in said
    assert SECRET not in said
    behind = raised.value
    assert (
        behind.__context__ is None or behind.__suppress_context__
    )  # what is behind it repeats addresses
    return raised.value


# -- a relay that takes mails


async def test_a_mail_arrives_as_it_was_written() -> None:
    raw = mail("Dots:\n\n.\n..two\n\nПривет", to=TO)
    desk = Desk()
    async with serving(desk) as port, relay(port, own_name="desk.example") as out:
        await out.send(raw, FROM, [TO, "ben@example.org"])
    (taken,) = desk.taken
    assert taken.original_content == raw
    assert (taken.mail_from, taken.rcpt_tos) == (FROM, [TO, "ben@example.org"])
    assert f"SIZE={len(raw)}" in taken.mail_options
    assert desk.sessions[0].host_name == "desk.example"


async def test_one_connection_serves_many_mails() -> None:
    desk = Desk()
    async with serving(desk) as port, relay(port) as out:
        for n in range(5):
            await out.send(mail(message_id=f"m{n}@x"), FROM, [TO])
        assert len(desk.sessions) == 1
        assert len(desk.taken) == 5


async def test_never_more_connections_than_allowed() -> None:
    desk = Desk()
    async with serving(desk) as port, relay(port, connections=2) as out:
        await asyncio.gather(*(out.send(mail(), FROM, [TO]) for _ in range(12)))
        assert len(desk.sessions) == 2
        assert len(desk.taken) == 12


async def test_a_connection_that_has_died_is_replaced() -> None:
    desk = Desk()
    async with serving(desk) as port, relay(port) as out:
        await out.send(mail(), FROM, [TO])
        assert desk.servers[0].transport is not None
        desk.servers[0].transport.close()
        await desk.gone.wait()
        await out.send(mail(), FROM, [TO])
        assert len(desk.taken) == 2
        assert len(desk.sessions) == 2


async def test_a_connection_unused_for_long_is_not_used_again() -> None:
    desk = Desk()
    async with serving(desk) as port, relay(port, idle=0.0) as out:
        await out.send(mail(), FROM, [TO])
        await out.send(mail(), FROM, [TO])
        assert len(desk.sessions) == 2


async def test_the_null_sender_and_international_addresses() -> None:
    desk = Desk()
    async with serving(desk) as port, relay(port) as out:
        await out.send(mail(to="ана@пример.example"), "", ["ана@пример.example"])
    (taken,) = desk.taken
    assert (taken.mail_from, taken.rcpt_tos) == ("<>", ["ана@xn--e1afmkfd.example"])
    assert "SMTPUTF8" in taken.mail_options
    assert taken.original_content is not None
    assert "ана@xn--e1afmkfd.example".encode() in taken.original_content


async def test_a_relay_without_smtputf8_cannot_take_such_an_address() -> None:
    desk = Desk()
    desk.unknown = "SMTPUTF8"
    async with serving(desk) as port, relay(port) as out:
        assert "SMTPUTF8" in str(await refusal(out, "ана@пример.example"))
        await out.send(mail(), FROM, [TO])
    assert len(desk.taken) == 1


# -- encryption and login


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of 127.0.0.1, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relay.test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    file = tmp_path_factory.mktemp("certificate") / "relay.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + made.public_bytes(Encoding.PEM)
    )
    return file


def context(certificate: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate)
    return made


async def test_encrypted_from_the_start_or_by_starttls(certificate: Path) -> None:
    desk = Desk()
    tls = context(certificate)
    async with (
        serving(desk, tls) as port,
        relay(port, security=Security.TLS, authorities=certificate) as out,
    ):
        await out.send(mail(), FROM, [TO])
    async with (
        serving(desk, tls_context=tls, require_starttls=True) as port,
        relay(port, security=Security.STARTTLS, authorities=certificate) as out,
    ):
        await out.send(mail(), FROM, [TO])
    assert len(desk.taken) == 2


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_a_certificate_that_is_not_trusted_gets_no_mail(
    certificate: Path, security: Security
) -> None:
    desk, tls = Desk(), context(certificate)
    settings = {"tls": tls} if security is Security.TLS else {"tls_context": tls}
    async with serving(desk, **settings) as port, relay(port, security=security) as out:
        problem = await refusal(out)
    assert isinstance(problem, TryLater)
    assert problem.whole_channel
    assert "certificate" in str(problem)
    assert desk.taken == []


async def test_no_mail_in_the_clear_when_encryption_was_asked_for() -> None:
    desk = Desk()
    async with serving(desk) as port, relay(port, security=Security.STARTTLS) as out:
        problem = await refusal(out)
    assert isinstance(problem, TryLater)
    assert problem.whole_channel
    assert desk.taken == []


def knows(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
) -> AuthResult:
    known = isinstance(data, LoginPassword) and data.password == SECRET.encode()
    return AuthResult(success=known, handled=False)


pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
LOGIN: dict[str, Any] = {"authenticator": knows, "auth_required": True, "auth_require_tls": False}


async def test_a_login_by_password() -> None:
    desk = Desk()
    async with serving(desk, **LOGIN) as port, relay(port, user="desk", password=SECRET) as out:
        await out.send(mail(), FROM, [TO])
    assert len(desk.taken) == 1


async def test_a_wrong_password_holds_everything_and_says_why() -> None:
    desk = Desk()
    async with serving(desk, **LOGIN) as port, relay(port, user="desk", password="wrong") as out:
        problem = await refusal(out)
    assert isinstance(problem, TryLater)
    assert problem.whole_channel
    assert "password" in str(problem)
    assert "535" in str(problem)


async def test_a_relay_that_offers_no_login_holds_everything() -> None:
    async with serving(Desk()) as port, relay(port, user="desk", password=SECRET) as out:
        problem = await refusal(out)
    assert isinstance(problem, TryLater)
    assert problem.whole_channel


class Tokens(Desk):
    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        right = f"user=desk\x01auth=Bearer {SECRET}\x01\x01".encode()
        return AuthResult(success=base64.b64decode(args[1]) == right, handled=False)


@pytest.mark.parametrize("token", [SECRET, "expired"])
async def test_a_login_by_token(token: str) -> None:
    desk = Tokens()
    settings: dict[str, Any] = {"auth_required": True, "auth_require_tls": False}
    async with (
        serving(desk, **settings) as port,
        relay(port, user="desk", token=lambda: token) as out,
    ):
        if token == SECRET:
            await out.send(mail(), FROM, [TO])
        else:
            problem = await refusal(out)
            assert isinstance(problem, TryLater)
            assert problem.whole_channel
            assert "token" in str(problem)


# -- a relay that does not


@pytest.mark.parametrize(
    ("command", "answer", "kind", "whole"),
    [
        ("MAIL", f"451 4.7.1 too many mails from {FROM}", TryLater, True),
        ("MAIL", f"550 5.7.1 {FROM} not allowed", TryLater, True),
        ("MAIL", "552 too big", Undeliverable, None),
        ("MAIL", "554 5.3.4 too big", Undeliverable, None),
        ("MAIL", "421 closing", TryLater, True),
        ("RCPT", f"450 4.2.0 {TO} greylisted", TryLater, False),
        ("RCPT", "452 4.5.3 too many recipients", TryLater, False),
        ("RCPT", f"550 5.1.1 <{TO}> unknown", Undeliverable, None),
        ("RCPT", "421 closing", TryLater, True),
        ("RCPT", "530 5.7.0 log in first", TryLater, True),
        ("DATA", "451 4.3.0 disk full", TryLater, False),
        ("DATA", f"554 5.6.0 spam for {TO}", Undeliverable, None),
    ],
)
async def test_what_a_refusal_means(
    command: str, answer: str, kind: type[DeliveryError], whole: bool | None
) -> None:
    desk = Desk()
    desk.answers[command] = answer
    async with serving(desk) as port, relay(port) as out:
        problem = await refusal(out)
        assert type(problem) is kind
        if isinstance(problem, TryLater):
            assert problem.whole_channel is whole
        else:
            assert " ".join(answer.split()[:2]) in str(problem) or "too big" in str(problem)
        await out.send(mail(), FROM, [TO])  # the next mail is not held up by it
    assert len(desk.taken) == 1


async def test_a_recipient_refused_means_nobody_gets_it() -> None:
    desk = Desk()
    async with serving(desk) as port, relay(port) as out:
        desk.answers["RCPT"] = "550 5.1.1 unknown"
        with pytest.raises(Undeliverable):
            await out.send(mail(), FROM, ["gone@example.org", TO])
    assert desk.taken == []


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("how", ["hang", "drop"])
async def test_a_relay_lost_in_the_middle_is_tried_again(command: str, how: str) -> None:
    desk = Desk()
    getattr(desk, how).add(command)
    # It greets and takes the next mail in milliseconds, but for a second it may get no processor.
    async with serving(desk) as port, relay(port, timeout=1.0 if how == "hang" else 30.0) as out:
        problem = await refusal(out)
        assert isinstance(problem, TryLater)
        assert not problem.whole_channel
        getattr(desk, how).clear()
        await out.send(mail(), FROM, [TO])
    (taken,) = desk.taken
    assert taken.original_content is not None
    assert read(taken.original_content)["Message-ID"] == "<m1@desk.example>"


@pytest.mark.parametrize(
    "script",
    [
        lambda writer: None,
        lambda writer: writer.write(b"220"),
        lambda writer: writer.write(b"554 5.7.1 you are on a list\r\n"),
        lambda writer: writer.write(b"421 4.3.2 come again\r\n"),
        lambda writer: writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        lambda writer: writer.write(b"\xff" * 100_000),
        lambda writer: writer.transport.abort(),
    ],
)
async def test_a_relay_that_does_not_greet_holds_everything(
    script: Callable[[asyncio.StreamWriter], None],
) -> None:
    async with saying(script) as port, relay(port, timeout=0.3) as out:
        problem = await refusal(out)
    assert isinstance(problem, TryLater)
    assert problem.whole_channel


async def test_a_relay_that_is_not_there_holds_everything() -> None:
    async with relay(*free_ports(1)) as out:
        problem = await refusal(out)
    assert isinstance(problem, TryLater)
    assert problem.whole_channel
    assert "refuses connections" in str(problem)


async def test_giving_up_waiting_leaves_nothing_half_said() -> None:
    desk = Desk()
    desk.hang.add("RCPT")
    async with serving(desk) as port, relay(port, connections=1) as out:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(out.send(mail(), FROM, [TO]), 0.3)
        desk.hang.clear()
        await out.send(mail(), FROM, [TO])
    assert len(desk.taken) == 1
