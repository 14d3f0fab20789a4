"""What agents may find: articles and procedures for any audience, in any language, and solved tickets.

Only pages and commands of agents ask here. What requesters are offered comes from `nlp.search.Shelf`.
"""

import threading

from msgspec import Struct

import nlp
from bot import shelf
from bot.desk import views
from bot.desk.access import Actor, Permission, require
from bot.desk.desk import Desk
from bot.desk.status import Status
from bot.gaps import SHORTEST
from bot.library import Article, Library
from store import knowledge as kept
from store.database import Tx

SOLVED = (Status.RESOLVED, Status.CLOSED)


class Solved(Struct, frozen=True, kw_only=True):
    """A ticket that is done, and what an agent said last of all that may have solved it."""

    id: int
    number: str
    title: str
    answer: str


class Catalogue:
    """The articles are kept in memory and brought up to date when they are asked for."""

    def __init__(self) -> None:
        self.library = Library()
        self._index = nlp.index()
        self._version = ""
        self._lock = threading.Lock()

    def up_to_date(self, tx: Tx) -> Library:
        with self._lock:
            if kept.version(tx) != self._version:
                before = self.library.stamps()
                self._version = shelf.take_up(tx, self.library)
                now = self.library.stamps()
                changed = [one for key, one in self.library.all() if before.get(key) != one.stamp]
                self._index.update(
                    {f"{one.id} {one.language}": _text(one) for one in changed},
                    [" ".join(key) for key in before.keys() - now.keys()],
                )
            return self.library

    def articles(self, tx: Tx, words: str, actor: Actor, k: int = 10) -> list[Article]:
        require(actor, Permission.WORK_ON_TICKETS)
        library = self.up_to_date(tx)
        found = [id.split(" ") for id, _ in self._index.search(words, k)]
        return [one for id, language in found if (one := library.find(id, language)) is not None]


def _text(one: Article) -> tuple[str, str]:
    return " ".join((one.title, *one.keywords)), one.body


def solved_like(
    desk: Desk, tx: Tx, words: str, actor: Actor, k: int = 3, besides: int | None = None
) -> list[Solved]:
    """Solved tickets that are most like these words. A code of theirs comes first."""
    asked = views.Asked(statuses=SOLVED, text=words[:300])
    rows = [one.ticket for one in views.listing(desk, tx, asked, actor).rows]
    some = {str(one.id): one for one in rows if one.id != besides}
    index = nlp.index()
    index.index({id: (one.title, one.description[:2000]) for id, one in some.items()})
    best = [some[id] for id, _ in index.search(words, k)]
    said = kept.answers(tx, [one.id for one in best])
    return [
        Solved(
            id=one.id, number=one.number, title=one.title, answer=_solution(said.get(one.id, []))
        )
        for one in best
    ]


def _solution(said: list[str]) -> str:
    long = [text for text in said if len(text) >= SHORTEST]
    return (long or said or [""])[-1]
