"""Signing in and out, the one-time links that make an account, and the list of one's own sign-ins."""

import asyncio
import re
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from bot.desk import people
from bot.errors import DeskError, NotFound
from bot.web import render, signins
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
from store.database import Tx
from store.tables import Person

LOGIN = re.compile(r"[a-z0-9][a-z0-9.@_-]{1,63}")


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
        tries = ((context.attempts.pair, f"{login} {place}"), (context.attempts.place, place))
        for throttle, key in (*tries, (context.attempts.login, login)):
            throttle.count(key, now)

        def attempt() -> Response:
            person = context.store.read(lambda tx: people.by_login(tx, login))
            right = signins.is_right(
                str(form.get("password", "")), person.password if person else None
            )
            if not right or person is None:
                return _sign_in(context, request, wanted, login, T["wrong"], status=401)
            context.attempts.pair.forget(f"{login} {place}")
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
    hours = context.settings.web.session_hours
    client = _client(request.headers.get("user-agent", ""))
    token = context.store.write(lambda tx: signins.open_signin(tx, person_id, hours, client))
    # Only a path of ours: "//elsewhere" and "/desk\..." would lead a browser to another site.
    ours = re.fullmatch(r"/desk/[\w/?=&%.+-]*", wanted) is not None
    response = to(wanted if ours else "/desk/")
    secure = request.url.scheme == "https" or context.settings.web.public_url.startswith("https:")
    response.set_cookie(
        COOKIE, token, path="/desk", httponly=True, samesite="lax", secure=secure
    )
    return response


def sign_out(tx: Tx, visit: Visit) -> Response:
    signins.revoke(tx, visit.me.id, visit.signin)
    response = to("/desk/sign-in")
    response.delete_cookie(COOKIE, path="/desk")
    return response


def mine(tx: Tx, visit: Visit) -> Response:
    rows = signins.of_person(tx, visit.me.id)
    return visit.page("me.html", signins=rows, current=visit.signin)


def end(tx: Tx, visit: Visit) -> Response:
    """One of my sign-ins, or all but this one."""
    signins.revoke(tx, visit.me.id, visit.form.get("signin"), but=visit.signin)
    return to("/desk/me")


def welcome_page(context: Context) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        token = request.path_params["token"]

        def look(tx: Tx) -> Response:
            person = _invited(tx, token)
            return _welcome(context, request, person.name, person.login or "")

        return await answered(request, context, lambda: context.store.read(look))

    return endpoint


def welcome(context: Context) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        refuse_foreign(request)
        token = request.path_params["token"]
        form = await read_form(request, NO_FILES)
        given = {name: str(form.get(name, "")) for name in ("name", "login", "password", "again")}
        name, login = given["name"].strip()[:80], given["login"].strip().lower()

        def attempt() -> Response:
            context.store.read(lambda tx: _invited(tx, token))
            problem = _wrong_with(name, login, given["password"], given["again"])
            if problem:
                return _welcome(context, request, name, login, problem)
            password = signins.hashed(given["password"])

            def accept(tx: Tx) -> int | None:
                person = _invited(tx, token)
                other = people.by_login(tx, login)
                if other is not None and other.id != person.id:
                    return None
                if not signins.close_link(tx, token):
                    raise NotFound(T["link_gone"])
                person.name, person.login, person.password = name, login, password
                signins.revoke(tx, person.id)
                return person.id

            accepted = context.store.write(accept)
            if accepted is None:
                taken = T["login_taken"].format(login=login)
                return _welcome(context, request, name, login, taken)
            return _open(context, request, accepted)

        return await answered(request, context, attempt)

    return endpoint


def _invited(tx: Tx, token: str) -> Person:
    person = signins.invited(tx, token)
    if person is None:
        raise NotFound(T["link_gone"])
    return person


def _wrong_with(name: str, login: str, password: str, again: str) -> str:
    if not name:
        return T["name_missing"]
    if LOGIN.fullmatch(login) is None:
        return T["login_form"]
    if not signins.SHORTEST <= len(password) <= signins.LONGEST:
        return T["password_short"].format(shortest=signins.SHORTEST)
    return T["not_twice"] if password != again else ""


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
        shortest=signins.SHORTEST,
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
