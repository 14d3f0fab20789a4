"""Whether somebody wants their ticket to be taken further up: "escalate this", "позовите начальника"."""

import re
from typing import Final

from bot.conversation import filing
from bot.conversation.choices import plain
from bot.conversation.effects import AddToTicket, Raise
from bot.conversation.reading import mentioned, words
from bot.conversation.state import Idle
from bot.conversation.turn import Decision, Turn

LONGEST: Final = 200  # characters: whoever writes more tells what is the matter
_ABOVE: Final = r"(?:manager|supervisor|boss|team ?lead|someone (?:senior|higher up|in charge))"
_WANTED: Final = re.compile(
    "|".join(
        (
            # Somebody above us, not above the writer: "give my manager access" is another matter.
            rf"\b(?:speak|talk|complain)\b(?: directly)? (?:to|with) (?:your |the |a )?{_ABOVE}\b",
            rf"\b(?:get|call|give|want|need) (?:me )?(?:your |the |a ){_ABOVE}\b",
            r"\b(?:please|want to|want this|you|to|must|should|just) escalate\b",
            r"^escalate\b",
            r"\bescalate (?:this|it|my ticket|please|now|inc-\d+|req-\d+)\b",
            r"\b(?:file|make|want to make) a (?:formal )?complaint\b",
            r"\bэскалир(?:уй|уйте|овать)\b|\bэскалаци[юи]\b",
            r"\b(?:позов|поговор|говор|свяж|соедин|дай)\w*(?: меня)?(?: (?:с|со|мне))?"
            r"(?: (?:ваш\w*|старш\w*|главн\w*))* (?:начальник|начальств|руководител|руководств|старш)\w*",
            r"\b(?:хочу|буду) (?:по)?жаловаться\b",
            r"升级处理|请升级|要求升级|(?:找|叫)(?:你们|你们的|一下)?(?:经理|领导|主管|上级)|我要投诉",
        )
    ),
    re.IGNORECASE,
)


def is_wanted(turn: Turn) -> bool:
    """Only of a ticket that is open; without one it is a person that is wanted."""
    if turn.message is None or turn.message.chosen not in (None, "/escalate"):
        return False
    if not filing.open_tickets(turn):
        return False
    return turn.message.chosen is not None or asks(words(turn))


def asks(text: str) -> bool:
    said = plain(text) if len(text) <= LONGEST else ""
    return _WANTED.search(said) is not None


def take(turn: Turn) -> Decision:
    named = [
        one
        for one in mentioned(turn)
        if (found := filing.find(one, turn)) and filing.is_open(found)
    ]
    brief = filing.current(turn)
    open_ = filing.open_tickets(turn)
    meant = brief if brief is not None and filing.is_open(brief) else open_[0]
    ticket = named[0] if named else meant.id
    state = turn.state if not isinstance(turn.state, Idle) else Idle(added=ticket)
    return Decision(state, (AddToTicket(ticket), Raise(ticket)))
