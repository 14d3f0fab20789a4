"""What a network asks the desk at once: the forms it shows, somebody's page, whether the bot is wanted."""

from collections.abc import Mapping
from typing import Final

from bot.desk import notices
from bot.desk.desk import Desk
from bot.desk.status import ACTIVE
from channels.channel import View
from channels.forms import Field, Form
from channels.message import Choice, PublicText, Sender
from store import messages, outbox, people, tickets
from store.database import Store, Tx

NEW: Final = "new"
SEARCH: Final = "search"
NOTE: Final = "note"
RESOLVE: Final = "resolve"
REPLY: Final = "reply"
LISTED: Final = 20  # tickets on somebody's page

_FIELDS: Final[Mapping[str, tuple[tuple[str, bool, bool], ...]]] = {  # name, many lines, required
    NEW: (("what", True, True), ("since", False, False), ("who", False, False)),
    SEARCH: (("words", False, True),),
    NOTE: (("text", True, True),),
    RESOLVE: (("reason", True, False),),
    REPLY: (("text", True, True),),
}


class Lobby:
    """`channels.channel.Lobby` of one channel."""

    def __init__(self, channel: str, store: Store, desk: Desk) -> None:
        self._channel, self._store, self._desk = channel, store, desk

    async def knows(self, conversation: str) -> bool:
        """Because somebody spoke to it there, or because a message of ours began the thread."""

        def work(tx: Tx) -> bool:
            return (
                messages.conversation_id(tx, self._channel, conversation) is not None
                or outbox.opener(tx, self._channel, conversation) is not None
            )

        return await self._store.aread(work)

    def form(self, name: str, language: str) -> Form | None:
        fields = _FIELDS.get(name)
        return (
            None
            if fields is None
            else Form(
                title=self._label(f"form-{name}", language),
                submit=self._label("form-submit", language),
                cancel=self._label("form-cancel", language),
                value=f"/{name}",
                fields=tuple(
                    Field(
                        name=field,
                        label=self._label(f"form-{name}-{field}", language),
                        multiline=multiline,
                        required=required,
                    )
                    for field, multiline, required in fields
                ),
            )
        )

    async def home(self, sender: Sender, language: str) -> View:
        return await self._store.aread(lambda tx: self._home(tx, sender, language))

    def _home(self, tx: Tx, sender: Sender, language: str) -> View:
        desk = self._desk
        person = people.of_address(tx, desk.network(self._channel), sender.address)
        language = (person and person.language) or language
        mine = tickets.of_requester(tx, person.id, sorted(ACTIVE), tx.now, LISTED) if person else []
        lines = [
            notices.status_line(
                desk,
                language,
                tx.now,
                number=f"{one.prefix}-{one.id}",
                title=one.title,
                status=one.status,
                updated_at=one.updated_at,
                person=person,
            )
            for one in mine
        ]
        text = (
            "\n\n".join((desk.texts.say("home-title", language), *lines))
            if lines
            else (desk.texts.say("status-none", language))
        )
        return View(
            text=PublicText(text),
            choices=(Choice("/new", self._label("form-new", language), form=NEW),),
        )

    def _label(self, key: str, language: str) -> str:
        return self._desk.texts.label(key, language)
