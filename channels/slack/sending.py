"""Messages on their way to Slack.

A call whose answer is lost may have been done. Every message carries its key where people do not see it, so
what was unsure is looked for before it is sent again: after a lost answer, and when it is from before we
started, and so may have been under way when we were killed. What remains: files carry no key, and those
that were being shown at the moment of a crash may be there twice.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from channels.channel import Receipt, TryLater
from channels.message import OutboundMessage
from channels.slack.calls import Calls, Request, Unsure
from channels.slack.files import Files
from channels.slack.finding import Finding
from channels.slack.options import Options
from channels.slack.outbound import Post, Where, metadata, posts_of, where_of, whole_post
from channels.slack.pace import Pace
from channels.slack.people import People

UNFINISHED: Final = 1_000  # messages whose first parts are known to be there


class Progress(Struct):
    """How far a message came before something failed. Lost with the process; see above."""

    unsure: bool  # the next part may be there
    sent: list[str] = []
    uploaded: list[str] = []
    showing: bool = False  # the files may be shown


class Sending:
    def __init__(
        self, options: Options, calls: Calls, people: People, files: Files, finding: Finding
    ) -> None:
        self._options, self._calls = options, calls
        self._people, self._files, self._finding = people, files, finding
        self._pace = Pace(options.per_second, options.channel_pause, options.channel_burst)
        self._unfinished: OrderedDict[str, Progress] = OrderedDict()

    async def send(self, message: OutboundMessage) -> Receipt:
        where = where_of(message)
        token = self._people.token(where.team)
        posts = posts_of(message)
        self._files.check(message.attachments)
        progress = self._unfinished.pop(message.key, None)
        if progress is None:
            progress = Progress(unsure=message.again)
        try:
            room = await self._post(token, where, message, posts, progress)
            if message.attachments:
                await self._show_files(token, where, message, progress)
        except TryLater:
            self._unfinished[message.key] = progress
            if len(self._unfinished) > UNFINISHED:
                self._unfinished.popitem(last=False)
            raise
        return _receipt(message, where, room, progress)

    async def _post(
        self,
        token: str,
        where: Where,
        message: OutboundMessage,
        posts: Sequence[Post],
        progress: Progress,
    ) -> str:
        """The conversation they are in."""
        room = ""
        for number, post in enumerate(posts):
            if number < len(progress.sent):
                continue
            there = _within(where, message, progress)
            if progress.unsure:
                found = await self._finding.find(token, there, message.key, number)
                if found is not None:
                    progress.sent.append(found)
                    continue
                progress.unsure = False
            await self._pace.turn(message.to)
            try:
                told = await self._calls.ask(token, posting(there, post, message.key, number))
            except Unsure:
                progress.unsure = True
                raise
            room = str(told["channel"])
            progress.sent.append(str(told["ts"]))
        return room or await self._finding.room(token, where)

    async def _show_files(
        self, token: str, where: Where, message: OutboundMessage, progress: Progress
    ) -> None:
        for file in message.attachments[len(progress.uploaded) :]:
            progress.uploaded.append(await self._files.upload(token, file))
        if progress.showing and await self._files.is_shown(token, progress.uploaded[0]):
            return
        room, there = await self._finding.room(token, where), _within(where, message, progress)
        names = [file.name for file in message.attachments]
        try:
            shown = list(zip(progress.uploaded, names, strict=True))
            await self._files.show(token, shown, room, there.thread)
        except Unsure:
            progress.showing = True
            raise

    async def replace(self, message: OutboundMessage) -> Receipt:
        assert message.replaces is not None
        token = self._people.token(where_of(message).team)
        room, _, ts = message.replaces.partition("/")
        await self.update(token, room, ts, whole_post(message))
        return Receipt(message.replaces)

    async def update(self, token: str, room: str, ts: str, post: Post) -> None:
        """Doing it twice makes no difference."""
        await self._calls.ask(
            token,
            lambda slack: slack.chat_update(
                channel=room,
                ts=ts,
                text=post.text,
                blocks=post.blocks,  # none of them: those that were there are to go
            ),
        )


def _within(where: Where, message: OutboundMessage, progress: Progress) -> Where:
    """What follows the message that opens a thread is in the thread."""
    if not message.opens_thread or not progress.sent:
        return where
    return Where(team=where.team, channel=where.channel, thread=progress.sent[0])


def posting(where: Where, post: Post, key: str, number: int) -> Request:
    return lambda slack: slack.chat_postMessage(
        channel=where.channel,
        thread_ts=where.thread,
        text=post.text,
        blocks=post.blocks or None,
        metadata=metadata(key, number),
        unfurl_links=False,
        unfurl_media=False,
    )


def _receipt(message: OutboundMessage, where: Where, room: str, progress: Progress) -> Receipt:
    """Named is the message with the buttons, which may be replaced, or the one with the thread."""
    if not progress.sent:
        return Receipt()
    if not message.opens_thread:
        return Receipt(f"{room}/{progress.sent[-1]}")
    root = progress.sent[0]
    return Receipt(f"{room}/{root}", thread=f"{where.team}/{room}/{root}")
