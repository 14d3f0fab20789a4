"""Markdown for Telegram: only its tags, whole tags, and lengths as it counts them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.telegram.html import pieces, plain, to_telegram, units
from tests.platforms.telegram.text import parsed

SIGNS = st.sampled_from(
    [
        *("word ", "**bold** ", "*em* ", "`co<de` ", "~~gone~~ ", "😀", "2 < 3 & 4", "<b>"),
        *("[l](https://x.org) ", "[bad](javascript:x) ", "\n\n", "\n", "- a\n- b", "  - in"),
        *("# head", "1. one\n2. two", "> quote\n> > deeper", "```\ncode & <b>\n```", "---"),
    ]
)


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**bold** *it* ~~no~~ `a<b`", "<b>bold</b> <i>it</i> <s>no</s> <code>a&lt;b</code>"),
        ("# Head\n\ntext", "<b>Head</b>\n\ntext"),
        ("- a\n- b\n\n1. c\n2. d", "• a\n• b\n\n1. c\n2. d"),
        ("> a\n> > b\n\nc", "<blockquote>a\n\nb</blockquote>\nc"),
        ("```\nx < y\n```", "<pre>x &lt; y</pre>"),
        ("[a](https://x.org/?a=1&b=2)", '<a href="https://x.org/?a=1&amp;b=2">a</a>'),
        ("[a](tg://user?id=5) <b>", "a &lt;b&gt;"),
    ],
)
def test_markdown_becomes_telegrams_html(markdown: str, html: str) -> None:
    assert to_telegram(markdown) == html


@given(st.lists(SIGNS, max_size=12).map("".join))
def test_telegram_takes_whatever_is_written(markdown: str) -> None:
    for piece in pieces(markdown, 60):
        text, _ = parsed(piece, "HTML")
        assert units(text) <= 60
        assert text == plain(piece).strip()


def test_letters_of_two_units_are_counted_as_two() -> None:
    cut = list(pieces("😀" * 5000))
    assert all(units(piece) <= 4096 for piece in cut)
    assert "".join(cut) == "😀" * 5000
