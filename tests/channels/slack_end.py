"""A person with Slack, over both transports."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from html import unescape
from typing import Any, Final

from msgspec.structs import replace

from channels.channel import Receive
from channels.message import OutboundMessage
from channels.slack import Mode, Options, SlackChannel
from tests.channels.slack.little import TEAM, LittleSlack, Person
from tests.channels.slack.scripted import MemoryLobby
from tests.servers.http import serving

ADDRESS: Final = "U0000ANA"
LINK: Final = re.compile(r"<([^|>]*)\|([^>]*)>")


def options_for(slack: LittleSlack, **more: Any) -> Options:
    given: dict[str, Any] = {
        "bot_token": slack.bot_token,
        "app_token": slack.app_token,
        "signing_secret": slack.signing_secret,
        "api_url": slack.api_url,
        "content": lambda sha256: b"content of " + sha256.encode(),
        "per_second": 10_000.0,
        "channel_pause": 0.0,
        "retry_pause": 0.02,
    }
    return Options(**(given | more))


class SlackEnd:
    retries = True

    def __init__(self, slack: LittleSlack, channel: SlackChannel) -> None:
        self.slack, self.channel = slack, channel
        self.user = Person(slack, ADDRESS)
        self._shown: list[dict[str, Any]] = []  # as they were; used buttons go

    async def say(self, text: str) -> bool:
        return await self.user.dm(text)

    async def press(self, label: str) -> bool:
        return await self.user.press(label[:40], self._shown)

    async def show(self, message: OutboundMessage) -> None:
        to = f"{TEAM}/{ADDRESS}"
        known = len(self.slack.messages)
        await self.channel.send(replace(message, to=to, conversation=to))
        self._shown += [dict(one) for one in self.slack.messages[known:]]

    def seen(self) -> Sequence[str]:
        """As Slack's program shows it."""
        return [unescape(LINK.sub(r"\2 \1", one["text"])) for one in self.slack.messages]


@asynccontextmanager
async def _listening(channel: SlackChannel, receive: Receive) -> AsyncIterator[None]:
    task = asyncio.create_task(channel.listen(receive))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await channel.close()


@asynccontextmanager
async def by_socket(desk: Any) -> AsyncIterator[SlackEnd]:
    async with LittleSlack(ack_limit=0.3) as slack:
        channel = SlackChannel("slack", options_for(slack), MemoryLobby())
        async with _listening(channel, desk.receive):
            await slack.connected()
            yield SlackEnd(slack, channel)


@asynccontextmanager
async def by_http(desk: Any) -> AsyncIterator[SlackEnd]:
    async with LittleSlack() as slack:
        channel = SlackChannel("slack", options_for(slack, mode=Mode.HTTP), MemoryLobby())
        async with (
            serving(channel.routes(desk.receive)) as url,
            _listening(channel, desk.receive),
        ):
            slack.http(f"{url}/channels/slack/events")
            yield SlackEnd(slack, channel)
