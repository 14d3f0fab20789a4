"""Queries about articles and what became of them."""

from collections.abc import Iterable

import sqlalchemy as sa

from store.database import Tx
from store.signals import KNOWLEDGE
from store.tables import Article, ArticleUse, Meta

VERSION = "knowledge-version"


def replace(tx: Tx, articles: Iterable[Article]) -> int:
    """Make these the articles; returns how many were added, changed or removed."""
    tx.alone("articles")  # every worker brings in the folder when it starts
    rows = tx.execute(sa.select(Article.id, Article.language, Article.sha256))
    old = {(row.id, row.language): row.sha256 for row in rows}
    new = {(one.id, one.language): one for one in articles}
    changed = [one for key, one in new.items() if old.get(key) != one.sha256]
    gone = [key for key in old if key not in new]
    if not changed and not gone:
        return 0
    for id, language in [*gone, *((one.id, one.language) for one in changed)]:
        tx.execute(sa.delete(Article).where(Article.id == id, Article.language == language))
    tx.session.add_all(changed)
    tx.flush()
    put(tx, VERSION, str(int(get(tx, VERSION) or "0") + 1))
    tx.signal(KNOWLEDGE, 0)
    return len(changed) + len(gone)


def all_articles(tx: Tx) -> list[Article]:
    return list(tx.session.scalars(sa.select(Article).order_by(Article.id, Article.language)))


def version(tx: Tx) -> str:
    return get(tx, VERSION) or "0"


def uses(tx: Tx) -> dict[tuple[str, str], int]:
    """(article, "shown" | "helped" | "not-helped") -> how often."""
    statement = sa.select(ArticleUse.article, ArticleUse.what, sa.func.count()).group_by(
        ArticleUse.article, ArticleUse.what
    )
    return {(row[0], row[1]): row[2] for row in tx.execute(statement)}


def get(tx: Tx, key: str) -> str | None:
    found = tx.get(Meta, key)
    return None if found is None else found.value


def put(tx: Tx, key: str, value: str) -> None:
    found = tx.get(Meta, key)
    if found is None:
        tx.insert(Meta(key=key, value=value))
    else:
        found.value = value
