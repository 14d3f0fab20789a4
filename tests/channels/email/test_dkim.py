"""Signatures, checked by a verifier written from RFC 6376 § 6."""

import base64
import re
from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from channels.email.dkim import PIECE, Signer
from channels.message import Attachment
from tests.channels.email.outgoing import mail

RSA = rsa.generate_private_key(65537, 2048)
ED25519 = ed25519.Ed25519PrivateKey.generate()
KEYS: dict[str, rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey] = {"rsa": RSA, "ed25519": ED25519}

# RFC 8463 appendix A.
DINNER = b"""\
DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
""".replace(b"\n", b"\r\n")
DINNER_KEY = base64.b64decode("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")


def pem(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def relaxed_field(field: bytes) -> bytes:
    name, value = re.sub(rb"[ \t]+", b" ", field).split(b":", 1)
    return name.strip().lower() + b":" + value.strip()


def relaxed_body(body: bytes) -> bytes:
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)


def verify(raw: bytes, key: RSAPublicKey | Ed25519PublicKey) -> None:
    """Raises InvalidSignature."""
    header, _, body = raw.partition(b"\r\n\r\n")
    fields = re.sub(rb"\r\n(?=[ \t])", b"", header).split(b"\r\n")
    own, *others = fields
    assert own.startswith(b"DKIM-Signature:")
    tags = {
        name.strip(): value
        for name, _, value in (
            tag.partition("=") for tag in own.partition(b":")[2].decode().split(";")
        )
    }
    if base64.b64decode(tags["bh"]) != sha256(relaxed_body(body)).digest():
        raise InvalidSignature("body")
    signed = b""
    for name in tags["h"].lower().split(":"):
        for n in reversed(range(len(others))):
            if others[n].partition(b":")[0].strip().lower().decode() == name.strip():
                signed += relaxed_field(others.pop(n)) + b"\r\n"
                break
    signed += relaxed_field(re.sub(rb"([;\s]b=)[^;]*", rb"\1", own))
    signature = base64.b64decode(re.sub(r"\s", "", tags["b"]))
    if isinstance(key, RSAPublicKey):
        key.verify(signature, signed, padding.PKCS1v15(), SHA256())
    else:
        key.verify(signature, sha256(signed).digest())


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize(
    "raw",
    [
        mail("short"),
        mail("中文" * 300, subject="VPN 断开" * 20, references=tuple(f"a{n}@x" for n in range(30))),
        mail(
            "x",
            attachments=(Attachment(name="a", content_type="a/b", size=1, sha256="c"),),
        ),
        mail("x") + b"\r\n\r\n \t\r\n",
    ],
)
def test_what_is_signed_is_verified(kind: str, raw: bytes) -> None:
    signed = Signer("desk.example", "s1", pem(KEYS[kind])).sign(raw)
    assert signed.endswith(raw)
    assert max(map(len, signed[: -len(raw)].split(b"\r\n"))) <= 78
    verify(signed, KEYS[kind].public_key())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject: ", b"Subject: not "),
        (b"Restart the", b"Never restart the"),
        (b"To: ana@", b"To: eve@"),
        (b"From: IT", b"From: eve@evil.example\r\nFrom: IT"),
        (b"From: IT", b"Subject: another\r\nFrom: IT"),
        (b"Message-ID: <m1", b"Message-ID: <m2"),
    ],
)
def test_a_change_is_noticed(old: bytes, new: bytes) -> None:
    signed = Signer("desk.example", "s1", pem(ED25519)).sign(mail())
    assert old in signed
    with pytest.raises(InvalidSignature):
        verify(signed.replace(old, new, 1), ED25519.public_key())


def test_what_a_relay_may_change_does_not_matter() -> None:
    signed = Signer("desk.example", "s1", pem(ED25519)).sign(mail(subject="two words"))
    changed = signed.replace(b"Subject: two words", b"subject:  two\r\n\twords \t") + b"\r\n\r\n"
    assert changed != signed
    verify(changed, ED25519.public_key())


def test_the_example_of_the_standard_is_verified_and_would_be_signed_alike() -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(DINNER_KEY)
    verify(DINNER, key.public_key())
    body_hash = b"bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;"
    unsigned = DINNER[DINNER.index(b"From:") :]
    signed = Signer("football.example.com", "brisbane", pem(key)).sign(unsigned)
    assert body_hash in signed
    verify(signed, key.public_key())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\r\n\r\n",
        b" \r\n\t\r\n",
        b" C \r\nD \t E\r\n\r\n\r\n",
        b"no end",
        b"a blank at the end ",
        b"x\r\n \t \r\n",
        b"\r\n\r\nx\r\n",
        b"y" * (PIECE - 1) + b"\r\n\r\n\r\nz  \r\n",
        b"y \r\n" * PIECE + b"\r\n" * PIECE,
        b"y\r\n" + b"\r\n" * PIECE + b"\r\nz",
    ],
)
def test_every_body_is_canonicalized_whatever_its_end(body: bytes) -> None:
    signed = Signer("desk.example", "s1", pem(ED25519)).sign(b"From: a@x.org\r\n\r\n" + body)
    verify(signed, ED25519.public_key())


@pytest.mark.parametrize(
    "key", [rsa.generate_private_key(65537, 1024), ec.generate_private_key(ec.SECP256R1())]
)
def test_a_key_nobody_would_believe_is_refused(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
) -> None:
    with pytest.raises(ValueError, match="DKIM"):
        Signer("desk.example", "s1", pem(key))


@pytest.mark.parametrize(("domain", "selector"), [("a;b", "s"), ("a.example", "s\r\nx"), ("", "s")])
def test_names_that_are_none_are_refused(domain: str, selector: str) -> None:
    with pytest.raises(ValueError, match="DKIM"):
        Signer(domain, selector, pem(ED25519))
