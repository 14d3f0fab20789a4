"""The corpus: each mail beside what `firstline mail parse` must say of it, a folder an area."""

import base64
import json
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from bot.cli.mail import EMPTY, summary
from channels.email import transfer
from channels.email.mail import Attached
from channels.email.read import read

CORPUS = Path(__file__).parent / "corpus"
MAILS = sorted(CORPUS.glob("*/*.eml"))


@pytest.mark.parametrize("path", MAILS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_mail_is_read_as_expected(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert expected
    found = summary(path.read_bytes())
    assert {key: found[key] for key in expected} == expected


def test_every_expectation_has_its_mail() -> None:
    assert {path.stem for path in CORPUS.glob("*/*.json")} == {path.stem for path in MAILS}


def test_what_was_repaired_is_said() -> None:
    mail = read((CORPUS / "tree" / "wrong-boundary.eml").read_bytes())
    assert "boundary-guessed" in mail.problems
    assert read((CORPUS / "tree" / "alternative.eml").read_bytes()).problems == ()


def test_a_file_is_decoded_from_the_raw_mail_when_asked_for() -> None:
    raw = (CORPUS / "attachments" / "rfc2231.eml").read_bytes()
    (file,) = read(raw).attachments
    assert isinstance(file.held, memoryview)
    assert file.held.obj is raw
    assert (file.content, file.size) == (b"hallo", 5)


def test_a_large_file_is_decoded_piece_by_piece_without_a_seam() -> None:
    lines = b"".join(b"line %d =3D =\r\n goes on\r\n" % i for i in range(40_000))
    long = b"x=3D" * 300_000  # one line, longer than a piece
    for body in (lines, long):
        held = Attached(
            filename="a",
            content_type="text/csv",
            held=memoryview(body),
            encoding="quoted-printable",
        )
        assert held.content == transfer.quoted_printable(body)
        assert held.size == len(held.content)


def test_a_large_mail_costs_at_most_three_times_its_size() -> None:
    part = b"--q\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    encoded = base64.encodebytes(bytes(range(256)) * 8_000).replace(b"\n", b"\r\n")
    raw = b"Content-Type: multipart/mixed; boundary=q\r\n\r\n" + (part + encoded) * 3 + b"--q--\r\n"
    tracemalloc.start()
    try:
        mail = read(raw)
        assert [(file.size, len(file.content)) for file in mail.attachments] == [
            (2_048_000,) * 2
        ] * 3
        assert len(raw) + tracemalloc.get_traced_memory()[1] < 3 * len(raw)
    finally:
        tracemalloc.stop()


def test_the_date_is_aware_and_in_utc() -> None:
    dates = {
        b"Mon, 2 Mar 2026 10:00:00 +0100": "2026-03-02T09:00:00+00:00",
        b"2 Mar 26 10:00 EST": "2026-03-02T15:00:00+00:00",
        b"Mon, 02-Mar-2026 10:00:60 GMT (noon)": "2026-03-02T10:00:59+00:00",
        b"2026-03-02T10:00:00Z": "2026-03-02T10:00:00+00:00",
    }
    for written, meant in dates.items():
        date = read(b"Date: " + written + b"\n\n").date
        assert date is not None
        assert date.isoformat() == meant
    assert read(b"Date: Mon, 99 Foo 2026 10:00:00 +9999\n\n").date is None


def test_the_fields_of_the_top_are_kept_decoded_and_in_order() -> None:
    mail = read(b"Received: one\nX-Tag: =?utf-8?Q?=C3=BC?=\nReceived: two\nFrom: a@b.c\n\n")
    assert mail.all("received") == ("one", "two")
    assert mail.first("x-tag") == "ü"


def test_a_list_of_files_gives_a_line_each_whatever_they_are() -> None:
    paths = [str(MAILS[0]), "no such file", str(CORPUS), str(MAILS[1])]
    done = subprocess.run(
        [sys.executable, "-m", "bot", "mail", "parse", "--stdin-list"],
        input="\n".join(paths),
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [("error" in line) for line in lines] == [False, True, True, False]
    assert all(set(line) - {"error"} == set(EMPTY) for line in lines)


@pytest.mark.parametrize("charset", ["zlib", "hex", "rot13", "base64", "quopri", "uu", "bz2"])
def test_a_charset_that_is_none_stops_nothing(charset: str) -> None:
    """Python has codecs of these names that give no text."""
    head = b"From: a@b.example\nContent-Type: text/plain; charset=" + charset.encode()
    mail = read(head + b"\n\nplain \xc2 words")
    assert mail.text.startswith("plain ")
    assert "charset-unknown" in mail.problems
