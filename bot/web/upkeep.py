"""What an administrator looks after: messages given up, messages set aside, the knowledge base."""

from starlette.responses import Response

from bot.desk.access import Permission, require
from bot.web.visit import Visit, to
from bot.web.words import T
from store import knowledge as kept_knowledge
from store import messages, outbox
from store.database import Tx


def dead(tx: Tx, visit: Visit) -> Response:
    require(visit.actor, Permission.OPERATE)
    count = visit.request.query_params.get("done", "")
    done = T["retried"].format(count=count) if count.isdecimal() else ""
    return visit.page("outbox.html", rows=outbox.dead(tx), done=done)


def retry(tx: Tx, visit: Visit) -> Response:
    """One of them, or all."""
    require(visit.actor, Permission.OPERATE)
    chosen = visit.form.get("id", "")
    count = outbox.revive(tx, [int(chosen)] if chosen.isdecimal() else None)
    return to("/desk/outbox", done=count)


def parked(tx: Tx, visit: Visit) -> Response:
    require(visit.actor, Permission.OPERATE)
    return visit.page("parked.html", rows=messages.parked(tx))


def knowledge(tx: Tx, visit: Visit) -> Response:
    """Every article with what became of it; what helps least of what is shown most comes first."""
    require(visit.actor, Permission.WORK_ON_TICKETS)
    uses = kept_knowledge.uses(tx)
    articles: dict[str, dict[str, object]] = {}
    for one in kept_knowledge.all_articles(tx):
        known = articles.setdefault(
            one.id,
            {
                "id": one.id,
                "title": one.title,
                "category": one.category,
                "languages": "",
                "reviewed": one.reviewed,
                "shown": uses.get((one.id, "shown"), 0),
                "helped": uses.get((one.id, "helped"), 0),
                "not_helped": uses.get((one.id, "not-helped"), 0),
            },
        )
        known["languages"] = f"{known['languages']} {one.language}".strip()
        if one.language == "en":
            known["title"] = one.title
    rows = sorted(articles.values(), key=lambda one: (-int(str(one["not_helped"])), str(one["id"])))
    return visit.page("knowledge.html", articles=rows)
