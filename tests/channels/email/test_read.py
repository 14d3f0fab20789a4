"""The corpus: each mail beside what `firstline mail parse` must say of it, a folder an area."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.mail import EMPTY, summary
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
