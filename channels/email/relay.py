"""Handing mails to a relay over SMTP, on a few connections that are kept.

What its answers mean: a refusal of the mail itself is final; whatever else goes wrong may pass, and when it
would have met any mail (no connection, no login, our sender refused) all mails wait. When the connection
breaks after the mail was sent, nobody knows whether it arrived: it is sent again under the same Message-ID.
Reasons hold numbers only, for what relays say repeats addresses; nor are their exceptions passed on.
"""

import asyncio
import re
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import Final

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)
from msgspec import Struct

from channels.channel import DeliveryError, Receipt, TryLater, Undeliverable
from channels.email.envelope import on_the_wire
from channels.email.tokens import NoToken

SLOWEST: Final = 20_000  # bytes a second; a relay that takes a mail slower than that is given up

_ENHANCED: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?!\S)")
# It closes the connection (RFC 5321 § 3.8), or wants a login first (RFC 4954 § 6), whatever the mail was.
_NOT_THE_MAIL: Final = frozenset({421, 530})


class Security(StrEnum):
    TLS = "tls"
    STARTTLS = "starttls"
    PLAIN = "plain"


class Options(Struct, frozen=True, kw_only=True):
    host: str
    port: int
    security: Security = Security.STARTTLS
    user: str | None = None
    password: str | None = None
    token: Callable[[], str] | None = None  # for XOAUTH2, instead of a password; blocks
    authorities: Path | None = None  # PEM; None for those of the system
    own_name: str | None = None  # what we call ourselves in EHLO
    timeout: float = 30.0  # seconds for every answer
    connections: int = 4
    idle: float = 60.0  # seconds a connection without work is kept


