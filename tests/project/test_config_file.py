"""Lines of keys, in a file that does its worst."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.config_file import Place, line_of, lines_of

NASTY = (Path(__file__).parent / "nasty.toml").read_text()

EXPECTED: dict[Place, int] = {
    ("top",): 2,
    ("quoted key",): 3,
    ("one",): 4,
    ("one", "dotted", "deep", "er"): 5,
    ("one", "list"): 6,
    ("one", "text"): 9,
    ("one", "literal"): 13,
    ("rules", 0): 16,
    ("rules", 0, "name"): 17,
    ("rules", 0, "when"): 18,
    ("rules", 0, "when", "words"): 19,
    ("rules", 1): 20,
    ("rules", 1, "when", "words"): 22,
    ("rules", 1, "more", 0, "x"): 24,
    ("one", "two", "k"): 26,
}


def is_in(place: Place, document: Any) -> bool:
    for step in place:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return False
    return True


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_key_has_its_line_and_nothing_else_is_taken_for_one(end: str) -> None:
    text = NASTY.replace("\n", end)
    document = tomllib.loads(text)
    found = lines_of(text)
    assert {place: found.get(place) for place in EXPECTED} == EXPECTED
    assert [place for place in found if not is_in(place, document)] == []


def test_what_is_inside_an_inline_table_has_the_line_of_the_table() -> None:
    found = lines_of(NASTY)
    assert line_of(("one", "list", 1, "inline"), found) == 6
    assert line_of(("nothing",), found) is None
