"""Mail comes in by SMTP: each is answered with 250 only once it is kept.

The sessions are aiosmtpd's, with what is slow, chatty or too strict in them done here: its command loop
logs every address and times out in silence, DATA is read line by line, addresses by a header parser.
"""

import asyncio
import itertools
import logging
import secrets
import socket
import ssl
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NoReturn

import aiosmtpd.smtp as aiosmtpd
import structlog
from msgspec import Struct

from channels.channel import Unavailable
from channels.email import certificate, paths, trace
from channels.email.ports import Envelope, Full, Mailroom
from channels.email.sources import Rate, Sources

log = structlog.get_logger()
logging.getLogger("mail.log").disabled = True  # aiosmtpd's: it logs addresses and what is said

Check = Callable[[str, str], bool]
"""Is this the password of that login? Called in a thread."""

LINE: Final = 64 * 1024  # bytes read at once; a command may have no more, a line of DATA may
COMMAND: Final = 12 * 1024  # RFC 4954 § 4.1 has the longest
ERRORS: Final = 10  # unknown commands and wrong passwords of one session
LINGER: Final = 5.0  # seconds to take our last words
BEFORE_TLS: Final = frozenset({"EHLO", "HELO", "NOOP", "RSET", "STARTTLS", "QUIT"})


class Options(Struct, frozen=True, kw_only=True):
    host: str = "127.0.0.1"
    port: int = 2525
    hostname: str  # what we call ourselves
    certificate: Path | None = None  # PEM; STARTTLS is offered with it
    key: Path | None = None  # in the same file when None
    self_signed: bool = False  # offer STARTTLS without a certificate
    require_tls: bool = False
    require_login: bool = False
    max_size: int = 36 * 1024 * 1024  # bytes of a mail: 25 MB of files in base64
    max_recipients: int = 100
    max_connections: int = 500
    source_connections: int = 20  # at once, of one address
    source_mails: int = 120  # a minute, of one address
    exempt: tuple[str, ...] = ("127.0.0.0/8", "::1/128")  # addresses without limits: our relay
    timeout: float = 300.0  # seconds for a command, or for more to come in DATA
    grace: float = 10.0  # seconds to finish a mail when we stop


