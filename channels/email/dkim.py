"""Signing what we send (DKIM, RFC 6376 and RFC 8463), so that others can tell it from forgeries."""

import re
from base64 import b64encode
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

SIGNED: Final = (
    *("from", "to", "cc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references"),
    *("mime-version", "content-type", "auto-submitted"),
)
# Named once more than they are there, so that nobody can add another (RFC 6376 § 8.15).
SEALED: Final = ("from", "to", "cc", "reply-to", "subject", "date", "message-id", "content-type")

PIECE: Final = 1 << 20  # bytes of a body canonicalized at a time

_BLANK: Final = re.compile(rb"[ \t]+")
_FOLD: Final = re.compile(rb"\r\n(?=[ \t])")
_NAME: Final = re.compile(
    r"[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*", re.I
)


class Signer:
    """Raises ValueError for a key that receivers would not believe."""

    def __init__(self, domain: str, selector: str, pem: bytes) -> None:
        if not _NAME.fullmatch(domain) or not _NAME.fullmatch(selector):
            raise ValueError("the DKIM domain and selector must be names of the DNS")
        key = load_pem_private_key(pem, None)
        if isinstance(key, RSAPrivateKey):
            if key.key_size < 2048:
                raise ValueError("an RSA key for DKIM must have at least 2048 bits")
            self._algorithm = "rsa-sha256"
        elif isinstance(key, Ed25519PrivateKey):
            self._algorithm = "ed25519-sha256"
        else:
            raise ValueError("a key for DKIM must be RSA or Ed25519")
        self._key, self._domain, self._selector = key, domain, selector

    def sign(self, raw: bytes) -> bytes:
        """The mail, whose lines end with CRLF, with a DKIM-Signature above it."""
        end = raw.index(b"\r\n\r\n")
        header = raw[:end]
        fields = [_relaxed(line) for line in _FOLD.sub(b"", header).split(b"\r\n")]
        names = [field.partition(b":")[0].decode("ascii", "replace") for field in fields]
        covered = [name for name in SIGNED for _ in range(names.count(name))] + list(SEALED)
        signature = (
            f"DKIM-Signature: v=1; a={self._algorithm}; c=relaxed/relaxed;\r\n"
            f" d={self._domain}; s={self._selector};\r\n"
            f" h={_folded(covered)};\r\n"
            f" bh={b64encode(_body_hash(raw, end + 4)).decode()};\r\n b="
        ).encode()
        # Of fields that are there more than once the lowest comes first (§ 5.4.2).
        left = list(zip(names, fields, strict=True))
        chosen: list[bytes] = []
        for name in covered:
            at = next((n for n in reversed(range(len(left))) if left[n][0] == name), None)
            if at is not None:
                chosen.append(left.pop(at)[1] + b"\r\n")
        signed = b"".join(chosen) + _relaxed(_FOLD.sub(b"", signature))
        value = b64encode(self._sign(signed))
        pieces = [value[n : n + 72] for n in range(0, len(value), 72)]
        return signature + b"\r\n ".join(pieces) + b"\r\n" + raw

    def _sign(self, signed: bytes) -> bytes:
        if isinstance(self._key, RSAPrivateKey):
            return self._key.sign(signed, PKCS1v15(), SHA256())
        return self._key.sign(sha256(signed).digest())


def _relaxed(field: bytes) -> bytes:
    """An unfolded field in canonical form (§ 3.4.2), without its end of line."""
    name, _, value = field.partition(b":")
    return name.strip(b" \t").lower() + b":" + _BLANK.sub(b" ", value).strip(b" ")


def _body_hash(raw: bytes, start: int) -> bytes:
    """Of the canonical body (§ 3.4.4): runs of blanks are one, none at the end of a line, no empty lines at
    the end. Read in pieces, for a mail may be big."""
    hashed = sha256()
    held, is_empty = b"", True  # the empty lines that may be the last
    while start < len(raw):
        cut = raw.find(b"\r\n", start + PIECE)
        end = len(raw) if cut < 0 else cut + 2
        lines = held + _BLANK.sub(b" ", raw[start:end]).replace(b" \r\n", b"\r\n")
        said = lines.removesuffix(b" ").rstrip(b"\r\n")
        if said:
            hashed.update(said)
            is_empty = False
        held, start = lines[len(said) :], end
    if not is_empty:
        hashed.update(b"\r\n")
    return hashed.digest()


def _folded(names: list[str]) -> str:
    lines = [names[n : n + 6] for n in range(0, len(names), 6)]
    return ":\r\n  ".join(":".join(line) for line in lines)
