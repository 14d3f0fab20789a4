"""Articles on their way: from the folder into the database, from there into memory."""

from pathlib import Path
from typing import Final

import msgspec

from bot import knowledge
from bot.library import Article
from store import knowledge as kept
from store import tables
from store.database import Store, Tx

SHIPPED: Final = Path(__file__).parent / "content" / "kb"


def bring_in(store: Store, folder: Path) -> tuple[int, list[knowledge.Problem]]:
    """Make the folder's good articles those of the desk; how many changed, and what is wrong. An
    unreadable folder changes nothing."""
    articles, problems = knowledge.read_folder(folder)
    if not articles:
        return 0, problems
    rows = [
        tables.Article(
            id=one.id,
            language=str(one.language),
            title=one.title,
            body=one.body,
            category=str(one.category),
            keywords=msgspec.json.encode(list(one.keywords)).decode(),
            audience=one.audience,
            kind=one.kind,
            reviewed=one.reviewed,
            sha256=one.sha256,
        )
        for one in articles
    ]
    return store.write(lambda tx: kept.replace(tx, rows)), problems


def stored(tx: Tx) -> list[Article]:
    return [
        Article(
            id=row.id,
            language=row.language,
            title=row.title,
            body=row.body,
            category=row.category,
            keywords=tuple(msgspec.json.decode(row.keywords, type=list[str])),
            audience=row.audience,
        )
        for row in kept.all_articles(tx)
    ]
