"""Messages of ours in Slack: whether one is there after all, by the unseen key that it carries."""

from collections import OrderedDict
from collections.abc import AsyncIterator
from typing import Any, Final

import structlog

from channels.slack.calls import Calls, Refused, Request
from channels.slack.outbound import Where, is_part

log = structlog.get_logger()

NEWEST: Final = 50  # messages of a conversation that are looked through
PAGE: Final = 200  # of a thread, which Slack tells from its beginning
PAGES: Final = 10
MANY: Final = 10_000


class Finding:
    def __init__(self, name: str, calls: Calls) -> None:
        self._name, self._calls = name, calls
        self._private: OrderedDict[str, str] = OrderedDict()  # conversations with people

    async def room(self, token: str, where: Where) -> str:
        """The id of the conversation; that of a person is not one, though it does to post."""
        user = where.channel
        if not user.startswith(("U", "W")):
            return user
        if user not in self._private:
            told = await self._calls.ask(token, lambda slack: slack.conversations_open(users=user))
            self._private[user] = str(told["channel"]["id"])
            if len(self._private) > MANY:
                self._private.popitem(last=False)
        return self._private[user]

    async def find(self, token: str, where: Where, key: str, number: int) -> str | None:
        """Its ts."""
        try:
            async for message in self._messages(token, await self.room(token, where), where.thread):
                if is_part(message, key, number):
                    log.info("slack.found", channel=self._name)
                    return str(message["ts"])
        except Refused as refusal:  # we may write there and not read
            log.warning("slack.cannot-look", channel=self._name, reason=refusal.because)
        return None

    async def message(self, token: str, room: str, ts: str) -> dict[str, Any] | None:
        """As it is now."""
        told = await self._calls.ask(
            token,
            lambda slack: slack.conversations_replies(
                channel=room, ts=ts, oldest=ts, latest=ts, inclusive=True, limit=1
            ),
        )
        return next((one for one in told["messages"] if one["ts"] == ts), None)

    async def _messages(
        self, token: str, room: str, thread: str | None
    ) -> AsyncIterator[dict[str, Any]]:
        if thread is None:
            told = await self._calls.ask(
                token,
                lambda slack: slack.conversations_history(
                    channel=room, limit=NEWEST, include_all_metadata=True
                ),
            )
            for message in told["messages"]:
                yield message
            return
        cursor = None
        for _ in range(PAGES):
            told = await self._calls.ask(token, _replies(room, thread, cursor))
            for message in told["messages"]:
                yield message
            cursor = (told.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return


def _replies(room: str, thread: str, cursor: str | None) -> Request:
    return lambda slack: slack.conversations_replies(
        channel=room, ts=thread, cursor=cursor, limit=PAGE, include_all_metadata=True
    )
