"""Where an answer takes hours: the ticket is opened at once, and one letter says and asks everything."""

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
from bot.conversation.flows import articles, clarify
from bot.conversation.flows.opening import is_request
from bot.conversation.state import IDLE, Advised, Idle, Matter
from bot.conversation.turn import Decision, Turn
from channels.message import Choice


def begin(matter: Matter, turn: Turn, later: tuple[Matter, ...] = ()) -> Decision:
    """The number, the articles that may help, and what is still to be asked: all in one."""
    effects: list[Effect] = [OpenTicket(matter=matter), _opened(matter)]
    # Agents sort out better than a row of letters what else is in it.
    for other in later:
        effects += [OpenTicket(matter=other), _opened(other)]
    shown = tuple(id for id in matter.candidates if id in turn.articles)
    state = Advised(question=turn.question, shown=shown)
    questions = [] if later else clarify.missing(matter, turn)
    if questions:
        effects += [Say(key="letter-questions"), *(Say(key=key) for key in questions)]
    if shown:
        effects += [RecordUse(article, Use.SHOWN) for article in shown]
        effects.append(articles.show(shown, turn, choices(state, turn)))
    return Decision(state if shown else IDLE, (*effects, NewMatter()))


def resume(state: Advised, turn: Turn, action: Action | None, argument: str) -> Decision:
    """What became of the articles. Any other answer belongs to the ticket: see `decide`."""
    brief = current(turn)
    match action:
        case Action.SHOW:
            shown = state.shown[int(argument)]
            again = articles.show((shown,), turn, choices(state, turn), full=True)
            return Decision(state, (again,))
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
            used = RecordUse(state.shown[0], Use.HELPED)
            return Decision(IDLE, (used, SolvedByRequester(brief.id), say, NewMatter()))
        case _:
            return Decision(IDLE)


def choices(state: Advised, turn: Turn) -> tuple[Choice, ...]:
    return articles.choices(state.question, state.shown, turn)


def _opened(matter: Matter) -> Say:
    return Say(key="letter-opened-request" if is_request(matter) else "letter-opened")
