"""What the desk's functions need besides the transaction: the administrator's choices and the texts."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.actions.action import Action
from bot.actions.targets import Targets
from bot.desk.access import Clearance
from bot.desk.agreements import Agreements
from bot.desk.duty import Roster
from bot.desk.levels import Levels
from bot.desk.rules import Rule
from bot.sop.book import EMPTY, Book
from bot.surveys.rules import Surveys
from bot.text import Texts
from store.database import Tx

DEFAULT_QUEUES: Final = {
    "network": "network",
    "security": "security",
    "software": "applications",
    "performance": "applications",
}
NEVER: Final = timedelta()  # for deadlines


class Search(Protocol):
    """Full-text search, the same on both databases: `store.search`."""

    def put(
        self,
        tx: Tx,
        kind: str,
        id: int,
        public_terms: Sequence[str],
        internal_terms: Sequence[str] = (),
    ) -> None:
        """Let it be found by these terms and no others."""
        ...

    def add(self, tx: Tx, kind: str, id: int, public_terms: Sequence[str]) -> None:
        """Let it be found by these terms too."""
        ...

    def find(
        self,
        tx: Tx,
        kind: str,
        terms: Sequence[str],
        limit: int = 50,
        offset: int = 0,
        *,
        internal: bool = False,
    ) -> Sequence[int]:
        """What is found by the terms, the best first."""
        ...


EMAIL: Final = "email"  # the network of every mailbox: one address is one person in all of them
PHONE: Final = "phone"  # its addresses are numbers as E.164 writes them


class AgentsMail(Struct, frozen=True, kw_only=True):
    """How agents hear of tickets by e-mail."""

    channel: str  # the mailbox it is sent from, and answered to
    queues: Mapping[str, tuple[str, ...]]  # queue -> addresses


class Room(Struct, frozen=True, kw_only=True):
    """Where the agents of some queues sit together: a channel of Slack, a group of Telegram."""

    name: str
    channel: str
    place: str  # InboundMessage.place
    queues: tuple[str, ...]
    mark: str = "//"  # a line that begins with it stays inside
    reactions: Mapping[str, str] = {}  # emoji -> order: "claim", "priority critical"


class Guide(Protocol):
    """An article as agents send it."""

    @property
    def title(self) -> str: ...
    @property
    def body(self) -> str: ...


class Desk(Struct, frozen=True, kw_only=True):
    texts: Texts
    search: Search
    terms: Callable[[str], list[str]]  # the one analyser of full-text search
    pulled: Callable[[str], bool]  # whether a channel's readers fetch the transcript themselves
    # Whether nobody at an address of a channel can be written to, as on a telephone without text messages.
    is_mute: Callable[[str, str], bool] = lambda channel, address: False
    network: Callable[[str], str] = lambda channel: channel  # where its addresses are known
    url: Callable[[], str] = str  # of the pages; "" when it is not known
    agents_mail: AgentsMail | None = None
    rooms: tuple[Room, ...] = ()
    replies: Mapping[str, Mapping[str, str]] = {}  # name -> language -> what is often answered
    article: Callable[[str, str], Guide | None] = lambda id, language: None
    sops: Callable[[], Book] = lambda: EMPTY
    letters_an_hour: int = 20  # that are written to one address by itself, at most
    silenced: Callable[[], None] = lambda: None  # that was too many; for the metrics
    # network -> link with {token} that begins a chat there; found out while the desk runs
    start_links: dict[str, str] = {}
    chats: frozenset[str] = frozenset()  # networks where agents can be told something in private
    screen_pops: tuple[tuple[str, str], ...] = ()  # channel, place: told who calls
    rules: tuple[Rule, ...] = ()
    queues: tuple[str, ...] = ("service-desk",)  # the first takes what has no other
    language: str = "en"
    timezone: ZoneInfo = ZoneInfo("UTC")
    hours: Mapping[str, str] = {}  # language -> when people work here, in words
    agreements: Agreements = Agreements()
    levels: Levels = Levels()
    roster: Roster = Roster()
    clearance: Clearance = Clearance()
    assigns: bool = False  # tickets to agents by itself
    most: float | None = None  # open tickets of an agent beyond which nothing is assigned by itself
    merge_within: timedelta = NEVER  # news of a ticket's way are told together; NEVER: not told
    surveys: Surveys = Surveys()  # who is asked how it went; nobody
    reopen_within: timedelta = timedelta(days=14)
    remind_after: timedelta = timedelta(days=3)
    close_after: timedelta = timedelta(days=5)
    next_word: timedelta = timedelta(hours=1)  # after which those of an incident hear more

    actions: Mapping[str, Action] = {}  # by name
    targets: Targets = Targets()  # of diagnostics
    approve_within: timedelta = timedelta(hours=24)
    remind_approver: timedelta = timedelta(hours=4)  # after which they are asked once more

    def by_letter(self, channel: str) -> bool:
        """Whether an answer on it takes hours, and nobody sits there waiting."""
        return self.network(channel) == EMAIL

    def zone_of(self, name: str | None) -> ZoneInfo:
        """A person's own, as it is kept with them."""
        return self.timezone if name is None else ZoneInfo(name)

    def queue_of(self, category: str) -> str:
        queue = DEFAULT_QUEUES.get(category, "")
        return queue if queue in self.queues else self.queues[0]
