"""Mails written without looking at the reader: what a careful mail program would show of each."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.cli.mail import summary

MAILS = sorted((Path(__file__).parent / "second_bodies").glob("*/*.eml"))


def _settled(text: str) -> str:
    """White space at line ends and runs of blank lines are nobody's concern."""
    return re.sub(r"\n{2,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text + "\n")).strip()


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: f"{mail.parent.name}/{mail.stem}")
def test_a_mail_is_read_as_a_careful_program_shows_it(mail: Path) -> None:
    read: dict[str, Any] = summary(mail.read_bytes())
    for key, wanted in json.loads(mail.with_suffix(".json").read_text(encoding="utf-8")).items():
        if key == "text":
            assert _settled(read["text"]) == _settled(wanted)
        elif key == "text_has":
            assert [piece for piece in wanted if piece not in read["text"]] == []
        elif key == "text_lacks":
            assert [piece for piece in wanted if piece in read["text"]] == []
        elif key == "attachments":
            kept = [
                {name: got[name] for name in want}
                for got, want in zip(read[key], wanted, strict=True)
            ]
            assert kept == wanted
        else:
            assert read[key] == wanted
