"""Files: those people share, and those the bot uploads in three steps."""

import itertools
from typing import TYPE_CHECKING, Any

from tests.platforms.slack.errors import Refusal

if TYPE_CHECKING:
    from tests.platforms.slack.people import Room

LOGIN = b"<!DOCTYPE html><html><head><title>Sign in | Slack</title></head></html>"


class Files:
    def __init__(self) -> None:
        self.url = ""  # where they are
        self.about: dict[str, dict[str, Any]] = {}
        self.content: dict[str, bytes] = {}
        self._numbers = itertools.count(1)

    def _new(self, name: str, kind: str) -> dict[str, Any]:
        id = f"F{next(self._numbers):08}"
        about = {
            "id": id,
            "name": name,
            "title": name,
            "mimetype": kind,
            "mode": "hosted",
            "url_private": f"{self.url}/files-pri/{id}/{name}",
            "url_private_download": f"{self.url}/files-pri/{id}/download/{name}",
            "shares": {},
            "channels": [],
            "groups": [],
            "ims": [],
        }
        self.about[id] = about
        return about

    def share(
        self, name: str, kind: str, content: bytes, user: str, room: "Room"
    ) -> dict[str, Any]:
        about = self._new(name, kind)
        about |= {"user": user, "size": len(content)}
        self.content[about["id"]] = content
        self.shared(about, room)
        return about

    def shared(self, about: dict[str, Any], room: "Room") -> None:
        about["ims" if room.kind == "im" else "channels"].append(room.id)

    def expect(self, name: str, length: int) -> dict[str, Any]:
        if length < 1:
            raise Refusal("invalid_arguments")
        about = self._new(name, "application/octet-stream")
        about["size"] = length
        return {"upload_url": f"{self.url}/upload/v1/{about['id']}", "file_id": about["id"]}

    def take(self, id: str, content: bytes) -> bool:
        about = self.about.get(id)
        if about is None or about["size"] != len(content):
            return False
        self.content[id] = content
        return True

    def find(self, id: str) -> dict[str, Any]:
        if id not in self.about:
            raise Refusal("file_not_found")
        return self.about[id]
