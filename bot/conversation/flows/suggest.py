"""Offering articles before a ticket is opened, and asking whether they helped."""

from typing import Final

from msgspec.structs import replace

from bot.conversation.choices import Action, shorten
from bot.conversation.effects import Effect, NewMatter, RecordUse, Say, ShowArticles, Use
from bot.conversation.flows import articles, clarify, letters, walking
from bot.conversation.reading import intends, matters_of, only_files, tells_something, with_more
from bot.conversation.reading import words as words_of
from bot.conversation.state import IDLE, Matter, Suggesting
from bot.conversation.turn import Decision, Turn
from channels.message import Choice
from nlp.understanding import Intent

RESTS: Final = 2  # reminders after which the question stands, but is not repeated


def begin(turn: Turn) -> Decision:
    """A new message, a new matter. Of several problems the first comes now, the others after it."""
    first, *later = matters_of(turn)
    following = offer(first, turn, tuple(later))
    told: tuple[Effect, ...] = ()
    if later and not turn.by_letter:
        told = (Say(key="several-matters", values={"words": shorten(first.words[0], 80)}),)
    return replace(following, effects=(NewMatter(), *told, *following.effects))


def offer(matter: Matter, turn: Turn, later: tuple[Matter, ...] = ()) -> Decision:
    """Show the articles that may help, or ask on when there is none."""
    if turn.by_letter:
        return letters.begin(matter, turn, later)
    fresh = tuple(
        article
        for article in matter.candidates
        if article in turn.articles and article not in matter.articles
    )
    if matter.sop and (matter.sop_first or not fresh or walking.is_urgent(matter, turn)):
        return walking.invite(matter, turn, later)
    if not fresh:
        return clarify.begin(matter, turn, later)
    return articles.suggest(fresh, matter, turn, later)


def resume(state: Suggesting, turn: Turn, action: Action | None, argument: str) -> Decision:
    match action:
        case Action.SOLVED:
            return solved(state)
        case Action.NOT_HELPED:
            return not_helped(state, turn)
        case Action.SHOW:
            return show_in_full(state, turn, int(argument))
        case Action.TOGETHER:
            return together(state, turn)
        case _:
            pass
    if intends(turn, Intent.SOLVED, Intent.YES):
        return solved(state)
    if intends(turn, Intent.THANKS):
        # Thanks for an article is not yet "it helped": the question stands.
        return Decision(state, (Say(key="welcome-suggesting"),))
    if intends(turn, Intent.NO, Intent.SKIP) or _only_says_no(turn):
        return not_helped(state, turn)
    if not words_of(turn) and not only_files(turn):
        return ask_again(state, turn)
    # More words instead of a button: they are still explaining, so it did not help.
    return not_helped(replace(state, matter=with_more(state.matter, turn)), turn)


def _only_says_no(turn: Turn) -> bool:
    return intends(turn, Intent.STILL_BROKEN) and not tells_something(turn)


def solved(state: Suggesting) -> Decision:
    effects = (RecordUse(state.shown[0], Use.HELPED), Say(key="glad-it-helped"), NewMatter())
    return Decision(IDLE, effects, later=state.later)


def together(state: Suggesting, turn: Turn) -> Decision:
    """Rather step by step than by reading."""
    sop = turn.book.find(state.matter.sop, turn.language)
    if sop is None:
        return not_helped(state, turn)
    return walking.begin(sop, state.matter, turn, state.later)


def not_helped(state: Suggesting, turn: Turn) -> Decision:
    uses = tuple(RecordUse(article, Use.NOT_HELPED) for article in state.shown)
    following = clarify.begin(state.matter, turn, state.later)
    return replace(following, effects=(*uses, *following.effects))


def show_in_full(state: Suggesting, turn: Turn, place: int) -> Decision:
    """The chosen article; it is now the one that "solved it" speaks of."""
    chosen = state.shown[place]
    others = tuple(article for article in state.shown if article != chosen)
    state = Suggesting(
        question=turn.question, matter=state.matter, shown=(chosen, *others), later=state.later
    )
    shown = ShowArticles(articles=(chosen,), in_full=True, choices=choices(state, turn))
    return Decision(state, (shown,))


def ask_again(state: Suggesting, turn: Turn) -> Decision:
    """The question alone: the article stands a little higher in the chat."""
    say = Say(key="suggest-again", choices=choices(state, turn))
    return Decision(state, (say,))


def show_again(state: Suggesting, turn: Turn) -> Decision:
    """The article too: after a change of language it can be read."""
    return Decision(state, (articles.show_or_ask(state, turn),))


def choices(state: Suggesting, turn: Turn) -> tuple[Choice, ...]:
    return articles.choices(state.question, state.shown, turn, sop=state.matter.sop)
