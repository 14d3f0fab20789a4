"""What a message says on its own, whatever the bot waits for.

The understanding guesses; here its guesses meet the administrator's thresholds, once for all rules.
"""

import unicodedata
from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from bot.conversation.choices import plain
from bot.conversation.state import Matter
from bot.conversation.turn import Turn
from bot.text import phrases
from channels.message import InboundMessage
from nlp.understanding import Category, Fact, Intent, Language, Understanding

SURE_OF_LANGUAGE: Final = 0.8  # to change the language without being asked to
SURE_OF_SOP: Final = 0.9  # of the chance: to be offered although the category is another
CLEARLY: Final = 0.1  # of the chance that an SOP helps, beyond that of an article
LONGEST_COMMAND: Final = 300  # characters: its name and an address
TELLING_FACTS: Final = frozenset(
    {"what", "error-code", "error-text", "host", "application", "device", "subject", "asset"}
)


def understood(turn: Turn) -> Understanding:
    """The understanding, or that of silence: a pressed button is no text to be understood."""
    pressed = turn.message is not None and has_no_words(turn.message)
    if turn.understanding is None or pressed:
        return Understanding(language=Language(turn.language), language_confidence=0.0)
    return turn.understanding


def is_command(message: InboundMessage) -> bool:
    """By the network's own means. What follows the command are words like others."""
    return message.chosen is not None and message.chosen.startswith("/")


def has_no_words(message: InboundMessage) -> bool:
    """A pressed button says what its value means, not what its label reads like."""
    return message.chosen is not None and not is_command(message)


def words(turn: Turn) -> str:
    return turn.message.text.strip() if turn.message is not None else ""


def intends(turn: Turn, *intents: Intent) -> bool:
    """Only words have an intent; `ASK` is also what is left when there are none."""
    return (
        turn.message is not None
        and turn.message.chosen is None
        and understood(turn).intent in intents
    )


def commands(message: InboundMessage | None, command: str) -> bool:
    """Whether it is a command of the network's, one typed, or its wish in words that say nothing else."""
    if message is None:
        return False
    if message.chosen is not None:
        return message.chosen == command
    if len(message.text) > LONGEST_COMMAND:
        return False
    said = plain(message.text)
    return said.partition(" ")[0] == command or said in phrases(command)


def only_files(turn: Turn) -> bool:
    return turn.message is not None and bool(turn.message.attachments) and not words(turn)


def says_nothing(turn: Turn) -> bool:
    """One emoji, "???", "help": friendly attention is all it can get."""
    text = plain(words(turn))
    if turn.message is None or turn.message.attachments or tells_something(turn):
        return False
    letters = sum(unicodedata.category(sign)[0] in "LN" for sign in text)
    return letters == 0 or (text.isdigit() and len(text) < 3) or text in phrases("call-for-help")


def names_a_thing(turn: Turn) -> bool:
    return any(fact.kind in TELLING_FACTS for fact in understood(turn).facts)


def tells_something(turn: Turn) -> bool:
    """Enough of a matter in it that a person could begin."""
    reading = understood(turn)
    return (
        names_a_thing(turn)
        or reading.category_confidence >= turn.policy.category_threshold
        or bool(worth_showing(reading, turn))
    )


def worth_showing(reading: Understanding, turn: Turn) -> tuple[str, ...]:
    """The articles that are likely enough to help, and still exist; best first."""
    return tuple(
        suggestion.article
        for suggestion in reading.suggestions
        if suggestion.score >= turn.policy.suggest_threshold and suggestion.article in turn.articles
    )[: turn.policy.suggestions]


def worth_walking(reading: Understanding, turn: Turn) -> tuple[str, bool]:
    """The SOP that is likely enough to help, and whether it clearly is likelier than any article: what can
    be read in a minute comes first when both may help."""
    known = (
        reading.category is not Category.OTHER
    )  # which says no more than that it is none of them
    sure = known and reading.category_confidence >= turn.policy.category_threshold
    likely = []
    for one in reading.sops:
        sop = turn.book.find(one.article, turn.language)
        if sop is None or one.score < turn.policy.suggest_threshold:
            continue
        if not sure or sop.category is reading.category or one.score >= SURE_OF_SOP:
            likely.append(one)
    if not likely:
        return "", False
    best = max((one.score for one in reading.suggestions), default=0.0)
    return likely[0].article, likely[0].score > best + CLEARLY


