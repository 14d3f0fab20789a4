"""Signing in and out, the one-time links that make an account, and the list of one's own sign-ins."""

import re
from datetime import timedelta
from threading import BoundedSemaphore

from starlette.requests import Request
from starlette.responses import Response

from bot.desk import absence, people
from bot.errors import Invalid
from bot.web import render
from bot.web.context import Context
from bot.web.visit import (
    COOKIE,
    NO_FILES,
    Endpoint,
    Visit,
    answered,
    read_form,
    refuse_foreign,
    to,
)
from bot.web.words import T
from store import people as kept
from store.database import Tx
from store.tables import Person

_hashing = BoundedSemaphore(2)  # each takes 64 MiB for a moment


def sign_in_page(context: Context) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return _sign_in(context, request, next=request.query_params.get("next", ""))

    return endpoint


def sign_in(context: Context) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        refuse_foreign(request)
        form = await read_form(request, NO_FILES)
        login = str(form.get("login", "")).strip().lower()
        wanted = str(form.get("next", ""))
        place = request.client.host if request.client else ""
        now = context.store.clock()
        wait = _must_wait(context, login, place)
        if wait is not None:
            minutes = int(wait.total_seconds() // 60) + 1
            words = T["too_often"].format(minutes=minutes)
            return _sign_in(context, request, wanted, login, words, status=429)
        # Counted before it is known to be wrong, so that many tries at once are no way around.
        attempts = context.attempts
        attempts.pair.count(f"{login} {place}", now)
        attempts.place.count(place, now)
        attempts.login.count(login, now)

        def attempt() -> Response:
            person = context.store.read(lambda tx: kept.by_login(tx, login))
            with _hashing:
                right = people.is_right(
                    person.password if person else None, str(form.get("password", ""))
                )
            if not right or person is None:
                return _sign_in(context, request, wanted, login, T["wrong"], status=401)
            attempts.pair.forget(f"{login} {place}")
            attempts.place.undo(place)
            attempts.login.undo(login)
            return _open(context, request, person.id, wanted)

        return await answered(request, context, attempt)

    return endpoint


def _must_wait(context: Context, login: str, place: str) -> timedelta | None:
    now = context.store.clock()
    attempts = context.attempts
    waits = (
        attempts.pair.wait(f"{login} {place}", now),
        attempts.place.wait(place, now),
        attempts.login.wait(login, now),
    )
    return max((wait for wait in waits if wait is not None), default=None)


def _sign_in(
    context: Context,
    request: Request,
    next: str = "",
    login: str = "",
    problem: str = "",
    status: int = 200,
) -> Response:
    return render.page(
        request,
        "sign_in.html",
        settings=context.settings,
        status=status,
        next=next,
        login=login,
        problem=problem,
    )


def _open(context: Context, request: Request, person_id: int, wanted: str = "") -> Response:
    client = _client(request.headers.get("user-agent", ""))
    token = context.store.write(
        lambda tx: people.sign_in(
            tx, people.get(tx, person_id), client, lasting=context.signed_in_for
        )
    )
    # Only a path of ours: "//elsewhere" and "/desk\..." would lead a browser to another site.
    ours = re.fullmatch(r"/desk/[\w/?=&%.+-]*", wanted) is not None
    response = to(wanted if ours else "/desk/")
    secure = request.url.scheme == "https" or context.settings.web.public_url.startswith("https:")
    response.set_cookie(COOKIE, token, path="/desk", httponly=True, samesite="lax", secure=secure)
    return response


def sign_out(tx: Tx, visit: Visit) -> Response:
    people.sign_out(tx, visit.signin, visit.actor)
    response = to("/desk/sign-in")
    response.delete_cookie(COOKIE, path="/desk")
    return response


def mine(tx: Tx, visit: Visit) -> Response:
    rows = people.sign_ins(tx, visit.me, visit.actor)
    until = visit.me.away_until
    zone = absence.zone_of(visit.context.desk, visit.me)
    return visit.page(
        "me.html",
        signins=rows,
        current=visit.signin,
        away=None
        if until is None or until <= tx.now
        else f"{until.astimezone(zone):%a %d %b %Y %H:%M}",
        zone=zone.key,
    )


def away(tx: Tx, visit: Visit) -> Response:
    absence.leave(
        visit.context.desk, tx, _myself(tx, visit), visit.form.get("until", ""), visit.actor
    )
    return to("/desk/me")


def back(tx: Tx, visit: Visit) -> Response:
    absence.come_back(visit.context.desk, tx, _myself(tx, visit), visit.actor)
    return to("/desk/me")


def _myself(tx: Tx, visit: Visit) -> Person:
    return people.get(tx, visit.me.id)


def end(tx: Tx, visit: Visit) -> Response:
    """One of my sign-ins, or all but this one."""
    if one := visit.form.get("signin"):
        people.sign_out(tx, one, visit.actor)
    else:
        people.sign_out_everywhere(tx, visit.me, visit.actor, but=visit.signin)
    return to("/desk/me")


def welcome_page(context: Context) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        def look(tx: Tx) -> Response:
            person = people.invited(tx, request.path_params["token"])
            return _welcome(context, request, person.name, person.login or "")

        return await answered(request, context, lambda: context.store.read(look))

    return endpoint


def welcome(context: Context) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        refuse_foreign(request)
        token = request.path_params["token"]
        form = await read_form(request, NO_FILES)
        name, login, password, again = (
            str(form.get(field, "")) for field in ("name", "login", "password", "again")
        )

        def attempt() -> Response:
            context.store.read(lambda tx: people.invited(tx, token))
            try:
                if password != again:
                    raise Invalid(T["not_twice"])
                with _hashing:
                    kept_password = people.hashed(password)
                person = context.store.write(
                    lambda tx: people.accept_invitation(tx, token, name, login, kept_password)
                )
            except Invalid as problem:
                return _welcome(context, request, name, login, str(problem))
            return _open(context, request, person.id)

        return await answered(request, context, attempt)

    return endpoint


def _welcome(
    context: Context, request: Request, name: str, login: str, problem: str = ""
) -> Response:
    return render.page(
        request,
        "welcome.html",
        settings=context.settings,
        status=422 if problem else 200,
        name=name,
        login=login,
        problem=problem,
        shortest=people.SHORTEST_PASSWORD,
    )


# In this order, because each of them also claims to be some of the later ones.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def _client(agent: str) -> str:
    """Browser and system as a person would say it; the rest of the header is noise."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return ", ".join(part for part in (browser, system) if part) or agent[:60]
