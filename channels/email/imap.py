"""Mail comes in by IMAP: a folder is read as it fills, each mail kept before it is marked as done.

imapclient blocks, so all its calls are made in one thread of the source's own. Whoever cancels `listen` has
the socket shut down under it, which ends any of them.
"""

import asyncio
import contextlib
import ipaddress
import logging
import random
import select
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, cast

import structlog
from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError
from msgspec import Struct
from msgspec.structs import replace

from channels.channel import Unavailable
from channels.email.note import in_place_of
from channels.email.ports import Envelope, Mailroom, Position
from channels.email.tokens import NoToken, source_of
from channels.email.trace import without_control

log = structlog.get_logger()
logging.getLogger("imapclient").setLevel(logging.WARNING)  # else it tells who logs in where

CONNECT: Final = 15.0  # seconds for a connection
SIZES: Final = 500  # mails whose sizes are asked for at once
HEAD: Final = 256 * 1024  # bytes of the head of a mail that is too big
FAILURES: Final = 5  # times that a mail could not be fetched, though the connection was good
OVERLAP: Final = timedelta(days=2)  # read again when the folder has new numbers


class Security(StrEnum):
    TLS = "tls"
    STARTTLS = "starttls"
    PLAIN = "plain"  # within this machine


class First(StrEnum):
    """Which mails are taken that were there before us."""

    UNSEEN = "unseen"
    ALL = "all"
    NOW = "now"  # none


class Then(StrEnum):
    """What becomes of a mail that is kept."""

    SEEN = "seen"
    DELETE = "delete"
    MOVE = "move"


class Options(Struct, frozen=True, kw_only=True):
    mailbox: str  # the channel its mails are kept for
    host: str
    port: int = 993
    security: Security = Security.TLS
    ca: Path | None = None  # of a server whose certificate only we know
    user: str
    password: str | None = None  # or one of the tokens, for XOAUTH2
    token_file: Path | None = None
    token_command: tuple[str, ...] = ()  # prints a token
    folder: str = "INBOX"
    first: First = First.UNSEEN
    then: Then = Then.SEEN
    move_to: str = ""
    max_size: int = 36 * 1024 * 1024  # bytes; of a larger mail only the head is kept
    poll: float = 60.0  # seconds between looks, when the server has no IDLE
    idle: float = 540.0  # seconds of one IDLE: servers allow 29 minutes, many a NAT only ten
    timeout: float = 60.0  # seconds to wait for an answer
    longest_pause: float = 300.0  # seconds between two tries


class Trouble(Exception):
    """Why there is no mail from there. The text is for the administrator: no addresses, no secrets."""


