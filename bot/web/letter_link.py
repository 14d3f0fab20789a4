"""The page behind the link in a letter: is that you, who asked elsewhere? Nobody is signed in here.

Opening it changes nothing, for programs open links too; the button does.
"""

from starlette.requests import Request
from starlette.responses import Response

from bot.desk import linking
from bot.errors import DeskError
from bot.text import LANGUAGES
from bot.web import render
from bot.web.context import Context
from bot.web.visit import NO_FILES, Endpoint, answered, read_form, refuse_foreign


def asked(context: Context) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        def look() -> Response:
            token = request.path_params["token"]
            try:
                proof = context.store.read(lambda tx: linking.asked_by(tx, token))
            except DeskError:
                return _page(context, request, "link-page-gone", status=404)
            language = _language(context, request)
            texts = context.desk.texts
            who = proof.who or texts.label("agents-nobody", language)
            network = texts.network(proof.network, language)
            return _page(context, request, "link-page-ask", asks=True, who=who, network=network)

        return await answered(request, context, look)

    return endpoint


def decided(context: Context) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        refuse_foreign(request)
        form = await read_form(request, NO_FILES)
        token = request.path_params["token"]

        def act() -> Response:
            try:
                if form.get("agreed"):
                    context.store.write(
                        lambda tx: linking.accept(tx, linking.asked_by(tx, token).token)
                    )
                    return _page(context, request, "link-page-done")
                context.store.write(
                    lambda tx: linking.decline(tx, linking.asked_by(tx, token).token)
                )
            except DeskError:
                return _page(context, request, "link-page-gone", status=404)
            return _page(context, request, "link-page-declined")

        return await answered(request, context, act)

    return endpoint


def _page(
    context: Context,
    request: Request,
    key: str,
    *,
    asks: bool = False,
    status: int = 200,
    **values: str,
) -> Response:
    language = _language(context, request)

    def say(key: str, **values: str) -> str:
        return context.desk.texts.label(key, language, **values)

    return render.page(
        request,
        "letter_link.html",
        settings=context.settings,
        status=status,
        language=language,
        title=say("link-page-title"),
        words=say(key, **values),
        yes=say("link-page-yes") if asks else "",
        no=say("link-page-no"),
    )


def _language(context: Context, request: Request) -> str:
    """The first of ours that the browser names."""
    wanted = request.headers.get("accept-language", "").lower().split(",")
    codes = [one.strip()[:2] for one in wanted]
    return next((one for one in codes if one in LANGUAGES), context.desk.language)
