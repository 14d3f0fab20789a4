"""Where an answer takes hours: the ticket is opened at once, and one letter says and asks everything."""

from msgspec.structs import replace

from bot.conversation.choices import Action
from bot.conversation.effects import (
    AddToTicket,
    Effect,
    NewMatter,
    OpenTicket,
    RecordUse,
    Say,
    SolvedByRequester,
    Use,
)
from bot.conversation.filing import current, is_open
from bot.conversation.flows import articles, clarify, walking
from bot.conversation.reading import is_request
from bot.conversation.state import IDLE, Advised, Idle, Matter
from bot.conversation.turn import Decision, Turn
from channels.message import Choice


def begin(matter: Matter, turn: Turn, later: tuple[Matter, ...] = ()) -> Decision:
    """The number, the articles that may help, and what is still to be asked: all in one."""
    if walking.is_urgent(matter, turn):
        return _at_once(matter, turn, later)
    effects: list[Effect] = [OpenTicket(matter=matter), opened(matter)]
    # Agents sort out better than a row of letters what else is in it.
    for other in later:
        effects += [OpenTicket(matter=other), opened(other)]
    shown = tuple(id for id in matter.candidates if id in turn.articles)
    state = Advised(question=turn.question, shown=shown, sop="" if later else matter.sop)
    questions = [] if later else clarify.missing(matter, turn)
    if questions:
        effects += [Say(key="letter-questions"), *(Say(key=key) for key in questions)]
    if shown:
        effects += [RecordUse(article, Use.SHOWN) for article in shown]
        offered = articles.is_offered(state.sop, turn)
        effects.append(articles.show(shown, turn, choices(state, turn), sop=offered))
    elif articles.is_offered(state.sop, turn):
        effects.append(walking.offer_by_letter(state.sop, turn, choices(state, turn)))
    else:
        return Decision(IDLE, (*effects, NewMatter()))
    return Decision(state, (*effects, NewMatter()))


def _at_once(matter: Matter, turn: Turn, later: tuple[Matter, ...]) -> Decision:
    """Its SOP, from the first letter on; what else was told has its ticket before."""
    sop = turn.book.find(matter.sop, turn.language)
    assert sop is not None  # it is urgent
    others: list[Effect] = []
    for other in later:
        others += [OpenTicket(matter=other), opened(other)]
    begun = walking.begin(sop, matter, turn)
    return replace(begun, effects=(*others, *begun.effects))


def resume(state: Advised, turn: Turn, action: Action | None, argument: str) -> Decision:
    """What became of the articles. Any other answer belongs to the ticket: see `decide`."""
    brief = current(turn)
    match action:
        case Action.SHOW:
            shown = state.shown[int(argument)]
            again = articles.show((shown,), turn, choices(state, turn), full=True)
            return Decision(state, (again,))
        case Action.TOGETHER if brief is not None and is_open(brief):
            sop = turn.book.find(state.sop, turn.language)
            return Decision(state) if sop is None else walking.begin_on(brief.id, sop, turn)
        case Action.NOT_HELPED if brief is not None:
            uses = tuple(RecordUse(article, Use.NOT_HELPED) for article in state.shown)
            return Decision(
                Idle(added=brief.id),
                (
                    *uses,
                    AddToTicket(brief.id),
                    Say(key="letter-goes-on", values={"ticket": brief.number}),
                ),
            )
        case _ if brief is not None and is_open(brief):
            say = Say(key="closed-by-you", values={"ticket": brief.number})
            used = tuple(RecordUse(article, Use.HELPED) for article in state.shown[:1])
            return Decision(IDLE, (*used, SolvedByRequester(brief.id), say, NewMatter()))
        case _:
            return Decision(IDLE)


def choices(state: Advised, turn: Turn) -> tuple[Choice, ...]:
    return articles.choices(state.question, state.shown, turn, sop=state.sop)


def opened(matter: Matter) -> Say:
    return Say(key="letter-opened-request" if is_request(matter) else "letter-opened")
