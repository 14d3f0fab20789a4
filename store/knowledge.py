"""Queries about articles and what became of them."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from store.database import Tx
from store.signals import KNOWLEDGE
from store.tables import Article, ArticleUse, Message, Meta, RefusedName, Ticket

VERSION = "knowledge-version"
AT_ONCE = 500  # ids in a query
_AT_THE_DESK = sa.select(Article.id, Article.language).where(Article.origin == "desk")


def replace(tx: Tx, articles: Iterable[Article]) -> int:
    """Make these the articles of the folder; returns how many were added, changed or removed. What was
    written at the desk stays, and is shown instead of a file with its id and language."""
    tx.alone("articles")  # every worker brings in the folder when it starts
    written = {(row.id, row.language) for row in tx.execute(_AT_THE_DESK)}
    old = {key: stamp for key, stamp in stamps(tx).items() if key not in written}
    new = {(one.id, one.language): one for one in articles if (one.id, one.language) not in written}
    changed = [one for key, one in new.items() if old.get(key) != one.sha256]
    gone = [key for key in old if key not in new]
    if not changed and not gone:
        return 0
    for id, language in [*gone, *((one.id, one.language) for one in changed)]:
        tx.execute(sa.delete(Article).where(Article.id == id, Article.language == language))
    tx.session.add_all(changed)
    tx.flush()
    changes(tx)
    return len(changed) + len(gone)


def write(tx: Tx, article: Article) -> None:
    """An article written at the desk, new or instead of the one there was."""
    tx.alone("articles")
    tx.execute(
        sa.delete(Article).where(Article.id == article.id, Article.language == article.language)
    )
    tx.session.add(article)
    tx.flush()
    changes(tx)


def withdraw(tx: Tx, id: str, language: str) -> bool:
    """Take away what was written at the desk; a file of the folder with the same id comes back when the
    folder is read."""
    found = tx.get(Article, (id, language))
    if found is None or found.origin != "desk":
        return False
    tx.session.delete(found)
    tx.flush()
    changes(tx)
    return True


def changes(tx: Tx) -> None:
    """Every process is to take up what is known now."""
    put(tx, VERSION, str(int(get(tx, VERSION) or "0") + 1))
    tx.signal(KNOWLEDGE, 0)


def all_articles(tx: Tx) -> list[Article]:
    return list(tx.session.scalars(sa.select(Article).order_by(Article.id, Article.language)))


def stamps(tx: Tx) -> dict[tuple[str, str], str]:
    """(id, language) of every article -> what its content is known by."""
    rows = tx.execute(sa.select(Article.id, Article.language, Article.sha256))
    return {(row.id, row.language): row.sha256 for row in rows}


def articles(tx: Tx, which: Collection[tuple[str, str]]) -> list[Article]:
    """Those of the named ones that there are."""
    ids = sorted({id for id, _ in which})
    found: list[Article] = []
    for begin in range(0, len(ids), AT_ONCE):
        some = sa.select(Article).where(Article.id.in_(ids[begin : begin + AT_ONCE]))
        found += [one for one in tx.session.scalars(some) if (one.id, one.language) in which]
    return found


def version(tx: Tx) -> str:
    return get(tx, VERSION) or "0"


def uses(tx: Tx) -> dict[tuple[str, str], int]:
    """(article, "shown" | "helped" | "not-helped") -> how often."""
    statement = sa.select(ArticleUse.article, ArticleUse.what, sa.func.count()).group_by(
        ArticleUse.article, ArticleUse.what
    )
    return {(row[0], row[1]): row[2] for row in tx.execute(statement)}


def outcomes(tx: Tx) -> dict[tuple[str, str], tuple[int, int]]:
    """(article, language of whoever asked) -> how often it helped, and how often not."""
    count = sa.func.count()
    rows = tx.execute(
        sa.select(ArticleUse.article, ArticleUse.language, ArticleUse.what, count)
        .where(ArticleUse.what.in_(("helped", "not-helped")))
        .group_by(ArticleUse.article, ArticleUse.language, ArticleUse.what)
    )
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for article, language, what, times in rows:
        helped, failed = found.get((article, language), (0, 0))
        key = article, language
        found[key] = (helped + times, failed) if what == "helped" else (helped, failed + times)
    return found


def last_use(tx: Tx) -> int:
    return tx.execute(sa.select(sa.func.max(ArticleUse.id))).scalar_one() or 0


class Shown(NamedTuple):
    """An article as it was shown once, and what came of it."""

    article: str
    language: str
    chance: float | None
    inbox_id: int | None
    conversation_id: int
    helped: bool | None  # None: nothing was said


def shown(tx: Tx, since: datetime, limit: int = 50_000) -> list[Shown]:
    """The latest, newest first; the first word about an article after it was shown counts."""
    latest = sa.select(ArticleUse).where(ArticleUse.at >= since).order_by(ArticleUse.id.desc())
    said: dict[tuple[int, str], bool] = {}
    found = []
    for one in tx.execute(latest.limit(limit)).scalars():
        key = one.conversation_id, one.article
        if one.what != "shown":
            said[key] = one.what == "helped"
            continue
        helped = said.pop(key, None)
        found.append(Shown(one.article, one.language, one.chance, one.inbox_id, key[0], helped))
    return found


def asked(tx: Tx, uses: Collection[Shown]) -> dict[int, tuple[int | None, str]]:
    """What requesters wrote in the messages that they are about: number in the inbox -> who, the words."""
    wanted = {one.inbox_id for one in uses}
    conversations = sorted({one.conversation_id for one in uses})
    found: dict[int, tuple[int | None, str]] = {}
    for begin in range(0, len(conversations), AT_ONCE):
        some = sa.select(Message.inbox_id, Message.person_id, Message.body).where(
            Message.conversation_id.in_(conversations[begin : begin + AT_ONCE]),
            Message.author == "requester",
            Message.inbox_id.is_not(None),
        )
        found |= {row[0]: (row[1], row[2]) for row in tx.execute(some) if row[0] in wanted}
    return found


def said_by_agents(tx: Tx, limit: int) -> list[tuple[int, str]]:
    """The latest public words of agents about tickets: ticket and text."""
    rows = tx.execute(
        sa.select(Message.ticket_id, Message.body)
        .where(Message.author == "agent", Message.ticket_id.is_not(None))
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


class Question(NamedTuple):
    """A ticket as something that was asked, and whether anything was offered for it."""

    id: int
    number: str
    language: str
    category: str
    requester_id: int
    text: str
    title: str
    offered: bool
    solved: bool


def questions(tx: Tx, since: datetime, limit: int) -> list[Question]:
    """The latest tickets, newest first, without those that went on as part of another."""
    rows = tx.execute(
        sa.select(Ticket)
        .where(
            Ticket.opened_at >= since,
            Ticket.merged_into.is_(None),
            Ticket.restricted.is_(False),
        )
        .order_by(Ticket.id.desc())
        .limit(limit)
    ).scalars()
    return [
        Question(
            one.id, one.number, one.language, one.category, one.requester_id, one.description,
            one.title, one.suggested != "[]", one.resolved_at is not None,
        )
        for one in rows
    ]  # fmt: skip


def answers(tx: Tx, ticket_ids: Collection[int]) -> dict[int, list[str]]:
    """The public words of agents about each ticket, in their order."""
    found: dict[int, list[str]] = {}
    ids = sorted(ticket_ids)
    for begin in range(0, len(ids), AT_ONCE):
        rows = tx.execute(
            sa.select(Message.ticket_id, Message.body)
            .where(Message.ticket_id.in_(ids[begin : begin + AT_ONCE]), Message.author == "agent")
            .order_by(Message.id)
        )
        for ticket, body in rows:
            found.setdefault(ticket, []).append(body)
    return found


def asked_in_vain(tx: Tx, since: datetime) -> int:
    """Tickets opened without an article having been offered."""
    return int(
        tx.execute(
            sa.select(sa.func.count()).where(Ticket.opened_at >= since, Ticket.suggested == "[]")
        ).scalar_one()
    )


def refused(tx: Tx) -> set[tuple[str, str]]:
    return {
        (row.name, row.other) for row in tx.execute(sa.select(RefusedName.name, RefusedName.other))
    }


def refuse(tx: Tx, name: str, other: str, person_id: int | None) -> None:
    if tx.get(RefusedName, (name, other)) is None:
        tx.insert(RefusedName(name=name, other=other, person_id=person_id, at=tx.now))
        changes(tx)


def accept_again(tx: Tx, name: str, other: str) -> None:
    tx.execute(sa.delete(RefusedName).where(RefusedName.name == name, RefusedName.other == other))
    changes(tx)


def get(tx: Tx, key: str) -> str | None:
    found = tx.get(Meta, key)
    return None if found is None else found.value


def put(tx: Tx, key: str, value: str) -> None:
    found = tx.get(Meta, key)
    if found is None:
        tx.insert(Meta(key=key, value=value))
    else:
        found.value = value
