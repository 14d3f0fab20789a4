"""Articles on their way: from the folder into the database, from there into memory."""

from pathlib import Path
from typing import Final

import msgspec

from bot import knowledge
from bot.desk.access import Actor, Permission, require
from bot.errors import NotFound
from bot.library import Article, Library
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
    rows = [_row(one, "folder") for one in articles]
    return store.write(lambda tx: kept.replace(tx, rows)), problems


def publish(tx: Tx, text: str, actor: Actor) -> knowledge.Article:
    """An article written at the desk: kept in the database, untouched by the folder."""
    require(actor, Permission.PUBLISH)
    article = knowledge.written(text)
    kept.write(tx, _row(article, "desk"))
    return article


def withdraw(tx: Tx, id: str, language: str, actor: Actor) -> None:
    """Only what was written at the desk; the rest is taken away in the folder."""
    require(actor, Permission.PUBLISH)
    if not kept.withdraw(tx, id, language):
        raise NotFound(f"There is no article {id} in {language} that was written here.")


def as_markdown(row: tables.Article) -> str:
    more = {"audience": row.audience, "kind": row.kind}
    if row.reviewed is not None:
        more["reviewed"] = row.reviewed.isoformat()
    keywords = msgspec.json.decode(row.keywords, type=list[str])
    return knowledge.markdown(
        row.id, row.language, row.title, row.category, keywords, row.body, **more
    )


def _row(one: knowledge.Article, origin: str) -> tables.Article:
    return tables.Article(
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
        origin=origin,
    )


def stored(tx: Tx) -> list[Article]:
    return [_article(row) for row in kept.all_articles(tx)]


def take_up(tx: Tx, library: Library) -> str:
    """Make the library what is stored, reading only what differs; returns the version of it."""
    there, held = kept.stamps(tx), library.stamps()
    changed = {key for key, stamp in there.items() if held.get(key) != stamp}
    library.change(map(_article, kept.articles(tx, changed)), held.keys() - there.keys())
    return kept.version(tx)


def _article(row: tables.Article) -> Article:
    return Article(
        id=row.id,
        language=row.language,
        title=row.title,
        body=row.body,
        category=row.category,
        keywords=tuple(msgspec.json.decode(row.keywords, type=list[str])),
        audience=row.audience,
        stamp=row.sha256,
    )


def fingerprint(folder: Path) -> int:
    """Changes when a file of the folder does; cheap enough to be asked every few seconds."""
    return hash(
        tuple(
            (str(file), stat.st_mtime_ns, stat.st_size)
            for file in sorted(folder.rglob("*.md"))
            if (stat := file.stat())
        )
    )
