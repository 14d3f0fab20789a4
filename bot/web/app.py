"""Where everything on the agents' side is found: each address, and the function behind it."""

from collections.abc import Callable

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot.web import (
    actions,
    identity,
    knowledge,
    letter_link,
    live,
    mails,
    operation,
    people,
    person,
    render,
    reports,
    survey_link,
    surveys,
    tickets,
    understanding,
    upkeep,
)
from bot.web.context import Context
from bot.web.guard import Guarded
from bot.web.visit import Page, reading, telling, writing
from bot.web.words import T


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
        Route("/survey/{token}", survey_link.shown(context), methods=["GET"]),
        Route("/survey/{token}", survey_link.answered_(context), methods=["POST"]),
        post("/sign-out", identity.sign_out),
        get("/me", identity.mine),
        post("/me/end", identity.end),
        post("/me/away", identity.away),
        post("/me/back", identity.back),
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
        post(f"{ticket}/sop", tickets.walk),
        post(f"{ticket}/tick", tickets.tick),
        post(f"{ticket}/escalate", tickets.escalate),
        post(f"{ticket}/return", tickets.give_back),
        post(f"{ticket}/link", tickets.link),
        post(f"{ticket}/part", tickets.part),
        post(f"{ticket}/merge", tickets.merge),
        post(f"{ticket}/known", tickets.known),
        post(f"{ticket}/run", tickets.run),
        post(f"{ticket}/decide", tickets.decide),
        post(f"{ticket}/undo", tickets.undo),
        post(f"{ticket}/tag", tickets.tag),
        post(f"{ticket}/untag", tickets.untag),
        get("/knowledge", knowledge.listing),
        get("/knowledge/gaps", knowledge.missing),
        get("/knowledge/gaps/{id:int}", knowledge.drafted),
        get("/knowledge/names", knowledge.learned),
        post("/knowledge/names", knowledge.refuse),
        get("/knowledge/threshold", knowledge.threshold),
        post("/knowledge/publish", knowledge.publish),
        get("/knowledge/articles/{id}/{language}", knowledge.edited),
        post("/knowledge/articles/{id}/{language}/withdraw", knowledge.withdraw),
        get("/actions", actions.listing),
        post("/actions/decide", actions.decide_anywhere),
        Route("/figures", reports.moved),
        get("/reports", reports.page),
        get("/reports/{format}", reports.file),
        get("/surveys", surveys.page),
        post("/surveys/plan", surveys.improve),
        post("/surveys/plan/{id:int}", surveys.change),
        post("/surveys/follow-ups/{id:int}", surveys.handle),
        post(f"{ticket}/survey", surveys.by_phone),
        get("/understanding", understanding.page),
        post("/understanding/{id:int}/forget", understanding.forget),
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
        Route("/{nowhere:path}", _nowhere(context)),
    ]
    return [
        Route("/desk", _to_the_list),
        Mount("/desk", routes=pages, middleware=[Middleware(Guarded, settings=context.settings)]),
        Route("/healthz", operation.healthz),
        Route("/readyz", operation.readyz(context)),
        Route("/metrics", operation.metrics_page(context)),
    ]


def _nowhere(context: Context) -> Callable[[Request], Response]:
    """A router answers in bare words where it leads nowhere."""
    return lambda request: render.plain_page(
        request, 404, T["not_found"], settings=context.settings
    )


def _to_the_list(request: Request) -> Response:
    return RedirectResponse("/desk/")