class Relay:
    """Belongs to the loop it is used in."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._free: list[tuple[SMTP, float]] = []  # and since when; the latest used last
        self._slots = asyncio.Semaphore(options.connections)

    async def send(self, raw: bytes, mail_from: str, recipients: Sequence[str]) -> Receipt:
        """To all recipients or to none: give one at a time when one must not hold up the others.
        An empty `mail_from` is the null sender. Raises TryLater or Undeliverable."""
        sender = on_the_wire(mail_from) if mail_from else ""
        to = [on_the_wire(one) for one in recipients]
        async with self._slots, self._connection() as smtp:
            await self._envelope(smtp, len(raw), sender, to)
            await self._hand_over(smtp, raw)
        return Receipt()

    async def probe(self) -> str | None:
        """Log in once, and say what is in the way."""
        try:
            async with self._connection():
                return None
        except TryLater as problem:
            return str(problem)

    async def close(self) -> None:
        while self._free:
            await self._leave(self._free.pop()[0])

    # -- connections

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[SMTP]:
        """Kept for the next mail when the relay is still in step with us."""
        smtp = await self._kept() or await self._connected()
        try:
            yield smtp
        except DeliveryError:
            if not await self._in_step(smtp.rset):
                smtp.close()
                raise
            self._free.append((smtp, time.monotonic()))
            raise
        except BaseException:
            smtp.close()
            raise
        self._free.append((smtp, time.monotonic()))

    async def _kept(self) -> SMTP | None:
        now = time.monotonic()
        while self._free:
            smtp, since = self._free.pop()
            if now - since > self._options.idle:
                await self._leave(smtp)
            elif await self._in_step(smtp.noop):
                return smtp
            else:
                smtp.close()
        return None

    async def _in_step(self, ask: Callable[[], Awaitable[object]]) -> bool:
        try:
            await ask()
        except (SMTPException, OSError):
            return False
        return True

    async def _leave(self, smtp: SMTP) -> None:
        await self._in_step(lambda: smtp.quit(timeout=2))
        smtp.close()

    async def _connected(self) -> SMTP:
        options = self._options
        smtp = SMTP(
            hostname=options.host,
            port=options.port,
            use_tls=options.security is Security.TLS,
            start_tls=options.security is Security.STARTTLS,
            cert_bundle=str(options.authorities) if options.authorities else None,
            local_hostname=options.own_name,
            timeout=options.timeout,
        )
        try:
            async with asyncio.timeout(options.timeout * 4):  # greeting, EHLO, TLS and login
                await smtp.connect()
                if smtp.is_ehlo_or_helo_needed:
                    await smtp.ehlo()
                await self._log_in(smtp)
        except BaseException as problem:
            smtp.close()
            if isinstance(problem, SMTPException | OSError):
                raise TryLater(_no_connection(problem), whole_channel=True) from None
            raise
        return smtp

    async def _log_in(self, smtp: SMTP) -> None:
        options = self._options
        if options.user is None:
            return
        if options.token is not None:
            try:
                token = await asyncio.to_thread(options.token)
            except NoToken as problem:
                raise TryLater(str(problem), whole_channel=True) from None
            await smtp.auth_xoauth2(options.user, token)
        elif options.password is not None:
            await smtp.login(options.user, options.password)

    # -- one mail

    async def _envelope(self, smtp: SMTP, size: int, sender: str, to: Sequence[str]) -> None:
        asked = [f"SIZE={size}"] if smtp.supports_extension("size") else []
        encoding = "ascii"
        if not all(one.isascii() for one in (sender, *to)):
            if not smtp.supports_extension("smtputf8"):
                raise Undeliverable("the relay takes no internationalised addresses (SMTPUTF8)")
            asked += ["SMTPUTF8", "BODY=8BITMIME"]
            encoding = "utf-8"
        try:
            await smtp.mail(sender, options=asked, encoding=encoding)
            for one in to:
                await smtp.rcpt(one, encoding=encoding)
        except SMTPSenderRefused as refusal:
            # We announce the size, so this is where a relay says that it is too much (RFC 1870 § 6.1).
            if refusal.code == 552 or _enhanced(refusal) == "5.3.4":
                raise Undeliverable("the mail is too big for the relay") from None
            # Any other mail of ours would be refused as well, for the moment or until somebody acts.
            raise TryLater(
                _answer("the relay does not take mail from our address", refusal),
                whole_channel=True,
            ) from None
        except SMTPRecipientRefused as refusal:
            raise _refused("the relay refuses the recipient", refusal) from None
        except (SMTPException, OSError) as problem:
            raise TryLater(_lost(problem, "before the mail was sent")) from None

    async def _hand_over(self, smtp: SMTP, raw: bytes) -> None:
        try:
            await smtp.data(raw, timeout=self._options.timeout + len(raw) / SLOWEST)
        except SMTPDataError as refusal:
            raise _refused("the relay refuses the mail", refusal) from None
        except (SMTPException, OSError) as problem:
            raise TryLater(_lost(problem, "before the relay confirmed the mail")) from None


def _no_connection(problem: Exception) -> str:
    match problem:
        case SMTPAuthenticationError():
            return _answer("the relay refuses our user name with this password or token", problem)
        case SMTPResponseException():
            return _answer("the relay does not let us in", problem)
        case TimeoutError():
            return "the relay does not answer"
        case _ if isinstance(problem.__cause__ or problem, ssl.SSLError):
            return "no encryption could be agreed with the relay: is its certificate trusted?"
        case _ if isinstance(problem.__cause__, ConnectionRefusedError):
            return "the relay refuses connections"
        case _:
            return f"no connection to the relay ({type(problem).__name__})"


def _refused(what: str, refusal: SMTPResponseException) -> DeliveryError:
    reason = _answer(what, refusal)
    if refusal.code in _NOT_THE_MAIL:
        return TryLater(reason, whole_channel=True)
    return Undeliverable(reason) if 500 <= refusal.code < 600 else TryLater(reason)


def _answer(what: str, refusal: SMTPResponseException) -> str:
    return f"{what} ({' '.join(filter(None, (str(refusal.code), _enhanced(refusal))))})"


def _enhanced(refusal: SMTPResponseException) -> str:
    found = _ENHANCED.match(refusal.message)
    return found[0] if found else ""


def _lost(problem: Exception, when: str) -> str:
    if isinstance(problem, TimeoutError):
        return f"the relay did not answer in time, {when}"
    return f"the connection to the relay was lost {when} ({type(problem).__name__})"
