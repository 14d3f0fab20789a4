"""Adapting a message to what a network can show: menus become buttons, buttons numbered choices,
Markdown plain text, and a long text several messages, split where people would pause."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from channels.channel import Capabilities, Formatting
from channels.markup import to_html, to_plain
from channels.message import LABEL_LIMIT, Choice, Menu, OutboundMessage

_PAUSES: Final = ("\n\n", "\n", "。", ". ", "! ", "? ", "！", "？", "; ", "；", ", ", "，", " ")
_FENCE: Final = re.compile(r"^ {0,3}(```+|~~~+)", re.MULTILINE)


class Part(Struct, frozen=True):
    """One message as the network takes it. The choices are with the last one."""

    text: str
    choices: tuple[Choice, ...] = ()


def fit(message: OutboundMessage, capabilities: Capabilities) -> tuple[Part, ...]:
    """At least one part, none longer than allowed, nothing left out."""
    text = message.text.body
    offered = message.choices if capabilities.menus else buttons(message)
    choices = tuple(
        Choice(choice.value, shortened(choice.label, LABEL_LIMIT)) for choice in offered
    )
    if capabilities.formatting is Formatting.PLAIN:
        text = to_plain(text)
    if choices and not capabilities.buttons:
        text = f"{text}\n\n{numbered(offered)}"
        choices = ()
    # HTML may not be cut inside a tag, so the Markdown is cut, leaving room for what tags add.
    pieces = list(split(text, capabilities.max_length)) if capabilities.max_length else [text]
    if capabilities.formatting is Formatting.HTML:
        pieces = [to_html(piece) for piece in pieces]
    last = len(pieces) - 1
    return tuple(Part(piece, choices if n == last else ()) for n, piece in enumerate(pieces))


def buttons(message: OutboundMessage) -> tuple[Choice, ...]:
    """Where there are no menus: a button for each, which asks for its choices, then the others."""
    menus = (Choice(menu.open, _named(menu)) for menu in message.menus)
    return (*menus, *message.choices)


def _named(menu: Menu) -> str:
    picked = next((one.label for one in menu.choices if one.value == menu.picked), "—")
    return f"{menu.label}: {picked}"


def numbered(choices: Sequence[Choice]) -> str:
    return "\n".join(f"{number}. {choice.label}" for number, choice in enumerate(choices, 1))


def shortened(label: str, length: int) -> str:
    return label if len(label) <= length else label[: length - 1] + "…"


def split(text: str, length: int) -> Iterator[str]:
    """Pieces of at most `length` characters; joined they hold every word. A code block that is cut is
    closed and opened again. Raises ValueError for a length under 20."""
    if length < 20:
        raise ValueError("a message of under 20 characters cannot be split with sense")
    while len(text) > length:
        cut = _cut(text, length - 8)  # room to close and open a code block
        piece, text = text[:cut].rstrip(), text[cut:].lstrip("\n")
        fences = _FENCE.findall(piece)
        if len(fences) % 2:
            mark = fences[-1][:3]
            piece, text = f"{piece}\n{mark}", f"{mark}\n{text}"
        if piece:
            yield piece
    yield text


def _cut(text: str, length: int) -> int:
    """Where to cut: at the greatest pause that leaves a piece of some size, else anywhere."""
    for pause in _PAUSES:
        at = text.rfind(pause, length // 3, length - len(pause) + 1)
        if at > 0:
            return at + len(pause)
    at = length
    # Not between a character and what is combined with it.
    while at > length // 2 and (
        0xDC00 <= ord(text[at]) <= 0xDFFF or text[at] in "\u200d\ufe0f\u0301"
    ):
        at -= 1
    return at
