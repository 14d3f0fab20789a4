"""Whether somebody who was asked "is it fixed?" says so, in words and nothing more. Pure."""

import re
from itertools import takewhile
from typing import Final

from bot.conversation.choices import plain
from bot.text import phrases
from nlp.intents import intent_of
from nlp.understanding import Intent

_PARTS: Final = re.compile(r"[,.;!\n，。；！]+")
_POLITE: Final = (Intent.THANKS, Intent.GREETING)


def is_fixed(said: str, name: str = "") -> bool | None:
    """None: it says more than that, or something else. `name` of who writes, as letters end with it."""
    whole, closing = set(plain(name).split()), phrases("closing")
    parts = [part for part in map(plain, _PARTS.split(said)) if part]
    told = {
        _is_fixed(part)
        # "Yes, thank you. Best regards, Ana": what is polite says nothing of it, nor what comes after that.
        for part in takewhile(lambda one: one not in closing, parts)
        if not set(part.split()) <= whole and intent_of(part)[0] not in _POLITE
    }
    return told.pop() if len(told) == 1 else None


def _is_fixed(part: str) -> bool | None:
    intent, _ = intent_of(part)
    if part in phrases("solved") | phrases("yes") | {"1"} or intent in (Intent.SOLVED, Intent.YES):
        return True
    refusals = phrases("did-not-help") | phrases("no") | phrases("not-yet") | {"2"}
    return False if part in refusals or intent is Intent.NO else None
