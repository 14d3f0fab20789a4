"""HTML becomes the text that a person sees, whatever program wrote it and whatever state it is in."""

import html as escapes
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.email.html import to_text
from tests.seconds import seconds

PAGES = sorted((Path(__file__).parent / "html").glob("*.html"))


def lines(text: str) -> list[str]:
    """Lines that say something, runs of white space counted as one space."""
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_text_is_what_a_person_sees(path: Path) -> None:
    expected = path.with_suffix(".txt").read_text(encoding="utf-8")
    assert lines(to_text(path.read_bytes().decode())) == lines(expected)


NASTY = [
    "<",
    ">",
    "</",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<!",
    "<?",
    "&",
    "&#",
    "&#x",
    ";",
    '"',
    "'",
    "=",
    "\0",
    "\n",
    " ",
    "x",
    "<p",
    "<p>",
    "<div style='display:none'>",
    "</div>",
    "<pre>",
    "</pre>",
    "<li>",
    "<ol>",
    "<td>",
    "<table>",
    "<blockquote>",
    "<script>",
    "<style>",
    "</style>",
    "<title>",
    "<textarea>",
    "<br>",
    "<![if !x]>",
    "<o:p>",
    "\ud800",
    "\u200b",
]


@given(st.lists(st.sampled_from(NASTY), max_size=60).map("".join) | st.text())
@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_text_is_html(page: str) -> None:
    to_text(page)


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp", "Zs", "Cs"]),
        max_size=80,
    )
)
@settings(max_examples=500, deadline=None)
def test_escaped_text_comes_back(text: str) -> None:
    assert to_text(f"<p>{escapes.escape(text)}</p>").strip() == text
    assert to_text(f"<html><body><b>{escapes.escape(text)}</b></body></html>").strip() == text


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000 + "x",
        "<div>" * 100_000 + "</div>" * 100_000,
        "<blockquote>" * 100_000 + "x",
        "<ul><li>" * 60_000 + "x",
        "<table><tr><td>" * 60_000,
        "<span style='display:none'>" * 40_000,
        "<p>" * 300_000,
        "</p>" * 250_000,
        "<" * 1_000_000,
        "<!--" * 250_000,
        "<!-->" * 200_000,
        "<![CDATA[" * 110_000,
        "<!" * 500_000,
        "<?" * 500_000,
        "</" * 500_000,
        "<a " * 330_000,
        "<a b='" * 160_000,
        '<a b="' * 160_000,
        "<a b=" * 200_000,
        "<a" + " b=c" * 250_000 + ">",
        "<a" + " " * 1_000_000,
        "<a style='" + "a:b;" * 250_000 + "'>",
        "<p style='" + "display" * 140_000 + "'>",
        "&" * 1_000_000,
        "&amp" * 250_000,
        "&#" * 500_000,
        "&#" + "9" * 1_000_000 + ";",
        "&#x" * 330_000,
        "&" + "a" * 1_000_000,
        "<script>" * 120_000,
        "<style>" * 140_000,
        "<title>" * 140_000,
        "<script></script" * 60_000,
        "<textarea>" * 100_000,
        "<pre>" * 200_000 + "\n" * 10,
        "<pre>" + " \n" * 500_000,
        " " * 1_000_000,
        "\n" * 1_000_000,
        "\u00a0" * 1_000_000,
        "<br>" * 250_000,
        "<li>" * 250_000,
        "<td>" * 250_000,
        "<hr>" * 250_000,
        "x" * 1_000_000,
        "<b>x</b> " * 100_000,
        "<![if x]>" * 110_000,
        "<div>" * 1_000 + "</p>" * 200_000,
        "<b>" * 100_000 + "</i>" * 100_000,
        "<div><b>" * 50_000 + "</div>" * 50_000,
        "\u200b" * 1_000_000,
        "<a href='x'>" * 80_000,
        "<!--[if mso]>" * 70_000,
    ],
    ids=lambda page: page[:16],
)
def test_a_hostile_megabyte_takes_under_a_second(page: str) -> None:
    assert seconds(lambda: to_text(page)) < 1
