"""Mail by SMTP, against a bare aiosmtpd that keeps nothing: 16 sessions, 2 KB mails, 20 mails a connection.

python -m bench.smtp [--seconds 2]
"""

import argparse
import asyncio
import socket
import subprocess
import sys
import time
from typing import Final

from bench import figures

SESSIONS: Final = 16
MAILS: Final = 20  # of one connection
SIZE: Final = 2000  # bytes
ROUNDS: Final = 3
RECIPIENT: Final = "help@desk.test"

_HEAD = (
    "From: Ann <ann@example.org>\r\nTo: help@desk.test\r\nSubject: printer on fire\r\n"
    "Message-ID: <{number}@example.org>\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n"
)
_LINE = "The printer on floor 3 does not print since yesterday.\r\n"


def mail() -> bytes:
    """Another one each time."""
    head = _HEAD.format(number=time.time_ns())
    return (head + (_LINE * (SIZE // len(_LINE) + 1))[: SIZE - len(head) - 2] + "\r\n").encode()


class _Client(asyncio.Protocol):
    """Waits for one reply at a time."""

    def __init__(self) -> None:
        self._got = b""
        self._waiting: asyncio.Future[None] | None = None
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._got += data
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionError())

    async def say(self, words: bytes, expected: bytes) -> None:
        self.transport.write(words)
        while True:
            *lines, rest = self._got.split(b"\r\n")
            for line in lines:
                if line[3:4] != b"-":
                    self._got = rest
                    if not line.startswith(expected):
                        raise RuntimeError(line.decode())
                    return
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting


async def load(port: int, seconds: float, recipient: str = RECIPIENT) -> float:
    """Mails a second."""
    loop = asyncio.get_running_loop()
    done, end = 0, time.perf_counter() + seconds

    async def session() -> None:
        nonlocal done
        while time.perf_counter() < end:
            _, client = await loop.create_connection(_Client, "127.0.0.1", port)
            await client.say(b"", b"220")
            await client.say(b"EHLO load.test\r\n", b"250")
            for _ in range(MAILS):
                await client.say(b"MAIL FROM:<ann@example.org>\r\n", b"250")
                await client.say(b"RCPT TO:<%s>\r\n" % recipient.encode(), b"250")
                await client.say(b"DATA\r\n", b"354")
                await client.say(mail() + b".\r\n", b"250")
                done += 1
                if time.perf_counter() > end:
                    break
            await client.say(b"QUIT\r\n", b"221")
            client.transport.close()

    began = time.perf_counter()
    await asyncio.gather(*(session() for _ in range(SESSIONS)))
    return done / (time.perf_counter() - began)


def server(kind: str, port: int) -> "subprocess.Popen[bytes]":
    """In a process of its own: "bare" is aiosmtpd with nothing behind it, "ours" our sessions likewise."""
    return subprocess.Popen([sys.executable, "-m", "bench.smtp", "--serve", kind, str(port)])


async def serving(port: int, seconds: float = 20) -> None:
    """Until it answers."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return
    raise TimeoutError("it does not answer")


async def measure(seconds: float) -> bool:
    """Our sessions alone, with a mailroom that keeps nothing."""
    ports = [_free_port(), _free_port()]
    servers = [server("bare", ports[0]), server("ours", ports[1])]
    try:
        for port in ports:
            await serving(port)
            await load(port, 0.3)
        limit, ours = [], []
        for _ in range(ROUNDS):
            limit.append(await load(ports[0], seconds))
            ours.append(await load(ports[1], seconds))
        return figures.ratio("SMTP session alone, nothing kept", ours, limit, 0.7)
    finally:
        for process in servers:
            process.terminate()
            process.wait()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


async def _serve_bare(port: int) -> None:
    from aiosmtpd.smtp import SMTP, Envelope, Session

    class Sink:
        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
            return "250 OK"

    sink, loop = Sink(), asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(sink, hostname="bench", loop=loop, enable_SMTPUTF8=True), "127.0.0.1", port
    )
    await server.serve_forever()


async def _serve_ours(port: int) -> None:
    from channels.email.ports import Envelope, Position
    from channels.email.smtp import Options, SmtpServer

    class Nowhere:
        def accepts(self, recipient: str) -> str | None:
            return "mail" if recipient == RECIPIENT else None

        async def keep(
            self, mailbox: str, raw: bytes, envelope: Envelope, position: Position | None = None
        ) -> None:
            pass

        async def position(self, source: str) -> str | None:
            return None

        async def reached(self, position: Position) -> None:
            pass

    await SmtpServer(Options(hostname="bench", port=port), Nowhere()).start()
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--serve", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        import uvloop

        kind, port = options.serve
        uvloop.run({"bare": _serve_bare, "ours": _serve_ours}[kind](int(port)))
    sys.exit(not asyncio.run(measure(options.seconds)))


if __name__ == "__main__":
    main()
