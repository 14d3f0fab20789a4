"""What the values of the configuration may be, and how a wrong one is called wrong.

A secret is "env:NAME" or "file:/path", never the value itself. Relative paths start at the folder of the
file.
"""

import ipaddress
import os
import re
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationInfo,
)

from bot import config_problems


def reason(problem: OSError | UnicodeDecodeError) -> str:
    if isinstance(problem, UnicodeDecodeError):
        return f"byte {problem.start} is not UTF-8"
    return problem.strerror or type(problem).__name__


def _surroundings(info: ValidationInfo) -> tuple[Path, Mapping[str, str]]:
    context = info.context or {}
    return context.get("folder", Path()), context.get("environ", os.environ)


def _fetched(words: str, info: ValidationInfo) -> str:
    """The text that "env:NAME" or "file:/path" points to."""
    folder, environ = _surroundings(info)
    kind, _, place = words.partition(":")
    if kind == "env":
        found = environ.get(place, "")
        if not found:
            raise ValueError(f"the environment variable {place} is not set")
        return found
    try:
        found = (folder / place).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise ValueError(f"{folder / place} cannot be read: {reason(problem)}") from None
    if not found:
        raise ValueError(f"{folder / place} is empty")
    return found


def _optional_secret(given: Any, info: ValidationInfo) -> Any:
    """Empty, as in the example, is none."""
    return None if given in ("", None) else _secret(given, info)


def _is_pointer(words: str) -> bool:
    return words.startswith(("env:", "file:"))


def _secret(given: Any, info: ValidationInfo) -> Any:
    if not isinstance(given, str):
        return given
    if not _is_pointer(given):
        raise ValueError('must be "env:NAME" or "file:/path": a secret is not written down here')
    return _fetched(given, info)


def _database_url(given: Any, info: ValidationInfo) -> Any:
    if not isinstance(given, str):
        return given
    url = _fetched(given, info) if _is_pointer(given) else given
    if url == "sqlite" or url.startswith(("postgresql://", "sqlite:////")):
        return url
    if url.startswith("sqlite:///") and len(url) > len("sqlite:///"):
        folder, _ = _surroundings(info)
        return f"sqlite:///{folder.absolute() / url.removeprefix('sqlite:///')}"
    raise ValueError(
        'must be "sqlite" (a file in data_dir), "sqlite:///path", "postgresql://user@host/name", '
        'or where to find it: "env:NAME", "file:/path"'
    )


def _path(given: Path, info: ValidationInfo) -> Path:
    folder, _ = _surroundings(info)
    return folder.absolute() / given


def check_timezone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        near = config_problems.did_you_mean(name, zoneinfo.available_timezones())
        raise ValueError(
            f'"{name}" is no time zone such as "Europe/Berlin" or "UTC".{near}'
        ) from None
    return name


def _http_url(url: str) -> str:
    if url:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f'must begin with http:// or https:// and name a host (is "{url}")')
    return url.rstrip("/")


def _origin(url: str) -> str:
    parts = urlsplit(_http_url(url))
    if not url or parts.path or parts.query or parts.fragment:
        raise ValueError(f'must be a scheme and a host, as "https://intranet.example" (is "{url}")')
    return url.rstrip("/").lower()


def _network(address: str) -> str:
    try:
        return str(ipaddress.ip_network(address))
    except ValueError:
        raise ValueError(
            f'must be an address or a network as "10.0.0.0/8" (is "{address}")'
        ) from None


def check_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as problem:
        raise ValueError(f"is no regular expression: {problem}") from None
    return pattern


def check_hours(span: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", span):
        raise ValueError(f'must be two times of day as "18:00-08:00" (is "{span}")')
    return span


def _extension(extension: str) -> str:
    return extension.lower().removeprefix(".")


Secret = Annotated[SecretStr, BeforeValidator(_secret)]
OptionalSecret = Annotated[SecretStr | None, BeforeValidator(_optional_secret)]
DatabaseUrl = Annotated[SecretStr, BeforeValidator(_database_url)]
Folder = Annotated[Path, AfterValidator(_path)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Extension = Annotated[str, AfterValidator(_extension)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
Origin = Annotated[str, AfterValidator(_origin)]
Network = Annotated[str, AfterValidator(_network)]
ChannelName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Count = Annotated[int, Field(ge=1)]
Days = Annotated[int, Field(ge=0, le=3650)]
Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(gt=0)]


class Section(BaseModel):
    # A default goes the way of a given value, so that its relative paths are resolved too.
    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True
    )


S = TypeVar("S", bound=Section)
