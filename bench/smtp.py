"""Mail by SMTP, committed before its 250, against a bare aiosmtpd that keeps nothing.

    python -m bench.smtp [--seconds 2]

16 sessions, mails of 2 KB, one after the other over connections that are kept, every command waiting for
its reply. Three processes: the desk that takes mail in (fsync on, as it always is), the bare server, and
this one, which is the load.
"""

import argparse
import asyncio
import itertools
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

import sqlalchemy as sa
import uvloop

from bench import figures
from bench.running import Desk
from store.opening import open_store
from store.tables import Mail
from tests.servers.ports import free_ports

SESSIONS: Final = 16
SIZE: Final = 2000  # bytes
ROUNDS: Final = 5
WANTED: Final = 0.7
RECIPIENT: Final = "help@desk.localhost"

_HEAD = (
    f"From: Ann <ann@example.org>\r\nTo: {RECIPIENT}\r\nSubject: printer on fire\r\n"
    "Message-ID: <%020d@example.org>\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n"
)
_LINE = "The printer on floor 3 does not print since yesterday.\r\n"
_MAIL: Final = _HEAD + (_LINE * (SIZE // len(_LINE) + 1))[: SIZE - len(_HEAD % 0) - 2] + "\r\n.\r\n"


class Load:
    """Sessions that send mails until it is time; counts those that were taken."""

    def __init__(self, seconds: float) -> None:
        self._end = time.perf_counter() + seconds
        self._numbers = itertools.count(time.time_ns())
        self.taken = 0

    async def run(self, port: int) -> float:
        """Mails a second."""
        loop, began = asyncio.get_running_loop(), time.perf_counter()
        sessions = [
            (await loop.create_connection(lambda: _Session(self.talk()), "127.0.0.1", port))[1]
            for _ in range(SESSIONS)
        ]
        await asyncio.gather(*(session.over for session in sessions))
        return self.taken / (time.perf_counter() - began)

    def talk(self) -> Iterator[tuple[bytes, bytes]]:
        """What one session says, and how the reply to it must begin."""
        yield b"", b"220 "
        yield b"EHLO load.test\r\n", b"250 "
        while time.perf_counter() < self._end:
            yield b"MAIL FROM:<ann@example.org>\r\n", b"250 "
            yield f"RCPT TO:<{RECIPIENT}>\r\n".encode(), b"250 "
            yield b"DATA\r\n", b"354 "
            yield (_MAIL % next(self._numbers)).encode(), b"250 "
            self.taken += 1
        yield b"QUIT\r\n", b"221 "


class _Session(asyncio.Protocol):
    """Says the next thing when it has the reply to the last."""

    def __init__(self, talk: Iterator[tuple[bytes, bytes]]) -> None:
        self._talk, self._got = talk, b""
        self._transport: asyncio.WriteTransport
        _, self._expected = next(talk)
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)  # uvloop's is no subclass

    def data_received(self, data: bytes) -> None:
        self._got += data
        *_, last, rest = (b"\r\n" + self._got).split(b"\r\n")
        if rest or last[3:4] != b" ":
            return  # there is more of it to come
        if not last.startswith(self._expected):
            raise RuntimeError(last.decode())  # closes the connection
        self._got = b""
        words, self._expected = next(self._talk, (b"", b""))
        if words:
            self._transport.write(words)
        else:
            self.over.set_result(None)
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.over.done():
            self.over.set_exception(error or ConnectionError("the server hung up"))


def bare_server(port: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "bench.smtp", "--bare", str(port)])


async def measure(seconds: float) -> bool:
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as folder:
        [port] = free_ports(1)
        bare = bare_server(port)
        desk = Desk(Path(folder), "sqlite", ("intake",))
        try:
            await desk.start()
            await desk.serving()
            await _serving(port)
            taken = 0
            ours, limit, busy = [], [], []
            for _ in range(ROUNDS):
                limit.append(await Load(seconds).run(port))
                load, cpu, began = Load(seconds), time.process_time(), time.perf_counter()
                ours.append(await load.run(desk.smtp_port))
                busy.append((time.process_time() - cpu) / (time.perf_counter() - began))
                taken += load.taken
            await desk.stop()
            if (kept := _kept(desk)) != taken:
                raise RuntimeError(f"{taken} mails were taken, {kept} are kept")
            good = figures.ratio("SMTP, a mail committed before its 250", ours, limit, WANTED)
            figures.note("of it the load's share of a core", max(busy), "the highest of the rounds")
        finally:
            desk.abandon()
            bare.terminate()
            bare.wait()
    return good


def _kept(desk: Desk) -> int:
    store = open_store(desk.database)
    try:
        return store.read(lambda tx: tx.session.scalar(sa.select(sa.func.count(Mail.id)))) or 0
    finally:
        store.close()


async def _serving(port: int, seconds: float = 20) -> None:
    """Until it answers."""
    end = time.perf_counter() + seconds
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            if time.perf_counter() > end:
                raise
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return


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
        uvloop.run(_serve_bare(options.bare))
    sys.exit(not uvloop.run(measure(options.seconds)))


if __name__ == "__main__":
    main()
