"""What words are used like, and what that does for search and for the networks that read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nlp
from nlp.convolution import Convolution
from nlp.vectors import SIZE, is_known, of_stems, of_text, of_words, table
from nlp.words import words_of


@pytest.mark.parametrize(
    ("word", "like", "unlike"),
    [
        ("ethernet", "router", "banana"), ("cancel", "revoke", "cheese"), ("payment", "debt", "keyboard"),
        ("printer", "scanner", "song"), ("flight", "airplane", "password"), ("slow", "sluggish", "invoice"),
    ],
)  # fmt: skip
def test_words_that_are_used_alike_point_the_same_way(word: str, like: str, unlike: str) -> None:
    asked, near, far = of_words((word, like, unlike))
    assert asked @ near > 0.4 > asked @ far + 0.2


def test_every_row_is_of_length_one_and_of_a_stem_of_its_own() -> None:
    known = table()
    rows = known.rows(list(known.places.values()))
    assert np.abs(np.linalg.norm(rows, axis=1) - 1).max() < 1e-3
    assert rows.shape == (len(known.places), SIZE) == (len(known.weight), SIZE)
    assert 0 < known.weight.min() <= known.weight.max() <= 1


@pytest.mark.parametrize("word", ["принтер", "打印机", "xqzzy", "0x80070005", "", "a" * 60])
def test_nothing_is_said_of_words_that_are_not_known(word: str) -> None:
    assert not is_known(word)
    assert not of_words([word]).any()
    assert not of_text([(word, 1.0)]).any()


@given(st.lists(st.sampled_from(["print", "cancel", "xqzzy", "flight", "the"]), max_size=6))
def test_a_text_is_about_something_as_soon_as_one_word_is_known(stems: list[str]) -> None:
    about = of_text([(stem, 1.0) for stem in stems])
    known = any(map(is_known, stems))
    assert np.linalg.norm(about) == pytest.approx(1.0 if known else 0.0, abs=1e-3)
    assert of_stems(stems).shape == (len(stems), SIZE)


@pytest.mark.parametrize(
    ("query", "right", "wrong"),
    [
        ("buy a ticket for the airplane", "buy a ticket for the flight", "buy a ticket for the opera"),
        ("revoke my booking", "annul my booking", "admire my booking"),
    ],
)  # fmt: skip
def test_of_texts_with_the_same_words_that_is_first_whose_others_are_used_alike(
    query: str, right: str, wrong: str
) -> None:
    index = nlp.index()
    index.index({"a wrong": (wrong, ""), "right": (right, "")})
    assert [id for id, _ in index.search(query)] == ["right", "a wrong"]


def test_a_text_stays_found_however_unlike_it_is() -> None:
    index = nlp.index()
    index.index({"one": ("opera opera singer chorus the cable", "")})
    [(id, score)] = index.search("ethernet router switch cable")
    assert id == "one"
    assert score > 0


def test_a_network_that_reads_knows_words_it_has_never_learned() -> None:
    texts = [
        "my printer jams",
        "the scanner is stuck",
        "cancel the flight",
        "revoke my airplane ticket",
    ] * 4
    network = Convolution([words_of(text) for text in texts], 2)
    network.fit([words_of(text) for text in texts], np.array([0, 0, 1, 1] * 4))
    scores = network.scores([words_of(text) for text in ("photocopier", "airline")])
    assert scores.argmax(axis=1).tolist() == [0, 1]
