"""How articles are offered: the first in full when it is short, and what may be said about them."""

from msgspec.structs import replace

from bot.conversation.choices import Action, choice
from bot.conversation.effects import Effect, RecordUse, Say, ShowArticles, Use
from bot.conversation.state import Matter, Suggesting
from bot.conversation.turn import Decision, Turn
from channels.message import Choice


def suggest(
    fresh: tuple[str, ...], matter: Matter, turn: Turn, later: tuple[Matter, ...]
) -> Decision:
    """Show what was not shown yet, and wait for what it did."""
    matter = replace(matter, articles=(*matter.articles, *fresh), candidates=())
    state = Suggesting(question=turn.question, matter=matter, shown=fresh, later=later)
    uses = tuple(RecordUse(article, Use.SHOWN) for article in fresh)
    return Decision(state, (*uses, show_or_ask(state, turn)))


def show_or_ask(state: Suggesting, turn: Turn) -> Effect:
    """The articles with the question what they did; the question alone when they are gone."""
    existing = tuple(article for article in state.shown if article in turn.articles)
    offered = choices(state.question, state.shown, turn, sop=state.matter.sop)
    if not existing:
        return Say(key="suggest-again", choices=offered)
    return show(existing, turn, offered, sop=is_offered(state.matter.sop, turn))


def show(
    articles: tuple[str, ...],
    turn: Turn,
    choices: tuple[Choice, ...],
    *,
    full: bool = False,
    sop: bool = False,
) -> ShowArticles:
    """`full`: the first was asked for, so it comes whole, however long."""
    in_full = full or _is_short(articles[0], turn)
    return ShowArticles(articles=articles, in_full=in_full, choices=choices, sop=sop)


def is_offered(sop: str, turn: Turn) -> bool:
    return bool(sop) and turn.book.find(sop, turn.language) is not None


def choices(
    question: str, shown: tuple[str, ...], turn: Turn, *, sop: str = ""
) -> tuple[Choice, ...]:
    def button(action: Action, key: str) -> Choice:
        return choice(question, action, turn.texts.label(key, turn.language))

    others = [
        choice(
            question,
            Action.SHOW,
            turn.texts.label("choice-show", turn.language, title=turn.articles[article].title),
            str(place),
        )
        for place, article in enumerate(shown)
        if article in turn.articles and (place > 0 or not _is_short(article, turn))
    ]
    together = (button(Action.TOGETHER, "choice-together"),) if is_offered(sop, turn) else ()
    return (
        button(Action.SOLVED, "choice-solved"),
        button(Action.NOT_HELPED, "choice-not-helped"),
        *together,
        *others,
        button(Action.HUMAN, "choice-human"),
    )


def _is_short(article: str, turn: Turn) -> bool:
    return turn.articles[article].length < turn.policy.show_in_full_below
