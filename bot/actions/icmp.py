"""Ping: ICMP by an unprivileged socket where the kernel allows it, else by the system's own program.

The program is started without a shell, with an address that was read as one (RFC 792, RFC 4443).
"""

import asyncio
import ipaddress
import os
import re
import secrets
import shutil
import socket
import struct
from typing import Final

from bot.actions.action import Outcome, Result
from bot.actions.targets import Address

COUNT: Final = 4
LOCAL: Final = ipaddress.IPv4Address("127.0.0.1")
WAIT: Final = 1.0  # seconds for an answer
PAUSE: Final = 0.2  # seconds between two


async def ping(host: str, address: Address) -> Outcome:
    values = {"host": host, "address": str(address), "sent": str(COUNT)}
    opened = _opened(address)
    if opened is None:
        times = await _by_program(address)
        if times is None:
            return Outcome(result=Result.CANNOT, values=values)
    else:
        try:
            times = await _by_socket(opened, address)
        except OSError:
            times = []
        finally:
            opened.close()
    values["received"] = str(len(times))
    if not times:
        return Outcome(result=Result.UNREACHABLE, values=values)
    values["ms"] = f"{sum(times) / len(times):.1f}"
    return Outcome(result=Result.OK, values=values)


def is_possible() -> bool:
    """Whether this process may ping, one way or the other."""
    opened = _opened(LOCAL)
    if opened is not None:
        opened.close()
    return opened is not None or _program() is not None


def _opened(address: Address) -> socket.socket | None:
    """None: this process may not."""
    old = address.version == 4
    family = socket.AF_INET if old else socket.AF_INET6
    protocol = socket.IPPROTO_ICMP if old else socket.IPPROTO_ICMPV6
    for kind in (
        socket.SOCK_DGRAM,
        socket.SOCK_RAW,
    ):  # raw: with CAP_NET_RAW, as in some containers
        try:
            opened = socket.socket(family, kind, protocol)
        except OSError:
            continue
        opened.setblocking(False)
        return opened
    return None


async def _by_socket(opened: socket.socket, address: Address) -> list[float]:
    """Milliseconds of each answer."""
    loop = asyncio.get_running_loop()
    token = secrets.token_bytes(16)
    opened.connect((str(address), 0))  # uvloop has no sock_sendto
    times = []
    for number in range(COUNT):
        await loop.sock_sendall(opened, _request(address, number, token))
        began = loop.time()
        try:
            async with asyncio.timeout(WAIT):
                while not _answers(await loop.sock_recv(opened, 1024), address, number, token):
                    pass
        except TimeoutError:
            continue
        times.append((loop.time() - began) * 1000)
        if number < COUNT - 1:
            await asyncio.sleep(PAUSE)
    return times


def _request(address: Address, number: int, token: bytes) -> bytes:
    kind = 8 if address.version == 4 else 128
    head = struct.pack("!BBHHH", kind, 0, 0, os.getpid() & 0xFFFF, number)
    # For IPv6, and where the socket is no raw one, the kernel counts the sum itself.
    return struct.pack("!BBHHH", kind, 0, _sum(head + token), os.getpid() & 0xFFFF, number) + token


def _sum(data: bytes) -> int:
    """RFC 1071."""
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _answers(packet: bytes, address: Address, number: int, token: bytes) -> bool:
    """Whether a packet is the answer to ours; a raw socket sees everybody's, with the IPv4 header."""
    if address.version == 4 and packet[:1] and packet[0] >> 4 == 4 and len(packet) > 20:
        packet = packet[(packet[0] & 15) * 4 :]
    if len(packet) < 8 or packet[0] != (0 if address.version == 4 else 129):
        return False
    return packet[6:8] == struct.pack("!H", number) and packet[8:24] == token


def _program() -> str | None:
    return shutil.which("ping", path="/usr/bin:/bin:/usr/sbin:/sbin")


_TIME: Final = re.compile(rb"time[=<]([0-9.]+) ?ms")


async def _by_program(address: Address) -> list[float] | None:
    """None: there is no such program."""
    program = _program()
    if program is None:
        return None
    running = await asyncio.create_subprocess_exec(
        program,
        *("-n", "-c", str(COUNT), "-W", "1", str(address)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"LC_ALL": "C"},
    )
    try:
        said, _ = await running.communicate()
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()
    if running.returncode not in (0, 1):  # 1: no answer; more: it may not, or does not know how
        return None
    return [float(one) for one in _TIME.findall(said)][:COUNT]
