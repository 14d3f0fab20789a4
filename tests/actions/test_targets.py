"""The allow-list, and what is read as a host: nothing outside it gets through, however it is written."""

import asyncio
import ipaddress
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions import reach
from bot.actions.action import host_and_port, read_host, read_url
from bot.actions.targets import Way, address_of, entry_of, targets_of, unwrapped
from bot.errors import DeskError, Forbidden, Invalid

TARGETS = targets_of(
    [
        "www.example.com",
        "*.corp.example:443,8443,ping",
        "10.1.0.0/16:443,3389",
        "192.0.2.7",
        "[2001:db8:1::/48]:443",
    ]
)
INSIDE = [ipaddress.ip_network(one) for one in ("10.1.0.0/16", "192.0.2.7", "2001:db8:1::/48")]

NEVER = [
    ipaddress.ip_network(one)
    for one in ("127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "::1/128", "fe80::/10", "ff00::/8")
]


def allows(host: str, address: str, way: Way = 443) -> bool:
    try:
        TARGETS.check_name(host, way)
        TARGETS.check_address(host, ipaddress.ip_address(address), way)
    except Forbidden:
        return False
    return True


@pytest.mark.parametrize(
    ("host", "address", "way", "expected"),
    [
        ("www.example.com", "203.0.113.9", 80, True),
        ("www.example.com", "203.0.113.9", "ping", True),
        ("mail.example.com", "203.0.113.9", 443, False),
        ("example.com", "203.0.113.9", 443, False),
        ("a.corp.example", "10.9.9.9", 443, True),  # a listed name may lead to private addresses
        ("a.b.corp.example", "10.9.9.9", 8443, True),
        ("a.corp.example", "10.9.9.9", 22, False),
        ("a.corp.example", "10.9.9.9", "ping", True),
        ("corp.example", "10.9.9.9", 443, False),
        ("evilcorp.example", "10.9.9.9", 443, False),
        # ... but not to this machine or the link, whatever the name server says
        ("a.corp.example", "127.0.0.1", 443, False),
        ("a.corp.example", "169.254.169.254", 443, False),
        ("a.corp.example", "0.0.0.0", 443, False),
        ("a.corp.example", "::1", 443, False),
        ("a.corp.example", "::ffff:127.0.0.1", 443, False),
        ("a.corp.example", "64:ff9b::7f00:1", 443, False),
        ("a.corp.example", "2002:7f00:1::", 443, False),
        ("a.corp.example", "fe80::1", 443, False),
        ("a.corp.example", "ff02::1", 443, False),
        # a name that is not listed is good where its address is
        ("anything", "10.1.2.3", 443, True),
        ("anything", "10.1.2.3", 80, False),
        ("anything", "10.2.2.3", 443, False),
        ("10.1.2.3", "10.1.2.3", 3389, True),
        ("10.1.2.3", "10.1.2.3", "ping", False),
        ("::ffff:10.1.2.3", "::ffff:10.1.2.3", 443, True),  # the same host in other words
        ("::ffff:10.2.2.3", "::ffff:10.2.2.3", 443, False),
        ("2001:db8:1::5", "2001:db8:1::5", 443, True),
        ("2001:db8:2::5", "2001:db8:2::5", 443, False),
        ("192.0.2.7", "192.0.2.7", 22, True),
        ("192.0.2.8", "192.0.2.8", 22, False),
    ],
)
def test_the_list_decides(host: str, address: str, way: Way, expected: bool) -> None:
    assert allows(host, address, way) is expected


def test_nothing_listed_means_nothing_touched_and_the_refusal_says_what_to_add() -> None:
    nothing = targets_of([])
    with pytest.raises(Forbidden, match=r'targets = \["db.example:5432"\]'):
        nothing.check_name("db.example", 5432)
    with pytest.raises(Forbidden, match=r'targets = \["\[2001:db8::1\]:443"\]'):
        nothing.check_name("2001:db8::1", 443)
    with pytest.raises(Forbidden, match=r'leads to 10.2.0.1, .* targets = \["10.2.0.1:443"\]'):
        TARGETS.check_address("sly.example", ipaddress.ip_address("10.2.0.1"), 443)


@pytest.mark.parametrize(
    "entry", ["db.example:5432", "[2001:db8::1]:443", "10.2.0.1:443", "x:ping"]
)
def test_what_the_refusal_says_can_be_added_and_helps(entry: str) -> None:
    host, _, way = entry.rpartition(":")
    wanted: Way = way if way == "ping" else int(way)
    targets_of([entry]).check_name(host.strip("[]"), wanted)


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "*",
        "*.",
        "http://example.com",
        "example.com/path",
        "10.0.0.0/33",
        "10.0.0.1/8",
        "10.0.0.0/8:",
        "10.0.0.0/8:0",
        "10.0.0.0/8:70000",
        "10.0.0.0/8:https",
        "a b.example",
        "300.1.1.1",
        "1.2.3",
        "a.*.example",
        "[2001:db8::/32",
        "-x.example",
    ],
)
def test_an_entry_that_is_none_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match="must be a host"):
        entry_of(entry)


