"""What a desk on the local Slack needs, and what is to be seen there."""

from html import unescape
from typing import Any

from pydantic import SecretStr

from tests.networks.telegram import QUEUES
from tests.platforms.slack import FakeSlack, Room


def slack_of(slack: FakeSlack) -> dict[str, Any]:
    """The section of the configuration, for Socket Mode."""
    return {
        "bot_token": SecretStr(slack.bot_token),
        "app_token": SecretStr(slack.app_token),
        "api_url": slack.api_url,
    }


def room_of(room: Room) -> dict[str, Any]:
    return {
        "channel": "slack",
        "place": f"{room.team.id}/{room.id}",
        "queues": QUEUES,
        "reactions": {"eyes": "claim"},
    }


def said(message: dict[str, Any]) -> str:
    """All its words: blocks, buttons, menus with what is picked, files."""
    words = []
    for block in message.get("blocks", ()):
        text = block.get("text", {}).get("text", "")
        if menu := block.get("accessory"):
            picked = menu.get("initial_option", {}).get("text", {}).get("text", "-")
            text = f"[{text}: {picked}]"
        words.append(text)
        for one in block.get("elements", ()):
            words.append(f"[{one['text']['text']}]" if one["type"] == "button" else one["text"])
    words += [f"({file['name']})" for file in message.get("files", ())]
    return unescape("\n".join(one for one in words if one) or message.get("text", ""))


def saying(messages: list[dict[str, Any]], *words: str) -> dict[str, Any] | None:
    """The latest with all these words."""
    found = [one for one in messages if all(word in said(one) for word in words)]
    return found[-1] if found else None
