"""Which messages there were, by number: to find one that may have been sent without our being told.

Telegram has no key that makes a call harmless to repeat, and a bot cannot read a chat. But it numbers
messages one by one: over all private chats and plain groups together, and in every supergroup by itself. A
number above those we knew before the call, and that nothing since then explains, may be our message.
"""

from collections import deque
from typing import Final

REMEMBERED: Final = 1_000  # numbers of a row
FURTHER: Final = 4  # numbers after the newest that are tried as well
AT_MOST: Final = 12  # are tried in all: each is a call that counts


class Seen:
    def __init__(self) -> None:
        self._rows: dict[str, deque[int]] = {}

    def note(self, chat: str, number: int) -> None:
        self._rows.setdefault(_row(chat), deque(maxlen=REMEMBERED)).append(number)

    def newest(self, chat: str) -> int | None:
        return max(self._rows.get(_row(chat), ()), default=None)

    def unexplained(self, chat: str, since: int) -> list[int]:
        known = set(self._rows.get(_row(chat), ()))
        last = max(known, default=since) + FURTHER
        return [number for number in range(since + 1, last + 1) if number not in known][:AT_MOST]


def _row(chat: str) -> str:
    return chat if chat.startswith("-100") else ""
