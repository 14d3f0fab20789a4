"""One request of a signed-in agent: who it is, what the form says, one transaction, one answer.

A page is a function of a transaction and a visit. `reading` and `telling` run it on a view that cannot
write, `writing` in a transaction that commits; all in a thread, with everything from outside checked
first.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Message

from bot.desk import people
from bot.desk.access import Actor, actor_of
from bot.errors import DeskError, Invalid
from bot.web import render
from bot.web.context import Context
from channels.message import Attachment
from store.database import Tx
from store.errors import StoreError
from store.tables import Person

COOKIE = "firstline_desk"
FIELDS = 100  # of one form
FIELD_BYTES = 400_000  # of one field that is no file
NO_FILES = 1_000_000  # bytes of a form without files

Page = Callable[[Tx, "Visit"], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


class TooLarge(Exception):
    """The form is larger than what is taken. The text is for whoever sent it."""


@dataclass(frozen=True, slots=True)
class Visit:
    context: Context
    request: Request
    me: Person
    form: Mapping[str, str] = field(default_factory=dict)
    attachments: Sequence[Attachment] = ()

    @property
    def actor(self) -> Actor:
        return actor_of(self.me, self.context.desk.clearance)

    @property
    def signin(self) -> str:
        """The id of the sign-in."""
        return people.digest(self.request.cookies[COOKIE])

    @property
    def key(self) -> str:
        """The form's idempotency key: the same when a form is sent twice."""
        return self.form.get("key", "")[:64]

    def page(self, template: str, **values: Any) -> Response:
        return render.page(
            self.request, template, me=self.me, settings=self.context.settings, **values
        )


def reading(context: Context, page: Page) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        def look(tx: Tx) -> Response:
            me = people.signed_in(tx, token)
            if me is None:
                return to_sign_in(request)
            if people.is_stale(tx, token):
                stale.append(token)
            return page(tx, Visit(context, request, me))

        token = request.cookies.get(COOKIE, "")
        stale: list[str] = []
        response = await answered(request, context, lambda: context.store.read(look))
        if stale:
            with suppress(
                StoreError
            ):  # the page could be read; that nothing can be written shows soon
                lasting = context.signed_in_for
                await context.store.awrite(lambda tx: people.seen(tx, token, lasting))
        return response

    return endpoint


def writing(context: Context, act: Page, *, files: bool = False) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        refuse_foreign(request)
        largest = context.settings.files.max_bytes * context.settings.files.max_per_message
        form = await read_form(request, NO_FILES + (largest if files else 0))
        fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        sent = [
            one for _, one in form.multi_items() if isinstance(one, UploadFile) and one.filename
        ]
        token = request.cookies.get(COOKIE, "")

        def change(tx: Tx, attachments: Sequence[Attachment]) -> Response:
            me = people.signed_in(tx, token)
            if me is None:
                return to_sign_in(request)
            return act(tx, Visit(context, request, me, fields, attachments))

        def once() -> Response:
            attachments = _kept(context, token, sent)
            return context.store.write(lambda tx: change(tx, attachments))

        def work() -> Response:
            if key := fields.get("key"):
                return context.once.run((token, request.url.path, key), once)
            return once()

        try:
            return await answered(request, context, work)
        finally:
            await form.close()

    return endpoint


def telling(context: Context, page: Page) -> Endpoint:
    """For a form that changes nothing in the database."""

    async def endpoint(request: Request) -> Response:
        refuse_foreign(request)
        form = await read_form(request, NO_FILES)
        fields = {name: value for name, value in form.items() if isinstance(value, str)}

        def look(tx: Tx) -> Response:
            me = people.signed_in(tx, request.cookies.get(COOKIE, ""))
            if me is None:
                return to_sign_in(request)
            return page(tx, Visit(context, request, me, fields))

        return await answered(request, context, lambda: context.store.read(look))

    return endpoint


def _kept(context: Context, token: str, sent: Sequence[UploadFile]) -> Sequence[Attachment]:
    """Files go to the disk before the transaction, and only for somebody who is signed in."""
    if not sent or context.store.read(lambda tx: people.signed_in(tx, token)) is None:
        return ()
    most = context.settings.files.max_per_message
    if len(sent) > most:
        raise Invalid(f"That are {len(sent)} files; at most {most} are taken at once.")
    return [
        context.files.keep(one.file, one.filename or "", one.content_type or "") for one in sent
    ]


async def answered(request: Request, context: Context, work: Callable[[], Response]) -> Response:
    """Run it in a thread; a refusal becomes a page that says why."""
    try:
        return await asyncio.to_thread(work)
    except (DeskError, StoreError) as problem:
        return render.refusal(request, problem, settings=context.settings)


def refuse_foreign(request: Request) -> None:
    """A form of another site must not act with the agent's cookie.

    Browsers say where a request comes from; those too old for Sec-Fetch-Site still name the origin of
    a POST. What names neither is no browser that holds a cookie of ours.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        allowed = site in ("same-origin", "none")
    else:
        origin = request.headers.get("origin", "")
        allowed = bool(origin) and urlsplit(origin).netloc == request.headers.get("host")
    if not allowed:
        raise HTTPException(403, "This form was sent from another site, so nothing was changed.")


async def read_form(request: Request, limit: int) -> FormData:
    announced = request.headers.get("content-length", "0")
    too_large = HTTPException(413, f"That is more than the {limit // 1_000_000} MB taken at once.")
    if not announced.isdigit() or int(announced) > limit:
        raise too_large
    received = 0
    receive = request.receive

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise too_large
        return message

    try:
        return await Request(request.scope, counted).form(
            max_files=FIELDS, max_fields=FIELDS, max_part_size=FIELD_BYTES
        )
    except ClientDisconnect:
        raise HTTPException(400, "The form did not arrive completely.") from None
    except (MultiPartException, UnicodeDecodeError):
        raise HTTPException(400, "The form cannot be read.") from None


def to(path: str, **query: Any) -> Response:
    """Go on to a page after a change (303: the form is not sent again by a reload)."""
    asked = urlencode({name: value for name, value in query.items() if value not in (None, "")})
    return RedirectResponse(f"{path}?{asked}" if asked else path, status_code=303)


def to_sign_in(request: Request) -> Response:
    """And from there back to where it was; after a form, to the page that showed it."""
    if request.method == "GET":
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    else:
        wanted = urlsplit(request.headers.get("referer", "")).path
    return to("/desk/sign-in", next=wanted)