def mentioned(turn: Turn) -> tuple[int, ...]:
    """The requester's own tickets named in the message, such as INC-12."""
    named = {fact.value.upper() for fact in understood(turn).facts if fact.kind == "ticket"}
    return tuple(ticket.id for ticket in turn.tickets if ticket.number.upper() in named)


def matter_of(turn: Turn) -> Matter:
    """The matter that begins with this message."""
    text = words(turn)
    if not text and turn.message is not None:
        text = ", ".join(file.name for file in turn.message.attachments)
    return _matter(text, understood(turn), turn)


def matters_of(turn: Turn) -> tuple[Matter, ...]:
    """The same, one for each of the problems told in it."""
    reading = understood(turn)
    if len(reading.parts) < 2:
        return (matter_of(turn),)
    readings: Sequence[Understanding] = turn.parts
    if len(readings) != len(reading.parts):
        readings = [_part_of(reading, part) for part in reading.parts]
    found = [_matter(*pair, turn) for pair in zip(reading.parts, readings, strict=True)]
    return tuple(replace(matter, angry=reading.angry or matter.angry) for matter in found)


def with_more(matter: Matter, turn: Turn) -> Matter:
    """The matter with what this message adds to it."""
    reading, text = understood(turn), words(turn)
    surer = reading.category_confidence > matter.confidence
    return replace(
        matter,
        words=(*matter.words, text) if text else matter.words,
        facts=merged(matter.facts, reading.facts),
        category=str(reading.category) if surer else matter.category,
        confidence=max(reading.category_confidence, matter.confidence),
        runners_up=_runners_up(reading) if surer else matter.runners_up,
        because=_because(matter, reading, surer=surer),
        type=str(reading.type) if surer else matter.type,
        impact=graver(matter.impact, str(reading.impact)),
        urgency=graver(matter.urgency, str(reading.urgency)),
        angry=matter.angry or reading.angry,
    )


def graver(one: str, other: str) -> str:
    grades = ("low", "medium", "high")
    return max(one, other, key=grades.index)


def is_request(matter: Matter) -> bool:
    return matter.type == "request" or matter.category == "service-request"


def merged(known: tuple[Fact, ...], new: tuple[Fact, ...]) -> tuple[Fact, ...]:
    said = {(fact.kind, fact.value) for fact in known}
    return (*known, *(fact for fact in new if (fact.kind, fact.value) not in said))


def _matter(text: str, reading: Understanding, turn: Turn) -> Matter:
    sop, first = worth_walking(reading, turn)
    return Matter(
        words=(text,),
        facts=reading.facts,
        candidates=worth_showing(reading, turn),
        category=str(reading.category),
        confidence=reading.category_confidence,
        runners_up=_runners_up(reading),
        because=reading.carried,
        type=str(reading.type),
        impact=str(reading.impact),
        urgency=str(reading.urgency),
        angry=reading.angry,
        sop=sop,
        sop_first=first,
    )


def _runners_up(reading: Understanding) -> tuple[tuple[str, float], ...]:
    return tuple((str(category), chance) for category, chance in reading.runners_up)


def _because(matter: Matter, reading: Understanding, *, surer: bool) -> dict[str, tuple[str, ...]]:
    """Of each field the words by which it has its value now."""
    new = reading.carried
    changed = {field for field in ("category", "type") if surer}
    changed |= {
        field
        for field, old, value in (
            ("impact", matter.impact, str(reading.impact)),
            ("urgency", matter.urgency, str(reading.urgency)),
        )
        if graver(old, value) != old
    }
    kept = {field: words for field, words in matter.because.items() if field not in changed}
    return kept | {field: words for field, words in new.items() if field in changed}


def _part_of(reading: Understanding, part: str) -> Understanding:
    """What is known of a part that was not understood by itself: only its facts, no category."""
    facts = tuple(fact for fact in reading.facts if fact.value in part)
    return Understanding(language=reading.language, language_confidence=0.0, facts=facts)