class SmtpServer:
    """`check` tells whether a login is good; without it nobody can log in.

    Raises OSError when the certificate cannot be used."""

    def __init__(
        self,
        options: Options,
        mailroom: Mailroom,
        check: Check | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.options, self.mailroom, self.check = options, mailroom, check
        self.sources = Sources(options.max_connections, options.source_connections, options.exempt)
        self.mails = Rate(options.source_mails, clock)
        self.failures = Rate(ERRORS, clock)
        self._context: ssl.SSLContext | None = None
        self._certified = 0  # when the certificate's file was written
        self.context()
        self.sessions: set[Session] = set()
        self.stopping = False
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        assert self._server is not None, "it is not started"
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def context(self) -> ssl.SSLContext | None:
        """For STARTTLS, with the certificate as it is now: it is renewed every few months."""
        options = self.options
        if options.certificate is not None:
            try:
                written = options.certificate.stat().st_mtime_ns
                if written != self._certified:
                    self._context = certificate.server_context(options.certificate, options.key)
                    self._certified = written
            except OSError:
                if self._context is None:
                    raise
                log.error("smtp.certificate_unreadable")
        elif options.self_signed and self._context is None:
            self._context = certificate.self_signed(options.hostname)
        return self._context

    async def start(self, listener: socket.socket | None = None) -> None:
        """On a socket that listens already, or on the port of the options: raises OSError then."""
        loop = asyncio.get_running_loop()
        options = self.options
        self._server = await (
            loop.create_server(lambda: Session(self, loop), sock=listener, backlog=1024)
            if listener is not None
            else loop.create_server(
                lambda: Session(self, loop), options.host, options.port, backlog=1024
            )
        )

    async def stop(self) -> None:
        """Mails that are coming in may be finished, for a while; everybody else is sent away."""
        self.stopping = True
        if self._server is not None:
            self._server.close()
        for session in list(self.sessions):
            session.dismiss()
        for patience in (self.options.grace, LINGER):
            running = [session.task for session in self.sessions if session.task]
            if not running:
                return
            await asyncio.wait(running, timeout=patience)
            for session in list(self.sessions):
                session.abort()


class Transaction(aiosmtpd.Envelope):
    """What MAIL and RCPT have said."""

    def __init__(self) -> None:
        super().__init__()
        self.sender: str | None = None  # None before MAIL
        self.utf8 = False
        self.mailboxes: dict[str, dict[str, None]] = {}  # recipients of each, in order
        self.count = 0


class Goodbye(Exception):
    """The session ends; the text is its last reply."""


class Session(aiosmtpd.SMTP):
    # aiosmtpd makes its reader of this size. It is what is read at once, not the longest line.
    line_length_limit = LINE

    envelope: Transaction
    session: aiosmtpd.Session
    transport: asyncio.Transport | None
    _reader: asyncio.StreamReader
    _writer: asyncio.StreamWriter
    _numbers = itertools.count(1)

    def __init__(self, server: SmtpServer, loop: asyncio.AbstractEventLoop) -> None:
        options = server.options
        super().__init__(
            None,  # no hooks: what they would do is done here
            hostname=options.hostname,
            data_size_limit=options.max_size,
            enable_SMTPUTF8=True,
            timeout=options.timeout,
            loop=loop,
        )
        self._house = server
        self._source: str | None = None
        self._peer = ""
        self._tls = False
        self._login: str | None = None
        self._errors = 0
        self._active = 0.0
        self._idle = False  # it is waited for a command
        self._busy = False  # it waits for us

    # -- the connection

    @property
    def task(self) -> "asyncio.Task[None] | None":
        return self._handler_coroutine

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        peer = transport.get_extra_info("peername")
        self._peer = peer[0] if peer else "0.0.0.0"  # noqa: S104 - it is gone already
        self._source = self._house.sources.named(self._peer)
        self._house.sessions.add(self)
        super().connection_made(transport)

    def eof_received(self) -> bool | None:
        # Not the end yet: what came before it is still answered.
        return asyncio.StreamReaderProtocol.eof_received(self)

    def _create_envelope(self) -> Transaction:
        return Transaction()

    def _reset_timeout(self, duration: float | None = None) -> None:
        # A timer for each command costs more than the command.
        self._active = self.loop.time()
        if self._timeout_handle is None:
            self._timeout_handle = self.loop.call_later(self._timeout_duration, self._timeout_cb)

    def _timeout_cb(self) -> None:
        if self._busy:
            self._active = self.loop.time()
        left = self._active + self._timeout_duration - self.loop.time()
        if left > 0:
            self._timeout_handle = self.loop.call_later(max(left, 0.01), self._timeout_cb)
        else:
            self._end("421 4.4.2 you took too long, goodbye")

    def dismiss(self) -> None:
        """We stop: whoever is between two commands goes now, the others after theirs."""
        if self._idle:
            self._end("421 4.3.2 we are closing down, try again later")

    def abort(self) -> None:
        if self.transport is not None:
            self.transport.abort()

    def _end(self, reply: str) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(reply.encode() + b"\r\n")
            self._close()

    def _close(self) -> None:
        if self.transport is not None:  # else it is lost already
            if self._timeout_handle is not None:
                self._timeout_handle.cancel()
            self._timeout_handle = self.loop.call_later(LINGER, self.transport.abort)
            self.transport.close()  # once it has read our last words, which may be never

    async def _handle_client(self) -> None:
        house = self._house
        try:
            if refusal := house.sources.enter(self._source):
                raise Goodbye(refusal)
            await self.push(f"220 {self.hostname} ESMTP")
            while True:
                if house.stopping:
                    raise Goodbye("421 4.3.2 we are closing down, try again later")
                await self._command(await self._line())
        except Goodbye as last:
            self._end(str(last))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # they went away
        except Exception:
            log.exception("smtp.failed")
            self._end("421 4.3.0 something is wrong here, try again later")
        finally:
            house.sources.leave(self._source)
            house.sessions.discard(self)
            self._close()

    async def _line(self) -> bytes:
        self._reset_timeout()
        self._idle = True
        try:
            return await self._reader.readuntil(b"\n")
        except asyncio.LimitOverrunError as overrun:
            length = overrun.consumed
            await self._reader.readexactly(overrun.consumed)
            while length < self._house.options.max_size:
                try:
                    await self._reader.readuntil(b"\n")
                    return b" " * (COMMAND + 1)
                except asyncio.LimitOverrunError as more:
                    length += len(await self._reader.readexactly(more.consumed))
            raise Goodbye("421 4.7.0 that line has no end") from None
        finally:
            self._idle = False

    async def _command(self, line: bytes) -> None:
        if len(line) > COMMAND:
            await self._wrong("500 5.5.2 line too long")
            return
        word, _, argument = line.strip().partition(b" ")
        command = word.upper().decode("ascii", "replace")
        method = self._smtp_methods.get(command)
        if method is None:
            await self._wrong("500 5.5.2 command not recognized")
        elif self._house.options.require_tls and not self._tls and command not in BEFORE_TLS:
            await self.push("530 5.7.0 must issue a STARTTLS command first")
        else:
            await method(argument.strip().decode("utf-8", "surrogateescape") or None)

    async def _wrong(self, reply: str) -> None:
        self._errors += 1
        if self._errors >= ERRORS:
            raise Goodbye("421 4.7.0 too many errors, goodbye")
        await self.push(reply)

    async def push(self, status: str | bytes) -> None:
        reply = status.encode() if isinstance(status, str) else status
        self._writer.write(reply + b"\r\n")
        await self._writer.drain()

    # -- commands; HELO, NOOP and RSET are aiosmtpd's

    async def smtp_EHLO(self, hostname: str | None) -> None:
        if not hostname:
            await self.push("501 5.5.4 syntax: EHLO hostname")
            return
        self.envelope = Transaction()
        self.session.extended_smtp, self.session.host_name = True, hostname
        offers = [f"SIZE {self._house.options.max_size}", "8BITMIME", "SMTPUTF8", "PIPELINING"]
        if not self._tls and self._house.context():
            offers.append("STARTTLS")
        if self._may_log_in():
            offers.append("AUTH LOGIN PLAIN")
        lines = [self.hostname, *offers]
        await self.push("".join(f"250-{line}\r\n" for line in lines[:-1]) + f"250 {lines[-1]}")

    async def smtp_QUIT(self, arg: str | None) -> NoReturn:
        raise Goodbye("221 2.0.0 goodbye")

    async def smtp_VRFY(self, arg: str | None) -> None:
        await self.push("252 2.1.5 send some mail, we will try to take it")

    async def smtp_EXPN(self, arg: str | None) -> None:
        await self.push("252 2.1.5 there are no lists to look into")

    async def smtp_HELP(self, arg: str | None) -> None:
        await self.push("214 2.0.0 see RFC 5321")

    async def smtp_STARTTLS(self, arg: str | None) -> None:
        context = self._house.context()
        if context is None or self._tls or arg:
            await self.push("454 4.7.0 TLS is not available" if not arg else "501 5.5.4 syntax")
            return
        plain = self.transport
        assert plain is not None
        # What was said before TLS may be anybody's (RFC 3207 § 4.2).
        self._reader._buffer.clear()  # type: ignore[attr-defined]
        plain.write(b"220 2.0.0 ready to start TLS\r\n")
        try:
            secure = await self.loop.start_tls(
                plain, self, context, server_side=True, ssl_handshake_timeout=30
            )
        except (OSError, ssl.SSLError):  # also when it takes too long, or they go
            plain.abort()
            raise ConnectionAbortedError from None
        if secure is None or secure.is_closing():
            raise ConnectionAbortedError
        self.transport = secure
        self._reader._transport = secure  # type: ignore[attr-defined]
        self._writer._transport = secure  # type: ignore[attr-defined]
        self._over_ssl = self._tls = True
        self._login = None
        self.envelope = Transaction()
        self.session = self._create_session()

    # -- AUTH

    def _may_log_in(self) -> bool:
        return self._house.check is not None and (
            self._tls or self._peer.startswith("127.") or self._peer == "::1"
        )

    async def smtp_AUTH(self, arg: str | None) -> None:
        if not self._may_log_in():
            closed = self._house.check is None
            await self.push(
                "502 5.5.1 there is no AUTH" if closed else "538 5.7.11 encryption required"
            )
            return
        if self.envelope.sender is not None:
            await self.push("503 5.5.1 not within a mail")
            return
        self._auth_require_tls = False  # seen to above
        words = (arg or "").split()
        await super().smtp_AUTH(" ".join([words[0].upper(), *words[1:]]) if words else "")

    async def auth_PLAIN(self, server: Any, args: list[str]) -> aiosmtpd.AuthResult:
        return await self._checked(super().auth_PLAIN(server, args))

    async def auth_LOGIN(self, server: Any, args: list[str]) -> aiosmtpd.AuthResult:
        return await self._checked(super().auth_LOGIN(server, args))

    def _authenticate(self, mechanism: str, auth_data: Any) -> aiosmtpd.AuthResult:
        # Only read so far, which proves nothing: `_checked` asks in a thread.
        return aiosmtpd.AuthResult(success=False, handled=True, auth_data=auth_data)

    async def _checked(self, reading: Awaitable[aiosmtpd.AuthResult]) -> aiosmtpd.AuthResult:
        read = await reading
        if read.auth_data is None:
            return read  # an error, already answered
        source = self._source
        if source is not None and self._house.failures.exceeded(source):
            raise Goodbye("421 4.7.0 too many wrong passwords, try again later")
        check = self._house.check
        assert check is not None
        try:
            login, password = read.auth_data.login.decode(), read.auth_data.password.decode()
        except UnicodeDecodeError:
            login = password = ""
        self._busy = True
        try:
            good = bool(login and password) and await asyncio.to_thread(check, login, password)
        except Unavailable:
            return aiosmtpd.AuthResult(
                success=False,
                handled=False,
                message="454 4.7.0 cannot tell just now, try again later",
            )
        finally:
            self._busy = False
        if not good:
            log.warning("smtp.login_refused")
            if source is not None:
                self._house.failures.count(source)
            await self._wrong("535 5.7.8 authentication credentials invalid")
            return aiosmtpd.AuthResult(success=False, handled=True)
        self._login = login
        return aiosmtpd.AuthResult(success=True, auth_data=read.auth_data)

    # -- a mail

    async def smtp_MAIL(self, arg: str | None) -> None:
        house = self._house
        if not self.session.host_name:
            await self.push("503 5.5.1 say EHLO first")
            return
        if self.envelope.sender is not None:
            await self.push("503 5.5.1 one mail at a time")
            return
        if house.options.require_login and self._login is None:
            await self.push("530 5.7.0 authentication required")
            return
        try:
            path = paths.sender(arg)
            _understood(path.parameters, house.options.max_size)
        except paths.BadPath as problem:
            await self.push(str(problem))
            return
        if self._source is not None:
            if house.mails.exceeded(self._source):
                await self.push("450 4.7.1 too many mails from your address, try again later")
                return
            house.mails.count(self._source)
        self.envelope.sender = path.address
        self.envelope.utf8 = "SMTPUTF8" in path.parameters
        await self.push(b"250 2.1.0 OK")

    async def smtp_RCPT(self, arg: str | None) -> None:
        envelope = self.envelope
        if envelope.sender is None:
            await self.push("503 5.5.1 say MAIL first")
            return
        try:
            path = paths.recipient(arg)
        except paths.BadPath as problem:
            await self.push(str(problem))
            return
        if path.parameters:
            await self.push("555 5.5.4 parameter not recognized")
            return
        mailbox = self._house.mailroom.accepts(path.address)
        if mailbox is None:
            await self.push("550 5.1.1 no such mailbox here")
            return
        known = envelope.mailboxes.get(mailbox, {})
        if path.address not in known:
            if envelope.count >= self._house.options.max_recipients:
                await self.push("452 4.5.3 too many recipients")
                return
            envelope.count += 1
            envelope.mailboxes.setdefault(mailbox, {})[path.address] = None
        await self.push(b"250 2.1.5 OK")

    async def smtp_DATA(self, arg: str | None) -> None:
        if self.envelope.sender is None or arg:
            await self.push("501 5.5.4 syntax: DATA" if arg else "503 5.5.1 say MAIL first")
            return
        if not self.envelope.mailboxes:
            await self.push("554 5.5.1 no valid recipients")
            return
        await self.push(b"354 end with <CRLF>.<CRLF>")
        parts = await self._data()
        if parts is None:
            self.envelope = Transaction()
            await self.push("552 5.3.4 the mail is too big")
            return
        self._busy = True
        try:
            reply = await self._keep(parts)
        finally:
            self._busy = False
        self.envelope = Transaction()
        await self.push(reply)

    async def _data(self) -> list[bytes] | None:
        """The mail in parts that end anywhere, without the dots of transparency. None: it was too big.

        Only <CRLF>.<CRLF> ends it: whoever takes less than that lets mails be smuggled in."""
        reader, limit = self._reader, self._house.options.max_size
        # The CRLF that ended the command counts, so that a lone dot at once is an empty mail.
        reader._buffer[:0] = b"\r\n"  # type: ignore[attr-defined]
        parts: list[bytes] = []
        size, held, ended = -2, b"", False
        while not ended:
            self._reset_timeout()
            try:
                part = held + (await reader.readuntil(b"\r\n.\r\n"))[:-3]
                held, ended = b"", True
            except asyncio.LimitOverrunError as overrun:
                part = held + await reader.readexactly(overrun.consumed)
                # A line end may belong to a dot of the next part.
                held = b"\r\n" if part.endswith(b"\r\n") else b"\r" if part.endswith(b"\r") else b""
                part = part[: len(part) - len(held)]
            size += len(part)
            if size > limit:
                parts.clear()
                if size > 2 * limit:
                    raise Goodbye("552 5.3.4 the mail is far too big")
            else:
                parts.append(part.replace(b"\r\n.", b"\r\n") if b"\r\n." in part else part)
        if size > limit:
            return None
        parts[0] = parts[0][2:]
        return parts

    async def _keep(self, parts: list[bytes]) -> str:
        envelope, session = self.envelope, self.session
        assert envelope.sender is not None
        helo = trace.name(session.host_name or "")
        mail_id = f"{secrets.token_hex(6)}-{next(self._numbers)}"
        stamp = trace.stamp(
            return_path=envelope.sender,
            helo=helo,
            peer=self._peer,
            host=self.hostname,
            protocol=self._protocol(),
            mail_id=mail_id,
            now=datetime.now(UTC),
        )
        raw = trace.stamped(stamp, parts)
        parts.clear()
        try:
            for mailbox, recipients in envelope.mailboxes.items():
                await self._house.mailroom.keep(
                    mailbox,
                    raw,
                    Envelope(
                        source="smtp",
                        mail_from=envelope.sender,
                        recipients=tuple(recipients),
                        peer=self._peer,
                        helo=helo,
                        tls=self._tls,
                        login=self._login,
                    ),
                )
        except Full:
            return "452 4.3.1 no room for it just now, try again later"
        except Unavailable:
            return "451 4.3.0 it could not be kept just now, try again later"
        except Exception:
            log.exception("smtp.not_kept")
            return "451 4.3.0 it could not be kept just now, try again later"
        return f"250 2.0.0 kept as {mail_id}"

    def _protocol(self) -> str:
        """RFC 3848, RFC 6531 § 4.3."""
        if not self.session.extended_smtp:
            return "SMTP"
        kind = "UTF8SMTP" if self.envelope.utf8 else "ESMTP"
        return kind + "S" * self._tls + "A" * (self._login is not None)


def _understood(parameters: dict[str, str | None], max_size: int) -> None:
    """Raises BadPath."""
    for name, value in parameters.items():
        if name == "SIZE":
            if value is None or not (value.isascii() and value.isdigit()) or len(value) > 20:
                raise paths.BadPath("501 5.5.4 SIZE takes a number")
            if int(value) > max_size:
                raise paths.BadPath("552 5.3.4 the mail is too big")
        elif name == "BODY":
            if (value or "").upper() not in {"7BIT", "8BITMIME"}:
                raise paths.BadPath("501 5.5.4 BODY is 7BIT or 8BITMIME")
        elif name == "SMTPUTF8":
            if value is not None:
                raise paths.BadPath("501 5.5.4 SMTPUTF8 takes no value")
        elif name != "AUTH":  # says who wrote it, which proves nothing (RFC 4954 § 5)
            raise paths.BadPath("555 5.5.4 parameter not recognized")
