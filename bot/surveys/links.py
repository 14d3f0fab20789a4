"""The links of surveys: which invitation one stands for, signed, so that none can be made up.

A link proves the invitation and nothing about who holds it; so its page tells nothing personal.
"""

import base64
import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path
from typing import Final

from store.database import Tx
from store.tables import Meta

SIGNING: Final = "survey-key"  # in `meta`
SPENDING: Final = "survey.key"  # the file beside the database
_SIGNATURE: Final = 20  # bytes
_TOKEN: Final = re.compile(r"([0-9a-z]{1,13})-([A-Za-z2-7]{32})")
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def token_of(tx: Tx, survey_id: int) -> str:
    name = _spelled(survey_id)
    return f"{name}-{_signed(_key(tx), name)}"


def survey_of(tx: Tx, token: str) -> int | None:
    """None: it is none of ours."""
    found = _TOKEN.fullmatch(token)
    row = tx.get(Meta, SIGNING)
    if found is None or row is None:
        return None
    right = _signed(bytes.fromhex(row.value), found[1])
    return int(found[1], 36) if hmac.compare_digest(right, found[2].lower()) else None


def _key(tx: Tx) -> bytes:
    """The same for all processes and after every restart."""
    row = tx.get(Meta, SIGNING)
    if row is None:
        tx.alone(SIGNING)
        row = tx.get(Meta, SIGNING) or tx.insert(Meta(key=SIGNING, value=secrets.token_hex(32)))
    return bytes.fromhex(row.value)


def _signed(key: bytes, name: str) -> str:
    digest = hmac.digest(key, f"survey {name}".encode(), hashlib.sha256)[:_SIGNATURE]
    return base64.b32encode(digest).decode().lower()


def _spelled(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def spending_key(folder: Path) -> bytes:
    """What the names of used anonymous invitations are made with. In a file, so that a copy of the database
    does not tell who has answered; made at first need, and whole or not there at all."""
    path = folder / SPENDING
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{SPENDING}.{secrets.token_hex(6)}")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)  # another process may have been faster
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return path.read_bytes()


def spent_name(key: bytes, survey_id: int) -> str:
    return hmac.new(key, str(survey_id).encode(), hashlib.sha256).hexdigest()
