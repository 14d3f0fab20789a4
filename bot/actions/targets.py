"""The allow-list: which hosts, addresses and ports diagnostics may touch. Pure.

An entry is a name ("www.example.com", "*.example.com"), an address or a network, and after a colon perhaps
the ports ("10.0.0.0/8:443,3389", "[2001:db8::/32]:443"), where "ping" is one. Nothing listed means that
nothing is touched.

A name that is listed may lead anywhere but to this machine and to link-local, multicast or reserved
addresses: those must be listed by address, whatever a name server says.
"""

import ipaddress
import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

from msgspec import Struct

from bot.errors import Forbidden

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Way = int | str | None  # a port, "ping", or None: a look-up, which touches no port

_ENTRY: Final = re.compile(r"(?:\[([^\]]+)\]|([^:\[\]]+))(?::([\w, -]+))?")
_NAME: Final = re.compile(
    r"(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_-]{1,63}"
)
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")  # IPv4 behind NAT64, RFC 6052


class Entry(Struct, frozen=True):
    text: str  # as the administrator wrote it
    name: str = ""  # "*.example.com"
    network: str = ""
    ways: frozenset[int | str] = frozenset()  # ports and "ping"; none named: all

    def allows(self, way: Way) -> bool:
        return way is None or not self.ways or way in self.ways

    def is_of(self, name: str) -> bool:
        if self.name.startswith("*."):
            return name.endswith(self.name[1:])
        return bool(self.name) and name == self.name


class Targets(Struct, frozen=True):
    entries: tuple[Entry, ...] = ()

    def check_name(self, host: str, way: Way) -> None:
        """Whether a host may be looked up in order to touch it. Raises Forbidden."""
        address = address_of(host)
        if address is not None:
            self.check_address(host, address, way)
        elif not self._names(host, way) and (way is None or not self._has_networks(way)):
            raise _outside(host, way)

    def check_listed(self, host: str) -> None:
        """For what others look up or do to it, so that no address is seen. Raises Forbidden."""
        address = address_of(host)
        if address is not None:
            self.check_address(host, address, None)
        elif not self._names(host, None):
            raise _outside(host, None)

    def check_address(self, host: str, address: Address, way: Way) -> None:
        """Whether this address, which the host's name led to, may be touched. Raises Forbidden."""
        real = unwrapped(address)
        listed = any(
            real in ipaddress.ip_network(one.network)
            for one in self.entries
            if one.network and one.allows(way)
        )
        if not listed and (not self._names(host, way) or is_special(real)):
            raise _outside(host, way, real)

    def _names(self, host: str, way: Way) -> bool:
        return any(one.is_of(host) and one.allows(way) for one in self.entries)

    def _has_networks(self, way: Way) -> bool:
        return any(one.network and one.allows(way) for one in self.entries)


def targets_of(entries: Iterable[str]) -> Targets:
    """Raises ValueError for an entry that is none."""
    return Targets(tuple(entry_of(one) for one in entries))


def entry_of(text: str) -> Entry:
    """Raises ValueError, whose text says what is allowed."""
    refusal = ValueError(
        'must be a host, an address or a network, perhaps with ports, as "*.example.com", '
        f'"10.0.0.0/8:443,3389" or "[2001:db8::/32]:443,ping" (is "{text}")'
    )
    plain = text.strip().lower()
    try:  # an IPv6 network without brackets has no ports
        return Entry(text, network=str(ipaddress.ip_network(plain)))
    except ValueError:
        pass
    found = _ENTRY.fullmatch(plain)
    if found is None:
        raise refusal
    where, ways = found[1] or found[2], _ways(found[3], refusal)
    try:
        return Entry(text, network=str(ipaddress.ip_network(where)), ways=ways)
    except ValueError:
        pass
    last = where.rpartition(".")[2]
    if not _NAME.fullmatch(where) or "/" in where or last.isdecimal():
        raise refusal
    return Entry(text, name=where, ways=ways)


def _ways(text: str | None, refusal: ValueError) -> frozenset[int | str]:
    ways: set[int | str] = set()
    for one in (text or "").replace(" ", "").split(","):
        if one == "ping":
            ways.add(one)
        elif one.isascii() and one.isdecimal() and 0 < int(one) <= 65_535:
            ways.add(int(one))
        elif one:
            raise refusal
    if text is not None and not ways:
        raise refusal
    return frozenset(ways)


def address_of(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def unwrapped(address: Address) -> Address:
    """The IPv4 address that one of IPv6 stands for, else itself."""
    if isinstance(address, IPv4Address):
        return address
    inside = address.ipv4_mapped or address.sixtofour
    if inside is None and address.teredo is not None:
        inside = address.teredo[1]
    if inside is None and address in _TRANSLATED:
        inside = IPv4Address(int(address) & 0xFFFFFFFF)
    if inside is None and int(address) >> 32 == 0 and int(address) > 1:  # the old ::a.b.c.d
        inside = IPv4Address(int(address))
    return inside or address


def is_special(address: Address) -> bool:
    """An address that no name should lead to: this machine, the link, a group, nothing."""
    return (
        address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or address.is_reserved
        or (isinstance(address, IPv6Address) and address.is_site_local)
    )


def _outside(host: str, way: Way, address: Address | None = None) -> Forbidden:
    led = "" if address is None or str(address) == host else f" leads to {address}, which"
    where = str(address) if led else host
    port = f":{way}" if way is not None else ""
    add = f"[{where}]{port}" if ":" in where else f"{where}{port}"
    return Forbidden(
        f"{host}{led} is no target that the desk may touch. An administrator can add it to targets in"
        f' [actions]: targets = ["{add}"].'
    )
