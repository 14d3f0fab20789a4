"""What an action is: who may start it, with what, what must come first, how long it may take, its undo.

Pure. What people type becomes an argument here or is refused; nothing of it is ever part of a command line.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from bot.actions.targets import Targets
from bot.errors import Invalid

LONGEST: Final = 500  # characters of an argument
LONGEST_URL: Final = 2_000


class Kind(StrEnum):
    """What an argument may be."""

    HOST = "host"  # a name or an address
    PORT = "port"
    URL = "url"  # http or https
    LOGIN = "login"  # "ana", "CORP\\ana", "ana@corp.example"
    EMAIL = "email"
    TEXT = "text"  # one line
    NUMBER = "number"  # whole, not negative
    CHOICE = "choice"


class Parameter(Struct, frozen=True, kw_only=True):
    name: str
    kind: Kind
    label: Mapping[str, str] = {}  # language -> what a form calls it; else its name
    choices: tuple[str, ...] = ()  # of a choice
    default: str | None = None  # None: it must be given
    own: bool = (
        False  # who is no agent gives their own: a proven address, or their name in the directory
    )
    secret: bool = False  # shown nowhere, forgotten when the run has ended


class Starter(StrEnum):
    """Who may start an action. Each of the staff includes those below it in this order."""

    ADMIN = "admin"
    MANAGER = "manager"
    AGENT = "agent"
    EMPLOYEE = "employee"  # by themselves, for themselves
    SOP = "sop"  # a step of a procedure


class Approval(StrEnum):
    NONE = "none"
    MANAGER = "manager"  # of whom it is for; who has none: a manager of the desk
    AGENT = "agent"  # any of them but who asked


class Ping(Struct, frozen=True, tag="ping"):
    pass


class Lookup(Struct, frozen=True, tag="dns"):
    pass


class Port(Struct, frozen=True, tag="port"):
    pass


class Http(Struct, frozen=True, tag="http"):
    pass


class Certificate(Struct, frozen=True, tag="certificate"):
    pass


class Hook(Struct, frozen=True, kw_only=True, tag="hook"):
    """A signed POST to a program of the administrator's."""

    url: str
    secret: str
    results: tuple[str, ...] = ()  # its own, besides "ok" and "failed"


class Link(Struct, frozen=True, kw_only=True, tag="link"):
    """An address with {names} to fill in: nothing is called."""

    template: str


How = Ping | Lookup | Port | Http | Certificate | Hook | Link


class Result(StrEnum):
    """What became of a run; a webhook may declare more."""

    OK = "ok"
    FAILED = "failed"  # it was tried and did not work; the words say why
    UNREACHABLE = "unreachable"
    CLOSED = "closed"  # the host is there and takes no connection
    UNKNOWN_HOST = "unknown-host"
    BAD_STATUS = "bad-status"  # HTTP 400 and above
    EXPIRING = "expiring"
    EXPIRED = "expired"
    WRONG_NAME = "wrong-name"
    UNTRUSTED = "untrusted"
    CANNOT = "cannot"  # not on this machine
    TIMED_OUT = "timed-out"
    REFUSED = "refused"  # not allowed, not proven, not approved, or no target of ours
    GARBAGE = "garbage"  # an answer that makes no sense
    UNCERTAIN = "uncertain"  # we died meanwhile, and it may have been done


ALWAYS: Final = (
    Result.OK,
    Result.FAILED,
    Result.TIMED_OUT,
    Result.REFUSED,
    Result.GARBAGE,
    Result.UNCERTAIN,
)
_NET: Final = (Result.UNREACHABLE, Result.UNKNOWN_HOST)
_CERTIFICATE: Final = (Result.EXPIRING, Result.EXPIRED, Result.WRONG_NAME, Result.UNTRUSTED)
_RESULTS: Final[Mapping[type, tuple[Result, ...]]] = {
    Ping: (*_NET, Result.CANNOT),
    Lookup: _NET,
    Port: (*_NET, Result.CLOSED),
    Http: (*_NET, Result.CLOSED, Result.BAD_STATUS, *_CERTIFICATE[1:]),
    Certificate: (*_NET, Result.CLOSED, *_CERTIFICATE),
    Hook: (Result.UNREACHABLE,),
    Link: (),
}


class Action(Struct, frozen=True, kw_only=True):
    name: str
    how: How
    title: Mapping[str, str] = {}  # language -> what people call it
    parameters: tuple[Parameter, ...] = ()
    starters: frozenset[Starter] = frozenset({Starter.AGENT, Starter.SOP})
    proof: bool = False  # of whom it is for: a code to another address of theirs
    approval: Approval = Approval.NONE
    limit: timedelta = timedelta(seconds=30)
    undo: str | None = None  # the action that takes it back, with the same arguments
    repeatable: bool = False  # may be done twice; or whoever does it tells a repeat by its key
    tell: bool = False  # the requester is told of its beginning and its end
    targets: Targets | None = None  # instead of those of the desk

    @property
    def results(self) -> tuple[str, ...]:
        """All that `result` of a run of it can be."""
        own = self.how.results if isinstance(self.how, Hook) else ()
        return tuple(dict.fromkeys((*ALWAYS, *_RESULTS[type(self.how)], *own)))

    def called(self, language: str) -> str:
        return self.title.get(language) or self.title.get("en") or self.name


