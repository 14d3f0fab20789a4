"""Who is held to which limit."""

import pytest

from channels.email.sources import Rate, Sources


@pytest.mark.parametrize(
    ("peer", "name"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("10.1.2.3", None),
        ("::ffff:10.1.2.3", None),
        ("2001:db8:ff::1", None),
    ],
)
def test_a_source_is_an_address_or_the_network_one_customer_has(
    peer: str, name: str | None
) -> None:
    assert Sources(9, 9, ["10.0.0.0/8", "2001:db8:ff::/48"]).named(peer) == name


def test_who_leaves_makes_room() -> None:
    sources = Sources(most=9, most_each=1, exempt=[])
    assert sources.enter("a") is None
    assert sources.enter("a") is not None
    sources.leave("a")
    sources.leave("a")
    assert sources.enter("a") is None


def test_a_rate_counts_each_source_from_its_first() -> None:
    now = 0.0
    rate = Rate(2, lambda: now)
    for now in (50.0, 100.0):  # noqa: B007 - the clock reads it
        assert not rate.exceeded("a")
        rate.count("a")
    assert rate.exceeded("a")
    assert not rate.exceeded("b")
    now = 110.0
    assert not rate.exceeded("a")


def test_stale_sources_are_forgotten() -> None:
    now = 0.0
    rate = Rate(1, lambda: now)
    for number in range(10_000):
        rate.count(str(number))
    now = 61.0
    rate.count("new")
    assert len(rate) == 1
