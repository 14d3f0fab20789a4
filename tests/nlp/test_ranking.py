"""The index of texts: changes, codes, spelling, what is the same however the index came to be."""

import string

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nlp
from nlp.postings import Table
from nlp.search import Shelf
from nlp.spelling import Spellings
from nlp.understanding import ArticleText, Category, Language

WORDS = (
    "printer",
    "vpn",
    "password",
    "slow",
    "принтер",
    "пароль",
    "打印机",
    "the",
    "809",
    "refund",
)
TEXTS = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
CHANGES = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from("abcdefgh"), st.tuples(TEXTS, TEXTS), max_size=4),
        st.sets(st.sampled_from("abcdefgh"), max_size=3),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(CHANGES, TEXTS)
def test_an_index_that_was_changed_finds_what_a_new_one_finds(
    changes: list[tuple[dict[str, tuple[str, str]], set[str]]], query: str
) -> None:
    changed, now = nlp.index(), dict[str, tuple[str, str]]()
    for some, gone in changes:
        gone -= set(some)
        changed.update(some, gone)
        now = {id: one for id, one in now.items() if id not in gone} | some
    new = nlp.index()
    new.index(now)
    assert len(changed) == len(now)
    assert changed.search(query, 8) == [
        (id, pytest.approx(score, rel=1e-4)) for id, score in new.search(query, 8)
    ]


def test_who_searches_during_a_change_sees_the_old_index() -> None:
    index = nlp.index()
    index.index({"a": ("printer jams", "")})
    new = index.updated({"b": ("printer on fire", "")}, ["a"])
    assert [id for id, _ in index.search("printer")] == ["a"]
    assert [id for id, _ in new.search("printer")] == ["b"]


def test_there_are_never_many_parts() -> None:
    index = nlp.index()
    for number in range(40):
        index.update({str(number): (f"printer {number}", "")})
    assert len(index._state.segments) <= 4
    assert len(index) == 40


def test_a_change_of_one_article_leaves_the_others_as_they_were_read() -> None:
    texts = [
        ArticleText(
            id=str(n),
            language=Language.EN,
            title=f"printer {n}",
            body="jam",
            category=Category.OTHER,
        )
        for n in range(30)
    ]
    shelf = Shelf(texts)
    before = shelf._indexes[Language.EN]._state.segments[0].tables[0].owners
    one = ArticleText(
        id="new", language=Language.EN, title="the projector", body="dark", category=Category.OTHER
    )
    new = shelf.updated([*texts[1:], one])
    assert new._indexes[Language.EN]._state.segments[0].tables[0].owners is before
    assert new.suggest("projector", Language.EN)[0].article == "new"
    assert not shelf.suggest("projector", Language.EN)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("pasword", "password"), ("printre", "printer"), ("принтр", "принтер"), ("activate", "activation")],
)  # fmt: skip
def test_words_spelt_alike(typed: str, meant: str) -> None:
    known = Spellings(["password", "printer", "принтер", "activation", "809", "the"])
    assert [word for word, _ in known.like(typed)] == [meant]


def test_codes_and_short_words_are_never_spelt_otherwise() -> None:
    assert Spellings(["0x80070005", "vpn"]).like("0x80070006") == []


@given(st.text(alphabet=string.ascii_lowercase, min_size=4, max_size=12))
def test_how_alike_is_between_a_half_and_one(word: str) -> None:
    known = Spellings(["password", "printer", word + "s"])
    assert all(0.5 <= share <= 1 for _, share in known.like(word))


def test_a_table_counts_each_feature_of_a_text_once_with_its_frequency() -> None:
    table = Table.of(
        np.array([7, 3, 7, 7], np.uint64),
        np.array([0, 0, 1, 0], np.int32),
        None,
        np.array([3, 1], np.float32),
    )
    owners, counts = table.having(int(table.places(np.array([7], np.uint64))[0]))
    assert owners.tolist() == [0, 1]
    assert counts.tolist() == [2, 1]
    assert table.places(np.array([5], np.uint64)).tolist() == [-1]
