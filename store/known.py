"""Ids of rows that are named by a channel and a name in it: conversations, lanes.

Such a row is made once and never removed, so its id may be remembered as soon as it is committed.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from store.database import Tx

Name = tuple[str, str]

REMEMBERED: Final = 200_000  # about 30 MB


class Known:
    def __init__(self, table: str, name: str, columns: tuple[str, ...] = ()) -> None:
        """`columns`: what else a new row is made with."""
        everything = ("channel", name, *columns)
        self._insert = (
            f"INSERT INTO {table} ({', '.join(everything)})"
            f" VALUES ({', '.join('?' * len(everything))})"
            f" ON CONFLICT (channel, {name}) DO NOTHING"
        )
        self._select = f"SELECT channel, {name}, id FROM {table} WHERE (channel, {name}) IN"
        self._ids: dict[Name, int] = {}

    def ids(self, names: Iterable[Name]) -> dict[Name, int]:
        """Of those that are known; the others are left out."""
        known = self._ids
        return {name: known[name] for name in names if name in known}

    def make(self, tx: "Tx", wanted: Mapping[Name, tuple[Any, ...]]) -> dict[Name, int]:
        """Ids of all, made with the values of the other columns where there were none."""
        names = sorted(wanted)  # one order for all processes: no deadlock between two
        if not names:
            return {}
        tx.run(self._insert, [(*name, *wanted[name]) for name in names])
        found: dict[Name, int] = {}
        values = "" if tx.is_postgres else "VALUES "
        for start in range(0, len(names), 200):
            some = names[start : start + 200]
            marks = ", ".join(["(?, ?)"] * len(some))
            rows = tx.run(
                f"{self._select} ({values}{marks})", tuple(x for name in some for x in name)
            )
            found.update({(row[0], row[1]): row[2] for row in rows})
        # Only after the commit: a rolled-back id would be given to somebody else.
        tx.after_commit(lambda: self._remember(found))
        return found

    def _remember(self, found: dict[Name, int]) -> None:
        if len(self._ids) > REMEMBERED:
            self._ids = {}
        self._ids.update(found)
