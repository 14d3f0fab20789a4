"""Our small Markdown in the few tags Telegram knows. Lines stand for lists and paragraphs."""

import re
from collections.abc import Iterator
from html import escape, unescape
from typing import Final

from markdown_it.token import Token

from channels.fit import split
from channels.markup import is_safe, tokens

LONGEST_TEXT: Final = 4096  # UTF-16 units, tags not counted
LONGEST_CAPTION: Final = 1024

_INLINE: Final = {"strong": "b", "em": "i", "s": "s"}
_TAG: Final = re.compile(r"<[^>]*>")


def pieces(markdown: str, longest: int = LONGEST_TEXT) -> Iterator[str]:
    """In HTML; together they say all of it, and each is one message."""
    for whole in split(markdown, longest):
        shown = to_telegram(whole)
        if units(plain(shown)) <= longest:
            yield shown
        else:  # letters of two units each, such as emoji
            yield from map(to_telegram, split(whole, longest // 2))


def units(text: str) -> int:
    """How Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def plain(html: str) -> str:
    return unescape(_TAG.sub("", html))


def to_telegram(markdown: str) -> str:
    out: list[str] = []
    marks: list[str] = []  # of the lists we are in: a bullet or the next number
    quotes = 0  # of which Telegram shows one level
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
            out.append("  " * (len(marks) - 1) + (f"{mark}. " if mark.isdecimal() else f"{mark} "))
            if mark.isdecimal():
                marks[-1] = str(int(mark) + 1)
        elif kind == "blockquote_open":
            quotes += 1
            out.append("<blockquote>" if quotes == 1 else "")
        elif kind == "blockquote_close":
            quotes -= 1
            if quotes == 0:
                out[-1] = out[-1].rstrip("\n")
                out.append("</blockquote>\n")
        elif kind in ("heading_open", "heading_close"):
            out.append("<b>" if kind == "heading_open" else "</b>\n\n")
        elif kind == "inline":
            out.append(_inline(token))
        elif kind in ("fence", "code_block"):
            out.append(f"<pre>{escape(token.content.rstrip(), quote=False)}</pre>\n")
        elif kind == "hr":
            out.append("———\n")
        elif kind == "paragraph_close":
            out.append("\n" if marks else "\n\n")
    return "".join(out).strip("\n")


def _inline(token: Token) -> str:
    out: list[str] = []
    linked: list[bool] = []
    for child in token.children or ():
        name, _, end = child.type.rpartition("_")
        if child.type == "text":
            out.append(escape(child.content, quote=False))
        elif child.type == "code_inline":
            out.append(f"<code>{escape(child.content, quote=False)}</code>")
        elif child.type in ("softbreak", "hardbreak"):
            out.append("\n")
        elif child.type == "link_open":
            href = str(child.attrGet("href") or "")
            linked.append(is_safe(href))
            out.append(f'<a href="{escape(href)}">' if linked[-1] else "")
        elif child.type == "link_close":
            out.append("</a>" if linked.pop() else "")
        elif (tag := _INLINE.get(name)) is not None:
            out.append(f"<{tag}>" if end == "open" else f"</{tag}>")
    return "".join(out)
