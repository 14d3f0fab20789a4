"""What the bot makes of words said at one step of an SOP: decided by all its rules, without a store."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from msgspec import Struct

from bot.conversation.decide import decide
from bot.conversation.effects import CallHuman, EndSop, KeepPlace, OpenTicket, Say
from bot.conversation.state import Walking
from bot.conversation.turn import ArticleBrief, Decision, Policy, Run, TicketBrief, Turn
from bot.sop import book
from bot.sop.walk import Place
from bot.text import Texts
from channels.message import InboundMessage, Sender
from nlp import Understander
from nlp.terms import telling
from nlp.understanding import Language, Understanding

CASES: Final = Path(__file__).with_name("answers.tsv")
NOW: Final = datetime(2026, 11, 30, 9, tzinfo=UTC)
AGAIN: Final = "again"
TICKET: Final = 7
FRESH: Final = Walking(question="q1")
_texts = Texts.load()


class Case(Struct, frozen=True):
    language: str
    sop: str
    step: str
    right: str  # number of the choice, with "?" if asking again will do; or what else it is
    words: str

    @property
    def name(self) -> str:
        return f"{self.language}-{self.sop}-{self.step}-{self.words}"


def cases(file: Path = CASES) -> list[Case]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [Case(*line.split("\t")) for line in lines if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def shipped() -> book.Book:
    return book.read([book.SHIPPED])[0]


def taken(some: Sequence[Case], understander: Understander) -> list[str]:
    """What each is taken for."""
    decided = decisions(some, understander)
    return [taken_as(case, decision) for case, decision in zip(some, decided, strict=True)]


def decisions(
    some: Sequence[Case], understander: Understander, state: Walking = FRESH
) -> list[Decision]:
    """All are read at once: what costs is the call."""
    languages = [Language(case.language) for case in some]
    read = understander.understand([case.words for case in some], languages)
    return [_decided(case, one, state) for case, one in zip(some, read, strict=True)]


def taken_as(case: Case, decision: Decision) -> str:
    """The number of the choice; "question", "new", "person", "thanks", "solved"; or "again"."""
    says = {effect.key for effect in decision.effects if isinstance(effect, Say)}
    for effect in decision.effects:
        match effect:
            case KeepPlace(left=str(left), answer=answer) if left == case.step:
                labels = _labels(case)
                return str(labels.index(answer) + 1) if answer in labels else "back"
            case CallHuman():
                return "person"
            case OpenTicket():
                return "new"
            case EndSop(end):
                return str(end)
    if isinstance(decision.state, Walking) and decision.state.later:
        return "new"
    if "sop-astray" in says:
        return AGAIN
    if decision.reason == "interrupts_politely":
        return "thanks"
    return "question"


def _decided(case: Case, understanding: Understanding, state: Walking) -> Decision:
    found = shipped().find(case.sop, case.language)
    assert found is not None
    terms = frozenset(telling(found.title))
    brief = TicketBrief(
        id=TICKET, number="INC-7", title=found.title, status="new", category=str(found.category),
        terms=terms, updated_at=NOW,
    )  # fmt: skip
    message = InboundMessage(
        channel="web", message_id="m1", conversation="c", sender=Sender(address="pat"),
        text=case.words, sent_at=NOW,
    )  # fmt: skip
    turn = Turn(
        message=message,
        understanding=understanding,
        terms=frozenset(telling(case.words)),
        state=state,
        language=case.language,
        tickets=(brief,),
        current=TICKET,
        book=shipped(),
        run=Run(sop=found, place=Place(case.step), ticket=TICKET, number="INC-7"),
        articles={
            one.article: ArticleBrief(one.article, one.article, 100)
            for one in understanding.suggestions
        },
        greeted=True,
        question="q2",
        now=NOW,
        texts=_texts,
        policy=Policy(),
    )
    return decide(turn)


def _labels(case: Case) -> list[str]:
    found = shipped().find(case.sop, case.language)
    assert found is not None
    return [one.label for one in found.steps[case.step].options]
