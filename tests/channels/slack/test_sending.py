"""Messages on their way to a Slack that fails in every way it can."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from channels.channel import Receipt, TryLater, Undeliverable
from channels.message import Attachment, Choice, OutboundMessage, PublicText
from channels.slack import SlackChannel
from channels.slack.calls import Calls
from channels.slack.outbound import metadata
from channels.slack.people import People
from tests.channels.slack.scripted import (
    DROP,
    HANG,
    POSTED,
    MemoryLobby,
    Script,
    error,
    options_for,
)

WORDS = OutboundMessage(
    key="k1", channel="slack", to="T1/UANA", conversation="T1/UANA", text=PublicText("Hello")
)
FILE = Attachment(name="a.txt", content_type="text/plain", size=3, sha256="0" * 64)
TS = POSTED["ts"]


@pytest.fixture
async def slack() -> AsyncIterator[Script]:
    async with Script() as script:
        script.always["conversations.open"] = {"ok": True, "channel": {"id": "D1"}}
        script.always["conversations.history"] = {"ok": True, "messages": []}
        yield script


@pytest.fixture
async def channel(slack: Script) -> AsyncIterator[SlackChannel]:
    channel = SlackChannel("slack", options_for(slack.url), MemoryLobby())
    yield channel
    await channel.close()


@pytest.fixture
async def hasty(slack: Script) -> AsyncIterator[SlackChannel]:
    """One that gives up soon where no answer comes."""
    channel = SlackChannel("slack", options_for(slack.url, read_timeout=0.5), MemoryLobby())
    yield channel
    await channel.close()


async def test_what_was_taken_is_named(slack: Script, channel: SlackChannel) -> None:
    assert await channel.send(WORDS) == Receipt(f"D1/{TS}")
    [call] = slack.called("chat.postMessage")
    assert (call["channel"], call["text"]) == ("UANA", "Hello")


async def test_a_card_names_its_thread(slack: Script, channel: SlackChannel) -> None:
    slack.always["chat.postMessage"] = POSTED | {"channel": "C1"}
    card = replace(WORDS, to="T1/C1", opens_thread=True)
    assert await channel.send(card) == Receipt(f"C1/{TS}", thread=f"T1/C1/{TS}")


async def test_what_follows_a_card_is_in_its_thread(slack: Script, channel: SlackChannel) -> None:
    long = PublicText("a few words. " * 600)
    await channel.send(replace(WORDS, to="T1/C1", text=long, opens_thread=True))
    threads = [call.get("thread_ts") for call in slack.called("chat.postMessage")]
    assert threads == [None, TS, TS]


@pytest.mark.parametrize(
    "because",
    ["channel_not_found", "is_archived", "account_inactive", "not_in_channel", "invalid_blocks"],
)
async def test_what_slack_refuses_is_undeliverable(
    slack: Script, channel: SlackChannel, because: str
) -> None:
    slack.always["chat.postMessage"] = error(because)
    with pytest.raises(Undeliverable, match=because):
        await channel.send(WORDS)


async def test_slack_says_how_long_to_wait(slack: Script, channel: SlackChannel) -> None:
    slack.answers["chat.postMessage"] = [(429, error("ratelimited"), {"Retry-After": "7"})]
    with pytest.raises(TryLater) as later:
        await channel.send(WORDS)
    assert (later.value.after, later.value.whole_channel) == (7.0, False)


@pytest.mark.parametrize("because", ["token_revoked", "invalid_auth"])
async def test_a_refused_token_stops_everything_and_is_told_once(
    slack: Script, channel: SlackChannel, because: str
) -> None:
    slack.answers["chat.postMessage"] = [error(because)] * 3
    with capture_logs() as logs:
        for _ in range(3):
            with pytest.raises(TryLater) as later:
                await channel.send(WORDS)
            assert later.value.whole_channel
        await channel.send(WORDS)
    assert [entry["event"] for entry in logs] == ["slack.token-refused", "slack.token-accepted"]


async def test_one_workspace_that_removed_us_does_not_stop_the_others(slack: Script) -> None:
    options = options_for(slack.url, tokens={"T2": "xoxb-2"})
    channel = SlackChannel("slack", options, MemoryLobby())
    slack.answers["chat.postMessage"] = [error("token_revoked")]
    with pytest.raises(TryLater) as later:
        await channel.send(replace(WORDS, to="T2/UBOB"))
    assert not later.value.whole_channel
    await channel.close()


async def test_each_workspace_has_its_own_token(slack: Script) -> None:
    options = options_for(slack.url, tokens={"T2": "xoxb-2"})
    channel = SlackChannel("slack", options, MemoryLobby())
    await channel.send(replace(WORDS, to="T2/UBOB"))
    await channel.send(WORDS)
    assert slack.tokens == ["xoxb-2", "xoxb-1"]
    await channel.close()


async def test_a_missing_scope_is_told_and_waited_for(slack: Script, channel: SlackChannel) -> None:
    slack.answers["chat.postMessage"] = [error("missing_scope", needed="chat:write")]
    with capture_logs() as logs, pytest.raises(TryLater):
        await channel.send(WORDS)
    assert logs[0]["needed"] == "chat:write"


async def test_nobody_listens_there(slack: Script) -> None:
    options = options_for("http://127.0.0.1:9", connect_timeout=0.5)
    channel = SlackChannel("slack", options, MemoryLobby())
    with pytest.raises(TryLater) as later:
        await channel.send(WORDS)
    assert later.value.whole_channel
    await channel.close()


UNSURE: list[Any] = [
    HANG,
    DROP,
    (500, error("internal_error")),
    (502, b"<html>Bad Gateway</html>", {"content-type": "text/html"}),
    (503, error("service_unavailable")),
    (200, b"not JSON", {"content-type": "application/json"}),
    error("fatal_error"),
]


@pytest.mark.parametrize("answer", UNSURE, ids=str)
async def test_what_is_unsure_is_looked_for_and_not_sent_again(
    slack: Script, hasty: SlackChannel, answer: Any
) -> None:
    slack.answers["chat.postMessage"] = [answer]
    with pytest.raises(TryLater):
        await hasty.send(WORDS)
    ours = {"ts": "5.1", "metadata": metadata("k1", 0)}
    other = {"ts": "6.1", "metadata": metadata("k0", 0)}
    slack.answers["conversations.history"] = [
        {"ok": True, "messages": [{"ts": "7.1"}, other, ours]}
    ]
    assert await hasty.send(WORDS) == Receipt("D1/5.1")
    assert len(slack.called("chat.postMessage")) == 1


@pytest.mark.parametrize("answer", UNSURE, ids=str)
async def test_what_is_not_found_is_sent_again(
    slack: Script, hasty: SlackChannel, answer: Any
) -> None:
    slack.answers["chat.postMessage"] = [answer]
    with pytest.raises(TryLater):
        await hasty.send(WORDS)
    assert await hasty.send(WORDS) == Receipt(f"D1/{TS}")
    assert len(slack.called("chat.postMessage")) == 2


async def test_parts_that_are_there_are_not_sent_again(
    slack: Script, channel: SlackChannel
) -> None:
    long = replace(WORDS, text=PublicText("a few words. " * 600))
    slack.answers["chat.postMessage"] = [POSTED, DROP]
    with pytest.raises(TryLater):
        await channel.send(long)
    await channel.send(long)
    sent = [call["metadata"] for call in slack.called("chat.postMessage")]
    assert sent == [metadata("k1", number) for number in (0, 1, 1, 2)]


async def test_in_a_thread_all_of_it_is_looked_through(
    slack: Script, channel: SlackChannel
) -> None:
    answer = replace(WORDS, to="T1/C1", conversation="T1/C1/5.1")
    slack.answers["chat.postMessage"] = [DROP]
    with pytest.raises(TryLater):
        await channel.send(answer)
    first = {"ok": True, "messages": [{"ts": "5.1"}], "response_metadata": {"next_cursor": "more"}}
    second = {"ok": True, "messages": [{"ts": "5.9", "metadata": metadata("k1", 0)}]}
    slack.answers["conversations.replies"] = [first, second]
    assert await channel.send(answer) == Receipt("C1/5.9")


async def test_what_is_from_before_the_start_may_be_there_already(slack: Script) -> None:
    channel = SlackChannel("slack", options_for(slack.url), MemoryLobby())
    ours = {"ts": "5.1", "metadata": metadata("k1", 0)}
    slack.answers["conversations.history"] = [{"ok": True, "messages": [ours]}]
    assert await channel.send(replace(WORDS, again=True)) == Receipt("D1/5.1")
    await channel.send(replace(WORDS, key="k2"))
    assert len(slack.called("chat.postMessage")) == 1
    assert len(slack.called("conversations.history")) == 1
    await channel.close()


async def test_who_may_write_and_not_read_sends(slack: Script) -> None:
    channel = SlackChannel("slack", options_for(slack.url), MemoryLobby())
    slack.answers["conversations.history"] = [error("not_in_channel")]
    assert await channel.send(replace(WORDS, again=True)) == Receipt(f"D1/{TS}")
    await channel.close()


async def test_a_message_is_replaced_with_its_buttons(slack: Script, channel: SlackChannel) -> None:
    slack.always["chat.update"] = {"ok": True}
    card = replace(WORDS, to="T1/C1", replaces="C1/5.1", choices=(Choice("v", "L"),))
    assert await channel.send(card) == Receipt("C1/5.1")
    await channel.send(replace(card, choices=()))
    first, second = slack.called("chat.update")
    assert (first["channel"], first["ts"], len(first["blocks"])) == ("C1", "5.1", 2)
    assert second["blocks"] == []


async def test_a_destination_of_a_workspace_without_a_token(slack: Script) -> None:
    options = options_for(slack.url, bot_token="", tokens={"T2": "xoxb-2"})
    channel = SlackChannel("slack", options, MemoryLobby())
    with pytest.raises(Undeliverable):
        await channel.send(WORDS)
    await channel.close()


# -- files


def with_uploads(slack: Script) -> None:
    slack.always["files.getUploadURLExternal"] = {
        "ok": True,
        "upload_url": f"{slack.url}/upload",
        "file_id": "F1",
    }
    slack.always["upload"] = b"OK"
    slack.always["files.completeUploadExternal"] = {"ok": True, "files": []}


async def test_a_file_is_shown_after_the_words(slack: Script, channel: SlackChannel) -> None:
    with_uploads(slack)
    receipt = await channel.send(replace(WORDS, attachments=(FILE,)))
    assert receipt == Receipt(f"D1/{TS}")
    [shown] = slack.called("files.completeUploadExternal")
    assert (shown["channel_id"], "thread_ts" in shown) == ("D1", False)
    assert "a.txt" in str(shown["files"])


async def test_the_files_of_a_card_are_in_its_thread(slack: Script, channel: SlackChannel) -> None:
    with_uploads(slack)
    await channel.send(replace(WORDS, to="T1/C1", opens_thread=True, attachments=(FILE,)))
    [shown] = slack.called("files.completeUploadExternal")
    assert (shown["channel_id"], shown["thread_ts"]) == ("C1", TS)


async def test_files_alone_have_no_name(slack: Script, channel: SlackChannel) -> None:
    with_uploads(slack)
    receipt = await channel.send(replace(WORDS, text=PublicText(""), attachments=(FILE,)))
    assert receipt == Receipt()
    assert not slack.called("chat.postMessage")


@pytest.mark.parametrize(("shares", "times"), [({"private": {"D1": []}}, 1), ({}, 2)])
async def test_files_that_are_shown_are_not_shown_again(
    slack: Script, channel: SlackChannel, shares: dict[str, Any], times: int
) -> None:
    with_uploads(slack)
    message = replace(WORDS, attachments=(FILE,))
    slack.answers["files.completeUploadExternal"] = [DROP]
    with pytest.raises(TryLater):
        await channel.send(message)
    slack.always["files.info"] = {"ok": True, "file": {"id": "F1", "shares": shares}}
    await channel.send(message)
    assert len(slack.called("files.completeUploadExternal")) == times
    assert len(slack.called("chat.postMessage")) == len(slack.called("upload")) == 1


@pytest.mark.parametrize("answer", [DROP, (500, b"no")])
async def test_an_upload_is_tried_again(slack: Script, channel: SlackChannel, answer: Any) -> None:
    with_uploads(slack)
    slack.answers["upload"] = [answer]
    message = replace(WORDS, attachments=(FILE,))
    with pytest.raises(TryLater):
        await channel.send(message)
    await channel.send(message)
    assert len(slack.called("chat.postMessage")) == 1


async def test_a_file_too_large_is_refused_before_anything_is_sent(
    slack: Script, channel: SlackChannel
) -> None:
    huge = replace(FILE, size=2**40)
    with pytest.raises(Undeliverable):
        await channel.send(replace(WORDS, attachments=(huge,)))
    assert not slack.calls


async def test_a_token_under_the_wrong_workspace_is_told(slack: Script) -> None:
    options = options_for(slack.url, tokens={"T2": "xoxb-2"})
    calls = Calls("slack", options)
    with capture_logs() as logs:
        await People("slack", options, calls).arrive()
    assert [(entry["event"], entry["is_of"]) for entry in logs] == [
        ("slack.another-workspace", "T1")
    ]
    await calls.close()
