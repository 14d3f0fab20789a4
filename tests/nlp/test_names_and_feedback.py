"""Names that texts explain, and what became of articles as a change of their chance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nlp
from nlp.feedback import STRONGEST, USUAL, WEAKEST, rate_of, shifts, strength
from nlp.names import Names, OtherNames, names_in
from nlp.search import Shelf
from nlp.understanding import ArticleText, Category, Language


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Use the Virtual Private Network (VPN).", [Names("VPN", "Virtual Private Network")]),
        ("MFA (multi-factor authentication)", [Names("MFA", "multi-factor authentication")]),
        ("the Department of Motor Vehicles (DMV)", [Names("DMV", "Department of Motor Vehicles")]),
        ("электронный документооборот (ЭД)", [Names("ЭД", "электронный документооборот")]),
        ("press the key (F5)", []),
        ("see below (FAQ), and call (HR)", []),
        ("(VPN)", []),
        ("(" * 50_000, []),
    ],
)
def test_abbreviations_that_a_text_explains(text: str, found: list[Names]) -> None:
    assert list(names_in(text)) == found


@given(st.text(alphabet="ab (AB)\n", max_size=60))
def test_a_long_form_has_the_letters_of_the_short_one(text: str) -> None:
    for one in names_in(text):
        initials = [word[0].casefold() for word in one.long.split()]
        assert one.short[0].casefold() == initials[0]


def test_an_other_name_finds_the_text_that_has_only_it() -> None:
    index = nlp.index()
    index.index({"a": ("The door opener", ""), "b": ("ZEK is down", ""), "c": ("Printer", "")})
    names = OtherNames([("ZEK", "central time capture")])
    assert index.search("central time capture", 1, names)[0][0] == "b"
    assert index.search("zek", 1, names)[0][0] == "b"


RECORDS = st.dictionaries(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["en", "ru"])),
    st.tuples(st.integers(0, 300), st.integers(0, 300)),
    max_size=12,
)


@given(RECORDS)
def test_a_shift_is_bounded_and_of_the_side_of_what_was_seen(
    records: dict[tuple[str, str], tuple[int, int]],
) -> None:
    found = shifts(records)
    whole: dict[str, tuple[int, int]] = {}
    for (article, _), (helped, failed) in records.items():
        old = whole.get(article, (0, 0))
        whole[article] = old[0] + helped, old[1] + failed
    usual = rate_of(whole)
    assert WEAKEST <= strength(whole) <= STRONGEST
    for (article, language), shift in found.items():
        assert abs(shift) <= 2
        here = records[article, language]
        if sum(here) and here == whole[article]:
            rate = here[0] / sum(here)
            assert shift == pytest.approx(0, abs=1e-9) or (shift > 0) == (rate > usual)


def test_one_success_is_believed_much_less_than_forty() -> None:
    found = shifts({("one", "en"): (1, 0), ("many", "en"): (40, 0), ("bad", "en"): (0, 41)})
    assert 0 < found["one", "en"] < found["many", "en"] / 3
    assert strength({"one": (1, 0)}) == USUAL


def test_what_became_of_an_article_moves_its_chance() -> None:
    article = ArticleText(
        id="vpn",
        language=Language.EN,
        title="VPN drops",
        body="Renew it.",
        category=Category.NETWORK,
    )
    plain = Shelf([article]).suggest("my vpn drops", Language.EN)[0].score
    good = Shelf([article], {("vpn", "en"): 1.0}).suggest("my vpn drops", Language.EN)[0].score
    bad = Shelf([article], {("vpn", "en"): -1.0}).suggest("my vpn drops", Language.EN)[0].score
    assert bad < plain < good