class Outcome(Struct, frozen=True, kw_only=True):
    """How doing it ended."""

    result: str
    values: Mapping[str, str] = {}
    message: Mapping[str, str] = {}  # language -> what a webhook says to people; "" fits all


# -- arguments


def read_arguments(
    action: Action, given: Mapping[str, str | int], targets: Targets
) -> dict[str, str]:
    """Each in its one form. Raises Invalid, with what is allowed."""
    known = [one.name for one in action.parameters]
    for name in given:
        if name not in known:
            raise Invalid(
                f"{action.name} has no {name}. It takes: {', '.join(known) or 'nothing'}."
            )
    read = {}
    for one in action.parameters:
        value = str(given.get(one.name, "")).strip() or one.default
        if value is None:
            raise Invalid(f"{action.name} needs {one.name}. It takes: {', '.join(known)}.")
        if value:
            read[one.name] = _read(one, value)
    _check_targets(action, read, action.targets or targets)
    return read


def masked(action: Action, arguments: Mapping[str, str]) -> dict[str, str]:
    secret = {one.name for one in action.parameters if one.secret}
    return {name: "•••" if name in secret else value for name, value in arguments.items()}


def _check_targets(action: Action, read: Mapping[str, str], targets: Targets) -> None:
    """As far as it can be told without asking a name server; the addresses are looked at later."""
    for one in action.parameters:
        value = read.get(one.name)
        if value is None or isinstance(action.how, Link):
            continue
        if one.kind is Kind.URL:
            host, port = host_and_port(value)
            targets.check_name(host, port)
        elif one.kind is Kind.HOST:
            match action.how:
                case Ping():
                    targets.check_name(value, "ping")
                case Port() | Certificate() if "port" in read:
                    targets.check_name(value, int(read["port"]))
                case Lookup() | Hook():
                    targets.check_listed(value)


def _read(parameter: Parameter, value: str) -> str:
    if len(value) > LONGEST and parameter.kind is not Kind.URL:
        raise Invalid(f"{parameter.name} has more than {LONGEST} characters.")
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in value):
        raise Invalid(f"{parameter.name} must be one line of plain text.")
    match parameter.kind:
        case Kind.HOST:
            return read_host(value)
        case Kind.PORT:
            return _number(parameter.name, value, 1, 65_535)
        case Kind.NUMBER:
            return _number(parameter.name, value, 0, 10**15)
        case Kind.URL:
            return read_url(value)
        case Kind.LOGIN:
            if not _LOGIN.fullmatch(value):
                raise Invalid(
                    f"“{value[:60]}” is no login such as ana, CORP\\ana or ana@corp.example."
                )
            return value
        case Kind.EMAIL:
            if not _MAIL.fullmatch(value):
                raise Invalid(f"“{value[:60]}” is no e-mail address.")
            return value.lower()
        case Kind.CHOICE:
            if value not in parameter.choices:
                allowed = ", ".join(parameter.choices)
                raise Invalid(f"{parameter.name} “{value[:60]}”: allowed are {allowed}.")
            return value
        case Kind.TEXT:
            return value


_LOGIN: Final = re.compile(r"\w[\w.+-]{0,63}(?:[\\@]\w[\w.-]{0,100})?")
_MAIL: Final = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@[^\s@<>\"(),:;\[\]\\]{1,255}")
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


def read_host(value: str) -> str:
    """A name in lower case and ASCII, or an address in its usual form; nothing that some library would read
    as an address in disguise. Raises Invalid."""
    refusal = Invalid(f"“{value[:60]}” is no host such as mail.example.com or 192.0.2.1.")
    bare = value[1:-1] if value.startswith("[") and value.endswith("]") else value
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        pass
    else:
        if getattr(found, "scope_id", None):
            raise refusal
        return str(found)
    name = value.rstrip(".").lower() if not value.endswith("..") else ""
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii").lower()
        except UnicodeError:
            raise refusal from None
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(one) for one in labels):
        raise refusal
    # "2130706433", "0x7f.1", "0177.0.0.1": some resolvers take these for addresses.
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):
        raise refusal
    return name


def read_url(value: str) -> str:
    """http or https, a host and nothing that hides another. Raises Invalid."""
    refusal = Invalid(f"“{value[:80]}” is no address such as https://www.example.com/page.")
    if len(value) > LONGEST_URL or re.search(r"[\s\\]", value):
        raise refusal
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise refusal from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise refusal
    if "@" in parts.netloc:
        raise Invalid("An address with a name or a password before the host is not called.")
    host = read_host(parts.hostname)
    where = f"[{host}]" if ":" in host else host
    place = where if port is None else f"{where}:{port}"
    return parts._replace(netloc=place, path=parts.path or "/", fragment="").geturl()


def host_and_port(url: str) -> tuple[str, int]:
    """Of one that `read_url` returned."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _number(name: str, value: str, least: int, most: int) -> str:
    if not re.fullmatch(r"[0-9]{1,16}", value) or not least <= int(value) <= most:
        raise Invalid(f"{name} “{value[:20]}”: must be a whole number from {least} to {most}.")
    return str(int(value))
