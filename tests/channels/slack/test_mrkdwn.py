import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.slack.mrkdwn import LONGEST_TEXT, pieces, to_mrkdwn, to_words


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("Press **Start** *now* ~~not~~", "Press *Start* _now_ ~not~"),
        ("# The **VPN**", "*The VPN*"),
        ("[the guide](https://h.example/a?b=1&c=2)", "<https://h.example/a?b=1&amp;c=2|the guide>"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("[a|b](https://h.example/a|b)", "<https://h.example/a%7Cb|a|b>"),
        ("- a\n  - b\n- c", "• a\n    • b\n• c"),
        ("3. x\n4. y", "3. x\n4. y"),
        ("> q\n> r\n\nafter", "> q\n> r\n\nafter"),
        ("```\na < b\n```", "```\na &lt; b\n```"),
        ("`<b>`", "`&lt;b&gt;`"),
        ("<!channel> <@U1> & co", "&lt;!channel&gt; &lt;@U1&gt; &amp; co"),
    ],
)
def test_markdown_becomes_slacks_own(markdown: str, shown: str) -> None:
    assert to_mrkdwn(markdown) == shown


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("&lt;b&gt; &amp;lt;", "<b> &lt;"),
        ("<http://e.example|e.example>", "e.example"),
        ("<https://e.example/a>", "https://e.example/a"),
        ("<https://e.example|the guide>", "the guide (https://e.example)"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("<tel:+491234|+49 1234>", "+49 1234 (tel:+491234)"),
        ("<@U2> <@U3|bob> <#C1|general> <#C2>", "@U2 @bob #general #C2"),
        ("<!here> <!subteam^S1|@it> <!date^1^{date}|Monday>", "@here @it Monday"),
        ("hi <@U1>, there", "hi there"),
        ("<@U1|bot> hi", "hi"),
    ],
)
def test_what_people_wrote_becomes_plain_words(text: str, words: str) -> None:
    assert to_words(text, "U1") == words


@given(st.text("a&<> .\n*", max_size=9_000))
def test_a_piece_fits_whatever_has_to_be_escaped(text: str) -> None:
    assert all(len(piece) <= LONGEST_TEXT for piece in pieces(text))


def test_no_letter_is_lost_when_all_must_be_escaped() -> None:
    shown = "".join(pieces("&<" * 3_000))
    assert shown.count("&amp;") == shown.count("&lt;") == 3_000


def test_a_link_longer_than_a_message_comes_in_parts() -> None:
    assert all(
        len(piece) <= LONGEST_TEXT for piece in pieces(f"[x](https://h.example/{'a' * 5000})")
    )
