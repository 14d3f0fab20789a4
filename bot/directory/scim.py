"""A directory behind SCIM 2.0 (RFC 7643, 7644): its users, page by page."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from bot.directory import Entry, Problem
from bot.errors import DeskError

PAGE: Final = 100
TRIES: Final = 4
LONGEST: Final = 60.0  # seconds that a server may tell us to wait
_ENTERPRISE: Final = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


class Scim:
    """`url`: the base, as "https://id.example/scim/v2"."""

    def __init__(
        self, url: str, token: str, timeout: float, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._url, self._token, self._timeout, self._pause = url, token, timeout, pause

    def __iter__(self) -> Iterator[Entry | Problem]:
        start = 1
        while True:
            page = self._page(start)
            users = page.get("Resources") or []
            for user in users:
                yield entry_of(user)
            start += len(users)
            # A server may give fewer than asked for; none means that there are no more.
            if not users or start > int(page.get("totalResults", 0)):
                return

    def _page(self, start: int) -> Mapping[str, Any]:
        query = urlencode({"startIndex": start, "count": PAGE})
        request = urllib.request.Request(  # noqa: S310 - the configuration allows http and https only
            f"{self._url}/Users?{query}",
            headers={
                "Accept": "application/scim+json, application/json",
                "Authorization": f"Bearer {self._token}",
            },
        )
        for left in reversed(range(TRIES)):
            try:
                with urllib.request.urlopen(request, timeout=self._timeout) as answer:  # noqa: S310
                    found = json.load(answer)
            except urllib.error.HTTPError as problem:
                if problem.code not in (429, 502, 503, 504) or not left:
                    raise DeskError(f"The directory answered {problem.code}.") from None
                self._pause(_seconds(problem.headers.get("Retry-After")))
            except (OSError, ValueError) as problem:
                reason = getattr(problem, "reason", problem)
                raise DeskError(f"The directory cannot be read: {reason}.") from None
            else:
                if not isinstance(found, dict):
                    raise DeskError("The directory does not speak SCIM.")
                return found
        raise AssertionError  # the last try returns or raises


def _seconds(retry_after: str | None) -> float:
    given = retry_after or ""
    return min(float(given), LONGEST) if given.isdigit() else 1.0


def entry_of(user: Any) -> Entry | Problem:
    if not isinstance(user, dict) or not isinstance(user.get("id"), str):
        return Problem("a user", "has no id")
    more = user.get(_ENTERPRISE) or {}
    name = user.get("name") or {}
    parts = " ".join(name[one] for one in ("givenName", "familyName") if name.get(one))
    active = user.get("active")
    return Entry(
        where=f"user {user['id']}",
        external_id=user["id"],
        name=user.get("displayName") or name.get("formatted") or parts or None,
        email=_chosen(user.get("emails")),
        phone=_chosen(user.get("phoneNumbers")),
        login=user.get("userName"),
        group=more.get("department"),
        site=_chosen(user.get("addresses"), "locality"),
        language=user.get("preferredLanguage") or user.get("locale"),
        timezone=user.get("timezone"),
        vip=_has_role("vip", user["roles"]) if "roles" in user else None,
        manager=(more.get("manager") or {}).get("value"),
        active=active if isinstance(active, bool) else None,
    )


def _has_role(name: str, roles: Any) -> bool:
    return any(str(one.get("value", "")).lower() == name for one in _rows(roles))


def _chosen(rows: Any, field: str = "value") -> str | None:
    """Of several the primary one, else that of work, else the first."""
    found = [one for one in _rows(rows) if one.get(field)]
    found.sort(key=lambda one: (one.get("primary") is not True, one.get("type") != "work"))
    return str(found[0][field]) if found else None


def _rows(rows: Any) -> list[dict[str, Any]]:
    return [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []
