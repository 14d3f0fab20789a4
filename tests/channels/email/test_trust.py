"""Whose word about a sender counts."""

from ipaddress import ip_network

import pytest

from channels.email import trust
from channels.email.mail import Address, Mail
from channels.email.trust import Relays

RELAYS = Relays(names=frozenset({"mx.desk.example"}), networks=(ip_network("10.0.0.0/8"),))
PASS = (
    "mx.desk.example; spf=pass smtp.mailfrom=x.example; dmarc=pass (p=none) header.from=example.org"
)
FAIL = "mx.desk.example; dmarc=fail header.from=example.org; dkim=none"


def judge(*fields: str, peer: str = "10.1.2.3") -> tuple[bool, bool, str]:
    mail = Mail(
        message_id="1@x",
        from_=Address("ana@example.org"),
        headers=tuple(("authentication-results", field) for field in fields),
    )
    found = trust.judge(mail, peer, RELAYS)
    return found.verified, found.suspect, found.rule


def test_our_relay_vouches_for_a_sender_and_disowns_one() -> None:
    assert judge(PASS) == (True, False, "dmarc-pass")
    assert judge(FAIL) == (False, True, "dmarc-fail")
    assert judge(FAIL.upper().replace("MX", "mx"), peer="") == (False, True, "dmarc-fail")


def test_anybody_elses_word_is_nothing() -> None:
    assert judge(PASS, peer="192.0.2.1") == (False, False, "no-trusted-relay")
    assert judge(PASS.replace("mx.desk", "mx.evil")) == (False, False, "no-trusted-results")
    assert judge() == (False, False, "no-trusted-results")


def test_of_several_the_topmost_of_ours_counts() -> None:
    """Whatever the sender wrote into the mail stands below."""
    assert judge("mx.other.example; dmarc=pass", FAIL, PASS)[2] == "dmarc-fail"


@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ("mx.desk.example 1; dmarc=none", "dmarc-none"),
        ("mx.desk.example; dmarc=temperror", "dmarc-temperror"),
        ("mx.desk.example; spf=pass", "no-dmarc"),
        ("mx.desk.example; none", "no-dmarc"),
        ("mx.desk.example", "no-dmarc"),
        ('mx.desk.example; spf=pass smtp.mailfrom="a; dmarc=pass"@evil.example', "no-dmarc"),
        ("mx.desk.example; spf=pass (dmarc=pass)", "no-dmarc"),
        ("mx.desk.example; dmarc=pass header.from=evil.example", "dmarc-of-another-domain"),
        ("", "no-trusted-results"),
        (";;;", "no-trusted-results"),
    ],
)
def test_only_a_plain_pass_vouches(field: str, rule: str) -> None:
    verified, _, found = judge(field)
    assert (verified, found) == (False, rule)
