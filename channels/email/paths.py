"""The arguments of MAIL and RCPT: a path between angle brackets, then parameters (RFC 5321 § 4.1.2)."""

import re
from typing import Final

from msgspec import Struct

LONGEST: Final = 512  # characters of a path; the RFC wants 256, signed reply addresses may be long

# Each alternative begins with another character, so that nothing is ever tried twice.
_SENDER: Final = re.compile(
    r"<(?:@[^\s<>:]*:)?"  # a source route, to be ignored (appendix C)
    r"(?P<bracketed>(?:\"(?:[^\"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f])*\"|[^\s<>\"\x00-\x1f\x7f])*)>"
    r"(?:\s+(?P<parameters>.*))?|(?P<bare>[^\s<>\"\x00-\x1f\x7f]+)(?:\s+(?P<more>.*))?"
)
_RECIPIENT: Final = re.compile(r"(?:<([^<>]*)>|([^\s<>]+))(?:\s+(.*))?")
# Ours are plain. Quotes, "%", "!" and routes were ways of having mail passed on.
_OURS: Final = re.compile(
    r"[^\s\"%!@:;,\\()\[\]|<>\x00-\x1f\x7f]+(?:@[^\s\"%!@:;,\\()|<>\x00-\x1f\x7f]+)?"
)


class Path(Struct, frozen=True):
    address: str
    parameters: dict[str, str | None]


class BadPath(Exception):
    """The text is the reply."""


def sender(argument: str | None) -> Path:
    given = _after("FROM:", argument)
    found = _SENDER.fullmatch(given)
    if found is None or len(given) > 4 * LONGEST:
        raise BadPath("553 5.1.7 malformed sender address")
    address = found["bracketed"] if found["bare"] is None else found["bare"]
    if len(address) > LONGEST:
        raise BadPath("553 5.1.7 the sender address is too long")
    return Path(address, _parameters(found["parameters"] or found["more"]))


def recipient(argument: str | None) -> Path:
    given = _after("TO:", argument)
    found = _RECIPIENT.fullmatch(given)
    address = (found[1] if found[2] is None else found[2]) if found else ""
    if found is None or len(address) > LONGEST or not _OURS.fullmatch(address):
        raise BadPath("553 5.1.3 malformed or routed recipient address")
    return Path(address, _parameters(found[3]))


def _after(keyword: str, argument: str | None) -> str:
    if argument is None or argument[: len(keyword)].upper() != keyword:
        raise BadPath(
            f"501 5.5.4 syntax: {'MAIL' if keyword == 'FROM:' else 'RCPT'} {keyword}<address>"
        )
    given = argument[len(keyword) :].strip()
    if not given.isascii():
        try:
            given.encode()
        except UnicodeEncodeError:
            raise BadPath("553 5.6.7 the address is not UTF-8") from None
    return given


def _parameters(text: str | None) -> dict[str, str | None]:
    parameters: dict[str, str | None] = {}
    for word in (text or "").split():
        key, equals, value = word.partition("=")
        if not key or (equals and not value):
            raise BadPath("501 5.5.4 malformed parameter")
        parameters[key.upper()] = value if equals else None
    return parameters
