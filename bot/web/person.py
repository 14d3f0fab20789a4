"""One person: how they are known and by which addresses, and an agent's decision whose an address is."""

from urllib.parse import quote

from starlette.responses import Response

from bot.desk import linking, people
from bot.desk.access import Permission, may
from bot.desk.desk import EMAIL, PHONE
from bot.web.visit import Visit, to
from store.database import Tx


def show(tx: Tx, visit: Visit) -> Response:
    record = people.record_of(tx, _id(visit), visit.actor)
    networks = dict.fromkeys((EMAIL, PHONE, *(one.channel for one in record.identities)))
    return visit.page(
        "person.html",
        person=record.person,
        record=record,
        networks=list(networks),
        may_link=may(visit.actor, Permission.LINK_PEOPLE),
        path=_path(record.person.id),
        now=tx.now,
    )


def link(tx: Tx, visit: Visit) -> Response:
    form = visit.form
    person = linking.link(
        tx,
        people.current(tx, _id(visit)),
        form.get("channel", "").strip(),
        form.get("address", ""),
        visit.actor,
        why=form.get("why", ""),
    )
    return to(_path(person.id))


def unlink(tx: Tx, visit: Visit) -> Response:
    form = visit.form
    person = people.current(tx, _id(visit))
    linking.unlink(
        visit.context.desk,
        tx,
        person,
        form.get("channel", ""),
        form.get("address", ""),
        visit.actor,
        why=form.get("why", ""),
    )
    return to(_path(person.id))


def _id(visit: Visit) -> int:
    return int(visit.request.path_params["id"])


def _path(id: int) -> str:
    return quote(f"/desk/people/{id}")
