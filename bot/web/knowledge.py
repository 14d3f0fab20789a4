"""The pages about articles: what became of them, what is missing, names that were learned, and what a
threshold would buy."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import structlog
from markupsafe import Markup
from starlette.responses import Response

from bot import gaps, names, shelf, thresholds
from bot.catalogue import solved_like
from bot.desk.access import Permission, require
from bot.errors import NotFound
from bot.web.visit import Visit, to
from bot.web.words import T
from store import knowledge as kept
from store.database import Tx

DAYS: Final = 90
COMPARED: Final = 600  # tickets, for a page
LISTED: Final = 50

log = structlog.get_logger()


def listing(tx: Tx, visit: Visit) -> Response:
    """Every article with what became of it; what helps least of what is shown most comes first."""
    require(visit.actor, Permission.WORK_ON_TICKETS)
    words = visit.request.query_params.get("q", "").strip()[:300]
    context = visit.context
    if words:
        return visit.page(
            "knowledge_found.html",
            tab="articles",
            words=words,
            articles=context.catalogue.articles(tx, words, visit.actor),
            tickets=solved_like(context.desk, tx, words, visit.actor, 10),
        )
    uses = kept.uses(tx)
    articles: dict[str, dict[str, object]] = {}
    for one in kept.all_articles(tx):
        known = articles.setdefault(
            one.id,
            {
                "id": one.id,
                "title": one.title,
                "category": one.category,
                "languages": [],
                "reviewed": one.reviewed,
                "shown": uses.get((one.id, "shown"), 0),
                "helped": uses.get((one.id, "helped"), 0),
                "not_helped": uses.get((one.id, "not-helped"), 0),
            },
        )
        languages = known["languages"]
        assert isinstance(languages, list)
        languages.append((one.language, one.origin == "desk"))
        if one.language == "en":
            known["title"] = one.title
    rows = sorted(articles.values(), key=lambda one: (-int(str(one["not_helped"])), str(one["id"])))
    done = T.get(f"done_{visit.request.query_params.get('done', '')}", "")
    return visit.page(
        "knowledge.html", tab="articles", articles=rows, done=done, may_publish=_may(visit)
    )


def _may(visit: Visit) -> bool:
    return visit.me.role in ("manager", "administrator")


def missing(tx: Tx, visit: Visit) -> Response:
    """What is asked and not answered, the most frequent first."""
    require(visit.actor, Permission.WORK_ON_TICKETS)
    return visit.page("gaps.html", tab="gaps", gaps=gaps.gaps(tx, COMPARED)[:LISTED], days=DAYS)


def drafted(tx: Tx, visit: Visit) -> Response:
    require(visit.actor, Permission.WORK_ON_TICKETS)
    gap = gaps.find(tx, visit.request.path_params["id"], COMPARED)
    if gap is None:
        raise NotFound("Nobody asks that any more, or an article answers it.")
    draft = gaps.draft(tx, gap)
    return visit.page(
        "draft.html",
        tab="gaps",
        gap=gap,
        draft=draft,
        text=gaps.as_markdown(draft),
        may_publish=_may(visit),
    )


def edited(tx: Tx, visit: Visit) -> Response:
    """An article as text, to be published anew."""
    require(visit.actor, Permission.WORK_ON_TICKETS)
    path = visit.request.path_params
    found = kept.articles(tx, {(path["id"], path["language"])})
    if not found:
        raise NotFound("There is no such article.")
    return visit.page(
        "article.html",
        tab="articles",
        one=found[0],
        text=shelf.as_markdown(found[0]),
        may_publish=_may(visit),
    )


def publish(tx: Tx, visit: Visit) -> Response:
    article = shelf.publish(tx, re.sub(r"\r\n?", "\n", visit.form.get("text", "")), visit.actor)
    log.info("knowledge.published", article=article.id, language=str(article.language))
    return to("/desk/knowledge", done="published")


def withdraw(tx: Tx, visit: Visit) -> Response:
    path = visit.request.path_params
    shelf.withdraw(tx, path["id"], path["language"], visit.actor)
    log.info("knowledge.withdrawn", article=path["id"], language=path["language"])
    return to("/desk/knowledge", done="withdrawn")


def learned(tx: Tx, visit: Visit) -> Response:
    require(visit.actor, Permission.WORK_ON_TICKETS)
    library = visit.context.catalogue.up_to_date(tx)
    return visit.page(
        "names.html", tab="names", learned=names.learned(tx, library), may_publish=_may(visit)
    )


def refuse(tx: Tx, visit: Visit) -> Response:
    require(visit.actor, Permission.PUBLISH)
    name, other = visit.form.get("name", "")[:200], visit.form.get("other", "")[:400]
    if visit.form.get("again"):
        kept.accept_again(tx, name, other)
    else:
        kept.refuse(tx, name, other, visit.me.id)
    return to("/desk/knowledge/names")


def threshold(tx: Tx, visit: Visit) -> Response:
    """What each threshold of suggestions would buy."""
    require(visit.actor, Permission.SEE_FIGURES)
    now = visit.context.settings.conversation.suggest_threshold
    library = visit.context.catalogue.up_to_date(tx)
    cases, questions = thresholds.recorded(tx, tx.now - timedelta(days=DAYS))
    labelled = thresholds.labelled(library)
    ours = thresholds.bought(cases, questions)
    theirs = thresholds.bought(labelled, len(labelled))
    lines = [*([(T["recorded"], ours, False)] if cases else []), (T["labelled"], theirs, True)]
    drawn = thresholds.picture(lines, now, T["what_it_buys"])
    return visit.page(
        "threshold.html",
        tab="threshold",
        now=now,
        days=DAYS,
        cases=len(cases),
        questions=questions,
        labelled=len(labelled),
        rows=_rows(ours, theirs),
        picture=Markup(drawn),  # noqa: S704  # nothing of it comes from users
    )


def _rows(
    ours: Sequence[thresholds.Bought], theirs: Sequence[thresholds.Bought]
) -> list[dict[str, Any]]:
    recorded, labelled = ({one.threshold: one for one in some} for some in (ours, theirs))
    return [
        {"threshold": step, "ours": recorded.get(step), "theirs": labelled.get(step)}
        for step in thresholds.STEPS
    ]