class ImapSource:
    """`token` gives a fresh OAuth token, instead of the options' file or command. Called in a thread."""

    def __init__(
        self, options: Options, mailroom: Mailroom, token: Callable[[], str] | None = None
    ) -> None:
        self._options, self._mailroom = options, mailroom
        self.source = f"imap:{options.user}@{options.host}/{options.folder}"
        self._fetch_token = token or source_of(options.token_file, options.token_command)
        self._token: str | None = None
        self._context = ssl.create_default_context(cafile=options.ca)
        self._thread: ThreadPoolExecutor
        self._client: Any = None
        self._sock: socket.socket | None = None
        self._troubled: str | None = None  # what was said last, so that it is said once
        self._tries = 0  # that failed, since the last good one
        self._failures: Counter[int] = Counter()  # to fetch a mail, by its number

    async def listen(self) -> None:
        """Until cancelled. What goes wrong is logged once and tried again after growing pauses."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="imap")
        try:
            while True:
                try:
                    await self._stay()
                except Exception as error:
                    reason = _reason(error)
                    pause = self._pause()
                    if reason != self._troubled:
                        self._troubled = reason
                        log.error("imap.trouble", channel=self._options.mailbox, reason=reason)
                    self._hang_up()
                    await asyncio.sleep(pause)
        finally:
            self._hang_up()
            self._thread.shutdown(wait=False)

    @classmethod
    def probe(cls, options: Options) -> str | None:
        """Log in and open the folder once, and say what is in the way. Blocks."""
        try:
            source = cls(options, cast(Mailroom, None))  # nothing is kept
        except OSError:
            return "the file with its certificate cannot be used"
        try:
            source._connect()
        except Exception as error:
            return _reason(error)
        finally:
            source._close()
        return None

    def _pause(self) -> float:
        self._tries += 1
        longest = min(self._options.longest_pause, 2.0 ** min(self._tries - 1, 20))
        return random.uniform(longest / 2, longest)

    async def _stay(self) -> None:
        """Connected, until something happens to the connection."""
        folder = await self._call(self._connect)
        state = await self._start(int(folder[b"UIDVALIDITY"]), int(folder[b"UIDNEXT"]))
        while True:
            state = await self._take_newer(state)
            if self._troubled is not None:
                log.info("imap.back", channel=self._options.mailbox)
            self._troubled, self._tries = None, 0
            if await self._call(self._client.has_capability, "IDLE"):
                await self._call(self._idle)
            else:
                await asyncio.sleep(self._options.poll)
                await self._call(self._client.noop)

    async def _call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, lambda: function(*arguments)
        )

    # -- the connection

    def _connect(self) -> dict[bytes, Any]:
        """In the thread. What SELECT says of the folder."""
        try:
            self._log_in()
        except LoginError:
            if self._fetch_token is None:
                raise Trouble("the server refuses the login") from None
            # The token may have expired since it was read.
            self._token = None
            self._close()
            try:
                self._log_in()
            except LoginError:
                self._token = None
                raise Trouble("the server refuses the OAuth token, also a fresh one") from None
        try:
            folder: dict[bytes, Any] = self._client.select_folder(self._options.folder)
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            raise Trouble("the folder is not there or may not be opened") from None
        if b"UIDNEXT" not in folder:  # it need not be
            folder[b"UIDNEXT"] = max(self._client.search(), default=0) + 1
        return folder

    def _log_in(self) -> None:
        options = self._options
        token = self._current_token()
        client = IMAPClient(
            options.host,
            options.port,
            ssl=options.security is Security.TLS,
            ssl_context=self._context,
            timeout=SocketTimeout(connect=min(CONNECT, options.timeout), read=options.timeout),
        )
        client._imap.debug = 0  # at its 5 imaplib writes every mail out, for a log nobody keeps
        self._client, self._sock = client, client.socket()
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if options.security is Security.STARTTLS:
            client.starttls(self._context)
            self._sock = client.socket()
        elif options.security is Security.PLAIN and not _within(self._sock):
            raise Trouble("without TLS only a server on this machine is talked to")
        try:
            if token is None:
                client.login(options.user, options.password or "")
            else:
                # A refusal comes as a challenge, which is to be answered with nothing.
                answers = iter([f"user={options.user}\1auth=Bearer {token}\1\1"])
                client.sasl_login("XOAUTH2", lambda challenge: next(answers, ""))
        except LoginError as refusal:
            if isinstance(refusal.__context__, IMAPClientAbortError):  # only lost on the way
                raise refusal.__context__ from None
            raise

    def _current_token(self) -> str | None:
        if self._token is None and self._fetch_token is not None:
            try:
                self._token = self._fetch_token().strip()
            except NoToken as problem:
                raise Trouble(str(problem)) from None
        return self._token

    def _hang_up(self) -> None:
        """From any thread. Whatever waits for the server fails at once."""
        if self._sock is not None:
            with contextlib.suppress(OSError):  # it was gone already
                # Not the SSL socket's own, which takes its state away from under the reader.
                socket.socket.shutdown(self._sock, socket.SHUT_RDWR)
        self._thread.submit(self._close)

    def _close(self) -> None:
        """In the thread, after what was shut down under it."""
        client, self._client, self._sock = self._client, None, None
        if client is not None:
            with contextlib.suppress(OSError, ValueError):
                client.shutdown()

    # -- reading

    async def _start(self, validity: int, next_uid: int) -> "Reached":
        """Where to go on, after what was there before us and is to be taken."""
        kept = await self._mailroom.position(self.source)
        known = _parsed(kept)
        if known is not None and known.validity == validity:
            if known.kept:
                await self._call(self._mark, known.kept)
            return known
        if known is not None:
            log.warning("imap.folder_renumbered", channel=self._options.mailbox)
        if self._options.first is First.ALL:
            return Reached(validity, 0)
        end = Reached(validity, max(next_uid - 1, 0))
        old = await self._call(self._old, known is not None)
        if not old:
            await self._mailroom.reached(Position(self.source, end.value))
            return end
        # Only the last of them carries a position: were we to stop before it, these are asked for again,
        # without those that are done by then.
        return await self._take(Reached(validity, 0), old, end)

    def _old(self, renumbered: bool) -> list[int]:
        """In the thread. The mails to be taken of those that were there before."""
        if renumbered:
            # Not its whole past, which may be of years and was never ours. What was kept is dropped later.
            since: date = (datetime.now(UTC) - OVERLAP).date()
            criteria: list[Any] = ["OR", "UNSEEN", "SINCE", since]
        elif self._options.first is First.UNSEEN:
            criteria = ["UNSEEN"]
        else:
            return []
        return sorted(self._client.search(criteria))

    async def _take_newer(self, reached: "Reached") -> "Reached":
        """Until the server has told of no more mails. One that comes while others are taken is told of with
        an answer, and neither IDLE nor NOOP tells it again (RFC 3501, 7.3.1)."""
        in_vain = 0
        while in_vain < 2:  # some servers tell how many there are with every answer
            newer = await self._call(self._newer, reached.uid)
            reached = await self._take(reached, newer)
            if not await self._call(self._told_of_mails):
                break
            in_vain = 0 if newer else in_vain + 1
        return reached

    def _told_of_mails(self) -> bool:
        """In the thread. Since this was asked last?"""
        _, told = self._client._imap.response("EXISTS")
        return bool(told != [None])

    def _newer(self, uid: int) -> list[int]:
        """In the thread. `n:*` always has the last mail in it, however low its number."""
        self._told_of_mails()
        found = self._client.search(["UID", f"{uid + 1}:*"])
        return sorted(one for one in found if one > uid)

    async def _take(
        self, reached: "Reached", uids: list[int], end: "Reached | None" = None
    ) -> "Reached":
        """Keeps mails in their order. With `end` the position is moved only by the last, to there."""
        sizes: dict[int, int] = {}
        for number, uid in enumerate(uids):
            if number % SIZES == 0:
                sizes = await self._call(self._sizes, uids[number : number + SIZES])
            reached = Reached(reached.validity, uid)
            last = uid == uids[-1]
            if end is not None and last:
                reached = max(reached, end)
            taken = await self._call(self._fetch, uid, sizes.get(uid))
            marked = replace(reached, kept=uid) if taken is not None and taken.whole else reached
            position = Position(self.source, marked.value) if end is None or last else None
            if taken is None:  # deleted since
                if position is not None:
                    await self._mailroom.reached(position)
                continue
            await self._mailroom.keep(
                self._options.mailbox,
                taken.raw,
                Envelope(source="imap", mail_from=None, recipients=()),
                position,
            )
            if taken.whole:
                await self._call(self._mark, uid)
        return reached

    def _sizes(self, uids: list[int]) -> dict[int, int]:
        answer = self._client.fetch(uids, ["RFC822.SIZE"])
        return {uid: int(items.get(b"RFC822.SIZE", 0)) for uid, items in answer.items()}

    def _fetch(self, uid: int, size: int | None) -> "Taken | None":
        """In the thread. None when it is not there any more."""
        if self._failures[uid] >= FAILURES:
            # It must not hold up what comes after it.
            del self._failures[uid]
            log.error("imap.unreadable", channel=self._options.mailbox, uid=uid)
            words = f"A mail could not be fetched. It is still in the mailbox, with the UID {uid}."
            return Taken(in_place_of(b"", words), whole=False)
        self._failures[uid] += 1  # until it is here
        whole = size is None or size <= self._options.max_size
        wanted = "BODY.PEEK[]" if whole else f"BODY.PEEK[HEADER]<0.{HEAD}>"
        found = self._client.fetch([uid], [wanted]).get(uid)
        if found is None:
            del self._failures[uid]
            return None
        raw = next((value for key, value in found.items() if key.startswith(b"BODY[")), None)
        if raw is None:
            raise Trouble("the server fails to hand out a mail")
        del self._failures[uid]
        if whole:
            return Taken(without_control(raw), whole=True)
        log.warning("imap.too_big", channel=self._options.mailbox, uid=uid, size=size)
        words = f"This mail has {size:,} bytes, too many to take in. It is still in the mailbox."
        return Taken(in_place_of(without_control(raw), words), whole=False)

    def _mark(self, uid: int) -> None:
        """In the thread. The mail is safe with us."""
        try:
            self._mark_as_wanted(uid)
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            # Not to be written in, or no such folder to move to. The mails come in all the same.
            log.error("imap.not_marked", channel=self._options.mailbox, uid=uid)

    def _mark_as_wanted(self, uid: int) -> None:
        client, options = self._client, self._options
        if options.then is Then.MOVE:
            if client.has_capability("MOVE"):
                client.move([uid], options.move_to)
                return
            client.copy([uid], options.move_to)
        if options.then is Then.SEEN:
            client.add_flags([uid], [rb"\Seen"], silent=True)
            return
        client.delete_messages([uid], silent=True)
        if client.has_capability("UIDPLUS"):  # else it would take what others have deleted with it
            client.uid_expunge([uid])

    def _idle(self) -> None:
        """In the thread. Until the server has something to say, or it is time to show that we live."""
        client = self._client
        client.idle()
        if not _has_read_on(client, self._options.timeout):
            poller = select.poll()
            poller.register(client.socket(), select.POLLIN)
            poller.poll(self._options.idle * 1000)
        # What it says is not looked at: the folder is, next. A dead connection fails here.
        client.idle_done()


class Reached(Struct, frozen=True, order=True):
    validity: int
    uid: int
    kept: int = 0  # the mail that was kept with this: we may have died before it was marked

    @property
    def value(self) -> str:
        return f"{self.validity}:{self.uid}" + (f":{self.kept}" if self.kept else "")


class Taken(Struct, frozen=True):
    raw: bytes
    whole: bool  # else it stays as it is, for a person to look at


def _parsed(value: str | None) -> Reached | None:
    if value is None:
        return None
    return Reached(*map(int, value.split(":")))


def _has_read_on(client: Any, timeout: float) -> bool:
    """Has the answer to IDLE brought more with it? The socket would not tell: it is in a buffer already."""
    sock = client.socket()
    sock.setblocking(False)
    try:
        return bool(client._imap.file.peek(1))
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        sock.settimeout(timeout)


def _within(sock: socket.socket) -> bool:
    return ipaddress.ip_address(sock.getpeername()[0]).is_loopback


def _reason(error: Exception) -> str:
    match error:
        case Trouble():
            return str(error)
        case Unavailable():
            return "a mail could not be kept; it is tried again"
        case ssl.SSLCertVerificationError():
            return f"the server's certificate is not good: {error.verify_message}"
        case socket.gaierror():
            return "the server's name is not known"
        case ssl.SSLError():
            return "no TLS with the server"
        case TimeoutError():
            return "the server does not answer"
        case ConnectionRefusedError():
            return "the server refuses connections"
        case IMAPClientAbortError() | OSError():
            return "the connection was lost"
        case IMAPClientError():
            return "the server refused a command"
        case _:
            log.exception("imap.failed")
            return f"something is wrong in firstline ({type(error).__name__})"
