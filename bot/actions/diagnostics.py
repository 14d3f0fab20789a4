"""Looking at the network: does it answer, where does its name lead, is the certificate good.

No shell and no command line but `ping` with an address that was read as one. Every target is checked
(`reach.resolve`), and what is connected to is the address that was.
"""

import asyncio
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

import aiohttp
import structlog
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from msgspec import Struct

from bot.actions import icmp
from bot.actions.action import (
    Action,
    Certificate,
    Http,
    Lookup,
    Outcome,
    Ping,
    Port,
    Result,
    host_and_port,
    read_url,
)
from bot.actions.names import Names
from bot.actions.reach import Ended, resolve
from bot.actions.targets import Address, Targets
from bot.errors import Invalid

CONNECTING: Final = (
    5.0  # seconds that a connection may take, so that its failure has a name of its own
)
HOPS: Final = 5  # redirects that are followed
SOON: Final = timedelta(days=21)  # before its end a certificate is spoken of
LONGEST: Final = 300  # characters of anything a host says that is kept

log = structlog.get_logger()


class Tools(Struct, frozen=True, kw_only=True):
    """What diagnostics need besides their arguments."""

    targets: Targets
    trusted: Path | None = None  # PEM: certificates of an own authority, besides the system's
    names: Names = Names()


async def look(action: Action, arguments: Mapping[str, str], tools: Tools) -> Outcome:
    """Never raises for what a host does; is cancelled when its time is over."""
    targets = action.targets or tools.targets
    try:
        match action.how:
            case Ping():
                address = await resolve(targets, arguments["host"], "ping")
                return await icmp.ping(arguments["host"], address)
            case Lookup():
                return await tools.names.look_up(arguments["host"], arguments.get("type", "any"))
            case Port():
                return await _port(arguments["host"], int(arguments["port"]), targets)
            case Http():
                return await _http(arguments["url"], targets, tools)
            case Certificate():
                return await _certificate(arguments["host"], int(arguments["port"]), targets, tools)
    except Ended as ended:
        return ended.outcome
    raise AssertionError(f"{action.name} is no diagnosis")


# -- TCP


async def _port(host: str, port: int, targets: Targets) -> Outcome:
    address = await resolve(targets, host, port)
    values = {"address": str(address)}
    began = asyncio.get_running_loop().time()
    _, writer = await _connected(address, port, values)
    values["ms"] = _ms(began)
    await _close(writer)
    return Outcome(result=Result.OK, values=values)


