"""Buttons: how they are marked, and which one somebody pressed or typed.

A button's value is `question:action[:argument]`. The question tells a button of the present question
from one further up in the chat, so a channel need not remember what it sent. Where there are no
buttons people type: the number, the label, nearly the label, or plain words for it, in any language.
"""

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from msgspec import Struct

from bot.text import phrases
from channels.message import LABEL_LIMIT, Choice

NEAR: Final = (
    0.85  # of SequenceMatcher.ratio: "solvd it" counts, "tell me" for "talk to me" does not
)


class Action(StrEnum):
    SOLVED = "solved"
    NOT_HELPED = "did-not-help"
    HUMAN = "human"
    SHOW = "show"  # argument: place among the articles shown
    SKIP = "skip"
    ANSWER = "answer"  # argument: which of the question's answers
    TICKET = "ticket"  # argument: ticket id
    NEW = "new"
    LEAVE = "leave"
    CHAT = "chat"  # the other address is in a chat, where a code is typed in
    LINK = "link"
    PREFER = "prefer"  # argument: network; none: where they last wrote
    TOGETHER = "together"  # through an SOP
    NOT_NOW = "not-now"
    BACK = "back"
    EXPLAIN = "explain"
    STOP = "stop-here"
    QUIET = "quiet"  # argument: "22:00-07:00"; none: never


class Pick(Struct, frozen=True):
    """The option somebody took."""

    action: Action
    argument: str = ""
    label: str = ""


_NUMBER: Final = re.compile(
    r"\W*(?:option|number|no|вариант|номер|пункт|选项?|选择|第)?\W*(\d{1,2})\W*(?:个|项|号)?\W*"
)
_ORDINALS: Final = {
    word: place
    for place, words in enumerate(
        (
            "first 1st one первый первая первое первую один 一",
            "second 2nd two второй вторая второе вторую два 二",
            "third 3rd three третий третья третье третью три 三",
            "fourth 4th four четвертый четвертая четвертое четвертую четыре 四",
            "fifth 5th five пятый пятая пятое пятую пять 五",
            "sixth 6th six шестой шестая шестое шестую шесть 六",
            "seventh 7th seven седьмой седьмая седьмое седьмую семь 七",
            "eighth 8th eight восьмой восьмая восьмое восьмую восемь 八",
        )
    )
    for word in words.split()
}
_LAST: Final = frozenset(["last", "последний", "последняя", "последнее", "последнюю", "最后一"])
_CARDINAL: Final = re.compile(
    "one|two|three|four|five|six|seven|eight|один|два|три|четыре|пять|шесть|семь|восемь"
)
_PLACE: Final = re.compile(
    r"(?:(?:i|it|its|it's|is|would|say|choose|pick|take|go|for|with|think|this"
    r"|это|я|думаю|выбираю|беру|我?选|是|应该是)[ ,]*)*"
    r"(?:the |(?P<counted>option|number|choice|answer|вариант|номер|пункт|ответ|选项) ?"
    r"(?:number |номер )?)?(?:第)?"
    rf"(?P<word>{'|'.join(sorted({*_ORDINALS, *_LAST}, key=len, reverse=True))})"
    r"(?: ?(?:one|option|choice|answer|вариант|пункт|ответ|из них|[个项条种]))?"
    r"(?:[ ,]*(?:please|thanks|пожалуйста|吧|谢谢))*"
)
NEGATION: Final = re.compile(r"\b(?:not|no|never|нет|не|ни)\b|n't\b|\bdidnt\b|[不没未无]")


def choice(question: str, action: Action, label: str, argument: str = "") -> Choice:
    value = f"{question}:{action}:{argument}" if argument else f"{question}:{action}"
    return Choice(value, shorten(label, LABEL_LIMIT))


def shorten(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def pressed(value: str, offered: Sequence[Choice]) -> Pick | None:
    """None: the button is not one of the present question."""
    return next((_pick(choice) for choice in offered if choice.value == value), None)


def typed(text: str, offered: Sequence[Sequence[Choice]]) -> Pick | None:
    """The option meant by words alone; `offered` is the same choices in each language."""
    words = plain(text)
    if not words or not offered or len(words) > LABEL_LIMIT:
        return None
    first = offered[0]
    if number := _NUMBER.fullmatch(words):
        place = int(number[1]) - 1
        return _pick(first[place]) if 0 <= place < len(first) else None
    for choices in offered:
        for choice in choices:
            if words == plain(choice.label):
                return _pick(choice)
    for choice in first:
        if words in phrases(_pick(choice).action):
            return _pick(choice)
    if (counted := _place(words, first)) is not None:
        return _pick(first[counted])
    return _nearest(words, [choice for choices in offered for choice in choices])


def _place(words: str, offered: Sequence[Choice]) -> int | None:
    """Of the one that is counted: "the second one", "option two", "最后一个"."""
    found = _PLACE.fullmatch(words)
    if found is None or (_CARDINAL.fullmatch(found["word"]) and not found["counted"]):
        return None
    if found["word"] in _LAST:
        answers = [n for n, one in enumerate(offered) if _pick(one).action is Action.ANSWER]
        return answers[-1] if answers else None
    place = _ORDINALS[found["word"]]
    return place if place < len(offered) else None


def plain(text: str) -> str:
    """Lower case, one kind of quotes and spaces, no punctuation at the ends."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("ё", "е")
    return " ".join(text.split()).strip(" .,!?;:()[]\"'«»。，！？；：、…~-")


def _nearest(words: str, choices: Sequence[Choice]) -> Pick | None:
    """A label with a slip of the finger in it. "Not solved it" is no slip of "Solved it"."""
    best: tuple[float, Choice | None] = (0.0, None)
    for choice in choices:
        label = plain(choice.label)
        if len(label) < 4 or bool(NEGATION.search(words)) != bool(NEGATION.search(label)):
            continue
        likeness = SequenceMatcher(None, words, label)
        # The first is only a matter of lengths, and says no to nearly all.
        if likeness.real_quick_ratio() >= NEAR and likeness.ratio() > best[0]:
            best = (likeness.ratio(), choice)
    return _pick(best[1]) if best[1] is not None and best[0] >= NEAR else None


def _pick(choice: Choice) -> Pick:
    _, action, argument = (*choice.value.split(":", 2), "")[:3]
    return Pick(Action(action), argument, choice.label)
