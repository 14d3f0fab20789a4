"""What a call says, in any of the forms that are allowed: query, JSON, form, or parts with files."""

import json
from typing import Any

from aiohttp import web

from tests.platforms.telegram.errors import bad


class Arguments:
    def __init__(self, given: dict[str, Any], files: dict[str, tuple[str, bytes]]) -> None:
        self.given, self.files = given, files

    def text(self, name: str) -> str:
        return str(self.given.get(name, ""))

    def number(self, name: str) -> int | None:
        value = self.given.get(name)
        try:
            return None if value in (None, "") else int(value)
        except (TypeError, ValueError):
            raise bad(f"{name} must be a number") from None

    def seconds(self, name: str) -> float:
        return float(self.given.get(name) or 0)

    def flag(self, name: str) -> bool:
        return str(self.given.get(name, "")).lower() in ("true", "1")

    def object(self, name: str) -> Any:
        value = self.given.get(name)
        if not isinstance(value, str) or not value:
            return value or None
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {name} JSON object") from None

    def file(self, name: str) -> tuple[str, bytes] | str | None:
        """The name and bytes of an upload, or the id of a file Telegram has."""
        if name in self.files:
            return self.files[name]
        value = self.text(name)
        if value.startswith("attach://"):
            return self.files.get(value.removeprefix("attach://"))
        return value or None


async def arguments_of(request: web.Request) -> Arguments:
    given: dict[str, Any] = dict(request.query)
    files: dict[str, tuple[str, bytes]] = {}
    if request.content_type == "application/json":
        given |= await request.json()
    elif request.can_read_body:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = (value.filename, value.file.read())
            else:
                given[name] = value
    return Arguments(given, files)
