"""Where each key of a TOML file is: the line to name when its value is wrong.

The file has been read by `tomllib` before, so that it may be taken for well-formed here.
"""

import re
from collections.abc import Iterator, Mapping

Place = tuple[str | int, ...]  # ("rules", 0, "when", "hours")

_STRING = r'"""(?:\\.|[^\\])*?"{3,5}|' r"'''.*?'{3,5}" r'|"(?:\\.|[^"\\])*"' r"|'[^']*'"
_NAME = re.compile(r"""\s*("(?:\\.|[^"\\])*"|'[^']*'|[A-Za-z0-9_-]+)\s*""")
_VALUE = re.compile(rf"(?s:{_STRING})|#[^\n]*|[\[\]{{}}\n]|[^\"'#\[\]{{}}\n]+")
_BLANK = re.compile(r"(?:\s|#[^\n]*)+")


def lines_of(text: str) -> dict[Place, int]:
    """The line, counted from one, of every table and key outside an inline table."""
    found: dict[Place, int] = {}
    for path, offset in _statements(text):
        line = text.count("\n", 0, offset) + 1
        for length in range(1, len(path) + 1):
            found.setdefault(path[:length], line)
    return found


def line_of(path: Place, lines: Mapping[Place, int]) -> int | None:
    """The line of a key, or else of the nearest thing around it: an inline table, a list."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


def _statements(text: str) -> Iterator[tuple[Place, int]]:
    counts: dict[Place, int] = {}  # of the tables of each [[array]]
    table: Place = ()
    position = _skip(_BLANK, text, 0)
    while position < len(text):
        start = position
        brackets = 2 if text.startswith("[[", position) else int(text[position] == "[")
        names, position = _key(text, position + brackets)
        if brackets:
            table = _numbered(names, counts)
            if brackets == 2:
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            yield table, start
            position = text.find("]", position) + brackets
        else:
            yield (*table, *names), start
            position = _after_value(text, text.index("=", position) + 1)
        position = _skip(_BLANK, text, position)


def _key(text: str, position: int) -> tuple[Place, int]:
    names: list[str] = []
    while match := _NAME.match(text, position):
        names.append(match[1].strip("\"'"))
        position = match.end()
        if text[position : position + 1] != ".":
            break
        position += 1
    return tuple(names), position


def _numbered(names: Place, counts: dict[Place, int]) -> Place:
    """[rules.when] below [[rules]] speaks of the latest of the rules."""
    path: Place = ()
    for name in names[:-1]:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    return (*path, names[-1])


def _after_value(text: str, position: int) -> int:
    """Where the value that begins here has ended: at the end of a line outside all brackets."""
    depth = 0
    while match := _VALUE.match(text, position):
        position = match.end()
        piece = match[0]
        if piece in "[{":
            depth += 1
        elif piece in "]}":
            depth -= 1
        elif piece == "\n" and depth == 0:
            break
    return position


def _skip(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position
