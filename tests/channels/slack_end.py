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
from tests.channels.slack.scripted import MemoryLobby
from tests.platforms.slack import FakeSlack
from tests.servers.http import serving

LINK: Final = re.compile(r"<([^|>]*)\|([^>]*)>")


def options_for(slack: FakeSlack, **more: Any) -> Options:
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

    def __init__(self, slack: FakeSlack, channel: SlackChannel) -> None:
        self.slack, self.channel = slack, channel
        self.user = slack.user("Ana")
        self._shown: list[dict[str, Any]] = []

    async def say(self, text: str) -> bool:
        await self.user.dm(text)
        return await self._taken()

    async def press(self, label: str) -> bool:
        [message] = [one for one in self._shown if label[:40] in unescape(str(one["blocks"]))]
        await self.user.press(message, label[:40])
        return await self._taken()

    async def _taken(self) -> bool:
        await self.slack.settled()
        return not self.slack.delivery.given_up

    async def show(self, message: OutboundMessage) -> None:
        to = self.user.address
        known = len(self.user.inbox())
        await self.channel.send(replace(message, to=to, conversation=to))
        self._shown += [dict(one) for one in self.user.inbox()[known:]]

    def seen(self) -> Sequence[str]:
        """As Slack's program shows it."""
        return [unescape(LINK.sub(r"\2 \1", one["text"])) for one in self.user.inbox()]


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
    async with FakeSlack(rate_limits=False) as slack:
        slack.delivery.ack_limit = 0.3
        channel = SlackChannel("slack", options_for(slack), MemoryLobby())
        async with _listening(channel, desk.receive):
            yield SlackEnd(slack, channel)


@asynccontextmanager
async def by_http(desk: Any) -> AsyncIterator[SlackEnd]:
    async with FakeSlack(rate_limits=False) as slack:
        slack.delivery.retries = (0.0, 0.05, 0.1)
        channel = SlackChannel("slack", options_for(slack, mode=Mode.HTTP), MemoryLobby())
        async with (
            serving(channel.routes(desk.receive)) as url,
            _listening(channel, desk.receive),
        ):
            await slack.http(f"{url}/channels/slack/events")
            yield SlackEnd(slack, channel)