DISGUISED = [
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "127.1",
    "127.0.1",
    "127.0.0.01",
    "127.0.0.1.",
    "1.2.3.4.5",
    "127。0。0。1".replace("。", "․"),
    "①②⑦.0.0.1",
    "localhost%00.example.com",
    "host name",
    "a..example",
    "-rf.example",
    "ex;ample.com",
    "$(id)",
    "`id`",
    "a|b",
    "a\nb",
    "fe80::1%eth0",
    "x" * 64 + ".example",
    ".".join(["x" * 60] * 5),
    "user@host",
    "host:80",
    "host/path",
]


@pytest.mark.parametrize("value", DISGUISED)
def test_what_only_looks_like_a_host_is_refused(value: str) -> None:
    with pytest.raises(Invalid):
        read_host(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("MAIL.Example.COM.", "mail.example.com"),
        ("müller.example", "xn--mller-kva.example"),
        ("почта.рф", "xn--80a1acny.xn--p1ai"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("192.0.2.1", "192.0.2.1"),
        ("srv_01", "srv_01"),
    ],
)
def test_a_host_has_one_form(value: str, expected: str) -> None:
    assert read_host(value) == expected


@pytest.mark.parametrize(
    "url",
    [
        "http://user@www.example.com/",
        "http://www.example.com@10.2.0.1/",
        "http://www.example.com:80@10.2.0.1/",
        "http://www.example.com\\@10.2.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1%25eth0]/",
        "http:///path",
        "http://:80/",
        "http://www.example.com:0/",
        "http://www.example.com:99999/",
        "file:///etc/passwd",
        "gopher://www.example.com/",
        "javascript:alert(1)",
        "http://www.example.com/a b",
        "http://www.example.com/\r\nX: y",
        "//www.example.com",
        "www.example.com",
        "http://" + "a" * 3000,
    ],
)
def test_an_address_that_hides_something_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        read_url(url)


def test_an_address_has_one_form() -> None:
    assert read_url("HTTPS://WWW.Example.COM?q=1#top") == "https://www.example.com/?q=1"
    assert host_and_port("https://www.example.com/?q=1") == ("www.example.com", 443)
    assert host_and_port(read_url("http://[2001:DB8:1::1]:8080/x")) == ("2001:db8:1::1", 8080)


ADDRESSES = st.one_of(
    st.ip_addresses(v=4),
    st.ip_addresses(v=6),
    st.sampled_from(INSIDE).flatmap(lambda network: st.ip_addresses(network=network)),
    st.ip_addresses(v=4).map(lambda one: ipaddress.IPv6Address(f"::ffff:{one}")),
    st.ip_addresses(v=4).map(lambda one: ipaddress.IPv6Address(int(one) | 0x0064FF9B << 96)),
    st.ip_addresses(v=4).map(lambda one: ipaddress.IPv6Address(0x2002 << 112 | int(one) << 80)),
)
WAYS = st.one_of(st.integers(1, 65535), st.sampled_from([443, 3389, "ping"]))


@given(ADDRESSES, WAYS)
def test_an_address_is_touched_only_if_it_is_listed(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, way: Way
) -> None:
    if allows(str(address), str(address), way):
        assert any(unwrapped(address) in network for network in INSIDE)
        if unwrapped(address) not in INSIDE[1]:
            assert way in (443, 3389)


@given(st.text(max_size=40), ADDRESSES, WAYS)
def test_whatever_is_typed_a_special_address_is_reached_by_no_name(
    text: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address, way: Way
) -> None:
    with suppress(DeskError):
        host = read_host(text)
        TARGETS.check_name(host, way)
        TARGETS.check_address(host, address, way)
        real = unwrapped(address)
        assert any(real in network for network in INSIDE) or not any(
            real in network for network in NEVER
        )


@given(st.text(max_size=60).map(lambda tail: f"http://{tail}"))
def test_what_is_read_as_an_address_names_the_host_that_was_checked(text: str) -> None:
    with suppress(Invalid):
        url = read_url(text)
        host, port = host_and_port(url)
        assert read_host(host) == host
        assert 0 < port < 65536
        assert "@" not in url.split("/")[2]


NAMES = st.sampled_from(
    ["www.example.com", "a.corp.example", "sly.example", "10.1.0.1", "10.9.0.1"]
)


@given(NAMES, st.lists(ADDRESSES, min_size=1, max_size=4), WAYS)
def test_whatever_name_servers_say_only_what_is_listed_is_connected_to(
    host: str, said: list[ipaddress.IPv4Address | ipaddress.IPv6Address], way: Way
) -> None:
    async def addresses(host: str) -> list[Any]:
        return said

    with pytest.MonkeyPatch.context() as patch, suppress(reach.Ended):
        patch.setattr(reach, "addresses", addresses)
        found = asyncio.run(reach.resolve(TARGETS, host, way))
        literal = address_of(host)
        for one in said if literal is None else [literal]:  # one bad one spoils them all
            TARGETS.check_address(host, one, way)
        assert found == (said[0] if literal is None else literal)
        assert not any(unwrapped(found) in network for network in NEVER)
