"""Single lines that programs put around what they quote, and own words that look like them.

In the files a line is a case, or a block up to an empty line; "~" is an empty line within one.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email import vocabulary
from channels.email.read import read
from channels.email.reply import Cut, cut

LINES = Path(__file__).parent / "reply_lines"
NEW = "It works now, thank you."
OLD = ("Did you restart it?", "Please tell us.")


def lines(name: str) -> list[str]:
    return (LINES / name).read_text(encoding="utf-8").splitlines()


def blocks(name: str) -> list[str]:
    text = (LINES / name).read_text(encoding="utf-8").strip("\n")
    return [block.replace("\n~\n", "\n\n") for block in text.split("\n\n")]


def of_text(text: str, subject: str = "Re: VPN") -> Cut:
    head = f"From: ann@example.org\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n"
    return cut(read((head + text).encode()))


@pytest.mark.parametrize("mark", ["> ", ""])
@pytest.mark.parametrize("line", lines("introductions.txt"))
def test_a_line_introduces_what_is_quoted(line: str, mark: str) -> None:
    quoted = "\n".join(mark + one for one in OLD)
    assert of_text(f"{NEW}\n\n{line}\n{quoted}\n").reply == NEW


@pytest.mark.parametrize(
    "line", [one for one in lines("introductions.txt") if one.count(" ") > 5 and "##" not in one]
)
def test_it_may_be_wrapped(line: str) -> None:
    words = line.split(" ")
    for at in (len(words) // 2, len(words) * 2 // 3):
        wrapped = " ".join(words[:at]) + "\n" + " ".join(words[at:])
        assert of_text(f"{NEW}\n\n{wrapped}\n\n> {OLD[0]}\n").reply == NEW


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("block", blocks("blocks.txt"))
def test_a_block_of_fields_begins_what_is_quoted(block: str, gap: str) -> None:
    assert of_text(f"{NEW}\n\n{block}{gap}" + "\n".join(OLD)).reply == NEW


def test_two_fields_are_enough_when_nothing_is_right_below_them() -> None:
    block = "From: bob@example.org\nDate: Wed, 16 May 2012 00:15:02 -0600\n"
    assert of_text(f"{NEW}\n\n{block}\n{OLD[0]}").reply == NEW
    log = f"{NEW}\n\n{block}Status: failed\n\nWhat now?"
    assert of_text(log).reply == log


@pytest.mark.parametrize("footer", lines("footers.txt"))
def test_a_footer_is_no_word_of_the_writer(footer: str) -> None:
    answered = "On Fri, 3 May 2024 at 10:15, Bob <bob@example.org> wrote:\n> restart it"
    assert of_text(f"{NEW}\n\n{footer}").reply == NEW
    assert of_text(f"{NEW}\n\n{footer}\n\n{answered}").reply == NEW
    assert of_text(f"{NEW}\n\n-- \n{footer}").reply == NEW


@pytest.mark.parametrize("words", blocks("own_words.txt"))
def test_own_words_stay(words: str) -> None:
    assert of_text(words, subject="VPN").reply == words


@pytest.mark.parametrize("phrase", vocabulary.ABOVE.split("|"))
def test_no_marker_line_is_passed_over_for_want_of_a_word(phrase: str) -> None:
    assert of_text(f"{NEW}\n\n## {phrase} ##\n{OLD[0]}").reply == NEW


NOISE = st.lists(
    st.one_of(
        st.sampled_from(
            [*lines("introductions.txt"), *lines("footers.txt"), *blocks("blocks.txt")]
        ),
        st.sampled_from(
            ["-- ", "> a", ">> b", "", "Best regards", "_" * 30, "| x", "On", "wrote:"]
        ),
        st.text(max_size=60),
    ),
    max_size=12,
)


@given(NOISE)
def test_nothing_is_lost_whatever_the_lines(pieces: list[str]) -> None:
    mail = read(
        b"From: a@example.org\nContent-Type: text/plain; charset=utf-8\n\n"
        + "\n".join(pieces).encode("utf-8", "replace")
    )
    found = cut(mail)
    kept = "".join(found.reply + found.quoted + found.signature)
    assert sorted("".join(kept.split())) == sorted("".join(mail.text.split()))
