"""Files, both ways. A file is uploaded unseen and then shown in a conversation, with all of its message."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

from channels.channel import Undeliverable
from channels.message import Attachment, RemoteFile
from channels.slack.calls import Calls
from channels.slack.heard import GONE
from channels.slack.options import Options
from channels.slack.people import People

PIECE: Final = 64 * 1024  # bytes
LOGIN: Final = "text/html"  # what Slack shows to those who may not have a file


class Files:
    def __init__(self, options: Options, calls: Calls, people: People) -> None:
        self._options, self._calls, self._people = options, calls, people

    def check(self, files: Sequence[Attachment]) -> None:
        for file in files:
            if file.size > self._options.largest_file:
                raise Undeliverable(f"the file {file.name} is larger than Slack takes")

    async def upload(self, token: str, file: Attachment) -> str:
        """Its id; nobody sees it yet."""
        content = await asyncio.to_thread(self._options.content, file.sha256)
        told = await self._calls.ask(
            token,
            lambda slack: slack.files_getUploadURLExternal(filename=file.name, length=len(content)),
        )
        await self._calls.upload(str(told["upload_url"]), content)
        return str(told["file_id"])

    async def show(
        self, token: str, files: Sequence[tuple[str, str]], channel: str, thread: str | None
    ) -> None:
        """`files`: ids and names."""
        await self._calls.ask(
            token,
            lambda slack: slack.files_completeUploadExternal(
                files=[{"id": id, "title": name} for id, name in files],
                channel_id=channel,
                thread_ts=thread,
            ),
        )

    async def is_shown(self, token: str, id: str) -> bool:
        shown = await self._info(token, id)
        return any(shown.get(kind) for kind in ("shares", "channels", "groups", "ims"))

    async def _info(self, token: str, id: str) -> dict[str, Any]:
        told = await self._calls.ask(token, lambda slack: slack.files_info(file=id))
        return dict(told["file"])

    async def fetch(self, file: RemoteFile) -> AsyncIterator[bytes]:
        team, _, id = file.id.partition("/")
        token, limit = self._people.token(team), self._options.largest_file
        about = await self._info(token, id)
        url = about.get("url_private_download") or about.get("url_private")
        if about.get("mode") in GONE or not url:
            raise Undeliverable("Slack no longer has the file")
        async with self._calls.download(token, str(url)) as answer:
            is_page = answer.content_type == LOGIN
            if is_page and not (
                about.get("mimetype") == LOGIN and answer.content_length == about.get("size")
            ):
                raise Undeliverable("Slack asks to log in instead of giving the file")
            taken = 0
            async for piece in answer.content.iter_chunked(PIECE):
                taken += len(piece)
                if taken > limit:
                    raise Undeliverable(f"the file is larger than {limit} bytes")
                yield piece
