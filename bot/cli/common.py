"""What the commands share: the store of the configuration, and a table for the terminal."""

import argparse
import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

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


def shown(rows: Sequence[Mapping[str, Any]]) -> str:
    """A table with a heading, columns as wide as needed."""
    if not rows:
        return "nothing"
    names = list(rows[0])
    lines = [names, *([str(row[name] or "") for name in names] for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(names) - 1)]
    return "\n".join(
        "  ".join(
            [*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[-1]]
        )
        for line in lines
    )
