"""A message of ours as Slack takes it: texts with their blocks, files, and where they belong. Pure."""

from typing import Any, Final

from msgspec import Struct

from channels.channel import Undeliverable
from channels.message import LABEL_LIMIT, OutboundMessage
from channels.slack.mrkdwn import LONGEST_TEXT, escaped, pieces
from channels.slack.views import (
    BUTTONS_A_BLOCK,
    LONGEST_OPTION_VALUE,
    Block,
    button_blocks,
    plain,
    section,
    select,
)

LONGEST_VALUE: Final = 2_000  # of a button
MOST_BLOCKS: Final = 50  # of a message
CUT: Final = "\n…"
KEY_EVENT: Final = "firstline_message"  # names the metadata in which our keys stand


class Post(Struct, frozen=True, kw_only=True):
    """One message in Slack."""

    text: str
    blocks: list[Block] = []


class Where(Struct, frozen=True, kw_only=True):
    team: str
    channel: str  # or a user, which is the conversation with them
    thread: str | None = None


def posts_of(message: OutboundMessage) -> list[Post]:
    """Raises Undeliverable before anything is sent, if there is something that can never be."""
    controls = controls_of(message)
    author = f"*{escaped(message.author)}*\n" if message.author else ""
    texts = list(pieces(message.text.body, LONGEST_TEXT - len(author) - len(CUT)))
    if not texts[0] and message.attachments and not controls:
        return []
    texts[0] = author + texts[0]
    posts = [Post(text=text) for text in texts]
    if controls:
        last = texts[-1]
        posts[-1] = Post(text=last, blocks=[*([section(last)] if last else []), *controls])
    return posts


def whole_post(message: OutboundMessage) -> Post:
    """One post for what replaces another: cut where it is too long."""
    posts = posts_of(message)
    if len(posts) == 1:
        return posts[0]
    first = posts[0].text + CUT
    controls = controls_of(message)
    return Post(text=first, blocks=[section(first), *controls] if controls else [])


def controls_of(message: OutboundMessage) -> list[Block]:
    """Menus first, each with its label, then the buttons."""
    for choice in message.choices:
        _check(choice.value, LONGEST_VALUE)
    blocks: list[Block] = []
    for number, menu in enumerate(message.menus):
        for choice in menu.choices:
            _check(choice.value, LONGEST_OPTION_VALUE)
        if menu.choices:
            element = select(f"{number}:", menu.choices, menu.picked)
            element["placeholder"] = plain(menu.label, LABEL_LIMIT)
            blocks.append(_beside(menu.label, element))
    blocks += button_blocks(message.choices, first=len(message.menus))
    if len(blocks) >= MOST_BLOCKS:
        most = (MOST_BLOCKS - 1 - len(message.menus)) * BUTTONS_A_BLOCK
        raise Undeliverable(f"a message has at most {most} buttons beside its menus in Slack")
    return blocks


def _beside(label: str, element: Block) -> Block:
    return {
        "type": "section",
        "text": {"type": "mrkdwn", "text": escaped(label)},
        "accessory": element,
    }


def _check(value: str, longest: int) -> None:
    if not 1 <= len(value) <= longest:
        raise Undeliverable(f"this value has 1 to {longest} characters in Slack, not {len(value)}")


def where_of(message: OutboundMessage) -> Where:
    team, _, channel = message.to.partition("/")
    if not team or not channel or "/" in channel:
        raise Undeliverable("a destination in Slack is TEAM/CHANNEL or TEAM/USER")
    at = message.under
    if at is None and message.conversation.startswith(f"{message.to}/"):
        at = message.conversation
    if at is None or message.opens_thread:
        return Where(team=team, channel=channel)
    return Where(team=team, channel=channel, thread=at.rpartition("/")[2])


def metadata(key: str, number: int) -> dict[str, Any]:
    return {"event_type": KEY_EVENT, "event_payload": {"key": key, "part": number}}


def is_part(message: dict[str, Any], key: str, number: int) -> bool:
    given = message.get("metadata") or {}
    told = given.get("event_payload") or {}
    name, part = told.get("key"), str(told.get("part"))  # a number, if nobody made words of it
    return given.get("event_type") == KEY_EVENT and (name, part) == (key, str(number))
