"""Asking a name server: one question, its answer read with care (RFC 1035, RFC 3596).

The machine's own resolver answers only with addresses, and from files and caches, too; what an agent wants
to know is what the name servers say.
"""

import asyncio
import ipaddress
import secrets
import socket
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from bot.actions.action import Outcome, Result
from bot.actions.targets import address_of

TYPES: Final = {"A": 1, "NS": 2, "CNAME": 5, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28}
_NAMED: Final = {number: name for name, number in TYPES.items()}
WAIT: Final = 3.0  # seconds for one server
MOST: Final = 20  # records that are told
LONGEST: Final = 200  # characters of one of them
_NO_SUCH_NAME: Final = 3


class Garbage(Exception):
    """The answer cannot be read."""


class Names(Struct, frozen=True):
    """The servers to ask, in turn; none named: those of /etc/resolv.conf."""

    servers: tuple[tuple[str, int], ...] = ()  # address, port

    async def look_up(self, host: str, type: str) -> Outcome:
        """`type`: one of TYPES, or "any": the addresses of a name, the name of an address."""
        address = address_of(host)
        if address is not None:
            host, types = address.reverse_pointer, ["PTR"]
        else:
            types = ["A", "AAAA"] if type == "any" else [type]
        found: list[str] = []
        for one in types:
            outcome = await self._asked(host, one)
            if isinstance(outcome, Outcome):
                return outcome
            found += [record for record in outcome if record not in found]
        if not found:
            return Outcome(result=Result.UNKNOWN_HOST, values={"type": ", ".join(types)})
        told = "; ".join(found[:MOST])
        return Outcome(result=Result.OK, values={"records": told, "count": str(len(found))})

    async def _asked(self, host: str, type: str) -> "list[str] | Outcome":
        garbled = False
        for server in self.servers or _system_servers():
            try:
                async with asyncio.timeout(WAIT):
                    code, records = await _question(server, host, TYPES[type])
            except Garbage:
                garbled = True
            except (TimeoutError, OSError):
                continue
            else:
                if code == _NO_SUCH_NAME:
                    return Outcome(result=Result.UNKNOWN_HOST, values={"type": type})
                if code == 0:
                    return records
        return Outcome(result=Result.GARBAGE if garbled else Result.TIMED_OUT)


def _system_servers() -> tuple[tuple[str, int], ...]:
    try:
        lines = Path("/etc/resolv.conf").read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        lines = []
    words = [line.split() for line in lines]
    found = tuple((one[1], 53) for one in words if len(one) > 1 and one[0] == "nameserver")
    return found or (("127.0.0.1", 53),)


async def _question(server: tuple[str, int], host: str, type: int) -> tuple[int, list[str]]:
    """(response code, records). Raises Garbage, TimeoutError and OSError."""
    number = secrets.randbelow(65_536)
    asked = _name(host) + struct.pack("!HH", type, 1)
    query = struct.pack("!HHHHHH", number, 0x0100, 1, 0, 0, 0) + asked
    answer = await _by_udp(server, query, lambda data: _is_of(data, number, asked))
    if answer[2] & 0x02:  # cut off: the whole is to be had by TCP
        answer = await _by_tcp(server, query)
        if not _is_of(answer, number, asked):
            raise Garbage
    try:
        return answer[3] & 0x0F, list(_records(answer, 12 + len(asked), type))
    except (struct.error, IndexError, ValueError):
        raise Garbage from None


def _name(host: str) -> bytes:
    labels = host.encode("ascii").split(b".")
    return b"".join(bytes([len(one)]) + one for one in labels) + b"\0"


def _is_of(answer: bytes, number: int, asked: bytes) -> bool:
    """Whether it answers our question: somebody else may guess where we listen, not what we asked."""
    if len(answer) < 12 + len(asked) or answer[:2] != struct.pack("!H", number):
        return False
    return bool(answer[2] & 0x80) and answer[12 : 12 + len(asked)].lower() == asked.lower()


async def _by_udp(server: tuple[str, int], query: bytes, fits: Callable[[bytes], bool]) -> bytes:
    loop = asyncio.get_running_loop()
    family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as opened:
        opened.setblocking(False)
        opened.connect(server)
        await loop.sock_sendall(opened, query)
        while not fits(answer := await loop.sock_recv(opened, 65_535)):
            if not answer or answer[:2] == query[:2]:  # from our server, and no answer to anything
                raise Garbage
        return answer


async def _by_tcp(server: tuple[str, int], query: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(*server)
    try:
        writer.write(struct.pack("!H", len(query)) + query)
        (length,) = struct.unpack("!H", await reader.readexactly(2))
        return await reader.readexactly(length)
    except asyncio.IncompleteReadError:
        raise Garbage from None
    finally:
        writer.close()


def _records(answer: bytes, at: int, wanted: int) -> Iterator[str]:
    """The wanted ones, and aliases on the way to them."""
    (count,) = struct.unpack_from("!H", answer, 6)
    for _ in range(count):
        _, at = _read_name(answer, at)
        kind, _, _, length = struct.unpack_from("!HHIH", answer, at)
        at += 10
        if at + length > len(answer):
            raise Garbage
        if kind == wanted:
            yield _shown(answer, at, length, kind)[:LONGEST]
        elif kind == TYPES["CNAME"]:
            yield f"CNAME {_read_name(answer, at)[0]}"[:LONGEST]
        at += length


def _shown(answer: bytes, at: int, length: int, kind: int) -> str:
    data = answer[at : at + length]
    match _NAMED[kind]:
        case "A" | "AAAA":
            return str(ipaddress.ip_address(data))
        case "MX":
            return f"{struct.unpack_from('!H', data)[0]} {_read_name(answer, at + 2)[0]}"
        case "TXT":
            pieces, place = [], 0
            while place < length:
                size = data[place]
                pieces.append(data[place + 1 : place + 1 + size])
                place += 1 + size
            return _plain(b"".join(pieces))
        case _:
            return _read_name(answer, at)[0]


def _read_name(answer: bytes, at: int) -> tuple[str, int]:
    """A name, and where what follows it begins. Pointers lead backwards only, so it ends."""
    labels: list[str] = []
    end, last = None, at
    while answer[at]:
        size = answer[at]
        if size & 0xC0 == 0xC0:
            end = at + 2 if end is None else end
            target = (size & 0x3F) << 8 | answer[at + 1]
            if target >= last:
                raise Garbage
            at = last = target
        elif size & 0xC0:
            raise Garbage
        else:
            labels.append(_plain(answer[at + 1 : at + 1 + size]))
            at += 1 + size
            if len(labels) > 127:
                raise Garbage
    return ".".join(labels) or ".", at + 1 if end is None else end


def _plain(data: bytes) -> str:
    return "".join(chr(one) if 32 <= one < 127 else "?" for one in data)
