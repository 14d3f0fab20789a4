"""Files that lie with Slack."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from channels.channel import TryLater, Undeliverable
from channels.message import RemoteFile
from channels.slack import SlackChannel
from tests.channels.slack.scripted import DROP, MemoryLobby, Script, error, options_for

FILE = RemoteFile(id="T1/F1", name="a.txt")
PAGE = b"<html>Sign in to Slack</html>"
HTML = {"content-type": "text/html; charset=utf-8"}


@pytest.fixture
async def slack() -> AsyncIterator[Script]:
    async with Script() as script:
        yield script


@pytest.fixture
async def channel(slack: Script) -> AsyncIterator[SlackChannel]:
    options = options_for(slack.url, largest_file=100_000)
    channel = SlackChannel("slack", options, MemoryLobby())
    yield channel
    await channel.close()


def kept(slack: Script, content: Any, **about: Any) -> None:
    url = f"{slack.url}/files/F1"
    file = {"id": "F1", "mimetype": "text/plain", "url_private_download": url, "mode": "hosted"}
    slack.always["files.info"] = {"ok": True, "file": file | about}
    slack.always["files/F1"] = content


async def fetched(channel: SlackChannel) -> bytes:
    return b"".join([piece async for piece in channel.fetch(FILE)])


async def test_a_file_is_had(slack: Script, channel: SlackChannel) -> None:
    kept(slack, b"x" * 99_999)
    assert await fetched(channel) == b"x" * 99_999


async def test_a_page_to_log_in_is_not_the_file(slack: Script, channel: SlackChannel) -> None:
    kept(slack, (200, PAGE, HTML))
    with pytest.raises(Undeliverable, match="log in"):
        await fetched(channel)
    kept(slack, (200, PAGE, HTML), mimetype="text/html", size=12)
    with pytest.raises(Undeliverable, match="log in"):
        await fetched(channel)


async def test_a_page_that_was_sent_is_the_file(slack: Script, channel: SlackChannel) -> None:
    kept(slack, (200, PAGE, HTML), mimetype="text/html", size=len(PAGE))
    assert await fetched(channel) == PAGE


@pytest.mark.parametrize(
    ("content", "about"),
    [
        (b"x" * 100_001, {}),
        ((404, b""), {}),
        (b"x", {"mode": "tombstone"}),
        (b"x", {"url_private_download": None}),
    ],
)
async def test_what_is_not_to_be_had_is_told(
    slack: Script, channel: SlackChannel, content: Any, about: dict[str, Any]
) -> None:
    kept(slack, content, **about)
    with pytest.raises(Undeliverable):
        await fetched(channel)


async def test_a_file_that_was_deleted(slack: Script, channel: SlackChannel) -> None:
    slack.always["files.info"] = error("file_deleted")
    with pytest.raises(Undeliverable, match="file_deleted"):
        await fetched(channel)


@pytest.mark.parametrize("content", [DROP, (503, b""), (429, b"")])
async def test_what_may_be_had_later_is_tried_later(
    slack: Script, channel: SlackChannel, content: Any
) -> None:
    kept(slack, content)
    with pytest.raises(TryLater):
        await fetched(channel)
