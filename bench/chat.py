"""The web chat's POST, kept durably before its answer, against the same framework with nothing behind it.

python -m bench.chat [--database sqlite|URL] [--seconds 2]
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import aiohttp

from bench import figures, limits
from bench.running import Desk
from tests.servers.ports import free_ports

CONNECTIONS: Final = 64
WORDS: Final = "my VPN drops every ten minutes, error 809. " * 8
ROUNDS: Final = 3


async def load(port: int, path: str, tokens: list[str], seconds: float) -> float:
    """POSTs a second over connections that are kept, each with its own token."""
    done, end = 0, time.perf_counter() + seconds

    async def one(number: int) -> None:
        nonlocal done
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        turn = 0
        while time.perf_counter() < end:
            body = json.dumps({"id": f"bench{time.time_ns()}", "text": WORDS}).encode()
            head = (
                f"POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {tokens[number]}\r\n"
                f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
            )
            writer.write(head.encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in answer[:20]:
                raise RuntimeError(answer.decode())
            length = int(answer.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            turn += 1
            done += 1
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(CONNECTIONS)))
    return done / (time.perf_counter() - began)


async def measure(database: str, seconds: float) -> bool:
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as folder:
        [port] = free_ports(1)
        bare = limits.bare_server(port)
        desk = Desk(Path(folder), database, ("intake",))
        try:
            await desk.start()
            await desk.serving()
            tokens = []
            async with aiohttp.ClientSession() as http:
                for _ in range(CONNECTIONS):
                    async with http.post(f"{desk.url}/channels/web/session") as answer:
                        tokens.append((await answer.json())["token"])
            ours, limit = [], []
            for _ in range(ROUNDS):
                limit.append(await load(port, "/messages", tokens, seconds))
                ours.append(await load(desk.port, "/channels/web/messages", tokens, seconds))
            return figures.ratio("web chat POST, kept before its answer", ours, limit, 0.6)
        finally:
            desk.abandon()
            bare.terminate()
            bare.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", default="sqlite", help="sqlite, or a postgresql:// URL")
    parser.add_argument("--seconds", type=float, default=2.0)
    options = parser.parse_args()
    sys.exit(not asyncio.run(measure(options.database, options.seconds)))


if __name__ == "__main__":
    main()
