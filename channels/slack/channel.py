"""One Slack app, in one workspace or several."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import suppress
from typing import Any

import structlog
from msgspec import structs
from starlette.routing import BaseRoute

from channels.channel import (
    Capabilities,
    DeliveryError,
    Formatting,
    Lobby,
    Receipt,
    Receive,
)
from channels.message import OutboundMessage, RemoteFile
from channels.slack.calls import Calls
from channels.slack.files import Files
from channels.slack.finding import Finding
from channels.slack.heard import Asked, Heard, HomeOpened, Me, sender_of
from channels.slack.listening import Listening
from channels.slack.mrkdwn import LONGEST_TEXT, escaped
from channels.slack.options import Mode, Options
from channels.slack.outbound import Post
from channels.slack.people import People, Profile, sender_with
from channels.slack.sending import Sending
from channels.slack.views import Context, Pressed, home, modal, section

log = structlog.get_logger()


class SlackChannel:
    def __init__(self, name: str, options: Options, lobby: Lobby) -> None:
        self.name, self._options, self._lobby = name, options, lobby
        self.capabilities = Capabilities(
            buttons=True,
            menus=True,
            forms=True,
            threads=True,
            files=True,
            edits=True,
            formatting=Formatting.MARKDOWN,
            max_length=LONGEST_TEXT,
        )
        self._calls = Calls(name, options)
        self._people = People(name, options, self._calls)
        self._files = Files(options, self._calls, self._people)
        self._finding = Finding(name, self._calls)
        self._sending = Sending(options, self._calls, self._people, self._files, self._finding)
        self._listening = Listening(name, options, self._calls, self._people, self._hear)
        self._errands: set[asyncio.Task[None]] = set()

    # -- in

    async def listen(self, receive: Receive) -> None:
        await self._listening.listen(receive)

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        return self._listening.routes(receive)

    async def _hear(self, heard: Heard | HomeOpened, me: Me, receive: Receive) -> None:
        """Raises Unavailable."""
        if isinstance(heard, HomeOpened):
            self._errand(f"home/{heard.user}", self._show_home(heard.user, me))
            return
        message = heard.message
        if not heard.addressed and not await self._lobby.knows(message.conversation):
            return
        profile = await self._people.profile(me, heard.user)
        if profile.is_bot and not self._options.allow_bots:
            return
        if heard.asked is not None and await self._ask(heard, heard.asked, me, profile):
            return
        sender = sender_with(message.sender, profile)
        await receive(structs.replace(message, sender=sender, language=profile.language))
        if heard.pressed is not None:
            pressed = heard.pressed
            self._errand(f"{pressed.channel}/{pressed.ts}", self._pressed(pressed, me))

    async def _ask(self, heard: Heard, asked: Asked, me: Me, profile: Profile) -> bool:
        """Whether there is such a form."""
        form = self._lobby.form(asked.form, profile.language or "en")
        if form is None:
            return False
        context = Context(
            value=asked.value or form.value,
            conversation=heard.message.conversation,
            place=heard.message.place,
            references=heard.message.references,
            pressed=heard.pressed and structs.replace(heard.pressed, message=None),
        )
        view = modal(form, context)
        try:
            await self._calls.ask(
                me.token, lambda slack: slack.views_open(trigger_id=asked.trigger, view=view)
            )
        except DeliveryError as error:  # too late, most often: the person will press again
            log.warning("slack.no-form", channel=self.name, form=asked.form, reason=str(error))
        return True

    def _errand(self, about: str, work: Coroutine[Any, Any, None]) -> None:
        """What may fail and keeps nobody waiting."""

        async def run() -> None:
            with suppress(DeliveryError):
                await work

        task = asyncio.create_task(run(), name=about)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _show_home(self, user: str, me: Me) -> None:
        profile = await self._people.profile(me, user)
        sender = sender_with(sender_of(me, user), profile)
        view = home(
            await self._lobby.home(sender, profile.language or "en"), self._options.search_label
        )
        await self._calls.ask(me.token, lambda slack: slack.views_publish(user_id=user, view=view))

    async def _pressed(self, pressed: Pressed, me: Me) -> None:
        """Instead of the buttons: what was chosen."""
        room, ts = pressed.channel, pressed.ts
        shown = pressed.message or await self._finding.message(me.token, room, ts)
        if shown is None:
            return
        words = f"✓ {escaped(pressed.label)}"
        blocks = [block for block in shown.get("blocks", ()) if block["type"] != "actions"]
        post = Post(text=f"{shown.get('text', '')}\n\n{words}", blocks=[*blocks, section(words)])
        await self._sending.update(me.token, room, ts, post)

    # -- out

    async def send(self, message: OutboundMessage) -> Receipt:
        if message.replaces is None:
            return await self._sending.send(message)
        if before := {one for one in self._errands if one.get_name() == message.replaces}:
            await asyncio.wait(before)  # or they would take away the buttons that come now
        return await self._sending.replace(message)

    def fetch(self, file: RemoteFile) -> AsyncIterator[bytes]:
        return self._files.fetch(file)

    async def close(self) -> None:
        for errand in list(self._errands):
            errand.cancel()
        await self._calls.close()


async def probe(options: Options) -> str | None:
    """Whether Slack knows the app by all its tokens; else why not, for an administrator."""
    calls = Calls("probe", options)
    try:
        await People("probe", options, calls).arrive()
        if options.mode is Mode.SOCKET:
            token = options.app_token
            await calls.ask(token, lambda slack: slack.apps_connections_open(app_token=token))
    except DeliveryError as problem:
        return str(problem)
    finally:
        await calls.close()
    return None
