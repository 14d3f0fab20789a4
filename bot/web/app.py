"""Where everything on the agents' side is found: each address, and the function behind it."""

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot.web import (
    figures,
    identity,
    letter_link,
    live,
    mails,
    operation,
    people,
    person,
    render,
    tickets,
    upkeep,
)
from bot.web.context import Context
from bot.web.guard import Guarded
from bot.web.visit import Page, reading, telling, writing


def routes(context: Context) -> list[BaseRoute]:
    def get(path: str, page: Page) -> Route:
        return Route(path, reading(context, page), methods=["GET"])

    def post(path: str, act: Page, *, files: bool = False) -> Route:
        return Route(path, writing(context, act, files=files), methods=["POST"])

    ticket = "/tickets/{number}"
    one = "/people/{id:int}"
    pages = [
        Route("/static/{name}", render.static_file),
        Route("/sign-in", identity.sign_in_page(context), methods=["GET"]),
        Route("/sign-in", identity.sign_in(context), methods=["POST"]),
        Route("/welcome/{token}", identity.welcome_page(context), methods=["GET"]),
        Route("/welcome/{token}", identity.welcome(context), methods=["POST"]),
        Route("/link/{token}", letter_link.asked(context), methods=["GET"]),
        Route("/link/{token}", letter_link.decided(context), methods=["POST"]),
        post("/sign-out", identity.sign_out),
        get("/me", identity.mine),
        post("/me/end", identity.end),
        Route("/events", live.events(context), methods=["GET"]),
        get("/", tickets.listing),
        get(ticket, tickets.show),
        get(f"{ticket}/presence", tickets.others),
        Route(f"{ticket}/presence", telling(context, tickets.here), methods=["POST"]),
        get(f"{ticket}/files/{{sha256}}", tickets.attachment),
        get(f"{ticket}/mail/{{sha256}}", mails.original),
        get(f"{ticket}/mail/{{sha256}}/shown", mails.shown),
        get(f"{ticket}/mail/{{sha256}}/shown/{{place:int}}", mails.picture),
        post(f"{ticket}/reply", tickets.reply, files=True),
        post(f"{ticket}/note", tickets.note, files=True),
        post(f"{ticket}/claim", tickets.claim),
        post(f"{ticket}/release", tickets.release),
        post(f"{ticket}/change", tickets.change),
        post(f"{ticket}/tag", tickets.tag),
        post(f"{ticket}/untag", tickets.untag),
        get("/knowledge", upkeep.knowledge),
        get("/figures", figures.page),
        get("/people", people.listing),
        post("/people", people.invite),
        get(one, person.show),
        post(f"{one}/link", person.link),
        post(f"{one}/unlink", person.unlink),
        post(f"{one}/role", people.set_role),
        post(f"{one}/email", people.set_email),
        post(f"{one}/invite", people.invite_again),
        post(f"{one}/deactivate", people.deactivate),
        post(f"{one}/activate", people.activate),
        post(f"{one}/revoke", people.revoke),
        get("/outbox", upkeep.dead),
        post("/outbox/retry", upkeep.retry),
        get("/parked", upkeep.parked),
    ]
    return [
        Route("/desk", _to_the_list),
        Mount("/desk", routes=pages, middleware=[Middleware(Guarded, settings=context.settings)]),
        Route("/healthz", operation.healthz),
        Route("/readyz", operation.readyz(context)),
        Route("/metrics", operation.metrics_page(context)),
    ]


def _to_the_list(request: Request) -> Response:
    return RedirectResponse("/desk/")
