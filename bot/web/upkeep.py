"""What an administrator looks after: messages given up, messages set aside."""

from starlette.responses import Response

from bot.desk.access import Permission, require
from bot.web.visit import Visit, to
from bot.web.words import T
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
