"""What the commands share: the store of the configuration, and a table for the terminal."""

import argparse
import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wcwidth import wcswidth

from bot import settings
from store import open_store
from store.database import Store

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Commands = object  # argparse's own class takes no parameter at run time


@contextlib.contextmanager
def opened(arguments: argparse.Namespace) -> Iterator[Store]:
    chosen = settings.load(arguments.config, os.environ).database
    chosen.data_dir.mkdir(parents=True, exist_ok=True)  # it may be the first command ever
    store = open_store(chosen.address)
    try:
        yield store
    finally:
        store.close()


def shown(rows: Sequence[Mapping[str, Any]], nothing: str = "nothing") -> str:
    """A table with a heading, columns as wide as needed. `nothing`: what is said without rows."""
    if not rows:
        return nothing
    names = list(rows[0])
    lines = [names, *([_cell(row[name]) for name in names] for row in rows)]
    widths = [max(_width(line[i]) for line in lines) for i in range(len(names) - 1)]
    return "\n".join(
        "  ".join(
            [
                *(
                    cell + " " * (width - _width(cell))
                    for cell, width in zip(line, widths, strict=False)
                ),
                line[-1],
            ]
        )
        for line in lines
    )


def _cell(value: object) -> str:
    # What people wrote may hold anything: ends of lines, and orders to the terminal.
    return "" if value is None else "".join(one if one.isprintable() else " " for one in str(value))


def _width(text: str) -> int:
    """In columns of the terminal: a Chinese character takes two."""
    return max(wcswidth(text), 0)
