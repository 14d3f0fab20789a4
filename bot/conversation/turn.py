"""All the bot knows when it is its turn, and what it decides."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from bot.conversation.effects import Effect
from bot.conversation.state import Matter, Reached, State
from bot.sop.book import EMPTY, Book
from bot.sop.model import Sop
from bot.sop.walk import Place
from bot.text import Texts
from channels.message import InboundMessage
from nlp.understanding import Understanding


class Policy(Struct, frozen=True, kw_only=True):
    """What the administrator has set about conversations."""

    questions: int = 3
    question_worth: float = 0.2  # bits: what an answer must at least be worth to interrupt for it
    suggestions: int = 3
    suggest_threshold: float = 0.5  # of Suggestion.score: below it an article annoys
    category_threshold: float = 0.5  # of confidence: below it the category counts as unknown
    show_in_full_below: int = 1500  # characters of an article
    reopen_within: timedelta = timedelta(days=14)
    patience: timedelta = timedelta(minutes=20)  # then a half-told matter becomes a ticket
    confirms_closing: bool = True  # by letter, too; in a chat it always is
    letter_patience: timedelta = timedelta(days=2)  # with a step of an SOP that went by mail


class TicketBrief(Struct, frozen=True, kw_only=True):
    """What the conversation needs to know of one of the requester's tickets."""

    id: int
    number: str
    title: str
    status: str
    category: str
    terms: frozenset[str]  # nlp.terms of title and description, to match follow-ups
    updated_at: datetime
    resolved_at: datetime | None = None
    waits_for_requester: bool = False
    taken: bool = False  # an agent has it: the bot is silent about it


class ArticleBrief(Struct, frozen=True):
    """An article in the language it would be shown in."""

    id: str
    title: str
    length: int  # characters of the body


class Verdict(StrEnum):
    """What a code shows."""

    PROVEN = "proven"  # the address it was sent to is the writer's: they asked for it
    ASKED = "asked"  # somebody who says that this is their address, too, asked for it
    WRONG = "wrong"


class Proof(Struct, frozen=True):
    """What was found out about a code in the message."""

    verdict: Verdict
    token: str = ""  # id of the code
    who: str = ""  # asked for it, as they call themselves
    network: str = ""  # where they asked


class EndedRun(Struct, frozen=True, kw_only=True):
    """What became of something that was to be done."""

    run: int  # as `begin` returned it
    name: str  # of the action
    ticket: int | None = None  # whose it is
    result: str  # one of the action's: "ok", "unreachable", "timed-out", "refused", "garbage", …
    words: str  # a line, in the conversation's language
    values: Mapping[str, str] = {}  # the arguments, and what was found out
    tell: bool = False  # the requester is to hear of it in any case
    link: str = ""  # for them to follow


class Run(Struct, frozen=True, kw_only=True):
    """The SOP that is being walked through in the conversation."""

    sop: Sop  # as it was when the walk began
    place: Place | None  # None: an agent started it, and nothing was said yet
    ticket: int
    number: str  # of the ticket
    result: str | None = None  # of the check that is waited for: it has just ended


class Turn(Struct, frozen=True, kw_only=True):
    message: InboundMessage | None  # None: the time set by Wake has come, or a run has ended
    ended: EndedRun | None = None  # what the turn is about, where it is no message
    understanding: Understanding | None  # of the message
    parts: tuple[Understanding, ...] = ()  # of each of understanding.parts
    terms: frozenset[str] = frozenset()  # nlp.terms of the message
    state: State
    language: str  # of the conversation so far
    tickets: tuple[
        TicketBrief, ...
    ] = ()  # open or lately resolved, and the current one; latest first
    current: int | None = None  # the ticket last talked about here
    call: bool = False  # what somebody said on the telephone, told when it is over
    by_letter: bool = False  # the channel is no chat: an answer takes hours, and all goes into one
    guest: bool = False  # somebody else writes in the requester's thread
    taken: bool = False  # an agent has taken the conversation
    asked: int | None = None  # the ticket of which it was last asked here whether it is fixed
    proof: Proof | None = None  # of a code in the message
    book: Book = EMPTY  # the desk's SOPs
    run: Run | None = None
    actions: frozenset[str] = frozenset()  # that a step may have run
    reached: Reached | None = None  # of the person, when the message is about that
    articles: Mapping[str, ArticleBrief] = {}  # every article the understanding or state names
    greeted: bool = False  # the bot has said something here before
    question: str = (
        "q"  # what to mark the buttons of a new question with; unique in the conversation
    )
    now: datetime
    texts: Texts
    policy: Policy = Policy()


class Decision(Struct, frozen=True):
    state: State
    effects: tuple[Effect, ...] = ()
    reason: str = ""  # name of the rule that decided
    later: tuple[Matter, ...] = ()  # to be taken up next; `decide` does so and leaves it empty
