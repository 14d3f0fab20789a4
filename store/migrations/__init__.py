"""The schema's history. `REVISIONS` names every one, oldest first; each has a file in `versions`.

Kept here, so that opening a database that is up to date needs no Alembic.
"""

from typing import Final

REVISIONS: Final = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
    "0015",
    "0016",
)
