"""A person with Slack, over both transports."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from html import unescape
from typing import Any, Final

from msgspec.structs import replace

from channels.channel import Lobby, Receive
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
        "read_timeout": 30.0,
        "refused_pause": 0.05,
        "ping_interval": 0.2,
    }
    return Options(**(given | more))


@asynccontextmanager
async def connected(
    slack: FakeSlack,
    receive: Receive,
    mode: Mode = Mode.SOCKET,
    lobby: Lobby | None = None,
    **more: Any,
) -> AsyncIterator[SlackChannel]:
    """The adapter, listening; `close` and cancellation included."""
    channel = SlackChannel("slack", options_for(slack, mode=mode, **more), lobby or MemoryLobby())
    async with serving(channel.routes(receive)) as url:
        listening = asyncio.create_task(channel.listen(receive))
        try:
            if mode is Mode.HTTP:
                await slack.http(f"{url}/channels/slack/events")
            while mode is Mode.SOCKET and not slack.delivery.sockets:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            yield channel
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
            await channel.close()


class SlackEnd:
    retries = True

    def __init__(self, slack: FakeSlack, channel: SlackChannel) -> None:
        self.slack, self.channel = slack, channel
        self.user = slack.user("Ana")
        self._shown: list[dict[str, Any]] = []  # copies, with buttons that are used up meanwhile

    async def say(self, text: str) -> bool:
        await self.user.dm(text)
        await self.slack.settled()
        return not self.slack.delivery.given_up

    async def press(self, label: str) -> bool:
        [message] = [one for one in self._shown if label[:40] in unescape(str(one["blocks"]))]
        return await self.user.press(message, label[:40]) is not None

    async def show(self, message: OutboundMessage) -> None:
        to, known = self.user.address, len(self.user.inbox())
        await self.channel.send(replace(message, to=to, conversation=to))
        self._shown += [dict(one) for one in self.user.inbox()[known:]]

    def seen(self) -> Sequence[str]:
        """As Slack's program shows it."""
        return [unescape(LINK.sub(r"\2 \1", one["text"])) for one in self.user.inbox()]


@asynccontextmanager
async def by_socket(desk: Any) -> AsyncIterator[SlackEnd]:
    async with FakeSlack(rate_limits=False) as slack, connected(slack, desk.receive) as channel:
        slack.delivery.ack_limit = 2.0
        yield SlackEnd(slack, channel)


@asynccontextmanager
async def by_http(desk: Any) -> AsyncIterator[SlackEnd]:
    async with (
        FakeSlack(rate_limits=False) as slack,
        connected(slack, desk.receive, Mode.HTTP) as channel,
    ):
        yield SlackEnd(slack, channel)
