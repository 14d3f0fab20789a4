"""From a host to an address that may be touched: looked up once, checked, and then used itself.

Whoever connects does so to the address returned here, so that a name server which says something else the
next moment leads nowhere.
"""

import asyncio
import ipaddress
import socket

from bot.actions.action import Outcome, Result
from bot.actions.targets import Address, Targets, Way, address_of
from bot.errors import Forbidden


class Ended(Exception):
    """It is already known how it ends."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.result)
        self.outcome = outcome


async def resolve(targets: Targets, host: str, way: Way) -> Address:
    """The first address of a host. When one of its addresses may not be touched, none is. Raises Ended."""
    try:
        targets.check_name(host, way)
        found = [known] if (known := address_of(host)) is not None else await addresses(host)
        for one in found:
            targets.check_address(host, one, way)
    except Forbidden as refusal:
        values = {"host": host, "why": str(refusal)}
        raise Ended(Outcome(result=Result.REFUSED, values=values)) from None
    return found[0]


async def addresses(host: str) -> list[Address]:
    """As the machine's resolver has them, IPv4 first. Raises Ended when there are none."""
    loop = asyncio.get_running_loop()
    try:
        known = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise Ended(Outcome(result=Result.UNKNOWN_HOST, values={"host": host})) from None
    found = {ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in known}
    if not found:
        raise Ended(Outcome(result=Result.UNKNOWN_HOST, values={"host": host}))
    return sorted(found, key=lambda one: (one.version, int(one)))
