"""Mail by SMTP with its durable commit, against a bare aiosmtpd that keeps nothing.

16 sessions, 2 KB mails, 20 mails a connection.

python -m bench.smtp [--seconds 2]
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from bench import figures
from bench.running import Desk, free_port
from store.opening import open_store
from store.tables import Mail

SESSIONS: Final = 16
MAILS: Final = 20  # of one connection
SIZE: Final = 2000  # bytes
ROUNDS: Final = 3
RECIPIENT: Final = "help@desk.localhost"
WANTED: Final = 0.7

_HEAD = (
    "From: Ann <ann@example.org>\r\nTo: help@desk.localhost\r\nSubject: printer on fire\r\n"
    "Message-ID: <{number}@example.org>\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n"
)
_LINE = "The printer on floor 3 does not print since yesterday.\r\n"


def mail() -> bytes:
    """Another one each time."""
    head = _HEAD.format(number=time.time_ns())
    return (head + (_LINE * (SIZE // len(_LINE) + 1))[: SIZE - len(head) - 2] + "\r\n").encode()


class Client(asyncio.Protocol):
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
            _, client = await loop.create_connection(Client, "127.0.0.1", port)
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
    """What takes mail in, and commits each before it says so, against what keeps nothing."""
    port = free_port()
    bare = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.smtp", "--bare", str(port)
    )
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as place:
        desk = Desk(Path(place), "sqlite", ("intake",))
        await desk.start()
        try:
            for one in (port, desk.smtp_port):
                await serving(one)
                await load(one, 0.3)
            limit, ours = [], []
            for _ in range(ROUNDS):
                limit.append(await load(port, seconds))
                ours.append(await load(desk.smtp_port, seconds))
        finally:
            desk.abandon()
            bare.terminate()
            await bare.wait()
        kept = mails_in(desk)
    good = figures.ratio("SMTP, mail committed before the 250", ours, limit, WANTED)
    taken = sum(rate * seconds for rate in ours)
    if kept < taken * 0.9:
        raise RuntimeError(f"{kept} mails kept of about {taken:.0f}")
    return good


def mails_in(desk: Desk) -> int:
    store = open_store(desk.database)
    try:
        return store.read(lambda tx: tx.session.scalar(sa.select(sa.func.count(Mail.id)))) or 0
    finally:
        store.close()


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


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--bare", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bare:
        import uvloop

        uvloop.run(_serve_bare(options.bare))
    sys.exit(not asyncio.run(measure(options.seconds)))


if __name__ == "__main__":
    main()
