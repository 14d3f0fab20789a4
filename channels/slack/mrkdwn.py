"""Our small Markdown in Slack's own, and what people wrote in Slack as plain words.

Slack escapes only `&`, `<` and `>`; whatever stands in `<…>` is a link, a mention or a call to all, so no
words of others may keep their angle brackets on the way out.
"""

import re
from collections.abc import Iterator
from typing import Final

from markdown_it.token import Token

from channels.clean import clean
from channels.fit import split
from channels.markup import is_safe, tokens

LONGEST_TEXT: Final = 3_000  # of a section block, in mrkdwn

_INLINE: Final = {"strong": "*", "em": "_", "s": "~"}
_SPECIAL: Final = re.compile(r"<([^<>\n]*)>")
_SCHEME: Final = re.compile(r"^(?:mailto:|tel:|https?://)")


def pieces(markdown: str, room: int = LONGEST_TEXT) -> Iterator[str]:
    """In mrkdwn; together they say all of it, and each fits into one message."""
    yield from _pieces(markdown, room, room)


def _pieces(markdown: str, length: int, room: int) -> Iterator[str]:
    for whole in split(markdown, length):
        shown = to_mrkdwn(whole)
        if len(shown) <= room:
            yield shown
        elif length > 40:  # full of letters that have to be escaped
            yield from _pieces(whole, min(length, len(whole)) // 2, room)
        else:  # one link that is longer than a message
            yield escaped(whole)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def to_mrkdwn(markdown: str) -> str:
    out: list[str] = []
    marks: list[str] = []  # of the lists we are in: a bullet or the next number
    quotes: list[int] = []  # where those we are in began
    for token in tokens(markdown):
        kind = token.type
        if kind == "bullet_list_open":
            marks.append("•")
        elif kind == "ordered_list_open":
            marks.append(str(token.attrGet("start") or 1))
        elif kind in ("bullet_list_close", "ordered_list_close"):
            marks.pop()
            out.append("" if marks else "\n")
        elif kind == "list_item_open":
            mark = marks[-1]
            out.append("    " * (len(marks) - 1) + (f"{mark}. " if mark.isdecimal() else "• "))
            if mark.isdecimal():
                marks[-1] = str(int(mark) + 1)
        elif kind == "blockquote_open":
            quotes.append(len(out))
        elif kind == "blockquote_close":
            began = quotes.pop()
            if not quotes:  # Slack shows one level
                lines = "".join(out[began:]).strip("\n").split("\n")
                out[began:] = ["\n".join(f"> {line}".rstrip() for line in lines), "\n\n"]
        elif kind in ("heading_open", "heading_close"):
            out.append("*" if kind == "heading_open" else "*\n\n")
        elif kind == "inline":
            heading = bool(out) and out[-1] == "*"
            out.append(_inline(token, bold=not heading))
        elif kind in ("fence", "code_block"):
            out.append(f"```\n{escaped(token.content.rstrip())}\n```\n")
        elif kind == "hr":
            out.append("———\n")
        elif kind == "paragraph_close":
            out.append("\n" if marks else "\n\n")
    return "".join(out).strip("\n")


def _inline(token: Token, *, bold: bool) -> str:
    out: list[str] = []
    links: list[tuple[str, int]] = []
    for child in token.children or ():
        name = child.type.rpartition("_")[0]
        if child.type == "text":
            out.append(escaped(child.content))
        elif child.type == "code_inline":
            out.append(f"`{escaped(child.content)}`")
        elif child.type in ("softbreak", "hardbreak"):
            out.append("\n")
        elif child.type == "link_open":
            links.append((str(child.attrGet("href") or ""), len(out)))
        elif child.type == "link_close":
            href, began = links.pop()
            if is_safe(href):
                label = " ".join("".join(out[began:]).split())
                out[began:] = [f"<{escaped(href).replace('|', '%7C')}|{label}>"]
        elif name in _INLINE and (bold or name != "strong"):
            out.append(_INLINE[name])
    return "".join(out)


def to_words(text: str, me: str | None = None) -> str:
    """What somebody wrote, without Slack's escapes and without the mentions of `me`."""
    if me is not None:
        text = re.sub(rf"[ \t]*<@{me}(?:\|[^<>]*)?>[ \t]*[,:]?[ \t]*", " ", text).strip()
    plain = _SPECIAL.sub(lambda match: _spelled_out(match[1]), text)
    return clean(plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def _spelled_out(inside: str) -> str:
    target, bar, label = inside.partition("|")
    if target.startswith(("@", "#")):
        return f"{target[0]}{label or target[1:]}"
    if target.startswith("!"):
        return label if bar and label else f"@{target[1:].partition('^')[0]}"
    bare = _SCHEME.sub("", target)
    if label in ("", target, bare):
        return bare if target.startswith(("mailto:", "tel:")) else label or target
    return f"{label} ({target})"


def mentions(text: str, user: str) -> bool:
    return f"<@{user}>" in text or f"<@{user}|" in text
