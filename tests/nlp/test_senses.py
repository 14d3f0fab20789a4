"""What words have in common, by their senses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.senses import DATA, senses_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("humidity", "humid"), ("arabic", "persian"), ("sodium", "potassium"), ("cancel", "rescind"),
        ("printers", "printer"), ("boxes", "box"), ("stopping", "stop"), ("planned", "plan"),
        ("men", "man"),
        ("went", "go"), ("ran", "run"), ("bigger", "big"), ("batteries", "battery"),
        ("used", "use"),
    ],
)  # fmt: skip
def test_words_that_have_something_in_common(one: str, other: str) -> None:
    assert set(senses_of(one)) & set(senses_of(other))


def test_words_that_have_little_in_common() -> None:
    assert len(set(senses_of("sodium")) & set(senses_of("cancel"))) <= 1


@pytest.mark.parametrize(
    "word", ["does", "was", "a", "принтер", "打印机", "xqzzy", "0x80070005", ""]
)
def test_nothing_is_said_of_words_that_say_nothing_or_are_not_english(word: str) -> None:
    assert senses_of(word) == ()


@given(st.text(alphabet="abcdeginrstuyz", max_size=12))
def test_any_word_has_each_sense_once(word: str) -> None:
    assert len(set(senses_of(word))) == len(senses_of(word))


def test_the_table_is_in_the_order_of_its_words() -> None:
    rows = [line.split("\t") for line in DATA.read_text(encoding="utf-8").splitlines()[2:]]
    assert {len(row) for row in rows} == {4}
    words = [row[0] for row in rows]
    assert words == sorted(set(words))
