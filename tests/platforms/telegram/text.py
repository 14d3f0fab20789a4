"""Texts as Telegram reads them: lengths in UTF-16 units, entities found or parsed from HTML."""

import html
import re
from typing import Any, Final

from tests.platforms.telegram.errors import bad

Entity = dict[str, Any]

TAGS: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
}
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][-a-zA-Z0-9]*)((?:\s[^<>]*)?)>")
_REFERENCE: Final = re.compile(r"&(?:#(\d+)|#x([0-9a-fA-F]+)|([a-zA-Z]+));?")
_FOUND: Final = re.compile(
    r"(?P<mention>(?<!\w)@\w{4,32})|(?P<bot_command>(?<![\w/<>])/\w{1,64}(?:@\w{4,32})?)"
    r"|(?P<url>https?://[^\s<>]+)"
)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def found(text: str) -> list[Entity]:
    """What every client marks by itself."""
    return [
        {
            "type": match.lastgroup,
            "offset": units(text[: match.start()]),
            "length": units(match[0]),
        }
        for match in _FOUND.finditer(text)
    ]


def parsed(source: str, mode: str | None) -> tuple[str, list[Entity]]:
    """Text and entities. Raises the refusal that Telegram gives to broken markup."""
    if not mode:
        text = source.strip()
        return text, found(text)
    if mode.lower() != "html":
        raise bad("unsupported parse_mode")
    text, entities = _from_html(source)
    stripped = text.lstrip()
    shift, text = units(text) - units(stripped), stripped.rstrip()
    for entity in entities:
        entity["offset"] = max(0, entity["offset"] - shift)
        entity["length"] = min(entity["length"], units(text) - entity["offset"])
    entities = [entity for entity in entities if entity["length"] > 0]
    spans = [(one["offset"], one["offset"] + one["length"]) for one in entities]
    for entity in found(text):
        if not any(start <= entity["offset"] < end for start, end in spans):
            entities.append(entity)
    return text, sorted(entities, key=lambda one: (one["offset"], -one["length"]))[:100]


def _from_html(source: str) -> tuple[str, list[Entity]]:
    out, length = [], 0  # the text, and its UTF-16 units
    opened: list[tuple[str, int, str]] = []
    entities: list[Entity] = []
    at = 0
    while at < len(source):
        letter = source[at]
        if letter == "<":
            tag = _TAG.match(source, at)
            offset = len(source[:at].encode())
            if tag is None:
                raise bad(f"can't parse entities: Unclosed start tag at byte offset {offset}")
            closing, name, attributes = tag[1], tag[2].lower(), tag[3]
            if not closing and name not in TAGS:
                raise bad(
                    f'can\'t parse entities: Unsupported start tag "{name}" at byte offset {offset}'
                )
            if not closing:
                if name == "blockquote" and any(one[0] == name for one in opened):
                    raise bad("can't parse entities: blockquotes can't be nested")
                opened.append((name, length, attributes))
            elif not opened:
                raise bad(f"can't parse entities: Unexpected end tag at byte offset {offset}")
            else:
                began, start, attributes = opened.pop()
                if began != name:
                    raise bad(
                        f"can't parse entities: Unmatched end tag at byte offset {offset}, "
                        f'expected "</{began}>", found "</{name}>"'
                    )
                _close(entities, began, attributes, start, length)
            at = tag.end()
            continue
        piece, at = letter, at + 1
        if letter == "&" and (reference := _REFERENCE.match(source, at - 1)):
            named = reference[3]
            if named is None:
                piece, at = html.unescape(f"{reference[0].rstrip(';')};"), reference.end()
            elif named in _NAMED:
                piece, at = _NAMED[named], reference.end()
        out.append(piece)
        length += units(piece)
    if opened:
        raise bad(
            f"can't parse entities: Can't find end tag corresponding to start tag "
            f'"{opened[-1][0]}"'
        )
    return "".join(out), entities


def _close(entities: list[Entity], name: str, attributes: str, start: int, end: int) -> None:
    if end == start:
        return
    entity: Entity = {"type": TAGS[name], "offset": start, "length": end - start}
    if name == "a":
        href = re.search(r"""href\s*=\s*["']([^"']*)["']""", attributes)
        if href is None or not re.match(r"(https?|mailto|tg|tel):", href[1]):
            return
        entity["url"] = html.unescape(href[1])
    if name == "blockquote" and "expandable" in attributes:
        entity["type"] = "expandable_blockquote"
    entities.append(entity)
