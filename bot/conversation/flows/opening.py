"""The end of a matter that needs the desk: a ticket, its number, and what happens next."""

from bot.conversation.effects import Effect, NewMatter, OpenTicket, Say
from bot.conversation.reading import is_request
from bot.conversation.state import IDLE, Matter
from bot.conversation.turn import Decision


def open_ticket(
    matter: Matter,
    later: tuple[Matter, ...] = (),
    *,
    human: bool = False,
    unasked: bool = False,  # silence ran out: it is the bot's idea, so it says why
) -> Decision:
    """Opens it with all that is known; whoever wants a person gets all their problems there at once."""
    if human and later:
        matter, later = _together(matter, later), ()
    if human:
        key = "opened-human"
    elif unasked:
        key = "opened-unasked"
    else:
        key = "opened-request" if is_request(matter) else "opened"
    effects: tuple[Effect, ...] = (
        OpenTicket(matter=matter, human=human),
        Say(key=key),
        NewMatter(),
    )
    return Decision(IDLE, effects, later=later)


def _together(matter: Matter, later: tuple[Matter, ...]) -> Matter:
    return Matter(
        words=(*matter.words, *(text for other in later for text in other.words)),
        facts=(*matter.facts, *(fact for other in later for fact in other.facts)),
        answers=matter.answers,
        picked=matter.picked,
        asked=matter.asked,
        articles=matter.articles,
        category=matter.category,
        confidence=matter.confidence,
        runners_up=matter.runners_up,
        because=matter.because,
        type=matter.type,
        impact=matter.impact,
        urgency=matter.urgency,
        angry=matter.angry or any(other.angry for other in later),
    )
