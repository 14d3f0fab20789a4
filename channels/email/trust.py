"""Whether a mail is from whom it says: the word of a relay that the administrator trusts, or none.

Our relay checks SPF, DKIM and DMARC and writes what it found into Authentication-Results (RFC 8601).
That field counts only with the name of a trusted relay, and from SMTP only when a trusted address
handed the mail over; anybody else may write it, too.
"""

import re
from collections.abc import Collection, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Final

from msgspec import Struct

from channels.email.mail import Mail

# A sender may have an address such as "dmarc=pass"@…, which the relay then repeats in quotes.
_ASIDE: Final = re.compile(r"\([^()]*\)|\"[^\"]*\"")
_DMARC: Final = re.compile(r"\s*dmarc\s*=\s*([a-z]+)")
_FROM: Final = re.compile(r"\sheader\.from\s*=\s*(\S+)")


class Relays(Struct, frozen=True, kw_only=True):
    """Whose word counts."""

    names: Collection[str] = ()  # authserv-ids, lower case
    networks: Sequence[IPv4Network | IPv6Network] = ()  # whose SMTP connections are theirs


class Trust(Struct, frozen=True, kw_only=True):
    verified: bool = False  # the sender's domain vouches for the mail
    suspect: bool = False  # it disowns it
    rule: str


def judge(mail: Mail, peer: str, relays: Relays) -> Trust:
    """`peer`: the address that handed the mail over; empty when it was fetched from a mailbox."""
    if peer and not _is_relay(peer, relays):
        return Trust(rule="no-trusted-relay")
    for field in mail.all("authentication-results"):
        name, *results = _ASIDE.sub(" ", field).lower().split(";")
        if not name.split() or name.split()[0] not in relays.names:
            continue
        return _verdict(
            results, mail
        )  # the topmost is the latest: below it may be the sender's own
    return Trust(rule="no-trusted-results")


def _verdict(results: Sequence[str], mail: Mail) -> Trust:
    found = next(((one, dmarc) for one in results if (dmarc := _DMARC.match(one))), None)
    if found is None:
        return Trust(rule="no-dmarc")
    result, dmarc = found
    domain = _FROM.search(result)
    own = mail.from_.address.rpartition("@")[2].lower()
    if domain is not None and domain[1].rpartition("@")[2].rstrip(".") != own:
        return Trust(suspect=True, rule="dmarc-of-another-domain")
    if dmarc[1] == "pass":
        return Trust(verified=True, rule="dmarc-pass")
    if dmarc[1] == "fail":
        return Trust(suspect=True, rule="dmarc-fail")
    return Trust(rule=f"dmarc-{dmarc[1]}"[:40])


def _is_relay(peer: str, relays: Relays) -> bool:
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    return any(address in network for network in relays.networks)
