"""What a desk on the local Telegram needs, and what is to be seen there."""

import re
from email.message import EmailMessage
from typing import Any

from pydantic import SecretStr

from tests.channels.email.outgoing import part
from tests.platforms.telegram import FakeTelegram
from tests.platforms.telegram.people import Group

QUEUES = ["service-desk", "network", "security", "applications"]


def telegram_of(telegram: FakeTelegram) -> dict[str, Any]:
    """The section of the configuration; at no pace, which others test."""
    return {
        "bot_token": SecretStr(telegram.token),
        "api_url": telegram.api_url,
        "poll_seconds": 20,
        "album_seconds": 0.1,
        "per_second": 1000,
        "chat_seconds": 0.001,
        "group_per_minute": 10_000,
    }


def room_of(room: Group) -> dict[str, Any]:
    return {"channel": "telegram", "place": str(room.id), "queues": QUEUES}


def said(message: dict[str, Any]) -> str:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    labels = [f"[{button['text']}]" for row in rows for button in row]
    return " ".join([message.get("text") or message.get("caption") or "", *labels])


def saying(messages: list[dict[str, Any]], *words: str) -> dict[str, Any] | None:
    """The latest with all these words, buttons included."""
    found = [one for one in messages if all(word in said(one) for word in words)]
    return found[-1] if found else None


def in_topic(room: Group, topic: int) -> list[dict[str, Any]]:
    return [one for one in room.messages if one.get("message_thread_id") == topic]


def where(topic: int) -> dict[str, Any]:
    return {"message_thread_id": topic, "is_topic_message": True}


def code_in(letter_: EmailMessage) -> str:
    found = re.search(r"\b\d{8}\b", part(letter_, "plain"))
    assert found is not None
    return found[0]
