"""Search over articles: words, meanings, spelling, codes, languages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nlp
from bench.suggestions import questions, shipped
from nlp.concepts import Thesaurus, thesaurus
from nlp.han import simplified
from nlp.search import Shelf
from nlp.understanding import Language

FEW = {
    "vpn": ("VPN drops", "The tunnel ends after ten minutes. Error 809."),
    "print": ("Printer jams", "Open tray two and pull the paper out."),
    "pay": ("How to get money back", "Send the receipt to accounting."),
}


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf(shipped())


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ("the printr is jaming", "print"),  # typing errors
        ("refund please", "pay"),  # another word for it
        ("809", "vpn"),
        ("my printer shows 809", "vpn"),  # a code comes before words
        ("принтер жуёт бумагу", "print"),  # another language
        ("打印机卡纸", "print"),
        ("印表機卡紙", "print"),  # another script
    ],
)
def test_the_right_text_is_first(query: str, right: str) -> None:
    index = nlp.index()
    index.index(FEW)
    assert index.search(query)[0][0] == right


def test_one_text_alone_can_be_found_and_an_empty_index_asked() -> None:
    index = nlp.index()
    assert index.search("printer") == []
    index.index({"only": FEW["print"]})
    assert [id for id, _ in index.search("printer")] == ["only"]
    assert index.search("zebra") == []
    index.index({})
    assert index.search("printer") == []


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.text(max_size=5), st.tuples(st.text(max_size=40), st.text(max_size=80)), max_size=6),
    st.text(max_size=60),
    st.integers(0, 8),
)  # fmt: skip
def test_whatever_is_asked_the_best_come_first_and_no_more_than_wanted(
    documents: dict[str, tuple[str, str]], query: str, k: int
) -> None:
    index = nlp.index()
    index.index(documents)
    found = index.search(query, k)
    assert len(found) <= k
    assert all(score > 0 and id in documents for id, score in found)
    assert [score for _, score in found] == sorted((s for _, s in found), reverse=True)


@pytest.mark.parametrize("language", list(Language))
def test_questions_in_other_words_find_their_articles(shelf: Shelf, language: Language) -> None:
    asked = [one for one in questions() if one.language is language]
    found = [(one, shelf.suggest(one.text, language)) for one in asked]
    right = [
        bool(some) and some[0].article == one.article for one, some in found if one.article != "-"
    ]
    assert sum(right) >= 0.85 * len(right)
    nothing = [some for one, some in found if one.article == "-"]
    assert sum(bool(some) and some[0].score >= 0.5 for some in nothing) <= 0.1 * len(nothing)


def test_a_concept_has_its_names_in_every_language() -> None:
    known = thesaurus()
    assert set(known.of("printer")) & set(known.of("принтеры")) & set(known.of("打印机"))
    assert known.of("I cannot log in") == known.of("I cannot sign in")
    assert not known.of("zebra")


def test_every_concept_has_at_least_two_names() -> None:
    assert all(len(set(names)) >= 2 for names in Thesaurus.load().names)


@pytest.mark.parametrize(
    ("text", "same"),
    [("請幫我裝軟體", "请帮我装软件"), ("电脑坏了", "电脑坏了"), ("plain", "plain"), ("", "")],
)
def test_traditional_chinese_becomes_simplified(text: str, same: str) -> None:
    assert simplified(text) == same
