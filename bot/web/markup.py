"""The small Markdown that the bot and the agents speak, as HTML that can hold nothing active."""

from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup


def html(text: str) -> Markup:
    return Markup(_parser().render(text))  # noqa: S704  # HTML in it is shown as text, see below


@cache
def _parser() -> MarkdownIt:
    # Without HTML, and without images: a page must not fetch what somebody wrote.
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")
