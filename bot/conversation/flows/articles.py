"""How articles are offered: the first in full when it is short, and what may be said about them."""

from bot.conversation.choices import Action, choice
from bot.conversation.effects import ShowArticles
from bot.conversation.turn import Turn
from channels.message import Choice


def show(
    articles: tuple[str, ...], turn: Turn, choices: tuple[Choice, ...], *, full: bool = False
) -> ShowArticles:
    """`full`: the first was asked for, so it comes whole, however long."""
    in_full = full or _is_short(articles[0], turn)
    return ShowArticles(articles=articles, in_full=in_full, choices=choices)


def choices(question: str, shown: tuple[str, ...], turn: Turn) -> tuple[Choice, ...]:
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
    return (
        button(Action.SOLVED, "choice-solved"),
        button(Action.NOT_HELPED, "choice-not-helped"),
        *others,
        button(Action.HUMAN, "choice-human"),
    )


def _is_short(article: str, turn: Turn) -> bool:
    return turn.articles[article].length < turn.policy.show_in_full_below
