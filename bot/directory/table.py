"""A directory in a file: a table with a heading, as spreadsheets save it (CSV)."""

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from bot.directory import Entry, Problem
from bot.errors import Invalid

FIELDS: Final = tuple(name for name in Entry.__struct_fields__ if name != "where")
_FLAGS: Final = frozenset({"vip", "active"})
_YES: Final = frozenset({"1", "yes", "y", "true", "x", "active", "да", "д", "是", "истина"})
_NO: Final = frozenset({"0", "no", "n", "false", "inactive", "нет", "н", "否", "ложь"})


class Table:
    """Raises Invalid when the file is no table of people; the rest comes as problems, by line."""

    def __init__(self, file: Path, columns: Mapping[str, str]) -> None:
        """`columns`: heading -> field, where they are called differently."""
        text = _text(file)
        first = text.split("\n", 1)[0]
        # Spreadsheets separate with a semicolon where a comma is for decimals.
        self._separator = max(",;\t", key=first.count)
        self._lines = text.splitlines(keepends=True)
        heading = next(csv.reader(self._lines[:1], delimiter=self._separator), [])
        wanted = {_plain(column): field for column, field in columns.items()}
        for column, field in columns.items():
            if field not in FIELDS:
                raise Invalid(f"There is no field {field}; there are {', '.join(FIELDS)}.")
            if _plain(column) not in {_plain(name) for name in heading}:
                raise Invalid(f"{file.name} has no column {column}.")
        self._fields = [wanted.get(_plain(name), _plain(name)) for name in heading]
        known = [name for name in self._fields if name in FIELDS]
        if len(known) > len(set(known)):
            raise Invalid(f"{file.name} has two columns for one field.")
        if not {"external_id", "email"} & set(known):
            raise Invalid(f"{file.name} needs a column external_id or email.")

    def __iter__(self) -> Iterator[Entry | Problem]:
        reader = csv.reader(self._lines, delimiter=self._separator, strict=True)
        next(reader)
        while True:
            where = f"line {reader.line_num + 1}"
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as problem:
                yield Problem(where, f"is no row of a table: {problem}")
                continue
            if any(cell.strip() for cell in cells):
                yield self._entry(where, cells)

    def _entry(self, where: str, cells: list[str]) -> Entry | Problem:
        if len(cells) > len(self._fields):
            return Problem(where, f"has {len(cells)} cells, the heading has {len(self._fields)}")
        given = {
            field: cell.strip()
            for field, cell in zip(self._fields, cells, strict=False)
            if field in FIELDS and cell.strip()
        }
        flags = {name: _flag(given.pop(name)) for name in _FLAGS & given.keys()}
        for name, flag in flags.items():
            if flag is None:
                return Problem(where, f"{name} is neither yes nor no")
        return Entry(where=where, **given, **flags)  # type: ignore[arg-type]


def _text(file: Path) -> str:
    try:
        raw = file.read_bytes()
    except OSError as problem:
        raise Invalid(f"{file} cannot be read: {problem.strerror}.") from None
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding).replace("\0", "")
    except UnicodeDecodeError:
        raise Invalid(f"{file} is not UTF-8: save it as “CSV UTF-8”.") from None


def _plain(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.strip().lower())


def _flag(text: str) -> bool | None:
    word = text.lower()
    return True if word in _YES else False if word in _NO else None
