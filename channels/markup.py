"""The small Markdown we speak, for networks that show something else.

Parsed by markdown-it: paragraphs, bold, italic, code, lists, headings, quotes, links. Raw HTML is never
passed on; links lead only to http, https and mailto.
"""

import re
import textwrap
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

_markdown: Final = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False})
_markdown.disable(["image", "table"])

SCHEMES: Final = frozenset({"http", "https", "mailto"})
_PAIRS: Final = {
    "strong": "strong",
    "em": "em",
    "s": "s",
    "bullet_list": "ul",
    "ordered_list": "ol",
    "list_item": "li",
    "blockquote": "blockquote",
}


# A paragraph at the margin means the same whatever came before it, unless that was code or defines a link.
_CUT: Final = re.compile(r"\n[ \t]*\n(?=[^\W\d_])")
_WHOLE: Final = re.compile(r"```|~~~|\]:")


def tokens(text: str) -> Sequence[Token]:
    if _WHOLE.search(text):
        return _parsed(text)
    return [token for piece in _CUT.split(text) for token in _parsed(piece)]


@lru_cache(maxsize=512)
def _parsed(text: str) -> Sequence[Token]:
    """The same article goes to many people, and a mail shows it twice; nobody changes the tokens."""
    return _markdown.parse(text)


def to_html(text: str) -> str:
    """Safe HTML: only tags of this module, only links that leave by the allowed schemes."""
    out: list[str] = []
    for token in tokens(text):
        out.append(_inline_html(token) if token.type == "inline" else _block_html(token))
    return "".join(out).strip()


def to_plain(text: str) -> str:
    """For networks without formatting: the words, lists and quotes as lines, links spelled out."""
    out: list[str] = []
    marks: list[str] = []  # of the lists we are in: "-" or the next number
    quotes: list[int] = []  # where those we are in began
    for token in tokens(text):
        kind = token.type
        if kind == "bullet_list_open":
            marks.append("-")
        elif kind == "ordered_list_open":
            marks.append(str(token.attrGet("start") or 1))
        elif kind in ("bullet_list_close", "ordered_list_close"):
            marks.pop()
            if not marks:
                out.append("\n")
        elif kind == "list_item_open":
            indent = "  " * (len(marks) - 1)
            numbered = marks[-1].isdecimal()
            out.append(f"{indent}{marks[-1]}{'.' if numbered else ''} ")
            if numbered:
                marks[-1] = str(int(marks[-1]) + 1)
        elif kind == "blockquote_open":
            quotes.append(len(out))
        elif kind == "blockquote_close":
            began = quotes.pop()
            quoted = "".join(out[began:]).strip("\n").split("\n")
            out[began:] = ["\n".join(f"> {line}".rstrip() for line in quoted), "\n\n"]
        elif kind == "inline":
            out.append(_inline_plain(token))
        elif kind in ("fence", "code_block"):
            out.append(textwrap.indent(token.content, "    " + "  " * len(marks)) + "\n")
        elif kind in ("paragraph_close", "heading_close"):
            out.append("\n" if marks else "\n\n")
    return "".join(out).strip("\n")


def _block_html(token: Token) -> str:
    name, _, end = token.type.rpartition("_")
    if token.type in ("fence", "code_block"):
        return f"<pre><code>{escape(token.content)}</code></pre>\n"
    if token.type == "hr":
        return "<hr>\n"
    if name in ("paragraph", "heading"):
        if token.hidden:
            return ""
        inner = "strong" if name == "heading" else ""
        if end == "open":
            return "<p>" + (f"<{inner}>" if inner else "")
        return (f"</{inner}>" if inner else "") + "</p>\n"
    tag = _PAIRS.get(name)
    if tag is None:
        return ""
    if end == "close":
        return f"</{tag}>\n"
    start = token.attrGet("start") if tag == "ol" else None
    return f'<{tag} start="{int(start)}">' if start else f"<{tag}>"


def _inline_html(token: Token) -> str:
    out: list[str] = []
    linked: list[bool] = []
    for child in token.children or ():
        name, _, end = child.type.rpartition("_")
        if child.type == "text":
            out.append(escape(child.content))
        elif child.type == "code_inline":
            out.append(f"<code>{escape(child.content)}</code>")
        elif child.type in ("softbreak", "hardbreak"):
            out.append("<br>\n")
        elif child.type == "link_open":
            href = str(child.attrGet("href") or "")
            linked.append(is_safe(href))
            if linked[-1]:
                out.append(f'<a href="{escape(href)}" rel="noopener noreferrer" target="_blank">')
        elif child.type == "link_close":
            if linked.pop():
                out.append("</a>")
        elif (tag := _PAIRS.get(name)) is not None:
            out.append(f"<{tag}>" if end == "open" else f"</{tag}>")
    return "".join(out)


def _inline_plain(token: Token) -> str:
    out: list[str] = []
    links: list[tuple[str, int]] = []
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            out.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            out.append("\n")
        elif child.type == "link_open":
            links.append((str(child.attrGet("href") or ""), len(out)))
        elif child.type == "link_close":
            href, began = links.pop()
            if href != "".join(out[began:]):
                out.append(f" ({href})")
    return "".join(out)


def is_safe(href: str) -> bool:
    try:
        return urlsplit(href).scheme.lower() in SCHEMES
    except ValueError:
        return False
