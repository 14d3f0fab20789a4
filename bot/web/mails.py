"""A mail as it came: to be saved, or its HTML shown where it can do nothing and call nobody."""

from starlette.responses import Response

from bot.desk import tickets, views
from bot.desk.files import IMAGES, kind_of
from bot.errors import NotFound
from bot.web.visit import Visit
from bot.web.words import T
from channels.email.read import read
from channels.email.safe_html import safe
from store import mail as kept
from store.database import Tx

# Whatever `safe` should miss is stopped here: no script, no form, nothing from outside. The page keeps our
# origin, or the mail's own pictures would be asked for without the agent's cookie.
ALONE = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none';"
    " sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)


def original(tx: Tx, visit: Visit) -> Response:
    """The bytes, to be saved."""
    return Response(
        _raw(tx, visit),
        media_type="application/octet-stream",
        headers={"Content-Disposition": 'attachment; filename="mail.eml"'},
    )


def shown(tx: Tx, visit: Visit) -> Response:
    """The mail's own HTML, made harmless; its text, where it has none or none that can be shown."""
    letter, here = read(_raw(tx, visit)), visit.request.url.path
    images = {
        one.content_id: f"{here}/{place}"
        for place, one in enumerate(letter.attachments)
        if one.content_id
    }
    page = safe(letter.html, images) if letter.html is not None else ""
    return Response(
        page or letter.text,
        media_type=f"text/{'html' if page else 'plain'}; charset=utf-8",
        headers={"Content-Security-Policy": ALONE},
    )


def picture(tx: Tx, visit: Visit) -> Response:
    """An image that stands within the HTML; nothing else is ever shown."""
    letter, place = read(_raw(tx, visit)), visit.request.path_params["place"]
    if place >= len(letter.attachments):
        raise NotFound(T["no_file"])
    content = letter.attachments[place].content
    kind = kind_of(content[:64])
    if kind not in IMAGES:
        raise NotFound(T["no_file"])
    return Response(content, media_type=kind)


def _raw(tx: Tx, visit: Visit) -> bytes:
    """Of a mail that belongs to this ticket."""
    ticket = tickets.by_number(tx, visit.request.path_params["number"])
    wanted = visit.request.path_params["sha256"]
    whole = views.whole(tx, ticket, visit.actor)
    found = None
    if any(line.extra.original == wanted for line in whole.messages):
        found = kept.original(tx, wanted)
    if found is None:
        raise NotFound(T["no_file"])
    return found.body if found.body is not None else visit.context.files.path(wanted).read_bytes()
