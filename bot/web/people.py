"""The people who work here: an administrator invites them, gives them roles, and shuts doors at once."""

from urllib.parse import quote

from starlette.responses import Response

from bot.desk import people
from bot.desk.access import STAFF, Permission, Role, require
from bot.errors import Invalid
from bot.web.visit import Visit, to
from store.database import Tx
from store.tables import Person


def listing(tx: Tx, visit: Visit) -> Response:
    return _page(tx, visit)


def _page(tx: Tx, visit: Visit, link: str = "", invited: str = "") -> Response:
    require(visit.actor, Permission.MANAGE_PEOPLE)
    found = people.agents(tx, visit.actor)
    return visit.page(
        "people.html",
        people=found,
        roles=[role for role in Role if role in STAFF],
        emails={one.id: people.email_of(tx, one.id) or "" for one in found},
        signins={one.id: len(people.sign_ins(tx, one, visit.actor)) for one in found},
        link=link,
        invited=invited,
    )


def invite(tx: Tx, visit: Visit) -> Response:
    """Answered with the page itself: the link is in no address and no database, so it is seen once."""
    name = visit.form.get("name", "")
    token = people.invite(tx, name, _role(visit), visit.actor)
    return _page(tx, visit, _link(visit, token), name.strip())


def invite_again(tx: Tx, visit: Visit) -> Response:
    person = _person(tx, visit)
    token = people.invite_again(tx, person, visit.actor)
    return _page(tx, visit, _link(visit, token), person.name)


def set_role(tx: Tx, visit: Visit) -> Response:
    people.set_role(tx, _person(tx, visit), _role(visit), visit.actor)
    return to("/desk/people")


def set_email(tx: Tx, visit: Visit) -> Response:
    people.set_email(tx, _person(tx, visit), visit.form.get("email", ""), visit.actor)
    return to("/desk/people")


def deactivate(tx: Tx, visit: Visit) -> Response:
    people.deactivate(tx, _person(tx, visit), visit.actor)
    return to("/desk/people")


def activate(tx: Tx, visit: Visit) -> Response:
    people.activate(tx, _person(tx, visit), visit.actor)
    return to("/desk/people")


def revoke(tx: Tx, visit: Visit) -> Response:
    people.sign_out_everywhere(tx, _person(tx, visit), visit.actor)
    return to("/desk/people")


def _person(tx: Tx, visit: Visit) -> Person:
    return people.get(tx, visit.request.path_params["id"])


def _role(visit: Visit) -> Role:
    given = visit.form.get("role", "")
    if given not in STAFF:
        raise Invalid(f"“{given}” is no role of somebody who works here.")
    return Role(given)


def _link(visit: Visit, token: str) -> str:
    base = visit.context.settings.web.public_url or str(visit.request.base_url).rstrip("/")
    return f"{base}/desk/welcome/{quote(token)}"
