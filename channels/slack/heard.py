"""What an adapter of Slack passes on between its parts, and what all payloads have in common."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct

from channels.clean import clean
from channels.message import InboundMessage, RemoteFile, Sender
from channels.slack.mrkdwn import to_words
from channels.slack.views import Pressed

GONE: Final = frozenset({"tombstone", "hidden_by_limit"})  # modes of files

Body = Mapping[str, Any]


class Me(Struct, frozen=True, kw_only=True):
    """The app in one workspace."""

    team: str
    user: str
    bot: str | None = None
    enterprise: str | None = None
    token: str


class Asked(Struct, frozen=True, kw_only=True):
    """A form that somebody wants to fill in; the ticket to show it lives three seconds."""

    form: str
    trigger: str
    value: str | None = None  # instead of the form's own


class Heard(Struct, frozen=True, kw_only=True):
    message: InboundMessage
    user: str
    addressed: bool = True  # it counts whoever else is in the channel
    asked: Asked | None = None
    pressed: Pressed | None = None
    submitted: Body | None = None  # the view that was filled in


class HomeOpened(Struct, frozen=True, kw_only=True):
    user: str


def is_private(channel: str, about: Body) -> bool:
    return about.get("channel_type") == "im" or channel.startswith("D")


def where_of(me: Me, user: str, about: Body, ts: str, root: str) -> tuple[str | None, str]:
    """The place and the conversation of a message; `about`: whatever tells of its channel."""
    channel = str(about.get("channel") or about.get("id"))
    if not is_private(channel, about):
        return f"{me.team}/{channel}", f"{me.team}/{channel}/{root}"
    alone = f"{me.team}/{user}"
    return None, alone if root == ts else f"{alone}/{root}"


def trigger_of(body: Body) -> str:
    return str(body.get("trigger_id") or "")


def sender_of(me: Me, user: str) -> Sender:
    return Sender(address=f"{me.team}/{user}", verified=True)


def time_of(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)


def words_of(message: Body, me: str) -> str:
    """What was written, and what was passed on with it."""
    parts = [to_words(str(message.get("text") or ""), me)]
    for one in message.get("attachments") or ():
        if one.get("is_share") and one.get("text"):
            quoted = to_words(str(one["text"])).split("\n")
            parts.append("\n".join(f"> {line}" for line in quoted))
    parts += [str(file["permalink"]) for file in message.get("files") or () if _is_elsewhere(file)]
    return "\n".join(part for part in parts if part)


def _is_elsewhere(file: Body) -> bool:
    """A link to a document with somebody else, which Slack shows as a file."""
    return bool(file.get("is_external")) and "permalink" in file


def files_of(message: Body, team: str) -> tuple[RemoteFile, ...]:
    files: Sequence[Body] = message.get("files") or ()
    return tuple(
        RemoteFile(
            id=f"{team}/{file['id']}",
            name=clean(str(file.get("name") or file.get("title") or file["id"])),
            content_type=str(file.get("mimetype") or ""),
            size=file.get("size"),
        )
        for file in files
        if file.get("mode") not in GONE and not file.get("is_external")
    )
