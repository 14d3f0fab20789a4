"""Whether a person wrote a mail: each mail of the folder is what its folder says.

All but those of `person` are automatic. A warning that a mail is late, a receipt and a vacation note are no
bounces: the mail arrived, or still may. Somebody who accepts an invitation is a person: he may say more.
What a list sends on is automatic even where a person wrote it: he did not write to us.
"""

import json
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cli.mail import summary
from channels.email.automatic import judge
from channels.email.read import read
from tests.seconds import seconds

MAILS = sorted((Path(__file__).parent / "automatic").glob("*/*.eml"))


@pytest.mark.parametrize("path", MAILS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_mail_is_judged_as_expected(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    found = summary(path.read_bytes())
    assert {key: found[key] for key in ("is_auto", "is_bounce")} == expected


@pytest.mark.parametrize("path", MAILS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_line_ends_do_not_matter(path: Path) -> None:
    raw = path.read_bytes().replace(b"\r\n", b"\n")
    one, other = judge(read(raw)), judge(read(raw.replace(b"\n", b"\r\n")))
    assert (one.is_auto, one.is_bounce) == (other.is_auto, other.is_bounce)


@given(
    st.sampled_from(MAILS).map(Path.read_bytes),
    st.integers(0, 4000),
    st.integers(0, 4000),
    st.binary(max_size=40),
)
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_damaged_mail_is_judged_too(raw: bytes, start: int, end: int, put: bytes) -> None:
    found = judge(read(raw[:start] + put + raw[end:]))
    assert found.is_auto or not found.is_bounce


@pytest.mark.parametrize(
    "body",
    [
        b"could not be delivered " * 50_000,
        b"<" * 1_000_000,
        b"a@b " * 250_000,
        b" " * 1_000_000,
        b"550 5.1.1 " * 100_000,
        b"not \n" * 200_000,
        b"-" * 1_000_000,
        b"> " * 500_000,
    ],
    ids=lambda body: body[:10].decode(),
)
@pytest.mark.parametrize(
    "top", [b"From: a@b.c\n", b"Return-Path: <>\nFrom: MAILER-DAEMON@b.c\nSubject: x\n"]
)
def test_a_megabyte_is_judged_at_once(top: bytes, body: bytes) -> None:
    mail = read(top + b"\n" + body)
    assert seconds(lambda: judge(mail)) < 1


def test_a_subject_of_a_megabyte_is_judged_at_once() -> None:
    for subject in (b"auto " * 200_000, b"Re: " * 250_000, b" " * 1_000_000, b"[" * 1_000_000):
        mail = read(b"From: a@b.c\nSubject: " + subject + b"\n\nx")
        assert seconds(partial(judge, mail)) < 1
