"""What Slack sends, as its documentation shows it."""

from datetime import UTC, datetime
from typing import Any, Final

from channels.slack.heard import Heard, HomeOpened, Me
from channels.slack.inbound import Reader

ME: Final = Me(team="T1", user="UBOT", token="xoxb-1")
NOW: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TS: Final = "1700000000.000100"
LATER: Final = "1700000060.000200"
READER: Final = Reader(channel="slack", rooms=frozenset({"T1/CROOM"}))


def event(**inner: Any) -> dict[str, Any]:
    authorized = {"team_id": "T1", "user_id": "UBOT", "is_bot": True}
    return {
        "type": "event_callback",
        "team_id": "T1",
        "event_id": "Ev1",
        "authorizations": [authorized],
        "event": inner,
    }


def said(text: str, channel: str = "D1", **more: Any) -> dict[str, Any]:
    kind = "im" if channel.startswith("D") else "channel"
    given = {"type": "message", "user": "UANA", "ts": TS, "event_ts": TS, "channel_type": kind}
    return event(**(given | {"channel": channel, "text": text} | more))


def changed(before: dict[str, Any], now: dict[str, Any], channel: str = "D1") -> dict[str, Any]:
    common = {"type": "message", "user": "UANA", "ts": TS}
    return event(
        type="message",
        subtype="message_changed",
        hidden=True,
        channel=channel,
        channel_type="im" if channel.startswith("D") else "channel",
        ts=LATER,
        event_ts=LATER,
        message=common | now,
        previous_message=common | before,
    )


def pressed(
    action: dict[str, Any], channel: str = "D1", message: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": "UANA", "team_id": "T1"},
        "team": {"id": "T1"},
        "trigger_id": "13.4.trig",
        "response_url": "https://hooks.example/1",
        "channel": {"id": channel, "name": "directmessage"},
        "message": {"ts": TS, "text": "Which?", "bot_id": "B1", "team": "T1"} | (message or {}),
        "actions": [{"block_id": "b", "action_ts": "1700000001.000001"} | action],
    }


def read(body: dict[str, Any], me: Me = ME) -> Heard | None:
    heard = READER.read(body, me, NOW)
    assert not isinstance(heard, HomeOpened)
    return heard


def must(body: dict[str, Any]) -> Heard:
    heard = read(body)
    assert heard is not None
    return heard
