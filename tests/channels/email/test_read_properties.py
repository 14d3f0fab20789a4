"""Two thousand hostile mails: nothing raises, nothing takes a second, the original stays as it is."""

import random
import time
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.email.mail import Mail
from channels.email.read import read

MAILS = [path.read_bytes() for path in sorted((Path(__file__).parent / "corpus").glob("*/*.eml"))]
NASTY = [b"\0", b"\r", b"\n", b"\r\n", b"--", b"=?", b"?=", b'"', b"<", b"(", b"\\", b"=", b";", b"\xff",
         b"Content-Type: multipart/mixed; boundary=b1\n\n", b"\x1b$B", b"begin 644 x\n"]  # fmt: skip
TOLERANT = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))


def checked(raw: bytes) -> Mail:
    before = bytes(bytearray(raw))
    start = time.process_time()
    mail = read(raw)
    for file in mail.attachments:
        assert file.size == len(file.content)
        assert "/" not in file.filename
        assert file.filename
    assert time.process_time() - start < 1
    assert raw == before
    shown = [mail.subject, mail.from_.name, *(file.filename for file in mail.attachments)]
    assert not any(character in text for text in shown for character in "\0\r\n")
    assert "\0" not in mail.text
    (mail.text + mail.subject).encode()  # no lone surrogates
    return mail


@given(st.binary(max_size=3000))
@TOLERANT
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    checked(raw)


@given(
    st.lists(
        st.sampled_from(
            [*NASTY, b"From: ", b"Subject: ", b"To: ", b"a@b.c", b" ", b"x", b",", b":"]
        )
    ),
    st.sampled_from([b"From: ", b"To: ", b"Subject: ", b"Content-Type: ", b"References: ", b""]),
)
@TOLERANT
def test_any_pieces_are_a_mail(pieces: list[bytes], field: bytes) -> None:
    checked(field + b"".join(pieces))


def cut(raw: bytes, dice: random.Random) -> bytes:
    return raw[: dice.randrange(len(raw) + 1)]


def doubled(raw: bytes, dice: random.Random) -> bytes:
    start, end = sorted(dice.randrange(len(raw) + 1) for _ in range(2))
    return raw[:end] + raw[start:]


def flipped(raw: bytes, dice: random.Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(min(len(raw), dice.randrange(1, 30))):
        changed[dice.randrange(len(raw))] = dice.randrange(256)
    return bytes(changed)


def lines_lost(raw: bytes, dice: random.Random) -> bytes:
    return b"".join(line for line in raw.splitlines(keepends=True) if dice.random() > 0.1)


def boundary_damaged(raw: bytes, dice: random.Random) -> bytes:
    return raw.replace(
        b"--b1", dice.choice([b"--b2", b"- -b1", b"--b1--", b"--b1 x", b""]), dice.randrange(1, 4)
    )


def sprinkled(raw: bytes, dice: random.Random) -> bytes:
    for _ in range(dice.randrange(1, 8)):
        at = dice.randrange(len(raw) + 1)
        raw = raw[:at] + dice.choice(NASTY) + raw[at:]
    return raw


DAMAGE = (cut, doubled, flipped, lines_lost, boundary_damaged, sprinkled)


@given(
    st.sampled_from(MAILS),
    st.sampled_from(DAMAGE),
    st.sampled_from(DAMAGE),
    st.integers(0, 1 << 30),
)
@settings(TOLERANT, max_examples=1000)
def test_a_damaged_mail_is_still_read(raw: bytes, one, other, seed: int) -> None:  # type: ignore[no-untyped-def]
    dice = random.Random(seed)
    checked(other(one(raw, dice), dice))


def test_nothing_grows_with_the_square_of_a_hostile_mail() -> None:
    top = b"From: a@b.c\n"
    base64 = b"Content-Transfer-Encoding: base64\n\n"
    for raw in (
        b"Subject: " + b"x" * 1_000_000,
        b"Subject: " + b"=?utf-8?Q?a " * 50_000,
        b"Subject: " + b"\r" * 500_000,
        b"To: " + b", ".join(b"Name %d <n%d@example.org>" % (i, i) for i in range(10_000)),
        b"To: " + b"(" * 200_000,
        b"To: " + b'"\\' * 200_000,
        b"To: " + b"a" * 1_000_000,
        b"Content-Type: text/plain; name=a" + b" " * 500_000 + b"b",
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--bx" * 300_000,
        b"\n" + b"y " * 1_000_000,
        b"\n" + b" " * 1_000_000 + b"x",
        b"\n" + b"begin 644 x\n" * 50_000,
        base64 + b"\n" * 1_000_000,
        base64 + b"=" * 1_000_000,
        b"".join(
            b"Content-Type: multipart/mixed; boundary=d%d\n\n--d%d\n" % (i, i) for i in range(5_000)
        ),
    ):
        checked(top + raw)
