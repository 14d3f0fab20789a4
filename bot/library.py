"""The articles as they are used: in memory, by id and language.

Files are the source, the database is what all processes share, this is the copy to answer from.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from bot.sop.book import EMPTY, Book
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
    stamp: str = ""  # changes with the content


class Library:
    """Changed from one thread at a time; readers see the old or the new whole."""

    def __init__(self) -> None:
        self._articles: dict[tuple[str, str], Article] = {}
        self._texts: dict[tuple[str, str], ArticleText] = {}
        self.sops: Book = EMPTY  # swapped as a whole

    def fill(self, articles: Iterable[Article]) -> None:
        self.change(articles, self._articles.keys())

    def change(self, changed: Iterable[Article], gone: Iterable[tuple[str, str]]) -> None:
        articles, texts = dict(self._articles), dict(self._texts)
        for key in gone:
            articles.pop(key, None)
            texts.pop(key, None)
        for one in changed:
            articles[one.id, one.language] = one
            texts.pop((one.id, one.language), None)
            if one.audience == EVERYONE:
                texts[one.id, one.language] = _text(one)
        self._articles, self._texts = articles, texts

    def stamps(self) -> dict[tuple[str, str], str]:
        return {key: one.stamp for key, one in self._articles.items()}

    def find(self, id: str, language: str) -> Article | None:
        """In that language, else in English, else in any."""
        articles = self._articles
        found = articles.get((id, language)) or articles.get((id, "en"))
        return found or next((one for (name, _), one in articles.items() if name == id), None)

    def all(self) -> Iterable[tuple[tuple[str, str], Article]]:
        return self._articles.items()

    def texts(self, id: str | None = None) -> Iterator[str]:
        """Title, keywords and body of all, or of one in every language."""
        for one in self._articles.values():
            if id in (None, one.id):
                yield f"{one.title}\n{' '.join(one.keywords)}\n{one.body}"

    def for_search(self) -> Sequence[ArticleText]:
        """What requesters may be offered; what did not change is the same object as before."""
        return list(self._texts.values())

    def __len__(self) -> int:
        return len(self._articles)


def _text(one: Article) -> ArticleText:
    return ArticleText(
        id=one.id,
        language=Language(one.language),
        title=one.title,
        body=one.body,
        category=Category(one.category),
        keywords=one.keywords,
    )
