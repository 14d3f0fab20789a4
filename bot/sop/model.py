"""What an SOP is made of: frozen, complete, and the same for every channel."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final

from msgspec import Struct

from nlp.understanding import Category, Language, TicketType


class Kind(StrEnum):
    SAY = "say"  # told, and on to the next
    ASK = "ask"  # waits for the requester
    CHECK = "check"  # something that we find out ourselves
    BRANCH = "branch"  # by an earlier answer
    SET = "set"  # a field of the ticket
    ESCALATE = "escalate"
    PASS_ON = "pass-on"  # noqa: S105  # the end: a person goes on with what was gathered
    SOLVED = "solved"  # the end: the requester says that it works


class Wanted(StrEnum):
    """What an answer is."""

    CHOICE = "choice"
    TEXT = "text"
    NUMBER = "number"
    FILE = "file"


class End(StrEnum):
    """How a walk ended; kept with the run and in the ticket's event."""

    SOLVED = "solved"
    ESCALATED = "escalated"
    PASSED_ON = "passed-on"
    STOPPED = "stopped"  # the requester had enough of it
    PERSON = "person"  # the requester wanted one
    TAKEN = "taken"  # an agent took the conversation, or the ticket was done otherwise
    SILENT = "silent"  # the requester turned to something else
    ROUNDS = "rounds"  # the same step came up too often


class Option(Struct, frozen=True):
    """One way on: an answer to choose, a result of a check, or a condition of a branch."""

    label: str  # "Yes, it opens"; "ok" of a check; "otherwise", "< 10" of a branch
    to: str  # step id
    line: int


class Step(Struct, frozen=True, kw_only=True):
    id: str
    line: int
    kind: Kind
    text: str = ""  # Markdown; {step} stands for the answer given there
    why: str = ""  # told when somebody asks what the step means
    next: str = ""  # where there are no options; "" ends the walk
    options: tuple[Option, ...] = ()
    wanted: Wanted = Wanted.CHOICE  # of ASK
    optional: bool = False  # the answer may be skipped
    low: int | None = None  # bounds of a number
    high: int | None = None
    action: str = ""  # of CHECK
    arguments: Mapping[str, str] = {}  # of CHECK, SET and ESCALATE; {step} as in the text
    on: str = ""  # of BRANCH: the step whose answer decides

    def ways(self) -> Iterator[tuple[str, int]]:
        """Where it may lead, and the line that says so."""
        yield from ((one.to, one.line) for one in self.options)
        if self.next:
            yield self.next, self.line

    @property
    def ends(self) -> bool:
        return self.kind in (Kind.PASS_ON, Kind.SOLVED) or (
            self.kind is Kind.ESCALATE and not self.next
        )


OTHERWISE: Final = "otherwise"


class Sop(Struct, frozen=True, kw_only=True):
    id: str
    language: Language
    title: str
    about: str = ""  # one sentence: when it is the right one
    keywords: tuple[str, ...] = ()
    category: Category
    type: TicketType = TicketType.INCIDENT
    owner: str = ""
    version: int = 1
    minutes: int = 5  # that it takes
    at_once: bool = False  # begins without asking: every minute counts
    reviewed: date | None = None
    steps: Mapping[str, Step]  # in their order; the first begins
    source: str  # the whole file: a walk under way keeps it
    path: Path = Path("sop")

    @property
    def first(self) -> Step:
        return next(iter(self.steps.values()))
