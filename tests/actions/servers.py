"""What diagnostics meet out there: name servers, web servers and certificates, good and bad."""

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class Far:
    """A TCP server that notes who came."""

    def __init__(self, answer: Callable[[bytes], bytes | None]) -> None:
        self._answer, self.port = answer, 0
        self.seen: list[bytes] = []
        self.visits: list[int] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits.append(1)
        try:
            asked = await reader.readuntil(b"\r\n\r\n")
            self.seen.append(asked)
            answer = self._answer(asked)
            if answer is None:
                await asyncio.Event().wait()  # for ever
                return
            writer.write(answer)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def far(
    answer: Callable[[bytes], bytes | None] = lambda asked: b"",
    *,
    tls: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
) -> AsyncIterator[Far]:
    made = Far(answer)
    server = await asyncio.start_server(made.talk, host, 0, ssl=tls)
    made.port = int(server.sockets[0].getsockname()[1])
    try:
        yield made
    finally:
        server.close()
        if hasattr(server, "close_clients"):
            server.close_clients()


def http(status: str = "200 OK", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Length: 0", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


class Authority:
    """Signs certificates that whoever trusts `pem` trusts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test Authority")])
        now = datetime.now(UTC)
        self.pem = folder / "authority.pem"
        made = self._built(
            self._name, self._key, now - timedelta(days=900), now + timedelta(days=900), ca=True
        )
        self.pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))

    def context(
        self, *, begins: int = -1, ends: int = 90, name: str = "localhost"
    ) -> ssl.SSLContext:
        """Of a server whose certificate is good between these days from now on."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        made = self._built(
            subject,
            key,
            now + timedelta(days=begins),
            now + timedelta(days=ends, hours=1),
            name=name,
        )
        file = self._folder / f"{name}{begins}{ends}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + made.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _built(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        begins: datetime,
        ends: datetime,
        *,
        name: str = "",
        ca: bool = False,
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
        )
        if name:
            names: list[x509.GeneralName] = [x509.DNSName(name)]
            if name == "localhost":
                names.append(x509.IPAddress(ip_address("127.0.0.1")))
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        if ca:
            usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
            builder = builder.add_extension(usage, critical=True)
        return builder.sign(self._key, hashes.SHA256())


# -- DNS


def record(kind: int, data: bytes, name: bytes = b"\xc0\x0c") -> bytes:
    return name + struct.pack("!HHIH", kind, 1, 60, len(data)) + data


def answered(query: bytes, *records: bytes, code: int = 0, cut: bool = False) -> bytes:
    flags = 0x8180 | code | (0x0200 if cut else 0)
    return (
        query[:2]
        + struct.pack("!HHHHH", flags, 1, len(records), 0, 0)
        + query[12:]
        + b"".join(records)
    )


def labels(name: str) -> bytes:
    return b"".join(bytes([len(one)]) + one.encode() for one in name.split(".")) + b"\0"


class NameServer(asyncio.DatagramProtocol):
    def __init__(self, answer: Callable[[bytes], list[bytes]]) -> None:
        self._answer = answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        for one in self._answer(data):
            self._transport.sendto(one, addr)


@asynccontextmanager
async def name_server(
    answer: Callable[[bytes], list[bytes]], tcp: Callable[[bytes], bytes] | None = None
) -> AsyncIterator[tuple[str, int]]:
    """Its address and port, by UDP and, if it is to answer there, by TCP."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        (length,) = struct.unpack("!H", await reader.readexactly(2))
        found = (tcp or (lambda _: b""))(await reader.readexactly(length))
        writer.write(struct.pack("!H", len(found)) + found)
        await writer.drain()
        writer.close()

    by_tcp = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = int(by_tcp.sockets[0].getsockname()[1])
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: NameServer(answer), local_addr=("127.0.0.1", port)
    )
    try:
        yield "127.0.0.1", port
    finally:
        transport.close()
        by_tcp.close()