async def _connected(
    address: Address,
    port: int,
    values: Mapping[str, str],
    tls: ssl.SSLContext | None = None,
    name: str | None = None,
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Raises Ended, and ssl.SSLError where there is TLS."""
    try:
        async with asyncio.timeout(CONNECTING):
            return await asyncio.open_connection(
                str(address), port, ssl=tls, server_hostname=name if tls else None
            )
    except TimeoutError:
        raise Ended(Outcome(result=Result.TIMED_OUT, values=values)) from None
    except ConnectionRefusedError:
        raise Ended(Outcome(result=Result.CLOSED, values=values)) from None
    except ssl.SSLError:
        raise
    except ConnectionResetError:
        if tls is not None:
            raise Ended(Outcome(result=Result.GARBAGE, values=values)) from None
        raise Ended(Outcome(result=Result.CLOSED, values=values)) from None
    except OSError:
        raise Ended(Outcome(result=Result.UNREACHABLE, values=values)) from None


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    try:
        async with asyncio.timeout(1):
            await writer.wait_closed()
    except (OSError, TimeoutError):
        writer.transport.abort()


def _ms(began: float) -> str:
    return f"{(asyncio.get_running_loop().time() - began) * 1000:.0f}"


# -- TLS


async def _certificate(host: str, port: int, targets: Targets, tools: Tools) -> Outcome:
    address = await resolve(targets, host, port)
    values = {"address": str(address)}
    problem = None
    try:
        _, writer = await _connected(address, port, values, _trusting(tools), host)
    except ssl.SSLCertVerificationError as error:
        problem = error
        try:  # once more without a judgement, to see what it shows
            _, writer = await _connected(address, port, values, _accepting(), host)
        except ssl.SSLError:
            return Outcome(result=Result.GARBAGE, values=values)
    except ssl.SSLError:
        return Outcome(result=Result.GARBAGE, values=values)
    try:
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        await _close(writer)
    try:
        values |= _told(x509.load_der_x509_certificate(shown))
    except (TypeError, ValueError):
        return Outcome(result=Result.GARBAGE, values=values)
    if problem is not None:
        values["problem"] = problem.verify_message[:LONGEST]
        return Outcome(result=_named(problem), values=values)
    soon = int(values["days"]) < SOON.days
    return Outcome(result=Result.EXPIRING if soon else Result.OK, values=values)


def _trusting(tools: Tools) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if tools.trusted is not None:
        context.load_verify_locations(tools.trusted)
    return context


def _accepting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


_EXPIRED: Final = 10  # X509_V_ERR_CERT_HAS_EXPIRED
_NAMES: Final = (62, 64)  # X509_V_ERR_HOSTNAME_MISMATCH, …_IP_ADDRESS_MISMATCH


def _named(problem: ssl.SSLCertVerificationError) -> Result:
    if problem.verify_code == _EXPIRED:
        return Result.EXPIRED
    return Result.WRONG_NAME if problem.verify_code in _NAMES else Result.UNTRUSTED


def _told(certificate: x509.Certificate) -> dict[str, str]:
    ends = certificate.not_valid_after_utc
    return {
        "days": str((ends - datetime.now(UTC)).days),
        "until": f"{ends:%Y-%m-%d}",
        "subject": certificate.subject.rfc4514_string()[:LONGEST],
        "issuer": certificate.issuer.rfc4514_string()[:LONGEST],
    }


# -- HTTP


class _Pinned(AbstractResolver):
    """Leads every name to the address that was checked."""

    def __init__(self, address: Address) -> None:
        self._address = address

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        family = 2 if self._address.version == 4 else 10
        return [
            ResolveResult(
                hostname=host, host=str(self._address), port=port, family=family, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        pass


async def _http(url: str, targets: Targets, tools: Tools) -> Outcome:
    began = asyncio.get_running_loop().time()
    for hop in range(HOPS + 1):
        host, port = host_and_port(url)
        address = await resolve(targets, host, port)
        values = {"address": str(address), "url": url, "hops": str(hop)}
        status, further = await _asked(url, address, values, tools)
        values |= {"status": str(status), "ms": _ms(began)}
        if further is None:
            result = Result.OK if status < 400 else Result.BAD_STATUS
            return Outcome(result=result, values=values)
        try:
            url = read_url(urljoin(url, further))
        except (Invalid, ValueError):
            values["why-key"] = "no-address"
            return Outcome(result=Result.GARBAGE, values=values)
    values["why-key"] = "circle"
    return Outcome(result=Result.GARBAGE, values=values)


async def _asked(
    url: str, address: Address, values: dict[str, str], tools: Tools
) -> tuple[int, str | None]:
    """(status, where it redirects to). The body is not read. Raises Ended."""
    connector = aiohttp.TCPConnector(
        resolver=_Pinned(address),
        ssl=_trusting(tools) if url.startswith("https:") else True,
        use_dns_cache=False,
        force_close=True,
    )
    patience = aiohttp.ClientTimeout(total=None, connect=CONNECTING)
    headers = {"User-Agent": "firstline", "Accept": "*/*"}
    try:
        async with (
            aiohttp.ClientSession(
                connector=connector, trust_env=False, auto_decompress=False, timeout=patience
            ) as http,
            http.get(url, headers=headers, allow_redirects=False) as answer,
        ):
            moved = answer.headers.get("Location") if 300 <= answer.status < 400 else None
            answer.close()
            return answer.status, moved
    except aiohttp.ClientConnectorCertificateError as error:
        problem = error.certificate_error
        if isinstance(problem, ssl.SSLCertVerificationError):
            values["problem"] = problem.verify_message[:LONGEST]
            raise Ended(Outcome(result=_named(problem), values=values)) from None
        raise Ended(Outcome(result=Result.UNTRUSTED, values=values)) from None
    except (aiohttp.ServerTimeoutError, TimeoutError):
        raise Ended(Outcome(result=Result.TIMED_OUT, values=values)) from None
    except aiohttp.ClientConnectorSSLError:
        values["why-key"] = "no-tls"
        raise Ended(Outcome(result=Result.GARBAGE, values=values)) from None
    except aiohttp.ClientConnectorError as error:
        match error.os_error:
            case ConnectionRefusedError():
                result = Result.CLOSED
            case OSError(errno=None) | ConnectionResetError():  # it hung up on our greeting
                result, values["why-key"] = Result.GARBAGE, "no-tls"
            case _:
                result = Result.UNREACHABLE
        raise Ended(Outcome(result=result, values=values)) from None
    except (aiohttp.ClientError, OSError, ValueError):
        values["why-key"] = "no-http"
        raise Ended(Outcome(result=Result.GARBAGE, values=values)) from None
