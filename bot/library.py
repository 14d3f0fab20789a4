"""The articles as they are used: in memory, by id and language, swapped as a whole when they change.

Files are the source, the database is what all processes share, this is the copy to answer from.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from nlp.understanding import ArticleText, Category, Language

EVERYONE: Final = "everyone"


class Article(Struct, frozen=True, kw_only=True):
    id: str
    language: str
    title: str
    body: str
    category: str
    keywords: tuple[str, ...] = ()
    audience: str = EVERYONE


class Library:
    """Replaced by `fill` from any thread; readers see the old or the new whole."""

    def __init__(self) -> None:
        self._articles: dict[tuple[str, str], Article] = {}

    def fill(self, articles: Iterable[Article]) -> None:
        self._articles = {(one.id, one.language): one for one in articles}

    def find(self, id: str, language: str) -> Article | None:
        """In that language, else in English, else in any."""
        articles = self._articles
        found = articles.get((id, language)) or articles.get((id, "en"))
        return found or next((one for (name, _), one in articles.items() if name == id), None)

    def for_search(self) -> Sequence[ArticleText]:
        """What requesters may be offered."""
        return [
            ArticleText(
                id=one.id,
                language=Language(one.language),
                title=one.title,
                body=one.body,
                category=Category(one.category),
                keywords=one.keywords,
            )
            for one in self._articles.values()
            if one.audience == EVERYONE
        ]

    def __len__(self) -> int:
        return len(self._articles)
