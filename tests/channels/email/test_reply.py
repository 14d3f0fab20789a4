"""The new words of a mail: replies as many mail programs write them, and what holds for any mail.

Each mail in replies/ has its new words beside it as .txt; how much white space stands between them
does not count.
"""

import re
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.email.mail import Mail
from channels.email.read import read
from channels.email.reply import cut
from tests.seconds import seconds

REPLIES = Path(__file__).parent / "replies"
MAILS = sorted(REPLIES.glob("*/*.eml"))
KNOWN = [read(path.read_bytes()) for path in MAILS]
LINES = sorted({line for mail in KNOWN for line in mail.text.split("\n")})
PIECES = sorted(
    {piece for mail in KNOWN for piece in re.findall(r"<[^>]*>?|[^<]+", mail.html or "")}
)
HOSTILE = [
    *("On ", "On 1\n", "On a <a@b> ", "wrote ", "wrote:", "wrote:\n", "Le 1 a ", "在 ", "写道："),
    *("From: x\n", "From: x ", "From: x\nSent: 1\nTo: y\n", "a@b ", "<", ":", "Sent from "),
    *("2024-03-12 10:15 ", "12.03.2024, 10:15, x <a@b>\n", "AL> x\n", "x\n> y\n"),
    *(">", "> ", ">\n", "|", "-", "--\n", "-- \n", "_", "_\n"),
    *("\n", " ", "\u200e", "\u00a0", "\u2003\n"),
]
TAGS = [
    *(
        "<div>",
        '<div class="gmail_quote">',
        "<blockquote>",
        '<blockquote type="cite">',
        "<br>",
        "<hr>",
    ),
    *("<b>From:</b> x<br>", "<p>On 1 wrote:</p>", "<table><tr><td>"),
]
TOLERANT = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


def collapsed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def characters(*texts: str) -> Counter[str]:
    return Counter(character for text in texts for character in text if not character.isspace())


def checked(mail: Mail) -> None:
    parts = cut(mail)
    assert characters(parts.reply, parts.quoted, parts.signature) == characters(mail.text)


@pytest.mark.parametrize("path", MAILS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_new_words_are_told_from_the_rest(path: Path) -> None:
    expected = path.with_suffix(".txt").read_text(encoding="utf-8")
    assert collapsed(cut(read(path.read_bytes())).reply) == collapsed(expected)


@given(st.text(max_size=2000))
@TOLERANT
def test_no_character_of_any_text_is_lost(text: str) -> None:
    checked(Mail(message_id="", text=text))


@given(st.lists(st.sampled_from(LINES), max_size=40))
@TOLERANT
def test_no_character_of_lines_in_any_order_is_lost(lines: list[str]) -> None:
    checked(Mail(message_id="", text="\n".join(lines)))


@given(
    st.lists(st.sampled_from(PIECES), max_size=60), st.lists(st.sampled_from(LINES), max_size=10)
)
@TOLERANT
def test_any_page_beside_any_text_is_cut(pieces: list[str], lines: list[str]) -> None:
    cut(Mail(message_id="", text="\n".join(lines), html="".join(pieces)))


@given(st.lists(st.sampled_from(PIECES), max_size=60))
@TOLERANT
def test_any_page_alone_is_cut(pieces: list[str]) -> None:
    cut(read(b"Content-Type: text/html; charset=utf-8\n\n" + "".join(pieces).encode()))


@given(st.text(max_size=2000), st.text(max_size=2000))
@TOLERANT
def test_any_text_and_any_html_are_cut(text: str, html: str) -> None:
    cut(Mail(message_id="", text=text, html=html))


@pytest.mark.parametrize("path", MAILS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_nothing_of_a_plain_mail_is_lost(path: Path) -> None:
    mail = read(path.read_bytes())
    if mail.html is None:
        checked(mail)


@pytest.mark.parametrize("repeated", HOSTILE)
@pytest.mark.parametrize("around", [("", ""), ("Hello\n", "\nwrote:\n> x"), ("On ", " wrote:\n")])
def test_200_kb_of_a_repeated_line_take_less_than_a_second(
    repeated: str, around: tuple[str, str]
) -> None:
    size = len(repeated.encode())
    text = around[0] + repeated * (200_000 // size) + around[1]
    page = f"<div>{text}</div>"
    for mail in (Mail(message_id="", text=text), Mail(message_id="", text=text, html=page)):
        assert seconds(partial(cut, mail)) < 1


@pytest.mark.parametrize("tag", TAGS)
def test_200_kb_of_a_repeated_tag_take_less_than_a_second(tag: str) -> None:
    page = tag * (200_000 // len(tag))
    assert seconds(lambda: cut(Mail(message_id="", text="x\n" * 1000, html=page))) < 1
