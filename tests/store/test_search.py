"""Full-text search, the same on both databases."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.database import Store
from store.search import add, find, put

VPN, PRINTER, LAPTOP = 1, 2, 3


@pytest.fixture
def filled(store: Store) -> Store:
    def work(tx) -> None:  # type: ignore[no-untyped-def]
        put(tx, "ticket", VPN, ["vpn", "drop", "error", "809"], ["suspect", "firewall"])
        put(tx, "ticket", PRINTER, ["принтер", "печать", "error", "c++"])
        put(tx, "ticket", LAPTOP, ["电脑", "很", "慢", "vpn", "vpn"])

    store.write(work)
    return store


def found(store: Store, *terms: str, **how: object) -> list[int]:
    return store.read(lambda tx: find(tx, "ticket", terms, **how))  # type: ignore[arg-type]


def test_all_terms_are_wanted_first(filled: Store) -> None:
    assert found(filled, "vpn", "error") == [VPN]
    assert found(filled, "принтер") == [PRINTER]
    assert found(filled, "电脑") == [LAPTOP]


def test_any_of_them_will_do_when_none_has_all(filled: Store) -> None:
    assert sorted(found(filled, "vpn", "принтер")) == [VPN, PRINTER, LAPTOP]


def test_what_nobody_wrote_is_not_found(filled: Store) -> None:
    assert found(filled, "scanner") == []
    assert found(filled) == []
    assert found(filled, "") == []


def test_internal_words_are_found_only_when_asked_for(filled: Store) -> None:
    assert found(filled, "firewall") == []
    assert found(filled, "firewall", internal=True) == [VPN]
    assert found(filled, "vpn", "firewall", internal=True) == [VPN]


def test_signs_are_part_of_a_term(filled: Store) -> None:
    assert found(filled, "c++") == [PRINTER]
    assert found(filled, "c") == []


def test_case_does_not_matter(filled: Store) -> None:
    assert found(filled, "VPN", "Drop") == [VPN]


def test_putting_again_replaces(filled: Store) -> None:
    filled.write(lambda tx: put(tx, "ticket", VPN, ["solved"]))
    assert found(filled, "drop") == []
    assert found(filled, "firewall", internal=True) == []
    assert found(filled, "solved") == [VPN]


def test_the_one_that_says_it_more_often_comes_first(filled: Store) -> None:
    filled.write(lambda tx: put(tx, "ticket", VPN, ["vpn", "drop", "error", "809", "now"]))
    assert found(filled, "vpn") == [LAPTOP, VPN]


def test_pages_do_not_overlap_and_end(filled: Store) -> None:
    first = found(filled, "vpn", limit=1)
    second = found(filled, "vpn", limit=1, offset=1)
    assert sorted(first + second) == [VPN, LAPTOP]
    assert found(filled, "vpn", limit=1, offset=2) == []


def test_a_very_long_document_is_cut_and_not_refused(filled: Store) -> None:
    terms = [f"{n}" * 60 for n in range(30_000)]
    filled.write(lambda tx: put(tx, "ticket", 9, terms))
    assert found(filled, terms[7]) == [9]


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(terms=st.lists(st.text(st.characters(), max_size=90), min_size=1, max_size=5))
def test_any_text_can_be_put_and_found(filled: Store, terms: list[str]) -> None:
    filled.write(lambda tx: put(tx, "ticket", 7, terms, terms))
    hits = found(filled, *terms)
    assert 7 in hits if any(terms) else hits == []
    found(filled, *terms, internal=True)


@pytest.mark.parametrize(
    "query",
    ['"', "'", "NEAR(", "a AND", "public:x", "*", "^", "a & | !", ":*", "\\", "%s", "?", "\0"],
)
def test_the_databases_own_signs_mean_nothing(filled: Store, query: str) -> None:
    assert found(filled, query) == []


def test_added_terms_are_found_beside_the_old_ones(store: Store) -> None:
    store.write(lambda tx: put(tx, "ticket", 1, ["printer"], ["chairman"]))
    store.write(lambda tx: add(tx, "ticket", 1, ["toner", "printer"]))
    for term in ("printer", "toner"):
        assert store.read(lambda tx: list(find(tx, "ticket", [term]))) == [1]  # noqa: B023
    assert store.read(lambda tx: find(tx, "ticket", ["chairman"])) == []
    assert store.read(lambda tx: find(tx, "ticket", ["chairman"], internal=True)) == [1]
