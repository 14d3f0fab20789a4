"""How much one source may ask of the mail server: connections at once, mails a minute."""

from collections import Counter
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

WINDOW: Final = 60.0  # seconds
REMEMBERED: Final = 10_000  # sources counted before the stale ones are forgotten


class Rate:
    """At most so many of a source within a minute from its first."""

    def __init__(self, limit: int, clock: Callable[[], float]) -> None:
        self._limit, self._clock = limit, clock
        self._counted: dict[str, tuple[float, int]] = {}

    def __len__(self) -> int:
        """Sources remembered."""
        return len(self._counted)

    def exceeded(self, source: str) -> bool:
        since, count = self._counted.get(source, (0.0, 0))
        return count >= self._limit and self._clock() - since < WINDOW

    def count(self, source: str) -> None:
        now = self._clock()
        since, count = self._counted.get(source, (now, 0))
        self._counted[source] = (since, count + 1) if now - since < WINDOW else (now, 1)
        if len(self._counted) > REMEMBERED:
            self._counted = {
                key: value for key, value in self._counted.items() if now - value[0] < WINDOW
            }


class Sources:
    """Those that are connected, and which of them are not held to limits."""

    def __init__(self, most: int, most_each: int, exempt: Sequence[str]) -> None:
        self._most, self._most_each = most, most_each
        self._exempt: tuple[IPv4Network | IPv6Network, ...] = tuple(map(ip_network, exempt))
        self._connected: Counter[str] = Counter()

    def named(self, peer: str) -> str | None:
        """What a peer is counted as; None when it is exempt."""
        address = ip_address(peer.partition("%")[0])
        if isinstance(address, IPv6Address):
            address = address.ipv4_mapped or address
        if any(address in network for network in self._exempt):
            return None
        if isinstance(address, IPv6Address):  # one customer has at least a /64
            return str(ip_network((address, 64), strict=False))
        return str(address)

    def enter(self, source: str | None) -> str | None:
        """Counts a connection, which must `leave`. If there are too many: what to tell it."""
        self._connected[source or ""] += 1
        if source is None:
            return None
        if self._connected[source] > self._most_each:
            return "421 4.7.0 too many connections from your address, try again later"
        if self._connected.total() > self._most:
            return "421 4.3.2 too many connections, try again later"
        return None

    def leave(self, source: str | None) -> None:
        self._connected[source or ""] -= 1
        if not self._connected[source or ""]:
            del self._connected[source or ""]
